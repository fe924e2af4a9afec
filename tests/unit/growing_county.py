"""A made-up county that grows and shrinks: exact KPI rows of monthly releases.

Persons only, no names. Counts grow by arrivals and entries and shrink by late
retractions (withdrawn consent, corrected records). Seeded, so every run is the same.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

COMMUNES = [f"057740{n:02d}" for n in range(4, 44, 4)]
AXES: dict[str, list[str]] = {
    "commune": [*COMMUNES, "other"],
    "residence_group": ["primary", "secondary", "other"],
    "sex": ["d", "f", "m", "x"],
    "age_band": ["18-20", "21-23", "24-27", "other"],
    "team": ["A", "B", "other"],
}
MODULES = ["F1", "F2", "F3", "F4", "F5", "REGEL"]
SHARES = {
    "commune": [0.36, 0.11, 0.1, 0.09, 0.09, 0.07, 0.06, 0.05, 0.04, 0.02, 0.01],
    "residence_group": [0.7, 0.28, 0.02],
    "sex": [0.01, 0.27, 0.7, 0.02],
    "age_band": [0.3, 0.33, 0.36, 0.01],
    "team": [0.5, 0.45, 0.05],
}


def draw_persons(count: int, months: int, seed: int) -> pd.DataFrame:
    """One row a person: member of each axis, month of contact, entry, placement, module, retraction."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({axis: rng.choice(AXES[axis], count, p=SHARES[axis]) for axis in AXES})
    # 60 % are there at the first release, the others arrive over the months.
    start = rng.integers(-6, 1, count)
    people["contact"] = np.where(rng.random(count) < 0.6, start, rng.integers(1, months, count))
    people["entry"] = np.where(rng.random(count) < 0.71, people["contact"] + rng.integers(0, 4, count), 999)
    placed = (rng.random(count) < 0.67) & (people["entry"] < 999)
    delay = people["entry"] + rng.integers(0, 5, count)
    kind = rng.choice(["new", "regular", "both"], count, p=[0.66, 0.2, 0.14])
    people["new"] = np.where(placed & (kind != "regular"), delay, 999)
    people["regular"] = np.where(placed & (kind != "new"), delay + rng.integers(0, 3, count), 999)
    people["module"] = rng.choice(MODULES[:5], count, p=[0.45, 0.1, 0.05, 0.05, 0.35])
    people["dropped"] = rng.random(count) < 0.15
    people["gone"] = np.where(rng.random(count) < 0.03, rng.integers(2, months + 1, count), 999)
    return people


def exact_rows(people: pd.DataFrame, month: int, axes: list[str] | None = None, turn: int = 12) -> pd.DataFrame:
    """Return the rows of ``internal.kpi`` known in ``month`` for three modes; the second year begins at ``turn``."""
    here = people[people["gone"] > month]
    rows: list[dict[str, object]] = []
    years = [("2020/21", -99, turn - 1)] + ([("2021/22", turn, 2 * turn - 1)] if month >= turn else [])
    for period, first, last in years:
        until = min(month, last)
        for mode in ("cumulative", "period", "cohort"):
            low = -99 if mode == "cumulative" else first
            contact = here["contact"].between(low, until)
            entry = here["entry"].between(low, until)
            if mode == "cohort":
                entry = contact & (here["entry"] <= month)
            contact = contact | entry
            horizon = month if mode == "cohort" else until
            new = entry & here["new"].between(low, horizon)
            regular = entry & here["regular"].between(low, horizon)
            flags = here.assign(c=contact, e=entry, n=new, r=regular)
            rows += _rows(flags, period, mode, axes or [*AXES, "module"])
    return pd.DataFrame(rows)


def _rows(flags: pd.DataFrame, period: str, mode: str, axes: list[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    groups = [("all", "all", flags)]
    for axis in axes:
        if axis != "module":
            groups += [(axis, member, flags[flags[axis] == member]) for member in AXES[axis]]
    for dimension, member, group in groups:
        rows += _kpis(group, period, mode, dimension, member)
    if "module" in axes:
        for module in MODULES:
            regel = module == "REGEL"
            group = flags[flags["r"]].assign(n=False) if regel else flags[flags["n"] & (flags["module"] == module)]
            group = group if regel else group.assign(r=False)
            kept = {"placed_new", "placed_regular", "placed_both", "placed", "dropout_rate"}
            rows += [row for row in _kpis(group, period, mode, "module", module) if row["kpi"] in kept]
    return rows


def _kpis(group: pd.DataFrame, period: str, mode: str, dimension: str, member: str) -> list[dict[str, object]]:
    count = {key: int(group[key].sum()) for key in "cenr"}
    both = int((group["n"] & group["r"]).sum())
    placed = count["n"] + count["r"] - both
    courses = count["n"] + count["r"]
    dropped = int((group["n"] & group["dropped"]).sum())
    days = 20.0 + (len(group) * 7) % 23
    figures: list[tuple[str, int, int | None, float | None]] = [
        ("contacted", count["c"], None, count["c"]),
        ("entered", count["e"], None, count["e"]),
        ("placed_new", count["n"], None, count["n"]),
        ("placed_regular", count["r"], None, count["r"]),
        ("placed_both", both, None, both),
        ("placed", placed, None, placed),
        ("entry_rate", count["e"], count["c"], None),
        ("placement_rate", placed, count["e"], None),
        ("placement_rate_of_contacted", placed, count["c"], None),
        ("dropout_rate", dropped, courses, None),
        ("days_to_entry", count["e"], count["c"], days if count["e"] else None),
        ("days_to_placement", placed, count["e"], days + 9 if placed else None),
    ]
    return [
        {
            "period": period, "mode": mode, "kpi": kpi, "dimension": dimension, "member": member,
            "numerator": top, "denominator": bottom,
            "value": value if value is not None else (top / bottom if bottom else None),
        }
        for kpi, top, bottom, value in figures
    ]  # fmt: skip


def nightly_releases(count: int, nights: int, seed: int, axes: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the exact rows of one release a night; as many arrive in these nights as else in two years."""
    people = draw_persons(count, nights, seed)
    for night in range(nights):
        yield exact_rows(people, night, axes, turn=nights // 2)


def monthly_releases(count: int, months: int, seed: int, axes: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the exact rows of one release a month."""
    people = draw_persons(count, months, seed)
    for month in range(months):
        yield exact_rows(people, month, axes)
