"""How long each kind of data is kept (``retention.yaml``): one rule a kind, after DIN 66398.

A rule is a start (fixed by the kind, see ``STARTS``), a period in days and the
reason for it. A kind without a rule is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.folders import Folders
from config.yaml_marks import Section

FILE: Final = "retention.yaml"
STARTS: Final = {
    "persons": "last_fact",
    "archived_files": "replaced",
    "quarantine_rows": "resolved",
    "remarks": "delivered",
    "run_details": "ended",
    "outbox_files": "written",
}
"""Kinds of data and the event their period begins with."""
LONGEST_DAYS: Final = 36_525


@dataclass(frozen=True)
class RetentionRule:
    """One kind of data: days it is kept after its start, and why."""

    kind: str
    keep_days: int
    basis: str

    @property
    def start(self) -> str:
        """The event that the period begins with."""
        return STARTS[self.kind]


def read_retention(folders: Folders, open_file: Callable[[Path], Section | None]) -> tuple[RetentionRule, ...]:
    """Read the county's rules, else those of its pack; none where neither has a file."""
    path = next((each / FILE for each in (folders.county, folders.pack) if (each / FILE).is_file()), None)
    section = open_file(path) if path is not None else None
    if section is None:
        return ()
    rules = []
    for kind in STARTS:
        if kind in section.entries:
            one = section.section(kind)
            keep = one.integer("keep_days", None, low=1, high=LONGEST_DAYS)
            if keep is None and "keep_days" not in one.entries:
                one.report(None, "E102", key=f"{one.path}keep_days")
            rules.append(RetentionRule(kind, keep or LONGEST_DAYS, one.required_text("basis")))
            one.close()
    section.close()
    return tuple(rules)
