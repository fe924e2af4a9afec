"""Write who ids stand for: ``vault.source_id`` and the link's history, in the load's own transaction.

Facts about links are never changed: a new version is added and the old one marked closed.
"""

from pathlib import Path

from config.sources import Source
from schemas.identities import FILE, REVISITED_FILE
from tasks.load.planning import LARGE, outgrows_statistics, plan_for_many
from tasks.run import Run
from tasks.warehouse.session import CountySession


def load_identities(session: CountySession, source: Source, folder: Path, load_id: int) -> int:
    """Register the new ids of a delivery and move corrected ones; return how many there were."""
    import pyarrow as pa

    path = folder / FILE
    if not path.exists():
        return 0
    with pa.OSFile(str(path), "rb") as sink, pa.ipc.open_file(sink) as reader:
        table = reader.read_all()
    session.do(
        "CREATE TEMPORARY TABLE stage_identity (person_id text, person_uid uuid, link_state text, rule text, "
        "is_participant boolean, candidates jsonb) ON COMMIT DROP"
    )
    session.copy("stage_identity", session.as_kept(table))
    session.do("ANALYZE stage_identity")
    # The person may stand in a delivery that waits behind a gate: then the row waits for it, as unknown.
    session.do(
        "DELETE FROM stage_identity AS s WHERE NOT s.is_participant AND NOT EXISTS (SELECT 1 FROM vault.source_id "
        "AS v WHERE v.county = :county AND v.is_participant AND (v.person_uid = s.person_uid OR v.person_uid::text "
        "IN (SELECT c.item ->> 'person_key' FROM jsonb_array_elements(s.candidates) AS c (item))))"
    )
    if table.num_rows > LARGE:
        plan_for_many(session)
    count = _register(session, source, load_id)
    session.do(
        "CREATE TEMPORARY TABLE relinked_id ON COMMIT DROP AS SELECT v.ref_id, s.person_uid, s.link_state, s.rule, "
        "s.candidates FROM stage_identity AS s INNER JOIN vault.source_id AS v ON v.county = :county "
        "AND v.source = :source AND v.person_id = s.person_id WHERE v.first_load <> :load",
        source=source.name,
        load=load_id,
    )
    count += relink(session, load_id)
    session.do("DROP TABLE stage_identity, relinked_id")
    return count


def _register(session: CountySession, source: Source, load_id: int) -> int:
    known = session.value("SELECT count(*) FROM vault.source_id WHERE county = :county")
    count = session.do(
        "INSERT INTO vault.source_id (county, source, person_id, person_uid, link_state, is_participant, first_load) "
        "SELECT :county, :source, s.person_id, s.person_uid, s.link_state, s.is_participant, :load FROM "
        "stage_identity AS s WHERE NOT EXISTS (SELECT 1 FROM vault.source_id AS v WHERE v.county = :county AND "
        "v.source = :source AND v.person_id = s.person_id) ORDER BY s.person_id",  # one run a county at a time
        source=source.name,
        load=load_id,
    )
    if outgrows_statistics(count, known):
        session.refresh_statistics("vault.source_id")
    session.do(
        "CREATE TEMPORARY TABLE new_identity ON COMMIT DROP AS SELECT v.ref_id, s.* FROM stage_identity AS s "
        "INNER JOIN vault.source_id AS v ON v.county = :county AND v.source = :source AND v.person_id = s.person_id "
        "WHERE v.first_load = :load",
        source=source.name,
        load=load_id,
    )
    session.do(
        "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load) "
        "SELECT :county, ref_id, person_uid, link_state, rule, :load FROM new_identity ORDER BY ref_id",
        load=load_id,
    )
    if outgrows_statistics(count, known):
        session.refresh_statistics("core.person_link")  # without it, matching compared each person with each
    _open_pairs(session, "new_identity", load_id)
    _say_how_many(session, "new_identity")
    session.do("DROP TABLE new_identity")
    return count


def relink(session: CountySession, load_id: int) -> int:
    """Move known ids to the persons of ``relinked_id`` where something changes; return how many moved.

    A participant id that was the last of its person takes along whoever was named by name and linked to
    that person.
    """
    session.do(
        "CREATE TEMPORARY TABLE moved_id ON COMMIT DROP AS SELECT r.ref_id, r.person_uid, r.link_state, r.rule, "
        "v.person_uid AS old_uid, v.is_participant FROM relinked_id AS r INNER JOIN vault.source_id AS v "
        "ON v.county = :county AND v.ref_id = r.ref_id WHERE v.person_uid <> r.person_uid "
        "OR (v.link_state <> r.link_state AND NOT (v.link_state = 'split' AND r.link_state = 'single') "
        "AND NOT (v.link_state = 'linked' AND r.link_state = 'single' AND v.is_participant))"
    )
    session.do(
        "INSERT INTO moved_id SELECT v.ref_id, m.person_uid, v.link_state, 'followed', v.person_uid, FALSE "
        "FROM moved_id AS m INNER JOIN vault.source_id AS v ON v.county = :county AND v.person_uid = m.old_uid "
        "WHERE m.is_participant AND m.old_uid <> m.person_uid AND NOT v.is_participant AND v.ref_id NOT IN (SELECT "
        "ref_id FROM relinked_id) AND NOT EXISTS (SELECT 1 FROM vault.source_id AS o WHERE o.county = :county "
        "AND o.person_uid = m.old_uid AND o.is_participant AND o.ref_id NOT IN (SELECT ref_id FROM moved_id))"
    )
    moved = session.do(
        "UPDATE core.person_link AS l SET closed_load = :load FROM moved_id AS m WHERE l.county = :county "
        "AND l.ref_id = m.ref_id AND l.closed_load IS NULL",
        load=load_id,
    )
    session.do(
        "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load) "
        "SELECT :county, ref_id, person_uid, link_state, rule, :load FROM moved_id ORDER BY ref_id",
        load=load_id,
    )
    session.do(
        "UPDATE vault.source_id AS v SET person_uid = m.person_uid, link_state = m.link_state FROM moved_id AS m "
        "WHERE v.county = :county AND v.ref_id = m.ref_id"
    )
    session.do(
        "UPDATE vault.review AS r SET state = 'obsolete' FROM relinked_id AS i WHERE r.county = :county "
        "AND r.ref_id = i.ref_id AND r.state IN ('open', 'linked')"
    )
    _open_pairs(session, "relinked_id", load_id)
    settle_pairs(session, "SELECT person_uid FROM moved_id")
    _say_how_many(session, "moved_id")
    session.do("DROP TABLE moved_id")
    return moved


def load_revisited(run: Run) -> int:
    """Move the known mentions that are ruled on otherwise since tonight, in a load of their own; return how many."""
    import pyarrow as pa

    path = run.work_folder / REVISITED_FILE
    if not path.exists():
        return 0
    with pa.OSFile(str(path), "rb") as sink, pa.ipc.open_file(sink) as reader:
        table = reader.read_all()
    with run.session() as session:
        load_id = session.value(
            "INSERT INTO ops.load (county, source, run_id, as_of) VALUES (:county, 'review', CAST(:run AS uuid), :day) "
            "RETURNING load_id",
            run=run.run_id,
            day=run.as_of,
        )
        session.do(
            "CREATE TEMPORARY TABLE relinked_id (ref_id bigint, person_uid uuid, link_state text, rule text, "
            "candidates jsonb) ON COMMIT DROP"
        )
        session.copy("relinked_id", table)
        session.do(
            "DELETE FROM relinked_id AS r WHERE r.link_state = 'linked' AND NOT EXISTS (SELECT 1 FROM vault.source_id "
            "AS v WHERE v.county = :county AND v.is_participant AND v.person_uid = r.person_uid)"
        )
        moved = relink(session, load_id)
        if moved == 0:
            session.do("DELETE FROM ops.load WHERE county = :county AND load_id = :load", load=load_id)
    return moved


def _open_pairs(session: CountySession, table: str, load_id: int) -> None:
    """Record every pair of an id with a candidate's first participant id: in doubt, or linked by itself."""
    session.do(
        "INSERT INTO vault.review AS pair (county, ref_id, candidate_ref, score, reason, evidence, opened_load, state) "
        "SELECT :county, s.ref_id, other.ref_id, nullif(c.item ->> 'score', 'NaN')::double precision, s.rule, "
        "c.item -> 'evidence', :load, CASE WHEN s.link_state = 'linked' THEN 'linked' ELSE 'open' END "
        f"FROM {table} AS s CROSS JOIN LATERAL jsonb_array_elements(s.candidates) AS c (item) "
        "CROSS JOIN LATERAL (SELECT o.ref_id FROM vault.source_id AS o WHERE o.county = :county AND o.is_participant "
        "AND o.person_uid = CAST(c.item ->> 'person_key' AS uuid) AND o.ref_id <> s.ref_id ORDER BY o.ref_id "
        "LIMIT 1) AS other WHERE s.link_state IN ('review', 'linked') "
        "ON CONFLICT (county, ref_id, candidate_ref) DO UPDATE SET state = excluded.state, score = excluded.score, "
        "reason = excluded.reason, evidence = excluded.evidence WHERE pair.state IN ('open', 'linked', 'obsolete')",
        load=load_id,
    )


def settle_pairs(session: CountySession, uids: str, **binds: object) -> None:
    """Close open pairs whose sides are one person by now, and take ids without an open pair out of review."""
    session.do(
        "UPDATE vault.review AS r SET state = 'obsolete' FROM vault.source_id AS own, vault.source_id AS other "
        "WHERE r.county = :county AND own.county = :county AND other.county = :county AND r.state = 'open' "
        "AND own.ref_id = r.ref_id AND other.ref_id = r.candidate_ref AND own.person_uid = other.person_uid "
        f"AND own.person_uid IN ({uids})",
        **binds,
    )
    session.do(
        "UPDATE vault.source_id AS v SET link_state = 'single' WHERE v.county = :county AND v.is_participant "
        f"AND v.link_state = 'review' AND v.person_uid IN ({uids}) AND NOT EXISTS (SELECT 1 FROM vault.review AS r "
        "WHERE r.county = :county AND r.ref_id = v.ref_id AND r.state = 'open')",
        **binds,
    )


def _say_how_many(session: CountySession, table: str) -> None:
    """Set ``linked`` and ``single`` of the participant ids of every person that ``table`` touches."""
    old = ", old_uid" if table == "moved_id" else ""
    session.do(
        f"WITH touched AS (SELECT DISTINCT unnest(ARRAY[person_uid{old}]) AS uid FROM {table}), "
        "told AS (SELECT v.ref_id, v.link_state, v.is_participant, count(*) OVER (PARTITION BY v.person_uid) AS ids "
        "FROM vault.source_id AS v INNER JOIN touched AS t ON v.person_uid = t.uid WHERE v.county = :county) "
        "UPDATE vault.source_id AS v SET link_state = CASE WHEN t.ids > 1 THEN 'linked' ELSE 'single' END "
        "FROM told AS t WHERE v.county = :county AND v.ref_id = t.ref_id AND t.is_participant "
        "AND t.link_state = CASE WHEN t.ids > 1 THEN 'single' ELSE 'linked' END"
    )
