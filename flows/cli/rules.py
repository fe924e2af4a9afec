"""``teilhabe rules``: which eligibility rules hold, and who gains and loses when they change."""

import argparse

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, records_of, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "rules", "Regeln der Vermittlung: was gilt, was ändert sich für wen")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    listed = add_verb(nouns, "list", "Regeln eines Tages, mit Quelle und Freigabe")
    add_days(listed)
    listed.set_defaults(action=list_rules)
    diff = add_verb(nouns, "diff", "wer gewinnt, wer verliert welches Angebot: zwei Tage oder zwei Regelwerke")
    diff.add_argument("before", metavar="VON", help="Tag vor der Änderung (JJJJ-MM-TT)")
    diff.add_argument("after", metavar="BIS", nargs="?", help="Tag danach (sonst derselbe; dann mit --pack)")
    diff.add_argument("--pack", metavar="ORDNER", help="anderes Regelwerk für den zweiten Tag, vor der Anwendung")
    diff.set_defaults(action=show_diff)


def list_rules(args: argparse.Namespace) -> Answer:
    """List the rules in force on a day, in the order in which they are explained."""
    from flows.cli.opening import config_dir_of, county_of
    from flows.parameters import parse_day, today_in
    from schemas.messages import language, say
    from tasks.run import rules_at

    day = parse_day(args.as_of) if args.as_of else today_in(county_of(args))
    rules = rules_at(config_dir_of(args)).on(day)
    keys = (
        "rule_id",
        "version",
        "step",
        "valid_from",
        "valid_to",
        "legal_source",
        "approver",
        "reason_de",
        "reason_en",
    )
    rows = [{key: getattr(rule, key) for key in keys} for rule in rules]
    cells = [(r["step"], r["rule_id"], r["version"], r["valid_from"], r["valid_to"], r["legal_source"]) for r in rows]
    document = {"as_of": day.isoformat(), "language": language(), "rules": rows}
    return Answer(document, table(say("rules_headings").split("|"), cells, right=(2,)))


def show_diff(args: argparse.Namespace) -> Answer:
    """List every pair whose verdict changes, with the rule that changes it; nothing is applied."""
    from flows.cli.opening import config_dir_of
    from flows.matching import diff_of
    from flows.parameters import parse_day
    from schemas.errors import UsageError
    from schemas.messages import language, say

    before = parse_day(args.before)
    after = parse_day(args.after) if args.after else before
    if before == after and args.pack is None:
        raise UsageError("E643")
    found = diff_of(config_dir_of(args), before, after, args.pack)
    rows = records_of(found)
    tongue = language()
    cells = [
        (
            say(f"effect_{r['effect']}"),
            r["person_uid"][:8],
            r["need_id"],
            r["offer_id"],
            r["rule"],
            r[f"reason_{tongue}"],
            r["legal_source"],
        )
        for r in rows
    ]
    summary = found.groupby(["effect", "rule"], dropna=False)["person_uid"].nunique().reset_index(name="persons")
    lines = table(say("diff_headings").split("|"), cells) if rows else [say("diff_empty")]
    document = {
        "before": before.isoformat(),
        "after": after.isoformat(),
        "summary": records_of(summary),
        "rows": rows,
    }
    return Answer(document, lines)
