"""What a run may be asked, and what it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from config.county import County
from schemas.deliveries import Delivery
from schemas.errors import UsageError
from schemas.gates import GateResult

Status = Literal["published", "published_with_rejects", "blocked", "nothing_new", "failed"]
EXIT_ORDER = (1, 7, 6, 3, 5, 4, 8)
"""Of several causes the first of these is the exit code (CONTRACT section 5)."""


@dataclass(frozen=True)
class RunRequest:
    """One run: which county folder, which day (None: today there), which sources (empty: all)."""

    config_dir: str
    as_of: date | None = None
    sources: tuple[str, ...] = ()
    dry: bool = False
    accept: bool = False
    reason: str | None = None
    kind: str = "sync"


@dataclass
class RunSummary:
    """How a run ended, in the contract's words."""

    run_id: str
    as_of: date
    status: Status = "failed"
    published: bool = False
    exit_code: int = 1
    deliveries: list[Delivery] = field(default_factory=list)
    gates: list[GateResult] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    open_rows: int = 0

    def document(self) -> dict[str, Any]:
        """Return the JSON form of ``teilhabe sync --json`` (docs/json/sync.md)."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "status": self.status,
            "published": self.published,
            "sources": _by_source([delivery for delivery in self.deliveries if not delivery.recalled]),
            "gates": [gate._asdict() for gate in self.gates],
            "messages": self.messages,
            "open_rows": self.open_rows,
        }


def _by_source(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for delivery in deliveries:
        entry = found.setdefault(
            delivery.source,
            {
                "source": delivery.source,
                "state": delivery.state,
                "files": [],
                "unchanged": True,
                "rows": {},
                "records": {},
            },
        )
        entry["state"] = delivery.state if delivery.state != "unchanged" else entry["state"]
        entry["files"] += [
            {"name": file.name, "sha256": file.sha256, "unchanged": file.unchanged} for file in delivery.files
        ]
        entry["unchanged"] = entry["unchanged"] and delivery.unchanged
        for kind, counts in delivery.counts.items():
            sums = entry["records"].setdefault(kind, {"in": 0, "loaded": 0, "rejected": 0})
            sums["in"] += counts.found
            sums["loaded"] += counts.loaded
            sums["rejected"] += counts.rejected
        for part, count in delivery.balance.items():
            entry["rows"][part] = entry["rows"].get(part, 0) + count
        if delivery.error:
            entry["error"] = delivery.error
    return list(found.values())


def first_cause(codes: list[int]) -> int:
    """Return the exit code that stands for several causes; 0 when there is none."""
    return next((code for code in EXIT_ORDER if code in codes), 0)


def today_in(county: County) -> date:
    """Return the day in the county's own time zone."""
    return datetime.now(ZoneInfo(county.timezone)).date()


def parse_day(text: str) -> date:
    """Return an ISO day; UsageError (E803) for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("E803", text=text[:20]) from None
