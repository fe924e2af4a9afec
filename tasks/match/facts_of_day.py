"""Read what matching asks for from ``core``, and write back pairs, proposals and the proof."""

import dataclasses
from datetime import date

import pandas as pd

from config.county import County
from tasks.match.assign import Assignment
from tasks.match.inputs import CodeTables, MatchInput
from tasks.warehouse.session import CountySession

PAIR_COLUMNS = (
    "person_uid",
    "need_id",
    "offer_id",
    "run_id",
    "eligible",
    "failed_rule",
    "failed_rules",
    "unknown_facts",
    "distance_km",
    "score",
)


def read_facts(session: CountySession, county: County, as_of: date) -> MatchInput:
    """Return the facts of the day as frames (see ``MatchInput``)."""
    lists = county.codelists
    return MatchInput(
        as_of=as_of,
        needs=session.frame("match/open_needs", as_of=as_of),
        persons=session.frame("match/persons", as_of=as_of),
        runs=session.frame("match/offer_runs", as_of=as_of),
        enrolments=session.frame("match/enrolments"),
        decisions=session.frame("match/decisions", as_of=as_of),
        open_proposals=session.frame("match/proposals"),
        codes=CodeTables(
            offer_kinds=_table(lists.offer_kinds),
            residence_statuses=_table(lists.residence_statuses),
            communes=_table(lists.communes),
        ),
    )


def _table(entries: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame([dataclasses.asdict(entry) for entry in entries])  # type: ignore[call-overload]


def store_pairs(session: CountySession, pairs: pd.DataFrame) -> None:
    """Replace the county's pairs by tonight's."""
    session.do("DELETE FROM core.match_pair WHERE county = :county")
    session.do(
        "CREATE TEMPORARY TABLE tonight_pair (person_uid uuid, need_id text, offer_id text, run_id text, eligible "
        "text, "
        "failed_rule text, failed_rules text, unknown_facts text, distance_km double precision, "
        "score double precision) ON COMMIT DROP"
    )
    session.copy("tonight_pair", pairs[list(PAIR_COLUMNS)])
    session.do(
        "INSERT INTO core.match_pair (county, person_uid, need_id, offer_id, run_id, eligible, failed_rule, "
        "failed_rules, "
        "unknown_facts, distance_km, score) SELECT :county, person_uid, need_id, offer_id, run_id, eligible, "
        "failed_rule, "
        "string_to_array(nullif(failed_rules, ''), '|'), string_to_array(nullif(unknown_facts, ''), '|'), "
        "distance_km, score "
        "FROM tonight_pair"
    )


def store_assignment(session: CountySession, assignment: Assignment, match_run: str, as_of: date) -> int:
    """Write tonight's proposals, end those that are over, drop those of persons who withdrew; return the open ones."""
    for row in assignment.ended.to_dict("records"):
        session.do(
            "UPDATE core.match_proposal SET state = :state, state_on = :as_of, cause = :cause "
            "WHERE county = :county AND proposal_id = :proposal_id",
            state=row["state"],
            cause=row["cause"],
            proposal_id=row["proposal_id"],
            as_of=as_of,
        )
    session.do(
        "CREATE TEMPORARY TABLE tonight_proposal (proposal_id text, need_id text, person_uid uuid, offer_id text, "
        "run_id text, "
        "rank integer, score double precision, reasons jsonb, state text, first_proposed_on date, content_key text, "
        "newly_judged boolean) ON COMMIT DROP"
    )
    columns = ["proposal_id", "need_id", "person_uid", "offer_id", "run_id", "rank", "score", "reasons", "state"]
    frame = assignment.proposals[[*columns, "first_proposed_on", "content_key", "newly_judged"]]
    session.copy("tonight_proposal", frame.assign(reasons=[_json(value) for value in frame["reasons"]]))
    session.do(
        "INSERT INTO core.match_proposal AS p (county, proposal_id, match_run, need_id, person_uid, offer_id, "
        "run_id, rank, "
        "score, reasons, state, first_proposed_on, state_on, content_key, is_newly_judged) SELECT :county, "
        "proposal_id, "
        "CAST(:match_run AS uuid), need_id, person_uid, offer_id, run_id, rank, score, reasons, state, "
        "coalesce(first_proposed_on, :as_of), :as_of, content_key, newly_judged FROM tonight_proposal "
        "ON CONFLICT (county, proposal_id) DO UPDATE SET match_run = excluded.match_run, rank = excluded.rank, "
        "score = excluded.score, reasons = excluded.reasons, content_key = excluded.content_key, state = "
        "excluded.state, "
        "state_on = CASE WHEN p.state = excluded.state THEN p.state_on ELSE excluded.state_on END",
        match_run=match_run,
        as_of=as_of,
    )
    session.do(
        "DELETE FROM core.match_proposal AS p USING core.casework_refusal AS r WHERE p.county = :county "
        "AND r.county = p.county AND r.person_uid = p.person_uid AND r.withdrawn_on <= :as_of",
        as_of=as_of,
    )
    session.insert(
        "core.match_level",
        [
            {
                "match_run": match_run,
                "as_of": as_of,
                "level": int(row["place"]),
                "goal": row["level"],
                "value": row["value"],
                "bound": row["bound"],
            }
            for row in assignment.levels.to_dict("records")
        ],
    )
    return len(frame)


def _json(value: object) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
