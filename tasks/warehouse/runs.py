"""The truth about runs: ``ops.run``, steps, gates, audit. An orchestrator only shows what stands here."""

import getpass
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from schemas.gates import GateResult
from tasks.warehouse.session import CountySession


def start_run(session: CountySession, run_id: str, kind: str, as_of: date, reason: str | None = None) -> int:
    """Record that a run began; close the runs that a killed process left open (the lock says nobody runs them).

    Returns the number of runs that had died.
    """
    died = close_dead_runs(session)
    session.insert("ops.run", [{"run_id": run_id, "kind": kind, "as_of": as_of, "status": "running", "reason": reason}])
    return died


def close_dead_runs(session: CountySession) -> int:
    """Close runs that a killed process left open and return their number; the caller holds the county's lock."""
    return session.do(
        "UPDATE ops.run SET status = 'died', ended_at = now(), exit_code = 1 WHERE county = :county AND status = "
        "'running'"
    )


def end_run(
    session: CountySession,
    run_id: str,
    *,
    status: str,
    exit_code: int,
    summary: dict[str, Any],
    config_hash: str | None = None,
    code_version: str | None = None,
) -> None:
    """Record how a run ended."""
    session.do(
        "UPDATE ops.run SET status = :status, exit_code = :exit_code, ended_at = now(), "
        "config_hash = :config_hash, code_version = :code_version, summary = CAST(:summary AS jsonb) "
        "WHERE county = :county AND run_id = CAST(:run_id AS uuid)",
        run_id=run_id,
        status=status,
        exit_code=exit_code,
        config_hash=config_hash,
        code_version=code_version,
        summary=json.dumps(summary, default=str, ensure_ascii=False),
    )


def mark_published(session: CountySession, run_id: str, fingerprint: str) -> None:
    """Record, inside the publishing transaction, that the run's figures are the newest state, and what they rest on."""
    session.do(
        "UPDATE ops.run SET published = TRUE, published_at = now(), fingerprint = :fingerprint "
        "WHERE county = :county AND run_id = CAST(:run_id AS uuid)",
        run_id=run_id,
        fingerprint=fingerprint,
    )


def mark_handout_due(session: CountySession, as_of: date, run_id: str) -> None:
    """Note inside the publishing transaction that this day's workbooks are to be handed out."""
    session.do(
        "INSERT INTO ops.handout (county, as_of, run_id) VALUES (:county, :as_of, CAST(:run_id AS uuid)) "
        "ON CONFLICT (county, as_of) DO UPDATE SET run_id = excluded.run_id, published_at = now(), done_at = NULL, "
        "tries = 0, error_code = NULL",
        as_of=as_of,
        run_id=run_id,
    )


def reopen_handout(session: CountySession) -> None:
    """Hand the newest day's workbooks out once more: what lies at the outbox may name somebody who was erased."""
    session.do(
        "UPDATE ops.handout SET done_at = NULL WHERE county = :county AND as_of = "
        "(SELECT max(as_of) FROM ops.handout WHERE county = :county)"
    )


def record_step(session: CountySession, run_id: str, step: str, seconds: float, detail: dict[str, Any]) -> None:
    """Append one finished step of a run."""
    session.do(
        "INSERT INTO ops.step (county, run_id, position, step, seconds, detail) SELECT :county, CAST(:run_id AS uuid), "
        "coalesce(max(position), 0) + 1, :step, :seconds, CAST(:detail AS jsonb) "
        "FROM ops.step WHERE county = :county AND run_id = CAST(:run_id AS uuid)",
        run_id=run_id,
        step=step,
        seconds=round(seconds, 3),
        detail=json.dumps(detail, default=str),
    )


def record_gates(session: CountySession, run_id: str, gates: Sequence[GateResult]) -> None:
    """Store the gates of a run; a gate judged again replaces its earlier result."""
    for gate in gates:
        session.do(
            "INSERT INTO ops.gate (county, run_id, gate, passed, detail) "
            "VALUES (:county, CAST(:run_id AS uuid), :gate, :passed, CAST(:detail AS jsonb)) "
            "ON CONFLICT (county, run_id, gate) DO UPDATE SET passed = excluded.passed, detail = excluded.detail",
            run_id=run_id,
            gate=gate.gate,
            passed=gate.passed,
            detail=json.dumps(gate.detail, default=str),
        )


def gates_of(session: CountySession, run_id: str) -> list[GateResult]:
    """Return the gates of a run in order of their names."""
    rows = session.rows(
        "SELECT gate, passed, detail FROM ops.gate WHERE county = :county AND run_id = CAST(:run_id AS uuid) "
        "ORDER BY gate",
        run_id=run_id,
    )
    return [GateResult(row["gate"], row["passed"], row["detail"] or {}) for row in rows]


def write_audit(
    session: CountySession,
    action: str,
    *,
    object_: str | None = None,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append to ``ops.audit``: who did what to what, and why; never a name of a person looked after."""
    session.insert(
        "ops.audit",
        [
            {
                "actor": current_actor(),
                "action": action,
                "object": object_,
                "reason": reason,
                "detail": json.dumps(detail, default=str) if detail is not None else None,
            }
        ],
    )


def current_actor() -> str:
    """Return the operating system's login, the only identity that a command line has."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def last_published(session: CountySession) -> dict[str, Any] | None:
    """Return run_id, as_of, fingerprint, summary of the newest published run, None before the first."""
    rows = session.rows(
        "SELECT run_id::text AS run_id, as_of, fingerprint, summary, exit_code, config_hash, code_version FROM ops.run "
        "WHERE county = :county AND published ORDER BY as_of DESC, published_at DESC LIMIT 1"
    )
    return rows[0] if rows else None


def unreadable_sources(session: CountySession) -> set[str]:
    """Return the sources that the last run which asked for them could not read; a share that is gone leaves no file.

    Looks at the last fifty runs.
    """
    rows = session.rows(
        "SELECT DISTINCT ON (s.one ->> 'source') s.one ->> 'source' AS source, s.one ->> 'state' AS state FROM "
        "(SELECT started_at, summary FROM ops.run WHERE county = :county AND summary IS NOT NULL "
        "ORDER BY started_at DESC LIMIT 50) AS r CROSS JOIN LATERAL jsonb_array_elements(r.summary -> 'sources') AS "
        "s (one) ORDER BY s.one ->> 'source', r.started_at DESC"
    )
    return {str(row["source"]) for row in rows if row["state"] == "unreadable"}


def first_run_on(session: CountySession) -> date | None:
    """Return the as-of day of the county's first run, None before it."""
    day: date | None = session.value("SELECT min(as_of) FROM ops.run WHERE county = :county")
    return day


def has_unpublished_loads(session: CountySession) -> bool:
    """Tell whether something is loaded that no published run has shown yet."""
    found: bool = session.value(
        "SELECT EXISTS (SELECT 1 FROM ops.load WHERE county = :county AND published_as_of IS NULL AND "
        "superseded_by IS NULL)"
    )
    return found
