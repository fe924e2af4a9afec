"""The command ``teilhabe``: verb, noun, exit code by family of error.

The line is parsed before anything heavy is imported; each verb's module names
its arguments in ``register`` and imports what it needs when it runs.
"""

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from flows.cli.arguments import Misspelt, Parser, common_options

VERBS = (
    "sync",
    "fleet",
    "rerun",
    "status",
    "doctor",
    "watch",
    "source",
    "quarantine",
    "review",
    "identity",
    "match",
    "rules",
    "kpi",
    "explain",
    "report",
    "verify",
    "export",
    "db",
    "erase",
    "retention",
    "archive",
    "privacy",
    "keys",
    "vault",
    "backup",
    "restore",
    "serve",
    "deploy",
)


def build_parser(only: Sequence[str] = VERBS) -> argparse.ArgumentParser:
    """Return the parser of the whole command line, or of some of its verbs."""
    parser = Parser(
        prog="teilhabe",
        description="Nächtliche Zusammenführung, Vermittlung und Kennzahlen eines Kreises.",
        parents=[common_options(top=True)],
    )
    verbs = parser.add_subparsers(dest="verb", metavar="BEFEHL", required=True)
    for verb in only:
        import_module(f"flows.cli.{verb}").register(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; usage errors are 2."""
    gc.set_threshold(50_000, 20, 50)  # loading modules makes no garbage: looking for it took a tenth of a short command
    # Keep an orchestrator that a verb may start from calling home.
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    try:
        args = _parsed(sys.argv[1:] if argv is None else argv)
    except SystemExit as stop:  # --help has been printed
        return int(stop.code or 0)
    except Misspelt as wrong:
        from flows.cli.output import tell_misspelt

        return tell_misspelt(wrong, as_json="--json" in (sys.argv if argv is None else argv))
    from flows.cli.output import run_verb

    return run_verb(args)


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Parse with the one verb that the line names; the whole parser, ten times as dear, explains all else."""
    words = [word for place, word in enumerate(argv) if place == 0 or argv[place - 1] != "--config"]
    named = [word for word in words if word not in ("--config", "--json") and not word.startswith("--config=")][:1]
    if named and named[0] in VERBS:
        with contextlib.suppress(Misspelt):
            return build_parser(named).parse_args(argv)
    return build_parser().parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
