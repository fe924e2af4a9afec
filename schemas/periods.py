"""Checks on pairs of days."""

from collections.abc import Callable

import pandas as pd


def not_before(later: str, earlier: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    """Return the test that ``later`` is empty, or not before ``earlier`` (the same day is fine)."""

    def test(frame: pd.DataFrame) -> "pd.Series[bool]":
        return frame[later].isna() | frame[earlier].isna() | (frame[later] >= frame[earlier])

    return test
