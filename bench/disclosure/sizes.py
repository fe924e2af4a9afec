"""Cost of one release by number of cells and of persons."""

import time

import numpy as np
import pandas as pd

from tasks.publish.disclosure import DisclosureSettings, protect
from tests.unit.growing_county import draw_persons, exact_rows

# 33: three counts by 11 members; 165: five in three modes; 561 and some: six in three modes and all dimensions.
PERSONS = (124, 2_000, 100_000)


def _cut(exact: pd.DataFrame, cells: int) -> pd.DataFrame:
    counts = exact[exact["denominator"].isna()]
    wanted = counts["dimension"].isin(["all", "commune"] if cells <= 165 else counts["dimension"].unique())
    kpis = ["contacted", "entered", "placed"] if cells == 33 else sorted(counts["kpi"].unique())
    if cells == 165:
        kpis = ["contacted", "entered", "placed_new", "placed_regular", "placed"]
    modes = ["cumulative"] if cells == 33 else ["cumulative", "period", "cohort"]
    part = counts[wanted & counts["kpi"].isin(kpis) & counts["mode"].isin(modes)]
    return part.reset_index(drop=True)


def run() -> None:
    """Print CPU seconds and rows that wait for both methods."""
    for persons in PERSONS:
        people = draw_persons(persons, 24, 0)
        exact = exact_rows(people, 6)
        for cells in (33, 165, 561):
            part = _cut(exact, cells)
            count = int((part["dimension"] != "all").sum())
            for method in ("rounding", "suppression"):
                started = time.process_time()
                told = protect(part, DisclosureSettings(method), None, "r1")  # type: ignore[arg-type]
                seconds = time.process_time() - started
                inner = told[(told["dimension"] != "all") & (told["member"] != "rounded_total")]
                kept = np.nansum(inner["numerator"]) / max(1, part.loc[part["dimension"] != "all", "numerator"].sum())
                waits = int((inner["protection"] == "suppressed").sum())
                print(f"{persons:6d} persons, {count:3d} cells, {method:11s}: {seconds:6.2f} s, {waits:3d} hidden, "
                      f"{kept:.2f} of all counts shown", flush=True)  # fmt: skip
