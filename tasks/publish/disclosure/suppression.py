"""Minimum-information suppression of one dimension: which counts are hidden so that nothing follows.

Primary: 0 < count < min_count. For each small hidden count every value from 1 to
min_count must stay possible, whatever an outsider computes over all linked tables
and the releases before. Secondary cells are chosen by an integer programme that
learns from attacks: an attack that comes too close gives, by its duals, an
inequality that every safe choice keeps. A line with a hidden count of one person
hides three cells: that person must not be able to compute the other. When time is
up the children of every quantity with a small count are hidden; then what is not
needed is shown again.
Source: Fischetti and Salazar-Gonzalez (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7).
"""

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from tasks.publish.disclosure.linked import Attack, System, build_system
from tasks.publish.disclosure.quantities import Cell
from tasks.publish.disclosure.stages import Key, Stage

DIRECTIONS = 6
EDGE = 1e-6
UNIT_CELLS = 3
"""A line with a hidden count of one needs this many hidden cells."""
NEW_CHOICE = 0.2
"""What it costs more to hide a cell that the last release showed: patterns change little."""

Pattern = dict[Key, set[Cell]]
Cut = tuple[NDArray[np.float64], float]


class Need(NamedTuple):
    """A hidden column and how far below and above its truth an outsider must be able to err."""

    column: int
    down: float
    up: float


@dataclass
class Problem:
    """The choice to be made over one system."""

    system: System
    primary: NDArray[np.bool_]
    costs: NDArray[np.float64]
    min_count: int
    cuts: list[Cut] = field(default_factory=list)

    def needs(self, hidden: NDArray[np.bool_]) -> list[Need]:
        """Return the needs of all small counts that are not shown, those of earlier releases too."""
        loose = np.where(self.system.is_choice, hidden, self.system.is_open)
        small = (self.system.truth > 0) & (self.system.truth < self.min_count) & loose
        return [
            Need(
                int(column),
                max(0.0, self.system.truth[column] - max(1.0, self.system.low[column])),
                max(0.0, min(self.min_count, self.system.high[column]) - self.system.truth[column]),
            )
            for column in np.flatnonzero(small)
        ]


def suppress(
    stages: Sequence[Stage],
    dimension: str,
    min_count: int,
    time_limit: float,
    forced: Mapping[Key, Collection[Cell]] | None = None,
) -> Pattern:
    """Return the cells to hide in the newest release (``stages[0]``), primary ones included."""
    system = build_system(stages, dimension)
    problem = _problem(system, stages, min_count, forced or {})
    ends = time.process_time() + time_limit
    hidden = _choose(problem, ends)
    if hidden is None:
        hidden = _hide_children(problem)
    hidden = _show_again(problem, hidden, ends + time_limit / 2)
    pattern: Pattern = {}
    for (key, cell), column in system.newest.items():
        count = system.truth[column]
        if count > 0 and (hidden[column] or count < min_count or cell in (forced or {}).get(key, ())):
            pattern.setdefault(key, set()).add(cell)
    return pattern


def _problem(
    system: System, stages: Sequence[Stage], min_count: int, forced: Mapping[Key, Collection[Cell]]
) -> Problem:
    width = len(system.truth)
    primary = system.is_choice & (system.truth < min_count)
    costs = np.zeros(width)
    before = stages[1].shown if len(stages) > 1 else None
    for (key, cell), column in system.newest.items():
        if cell in forced.get(key, ()):
            primary[column] |= system.is_choice[column]
        fresh = before is not None and cell in before.get(key, {})
        costs[column] += 1 + float(np.log10(1 + system.truth[column])) + NEW_CHOICE * fresh + _tie(cell)
    return Problem(system, primary, costs, min_count)


def _tie(cell: Cell) -> float:
    digest = hashlib.sha256("\x1f".join(cell).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 / 1000


def _choose(problem: Problem, ends: float) -> NDArray[np.bool_] | None:
    """Alternate between the cheapest choice so far and the attacks it does not withstand; None: time is up."""
    everything = problem.system.is_choice.copy()
    hopeless = _hopeless(problem, everything)
    while time.process_time() < ends:
        hidden = _cheapest(problem, ends - time.process_time())
        if hidden is None:
            return None
        cuts = _broken(problem, hidden, hopeless, ends)
        if cuts is None:
            return None
        if not cuts:
            return hidden
        problem.cuts += cuts
    return None


def _hopeless(problem: Problem, everything: NDArray[np.bool_]) -> dict[tuple[int, int], float]:
    """Return how far an attack reaches when all is hidden, where even that is less than the need."""
    reached: dict[tuple[int, int], float] = {}
    for need, sign, attack in _attacks(problem, everything, {}, np.inf) or []:
        reached[need.column, sign] = attack.reach
    return reached


def _cheapest(problem: Problem, seconds: float) -> NDArray[np.bool_] | None:
    system = problem.system
    free = np.flatnonzero(system.is_choice)
    if not len(free):
        return np.zeros(len(system.truth), dtype=np.bool_)
    rows, floors = [row[free] for row, _ in problem.cuts], [floor for _, floor in problem.cuts]
    for row, floor in _unit_rows(problem):
        rows.append(row[free])
        floors.append(floor)
    answer = milp(
        problem.costs[free],
        integrality=np.ones(len(free), dtype=np.int64),
        bounds=Bounds(problem.primary[free].astype(float), np.ones(len(free))),
        constraints=[LinearConstraint(np.array(rows), np.array(floors), np.inf)] if rows else [],
        options={"time_limit": max(0.5, seconds), "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    hidden = np.zeros(len(system.truth), dtype=np.bool_)
    hidden[free] = answer.x > 0.5
    return hidden


def _unit_rows(problem: Problem) -> list[Cut]:
    rows: list[Cut] = []
    for line in problem.system.lines:
        free = [column for column in line if problem.system.is_choice[column]]
        units = [column for column in free if problem.system.truth[column] == 1]
        small = [column for column in free if problem.primary[column]]
        if not small or len(free) < 2:
            continue
        row = np.zeros(len(problem.system.truth))
        row[free] = 1.0
        rows.append((row, float(min(UNIT_CELLS if units else 2, len(free)))))
    return rows


def _attacks(
    problem: Problem, hidden: NDArray[np.bool_], less: Mapping[tuple[int, int], float], ends: float
) -> list[tuple[Need, int, Attack]] | None:
    """Return the pushes that fall short of what is needed; None: time is up."""
    system, needs = problem.system, problem.needs(hidden)
    most, least = np.zeros(len(system.truth)), np.zeros(len(system.truth))
    goals = [
        (need, sign, min(need.up if sign > 0 else need.down, less.get((need.column, sign), np.inf)))
        for need in needs
        for sign in (1, -1)
    ]

    def missing() -> list[tuple[Need, int, float]]:
        return [
            goal for goal in goals if (most[goal[0].column] if goal[1] > 0 else -least[goal[0].column]) < goal[2] - EDGE
        ]

    rng = np.random.default_rng(len(system.truth))
    for _ in range(DIRECTIONS):
        left = missing()
        if len(left) < DIRECTIONS:
            break
        direction = np.zeros(len(system.truth))
        for need, sign, _ in left:
            direction[need.column] = sign * rng.random()
        point = system.attack(direction, hidden).point
        most, least = np.maximum(most, point), np.minimum(least, point)
    short = []
    for need, sign, goal in missing():
        if (most[need.column] if sign > 0 else -least[need.column]) >= goal - EDGE:
            continue
        if time.process_time() > ends:
            return None
        direction = np.zeros(len(system.truth))
        direction[need.column] = sign
        attack = system.attack(direction, hidden)
        most, least = np.maximum(most, attack.point), np.minimum(least, attack.point)
        if attack.reach < goal - EDGE:
            short.append((need, sign, attack))
    return short


def _broken(
    problem: Problem, hidden: NDArray[np.bool_], hopeless: Mapping[tuple[int, int], float], ends: float
) -> list[Cut] | None:
    short = _attacks(problem, hidden, hopeless, ends)
    if short is None:
        return None
    cuts: list[Cut] = []
    for need, sign, attack in short:
        goal = min(need.up if sign > 0 else need.down, hopeless.get((need.column, sign), np.inf))
        floor = goal - attack.fixed
        gains = np.minimum(np.maximum(attack.gains, 0.0), floor)
        # A secondary cell that happens to be small needs this only when it is hidden.
        if problem.system.is_choice[need.column] and not problem.primary[need.column]:
            gains[need.column] -= floor
            floor = 0.0
        cuts.append((gains, floor - EDGE))
    return cuts


def _hide_children(problem: Problem) -> NDArray[np.bool_]:
    """Return the safe fallback: every nonzero member of the whole dimension waits."""
    return problem.system.is_choice.copy()


def _show_again(problem: Problem, hidden: NDArray[np.bool_], ends: float) -> NDArray[np.bool_]:
    """Show what the pattern does not need, the largest first."""
    hopeless = _hopeless(problem, problem.system.is_choice)
    units = _unit_rows(problem)
    for column in sorted(np.flatnonzero(hidden & ~problem.primary), key=lambda c: (-problem.system.truth[c], c)):
        if time.process_time() > ends:
            break
        less = hidden.copy()
        less[column] = False
        if any(row[less].sum() < floor for row, floor in units):
            continue
        if _attacks(problem, less, hopeless, ends) == []:
            hidden = less
    return hidden
