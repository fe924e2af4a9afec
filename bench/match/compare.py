"""Compare the exact plan with greedy, deferred acceptance and a plain mixed-integer program.

Run: ``python bench/match/compare.py [persons runs]``. Same instances for all; the
rivals get one weight a pair (the first levels joined), because they know no levels.
Prints one line a method: levels reached, loss against the exact plan, seconds.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

sys.path.insert(0, str(Path(__file__).parent))

from instances import ROOT, Shape, county

from config.rules import read_rules
from tasks.match.assign import seat_arcs, standing_proposals
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import order_input
from tasks.match.large import solve_as_network
from tasks.match.model import build_model
from tasks.match.problem import SeatProblem, seat_problem
from tasks.match.solve import solve_exactly

MIP_SECONDS = 60.0


def joined_weight(problem: SeatProblem) -> np.ndarray:
    """One number an arc: priority 1 first, then 4 - priority, then waiting, then distance."""
    rows = dict(zip(problem.levels, problem.weights, strict=True))
    return (
        rows["priority_one_served"] * 10**7
        + rows["priority_sum"] * 10**6
        + rows["waiting_days"] * 10**2
        + rows["distance"] // 10
        + 10**6
    )


def clashes(problem: SeatProblem) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, instant in enumerate(problem.instants):
        for arc in instant.tolist():
            found.setdefault(arc, []).append(number)
    return found


class Seats:
    """Who sits where; says whether one more arc fits."""

    def __init__(self, problem: SeatProblem) -> None:
        self.problem, self.instants_of = problem, clashes(problem)
        self.free = problem.capacity.copy()
        self.needs: dict[int, int] = {}
        self.persons = np.zeros(len(problem.person_limit), dtype=int)
        self.taken: set[int] = set()

    def fits(self, arc: int, seat: bool = True) -> bool:
        problem = self.problem
        return (
            int(problem.arc_need[arc]) not in self.needs
            and (not seat or self.free[problem.arc_run[arc]] > 0)
            and self.persons[problem.arc_person[arc]] < problem.person_limit[problem.arc_person[arc]]
            and not any(number in self.taken for number in self.instants_of.get(arc, ()))
        )

    def take(self, arc: int) -> None:
        self._move(arc, 1)

    def leave(self, arc: int) -> None:
        self._move(arc, -1)

    def _move(self, arc: int, step: int) -> None:
        problem = self.problem
        self.free[problem.arc_run[arc]] -= step
        self.persons[problem.arc_person[arc]] += step
        numbers = self.instants_of.get(arc, ())
        if step > 0:
            self.needs[int(problem.arc_need[arc])] = arc
            self.taken.update(numbers)
        else:
            del self.needs[int(problem.arc_need[arc])]
            self.taken.difference_update(numbers)


def greedy(problem: SeatProblem) -> np.ndarray:
    """The heaviest pair that still fits, again and again."""
    seats = Seats(problem)
    for arc in np.lexsort((np.arange(problem.size), -joined_weight(problem))).tolist():
        if seats.fits(arc):
            seats.take(arc)
    return chosen(problem, seats)


def rank_per_offer(problem: SeatProblem) -> np.ndarray:
    """Each run, one after the other, fills its seats from its own queue, heaviest need first."""
    seats, weight = Seats(problem), joined_weight(problem)
    for arc in np.lexsort((np.arange(problem.size), -weight, problem.arc_run)).tolist():
        if seats.fits(arc):
            seats.take(arc)
    return chosen(problem, seats)


def deferred_acceptance(problem: SeatProblem) -> np.ndarray:
    """Needs apply to their nearest run; a full run keeps the heavier applicant."""
    weight, distance = joined_weight(problem), problem.weights[problem.levels.index("distance")]
    seats, wishes = Seats(problem), {}
    for arc in np.lexsort((np.arange(problem.size), distance)).tolist():
        wishes.setdefault(int(problem.arc_need[arc]), []).append(arc)
    holders: dict[int, list[int]] = {}
    waiting = sorted(wishes)
    while waiting:
        need = waiting.pop()
        while wishes[need]:
            arc = wishes[need].pop()
            run = int(problem.arc_run[arc])
            if not seats.fits(arc, seat=False):
                continue
            if seats.free[run] <= 0:
                weakest = min(holders.get(run, []), key=lambda held: weight[held], default=None)
                if weakest is None or weight[weakest] >= weight[arc]:
                    continue
                seats.leave(weakest)
                holders[run].remove(weakest)
                waiting.append(int(problem.arc_need[weakest]))
            seats.take(arc)
            holders.setdefault(run, []).append(arc)
            break
    return chosen(problem, seats)


def plain_mip(problem: SeatProblem) -> np.ndarray:
    """A closed model: one mixed-integer program over all pairs with the joined weight, 60 seconds."""
    model = build_model(problem)
    persons = len(problem.person_limit)
    weight = np.concatenate([joined_weight(problem), np.zeros(persons)])
    found = milp(
        -weight.astype(float),
        integrality=np.ones(len(weight)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(model.matrix, -np.inf, model.limit),
        options={"time_limit": MIP_SECONDS, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return np.zeros(problem.size, dtype=bool)
    return np.round(found.x[: problem.size]).astype(bool)


def chosen(problem: SeatProblem, seats: Seats) -> np.ndarray:
    plan = np.zeros(problem.size, dtype=bool)
    plan[list(seats.needs.values())] = True
    return plan


def levels_of(problem: SeatProblem, plan: np.ndarray) -> list[int]:
    values = problem.weights @ plan.astype(np.int64)
    served = np.unique(problem.arc_person[plan])
    if "persons_with_measure" in problem.levels:
        values[problem.levels.index("persons_with_measure")] = problem.new_person[served].sum()
    return [int(value) for value in values]


def timed(name: str, method: Callable[[], np.ndarray], problem: SeatProblem) -> None:
    start, worked = time.perf_counter(), time.process_time()
    plan = method()
    seconds, work = time.perf_counter() - start, time.process_time() - worked
    weight = int(joined_weight(problem)[plan].sum())
    took = f"{seconds:8.2f} s  CPU {work:7.2f} s"
    print(f"{name:22s} {took}  seats {int(plan.sum()):6d}  weight {weight:14d}  {levels_of(problem, plan)}")


def main() -> None:
    persons, runs = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (1000, 150)
    pack = read_rules((ROOT / "config" / "programmes" / "durchstarten" / "rules").glob("*.yaml"))
    data = county(Shape(persons, runs))
    rules, order = pack.on(data.as_of), pack.order_on(data.as_of)
    start = time.perf_counter()
    pairs = eligible_pairs(data, rules, order)
    judged = time.perf_counter()
    ordered = order_input(data)
    problem = seat_problem(seat_arcs(pairs, ordered, standing_proposals(pairs, ordered, order)[0]), ordered, order)
    built = time.perf_counter()
    print(
        f"{persons} persons, {len(data.needs)} needs, {runs} runs: {len(pairs)} pairs judged in {judged - start:.2f} s"
    )
    print(f"{problem.size} arcs, {len(problem.instants)} shared moments, built in {built - judged:.2f} s")
    print(" " * 61, list(problem.levels))
    timed("exact, seven levels", lambda: solve_exactly(problem).chosen, problem)
    timed("network, then overlaps", lambda: solve_as_network(problem).chosen, problem)
    timed("rank per offer", lambda: rank_per_offer(problem), problem)
    timed("greedy", lambda: greedy(problem), problem)
    timed("deferred acceptance", lambda: deferred_acceptance(problem), problem)
    timed("closed model, 60 s", lambda: plain_mip(problem), problem)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
