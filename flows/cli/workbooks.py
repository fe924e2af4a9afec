"""``teilhabe match workbooks``: a workbook for each case manager, to decide on proposals and hand back."""

import argparse
from typing import TYPE_CHECKING

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer

if TYPE_CHECKING:
    from tasks.run import Run


def add_workbooks(nouns: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(nouns, "workbooks", "Arbeitsmappen für die Fallarbeit: Vorschläge, offene Bedarfe, Entscheidung")
    parser.add_argument("--caseworker", metavar="NAME", help="nur diese Zuständige, geschrieben wie geliefert")
    parser.add_argument("--names", action="store_true", help="neben der Fallnummer auch den Namen der Person")
    parser.add_argument("--since", metavar="JJJJ-MM-TT", help="Änderungen seit diesem Tag (sonst sieben Tage)")
    parser.add_argument("--out", metavar="ORDNER", help="Zielordner (sonst state/outbox)")
    parser.add_argument("--deliver", action="store_true", help="jetzt ausliefern, wohin outbox in county.yaml zeigt")
    parser.set_defaults(action=write)


def write(args: argparse.Namespace) -> Answer:
    """Write them and say where they go when they are filled in."""
    import uuid
    from pathlib import Path

    from flows.casework import Order, write_workbooks
    from flows.cli.opening import config_dir_of
    from flows.parameters import parse_day, today_in
    from schemas.messages import say
    from tasks.run import Run, county_at

    county = county_at(config_dir_of(args))
    run = Run(config_dir_of(args), str(uuid.uuid4()), today_in(county))
    if args.deliver:
        return _deliver(run)
    order = Order(args.caseworker, args.names, parse_day(args.since) if args.since else None)
    folder = Path(args.out).resolve() if args.out else county.state / "outbox"
    source, written = write_workbooks(run, order, folder)
    files = [
        {"path": str(one.path), "proposals": one.proposals, "waiting": one.waiting, "changes": one.changes}
        for one in written
    ]
    counts = ("proposals", "waiting", "changes")
    lines = [
        say("casework_written", file=one.path.name, **{name: getattr(one, name) for name in counts}) for one in written
    ]
    lines += [say("casework_back", place=source.pull.shown_url, source=source.name)] if written else []
    return Answer({"source": source.name, "files": files}, lines or [say("casework_nothing")])


def _deliver(run: "Run") -> Answer:
    """Do at once what a night does after its commit; the newest published day is handed out, once more if it was."""
    from flows.handing_out import deliver_now
    from schemas.messages import say

    place, count = deliver_now(run)
    return Answer({"place": place, "delivered": count}, [say("handout_done", count=count), place])
