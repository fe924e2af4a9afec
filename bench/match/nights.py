"""Time of a full night beside a quiet one and one in which a seat opens.

Run: ``python -m bench.match.nights [persons runs [seats a need]]``. Prints one line a night: processor seconds
for pairs, for the plan with its reasons, for the solving in it, and the part of the arcs that had to be solved.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bench.match.instances import ROOT, Shape, county
from config.rules import RulePack, read_rules
from tasks.match import assign
from tasks.match.assign import Assignment
from tasks.match.columns import Array
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import MatchInput
from tasks.match.kept import solve_beside_kept
from tasks.match.problem import SeatProblem
from tasks.match.solve import SeatPlan, solve_exactly

FIRST = date(2021, 9, 15)
Solve = Callable[[SeatProblem, Array], tuple[SeatPlan, float]]


def in_full(problem: SeatProblem, _kept: Array) -> tuple[SeatPlan, float]:
    """Solve everything, as if no proposal were out."""
    return solve_exactly(problem), 1.0


def night(name: str, pack: RulePack, data: MatchInput, solve: Solve = solve_beside_kept) -> Assignment:
    """Run one night and print how long it took."""
    spent = [0.0]

    def timed(problem: SeatProblem, kept: Array) -> tuple[SeatPlan, float]:
        began = time.process_time()
        plan = solve(problem, kept)
        spent[0] = time.process_time() - began
        return plan

    assign.solve_beside_kept = timed
    rules, order = pack.on(data.as_of), pack.order_on(data.as_of)
    start = time.process_time()
    pairs = eligible_pairs(data, rules, order)
    judged = time.process_time()
    found = assign.assign_seats(pairs, data, rules, order)
    seconds = time.process_time() - judged
    sys.stdout.write(
        f"{name:20s} pairs {judged - start:6.2f} s  plan {seconds:6.2f} s  "
        f"of it solving {spent[0]:6.2f} s  solved {found.solved_share:7.2%}  "
        f"proposals {len(found.proposals)}\n"
    )
    return found


def main() -> None:
    """Run the nights of one made-up county."""
    persons, runs, seats = (float(word) for word in (*sys.argv[1:4], *("1000", "150", "0.7")[len(sys.argv) - 1 :]))
    pack = read_rules((ROOT / "config" / "programmes" / "durchstarten" / "rules").glob("*.yaml"))
    data = county(Shape(int(persons), int(runs), seats_per_need=seats), FIRST)
    first = night("first night", pack, data)
    data = replace(data, as_of=FIRST + timedelta(days=1), open_proposals=first.proposals)
    full = night("next, in full", pack, data, in_full)
    quick = night("next, nothing new", pack, data)
    assert quick.levels.equals(full.levels)
    opened = data.runs.copy()
    busy = opened["offer_id"].isin(first.proposals["offer_id"])
    opened.loc[opened.index[busy][0], "seats_free"] += 1
    data = replace(data, runs=opened)
    full = night("one seat opens, full", pack, data, in_full)
    quick = night("one seat opens", pack, data)
    assert quick.levels.equals(full.levels)
    sys.stdout.write("both ways reach the same values on every level\n")


if __name__ == "__main__":
    main()
