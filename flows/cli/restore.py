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
    """Restore, carry out the erasures that came after the backup, then record it."""
    import uuid
    from pathlib import Path

    from flows.cli.opening import config_dir_of, county_of, open_session
    from flows.erasure_resume import go_on_erasing
    from flows.parameters import today_in
    from flows.safekeeping import restore_backup
    from schemas.messages import say
    from tasks.run import Run
    from tasks.warehouse.lock import county_lock
    from tasks.warehouse.runs import write_audit

    note = restore_backup(county_of(args), Path(args.file).resolve())
    own = Run(config_dir_of(args), str(uuid.uuid4()), today_in(county_of(args)))
    with county_lock(own.warehouse.engine, own.county.key, own.run_id):
        erased = go_on_erasing(own)
    with open_session(args) as session:
        write_audit(session, "restore", detail={"made_at": note["made_at"], "erased_again": erased})
    lines = [say("backup_restored", made_at=note["made_at"])]
    lines += [say("restore_erased", count=erased)] if erased else []
    return Answer({**note, "erased_again": erased}, lines)
