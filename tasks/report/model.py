"""The steering report as data: what HTML, PDF and workbook print.

Rule: totals are exact and published; breakdowns are the released ones (rounded).
A figure is printed with numerator and denominator; a share half up without
decimals, a denominator of 0 as "–".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from config.county import County

Row = Mapping[str, Any]
DASH = "–"


@dataclass(frozen=True)
class Figure:
    """One KPI as printed."""

    kpi: str
    label: str
    numerator: str
    denominator: str
    value: str
    target: str
    met: bool | None


@dataclass(frozen=True)
class Bar:
    """One commune: released counts of contacted, entered and placed (None: not released)."""

    name: str
    contacted: int | None
    entered: int | None
    placed: int | None


@dataclass(frozen=True)
class Report:
    """The whole report of one school year."""

    county: str
    programme: str
    period: str
    period_from: str
    period_to: str
    as_of: str
    release: str
    state: str
    paragraph: tuple[str, ...]
    bridge: tuple[int, int, int, int]
    figures: tuple[Figure, ...]
    communes: tuple[Bar, ...]
    definitions: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[str, str, int], ...]


def number(value: Any) -> str:
    """Return a number as people read it: no needless decimals, decimal comma."""
    if value is None:
        return DASH
    rounded = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = rounded.to_integral_value()
    return str(whole if rounded == whole else rounded).replace(".", ",")


def share(value: Any) -> str:
    """Return a fraction as a whole percentage, half up."""
    if value is None:
        return DASH
    return f"{(Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_HALF_UP)} %"


def build_report(
    county: County, period: str, rows: Sequence[Row], sources: Sequence[Row], state: str, as_of: str
) -> Report:
    """Put a period's published rows (mode cumulative) together.

    Args:
        county: configuration; definitions and labels come from it.
        period: the school year.
        rows: rows of ``mart.kpi`` of the period and of mode cumulative.
        sources: source, last_delivery, open_rows of each supplier.
        state: draft, sealed or re-issued.
        as_of: the published day.
    """
    totals = {row["kpi"]: row for row in rows if row["dimension"] == "all"}
    names = {commune.ags: commune.name for commune in county.codelists.communes}
    cells = {(row["kpi"], row["member"]): row["numerator"] for row in rows if row["dimension"] == "commune"}
    bars = tuple(
        Bar(name, *(_whole(cells.get((kpi, ags))) for kpi in ("contacted", "entered", "placed")))
        for ags, name in names.items()
    )
    release = next((row["release_id"] for row in rows if row["dimension"] != "all" and row["release_id"]), DASH)
    bridge = tuple(int(totals[kpi]["numerator"]) for kpi in ("placed_new", "placed_regular", "placed_both", "placed"))
    first = next(iter(totals.values()))
    return Report(
        county=county.name,
        programme=county.programme.name,
        period=period,
        period_from=str(first["period_from"]),
        period_to=str(first["period_to"]),
        as_of=as_of,
        release=str(release),
        state=state,
        paragraph=_paragraph(totals),
        bridge=(bridge[0], bridge[1], bridge[2], bridge[3]),
        figures=tuple(_figure(county, totals[one.kpi]) for one in county.kpis if one.kpi in totals),
        communes=bars,
        definitions=tuple((one.label_de, one.numerator_text, one.denominator_text or DASH) for one in county.kpis),
        sources=tuple((r["source"], str(r["last_delivery"] or DASH), int(r["open_rows"])) for r in sources),
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _figure(county: County, row: Row) -> Figure:
    one = next(definition for definition in county.kpis if definition.kpi == row["kpi"])
    show = share if one.unit == "share" else number
    met = None if row["target_met"] is None else bool(row["target_met"])
    return Figure(
        one.kpi,
        one.label_de,
        number(row["numerator"]),
        number(row["denominator"]),
        show(row["value"]),
        show(row["target"]),
        met,
    )


def _paragraph(totals: Mapping[str, Row]) -> tuple[str, ...]:
    """The county's own paragraph of goal 4, sentence by sentence, from the figures."""
    count = {kpi: number(row["numerator"]) for kpi, row in totals.items()}
    return (
        f"Es konnten {count['contacted']} Personen der primären und sekundären Zielgruppe kontaktiert werden.",
        f"Davon sind {count['entered']} Personen in das Programm eingetreten. "
        f"Dies entspricht {share(totals['entry_rate']['value'])}.",
        f"Von den {count['entered']} eingetretenen Personen wurden {count['placed_new']} Personen in neu "
        "initiierte Maßnahmen "
        f"und {count['placed_regular']} Personen in bestehende Regelangebote vermittelt; {count['placed_both']} "
        "Personen "
        "nahmen an beidem teil.",
        f"Damit wurden insgesamt {count['placed_new']} + {count['placed_regular']} − {count['placed_both']} = "
        f"{count['placed']} Personen vermittelt. Dies entspricht {share(totals['placement_rate']['value'])}.",
    )
