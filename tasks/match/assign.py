"""The night's proposals: which seat for which need, what stays out for decision, what ended and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rules import Rule
from tasks.match.columns import Array, day_number, days_of
from tasks.match.identity import (
    content_key,
    decided_before,
    ended_attempts,
    need_contents,
    proposal_id,
    run_contents,
)
from tasks.match.inputs import MatchInput, order_input
from tasks.match.kept import solve_beside_kept
from tasks.match.levels import lottery_number, season_of
from tasks.match.problem import seat_problem
from tasks.match.reasons import proposal_reasons
from tasks.match.score import need_priorities, need_waiting_days
from tasks.match.seats import served_needs
from tasks.match.solve import SeatPlan
from tasks.match.timetable import read_timetable

OPEN_STATES = ("proposed", "unclear")
_OUTCOMES = {"accept": "accepted", "reject": "rejected", "unclear": "unclear"}
PROPOSAL_COLUMNS = (
    "proposal_id",
    "need_id",
    "person_uid",
    "offer_id",
    "run_id",
    "rank",
    "score",
    "reasons",
    "state",
    "first_proposed_on",
    "content_key",
    "kept",
    "newly_judged",
)


@dataclass(frozen=True)
class Assignment:
    """The outcome of one night.

    proposals: one row a proposal that is out for decision (columns PROPOSAL_COLUMNS).
    ended: proposal_id, need_id, offer_id, run_id, state (accepted, rejected, expired),
    cause (decided, too_old, need_closed, impossible, displaced).
    levels: place, level, value, bound: value equals bound where the optimum is proven.
    solved_share: part of the arcs that had to be solved (see ``kept.py``).
    """

    proposals: pd.DataFrame
    ended: pd.DataFrame
    levels: pd.DataFrame
    solved_share: float


def assign_seats(
    pairs: pd.DataFrame,
    data: MatchInput,
    rules: Sequence[Rule],
    order: MatchingOrder,
) -> Assignment:
    """Propose at most one seat for each open need, the best plan by the order's levels.

    Only pairs judged ``yes`` may be newly proposed. A need with a seat, or with an
    accepted proposal, gets none. Proposals out for decision stay unless their pair
    became impossible, they grew too old, or a higher level needs the seat; a pair
    that became unknown stays out for decision and is not weighed against others.

    Args:
        pairs: result of `eligible_pairs`. data: the same facts. rules, order: in force.
    """
    data = order_input(data)
    standing, ended = standing_proposals(pairs, data, order)
    frozen = standing[standing["eligible"] == "unknown"]
    arcs = beside_frozen(seat_arcs(pairs, data, standing), frozen, data, order)
    problem = seat_problem(arcs, data, order, frozen)
    plan, share = solve_beside_kept(problem, arcs["kept"].to_numpy(dtype=bool))
    chosen = arcs[plan.chosen]
    attempts = ended_attempts(pd.concat([data.open_proposals, ended]))
    proposals = _proposal_frame(pairs, pd.concat([chosen, frozen]), data, rules, order, attempts)
    displaced = standing[~standing["proposal_id"].isin(proposals["proposal_id"])]
    ended = pd.concat([ended, _ended(displaced, "expired", "displaced")], ignore_index=True)
    ended = ended.sort_values("proposal_id", ignore_index=True)
    return Assignment(proposals, ended, _level_frame(order, plan), share)


def standing_proposals(
    pairs: pd.DataFrame, data: MatchInput, order: MatchingOrder
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split proposals out for decision into those that stand, with their pair's verdict, and those that ended."""
    known = data.open_proposals[["proposal_id", "need_id", "offer_id", "run_id", "state", "first_proposed_on"]]
    known = known[known["state"].isin([*OPEN_STATES, "expired"])].drop_duplicates("proposal_id")
    decision = known["proposal_id"].map(
        dict(zip(data.decisions["proposal_id"], data.decisions["decision"], strict=True))
    )
    # A late decision on an expired proposal still stands; an expired one without a decision is over.
    late = (known["state"] != "expired") | decision.isin(["accept", "reject"])
    known, decision = known[late], decision[late]
    known = known.assign(state=decision.map(_OUTCOMES).fillna(known["state"]))
    verdicts = pairs[["need_id", "person_uid", "offer_id", "run_id", "eligible"]]
    known = known.merge(verdicts, on=["need_id", "offer_id", "run_id"], how="left")
    first, first_known = days_of(known["first_proposed_on"])
    too_old = first_known & (day_number(data.as_of) - first > order.proposal_expires_days)
    cause = np.select(
        [
            known["state"].isin(["accepted", "rejected"]),
            ~known["need_id"].isin(data.needs["need_id"]) | known["need_id"].isin(served_needs(data)),
            ~known["eligible"].isin(["yes", "unknown"]),
            too_old & (known["state"] == "proposed"),
        ],
        ["decided", "need_closed", "impossible", "too_old"],
        "",
    )
    over = known[cause != ""]
    state = over["state"].where(cause[cause != ""] == "decided", "expired")
    ended = _ended(over, "", "").assign(state=state.to_numpy(), cause=cause[cause != ""])
    return known[cause == ""].reset_index(drop=True), ended


def _ended(rows: pd.DataFrame, state: str, cause: str) -> pd.DataFrame:
    return rows[["proposal_id", "need_id", "offer_id", "run_id"]].assign(state=state, cause=cause)


def seat_arcs(pairs: pd.DataFrame, data: MatchInput, standing: pd.DataFrame) -> pd.DataFrame:
    """Return the arcs a solver may choose, with what the levels count, sorted by need row, run row."""
    blocked = served_needs(data) | set(standing.loc[standing["eligible"] == "unknown", "need_id"])
    arcs = pairs[(pairs["eligible"] == "yes").to_numpy(dtype=bool) & ~pairs["need_id"].isin(blocked).to_numpy()]
    arcs = arcs[["need_id", "offer_id", "run_id", "distance_km"]].merge(
        standing[["need_id", "offer_id", "run_id", "proposal_id", "state", "first_proposed_on"]],
        on=["need_id", "offer_id", "run_id"],
        how="left",
    )
    need_row = {need: row for row, need in enumerate(data.needs["need_id"])}
    run_row = {key: row for row, key in enumerate(zip(data.runs["offer_id"], data.runs["run_id"], strict=True))}
    season = season_of(data.as_of)
    arcs["need_row"] = arcs["need_id"].map(need_row).astype(np.int64)
    keys = zip(arcs["offer_id"], arcs["run_id"], strict=True)
    arcs["run_row"] = np.array([run_row[key] for key in keys], dtype=np.int64)
    arcs["priority"] = need_priorities(data)[arcs["need_row"]]
    arcs["waiting"] = need_waiting_days(data)[arcs["need_row"]]
    arcs["kept"] = arcs["proposal_id"].notna()
    draws = zip(arcs["need_id"], arcs["offer_id"], strict=True)
    arcs["lottery"] = np.array([lottery_number(season, need, offer) for need, offer in draws], dtype=np.int64)
    return arcs.sort_values(["need_row", "run_row"], ignore_index=True)


def beside_frozen(arcs: pd.DataFrame, frozen: pd.DataFrame, data: MatchInput, order: MatchingOrder) -> pd.DataFrame:
    """Drop arcs that clash with a frozen proposal of the same person, or lie in its offer."""
    if frozen.empty or arcs.empty:
        return arcs
    run_row = {key: row for row, key in enumerate(zip(data.runs["offer_id"], data.runs["run_id"], strict=True))}
    table = read_timetable(data.runs, order.flexible_families)
    owners = data.needs["person_uid"].to_numpy(dtype=object)[arcs["need_row"].to_numpy()]
    offers, runs = arcs["offer_id"].to_numpy(dtype=object), arcs["run_row"].to_numpy()
    shut = np.zeros(len(arcs), dtype=bool)
    for uid, offer, run in zip(frozen["person_uid"], frozen["offer_id"], frozen["run_id"], strict=True):
        mine = owners == uid
        shut |= mine & ((offers == offer) | table.clash(run_row[offer, run])[runs])
    return arcs[~shut].reset_index(drop=True)


def _proposal_frame(
    pairs: pd.DataFrame,
    picked: pd.DataFrame,
    data: MatchInput,
    rules: Sequence[Rule],
    order: MatchingOrder,
    attempts: Counter[tuple[str, str, str]],
) -> pd.DataFrame:
    key = ["need_id", "offer_id", "run_id"]
    picked = picked[[*key, "proposal_id", "state", "first_proposed_on"]]
    ranked = rank_alternatives(pairs)
    rows = picked.merge(ranked, on=key, how="left").sort_values(key, ignore_index=True)
    rows["content_key"] = _content_keys(rows, data, rules)
    rows["kept"] = rows["proposal_id"].notna()
    before = decided_before(data)
    triples = list(zip(*(rows[name] for name in key), strict=True))
    rows["newly_judged"] = [triple in before for triple in triples]
    fresh = [
        proposal_id(need, offer, run, content, attempts[need, offer, run])
        for (need, offer, run), content in zip(triples, rows["content_key"], strict=True)
    ]
    rows["proposal_id"] = rows["proposal_id"].where(rows["kept"], pd.Series(fresh, dtype=object))
    rows["state"] = rows["state"].where(rows["kept"], "proposed")
    rows["first_proposed_on"] = rows["first_proposed_on"].astype(object).where(rows["kept"], data.as_of)
    rows["reasons"] = pd.Series(proposal_reasons(rows, ranked, data, order), index=rows.index, dtype=object)
    return rows[list(PROPOSAL_COLUMNS)]


def rank_alternatives(pairs: pd.DataFrame) -> pd.DataFrame:
    """Rank the runs of each need: fitting ones first, then unknown ones; higher score, smaller offer_id and run_id.

    Pairs that do not fit get no rank.
    """
    by = ["need_id", "eligible", "score", "offer_id", "run_id"]
    ordered = pairs.sort_values(by, ascending=[True, False, False, True, True])  # yes before unknown
    fitting = ordered[ordered["eligible"] != "no"]
    rank = fitting.groupby("need_id").cumcount() + 1
    return ordered.assign(rank=rank.reindex(ordered.index).astype("Int64"))


def _content_keys(rows: pd.DataFrame, data: MatchInput, rules: Sequence[Rule]) -> list[str]:
    needs = dict(zip(data.needs["need_id"], need_contents(data), strict=True))
    keys = zip(data.runs["offer_id"], data.runs["run_id"], strict=True)
    runs = dict(zip(keys, run_contents(data, rules), strict=True))
    return [
        content_key(needs[need], runs[offer, run])
        for need, offer, run in zip(rows["need_id"], rows["offer_id"], rows["run_id"], strict=True)
    ]


def _level_frame(order: MatchingOrder, plan: SeatPlan) -> pd.DataFrame:
    places: Array = np.arange(1, len(order.levels) + 1)
    return pd.DataFrame({"place": places, "level": order.levels, "value": plan.values, "bound": plan.bounds})
