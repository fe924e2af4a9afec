"""Arguments that several verbs share."""

import argparse
from typing import Any, NoReturn

Verbs = Any
"""The object that ``add_subparsers`` returns; argparse has no public name for it."""


def common_options(*, top: bool = False) -> argparse.ArgumentParser:
    """Return the options that every command takes, before or after its verb."""
    parent = argparse.ArgumentParser(add_help=False)
    missing: Any = None if top else argparse.SUPPRESS
    parent.add_argument(
        "--config", metavar="ORDNER", default=missing, help="Ordner des Kreises (sonst TEILHABE_CONFIG)"
    )
    parent.add_argument(
        "--json", action="store_true", default=False if top else argparse.SUPPRESS, help="ein JSON-Dokument ausgeben"
    )
    return parent


def add_verb(verbs: Verbs, name: str, text: str) -> argparse.ArgumentParser:
    """Add one verb (or noun below a verb) with the common options."""
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text, parents=[common_options()])
    return parser


class Misspelt(Exception):
    """A command line that cannot be read; ``usage`` shows how it is written."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """A parser whose caller decides how a mistake is told: as text, or as a JSON document."""

    def error(self, message: str) -> NoReturn:
        """Raise ``Misspelt`` instead of ending the process."""
        raise Misspelt(message, self.format_usage())


def reason(text: str) -> str:
    """Return the reason that an audit keeps; an empty one is none."""
    if not text.strip():
        raise argparse.ArgumentTypeError("leer / empty")
    return text.strip()


def add_days(parser: argparse.ArgumentParser, *, known_on: bool = False) -> None:
    """Add the as-of day, and the knowledge day where the verb has one."""
    parser.add_argument("--as-of", metavar="JJJJ-MM-TT", help="Stichtag (sonst heute)")
    if known_on:
        parser.add_argument("--known-on", metavar="JJJJ-MM-TT", help="Wissensstand dieses Tages")
