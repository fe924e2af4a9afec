"""What a person decides about a pair of ids: linked or split, with a reason, both in the audit.

A decision is a load of its own, so that links have a knowledge day like any
other fact: it is known from the next publish on. It stands until a later one
replaces it; what a later decision contradicts becomes obsolete and stays in the audit.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from schemas.errors import UsageError
from tasks.identify.review_sheet import names_person
from tasks.warehouse.runs import current_actor, write_audit
from tasks.warehouse.session import CountySession

DECISION_SOURCE = "review"


@dataclass(frozen=True)
class Pair:
    """One pair: the id in question and a candidate's id, and the persons both stand for today."""

    review_id: int
    state: str
    ref_id: int
    candidate_ref: int
    own_uid: str
    other_uid: str
    is_participant: bool


def accept_pair(session: CountySession, review_id: int, reason: str, day: date) -> None:
    """Link the id to the candidate's person, with all that stood for the id's own person if it is a participant's."""
    pair = _pair(session, review_id)
    _require_no_name(session, pair, reason)
    moving = _ids_of(session, pair.own_uid) if pair.is_participant else [pair.ref_id]
    staying = [ref for ref in _ids_of(session, pair.other_uid) if ref not in moving]
    _decide(session, pair, "accepted", reason)
    if pair.own_uid != pair.other_uid:
        _overrule(session, pair, "split", moving, staying)
        _relink(session, moving, pair.other_uid, "linked", day)
    elif _state_of(session, pair.ref_id) != "linked":
        _relink(session, [pair.ref_id], pair.other_uid, "linked", day)
    _overrule(session, pair, "open", moving, staying)
    _overrule(session, pair, "open", [pair.ref_id], None)
    _say_how_many(session, [pair.other_uid])


def split_pair(session: CountySession, review_id: int, reason: str, day: date) -> None:
    """Keep the two apart; an id that was linked to the candidate's person gets a person of its own."""
    pair = _pair(session, review_id)
    _require_no_name(session, pair, reason)
    _decide(session, pair, "split", reason)
    if pair.own_uid == pair.other_uid:
        leaving = _attached(session, pair)
        staying = [ref for ref in _ids_of(session, pair.own_uid) if ref not in leaving]
        for state in ("accepted", "linked"):
            _overrule(session, pair, state, leaving, staying)
        own = str(uuid.uuid4())
        _relink(session, [pair.ref_id], own, "split", day)
        _relink(session, [ref for ref in leaving if ref != pair.ref_id], own, "linked", day)
        _say_how_many(session, [pair.own_uid])
        return
    still_open = session.value(
        "SELECT EXISTS (SELECT 1 FROM vault.review WHERE county = :county AND ref_id = :ref AND state = 'open')",
        ref=pair.ref_id,
    )
    if not still_open and _state_of(session, pair.ref_id) == "review":
        _relink(session, [pair.ref_id], pair.own_uid, "split", day)


def _pair(session: CountySession, review_id: int) -> Pair:
    rows = session.rows(
        "SELECT r.review_id, r.state, r.ref_id, r.candidate_ref, own.person_uid::text AS own_uid, "
        "other.person_uid::text AS other_uid, own.is_participant FROM vault.review AS r "
        "INNER JOIN vault.source_id AS own ON own.county = r.county AND own.ref_id = r.ref_id "
        "INNER JOIN vault.source_id AS other ON other.county = r.county AND other.ref_id = r.candidate_ref "
        "WHERE r.county = :county AND r.review_id = :id",
        id=review_id,
    )
    if not rows:
        raise UsageError("E808", number=review_id)
    return Pair(**rows[0])


def _require_no_name(session: CountySession, pair: Pair, reason: str) -> None:
    """Refuse a reason that names either side: it stands in the audit for good (E409)."""
    rows = session.rows(
        "SELECT DISTINCT last_name, first_name FROM vault.identity_version WHERE county = :county "
        "AND ref_id = ANY(CAST(:refs AS bigint[]))",
        refs=[pair.ref_id, pair.candidate_ref],
    )
    if names_person(reason, [row[key] for row in rows for key in ("last_name", "first_name")]):
        raise UsageError("E409")


def _ids_of(session: CountySession, uid: str) -> list[int]:
    rows = session.rows(
        "SELECT ref_id FROM vault.source_id WHERE county = :county AND person_uid = CAST(:uid AS uuid) ORDER BY ref_id",
        uid=uid,
    )
    return [row["ref_id"] for row in rows]


def _state_of(session: CountySession, ref_id: int) -> str:
    return str(
        session.value("SELECT link_state FROM vault.source_id WHERE county = :county AND ref_id = :ref", ref=ref_id)
    )


def _attached(session: CountySession, pair: Pair) -> list[int]:
    """Return the id and what hangs on it by other pairs; the id alone where the candidate hangs on it that way too."""
    rows = session.rows(
        "SELECT ref_id, candidate_ref FROM vault.review WHERE county = :county AND state IN ('linked', 'accepted') "
        "AND review_id <> :id",
        id=pair.review_id,
    )
    own = set(_ids_of(session, pair.own_uid))
    attached, waiting = {pair.ref_id}, [pair.ref_id]
    while waiting:
        one = waiting.pop()
        for row in rows:
            for near, far in ((row["ref_id"], row["candidate_ref"]), (row["candidate_ref"], row["ref_id"])):
                if near == one and far in own and far not in attached:
                    attached.add(far)
                    waiting.append(far)
    return [pair.ref_id] if pair.candidate_ref in attached else sorted(attached)


def _decide(session: CountySession, pair: Pair, state: str, reason: str) -> None:
    session.do(
        "UPDATE vault.review SET state = :state, decided_by = :actor, decided_at = now(), decision_reason = :reason "
        "WHERE county = :county AND review_id = :id",
        state=state,
        actor=current_actor(),
        reason=reason,
        id=pair.review_id,
    )
    write_audit(
        session, f"review {state}", object_=f"pair {pair.review_id}", reason=reason, detail={"before": pair.state}
    )


def _overrule(session: CountySession, pair: Pair, state: str, left: list[int], right: list[int] | None) -> None:
    """Make other pairs in ``state`` between two groups obsolete (``right`` None: all of ``left``)."""
    session.do(
        "UPDATE vault.review SET state = 'obsolete' WHERE county = :county AND state = :state AND review_id <> :id AND "
        "((ref_id = ANY(CAST(:left AS bigint[])) AND (:all OR candidate_ref = ANY(CAST(:right AS bigint[])))) "
        "OR (NOT :all AND candidate_ref = ANY(CAST(:left AS bigint[])) AND ref_id = ANY(CAST(:right AS bigint[]))))",
        state=state,
        id=pair.review_id,
        left=left,
        right=right or [],
        all=right is None,
    )


def _relink(session: CountySession, refs: list[int], person_uid: str, link_state: str, day: date) -> None:
    """Close the ids' links and open the decided ones, known from the next publish."""
    if not refs:
        return
    load = session.value(
        "INSERT INTO ops.load (county, source, run_id, as_of) VALUES (:county, :source, CAST(:run AS uuid), :day) "
        "RETURNING load_id",
        source=DECISION_SOURCE,
        run=str(uuid.uuid4()),
        day=day,
    )
    binds: dict[str, object] = {"refs": refs, "load": load, "uid": person_uid, "state": link_state}
    session.do(
        "UPDATE core.person_link SET closed_load = :load WHERE county = :county "
        "AND ref_id = ANY(CAST(:refs AS bigint[])) AND closed_load IS NULL",
        refs=refs,
        load=load,
    )
    session.do(
        "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load) "
        "SELECT :county, ref, CAST(:uid AS uuid), :state, 'decided', :load FROM unnest(CAST(:refs AS bigint[])) "
        "AS ref",
        **binds,
    )
    session.do(
        "UPDATE vault.source_id SET person_uid = CAST(:uid AS uuid), link_state = :state "
        "WHERE county = :county AND ref_id = ANY(CAST(:refs AS bigint[]))",
        refs=refs,
        uid=person_uid,
        state=link_state,
    )


def _say_how_many(session: CountySession, uids: list[str]) -> None:
    """Set ``linked`` and ``single`` of the participant ids of these persons."""
    session.do(
        "UPDATE vault.source_id AS v SET link_state = CASE WHEN (SELECT count(*) FROM vault.source_id AS o WHERE "
        "o.county = v.county AND o.person_uid = v.person_uid) > 1 THEN 'linked' ELSE 'single' END "
        "WHERE v.county = :county AND v.is_participant AND v.link_state IN ('single', 'linked') "
        "AND v.person_uid = ANY(CAST(:uids AS uuid[]))",
        uids=uids,
    )
