"""``teilhabe kpi``: the published figures of a day."""

import argparse
from decimal import Decimal
from typing import Any

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "kpi", "Kennzahlen eines veröffentlichten Standes")
    parser.add_argument("--period", metavar="P", help="Schuljahr, z. B. 2020/21 (sonst das letzte)")
    parser.add_argument("--mode", choices=("cumulative", "period", "cohort"), help="Zählweise (sonst cumulative)")
    parser.add_argument("--exact", action="store_true", help="genaue Werte aus internal.kpi (Fallarbeit, Steuerung)")
    add_days(parser, known_on=True)
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Read the figures; asking never writes, for exact ones neither: they count people and name none."""
    from flows.cli.opening import county_of, open_session
    from flows.parameters import parse_day
    from schemas.errors import UsageError
    from schemas.messages import say
    from tasks.publish.answers import published_day, published_figures

    county = county_of(args)
    asked = [parse_day(day) for day in (args.as_of, args.known_on) if day]
    with open_session(args) as session:
        day = published_day(session, min(asked) if asked else None)
        if day is None:
            raise UsageError("E806")
        found = published_figures(session, day, exact=args.exact, period=args.period, mode=args.mode)
    if not found.rows:
        raise UsageError("E805", period=args.period or "-", as_of=day)
    document = {"as_of": day.isoformat(), "known_on": day.isoformat(), "rows": [_plain(row) for row in found.rows]}
    period = args.period or max(row["period"] for row in found.rows)
    mode = args.mode or "cumulative"
    order = {definition.kpi: place for place, definition in enumerate(county.kpis)}
    shown = [r for r in found.rows if r["period"] == period and r["mode"] == mode and r["dimension"] == "all"]
    shown.sort(key=lambda row: order.get(row["kpi"], len(order)))
    lines = _title(county.name, shown, day, mode) + _table(shown, {d.kpi: d for d in county.kpis}) + _bridge(shown)
    if asked and min(asked) != day:
        lines.append(say("kpi_earlier_day", asked=min(asked), as_of=day))
        document["asked_for"] = min(asked).isoformat()
    return Answer(document, lines)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _title(county: str, rows: list[dict[str, Any]], day: object, mode: str) -> list[str]:
    from schemas.messages import say

    first = rows[0]
    return [
        say(
            "kpi_title",
            county=county,
            period=first["period"],
            mode=say(f"mode_{mode}"),
            period_from=first["period_from"],
            period_to=first["period_to"],
            as_of=day,
        ),
        "",
    ]


def _table(rows: list[dict[str, Any]], definitions: dict[str, Any]) -> list[str]:
    from schemas.messages import language, say
    from tasks.report.facts import number, share

    texts = []
    for row in rows:
        definition = definitions.get(row["kpi"])
        label = row["kpi"] if definition is None else definition.label_en if language() == "en" else definition.label_de
        is_share = definition is not None and definition.unit in ("share", "Anteil", "fraction")
        met = None if row["target_met"] is None else say("yes" if row["target_met"] else "no")
        cells = (number(row["numerator"]), number(row["denominator"]))
        value = share(row["value"]) if is_share else number(row["value"])
        target = share(row["target"]) if is_share else number(row["target"])
        texts.append((label, *cells, value, target, met))
    return table(say("kpi_headings").split("|"), texts, right=(1, 2, 3, 4))


def _bridge(rows: list[dict[str, Any]]) -> list[str]:
    from schemas.messages import say
    from tasks.report.facts import number

    values = {row["kpi"]: row["numerator"] for row in rows}
    names = {"new": "placed_new", "regular": "placed_regular", "both": "placed_both", "placed": "placed"}
    if not all(values.get(kpi) is not None for kpi in names.values()):
        return []
    return ["", say("kpi_bridge", **{name: number(values[kpi]) for name, kpi in names.items()})]
