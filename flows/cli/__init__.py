"""The command ``teilhabe``: verb, noun, exit code by family of error.

The line is parsed before anything heavy is imported; each verb's module names
its arguments in ``register`` and imports what it needs when it runs.
"""

import argparse
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
    "backup",
    "restore",
    "serve",
    "deploy",
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog="teilhabe",
        description="Nächtliche Zusammenführung, Vermittlung und Kennzahlen eines Kreises.",
        parents=[common_options(top=True)],
    )
    verbs = parser.add_subparsers(dest="verb", metavar="BEFEHL", required=True)
    for verb in VERBS:
        import_module(f"flows.cli.{verb}").register(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; usage errors are 2."""
    # Keep an orchestrator that a verb may start from calling home.
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    try:
        args = build_parser().parse_args(argv)
    except SystemExit as stop:  # --help has been printed
        return int(stop.code or 0)
    except Misspelt as wrong:
        from flows.cli.output import tell_misspelt

        return tell_misspelt(wrong, as_json="--json" in (sys.argv if argv is None else argv))
    from flows.cli.output import run_verb

    return run_verb(args)


if __name__ == "__main__":
    sys.exit(main())
