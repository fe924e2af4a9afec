"""What must hold in every cell of the figures of a day, whatever the facts."""

from collections.abc import Iterator, Mapping
from typing import Any

Key = tuple[str, str, str, str, str]
COUNTS = ("contacted", "entered", "placed_new", "placed_regular", "placed_both", "placed")
SHARES = {
    "entry_rate": ("entered", "contacted"),
    "placement_rate": ("placed", "entered"),
    "placement_rate_of_contacted": ("placed", "contacted"),
}
MEDIANS = ("days_to_entry", "days_to_placement")


def broken_invariants(rows: Mapping[Key, Mapping[str, Any]]) -> list[tuple[str, Key]]:
    """Return the name of each broken invariant with the cell that breaks it."""
    return [
        *_parts(rows),
        *_bridge(rows),
        *_sums(rows),
        *_nested(rows),
    ]


def _top(rows: Mapping[Key, Mapping[str, Any]], kpi: str, key: Key) -> Any:
    row = rows.get((kpi, *key[1:]))
    return None if row is None else row["numerator"]


def _parts(rows: Mapping[Key, Mapping[str, Any]]) -> Iterator[tuple[str, Key]]:
    for key, row in rows.items():
        top, bottom, value = row["numerator"], row["denominator"], row["value"]
        if top is None or top < 0 or (bottom is not None and bottom < 0):
            yield "counts are there and not negative", key
        if key[0] in MEDIANS:
            if (value is None) != (top == 0) or (value is not None and value < 0):
                yield "a median stands exactly where something is closed", key
        elif bottom is None and value != top:
            yield "the value of a count is the count", key
        elif bottom is not None and (value is None) != (bottom == 0):
            yield "a rate of nothing has no value", key
        elif bottom and abs(float(value) * float(bottom) - float(top)) > 1e-9 * max(float(bottom), 1.0):
            yield "a rate is its numerator by its denominator", key
        if key[0] not in ("caseload_per_fte",) and bottom is not None and top > bottom:
            yield "a part is no more than the whole", key
        if key[3] != "all" and (row["target"] is not None or row["target_met"] is not None):
            yield "only totals have a target", key
        if key[0] in SHARES:
            upper, lower = SHARES[key[0]]
            if (top, bottom) != (_top(rows, upper, key), _top(rows, lower, key)):
                yield "a rate divides the figures it names", key


def _bridge(rows: Mapping[Key, Mapping[str, Any]]) -> Iterator[tuple[str, Key]]:
    for key in rows:
        if key[0] != "placed":
            continue
        new, regular, both, placed = (
            _top(rows, kpi, key) for kpi in ("placed_new", "placed_regular", "placed_both", "placed")
        )
        if placed != new + regular - both or both > min(new, regular):
            yield "placed = new + regular - both", key
        if key[3] != "module" and not placed <= _top(rows, "entered", key) <= _top(rows, "contacted", key):
            yield "placed <= entered <= contacted", key


def _sums(rows: Mapping[Key, Mapping[str, Any]]) -> Iterator[tuple[str, Key]]:
    sums: dict[Key, list[Any]] = {}
    for (kpi, period, mode, dimension, _), row in rows.items():
        if dimension not in ("all", "module"):
            found = sums.setdefault((kpi, period, mode, dimension, ""), [0, 0])
            found[0] += row["numerator"]
            found[1] += row["denominator"] or 0
    for key, (top, bottom) in sums.items():
        total = rows[(*key[:3], "all", "all")]
        if (top, bottom) != (total["numerator"], total["denominator"] or 0):
            yield "members sum to the total", key


def _nested(rows: Mapping[Key, Mapping[str, Any]]) -> Iterator[tuple[str, Key]]:
    """Whoever counts in a year counts from the programme's start to its end, and in the year's cohort."""
    periods = sorted({key[1] for key in rows})
    for key in rows:
        kpi, period, mode, dimension, member = key
        if kpi not in COUNTS or dimension != "all" or mode != "period":
            continue
        within = rows[key]["numerator"]
        wider = {name: rows[(kpi, period, name, dimension, member)]["numerator"] for name in ("cumulative", "cohort")}
        if within > min(wider.values()):
            yield "period is part of cumulative and of cohort", key
        if period == periods[0] and within != wider["cumulative"]:
            yield "in the first year period and cumulative are one", key
        if period == periods[-1] and within != wider["cohort"]:
            yield "in the running year period and cohort are one", key
        later = [rows[(kpi, p, "cumulative", dimension, member)]["numerator"] for p in periods if p >= period]
        if later != sorted(later):
            yield "cumulative figures never fall from year to year", key
