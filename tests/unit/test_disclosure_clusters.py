"""Counts by cluster of unmet needs are held against the total that stands beside them."""

import pandas as pd
import pytest

from tasks.publish.disclosure import DisclosureSettings, clusters
from tasks.publish.disclosure.clusters import audit_clusters, protect_clusters
from tasks.publish.disclosure.rounding import Rounding


def needs(**counts):
    return pd.DataFrame({"cluster": list(counts), "needs_count": list(counts.values())})


def told(protection, **counts):
    frame = needs(**counts)
    return frame.assign(needs_count=frame["needs_count"].astype("Int64"), protection=protection)


@pytest.mark.parametrize("counts", [{"a": 1}, {"a": 3, "b": 9}, {"a": 2, "b": 2, "c": 14}, {"a": 40, "b": 1}])
@pytest.mark.parametrize("method", ["rounding", "suppression"])
def test_what_is_published_passes_the_audit_and_no_small_count_is_shown(counts, method):
    settings = DisclosureSettings(method)
    rows = protect_clusters(needs(**counts), settings, {}, total_shown=True)
    assert audit_clusters(rows, sum(counts.values()), settings).clean
    shown = rows[rows["protection"] != "suppressed"]["needs_count"].dropna()
    assert not any(0 < count < 5 for count in shown)


def test_clusters_that_follow_from_their_total_are_found():
    assert not audit_clusters(told("rounded", a=5, b=0), 1, DisclosureSettings()).clean
    assert audit_clusters(told("rounded", a=10, b=5), 12, DisclosureSettings()).clean
    one_hidden = told("exact", a=9, b=None)
    one_hidden["protection"] = ["exact", "suppressed"]
    assert not audit_clusters(one_hidden, 11, DisclosureSettings("suppression")).clean


def test_clusters_the_audit_refuses_all_wait(monkeypatch: pytest.MonkeyPatch):
    telling = Rounding(
        {clusters.Cell("unmet_needs", "cluster", name): count for name, count in (("a", 5), ("b", 0))}, frozenset()
    )
    monkeypatch.setattr(clusters, "round_table", lambda *_: telling)
    rows = protect_clusters(needs(a=1, b=0), DisclosureSettings(), {}, total_shown=True)
    assert set(rows["protection"]) == {"suppressed"}
    assert rows["needs_count"].isna().all()
