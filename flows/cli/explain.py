"""``teilhabe explain``: who counted in a figure, who did not, and why; pseudonyms only."""

import argparse
from typing import Any

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, table

RECIPIENT = "casework"


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "explain", "wer in einer Kennzahl zählt, wer nicht, und warum (Pseudonyme)")
    parser.add_argument("kpi", metavar="KENNZAHL")
    parser.add_argument("--period", metavar="P", help="Schuljahr, z. B. 2020/21 (sonst das letzte)")
    parser.add_argument("--mode", choices=("cumulative", "period", "cohort"), default="cumulative", help="Zählweise")
    add_days(parser, known_on=True)
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Compute the day's figures in a transaction that is taken back, and list everybody who is known."""
    from flows.cli.opening import county_of, open_session
    from flows.parameters import parse_day
    from schemas.errors import UsageError
    from schemas.messages import say
    from tasks.keys import load_key, pseudonym
    from tasks.publish.answers import published_day
    from tasks.publish.explain import explain_figure, records

    county = county_of(args)
    key = load_key(county.state, "pseudonym")
    with open_session(args) as session:
        known_on = published_day(
            session, parse_day(args.known_on or args.as_of) if args.known_on or args.as_of else None
        )
        if known_on is None:
            raise UsageError("E806")
        as_of = parse_day(args.as_of) if args.as_of else known_on
        people, period, figure = explain_figure(session, county, args.kpi, args.period, args.mode, as_of, known_on)
        session.connection.rollback()
    people["person"] = [pseudonym(key, RECIPIENT, uid) for uid in people["person_uid"]]
    rows = people.drop(columns="person_uid").sort_values(["counted", "reason", "person"], ascending=[False, True, True])
    documents = records(rows)
    reasons = rows.groupby(["counted", "reason"], sort=False).size().reset_index(name="persons")
    title = say(
        "explain_title",
        kpi=args.kpi,
        period=period,
        mode=say(f"mode_{args.mode}"),
        as_of=as_of,
        known_on=known_on,
        counted=figure,
        everybody=len(rows),
    )
    summary = [(say(f"reason_{row.reason}"), row.persons) for row in reasons.itertuples()]
    keys = ("person", "counted", "reason", "day", "source", "file", "sheet", "row")
    lines = [title, "", *table(say("explain_headings").split("|"), summary, right=(1,)), ""]
    shown = [[_shown(row[name]) for name in keys] for row in documents]
    lines += table(say("explain_person_headings").split("|"), shown, right=(7,))
    document = {
        "kpi": args.kpi,
        "period": period,
        "mode": args.mode,
        "as_of": as_of.isoformat(),
        "known_on": known_on.isoformat(),
        "figure": figure,
        "known_persons": len(rows),
        "reasons": reasons.to_dict("records"),
        "persons": documents,
    }
    return Answer(document, lines)


def _shown(value: Any) -> Any:
    from schemas.messages import say

    return say("yes" if value else "no") if isinstance(value, bool) else value
