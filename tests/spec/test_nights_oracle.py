"""Random counties through the real night agree in every cell of all figures with an independent recomputation."""

import contextlib
import os
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tasks.publish.figures import compute_figures
from tasks.run import county_at, forget, warehouse_of
from tasks.warehouse.session import county_session
from tests.conftest import fresh_database
from tests.flows.county import MadeUpCounty
from tests.spec.made_nights import COUNTY, Maker, deliver, set_up
from tests.spec.night_oracle import KEYS, Judge

DAYS = [date(2021, 3, 1), date(2021, 6, 15), date(2021, 8, 20), date(2022, 2, 3)]
# Nights of the simulated year; 0: not asked for.
YEAR = int(os.environ.get("TEILHABE_YEAR", "0"))
PROPOSED = "SELECT need_id FROM core.match_proposal WHERE state IN ('proposed', 'unclear', 'accepted')"
EXAMPLES = int(os.environ.get("TEILHABE_EXAMPLES", "0"))
SEEDS = [int(seed) for seed in os.environ.get("TEILHABE_SEEDS", "11").split(",")]


def published(made: MadeUpCounty, day: date) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = made.rows(
        "SELECT kpi, period, mode, dimension, member, numerator, denominator, value FROM internal.kpi "
        "WHERE as_of = %s AND known_on = as_of",
        day,
    )
    return {row[:5]: row[5:] for row in rows}


def recomputed(made: MadeUpCounty, day: date) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Compute a past day's figures anew from the facts as they were known on it."""
    folder = str(made.folder.resolve())
    try:
        with county_session(warehouse_of(folder).engine, made.key) as session:
            compute_figures(session, county_at(folder), day, day)
            rows = session.rows(
                "SELECT kpi, period, mode, dimension, member, numerator, denominator, value FROM figure"
            )
    finally:
        forget(folder)
    return {tuple(row.values())[:5]: tuple(row.values())[5:] for row in rows}


def differing(found: dict[Any, Any], expected: dict[Any, Any]) -> list[Any]:
    wrong = []
    for key, (top, bottom, value) in expected.items():
        row = found.get(key)
        same = (
            row is not None
            and float(row[0]) == float(top)
            and (row[1] is None if bottom is None else float(row[1]) == float(bottom))
            and (row[2] is None if value is None else float(row[2]) == pytest.approx(float(value), abs=1e-9))
        )
        if not same:
            wrong.append((key, (top, bottom, value), row))
    return wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_of_every_night(tmp_path: Path, warehouse_url: str, seed: int) -> None:
    made = set_up(tmp_path / "county", warehouse_url)
    nights = Maker(seed, 60).nights(DAYS)
    for day, snapshot in nights:
        deliver(made, snapshot)
        outcome = made.sync(day.isoformat())
        assert outcome.code == 0, (outcome.stderr, made.tickets())
        proposed = {row[0] for row in made.rows(PROPOSED)}
        expected = Judge(COUNTY, nights, day, proposed).figures()
        found = published(made, day)
        assert differing(found, expected) == []
        assert {key for key in found if key[0] != "rows_rejected"} == set(expected), "no cell more, none less"


# Full deliveries of a kind each; a replay names a day and one source or all of them.
replays = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([None, *sorted(KEYS)])), min_size=1, max_size=2)


@settings(
    max_examples=max(1, EXAMPLES),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate] if EXAMPLES else [Phase.explicit],
)
@example(seed=14, order=sorted(KEYS, reverse=True), again=[(1, "enrolments"), (0, None)], backwards=True)
@given(seed=st.integers(0, 9999), order=st.permutations(sorted(KEYS)), again=replays, backwards=st.booleans())
def test_neither_order_of_sources_nor_replay_changes_a_figure(
    upgraded_server: str, seed: int, order: list[str], again: list[tuple[int, str | None]], backwards: bool
) -> None:
    nights = Maker(seed, 20).nights(DAYS[:2])
    usual = {kind: f"q{place:02d}-{kind}" for place, kind in enumerate(sorted(KEYS))}
    drawn = {kind: f"q{place:02d}-{kind}" for place, kind in enumerate(order)}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        urls = [stack.enter_context(contextlib.contextmanager(fresh_database)(upgraded_server)) for _ in range(2)]
        plain = set_up(Path(folder) / "plain", urls[0], usual)
        other = set_up(Path(folder) / "other", urls[1], drawn)
        for day, snapshot in nights:
            for made, names in ((plain, usual), (other, drawn)):
                deliver(made, snapshot, names)
                if backwards and made is other:
                    # Each source by itself, last one first; the figures of the day are those after all of them.
                    for name in sorted(names.values(), reverse=True)[:2]:
                        assert made.sync(day.isoformat(), "--source", name).code in (0, 8)
                assert made.sync(day.isoformat()).code == 0
        expected = [published(plain, day) for day, _ in nights]
        assert expected[1]
        assert [published(other, day) for day, _ in nights] == expected
        for place, kind in again:
            words = ["--source", drawn[kind]] if kind else []
            done = other.run("rerun", "--since", str(DAYS[place]), "--from-raw", *words, "--reason", "Probe")
            assert done.code == 0, done.stderr
            assert [published(other, day) for day, _ in nights] == expected, (place, kind)


@pytest.mark.skipif(YEAR == 0, reason="a year takes ten minutes: make test-year")
def test_a_year_of_nights_agrees_with_the_recomputation(tmp_path: Path, warehouse_url: str) -> None:
    made = set_up(tmp_path / "county", warehouse_url)
    days = [date(2021, 3, 1) + timedelta(days=number) for number in range(YEAR)]
    nights = Maker(365, 60).nights(days, busy=0.1)
    for number, (day, snapshot) in enumerate(nights):
        deliver(made, snapshot)
        assert made.sync(day.isoformat()).code == 0, day
        if number % 14 == 0 or number == YEAR - 1:
            proposed = {row[0] for row in made.rows(PROPOSED)}
            expected = Judge(COUNTY, nights[: number + 1], day, proposed).figures()
            assert differing(published(made, day), expected) == [], day
    assert made.rows("SELECT count(DISTINCT as_of) FROM internal.kpi") == [(YEAR,)]
    for day in days[::7]:
        stored, again = published(made, day), recomputed(made, day)
        # Tickets close and proposals go on with later nights: these two are answered from what was stored.
        assert {key for key in stored if stored[key] != again.get(key)} <= {
            key for key in stored if key[0] in ("rows_rejected", "unmet_needs")
        }, day
