"""Time and memory of judging pairs in a large county.

Run: ``python -m bench.match.pairs [persons runs communes]``.
"""

import resource
import sys
import time

from bench.match.instances import ROOT, Shape, county
from config.rules import read_rules
from tasks.match.blocking import candidate_count
from tasks.match.eligibility import eligible_pairs


def main() -> None:
    """Judge the pairs of one made-up county and print what it took."""
    persons, runs, communes = (int(word) for word in (*sys.argv[1:4], *("20000", "1000", "100")[len(sys.argv) - 1 :]))
    pack = read_rules((ROOT / "config" / "programmes" / "durchstarten" / "rules").glob("*.yaml"))
    data = county(Shape(persons, runs, communes=communes))
    start = time.perf_counter()
    pairs = eligible_pairs(data, pack.on(data.as_of), pack.order_on(data.as_of))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{persons} persons, {len(data.needs)} needs, {runs} runs: {candidate_count(data)} candidates, "
        f"{len(pairs)} listed, {int((pairs['eligible'] == 'yes').sum())} fit, {seconds:.1f} s, peak {peak:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
