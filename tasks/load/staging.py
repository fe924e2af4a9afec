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
from typing import TYPE_CHECKING

from config.sources import Source
from schemas.identities import MENTION_PREFIX
from schemas.kinds import KINDS, Kind
from tasks.load.targets import (
    content_columns,
    hash_expression,
    key_expression,
    names_person,
    stage_table,
)
from tasks.warehouse.session import CountySession

if TYPE_CHECKING:
    import pyarrow as pa

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
    for kind in kinds:
        session.do(stage_table(kind))
        for block in _blocks(paths[kind.name]):
            session.copy(f"stage_{kind.name}", block)
        session.do(f"UPDATE stage_{kind.name} SET verdict = '{REJECTED}' WHERE rejected")
    for kind in kinds:
        _refer(session, source, kind, as_of)
    is_wide = sum(len(blocks) for blocks in source.records.values()) > 1
    if is_wide:
        _spread(session, kinds)
    for kind in kinds:
        _find_conflicts(session, kind)
    if is_wide:
        _spread(session, kinds)
    _hold_persons(session, kinds if is_wide else [])
    return {kind.name: _count(session, kind) for kind in kinds}


def _blocks(path: Path) -> "list[pa.Table]":
    import pyarrow as pa

    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
        return [pa.Table.from_batches([reader.get_batch(i)]) for i in range(reader.num_record_batches)]


def _refer(session: CountySession, source: Source, kind: Kind, as_of: date) -> None:
    """Replace suppliers' ids by references; whoever or whatever is unknown gets its verdict.

    Known once is known for ever, and not before: in a replay an id that another
    source brings on a later day is still unknown, as it was then.
    """
    table = f"stage_{kind.name}"
    if names_person(kind):
        session.do(
            f"UPDATE {table} AS s SET ref_id = v.ref_id FROM vault.source_id AS v "
            f"WHERE v.county = :county AND v.person_id = s.person_id AND v.source = CASE "
            f"WHEN s.person_id LIKE '{MENTION_PREFIX}%' THEN :own ELSE :person_source END "
            "AND (v.source = :own OR EXISTS ("
            "SELECT 1 FROM ops.load AS l WHERE l.county = v.county AND l.load_id = v.first_load "
            "AND coalesce(l.published_as_of, l.as_of) <= CAST(:as_of AS date)))",
            as_of=as_of,
            own=source.name,
            person_source=source.ids.person or source.name,
        )
        session.do(f"UPDATE {table} SET verdict = 'unknown_person' WHERE ref_id IS NULL AND verdict IS NULL")
    if kind.name == "enrolments":
        session.do(f"UPDATE {table} SET offer_source = :offers", offers=source.ids.offer or source.name)
        session.do(
            f"UPDATE {table} AS s SET verdict = 'unknown_offer' WHERE s.verdict IS NULL AND NOT EXISTS ("
            "SELECT 1 FROM core.offer_version AS o WHERE o.county = :county AND o.source = s.offer_source "
            "AND o.offer_id = s.offer_id AND (o.closed_load IS NULL OR o.closed_load > o.opened_load))"
        )


def _find_conflicts(session: CountySession, kind: Kind) -> None:
    """Records with the same key: equal ones are one (the first row stands), different ones are all rejected."""
    table = f"stage_{kind.name}"
    whole = " AND ".join(f"{'ref_id' if n == 'person_id' else n} IS NOT NULL" for n in kind.key if _is_needed(kind, n))
    session.do(
        f"UPDATE {table} SET record_key = {key_expression(kind)}, "
        f"row_hash = {hash_expression(content_columns(kind))} WHERE {whole}"
    )
    session.do(
        f"UPDATE {table} AS s SET verdict = 'duplicate_key_conflict' FROM ("
        f"SELECT record_key FROM {table} WHERE verdict IS NULL GROUP BY record_key "
        "HAVING min(row_hash::text) <> max(row_hash::text)) AS twice WHERE s.record_key = twice.record_key AND "
        "s.verdict IS NULL"
    )
    session.do(
        f"UPDATE {table} AS s SET duplicate = TRUE FROM ("
        f"SELECT ctid, row_number() OVER (PARTITION BY record_key ORDER BY file, sheet, row, ctid) AS place "
        f"FROM {table} WHERE verdict IS NULL) AS ranked WHERE s.ctid = ranked.ctid AND ranked.place > 1"
    )


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
