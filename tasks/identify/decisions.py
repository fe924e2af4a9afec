"""What a person decides about a pair in the grey zone: linked or split, with a reason, both in the audit.

A decision is a load of its own, so that links have a knowledge day like any
other fact: it is known from the next publish on.
"""

import uuid
from datetime import date

from schemas.errors import UsageError
from tasks.warehouse.runs import current_actor, write_audit
from tasks.warehouse.session import CountySession

DECISION_SOURCE = "review"


def accept_pair(session: CountySession, review_id: int, reason: str, day: date) -> None:
    """Link the id in doubt to the candidate's person; its other candidates become obsolete."""
    pair = _pair(session, review_id)
    uid = session.value(
        "SELECT person_uid FROM vault.source_id WHERE county = :county AND ref_id = :ref", ref=pair["candidate_ref"]
    )
    _relink(session, pair["ref_id"], uid, "linked", day)
    session.do(
        "UPDATE vault.source_id SET link_state = 'linked' WHERE county = :county AND ref_id = :ref AND link_state "
        "= 'single'",
        ref=pair["candidate_ref"],
    )
    _decide(session, review_id, "accepted", reason)
    session.do(
        "UPDATE vault.review SET state = 'obsolete' WHERE county = :county AND ref_id = :ref AND state = 'open'",
        ref=pair["ref_id"],
    )


def split_pair(session: CountySession, review_id: int, reason: str, day: date) -> None:
    """Keep the two apart for ever; an id that was linked to the candidate's person gets a person of its own."""
    pair = _pair(session, review_id)
    uids = session.rows(
        "SELECT own.person_uid = other.person_uid AS is_linked FROM vault.source_id AS own CROSS JOIN "
        "vault.source_id AS other "
        "WHERE own.county = :county AND other.county = :county AND own.ref_id = :ref AND other.ref_id = :other",
        ref=pair["ref_id"],
        other=pair["candidate_ref"],
    )
    _decide(session, review_id, "split", reason)
    still_open = session.value(
        "SELECT EXISTS (SELECT 1 FROM vault.review WHERE county = :county AND ref_id = :ref AND state = 'open')",
        ref=pair["ref_id"],
    )
    if uids[0]["is_linked"]:
        _relink(session, pair["ref_id"], str(uuid.uuid4()), "split", day)
    elif not still_open:
        _relink(session, pair["ref_id"], None, "split", day)


def _pair(session: CountySession, review_id: int) -> dict[str, int]:
    rows = session.rows(
        "SELECT ref_id, candidate_ref FROM vault.review WHERE county = :county AND review_id = :id AND state <> "
        "'obsolete'",
        id=review_id,
    )
    if not rows:
        raise UsageError("E808", number=review_id)
    return rows[0]


def _decide(session: CountySession, review_id: int, state: str, reason: str) -> None:
    session.do(
        "UPDATE vault.review SET state = :state, decided_by = :actor, decided_at = now(), decision_reason = :reason "
        "WHERE county = :county AND review_id = :id",
        state=state,
        actor=current_actor(),
        reason=reason,
        id=review_id,
    )
    write_audit(session, f"review {state}", object_=f"pair {review_id}", reason=reason)


def _relink(session: CountySession, ref_id: int, person_uid: object, link_state: str, day: date) -> None:
    """Close the id's link and open the decided one (person_uid None keeps the person), known from the next publish."""
    load = session.value(
        "INSERT INTO ops.load (county, source, run_id, as_of) VALUES (:county, :source, CAST(:run AS uuid), :day) "
        "RETURNING load_id",
        source=DECISION_SOURCE,
        run=str(uuid.uuid4()),
        day=day,
    )
    kept = person_uid or session.value(
        "SELECT person_uid FROM vault.source_id WHERE county = :county AND ref_id = :ref", ref=ref_id
    )
    session.do(
        "UPDATE core.person_link SET closed_load = :load WHERE county = :county AND ref_id = :ref AND closed_load "
        "IS NULL",
        load=load,
        ref=ref_id,
    )
    session.do(
        "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load) "
        "VALUES (:county, :ref, CAST(:uid AS uuid), :state, 'decided', :load)",
        ref=ref_id,
        uid=str(kept),
        state=link_state,
        load=load,
    )
    session.do(
        "UPDATE vault.source_id SET person_uid = CAST(:uid AS uuid), link_state = :state "
        "WHERE county = :county AND ref_id = :ref",
        uid=str(kept),
        state=link_state,
        ref=ref_id,
    )
