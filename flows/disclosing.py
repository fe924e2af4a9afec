"""``teilhabe doctor --disclosure``: the releases as everybody can read them, audited again."""

from config.county import County
from tasks.publish.answers import COLUMNS
from tasks.publish.disclosure import DisclosureSettings
from tasks.publish.disclosure.audit import AuditResult
from tasks.publish.disclosure.checkup import audit_published
from tasks.publish.disclosure.clusters import audit_clusters
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
    result = audit_published(frames, register)
    if register:
        settings = DisclosureSettings(*(register[-1][name] for name in ("method", "base", "min_count")))
        clusters = _audit_clusters(session, settings)
        # Where the figure counts otherwise than the clusters (a refusal came between), nothing follows from both.
        found = tuple(finding for finding in clusters.findings if finding.reason != "contradiction")
        findings = (*result.findings, *found)
        result = AuditResult(findings, result.checked + clusters.checked, result.dropped)
    return [str(entry["release_id"]) for entry in register], result


def _audit_clusters(session: CountySession, settings: DisclosureSettings) -> AuditResult:
    """Hold the clusters of unmet needs against the total that stood beside them."""
    told = session.frame("SELECT cluster, needs_count, protection, as_of FROM mart.unmet_need WHERE county = :county")
    if told.empty:
        return AuditResult((), 0, 0)
    total = session.value(
        "SELECT max(numerator) FROM mart.kpi WHERE county = :county AND as_of = :as_of AND kpi = 'unmet_needs' "
        "AND mode = 'cumulative' AND period_to >= :as_of "
        "AND period = (SELECT max(k.period) FROM mart.kpi AS k WHERE k.county = :county "
        "AND k.as_of = :as_of)",
        as_of=told["as_of"].iloc[0],
    )
    return audit_clusters(told, None if total is None else int(total), settings)
