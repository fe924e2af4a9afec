"""``teilhabe export``: tables of ``mart`` as CSV, Parquet or a Frictionless data package."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "export", "Tabellen der Schicht mart als CSV, Parquet oder Datenpaket")
    parser.add_argument("tables", nargs="*", metavar="TABELLE", help="z. B. kpi network (sonst alle)")
    parser.add_argument("--out", metavar="ORDNER", default=".", help="wohin (sonst hierher)")
    parser.add_argument(
        "--format",
        choices=("csv", "parquet", "package"),
        default="package",
        help="package: CSV mit datapackage.json nach Frictionless (Vorgabe)",
    )
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Write the files; nothing in the warehouse changes."""
    from pathlib import Path

    from flows.cli.opening import county_of, open_session
    from schemas.messages import say
    from tasks.publish.export import export_tables

    names = [name.removeprefix("mart.") for name in args.tables]
    with open_session(args) as session:
        paths = export_tables(session, county_of(args).name, names, args.format, Path(args.out))
    lines = [say("export_written", count=len(paths), folder=args.out), *(f"  {path.name}" for path in paths)]
    return Answer({"format": args.format, "files": [str(path) for path in paths]}, lines)
