"""One line a table by pytauargus and by us: hidden cells, what stays readable, time.

The peer protects one table of one release; it knows neither linked tables of several modes nor earlier releases,
so the same single table goes to both. It runs in an environment of its own: it is a test oracle, not a dependency.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from tasks.publish.disclosure import AuditRule, DisclosureSettings, audit_release, protect

THEIRS = """
import json, sys, time
from pytauargus import protect
lines = json.load(sys.stdin)
out = []
for line in lines:
    people = [{"commune": m, "persons": 1} for m, n in line.items() for _ in range(n)]
    started = time.process_time()
    told = protect(people, tables=["commune"], response="persons", safety_rules="FREQ(5,0)", suppress="OPT(1)")
    hidden = [row["commune"] for row in told.tables[0].rows if row["status"] in ("U", "M", "B", "C", "D")]
    out.append({"hidden": hidden, "seconds": time.process_time() - started,
                "status": sorted({str(row["status"]) for row in told.tables[0].rows})})
json.dump(out, sys.stdout)
"""


def lines() -> list[dict[str, int]]:
    """Return made-up lines: communes with few persons, by 11, 33, 100, 165 and 561 members."""
    shares = [45, 14, 12, 11, 11, 9, 7, 6, 5, 3, 1]
    return [
        {f"m{number:03d}": shares[number % 11] * scale + number // 11 for number in range(count)}
        for count, scale in ((11, 1), (33, 1), (100, 1), (165, 1), (561, 1))
    ]


def run() -> None:
    """Print both answers for each line."""
    program = str(Path(os.environ.get("TAUARGUS_PYTHON", sys.executable)).absolute())
    # Its solver writes logs where it runs.
    with TemporaryDirectory() as folder:
        told = subprocess.run(
            [program, "-c", THEIRS], input=json.dumps(lines()), capture_output=True, text=True, check=False, cwd=folder
        )
    if told.returncode:
        print(told.stderr[-1500:])
        return
    for line, theirs in zip(lines(), json.loads(told.stdout), strict=True):
        started = time.process_time()
        exact = _exact(line)
        ours = protect(exact, DisclosureSettings("suppression"), None, "r1")
        seconds = time.process_time() - started
        parts = ours[ours["dimension"] == "commune"]
        hidden = set(parts.loc[parts["protection"] == "suppressed", "member"])
        for name, cells, spent in (("ours", hidden, seconds), ("peer", set(theirs["hidden"]), theirs["seconds"])):
            told_rows = exact.assign(protection="exact")
            told_rows.loc[told_rows["member"].isin(cells), ["numerator", "value"]] = None
            told_rows.loc[told_rows["member"].isin(cells), "protection"] = "suppressed"
            clean = audit_release(told_rows.assign(base=5, method="suppression"), [], AuditRule()).clean
            print(f"{len(line):3d} cells, {name}: {len(cells)} hidden, {_kept(line, cells):.3f} of persons open, "
                  f"{spent:.2f} s, our audit {'finds nothing' if clean else 'finds a cell'}")  # fmt: skip


def _exact(line: dict[str, int]) -> pd.DataFrame:
    rows = [("all", "all", sum(line.values())), *(("commune", name, count) for name, count in line.items())]
    frame = pd.DataFrame(rows, columns=["dimension", "member", "numerator"])
    return frame.assign(period="2020/21", mode="period", kpi="contacted", denominator=None, value=frame["numerator"])


def _kept(line: dict[str, int], hidden: set[str]) -> float:
    return 1 - sum(line[name] for name in hidden) / sum(line.values())
