"""Counts by cluster of unmet needs: protected by the county's method like every other breakdown."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tasks.publish.disclosure.audit import AuditResult, AuditRule, audit_release
from tasks.publish.disclosure.quantities import Cell, Table
from tasks.publish.disclosure.rounding import Wishes, round_table
from tasks.publish.disclosure.settings import DisclosureSettings
from tasks.publish.disclosure.stages import Stage
from tasks.publish.disclosure.suppression import suppress

QUANTITY, DIMENSION = "unmet_needs", "cluster"


def protect_clusters(
    clusters: pd.DataFrame, settings: DisclosureSettings, before: Mapping[str, int], *, total_shown: bool
) -> pd.DataFrame:
    """Return the clusters with ``needs_count`` as everybody may read it, and ``protection``.

    Args:
        clusters: one row a cluster; cluster, needs_count (needs of persons).
        before: what the last release said of each cluster; rounding stays there while it may.
        total_shown: whether the total of unmet needs stands open beside them (suppression).
    """
    if clusters.empty:
        return clusters.assign(protection=pd.Series(dtype="object"))
    counts = {
        Cell(QUANTITY, DIMENSION, str(name)): int(count)
        for name, count in zip(clusters["cluster"], clusters["needs_count"], strict=True)
    }
    table = Table("", "", counts, {QUANTITY: sum(counts.values())})
    if settings.method == "rounding":
        stay = {Cell(QUANTITY, DIMENSION, name): count for name, count in before.items()}
        rounded = round_table(table, settings.base, Wishes(stay=stay), settings.time_limit)
        shown = [rounded.counts.get(cell) if rounded else None for cell in counts]
        kinds = ["suppressed" if count is None else "rounded" for count in shown]
    else:
        key = (table.period, table.mode)
        unknown = frozenset() if total_shown else frozenset({(key, QUANTITY)})
        hidden = suppress([Stage({key: table}, unknown)], DIMENSION, settings.min_count, settings.time_limit)
        shown = [None if cell in hidden.get(key, ()) else count for cell, count in counts.items()]
        kinds = ["suppressed" if count is None else "exact" for count in shown]
    told = clusters.assign(needs_count=pd.array(shown, dtype="Int64"), protection=kinds)
    total = sum(counts.values()) if settings.method == "rounding" or total_shown else None
    if audit_clusters(told, total, settings).clean:
        return told
    return clusters.assign(needs_count=pd.array([None] * len(told), dtype="Int64"), protection="suppressed")


def audit_clusters(told: pd.DataFrame, total: int | None, settings: DisclosureSettings) -> AuditResult:
    """Ask the audit what follows from the clusters and the total of unmet needs that stands beside them.

    That a listed cluster has a need at all is said by its row; how many is not. The next release's clusters tell
    nothing of these: needs close as well as open.
    """
    rows = [
        ("all", "all", total, "suppressed" if total is None else "exact"),
        *(
            (DIMENSION, str(name), count, kind)
            for name, count, kind in zip(told["cluster"], told["needs_count"], told["protection"], strict=True)
        ),
    ]
    frame = pd.DataFrame(rows, columns=["dimension", "member", "numerator", "protection"])
    frame["numerator"] = pd.to_numeric(frame["numerator"]).astype(float)
    frame = frame.assign(period="*", mode="*", kpi=QUANTITY, denominator=np.nan, value=frame["numerator"])
    rule = AuditRule(settings.base, settings.min_count)
    return audit_release(frame.assign(base=settings.base, method=settings.method), [], rule)
