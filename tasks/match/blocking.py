"""Which pairs are looked at at all: runs of the wanted kind or family, or every run."""

import numpy as np

from tasks.match.columns import Array
from tasks.match.inputs import MatchInput, families


def candidate_pairs(data: MatchInput, scope: str = "wanted") -> tuple[Array, Array]:
    """Return need rows and run rows of all pairs worth judging, sorted by need, then run.

    ``wanted``: the run's kind or family is the need's category. ``family``: the run
    belongs to the family of the wanted kind. ``all``: any run. An unknown category has
    no pairs but in ``all``.
    """
    if scope == "all":
        every_need, every_run = np.arange(len(data.needs)), np.arange(len(data.runs))
        return np.repeat(every_need, len(every_run)), np.tile(every_run, len(every_need))
    kinds = data.runs["kind"].astype(str).to_numpy(dtype=object)
    family_of = families(data.codes.offer_kinds)
    run_families = np.array([family_of.get(kind, "") for kind in kinds], dtype=object)
    categories = data.needs["category"].astype(str).to_numpy(dtype=object)
    need_parts: list[Array] = []
    run_parts: list[Array] = []
    for category in sorted(set(categories)):
        wanted = family_of.get(category, category) if scope == "family" else category
        runs = np.flatnonzero((kinds == wanted) | (run_families == wanted))
        needs = np.flatnonzero(categories == category)
        need_parts.append(np.repeat(needs, len(runs)))
        run_parts.append(np.tile(runs, len(needs)))
    if not need_parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    need_rows, run_rows = np.concatenate(need_parts), np.concatenate(run_parts)
    by_need = np.argsort(need_rows, kind="stable")
    return need_rows[by_need], run_rows[by_need]
