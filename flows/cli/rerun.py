"""``teilhabe rerun``: on demand, with a reason that the audit keeps."""

import argparse

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "rerun", "Lauf wiederholen oder eine wartende Lieferung freigeben")
    parser.add_argument("--since", metavar="JJJJ-MM-TT", help="alle veröffentlichten Tage ab hier neu rechnen")
    parser.add_argument("--source", metavar="NAME", action="append", default=[], help="nur diese Quelle (mehrfach)")
    parser.add_argument("--from-raw", action="store_true", help="aus dem Archiv, ohne einen Lieferanten zu berühren")
    parser.add_argument("--accept", action="store_true", help="wartende Lieferung der Quelle freigeben")
    parser.add_argument(
        "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
    )
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Release a waiting delivery, or replay the published days since a day."""
    from flows.cli.opening import config_dir_of
    from flows.cli.sync import answer_of
    from flows.parameters import parse_day
    from flows.rerun import accept_waiting, replay_since
    from schemas.errors import UsageError

    config_dir = config_dir_of(args)
    if args.accept:
        if not args.source:
            raise UsageError("E809")
        return answer_of(accept_waiting(config_dir, tuple(args.source), args.reason))
    if not args.since:
        raise UsageError("E810")
    summary = replay_since(config_dir, parse_day(args.since), tuple(args.source), args.reason, from_raw=args.from_raw)
    return answer_of(summary)
