"""Time and memory of a first night in a large county: pairs, then the plan.

Run: ``python -m bench.match.scale [persons runs communes]``.
"""

import resource
import sys
import time

from bench.match.instances import ROOT, Shape, county
from config.rules import read_rules
from tasks.match.assign import assign_seats
from tasks.match.blocking import candidate_count
from tasks.match.eligibility import eligible_pairs


def main() -> None:
    """Judge and plan one made-up county and print what it took."""
    persons, runs, communes = (int(word) for word in (*sys.argv[1:4], *("20000", "1000", "100")[len(sys.argv) - 1 :]))
    pack = read_rules((ROOT / "config" / "programmes" / "durchstarten" / "rules").glob("*.yaml"))
    data = county(Shape(persons, runs, communes=communes))
    start, worked = time.perf_counter(), time.process_time()
    rules, order = pack.on(data.as_of), pack.order_on(data.as_of)
    pairs = eligible_pairs(data, rules, order)
    seconds, work = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{persons} persons, {len(data.needs)} needs, {runs} runs: {candidate_count(data)} candidates, "
        f"{len(pairs)} listed, {int((pairs['eligible'] == 'yes').sum())} fit, {seconds:.1f} s (CPU {work:.1f} s), "
        f"peak {peak:.0f} MB\n"
    )
    sys.stdout.flush()
    start, worked = time.perf_counter(), time.process_time()
    found = assign_seats(pairs, data, rules, order)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, work = time.perf_counter() - start, time.process_time() - worked
    sys.stdout.write(f"{len(found.proposals)} proposals in {seconds:.1f} s (CPU {work:.1f} s), peak {peak:.0f} MB\n")
    sys.stdout.write(found.levels.to_string(index=False) + "\n")


if __name__ == "__main__":
    main()
