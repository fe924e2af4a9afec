"""Put the conformed records of one delivery into staging tables and judge them as sets.

Order of the verdicts: the row was already rejected by conform; its person or
offer is unknown; its key stands twice with different content. A wide row is
rejected as a whole, so a verdict spreads to every kind of the row.

``stage_held_person`` holds whose wide rows were rejected: nothing in such a row
is believed, not even what it leaves out, so none of the person's records of the
source ends by it.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.sources import Source
from schemas.identities import mention_condition
from schemas.kinds import KINDS, Kind
from tasks.load.planning import LARGE, plan_for_many
from tasks.load.targets import (
    content_columns,
    copied_table,
    fingerprint,
    key_expression,
    names_person,
)
from tasks.warehouse.session import CountySession

REJECTED = "rejected"
WHOLE_ROW = "whole_row"


@dataclass(frozen=True)
class Staged:
    """Counts of one kind: records found, distinct rows rejected, equal duplicates."""

    found: int
    rejected: int
    duplicate: int


def stage_delivery(session: CountySession, source: Source, paths: dict[str, Path], as_of: date) -> dict[str, Staged]:
    """Stage every kind of a delivery, set ``verdict`` and return the counts a kind.

    Verdicts: ``rejected`` (conform said why), ``unknown_person``, ``unknown_offer``,
    ``duplicate_key_conflict``, ``whole_row`` (another record of the row broke).
    """
    kinds = [KINDS[name] for name in KINDS if name in paths]
    if any(names_person(kind) for kind in kinds):
        _known_persons(session, source, as_of)
    for kind in kinds:
        copied = _copy(session, kind, paths[kind.name])
        _refer(session, source, kind)
        if copied > LARGE:
            plan_for_many(session)
    is_wide = sum(len(blocks) for blocks in source.records.values()) > 1
    if is_wide:
        _spread(session, kinds)
    for kind in kinds:
        _find_conflicts(session, kind)
    if is_wide:
        _spread(session, kinds)
    _hold_persons(session, kinds if is_wide else [])
    return {kind.name: _count(session, kind) for kind in kinds}


def _copy(session: CountySession, kind: Kind, path: Path) -> int:
    """COPY the records of a kind into ``copied_<kind>``, block by block; return how many there are."""
    import pyarrow as pa

    session.do(copied_table(kind))
    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
        for i in range(reader.num_record_batches):
            session.copy(f"copied_{kind.name}", session.as_kept(pa.Table.from_batches([reader.get_batch(i)])))
    count: int = session.value(f"SELECT count(*) FROM copied_{kind.name}")
    return count


def _known_persons(session: CountySession, source: Source, as_of: date) -> None:
    """``known_person``: whom the ids of this source name.

    Known once is known for ever, and not before: in a replay an id that another
    source brings on a later day is still unknown, as it was then.
    """
    session.do(
        "CREATE TEMPORARY TABLE known_person ON COMMIT DROP AS SELECT v.person_id, v.ref_id FROM vault.source_id AS v "
        f"WHERE v.county = :county AND v.source = CASE WHEN {mention_condition('v.person_id')} THEN :own "
        "ELSE :person_source END AND (v.source = :own OR EXISTS ("
        "SELECT 1 FROM ops.load AS l WHERE l.county = v.county AND l.load_id = v.first_load "
        "AND coalesce(l.published_as_of, l.as_of) <= CAST(:as_of AS date)))",
        as_of=as_of,
        own=source.name,
        person_source=source.ids.person or source.name,
    )
    session.do("ANALYZE known_person")


def _refer(session: CountySession, source: Source, kind: Kind) -> None:
    """Make ``stage_<kind>``: suppliers' ids become references, keys are set, the unknown get a verdict.

    Each record is written once: the table is made by one query and only what is exceptional is updated later.
    """
    table, copied = f"stage_{kind.name}", f"copied_{kind.name}"
    verdicts = [f"WHEN c.rejected THEN '{REJECTED}'"]
    ref, joins = "NULL::bigint", ""
    if names_person(kind):
        ref, joins = "p.ref_id", "LEFT JOIN known_person AS p ON c.person_id = p.person_id"
        verdicts.append("WHEN p.ref_id IS NULL THEN 'unknown_person'")
    if kind.name == "enrolments":
        session.do(
            "CREATE TEMPORARY TABLE known_offer ON COMMIT DROP AS SELECT DISTINCT offer_id FROM core.offer_version "
            "WHERE county = :county AND source = :offers AND (closed_load IS NULL OR closed_load > opened_load)",
            offers=source.ids.offer or source.name,
        )
        session.do("ANALYZE known_offer")
        joins += " LEFT JOIN known_offer AS o ON c.offer_id = o.offer_id"
        verdicts.append("WHEN o.offer_id IS NULL THEN 'unknown_offer'")
    offers = "CAST(:offers AS text)" if kind.name == "enrolments" else "NULL::text"
    whole = " AND ".join(f"{'ref_id' if n == 'person_id' else n} IS NOT NULL" for n in kind.key if _is_needed(kind, n))
    session.do(
        f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT r.*, "
        f"CASE WHEN {whole} THEN {key_expression(kind)} END AS record_key, FALSE AS duplicate "
        f"FROM (SELECT c.*, {ref} AS ref_id, {offers} AS offer_source, CASE {' '.join(verdicts)} END AS verdict "
        f"FROM {copied} AS c {joins}) AS r",
        offers=source.ids.offer or source.name,
    )
    session.do(f"DROP TABLE {copied}")
    refs = ", ref_id" if names_person(kind) else ""
    session.do(f"ANALYZE {table} (record_key, verdict, duplicate{refs})")  # what the joins ask for


def _find_conflicts(session: CountySession, kind: Kind) -> None:
    """Records with the same key: equal ones are one (the first row stands), different ones are all rejected."""
    table = f"stage_{kind.name}"
    content = fingerprint("s", content_columns(kind))
    twice = session.do(
        "CREATE TEMPORARY TABLE double_key ON COMMIT DROP AS WITH twice AS (SELECT record_key FROM "
        f"{table} WHERE verdict IS NULL AND record_key IS NOT NULL GROUP BY record_key HAVING count(*) > 1) "
        f"SELECT met.place_id, min(met.content) OVER same <> max(met.content) OVER same AS is_conflict, row_number() "
        f"OVER (same ORDER BY met.file, met.sheet, met.row, met.place_id) AS place FROM (SELECT s.record_key, "
        f"s.ctid AS place_id, s.file, s.sheet, s.row, {content} AS content FROM {table} AS s INNER JOIN twice AS t "
        "ON s.record_key = t.record_key WHERE s.verdict IS NULL) AS met WINDOW same AS (PARTITION BY met.record_key)"
    )
    if twice:
        session.do("ANALYZE double_key")
        session.do(
            f"UPDATE {table} AS s SET verdict = CASE WHEN d.is_conflict THEN 'duplicate_key_conflict' END, "
            "duplicate = NOT d.is_conflict FROM double_key AS d WHERE s.ctid = d.place_id "
            "AND (d.is_conflict OR d.place > 1)"
        )
    session.do("DROP TABLE double_key")


def _is_needed(kind: Kind, name: str) -> bool:
    return name == "person_id" or kind.column(name).required


def _spread(session: CountySession, kinds: list[Kind]) -> None:
    """A wide row is rejected as a whole: a verdict on one record is one on all of its row."""
    union = " UNION ".join(
        f"SELECT file, sheet, row FROM stage_{kind.name} WHERE verdict IS NOT NULL" for kind in kinds
    )
    for kind in kinds:
        session.do(
            f"UPDATE stage_{kind.name} AS s SET verdict = '{WHOLE_ROW}' FROM ({union}) AS bad "
            "WHERE s.verdict IS NULL AND s.file = bad.file AND s.row = bad.row "
            "AND s.sheet IS NOT DISTINCT FROM bad.sheet"
        )


def _hold_persons(session: CountySession, kinds: list[Kind]) -> None:
    session.do("CREATE TEMPORARY TABLE stage_held_person (ref_id bigint) ON COMMIT DROP")
    for kind in filter(names_person, kinds):
        session.do(
            "INSERT INTO stage_held_person SELECT DISTINCT s.ref_id FROM "
            f"stage_{kind.name} AS s WHERE s.verdict IS NOT NULL AND s.ref_id IS NOT NULL"
        )


def _count(session: CountySession, kind: Kind) -> Staged:
    row = session.rows(
        "SELECT count(*) FILTER (WHERE NOT duplicate) AS found, "
        "count(*) FILTER (WHERE verdict IS NOT NULL) AS rejected, "
        f"count(*) FILTER (WHERE duplicate) AS duplicate FROM stage_{kind.name}"
    )[0]
    return Staged(row["found"], row["rejected"], row["duplicate"])
