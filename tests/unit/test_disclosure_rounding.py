"""Rules of the additive controlled rounding, on tables small enough to check by eye."""

import pandas as pd
import pytest

from schemas.errors import ConfigInvalid, GateClosed
from tasks.publish.disclosure import DisclosureSettings, protect, remember

SETTINGS = DisclosureSettings()


def release(figures, dimension="commune", period="2020/21", mode="cumulative"):
    """Exact rows: kpi -> {member: count or (count, denominator)}; totals are added up."""
    rows = []
    for kpi, members in figures.items():
        pairs = {m: v if isinstance(v, tuple) else (v, None) for m, v in members.items()}
        if dimension != "module":
            bottoms = [b for _, b in pairs.values() if b is not None]
            pairs["all"] = (sum(a for a, _ in pairs.values()), sum(bottoms) if bottoms else None)
        for member, (top, bottom) in pairs.items():
            rows.append({
                "period": period, "mode": mode, "kpi": kpi, "dimension": "all" if member == "all" else dimension,
                "member": member, "numerator": top, "denominator": bottom,
                "value": top if bottom is None else (top / bottom if bottom else None),
            })  # fmt: skip
    return pd.DataFrame(rows)


def shown(published, kpi, member, column="numerator"):
    rows = published[(published["kpi"] == kpi) & (published["member"] == member)]
    return rows[column].iloc[0]


FIGURES = {
    "contacted": {"a": 41, "b": 13, "c": 7, "d": 3, "e": 0},
    "entered": {"a": 29, "b": 8, "c": 6, "d": 2, "e": 0},
    "entry_rate": {"a": (29, 41), "b": (8, 13), "c": (6, 7), "d": (2, 3), "e": (0, 0)},
}


def test_each_count_differs_from_the_truth_by_less_than_the_base():
    exact = release(FIGURES)
    both = protect(exact, SETTINGS, None, "r1").merge(exact, on=["kpi", "member"], suffixes=("", "_true"))
    assert ((both["numerator"] - both["numerator_true"]).abs() < 5).all()


def test_members_add_up_to_the_rounded_total_that_stands_with_them():
    published = protect(release(FIGURES), SETTINGS, None, "r1")
    for kpi in ("contacted", "entered"):
        parts = published[(published["kpi"] == kpi) & published["member"].isin(list("abcde"))]
        assert parts["numerator"].sum() == shown(published, kpi, "rounded_total")


def test_the_exact_total_stays_exact():
    published = protect(release(FIGURES), SETTINGS, None, "r1")
    assert (shown(published, "contacted", "all"), shown(published, "contacted", "all", "protection")) == (64, "exact")


def test_rates_come_from_rounded_counts_alone():
    published = protect(release(FIGURES), SETTINGS, None, "r1")
    rate = published[(published["kpi"] == "entry_rate") & (published["member"] == "a")].iloc[0]
    assert rate["numerator"] == shown(published, "entered", "a")
    assert rate["denominator"] == shown(published, "contacted", "a")
    assert rate["value"] == rate["numerator"] / rate["denominator"]


def test_a_rate_over_a_rounded_zero_is_null():
    published = protect(release(FIGURES), SETTINGS, None, "r1")
    assert shown(published, "entry_rate", "e", "denominator") == 0
    assert pd.isna(shown(published, "entry_rate", "e", "value"))


def test_a_shown_zero_does_not_tell_zero_from_one_and_two():
    one = protect(release({"contacted": {"a": 20, "b": 0, "c": 20}}), SETTINGS, None, "r1")
    two = protect(release({"contacted": {"a": 20, "b": 2, "c": 20}}), SETTINGS, None, "r1")
    assert shown(one, "contacted", "b") == shown(two, "contacted", "b") == 0


def test_placed_is_new_plus_regular_minus_both_after_rounding():
    exact = release({
        "placed_new": {"a": 9, "b": 9, "c": 4}, "placed_regular": {"a": 9, "b": 3, "c": 3},
        "placed_both": {"a": 1, "b": 3, "c": 2}, "placed": {"a": 17, "b": 9, "c": 5},
    })  # fmt: skip
    published = protect(exact, SETTINGS, None, "r1")
    for member in ("a", "b", "c", "rounded_total"):
        new, regular, both, placed = (
            shown(published, kpi, member) for kpi in ("placed_new", "placed_regular", "placed_both", "placed")
        )
        assert placed == new + regular - both


def test_one_rounded_total_stands_in_all_dimensions():
    exact = pd.concat([
        release({"contacted": {"a": 12, "b": 12, "c": 9}}),
        release({"contacted": {"f": 16, "m": 17}}, dimension="sex").query("dimension == 'sex'"),
    ])  # fmt: skip
    published = protect(exact, SETTINGS, None, "r1")
    assert published.loc[published["member"] == "rounded_total", "numerator"].nunique() == 1


def test_a_value_stays_while_its_truth_stands():
    first = release({"contacted": {"a": 7, "b": 7, "c": 7, "d": 12}})
    then = release({"contacted": {"a": 7, "b": 7, "c": 7, "d": 14}})
    published = protect(first, SETTINGS, None, "r1")
    again = protect(then, SETTINGS, remember(None, first, published, "r1"), "r2")
    for member in "abc":
        assert shown(again, "contacted", member) == shown(published, "contacted", member)


# Five ones say 0 and stand; then 45 must be 45 and the total 50 is 50, so one of the ones would have to say 5.
ONES = dict.fromkeys("abcde", 1)


def releases_of(*counts):
    """Return what each release says when the sixth member counts ``counts`` persons, one release after the other."""
    told, ledger = [], None
    for number, count in enumerate(counts):
        exact = release({"contacted": {**ONES, "f": count}})
        told.append(protect(exact, SETTINGS, ledger, f"r{number}"))
        ledger = remember(ledger, exact, told[-1], f"r{number}")
    return told


def test_a_value_that_cannot_stand_waits_and_is_never_rounded_anew():
    first, second = releases_of(43, 45)
    assert [shown(first, "contacted", member) for member in ONES] == [0] * 5
    waiting = second[second["protection"] == "suppressed"]
    assert len(waiting) == 2
    assert waiting[["numerator", "denominator", "value"]].isna().all(axis=None)
    assert {shown(second, "contacted", member) for member in set(ONES) - set(waiting["member"])} == {0}


def test_what_waited_comes_back_with_the_value_it_had():
    last = releases_of(43, 45, 47)[-1]
    assert [shown(last, "contacted", member) for member in ONES] == [0] * 5


def test_one_truth_has_one_value_in_two_modes():
    figures = {"contacted": {"a": 7, "b": 8, "c": 7, "d": 12, "e": 3, "f": 4}}
    exact = pd.concat([release(figures), release(figures, mode="period")])
    published = protect(exact, SETTINGS, None, "r1")
    counts = published.pivot_table(index=["dimension", "member"], columns="mode", values="numerator")
    assert (counts["cumulative"] == counts["period"]).all()


def test_modules_are_rounded_without_a_rounded_total():
    exact = pd.concat([
        release({"placed_new": {"F1": 12, "F5": 9}}, dimension="module"),
        release({"placed_new": {"a": 16}}).query("dimension == 'all'"),
    ])  # fmt: skip
    published = protect(exact, SETTINGS, None, "r1")
    assert set(published.loc[published["dimension"] == "module", "member"]) == {"F1", "F5"}


def test_a_median_of_few_is_not_shown_and_one_of_many_is_blurred():
    exact = release({"days_to_entry": {"a": (4, 9), "b": (31, 40)}})
    exact["value"] = 33.5
    published = protect(exact, SETTINGS, None, "r1")
    assert pd.isna(shown(published, "days_to_entry", "a", "value"))
    assert shown(published, "days_to_entry", "b", "value") == 35


def test_members_that_do_not_add_up_are_refused():
    exact = release({"contacted": {"a": 7, "b": 8}})
    exact.loc[exact["member"] == "all", "numerator"] = 99
    with pytest.raises(GateClosed) as caught:
        protect(exact, SETTINGS, None, "r1")
    assert caught.value.code == "E703"
    assert "99" not in str(caught.value)


def test_the_order_of_rows_does_not_matter():
    exact = release(FIGURES)
    mixed = exact.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(protect(exact, SETTINGS, None, "r1"), protect(mixed, SETTINGS, None, "r1"))


def test_a_base_below_two_is_no_protection():
    with pytest.raises(ConfigInvalid):
        DisclosureSettings(base=1)
