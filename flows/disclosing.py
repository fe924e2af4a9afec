"""``teilhabe doctor --disclosure``: the releases as everybody can read them, audited again."""

from config.county import County
from tasks.publish.answers import COLUMNS
from tasks.publish.disclosure.audit import AuditResult
from tasks.publish.disclosure.checkup import audit_published
from tasks.publish.mart import hash_of_rows
from tasks.publish.own import set_apart
from tasks.warehouse.session import CountySession


def audit_mart(session: CountySession, county: County) -> tuple[list[str], AuditResult]:
    """Return the ids of the releases audited, oldest first, and what was found."""
    register = session.rows(
        "SELECT release_id, as_of, method, base, min_count, sha256 FROM ops.release "
        "WHERE county = :county ORDER BY as_of"
    )
    frames = []
    for entry in register:
        rows = session.frame(
            f"SELECT {COLUMNS} FROM mart.kpi WHERE county = :county AND as_of = :as_of", as_of=entry["as_of"]
        )
        entry["found"] = hash_of_rows(rows)
        frames.append(set_apart(rows, county.kpis).assign(base=entry["base"], method=entry["method"]))
    return [str(entry["release_id"]) for entry in register], audit_published(frames, register)
