"""Merge staged records into the version tables: two statements a table, set-based.

Facts are never changed. A record with new content closes its open version and
opens a new one; equal content does nothing (told by a hash that no table
keeps). In a full delivery a record that is missing ends on the as-of day if its
kind lasts, and is retracted if it is an event; a rejected row counts as present, so that an earlier good
version stays (CONTRACT section 5). Where a rejected row's key cannot be read
whole, every record stays that it may stand for: those of the same person or id
that agree with the readable parts; of a rejected wide row, all of the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.sources import Source
from schemas.deliveries import Ending
from schemas.kinds import KINDS, Kind
from tasks.load.planning import outgrows_statistics
from tasks.load.targets import Target, fingerprint, names_person, targets_of
from tasks.warehouse.session import CountySession

_BEFORE = (
    "SELECT count(*) FROM {table} AS t WHERE t.county = :county AND t.source = :source AND t.closed_load IS NULL "
    "AND t.ended_on IS NULL"
)
_STANDING = "SELECT count(*) FROM standing AS t WHERE t.ended_on IS NULL"
_META = ("county", "source", "record_key", "opened_load", "ended_on", "file_id", "sheet", "row")


@dataclass
class Merged:
    """What a merge did to one kind's records: counts; ``before`` is how many were open."""

    before: int = 0
    new: int = 0
    changed: int = 0
    ended: int = 0

    @property
    def touched(self) -> int:
        """Records that are different now."""
        return self.new + self.changed + self.ended


def merge_kind(
    session: CountySession, source: Source, kind: Kind, load_id: int, as_of: date, *, may_end: bool
) -> Merged:
    """Merge the accepted rows of ``stage_<kind>`` into all tables of the kind.

    ``stage_file`` (position → file_id) names where each row came from.
    ``may_end`` False keeps records that the stage does not hold (incremental
    deliveries, rows tried again).
    """
    results = [_merge_target(session, source, kind, target, load_id, as_of, may_end) for target in targets_of(kind)]
    main = results[0]
    if kind.name == "participants":
        # A corrected birth date changes the vault's row only; the record has changed all the same.
        main.changed = max(main.changed, results[1].changed)
    return main


def _merge_target(
    session: CountySession,
    source: Source,
    kind: Kind,
    target: Target,
    load_id: int,
    as_of: date,
    may_end: bool,
) -> Merged:
    stage, columns = f"stage_{kind.name}", ", ".join(target.columns)
    accepted = f"{stage} AS s WHERE s.verdict IS NULL AND NOT s.duplicate AND {target.only}"
    met = _stand(session, kind, target, source, None if may_end else accepted)
    before = session.value(_STANDING if may_end else _BEFORE.format(table=target.table), source=source.name)
    changed = _close_changed(session, target, accepted, load_id) if met else 0
    only_new = " AND s.record_key IN (SELECT d.record_key FROM differing AS d)" if met else ""
    inserted = session.do(
        f"INSERT INTO {target.table} ({', '.join(_META)}, {columns}) "
        f"SELECT :county, :source, s.record_key, :load, NULL, f.file_id, s.sheet, s.row, "
        f"{', '.join(f's.{name}' for name in target.columns)} FROM stage_file AS f INNER JOIN {stage} AS s "
        f"ON f.file = s.file WHERE s.verdict IS NULL AND NOT s.duplicate AND {target.only}{only_new}",
        source=source.name,
        load=load_id,
    )
    ended = 0
    if met and may_end:
        ended = _end_missing(session, stage, kind, target, {"source": source.name, "load": load_id, "as_of": as_of})
    if outgrows_statistics(inserted + ended, before):
        session.refresh_statistics(target.table)
    session.do("DROP TABLE standing" + (", differing" if met else ""))
    return Merged(before=before, new=inserted - changed, changed=changed, ended=ended)


def _stand(session: CountySession, kind: Kind, target: Target, source: Source, accepted: str | None) -> int:
    """``standing``: the source's open versions that the staged rows may meet; return how many.

    It is small or analysed, so that everything after joins two tables whose size the planner knows; the version
    table itself is read once. An incremental delivery meets the keys of its ``accepted`` rows only.
    """
    keys = "".join(f", t.{name}" for name in _key_columns(kind) if name in target.columns)
    own = "" if accepted is None else f" AND t.record_key IN (SELECT s.record_key FROM {accepted})"
    met = session.do(
        "CREATE TEMPORARY TABLE standing ON COMMIT DROP AS SELECT t.version_id, t.record_key, t.ended_on, "
        f"{fingerprint('t', target.columns)} AS content{keys} FROM {target.table} AS t WHERE t.county = :county "
        f"AND t.source = :source AND t.closed_load IS NULL{own}",
        source=source.name,
    )
    if met:
        session.do("ANALYZE standing")
    return met


def _close_changed(session: CountySession, target: Target, accepted: str, load_id: int) -> int:
    """``differing``: the keys that are new, changed or back again; close what stands of them, return how many stood."""
    session.do(
        "CREATE TEMPORARY TABLE differing ON COMMIT DROP AS SELECT a.record_key, o.version_id FROM "
        f"(SELECT s.record_key, {fingerprint('s', target.columns)} AS content FROM {accepted}) AS a "
        "LEFT JOIN standing AS o ON a.record_key = o.record_key "
        "WHERE o.version_id IS NULL OR o.content <> a.content OR o.ended_on IS NOT NULL"
    )
    session.do("ANALYZE differing")
    return session.do(
        f"UPDATE {target.table} AS t SET closed_load = :load FROM differing AS d WHERE t.county = :county "
        "AND t.version_id = d.version_id",
        load=load_id,
    )


def _key_columns(kind: Kind) -> tuple[str, ...]:
    own = tuple("ref_id" if name == "person_id" else name for name in kind.key)
    return own if "ref_id" in own or not names_person(kind) else ("ref_id", *own)


def _end_missing(session: CountySession, stage: str, kind: Kind, target: Target, binds: dict[str, object]) -> int:
    missing = (
        "standing AS t WHERE t.ended_on IS NULL AND NOT EXISTS (SELECT 1 FROM "
        f"{stage} AS s WHERE s.record_key = t.record_key){_not_held(stage, kind)}"
    )
    return _end(session, kind, target, missing, binds)


def end_offers(session: CountySession, source: Source, endings: Sequence[Ending], load_id: int, as_of: date) -> int:
    """End the offers and runs that a supplier has taken back, unless the same delivery brings them again."""
    session.do("CREATE TEMPORARY TABLE stage_ending (offer_id text, run_id text) ON COMMIT DROP")
    for ending in endings:
        session.do(
            "INSERT INTO stage_ending (offer_id, run_id) VALUES (:offer, :run)",
            offer=ending.offer_id,
            run=ending.run_id,
        )
    kind = KINDS["offers"]
    (target,) = targets_of(kind)
    named = (
        f"{target.table} AS t WHERE t.county = :county AND t.source = :source AND t.closed_load IS NULL "
        "AND t.ended_on IS NULL AND EXISTS (SELECT 1 FROM stage_ending AS e WHERE (e.offer_id = t.offer_id "
        "AND (e.run_id IS NULL OR e.run_id = t.run_id)) OR (e.run_id IS NULL AND e.offer_id = t.run_id)) "
        "AND NOT EXISTS (SELECT 1 FROM stage_offers AS s WHERE s.record_key = t.record_key)"
    )
    return _end(session, kind, target, named, {"source": source.name, "load": load_id, "as_of": as_of})


def _end(session: CountySession, kind: Kind, target: Target, which: str, binds: dict[str, object]) -> int:
    """End the open versions ``t`` that ``which`` (FROM and WHERE) finds: as of the day if they last, else for good."""
    columns = ", ".join(target.columns)
    session.do(
        f"CREATE TEMPORARY TABLE gone ON COMMIT DROP AS SELECT t.version_id FROM {which}",
        source=binds["source"],
    )
    session.do("ANALYZE gone")
    ended = session.do(
        f"UPDATE {target.table} AS t SET closed_load = :load FROM gone AS g WHERE t.county = :county "
        "AND t.version_id = g.version_id",
        load=binds["load"],
    )
    if ended and kind.lasting:
        own = ", ".join(f"t.{name}" for name in target.columns)
        session.do(
            f"INSERT INTO {target.table} ({', '.join(_META)}, {columns}) SELECT t.county, t.source, t.record_key, "
            f":load, CAST(:as_of AS date), t.file_id, t.sheet, t.row, {own} "
            f"FROM {target.table} AS t INNER JOIN gone AS g ON t.version_id = g.version_id WHERE t.county = :county",
            load=binds["load"],
            as_of=binds["as_of"],
        )
    session.do("DROP TABLE gone")
    return ended


def _not_held(stage: str, kind: Kind) -> str:
    """Return the condition that no rejected row may stand for record ``t``; see the module's rule."""
    held = ""
    if names_person(kind):
        held += " AND NOT EXISTS (SELECT 1 FROM stage_held_person AS h WHERE h.ref_id = t.ref_id)"
    first, *others = ("ref_id" if name == "person_id" else name for name in kind.key)
    if others:
        agree = "".join(f" AND (s.{name} IS NULL OR s.{name} = t.{name})" for name in others)
        held += (
            f" AND NOT EXISTS (SELECT 1 FROM {stage} AS s WHERE s.record_key IS NULL AND s.verdict IS NOT NULL "
            f"AND s.{first} = t.{first}{agree})"
        )
    return held
