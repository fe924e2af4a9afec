"""Judge a staged delivery by its source's expectations: share of rejects, share of change, number of rows.

A closed gate holds the delivery; nothing of it stays in ``core`` until somebody
accepts it with a reason, and the whole publish waits (CONTRACT section 5).
"""

from collections.abc import Mapping

from config.sources import Source
from schemas.gates import GateResult
from tasks.load.merge import Merged


def judge_rejects(source: Source, received: int, rejected: int) -> GateResult | None:
    """Compare the share of rejected rows with ``expect.max_rejected``; None when nothing is agreed."""
    limit = source.expect.max_rejected
    if limit is None:
        return None
    share = rejected / received if received else 0.0
    detail = {"rows": received, "rejected": rejected, "share": round(share, 4), "limit": limit}
    return GateResult(f"max_rejected:{source.name}", share <= limit, detail)


def judge_change(source: Source, merged: Mapping[str, Merged], *, is_whole: bool) -> GateResult | None:
    """Compare the share of new, changed and ended records with ``expect.max_change``.

    The share is taken of the records that were open before, over all kinds of
    the source; a first delivery changes nothing. None when nothing is agreed.
    """
    limit = source.expect.max_change
    before = sum(counts.before for counts in merged.values())
    if limit is None or before == 0:
        return None
    touched = sum(counts.touched for counts in merged.values())
    if not is_whole:  # adding is what such a delivery is for; what it changes is watched
        touched -= sum(counts.new for counts in merged.values())
    detail = {
        "before": before,
        **{name: sum(getattr(counts, name) for counts in merged.values()) for name in ("new", "changed", "ended")},
        "kinds": {
            kind: {"new": counts.new, "changed": counts.changed, "ended": counts.ended}
            for kind, counts in merged.items()
        },
        "share": round(touched / before, 4),
        "limit": limit,
    }
    return GateResult(f"max_change:{source.name}", touched / before <= limit, detail)


def judge_rows(source: Source, received: int) -> GateResult | None:
    """Compare the number of rows with ``expect.rows``; None when nothing is agreed."""
    low, high = source.expect.rows.min, source.expect.rows.max
    if low is None and high is None:
        return None
    passed = (low is None or received >= low) and (high is None or received <= high)
    return GateResult(f"rows:{source.name}", passed, {"rows": received, "min": low, "max": high})
