"""What already happened between a person and an offer: declined, enrolled, completed, clashing."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rules import Rule
from tasks.match.columns import Array, FactColumn, column_of, day_number, days_of
from tasks.match.identity import declined_pairs
from tasks.match.inputs import SEATED, MatchInput, families
from tasks.match.timetable import read_timetable


def pair_history(
    data: MatchInput, order: MatchingOrder, rules: Sequence[Rule], need_rows: Array, run_rows: Array
) -> dict[str, FactColumn]:
    """Return the facts pair.declined, pair.enrolled, pair.completed and pair.clashes."""
    persons = data.needs["person_uid"].to_numpy(dtype=object)
    offers = data.runs["offer_id"].to_numpy(dtype=object)
    seated = seated_enrolments(data)
    done = data.enrolments[data.enrolments["state"] == "completed"]
    return {
        "pair.enrolled": _among(seated, persons, offers, need_rows, run_rows),
        "pair.completed": _among(done, persons, offers, need_rows, run_rows),
        "pair.declined": _flag(declined_pairs(data, order, rules, need_rows, run_rows)),
        "pair.clashes": _flag(_clashes(data, order, seated, need_rows, run_rows)),
    }


def seated_enrolments(data: MatchInput) -> pd.DataFrame:
    """Return enrolments that hold a seat on the day, and accepted proposals the provider has not listed yet."""
    ended, known = days_of(data.enrolments["ends_on"])
    over = known & (ended < day_number(data.as_of))
    seated = data.enrolments[data.enrolments["state"].isin(SEATED).to_numpy(dtype=bool) & ~over]
    expected = expected_enrolments(data)
    return pd.concat([seated, expected], ignore_index=True) if len(expected) else seated.reset_index(drop=True)


def accepted_proposals(data: MatchInput) -> pd.DataFrame:
    """Return accepted proposals and what the provider made of them.

    An enrolment of the person in the offer answers the acceptance, unless it was lost
    (dropped, cancelled) before that day. A need that is closed because its seat was
    accepted still holds that seat.

    Returns:
        One row a proposal: proposal_id, need_id, person_uid, offer_id, run_id, is_listed
        (some enrolment answers), is_lost (every one that answers is dropped or cancelled, or
        none answers and the run is not offered any more).
    """
    accepted = data.decisions[data.decisions["decision"] == "accept"]
    owners = dict(zip(data.needs["need_id"], data.needs["person_uid"], strict=True))
    owner = accepted["need_id"].map(owners).astype(object)
    accepted = accepted.assign(person_uid=owner.where(owner.notna(), column_of(accepted, "person_uid")))
    accepted = accepted[accepted["person_uid"].notna()]
    events = data.enrolments[["person_uid", "offer_id", "state", "starts_on", "ends_on"]]
    both = accepted[["proposal_id", "person_uid", "offer_id", "decided_on"]].merge(
        events.astype({"person_uid": object, "offer_id": object}), on=["person_uid", "offer_id"]
    )
    lost = both["state"].isin(["dropped", "cancelled"])
    over = pd.to_datetime(both["ends_on"], errors="coerce").fillna(pd.to_datetime(both["starts_on"], errors="coerce"))
    answers = both[~(lost & (over < pd.to_datetime(both["decided_on"], errors="coerce"))).to_numpy(dtype=bool)]
    held = answers.loc[~answers["state"].isin(["dropped", "cancelled"]), "proposal_id"]
    listed = accepted["proposal_id"].isin(answers["proposal_id"])
    offered = set(zip(data.runs["offer_id"], data.runs["run_id"], strict=True))
    gone = [run not in offered for run in zip(accepted["offer_id"], accepted["run_id"], strict=True)]
    is_lost = np.where(listed, ~accepted["proposal_id"].isin(held), gone).astype(bool)
    return accepted.assign(is_listed=listed, is_lost=is_lost)


def expected_enrolments(data: MatchInput) -> pd.DataFrame:
    """Return accepted proposals that no enrolment of the person in that offer answers yet, of runs still offered."""
    accepted = accepted_proposals(data)
    expected = accepted[~(accepted["is_listed"] | accepted["is_lost"]).to_numpy(dtype=bool)]
    kinds = data.runs.drop_duplicates("offer_id").set_index("offer_id")["kind"]
    return pd.DataFrame(
        {
            "person_uid": expected["person_uid"].astype(object),
            "offer_id": expected["offer_id"].astype(object),
            "run_id": expected["run_id"].astype(object),
            "kind": expected["offer_id"].map(kinds).astype(object),
            "state": "registered",
            "starts_on": pd.NaT,
            "ends_on": pd.NaT,
            "need_id": expected["need_id"].astype(object),
        }
    ).drop_duplicates(["person_uid", "offer_id", "run_id"])


def _flag(values: Array) -> FactColumn:
    return FactColumn("pair", values, np.ones_like(values, dtype=bool))


def _among(events: pd.DataFrame, persons: Array, offers: Array, need_rows: Array, run_rows: Array) -> FactColumn:
    """Mark pairs whose person and offer stand together in ``events``."""
    if events.empty or not len(need_rows):
        return _flag(np.zeros(len(need_rows), dtype=bool))
    person_code = {uid: code for code, uid in enumerate(pd.unique(persons))}
    offer_code = {offer: code for code, offer in enumerate(pd.unique(offers))}
    width = len(offer_code)
    wanted = [
        person_code[uid] * width + offer_code[offer]
        for uid, offer in zip(events["person_uid"], events["offer_id"], strict=True)
        if uid in person_code and offer in offer_code
    ]
    mine = np.array([person_code[uid] for uid in persons], dtype=np.int64)
    theirs = np.array([offer_code[offer] for offer in offers], dtype=np.int64)
    return _flag(np.isin(mine[need_rows] * width + theirs[run_rows], np.array(wanted, dtype=np.int64)))


def _clashes(data: MatchInput, order: MatchingOrder, seated: pd.DataFrame, need_rows: Array, run_rows: Array) -> Array:
    """Mark pairs whose run overlaps in time with a seat that the person holds already."""
    clashing = np.zeros(len(need_rows), dtype=bool)
    seated = seated[seated["person_uid"].isin(data.needs["person_uid"])]
    if seated.empty or not len(need_rows):
        return clashing
    held, tables = _held_runs(data, order, seated)
    by_person = held.groupby("person_uid")["held_row"].agg(list)
    lists = [by_person.get(uid, []) for uid in data.needs["person_uid"]]
    for turn in range(max(map(len, lists), default=0)):
        row = np.array([rows[turn] if turn < len(rows) else len(tables) - 1 for rows in lists], dtype=np.int64)
        clashing |= tables[row[need_rows], run_rows]
    return clashing


def _held_runs(data: MatchInput, order: MatchingOrder, seated: pd.DataFrame) -> tuple[pd.DataFrame, Array]:
    """Number the distinct held runs and tabulate which run clashes with which; the last row clashes with none."""
    known = data.runs.drop(columns=["kind"])
    held = seated[["person_uid", "offer_id", "run_id", "kind", "starts_on", "ends_on"]].merge(
        known, on=["offer_id", "run_id"], how="left", suffixes=("_own", "")
    )
    for name in ("starts_on", "ends_on"):
        own = pd.to_datetime(held[f"{name}_own"], errors="coerce")
        held[name] = own.fillna(pd.to_datetime(held[name], errors="coerce"))
    family = held["kind"].map(families(data.codes.offer_kinds))
    held["family"] = held["family"].astype(object).where(held["family"].notna(), family)
    key = ["offer_id", "run_id", "starts_on", "ends_on"]
    held["held_row"] = held.groupby(key, dropna=False, sort=True).ngroup()
    distinct = held.drop_duplicates("held_row").sort_values("held_row")
    names: Iterable[str] = ("starts_on", "ends_on", "weekdays", "from_time", "to_time", "family")
    both = pd.concat(
        [frame.reindex(columns=list(names)).astype(object) for frame in (data.runs, distinct)], ignore_index=True
    )
    timetable = read_timetable(both, order.flexible_families)
    runs = len(data.runs)
    tables = np.zeros((len(distinct) + 1, runs), dtype=bool)
    for row in range(len(distinct)):
        tables[row] = timetable.clash(runs + row)[:runs]
    return held, tables
