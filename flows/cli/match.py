"""``teilhabe match``: proposals, reasons for and against, unmet needs, fairness; for case workers."""

import argparse
from datetime import date

from flows.cli.arguments import Verbs, add_days, add_verb, reason
from flows.cli.output import Answer, records_of, table
from flows.cli.workbooks import add_workbooks

DECISIONS = ("approve", "decline", "postpone")


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "match", "Vermittlung: Vorschläge, Gründe, Lücken")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    proposals = add_verb(nouns, "proposals", "Vorschläge, über die jemand entscheiden soll")
    proposals.add_argument("--all", action="store_true", dest="everything", help="auch beendete, mit Grund")
    proposals.set_defaults(action=list_proposals)
    why = add_verb(nouns, "why", "warum (nicht)? Gründe für eine Person, auf Wunsch zu einem Angebot")
    why.add_argument("person", metavar="PERSON", help="Kennung des Lieferanten, person_uid oder ihr eindeutiger Anfang")
    why.add_argument("offer", metavar="ANGEBOT", nargs="?")
    add_days(why)
    why.set_defaults(action=explain_person)
    gaps = add_verb(nouns, "gaps", "ungedeckte Bedarfe, gebündelt, mit vorgeschlagenen Maßnahmen")
    add_days(gaps)
    gaps.set_defaults(action=list_gaps)
    decide = add_verb(nouns, "decide", "Beschluss des Steuerungsgremiums zu einem Bündel festhalten")
    decide.add_argument("cluster", metavar="BÜNDEL")
    decide.add_argument("decision", choices=DECISIONS, help="beschlossen, abgelehnt, vertagt")
    decide.add_argument(
        "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
    )
    decide.add_argument("--on", metavar="JJJJ-MM-TT", help="Tag des Beschlusses (sonst heute)")
    decide.set_defaults(action=record_decision)
    fairness = add_verb(nouns, "fairness", "Abdeckung, Wartezeit, Ablehnungen nach Gruppen (genaue Zahlen, nur intern)")
    add_days(fairness)
    fairness.set_defaults(action=show_fairness)
    add_workbooks(nouns)


def list_proposals(args: argparse.Namespace) -> Answer:
    """List what is out for decision, what is accepted and not yet listed by the provider, and stray decisions."""
    from flows.cli.opening import note_seen, open_session
    from schemas.messages import language, say

    with open_session(args) as session:
        rows = session.rows_of("match/listed", everything=args.everything)
        expected = session.rows_of("match/expected")
        stray = session.rows_of("match/stray_decisions")
    note_seen(args, "match proposals", rows=len(rows))
    cells = []
    for row in rows:
        reasons = "; ".join(reason[language()] for reason in row["reasons"][:2])
        state = f"{row['state']} ({row['cause']})" if row["cause"] and args.everything else row["state"]
        reasons = f"{say('proposal_newly')}; {reasons}" if row["is_newly_judged"] else reasons
        cells.append((row["proposal_id"], row["person_uid"][:8], row["need_id"], row["offer_id"], state, reasons))
    lines = table(say("proposal_headings").split("|"), cells) if rows else [say("proposals_empty")]
    lines += [say("proposals_expected", count=len(expected))] if expected else []
    lines += [say("decisions_stray", count=len(stray))] if stray else []
    return Answer({"proposals": rows, "expected": expected, "decisions_without_proposal": stray}, lines)


def explain_person(args: argparse.Namespace) -> Answer:
    """Say for every offer of the wanted family what stands between a person and a seat."""
    from flows.cli.opening import note_seen
    from flows.matching import why_of
    from schemas.messages import language, say

    found = why_of(*_asked(args), args.person, args.offer)
    note_seen(args, "match why", rows=len(found.rows))
    rows, shortest, tongue = records_of(found.rows), records_of(found.shortest), language()
    cells = [
        (
            r["need_id"],
            r["offer_id"],
            r["title"],
            say("why_proposed") if r["proposed"] else say(f"why_{r['eligible']}"),
            r[f"reason_{tongue}"] or (say("why_missing", facts=r[f"missing_{tongue}"]) if r["missing_de"] else None),
            r[f"way_{tongue}"],
        )
        for r in rows
    ]
    lines = [say("why_title", as_of=found.as_of), "", *table(say("why_headings").split("|"), cells)]
    lines += [
        say("why_shortest", need=r["need_id"], offer=r["offer_id"], way=r[f"way_{tongue}"], steps=r["steps"])
        for r in shortest
    ]
    lines += [say("why_no_offer", needs=", ".join(found.without_offer))] if found.without_offer else []
    document = {"as_of": found.as_of.isoformat(), "rows": rows, "shortest": shortest}
    return Answer({**document, "needs_without_offer": found.without_offer}, lines)


def list_gaps(args: argparse.Namespace) -> Answer:
    """List clusters of unmet needs, what a measure for each would change, and what was decided."""
    from flows.matching import gaps_of
    from schemas.messages import say

    found = gaps_of(*_asked(args))
    clusters, measures, decisions = records_of(found.clusters), records_of(found.measures), records_of(found.decisions)
    keys = ("cluster_id", "category", "target_level", "ags", "needs_count", "persons_count", "minimum_size")
    cells = [[*(row[key] for key in keys), say("yes" if row["is_proposed"] else "no")] for row in clusters]
    lines = table(say("gap_headings").split("|"), cells, right=(4, 5, 6)) if clusters else [say("gaps_empty")]
    lines += [say("gap_effect", **row) for row in measures]
    lines += [say("gap_decided", **row) for row in decisions]
    document = {"as_of": found.as_of.isoformat(), "clusters": clusters, "measures": measures, "decisions": decisions}
    return Answer(document, lines)


def record_decision(args: argparse.Namespace) -> Answer:
    """Write down what the steering body decided about a cluster."""
    from flows.cli.opening import config_dir_of, county_of
    from flows.matching import record_cluster_decision
    from flows.parameters import parse_day, today_in
    from schemas.messages import say

    day = parse_day(args.on) if args.on else today_in(county_of(args))
    record_cluster_decision(config_dir_of(args), args.cluster, args.decision, args.reason, day)
    document = {"cluster": args.cluster, "decision": args.decision, "decided_on": day.isoformat()}
    return Answer(document, [say("cluster_decided", cluster=args.cluster)])


def show_fairness(args: argparse.Namespace) -> Answer:
    """Show who is served, who waits and whose proposals are overruled, by group; exact figures of small groups."""
    from flows.matching import fairness_of
    from schemas.messages import say

    as_of, groups = fairness_of(*_asked(args))
    rows = records_of(groups)
    keys = ["dimension", "member", "needs_count", "eligible_count", "proposed_count", "coverage_share"]
    keys += ["waiting_days", "decided_count", "override_share"]
    cells = [[f"{row[key]:.2f}" if isinstance(row[key], float) else row[key] for key in keys] for row in rows]
    lines = [say("fairness_note"), "", *table(say("fairness_headings").split("|"), cells, right=tuple(range(2, 9)))]
    return Answer({"as_of": as_of.isoformat(), "rows": rows}, lines)


def _asked(args: argparse.Namespace) -> "tuple[str, date | None]":
    from flows.cli.opening import config_dir_of
    from flows.parameters import parse_day

    return config_dir_of(args), parse_day(args.as_of) if args.as_of else None
