"""Time of a full night beside a quiet one and one in which a seat opens.

Run: ``python -m bench.match.nights [persons runs [seats a need]]``. Prints one line a night:
seconds for pairs and plan, and the part of the arcs that had to be solved.
"""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from bench.match.instances import ROOT, Shape, county
from config.rules import RulePack, read_rules
from tasks.match.assign import Assignment, assign_seats
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import MatchInput

FIRST = date(2021, 9, 15)


def night(name: str, pack: RulePack, data: MatchInput, remembered: Mapping[str, str] | None) -> Assignment:
    """Run one night and print how long it took."""
    rules, order = pack.on(data.as_of), pack.order_on(data.as_of)
    start = time.perf_counter()
    pairs = eligible_pairs(data, rules, order)
    judged = time.perf_counter()
    found = assign_seats(pairs, data, rules, order, remembered)
    seconds = time.perf_counter() - judged
    sys.stdout.write(
        f"{name:20s} pairs {judged - start:6.2f} s  plan {seconds:6.2f} s  solved {found.solved_share:7.2%}  "
        f"proposals {len(found.proposals)}\n"
    )
    return found


def main() -> None:
    """Run the nights of one made-up county."""
    persons, runs, seats = (float(word) for word in (*sys.argv[1:4], *("1000", "150", "0.7")[len(sys.argv) - 1 :]))
    pack = read_rules((ROOT / "config" / "programmes" / "durchstarten" / "rules").glob("*.yaml"))
    data = county(Shape(int(persons), int(runs), seats_per_need=seats), FIRST)
    first = night("first night", pack, data, None)
    plans = dict(zip(first.components["component"], first.components["plan"], strict=True))
    data = replace(data, as_of=FIRST + timedelta(days=1), open_proposals=first.proposals)
    night("next, in full", pack, data, None)
    night("next, nothing new", pack, data, plans)
    opened = data.runs.copy()
    full = opened["offer_id"].isin(first.proposals["offer_id"])
    opened.loc[opened.index[full][0], "seats_free"] += 1
    data = replace(data, runs=opened)
    night("one seat opens, full", pack, data, None)
    night("one seat opens", pack, data, plans)


if __name__ == "__main__":
    main()
