"""Our stages of one night up to the load, step by step: ``python -m bench.pipeline.ours COUNTY DAY POSTMASTER``.

Prints one JSON line a step: seconds, CPU of this process and its children, CPU of the server. Nothing is published:
that is the same work as the peers' (typed, checked, quarantined, merged with history); ``identify`` is told apart, no
peer does it.
"""

import json
import resource
import sys
import time
import uuid
from datetime import date

from bench.pipeline.measure import server_cpu
from tasks.conform.task import conform_deliveries
from tasks.identify.task import identify_persons
from tasks.load.task import load_core
from tasks.pull.task import pull_sources
from tasks.run import Run
from tasks.warehouse.lock import county_lock
from tasks.warehouse.runs import start_run


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def main() -> None:
    run = Run(sys.argv[1], str(uuid.uuid4()), date.fromisoformat(sys.argv[2]))
    steps = [
        ("pull", lambda _: pull_sources(run)),
        ("conform", lambda found: conform_deliveries(run, found)),
        ("identify", lambda found: (identify_persons(run, found), found)[1]),
        ("load", lambda found: load_core(run, found)),
    ]
    with county_lock(run.warehouse.engine, run.county.key, run.run_id):
        with run.session() as session:
            start_run(session, run.run_id, "sync", run.as_of, None)
        found = None
        try:
            for name, step in steps:
                began, cpu, server = time.perf_counter(), _cpu(), server_cpu(int(sys.argv[3]))
                found = step(found)
                told = {"step": name, "seconds": time.perf_counter() - began, "cpu": _cpu() - cpu}
                told["server"] = server_cpu(int(sys.argv[3])) - server
                told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                print(json.dumps(told), flush=True)
        finally:
            run.clear_work()


if __name__ == "__main__":
    main()
