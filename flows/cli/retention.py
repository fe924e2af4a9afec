"""``teilhabe retention``: what has been kept long enough; with --yes it goes."""

import argparse

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "retention", "Aufbewahrung: was fällig ist; mit --yes wird es gelöscht")
    parser.add_argument("--yes", action="store_true", help="wirklich löschen")
    add_days(parser)
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """List the rules with what is due, or remove it; the county's lock is held meanwhile."""
    import uuid

    from flows.cli.opening import config_dir_of
    from flows.erasure_resume import go_on_erasing
    from flows.parameters import parse_day, today_in
    from flows.retention import apply_retention, look_at_retention
    from schemas.messages import say
    from tasks.run import Run, county_at
    from tasks.warehouse.lock import county_lock

    folder = config_dir_of(args)
    county = county_at(folder)
    own = Run(folder, str(uuid.uuid4()), parse_day(args.as_of) if args.as_of else today_in(county))
    with county_lock(own.warehouse.engine, county.key, own.run_id):
        go_on_erasing(own)
        found = apply_retention(own) if args.yes else look_at_retention(own)
    rules = [
        {
            "kind": due.rule.kind,
            "start": due.rule.start,
            "keep_days": due.rule.keep_days,
            "cutoff": due.cutoff.isoformat(),
            "due": due.count,
            "basis": due.rule.basis,
        }
        for due in found
    ]
    cells = [
        (say(f"keep_{d.rule.kind}"), say(f"start_{d.rule.start}"), d.rule.keep_days, d.cutoff, d.count) for d in found
    ]
    lines = table(say("retention_headings").split("|"), cells, right=(2, 4))
    lines += ["", say("retention_done" if args.yes else "retention_dry")]
    return Answer({"dry": not args.yes, "as_of": own.as_of.isoformat(), "rules": rules}, lines)
