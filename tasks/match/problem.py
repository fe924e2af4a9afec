"""The assignment problem: arcs a solver may choose, and what limits them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from tasks.match.columns import Array, column_of, numbers_of
from tasks.match.history import expected_enrolments, seated_enrolments
from tasks.match.inputs import MatchInput
from tasks.match.levels import level_weights
from tasks.match.timetable import Timetable, read_timetable


@dataclass(frozen=True)
class SeatProblem:
    """Arcs (need, run) with whole-number weights, and the limits they share.

    ``arc_need``, ``arc_person``, ``arc_run`` are codes from 0; arcs are sorted by
    need, then run. ``weights`` has one row a level, one column an arc, more is
    better. ``new_person`` is 1 for persons who hold no seat yet. ``capacity`` is by
    run, ``person_limit`` by person, ``quota`` by module, ``run_module`` the module
    of a run (-1: no quota). ``instants`` are sets of arcs of one person at one moment
    of the week, or in one offer, of which at most one may be chosen.
    """

    arc_need: Array
    arc_person: Array
    arc_run: Array
    levels: tuple[str, ...]
    weights: Array
    new_person: Array
    capacity: Array
    person_limit: Array
    run_module: Array
    quota: Array
    instants: tuple[Array, ...]

    @property
    def size(self) -> int:
        """Return the number of arcs."""
        return len(self.arc_need)


def seat_problem(
    arcs: pd.DataFrame, data: MatchInput, order: MatchingOrder, frozen: pd.DataFrame | None = None
) -> SeatProblem:
    """Build the problem from the arcs that may be proposed.

    Args:
        arcs: need_row, run_row, priority, waiting, distance_km, lottery, kept (bool);
            one row an arc, sorted by need_row, run_row.
        data: ordered input.
        order: the matching order.
        frozen: proposals that stay out for decision unweighed (person_uid, offer_id,
            run_id): they take their seat, their place in the quota and one of their person's measures.
    """
    if frozen is None:
        frozen = pd.DataFrame(columns=["person_uid", "offer_id", "run_id"])
    need = np.unique(arcs["need_row"], return_inverse=True)[1]
    runs, run = np.unique(arcs["run_row"], return_inverse=True)
    owners = np.unique(data.needs["person_uid"].astype(str).to_numpy(dtype=object), return_inverse=True)
    persons, person = np.unique(owners[1][arcs["need_row"].to_numpy()], return_inverse=True)
    uids = owners[0][persons]
    chosen = data.runs.iloc[runs]
    quota, run_module = _quotas(chosen, order, _modules_of(frozen, data))
    held = frozen["person_uid"].astype(str).value_counts()
    holders = [*seated_enrolments(data)["person_uid"].astype(str), *held.index]
    weights = level_weights(
        order.levels,
        priority=arcs["priority"].to_numpy(),
        kept=arcs["kept"].to_numpy(),
        waiting=arcs["waiting"].to_numpy(),
        distance_km=arcs["distance_km"].to_numpy(dtype=np.float64),
        lottery=arcs["lottery"].to_numpy(),
    )
    return SeatProblem(
        arc_need=need,
        arc_person=person,
        arc_run=run,
        levels=order.levels,
        weights=weights,
        new_person=(~np.isin(uids, holders)).astype(np.int64),
        capacity=run_capacity(data, frozen)[runs],
        person_limit=np.maximum(order.max_per_person - held.reindex(uids, fill_value=0).to_numpy(dtype=np.int64), 0),
        run_module=run_module,
        quota=quota,
        instants=shared_instants(need, person, run, read_timetable(chosen, order.flexible_families))
        + shared_offers(need, person, np.unique(chosen["offer_id"], return_inverse=True)[1][run]),
    )


def run_capacity(data: MatchInput, frozen: pd.DataFrame) -> Array:
    """Return free seats less those promised: accepted and not listed by the provider yet, or frozen proposals.

    A count that is not known or below 0 gives no seat.
    """
    free, known = numbers_of(column_of(data.runs, "seats_free"))
    key = ["offer_id", "run_id"]
    promised = pd.concat([expected_enrolments(data)[key], frozen[key]]).groupby(key).size()
    holds = [promised.get(key, 0) for key in zip(data.runs["offer_id"], data.runs["run_id"], strict=True)]
    seats = np.where(known, free, 0) - np.array(holds, dtype=np.float64)
    return np.asarray(np.maximum(seats, 0).astype(np.int64))


def _modules_of(frozen: pd.DataFrame, data: MatchInput) -> pd.Series:
    """Return the module of each frozen proposal's run."""
    modules = dict(
        zip(zip(data.runs["offer_id"], data.runs["run_id"], strict=True), column_of(data.runs, "module"), strict=True)
    )
    return pd.Series([modules.get(key) for key in zip(frozen["offer_id"], frozen["run_id"], strict=True)], dtype=object)


def _quotas(runs: pd.DataFrame, order: MatchingOrder, taken: pd.Series) -> tuple[Array, Array]:
    names = [name for name, _ in order.module_quota]
    limits = np.array(
        [max(limit - int((taken == name).sum()), 0) for name, limit in order.module_quota], dtype=np.int64
    )
    codes = [names.index(module) if module in names else -1 for module in column_of(runs, "module")]
    return limits, np.array(codes, dtype=np.int64)


def shared_instants(need: Array, person: Array, run: Array, table: Timetable) -> tuple[Array, ...]:
    """Return for each person the largest sets of arcs that share a moment of the week.

    Days of running and hours are intervals, so arcs that overlap in both meet at the
    start of one of them; the weekday is tried out. Sets of a single need are left
    out: one seat a need says that already.
    """
    found: list[Array] = []
    for arcs in _arcs_of_several_needs(person, need):
        found += _instants_of(arcs, need, run, table)
    return tuple(found)


def shared_offers(need: Array, person: Array, offer: Array) -> tuple[Array, ...]:
    """Return for each person and offer the arcs of several needs: nobody sits twice in one offer."""
    return tuple(_arcs_of_several_needs(person * (offer.max(initial=0) + 1) + offer, need))


def _arcs_of_several_needs(code: Array, need: Array) -> list[Array]:
    """Return the arcs of each code, in order, where they belong to more than one need."""
    by_code = np.argsort(code, kind="stable")
    firsts = np.flatnonzero(np.append(True, np.diff(code[by_code]) != 0)[: len(code)])
    if not len(firsts):
        return []
    wants = need[by_code]
    several = np.minimum.reduceat(wants, firsts) != np.maximum.reduceat(wants, firsts)
    ends = np.append(firsts[1:], len(code))
    return [by_code[first:end] for first, end in zip(firsts[several], ends[several], strict=True)]


def _instants_of(arcs: Array, need: Array, run: Array, table: Timetable) -> list[Array]:
    rows = run[arcs]
    firsts, begins = np.unique(table.first[rows])[:, None], np.unique(table.begin[rows])[:, None]
    running = _widest((table.first[rows] <= firsts) & (firsts <= table.last[rows]) & table.fixed[rows])
    today = _widest((table.weekdays[rows] >> np.arange(7)[:, None] & 1).astype(bool))
    hourly = _widest((table.begin[rows] <= begins) & (begins < table.end[rows]))
    moments = running[:, None, None] & today[None, :, None] & hourly[None, None, :]
    sets = _distinct(moments.reshape(-1, len(arcs)))
    wants = np.unique(need[arcs], return_inverse=True)[1]
    several = (sets.astype(np.int32) @ np.eye(wants.max() + 1, dtype=np.int32)[wants] > 0).sum(axis=1) > 1
    return [arcs[one] for one in _largest(sets[several])]


def _widest(sets: Array) -> Array:
    """Return the distinct sets that no other contains: smaller ones give smaller moments."""
    return _largest(_distinct(sets))


def _distinct(sets: Array) -> Array:
    """Return the distinct rows of marks, in a fixed order."""
    packed = {row.tobytes(): place for place, row in enumerate(np.packbits(sets, axis=1))}
    return np.asarray(sets[[packed[key] for key in sorted(packed)]])


def _largest(sets: Array) -> Array:
    """Return the sets (rows of marks) that no other set contains."""
    if len(sets) < 2:
        return sets
    counts = sets.astype(np.int32)
    shared, sizes = counts @ counts.T, counts.sum(axis=1)
    inside = (shared == sizes[:, None]) & (sizes[None, :] > sizes[:, None])
    return np.asarray(sets[~inside.any(axis=1)])
