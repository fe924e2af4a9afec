"""Great Expectations on aggregates: an unusual day is seen, a usual one is not; no row of a person is shown to it."""

import pandas as pd

from tasks.publish.expectations import judge_day, usual_bounds, widen


def _history() -> pd.DataFrame:
    return pd.DataFrame({"contacted": [120.0, 121, 122, 123, 124], "entry_rate": [0.70, 0.71, 0.70, 0.71, 0.71]})


def test_a_day_like_the_last_weeks_is_usual() -> None:
    today = pd.DataFrame({"contacted": [125.0], "entry_rate": [0.71]})
    assert judge_day(today, usual_bounds(_history())) == {"contacted": True, "entry_rate": True}


def test_a_total_that_falls_by_half_and_a_rate_that_jumps_are_unusual() -> None:
    today = pd.DataFrame({"contacted": [60.0], "entry_rate": [0.95]})
    assert judge_day(today, usual_bounds(_history())) == {"contacted": False, "entry_rate": False}


def test_only_totals_are_shown_to_it() -> None:
    totals = pd.DataFrame(
        {
            "as_of": [pd.Timestamp("2021-03-01")] * 2,
            "kpi": ["contacted", "entry_rate"],
            "numerator": [124.0, 88.0],
            "value": [124.0, 0.71],
        }
    )
    assert widen(totals).drop(columns="as_of").to_dict("records") == [{"contacted": 124.0, "entry_rate": 0.71}]
