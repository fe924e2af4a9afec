"""Drawn counties: every cell agrees with the recomputation on every known day, every invariant holds, lists add up.

The drawn nights go straight into the history tables; the counting and explaining SQL is the product's, on a real
server. ``make test-properties`` tries many more (TEILHABE_EXAMPLES).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.county import County
from tasks.publish.explain import THINGS, explain_figure
from tasks.publish.membership import PARTS
from tasks.publish.periods import school_year_label, school_year_start
from tests.flows.county import MadeUpCounty
from tests.spec.facts import Facts, Figures, made_county
from tests.spec.invariants import broken_invariants
from tests.spec.loaded_nights import Loader
from tests.spec.made_nights import COUNTY, Maker, Snapshot
from tests.spec.night_oracle import Judge

EXAMPLES = int(os.environ.get("TEILHABE_EXAMPLES", "4"))
FIRST = date(2021, 3, 1)
# Nights around the turns of school years, leap days and ends of periods as often as any other day.
TURNS = [date(2021, 7, 31), date(2021, 8, 1), date(2022, 7, 31), date(2022, 8, 1), date(2024, 2, 29)]
drawn_days = st.lists(
    st.one_of(st.sampled_from(TURNS), st.dates(FIRST + timedelta(days=1), date(2024, 3, 1))),
    min_size=1,
    max_size=3,
    unique=True,
).map(sorted)
drawn_settings = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="TEILHABE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True, repr=False)
class Probe:
    """A county of four communes whose programme begins in January 2021, and a warehouse; nothing is committed."""

    county: County
    url: str


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory, spec_url: str) -> Probe:
    from config.settings import load_county

    folder = tmp_path_factory.mktemp("county") / "probe"
    made = MadeUpCounty(folder, "postgresql://nobody@127.0.0.1/none", COUNTY.prefix)
    made.source("leute", "\n  participants:\n    person_id: id\n    last_name: n\n    first_name: v\n"
                "    birth_date: g\n    residence_status: s\n    ags: a\n")  # fmt: skip
    return Probe(load_county(folder, {}), spec_url)


def differing(found: Figures, expected: dict[Any, Any]) -> list[Any]:
    wrong = []
    for key, (top, bottom, value) in expected.items():
        row = found.rows[key]
        same = float(row["numerator"]) == float(top) and (row["denominator"] is None) == (bottom is None)
        same = same and (bottom is None or float(row["denominator"]) == float(bottom))
        same = same and (row["value"] is None) == (value is None)
        if not same or (value is not None and abs(float(row["value"]) - float(value)) > 1e-9):
            wrong.append((key, (top, bottom, value), dict(row)))
    return wrong


def check_days(facts: Facts, nights: Sequence[tuple[date, Snapshot]], days: Sequence[date]) -> None:
    for day in days:
        expected = Judge(COUNTY, nights, day, set()).figures()
        found = facts.figures(day)
        assert differing(found, expected) == [], day
        assert {key for key in found.rows if key[0] != "rows_rejected"} == set(expected), "no cell more, none less"
        assert broken_invariants(found.rows) == [], day


@drawn_settings
@given(draw=st.randoms(use_true_random=False), people=st.integers(1, 9), days=drawn_days)
def test_every_cell_of_every_known_day(probe: Probe, draw: Random, people: int, days: list[date]) -> None:
    nights = Maker(draw, people).nights([FIRST, *days])
    with made_county(probe.url, probe.county) as facts:
        loader = Loader(facts)
        for day, snapshot in nights:
            loader.load(day, snapshot)
        # All is loaded: what each past day knew must come out of the two clocks alone, also on days between nights.
        check_days(facts, nights, [day for day, _ in nights] + [days[0] - timedelta(days=1)])


@drawn_settings
@given(
    draw=st.randoms(use_true_random=False),
    people=st.integers(1, 9),
    days=drawn_days,
    kpi=st.sampled_from([*PARTS, *THINGS]),
    mode=st.sampled_from(["cumulative", "period", "cohort"]),
)
def test_every_list_adds_up_and_names_everybody_once(
    probe: Probe, draw: Random, people: int, days: list[date], kpi: str, mode: str
) -> None:
    nights = Maker(draw, people).nights([FIRST, *days])
    with made_county(probe.url, probe.county) as facts:
        loader = Loader(facts)
        for day, snapshot in nights:
            loader.load(day, snapshot)
        known = nights[-1][0]
        period = school_year_label(school_year_start(nights[len(nights) // 2][0]))
        expected = Judge(COUNTY, nights, known, set()).figures()
        found = explain_figure(facts.session, probe.county, kpi, period, mode, known, known)
        facts.session.connection.rollback()
    if kpi != "rows_rejected":
        top, bottom, _ = expected[(kpi, period, mode, "all", "all")]
        assert (found.numerator, found.denominator) == (float(top), None if bottom is None else float(bottom))
    assert found.rows["amount"].sum() == pytest.approx(found.numerator)
    if found.denominator is not None:
        assert found.rows["weight"].sum() == pytest.approx(found.denominator)
    if kpi in PARTS:
        everybody = {row["person_id"] for _, snapshot in nights for row in snapshot["participants"]}
        assert found.rows["person_uid"].is_unique
        assert len(found.rows) == len(everybody)
    assert found.rows["reason"].notna().all(), "each has a reason"
