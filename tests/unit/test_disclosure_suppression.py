"""Rules of suppression on tables small enough to check by eye, and what happens when time is up."""

import pandas as pd
import pytest

from tasks.publish.disclosure import AuditRule, DisclosureSettings, audit_release, protect, suppression
from tasks.publish.disclosure.quantities import Cell, Table
from tasks.publish.disclosure.stages import Stage
from tasks.publish.disclosure.suppression import suppress

KEY = ("2020/21", "period")
NO_TIME, TIME = 0.0, 20.0
# a is small; c is enough to cover it, so b, d and e may stay open; f is nobody.
LINE = {"a": 3, "b": 40, "c": 6, "d": 31, "e": 20, "f": 0}


def hidden(line, seconds=TIME):
    counts = {Cell("contacted", "commune", member): count for member, count in line.items()}
    table = Table(*KEY, counts, {"contacted": sum(line.values())})
    return {cell.member for cell in suppress([Stage({KEY: table})], "commune", 5, seconds).get(KEY, ())}


def exact_rows(line):
    members = [*line.items(), ("all", sum(line.values()))]
    return pd.DataFrame([
        {"period": KEY[0], "mode": KEY[1], "kpi": "contacted", "dimension": "all" if m == "all" else "commune",
         "member": m, "numerator": count, "denominator": None, "value": count}
        for m, count in members
    ])  # fmt: skip


def test_a_small_count_gets_one_cheap_companion():
    assert hidden(LINE) == {"a", "c"}


def test_a_line_without_small_counts_stays_open():
    assert hidden({"a": 12, "b": 40, "f": 0}) == set()


def test_a_single_person_cannot_compute_the_other_hidden_count():
    """Whoever is the one person in a, or in b, knows her own count; two others must stay unknown to her."""
    assert len(hidden({"a": 1, "b": 4, "c": 30, "d": 31})) == 3
    assert len(hidden({"a": 1, "b": 1, "c": 30, "d": 31})) == 3


def test_when_time_is_up_all_children_wait():
    assert hidden(LINE, NO_TIME) == {"a", "b", "c", "d", "e"}


def test_a_release_without_time_passes_the_audit():
    published = protect(exact_rows(LINE), DisclosureSettings("suppression", time_limit=NO_TIME), None, "r1")
    parts = published[published["dimension"] == "commune"].set_index("member")
    assert set(parts.index[parts["protection"] == "suppressed"]) == {"a", "b", "c", "d", "e"}
    assert parts.loc["f", "numerator"] == 0
    assert audit_release(published.assign(base=5, method="suppression"), [], AuditRule()).clean


def test_what_is_not_needed_is_shown_again(monkeypatch: pytest.MonkeyPatch):
    """The choice fails, so all children are hidden; then the largest are shown again while nothing follows."""
    monkeypatch.setattr(suppression, "_choose", lambda problem, ends: None)
    assert hidden(LINE) == {"a", "c"}


def test_the_pass_that_shows_again_keeps_three_where_one_is_single(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(suppression, "_choose", lambda problem, ends: None)
    assert len(hidden({"a": 1, "b": 4, "c": 30, "d": 31, "e": 50})) == 3


def test_each_secondary_cell_is_needed():
    """Showing any one of the cells hidden to cover others lets the audit find what it covered."""
    published = protect(exact_rows(LINE), DisclosureSettings("suppression"), None, "r1")
    told = published.assign(base=5, method="suppression")
    assert audit_release(told, [], AuditRule()).clean
    place = told.index[(told["member"] == "c")][0]
    told.loc[place, ["numerator", "value"]] = LINE["c"]
    told.loc[place, "protection"] = "exact"
    result = audit_release(told, [], AuditRule())
    assert [(finding.reason, finding.member) for finding in result.findings] == [("too_narrow", "a")]
