"""Releases in a row: values stand, nothing is recovered, and a repeat costs nothing new."""

import itertools

import pandas as pd
import pytest

from tasks.publish.disclosure import AuditRule, DisclosureSettings, audit_release, protect, remember
from tasks.publish.disclosure.audit import read_releases
from tests.unit.growing_county import monthly_releases

KEY = ["period", "mode", "kpi", "dimension", "member"]
MONTHS = 14  # the second school year begins in the thirteenth


@pytest.fixture(scope="module")
def releases() -> list[pd.DataFrame]:
    """What each release said, with the truth beside it; the county grows and shrinks."""
    ledger, told = None, []
    for number, exact in enumerate(monthly_releases(60, 24, 3, ["residence_group"])):
        if number == MONTHS:
            break
        published = protect(exact, DisclosureSettings(), ledger, f"r{number:02d}")
        ledger = remember(ledger, exact, published, f"r{number:02d}")
        told.append(published.merge(exact[[*KEY, "numerator"]], on=KEY, suffixes=("", "_true")))
    return told


def test_a_value_stands_while_its_truth_does_through_all_releases(releases: list[pd.DataFrame]) -> None:
    stood = 0
    for before, after in itertools.pairwise(releases):
        both = before.merge(after, on=KEY, suffixes=("_old", "_new"))
        both = both[(both["dimension"] != "all") & both["numerator_old"].notna() & both["numerator_new"].notna()]
        same = both[both["numerator_true_old"] == both["numerator_true_new"]]
        stood += len(same)
        assert (same["numerator_old"] == same["numerator_new"]).all()
    assert stood > 1000


def test_every_count_that_is_shown_is_near_and_most_are_shown(releases: list[pd.DataFrame]) -> None:
    rows = pd.concat(releases)
    parts = rows[(rows["dimension"] != "all") & (rows["member"] != "rounded_total")]
    shown = parts[parts["numerator"].notna()]
    assert ((shown["numerator"] - shown["numerator_true"]).abs() < 5).all()
    assert len(shown) > 0.85 * len(parts)


def test_whoever_kept_all_releases_recovers_no_count(releases: list[pd.DataFrame]) -> None:
    told = read_releases(frame.assign(base=5, method="rounding") for frame in releases[:-1])
    last = releases[-1].assign(base=5, method="rounding")
    result = audit_release(last, told, AuditRule(min_count=2), all_anew=True)
    assert result.checked > 100
    assert result.findings == ()


def test_a_cell_rounded_anew_while_its_total_stands_is_found(releases: list[pd.DataFrame]) -> None:
    """The same release a second time, with one unit moved from one member to the other."""
    last = releases[-1].assign(base=5, method="rounding")
    line = (last["kpi"] == "contacted") & (last["mode"] == "cumulative") & (last["period"] == last["period"].min())
    again = last.copy()
    again.loc[line & (last["member"] == "secondary"), ["numerator", "value"]] -= 5
    again.loc[line & (last["member"] == "primary"), ["numerator", "value"]] += 5
    assert not audit_release(again, read_releases([last]), AuditRule()).clean
