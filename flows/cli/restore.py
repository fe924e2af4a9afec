"""``teilhabe restore``: a backup into an empty warehouse."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "restore", "eine Sicherung in ein leeres Warehouse zurückholen")
    parser.add_argument("file", metavar="DATEI")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Restore, then record it."""
    from pathlib import Path

    from flows.cli.opening import county_of, open_session
    from flows.safekeeping import restore_backup
    from schemas.messages import say
    from tasks.warehouse.runs import write_audit

    note = restore_backup(county_of(args), Path(args.file).resolve())
    with open_session(args) as session:
        write_audit(session, "restore", detail={"made_at": note["made_at"]})
    return Answer(note, [say("backup_restored", made_at=note["made_at"])])
