"""``teilhabe match``: proposals, reasons for and against, unmet needs; for case workers."""

import argparse
from datetime import date

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "match", "Vermittlung: Vorschläge, Gründe, Lücken")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    add_verb(nouns, "proposals", "Vorschläge, über die jemand entscheiden soll").set_defaults(action=list_proposals)
    why = add_verb(nouns, "why", "warum (nicht)? Gründe für eine Person, auf Wunsch zu einem Angebot")
    why.add_argument("person", metavar="PERSON", help="person_uid oder ein eindeutiger Anfang davon")
    why.add_argument("offer", metavar="ANGEBOT", nargs="?")
    add_days(why)
    why.set_defaults(action=explain_person)
    gaps = add_verb(nouns, "gaps", "ungedeckte Bedarfe, gebündelt, mit vorgeschlagenen Maßnahmen")
    add_days(gaps)
    gaps.set_defaults(action=list_gaps)


def list_proposals(args: argparse.Namespace) -> Answer:
    """List what is out for decision, with reasons."""
    from flows.cli.opening import open_session
    from schemas.messages import language, say

    with open_session(args) as session:
        rows = session.rows(
            "SELECT proposal_id, person_uid::text AS person_uid, need_id, offer_id, run_id, rank, score, reasons, "
            "state, "
            "first_proposed_on FROM core.match_proposal WHERE county = :county AND state IN ('proposed', 'unclear') "
            "ORDER BY first_proposed_on, need_id"
        )
    cells = []
    for row in rows:
        reasons = "; ".join(reason[language()] for reason in row["reasons"][:2])
        cells.append(
            (row["proposal_id"], row["person_uid"][:8], row["need_id"], row["offer_id"], row["state"], reasons)
        )
    lines = table(say("proposal_headings").split("|"), cells) if rows else [say("proposals_empty")]
    return Answer({"proposals": rows}, lines)


def explain_person(args: argparse.Namespace) -> Answer:
    """Say for every offer of the wanted family what stands between a person and a seat."""
    from flows.matching import why_of
    from schemas.messages import language, say

    found = why_of(*_asked(args), args.person, args.offer)
    rows = found.to_dict("records")
    tongue = language()
    cells = [
        (r["need_id"], r["offer_id"], r["title"], r["eligible"], r[f"reason_{tongue}"], r[f"way_{tongue}"])
        for r in rows
    ]
    return Answer({"rows": rows}, table(say("why_headings").split("|"), cells))


def list_gaps(args: argparse.Namespace) -> Answer:
    """List clusters of unmet needs and what a measure for each would change."""
    from flows.matching import gaps_of
    from schemas.messages import say

    clusters, measures = gaps_of(*_asked(args))
    rows = clusters.to_dict("records")
    keys = (
        "cluster_id",
        "category",
        "target_level",
        "ags",
        "needs_count",
        "persons_count",
        "minimum_size",
        "is_proposed",
    )
    lines = table(say("gap_headings").split("|"), [[row[key] for key in keys] for row in rows], right=(4, 5, 6))
    return Answer({"clusters": rows, "measures": measures.to_dict("records")}, lines if rows else [say("gaps_empty")])


def _asked(args: argparse.Namespace) -> "tuple[str, date | None]":
    from flows.cli.opening import config_dir_of
    from flows.parameters import parse_day

    return config_dir_of(args), parse_day(args.as_of) if args.as_of else None
