"""What an erasure took, and the proof of it: counts by place, never a name."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.erase.ledger import Erasure
from tasks.run import Run
from tasks.warehouse.runs import current_actor, write_audit
from tasks.warehouse.session import CountySession

PROOFS = "erasures"


@dataclass
class Extent:
    """What goes, or went: rows by table, archived rows by source, files; ``unsearched`` archived files by source."""

    facts: dict[str, int] = field(default_factory=dict)
    archive: Counter[str] = field(default_factory=Counter)
    archived_files: int = 0
    files: Counter[str] = field(default_factory=Counter)
    orchestrator: int = 0
    left: int = 0
    unsearched: Counter[str] = field(default_factory=Counter)

    def document(self) -> dict[str, Any]:
        """Return the counts by place."""
        return {
            "database": self.facts,
            "archive": dict(self.archive),
            "archived_files": self.archived_files,
            "files": dict(self.files),
            "orchestrator": self.orchestrator,
            "orchestrator_left": self.left,
            "unsearched": dict(self.unsearched),
        }


def proof_path(run: Run, number: str) -> Path:
    """Return where the proof of an erasure lies."""
    return run.county.state / PROOFS / f"{number}.json"


def open_record(session: CountySession, erasure: Erasure) -> None:
    """Record that an erasure began, and its tokens where they keep the person away."""
    session.do(
        "INSERT INTO ops.erasure (county, erasure_id, state, asked_by, reason, asked_at) VALUES (:county, "
        "CAST(:number AS uuid), 'open', :actor, :reason, coalesce(CAST(nullif(:asked_at, '') AS timestamptz), now())) "
        "ON CONFLICT DO NOTHING",
        number=erasure.erasure_id,
        actor=erasure.asked_by or current_actor(),
        reason=erasure.reason,
        asked_at=erasure.asked_at,
    )
    if erasure.keeps:
        session.do(
            "INSERT INTO vault.suppression (county, erasure_id, token) SELECT :county, CAST(:number AS uuid), "
            "unnest(CAST(:tokens AS text[])) ON CONFLICT DO NOTHING",
            number=erasure.erasure_id,
            tokens=sorted(erasure.tokens),
        )


def remember(session: CountySession, erasure: Erasure, extent: Extent) -> None:
    """Keep the counts of the database with the deletion itself; what an earlier, killed try took is added."""
    held = session.value(
        "SELECT counts FROM ops.erasure WHERE county = :county AND erasure_id = CAST(:number AS uuid)",
        number=erasure.erasure_id,
    )
    before = Counter((held or {}).get("database", {}))
    extent.facts = dict(before + Counter(extent.facts))
    _store_counts(session, erasure, extent)


def _store_counts(session: CountySession, erasure: Erasure, extent: Extent) -> None:
    session.do(
        "UPDATE ops.erasure SET counts = CAST(:counts AS jsonb) WHERE county = :county "
        "AND erasure_id = CAST(:number AS uuid)",
        counts=json.dumps(extent.document()),
        number=erasure.erasure_id,
    )


def prove(run: Run, erasure: Erasure, extent: Extent) -> None:
    """Close the record, write the audit, and put the proof beside it as a file of mode 0600."""
    facts = sum(extent.facts.values())
    with run.session() as session:
        backups = session.value("SELECT count(*) FROM ops.audit WHERE county = :county AND action = 'backup'")
        _store_counts(session, erasure, extent)
        session.do(
            "UPDATE ops.erasure SET state = 'done', ended_at = now() WHERE county = :county "
            "AND erasure_id = CAST(:number AS uuid)",
            number=erasure.erasure_id,
        )
        write_audit(
            session,
            "erase",
            object_=f"erasure {erasure.erasure_id}",
            reason=erasure.reason,
            detail={"facts": facts, "archived_files": extent.archived_files},
        )
    document = {
        "erasure": erasure.erasure_id,
        "county": run.county.key,
        "asked_at": erasure.asked_at,
        "asked_by": erasure.asked_by,
        "reason": erasure.reason,
        "done_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "removed": extent.document(),
        "backups_made_before": backups,
        "stays_away": erasure.keeps,
    }
    path = proof_path(run, erasure.erasure_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
