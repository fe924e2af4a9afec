"""``teilhabe archive``: the raw archive: can every file be read, and a change of its key."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "archive", "Archiv der Lieferungen: prüfen, Schlüssel wechseln")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    add_verb(nouns, "verify", "jede archivierte Datei öffnen und mit ihrer Prüfsumme vergleichen").set_defaults(
        action=verify
    )
    add_verb(nouns, "rotate", "alle Dateien mit dem ersten Schlüssel neu versiegeln, dann prüfen").set_defaults(
        action=rotate
    )


def verify(args: argparse.Namespace) -> Answer:
    """Open every archived file; the damaged ones are named by their hash."""
    return _state(args, None)


def rotate(args: argparse.Namespace) -> Answer:
    """Seal every file with the current key, then verify all; the lock keeps a night from writing meanwhile."""
    from flows.cli.opening import config_dir_of, county_of
    from tasks.run import warehouse_of
    from tasks.warehouse.lock import county_lock
    from tasks.warehouse.runs import write_audit
    from tasks.warehouse.session import county_session

    county = county_of(args)
    engine = warehouse_of(config_dir_of(args)).engine
    with county_lock(engine, county.key, "archive rotate"):
        count = _archive(args).rotate()
        with county_session(engine, county.key) as session:
            write_audit(session, "rotate archive", detail={"files": count})
    return _state(args, count)


def _state(args: argparse.Namespace, rotated: int | None) -> Answer:
    from schemas.messages import say

    damaged = _archive(args).verify()
    lines = [] if rotated is None else [say("archive_rotated", count=rotated)]
    lines.append(say("archive_damaged", files=", ".join(damaged)) if damaged else say("archive_whole"))
    return Answer({"rotated": rotated, "damaged": list(damaged)}, lines, 4 if damaged else 0)


def _archive(args: argparse.Namespace) -> "Archive":  # type: ignore[name-defined]  # noqa: F821
    from flows.cli.opening import config_dir_of, county_of
    from flows.parameters import today_in
    from tasks.pull.task import open_archive
    from tasks.run import Run

    return open_archive(Run(config_dir_of(args), "archive", today_in(county_of(args))))
