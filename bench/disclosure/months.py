"""Many monthly releases of one county, and what an outsider who kept them all can compute."""

import time
from collections.abc import Iterator
from itertools import islice

import pandas as pd

from tasks.publish.disclosure import AuditRule, DisclosureSettings, audit_release, protect, remember
from tasks.publish.disclosure.audit import read_releases
from tasks.publish.disclosure.ledger import earlier_releases
from tests.unit.growing_county import monthly_releases, nightly_releases

KEY = ["period", "mode", "kpi", "dimension", "member"]


def run(months: str = "24", persons: str = "124", method: str = "rounding", axes: str = "", seed: str = "0") -> None:
    """Print cost and rows that wait of each release; then attack all of them together. ``axes``: these dimensions."""
    chosen = axes.split(",") if axes else None
    _release_all(monthly_releases(int(persons), 24, int(seed), chosen), int(months), method)


def nights(nights: str = "60", persons: str = "124", method: str = "rounding", axes: str = "", seed: str = "0") -> None:
    """Do the same for one release a night; the second school year begins half way."""
    chosen = axes.split(",") if axes else None
    _release_all(nightly_releases(int(persons), int(nights), int(seed), chosen), int(nights), method)


def _release_all(county: Iterator[pd.DataFrame], count: int, method: str) -> None:
    settings = DisclosureSettings(method)  # type: ignore[arg-type]
    ledger: pd.DataFrame | None = None
    before: pd.DataFrame | None = None
    for number, exact in enumerate(islice(county, count)):
        started = time.process_time()
        published = protect(exact, settings, ledger, f"r{number:02d}")
        seconds = time.process_time() - started
        parts = published[published["dimension"] != "all"]
        told = published.merge(exact[[*KEY, "numerator"]], on=KEY, suffixes=("", "_true"))
        waiting = int((parts["protection"] == "suppressed").sum())
        print(f"release {number + 1:2d}: {seconds:5.1f} s, {waiting:4d} of {len(parts)} rows wait, "
              f"{_moved(before, told)} values moved though their truth stood", flush=True)  # fmt: skip
        ledger, before = remember(ledger, exact, published, f"r{number:02d}", settings), told
    _attack(ledger)


def _moved(before: pd.DataFrame | None, told: pd.DataFrame) -> int:
    if before is None:
        return 0
    both = before.merge(told, on=KEY, suffixes=("_old", "_new"))
    shown = both[(both["dimension"] != "all") & both["numerator_old"].notna() & both["numerator_new"].notna()]
    return int(((shown["numerator_true_old"] == shown["numerator_true_new"])
                & (shown["numerator_old"] != shown["numerator_new"])).sum())  # fmt: skip


def _attack(ledger: pd.DataFrame | None) -> None:
    releases = read_releases(earlier_releases(ledger))
    started = time.process_time()
    # Two values left is the least that is not an exact recovery; every release is held to it, not the newest alone.
    result = audit_release(earlier_releases(ledger)[-1], releases[:-1], AuditRule(min_count=2), all_anew=True)
    exact = [finding for finding in result.findings if finding.reason == "too_narrow"]
    print(f"attack: {result.checked} protected cells, {len(exact)} recovered exactly, "
          f"{len(result.findings) - len(exact)} slips, {time.process_time() - started:.1f} s")  # fmt: skip
