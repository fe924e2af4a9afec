"""Read what matching asks for from ``core``, and write back pairs, proposals and the proof.

Inside this stage a need's and an offer's id carry their source (``source`` U+001F ``id``):
two suppliers may count from 1. `with_sources` takes them apart again at the door.
"""

import dataclasses
from datetime import date

import pandas as pd

from config.county import County
from tasks.match.assign import Assignment
from tasks.match.inputs import SEPARATOR, CodeTables, MatchInput
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


def read_facts(session: CountySession, county: County, as_of: date, asked: str | None = None) -> MatchInput:
    """Return the facts of the day as frames (see ``MatchInput``); of the offer that is asked about also ended runs."""
    lists = county.codelists
    return MatchInput(
        as_of=as_of,
        needs=session.frame("match/open_needs", as_of=as_of),
        persons=session.frame("match/persons", as_of=as_of),
        runs=session.frame("match/offer_runs", as_of=as_of, asked=asked),
        enrolments=session.frame("match/enrolments"),
        decisions=session.frame("match/decisions", as_of=as_of),
        open_proposals=session.frame("match/proposals"),
        codes=CodeTables(
            offer_kinds=_table(lists.offer_kinds),
            residence_statuses=_table(lists.residence_statuses),
            communes=_table(lists.communes),
        ),
    )


def is_past(session: CountySession, as_of: date) -> bool:
    """Tell whether a later day is published already: a replay goes through the days before it."""
    sql = "SELECT exists(SELECT 1 FROM ops.run WHERE county = :county AND published AND as_of > :as_of)"
    return bool(session.value(sql, as_of=as_of))


def _table(entries: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame([dataclasses.asdict(entry) for entry in entries])  # type: ignore[call-overload]


def with_sources(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with plain ids, and need_source, offer_source beside them."""
    plain = {}
    for name in ("need", "offer"):
        if f"{name}_id" in frame.columns:
            parts = [str(value).partition(SEPARATOR) for value in frame[f"{name}_id"]]
            plain[f"{name}_source"] = pd.Series([source for source, _, _ in parts], index=frame.index, dtype=object)
            plain[f"{name}_id"] = pd.Series([own for _, _, own in parts], index=frame.index, dtype=object)
    return frame.assign(**plain)


def store_pairs(session: CountySession, pairs: pd.DataFrame) -> None:
    """Replace the county's pairs by tonight's."""
    session.do("DELETE FROM core.match_pair WHERE county = :county")
    session.do(
        "CREATE TEMPORARY TABLE tonight_pair (person_uid uuid, need_id text, offer_id text, run_id text, eligible "
        "text, "
        "failed_rule text, failed_rules text, unknown_facts text, distance_km double precision, "
        "score double precision, need_source text, offer_source text) ON COMMIT DROP"
    )
    session.copy("tonight_pair", with_sources(pairs)[[*PAIR_COLUMNS, "need_source", "offer_source"]])
    session.run("match/store_pairs")


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
        "newly_judged boolean, need_source text, offer_source text) ON COMMIT DROP"
    )
    columns = ["proposal_id", "need_id", "person_uid", "offer_id", "run_id", "rank", "score", "reasons", "state"]
    names = [*columns, "first_proposed_on", "content_key", "newly_judged", "need_source", "offer_source"]
    frame = with_sources(assignment.proposals)[names]
    session.copy("tonight_proposal", frame.assign(reasons=[_json(value) for value in frame["reasons"]]))
    session.run("match/store_proposals", match_run=match_run, as_of=as_of)
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
