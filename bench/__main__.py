"""``make bench``: medians of whole nights on made-up data, beside their floor; the table goes to docs/bench.md.

What runs here: the shipped county's first night, the same night again (nothing
new), and reading one large CSV beside pyarrow alone. The rooms' own comparisons
stand in ``bench/identity``, ``bench/match`` and so on and are run by themselves.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.csv as pacsv

from tasks.conform.reading import ReadRequest, read_delivery

ROOT = Path(__file__).resolve().parents[1]
ROWS = 200_000
REPEATS = 5


def timed(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - began


def nights(folder: Path) -> dict[str, float]:
    county = folder / "county"
    shutil.copytree(ROOT / "config" / "paderborn", county, ignore=shutil.ignore_patterns("state", "__pycache__"))
    teilhabe = [sys.executable, "-m", "flows", "--config", str(county)]
    try:
        subprocess.run([*teilhabe, "db", "start"], check=True, stdout=subprocess.DEVNULL)
        first = timed([*teilhabe, "sync", "--direct", "--as-of", "2021-09-15"])
        again = [timed([*teilhabe, "sync", "--direct", "--as-of", "2021-09-15"]) for _ in range(REPEATS)]
        helped = [timed([*teilhabe, "--help"]) for _ in range(REPEATS)]
        asked = [timed([*teilhabe, "status"]) for _ in range(REPEATS)]
    finally:
        subprocess.run([*teilhabe, "db", "stop"], check=False, stdout=subprocess.DEVNULL)
    return {
        "first night, 458 rows, 10 files": first,
        "nothing new": statistics.median(again),
        "--help": statistics.median(helped),
        "status": statistics.median(asked),
    }


def reading(folder: Path) -> tuple[float, float]:
    path = folder / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id;name;tag;zahl\n")
        file.writelines(f"{i};Name {i % 1000};{1 + i % 28:02d}.03.2021;{i % 97},5\n" for i in range(ROWS))
    ours, floor = [], []
    for number in range(REPEATS):
        work = folder / f"work{number}"
        work.mkdir()
        began = time.perf_counter()
        read_delivery(ReadRequest(path, headers=("id", "name", "tag", "zahl"), delimiter=";"), workdir=work)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        pacsv.read_csv(path, parse_options=pacsv.ParseOptions(delimiter=";"))
        floor.append(time.perf_counter() - began)
    return statistics.median(ours), statistics.median(floor)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = nights(folder)
        ours, floor = reading(folder)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    lines = ["# Bench", "", "Medians of this machine's last `make bench`; ratios count, seconds do not travel.", ""]
    lines += ["| work | seconds |", "|---|---:|", *(f"| {work} | {seconds:.2f} |" for work, seconds in found.items())]
    lines += [
        f"| reading {ROWS} CSV rows in the guarded child | {ours:.2f} |",
        f"| the same by pyarrow alone | {floor:.2f} |",
    ]
    lines += ["", f"Peak memory of a child process: {peak} MB.", ""]
    text = "\n".join(lines)
    (ROOT / "docs" / "bench.md").write_text(text, "utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
