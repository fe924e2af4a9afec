"""The rows a report is written from: published figures and the marts beside them, never a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from config.county import County
from config.kpis import KpiDefinition
from schemas.messages import language
from tasks.report.blocks import DASH

Row = Mapping[str, Any]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class ReportFacts:
    """What is published of one period on one day.

    ``figures`` are rows of ``mart.kpi`` of all modes, for the steering body's own
    report (``is_exact``) of ``internal.kpi``. ``earlier`` holds the totals
    of the last published day at least four weeks before (empty: none). The other
    rows come from ``sql/report/<name>.sql``. ``measure_sizes`` are the persons from
    which a measure is proposed, by offer kind or family.
    """

    county: County
    period: str
    as_of: date
    state: str
    figures: Sequence[Row]
    earlier: Sequence[Row] = ()
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    measure_sizes: Mapping[str, int] = field(default_factory=dict)
    is_exact: bool = False

    def total(self, kpi: str, mode: str = "cumulative") -> Row | None:
        """Return the total row of a KPI."""
        return next((r for r in self.figures if _is(r, kpi, mode, "all", "all")), None)

    def earlier_total(self, kpi: str) -> Row | None:
        """Return the cumulative total of a KPI four weeks or more before."""
        return next((r for r in self.earlier if _is(r, kpi, "cumulative", "all", "all")), None)

    def cell(self, kpi: str, dimension: str, member: str) -> int | None:
        """Return the released count of a cell; None where it is not shown."""
        row = next((r for r in self.figures if _is(r, kpi, "cumulative", dimension, member)), None)
        return None if row is None or row["numerator"] is None else int(row["numerator"])

    def group_size(self, category: str) -> int:
        """Return from how many persons on a measure of a kind or family is proposed."""
        families = {kind.code: kind.family for kind in self.county.codelists.offer_kinds}
        sizes = self.measure_sizes
        return sizes.get(category, sizes.get(families.get(category, category), sizes.get("default", 1)))

    def commune(self, ags: str | None) -> str | None:
        """Return a commune's name, of another county its key."""
        return next((one.name for one in self.county.codelists.communes if one.ags == ags), ags)

    def definition(self, row: Row) -> KpiDefinition:
        """Return the definition that a row was computed by."""
        return next(
            one for one in self.county.kpis if (one.kpi, str(one.version)) == (row["kpi"], str(row["kpi_version"]))
        )


def _is(row: Row, kpi: str, mode: str, dimension: str, member: str) -> bool:
    return bool((row["kpi"], row["mode"], row["dimension"], row["member"]) == (kpi, mode, dimension, member))


def number(value: Any) -> str | None:
    """Return a number as people read it: one decimal at most, half up, the language's own sign; None stays None."""
    if value is None:
        return None
    rounded = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = rounded.to_integral_value()
    text = str(whole if rounded == whole else rounded)
    return text if language() == "en" else text.replace(".", ",")


def share(value: Any) -> str | None:
    """Return a fraction as a whole percentage, half up (71 %, English 71%); None (a denominator of 0) stays None."""
    if value is None:
        return None
    whole = (Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{whole}%" if language() == "en" else f"{whole} %"


def day(value: date | None) -> str | None:
    """Return a day as letters write it: 31.07.2021, in English 31 Jul 2021."""
    if value is None:
        return None
    if language() == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return value.strftime("%d.%m.%Y")


def release_day(release_id: str | None) -> str:
    """Return the day of a release as letters write it; its number is that day, as ISO writes it."""
    try:
        return day(date.fromisoformat(release_id or "")) or DASH
    except ValueError:
        return release_id or DASH
