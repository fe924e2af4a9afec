"""Write who new ids stand for: ``vault.source_id`` and the link's history, in the load's own transaction."""

from pathlib import Path

from config.sources import Source
from schemas.identities import FILE
from tasks.warehouse.session import CountySession


def load_identities(session: CountySession, source: Source, folder: Path, load_id: int) -> int:
    """Register the new ids of a delivery and return how many there were; ids that are known stay as they are."""
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
    session.copy("stage_identity", table)
    session.do(
        "CREATE TEMPORARY TABLE new_identity ON COMMIT DROP AS SELECT s.person_id FROM stage_identity AS s WHERE "
        "NOT EXISTS ("
        "SELECT 1 FROM vault.source_id AS v WHERE v.county = :county AND v.source = :source AND v.person_id = "
        "s.person_id)",
        source=source.name,
    )
    count = session.do(
        "INSERT INTO vault.source_id (county, source, person_id, person_uid, link_state, is_participant, first_load) "
        "SELECT :county, :source, s.person_id, s.person_uid, s.link_state, s.is_participant, :load FROM "
        "stage_identity AS s "
        "INNER JOIN new_identity AS n ON s.person_id = n.person_id ORDER BY s.person_id",
        source=source.name,
        load=load_id,
    )
    session.do(
        "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load) "
        "SELECT :county, v.ref_id, v.person_uid, v.link_state, s.rule, :load FROM vault.source_id AS v "
        "INNER JOIN stage_identity AS s ON v.person_id = s.person_id "
        "WHERE v.county = :county AND v.source = :source AND v.first_load = :load",
        source=source.name,
        load=load_id,
    )
    session.do(
        "UPDATE vault.source_id AS v SET link_state = 'linked' FROM vault.source_id AS other WHERE v.county = :county "
        "AND v.link_state = 'single' AND other.county = v.county AND other.person_uid = v.person_uid "
        "AND other.ref_id <> v.ref_id AND other.first_load = :load",
        load=load_id,
    )
    _open_reviews(session, source, load_id)
    session.do("DROP TABLE stage_identity, new_identity")
    return count


def _open_reviews(session: CountySession, source: Source, load_id: int) -> None:
    """Put every candidate of an undecided id into the review queue, against the candidate's first participant id."""
    session.do(
        "INSERT INTO vault.review (county, ref_id, candidate_ref, score, reason, evidence, opened_load) "
        "SELECT :county, v.ref_id, other.ref_id, (c.item ->> 'score')::double precision, s.rule, c.item -> "
        "'evidence', :load "
        "FROM stage_identity AS s INNER JOIN vault.source_id AS v ON v.county = :county AND v.source = :source "
        "AND v.person_id = s.person_id CROSS JOIN LATERAL jsonb_array_elements(s.candidates) AS c (item) "
        "CROSS JOIN LATERAL (SELECT o.ref_id FROM vault.source_id AS o WHERE o.county = :county AND o.is_participant "
        "AND o.person_uid = CAST(c.item ->> 'person_key' AS uuid) AND o.ref_id <> v.ref_id ORDER BY o.ref_id "
        "LIMIT 1) AS other "
        "WHERE s.link_state = 'review' ON CONFLICT (county, ref_id, candidate_ref) DO NOTHING",
        source=source.name,
        load=load_id,
    )
