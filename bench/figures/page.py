"""docs/bench-figures.md from the measured lines."""

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.pipeline.measure import Measured

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench-figures.md"
HEAD = """# Bench: publishing and asking

Made by `python -m bench.figures` and not by hand: a county's history by seed, published as the night does it and asked
by the command line. Two years of nights (730 loads, exact rows of 700 nights stored), persons with contacts,
entries, enrolments, needs and consents; corrections, moves, late facts, retractions, re-entries, linked ids.
{about}
"""


TABLE = """| work | median s | least – most | client CPU s | server CPU s | peak MB |
|---|---:|---:|---:|---:|---:|
"""
GROWTH = """
## Growth

Exponents by number of persons (1 is linear), by CPU where it was measured, else by wall seconds.

| work | {steps} |
|---|{rules}
"""


@dataclass(frozen=True)
class Line:
    """One work at one size; ``rounds`` is how often records may have been corrected."""

    persons: int
    rounds: int
    versions: int
    work: str
    found: Sequence[Measured]

    @property
    def seconds(self) -> float:
        """Median wall seconds."""
        return statistics.median(one.seconds for one in self.found)

    @property
    def cpu(self) -> float:
        """Median CPU seconds of command and server together."""
        return statistics.median(one.client_cpu + one.server_cpu for one in self.found)

    @property
    def cost(self) -> float:
        """CPU seconds, or wall seconds where no CPU was measured."""
        return self.cpu or self.seconds


def write_page(lines: Sequence[Line], about: str) -> str:
    """Write and return the page."""
    text = HEAD.format(about=about)
    for persons, rounds in dict.fromkeys((line.persons, line.rounds) for line in lines):
        chosen = [line for line in lines if (line.persons, line.rounds) == (persons, rounds)]
        more = ", ten times as often corrected" if rounds > 1 else ""
        text += f"\n## {persons:,} persons{more} ({chosen[0].versions:,} versions)\n\n".replace(",", " ")
        text += TABLE
        text += "".join(_row(line) for line in chosen)
    text += _growth(lines)
    PAGE.write_text(text, "utf-8")
    return text


def _row(line: Line) -> str:
    spread = f"{min(f.seconds for f in line.found):.2f} – {max(f.seconds for f in line.found):.2f}"
    if not line.cpu:
        return f"| {line.work} | {line.seconds:.3f} | {spread} | | | |\n"
    client = statistics.median(f.client_cpu for f in line.found)
    server = statistics.median(f.server_cpu for f in line.found)
    peak = max(f.peak_mb for f in line.found)
    return f"| {line.work} | {line.seconds:.2f} | {spread} | {client:.2f} | {server:.2f} | {peak:.0f} |\n"


def _growth(lines: Sequence[Line]) -> str:
    """Return the fitted exponents between neighbouring sizes, and what ten times the history costs."""
    usual = [line for line in lines if line.rounds == 1]
    steps = list(itertools.pairwise(sorted({line.persons for line in usual})))
    text = ""
    if steps:
        named = " | ".join(f"{small} → {large}" for small, large in steps)
        text += GROWTH.format(steps=named, rules="---:|" * len(steps))
    for work in dict.fromkeys(line.work for line in usual if steps):
        cost = {line.persons: line.cost for line in usual if line.work == work}
        found = [math.log(cost[large] / cost[small]) / math.log(large / small) for small, large in steps]
        text += f"| {work} | " + " | ".join(f"{one:.2f}" for one in found) + " |\n"
    for long in (line for line in lines if line.rounds > 1):
        short = next((line for line in usual if (line.persons, line.work) == (long.persons, long.work)), None)
        if short is not None:
            more = f"{long.versions / short.versions:.1f} × the versions, {long.work}: {long.cost / short.cost:.2f} ×"
            text += f"\n- ten times as often corrected, {more}"
    return text + "\n"
