"""``teilhabe explain``: who or what counted in a figure, who did not, and why; why it changed. Pseudonyms only."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, table

if TYPE_CHECKING:
    import pandas as pd

    from tasks.publish.changes import Change
    from tasks.publish.explain import Explanation

RECIPIENT = "casework"


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "explain", "wer in einer Kennzahl zählt, wer nicht, und warum (Pseudonyme)")
    parser.add_argument("kpi", metavar="KENNZAHL")
    parser.add_argument("--period", metavar="P", help="Schuljahr, z. B. 2020/21 (sonst das letzte)")
    parser.add_argument("--mode", choices=("cumulative", "period", "cohort"), default="cumulative", help="Zählweise")
    add_days(parser, known_on=True)
    parser.add_argument("--since", metavar="JJJJ-MM-TT", help="was sich seit diesem Stand geändert hat, und warum")
    parser.add_argument(
        "--between",
        nargs=2,
        metavar=("VON", "BIS"),
        help="was sich zwischen zwei Ständen (oder Freigaben) geändert hat",
    )
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Compute figures in transactions that are taken back; only the audit learns who asked."""
    from flows.cli.opening import note_seen
    from schemas.errors import UsageError

    if args.between and args.since:
        raise UsageError("E724")
    if args.between or args.since:
        note_seen(args, f"explain {args.kpi} changes")
        return _changes(args)
    asked_known, asked_as_of = _day(args.known_on or args.as_of), _day(args.as_of)
    known_on = _published(args, asked_known)
    # Nothing is known of a day after the knowledge day: the newest state answers, as `kpi` does.
    as_of = min(asked_as_of or known_on, known_on)
    explanation = _explained(args, as_of, known_on)
    note_seen(args, f"explain {args.kpi}", rows=len(explanation.rows))
    return _list(args, explanation, as_of, known_on)


def _day(text: str | None) -> date | None:
    from flows.parameters import parse_day

    return parse_day(text) if text else None


def _published(args: argparse.Namespace, day: date | None) -> date:
    from flows.cli.opening import open_session
    from schemas.errors import UsageError
    from tasks.publish.answers import published_day

    with open_session(args) as session:
        found = published_day(session, day)
    if found is None:
        raise UsageError("E806")
    return found


def _explained(args: argparse.Namespace, as_of: date, known_on: date) -> "Explanation":
    from flows.cli.opening import county_of, open_session
    from tasks.publish.explain import explain_figure

    with open_session(args) as session:
        found = explain_figure(session, county_of(args), args.kpi, args.period, args.mode, as_of, known_on)
        session.connection.rollback()
    return found


def _pseudonyms(args: argparse.Namespace, rows: "pd.DataFrame") -> "pd.DataFrame":
    """Replace ``person_uid`` by ``person``, the pseudonym that the county's case work may join by."""
    from flows.cli.opening import county_of
    from tasks.keys import load_key, pseudonym

    key = load_key(county_of(args).state, "pseudonym")
    named = [None if uid is None else pseudonym(key, RECIPIENT, uid) for uid in rows["person_uid"]]
    kept = rows.drop(columns="person_uid")
    kept["person"] = named
    return kept


def _list(args: argparse.Namespace, found: "Explanation", as_of: date, known_on: date) -> Answer:
    from schemas.messages import say
    from tasks.publish.explain import records
    from tasks.publish.membership import PARTS

    rows = _pseudonyms(args, found.rows)
    rows = rows.sort_values(["counted", "reason", "person", "thing"], ascending=[False, True, True, True])
    documents = records(rows)
    groups = rows.groupby(["counted", "reason"], sort=False)
    reasons = groups.agg(persons=("reason", "size"), amount=("amount", "sum"), weight=("weight", "sum")).reset_index()
    is_persons = found.kpi in PARTS
    title = say(
        "explain_title" if is_persons else "explain_title_things",
        kpi=found.kpi,
        period=found.period,
        mode=say(f"mode_{found.mode}"),
        as_of=as_of,
        known_on=known_on,
        counted=f"{found.numerator:g}",
        everybody=len(rows),
    )
    summary = [(_reason(row.reason), row.persons, row.amount, row.weight) for row in reasons.itertuples()]
    lines = [title, "", *table(say("explain_headings").split("|"), summary, right=(1, 2, 3)), ""]
    if found.kpi in found.bridge:
        lines += [say("kpi_bridge", **{name.removeprefix("placed_"): n for name, n in found.bridge.items()}), ""]
    keys = ("person" if is_persons else "thing", "counted", "reason", "day", "source", "file", "sheet", "row")
    shown = [[_shown(row[name]) for name in keys] for row in documents]
    lines += table(say("explain_person_headings").split("|"), shown, right=(7,))
    document: dict[str, Any] = {
        "kpi": found.kpi,
        "kpi_version": found.kpi_version,
        "period": found.period,
        "mode": found.mode,
        "as_of": as_of.isoformat(),
        "known_on": known_on.isoformat(),
        "figure": _plain(found.numerator),
        "denominator": None if found.denominator is None else _plain(found.denominator),
        "value": found.value,
        "bridge": dict(found.bridge),
        "known_persons": len(rows) if is_persons else int(rows["person"].nunique()),
        "reasons": reasons.to_dict("records"),
        "persons" if is_persons else "things": documents,
    }
    return Answer(document, lines)


def _changes(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import county_of, open_session
    from schemas.messages import say
    from tasks.publish.changes import compare, published_total, read_histories
    from tasks.publish.explain import has_period, nothing_yet, records

    first = _published(args, _day(args.between[0] if args.between else args.since))
    last = _published(args, _day(args.between[1] if args.between else args.as_of))
    first, last = min(first, last), max(first, last)
    after = _explained(args, last, last)
    args.period = after.period
    before = _explained(args, first, first) if has_period(county_of(args), after.period, first) else nothing_yet(after)
    with open_session(args) as session:
        shown = [published_total(session, found, day) for found, day in ((before, first), (after, last))]
        change = compare(before, after, shown[0], shown[1], read_histories(session, first, last))
    rows = _pseudonyms(args, change.rows)
    documents = records(rows.sort_values(["cause", "person", "thing"]))
    causes = change.causes()
    lines = [_change_title(change, first, last), ""]
    lines += table(
        say("changes_headings").split("|"),
        [(say(f"cause_{c['cause']}"), c["rows"], c["numerator"], c["denominator"]) for c in causes],
        right=(1, 2, 3),
    )
    keys = ("person", "thing", "cause", "before", "after", "amount", "weight")
    lines += ["", *table(say("changes_person_headings").split("|"), [[_shown(r[k]) for k in keys] for r in documents])]
    document = {
        "kpi": change.kpi,
        "period": change.period,
        "mode": change.mode,
        "from": {"as_of": first.isoformat(), **change.first.document()},
        "to": {"as_of": last.isoformat(), **change.last.document()},
        "difference": change.difference(),
        "causes": causes,
        "changes": documents,
    }
    return Answer(document, lines)


def _change_title(change: "Change", first: date, last: date) -> str:
    from schemas.messages import say

    return say(
        "changes_title",
        kpi=change.kpi,
        period=change.period,
        mode=say(f"mode_{change.mode}"),
        first=first,
        last=last,
        before=f"{change.first.numerator:g}",
        after=f"{change.last.numerator:g}",
    )


def _reason(code: object) -> str:
    """Return a reason in words; a query of the county's own says it in its own."""
    from schemas.messages import CATALOGUE, say

    return say(f"reason_{code}") if f"reason_{code}" in CATALOGUE else str(code)


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _shown(value: Any) -> Any:
    from schemas.messages import say

    return say("yes" if value else "no") if isinstance(value, bool) else value
