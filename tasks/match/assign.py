"""The night's proposals: which seat for which need, what stays out for decision, what ended and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rules import Rule
from tasks.match.columns import Array, day_number, days_of
from tasks.match.history import accepted_proposals
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
from tasks.match.levels import lottery_numbers, season_of
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
    chosen = named_arcs(arcs[plan.chosen], data, standing)
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
    known = known.drop_duplicates("proposal_id")
    decided = dict(zip(data.decisions["proposal_id"], data.decisions["decision"], strict=True))
    outcome = known["proposal_id"].map(decided).map(_OUTCOMES)
    accepted = accepted_proposals(data)
    gone = known["proposal_id"].isin(accepted.loc[accepted["is_lost"] & ~accepted["is_listed"], "proposal_id"])
    # Over is over, but for a late decision on an expired proposal, a decision that another one replaced, and a
    # promised seat whose run is gone while the need is open.
    late = outcome.isin(["accepted", "rejected"]) & (outcome != known["state"]) & ~gone
    late |= (outcome == "unclear") & known["state"].isin(["accepted", "rejected"])  # taken back: out for decision again
    void = gone & (known["state"] == "accepted") & known["need_id"].isin(data.needs["need_id"])
    meant = known["state"].isin(OPEN_STATES) | late | void
    known = known.assign(state=outcome.fillna(known["state"]), void=void)[meant]
    verdicts = pairs[["need_id", "person_uid", "offer_id", "run_id", "eligible"]]
    known = known.merge(verdicts, on=["need_id", "offer_id", "run_id"], how="left")
    first, first_known = days_of(known["first_proposed_on"])
    too_old = first_known & (day_number(data.as_of) - first > order.proposal_expires_days)
    cause = np.select(
        [
            known["void"],
            known["state"].isin(["accepted", "rejected"]),
            ~known["need_id"].isin(data.needs["need_id"]) | known["need_id"].isin(served_needs(data)),
            ~known["eligible"].isin(["yes", "unknown"]),
            too_old & (known["state"] == "proposed"),
        ],
        ["impossible", "decided", "need_closed", "impossible", "too_old"],
        "",
    )
    over = known[cause != ""]
    state = over["state"].where(cause[cause != ""] == "decided", "expired")
    ended = _ended(over, "", "").assign(state=state.to_numpy(), cause=cause[cause != ""])
    return known[cause == ""].reset_index(drop=True), ended


def _ended(rows: pd.DataFrame, state: str, cause: str) -> pd.DataFrame:
    return rows[["proposal_id", "need_id", "offer_id", "run_id"]].assign(state=state, cause=cause)


def seat_arcs(pairs: pd.DataFrame, data: MatchInput, standing: pd.DataFrame) -> pd.DataFrame:
    """Return the arcs a solver may choose, with what the levels count.

    One row an arc, sorted by need_row, run_row: priority, waiting, distance_km, lottery, kept (out for decision).
    """
    fitting = pairs[(pairs["eligible"] == "yes").to_numpy(dtype=bool)]
    rows = pd.DataFrame(
        {
            "need_row": pd.Index(data.needs["need_id"]).get_indexer(fitting["need_id"]),
            "run_row": run_rows(data, fitting),
            "distance_km": fitting["distance_km"].to_numpy(dtype=np.float64),
        }
    )
    blocked = served_needs(data) | set(standing.loc[standing["eligible"] == "unknown", "need_id"])
    shut = data.needs["need_id"].isin(blocked).to_numpy(dtype=bool)
    arcs: pd.DataFrame = rows[~shut[rows["need_row"].to_numpy()]]
    arcs = arcs.sort_values(["need_row", "run_row"], ignore_index=True)
    need_row, run_row = arcs["need_row"].to_numpy(), arcs["run_row"].to_numpy()
    arcs["priority"] = need_priorities(data)[need_row]
    arcs["waiting"] = need_waiting_days(data)[need_row]
    out = pd.Index(data.needs["need_id"]).get_indexer(standing["need_id"]) * len(data.runs) + run_rows(data, standing)
    arcs["kept"] = np.isin(need_row * len(data.runs) + run_row, out)
    needs, offers = data.needs["need_id"].tolist(), data.runs["offer_id"].tolist()
    arcs["lottery"] = lottery_numbers(season_of(data.as_of), needs, offers, need_row, run_row)
    return arcs


def run_rows(data: MatchInput, rows: pd.DataFrame) -> Array:
    """Return the row in ``data.runs`` of each row's offer_id and run_id."""
    offers, runs = pd.Index(data.runs["offer_id"].unique()), pd.Index(data.runs["run_id"].unique())
    own = offers.get_indexer(data.runs["offer_id"]) * len(runs) + runs.get_indexer(data.runs["run_id"])
    asked = offers.get_indexer(rows["offer_id"]) * len(runs) + runs.get_indexer(rows["run_id"])
    return np.asarray(pd.Index(own).get_indexer(asked), dtype=np.int64)


def beside_frozen(arcs: pd.DataFrame, frozen: pd.DataFrame, data: MatchInput, order: MatchingOrder) -> pd.DataFrame:
    """Drop arcs that clash with a frozen proposal of the same person, or lie in its offer."""
    if frozen.empty or arcs.empty:
        return arcs
    table = read_timetable(data.runs, order.flexible_families)
    owners = data.needs["person_uid"].to_numpy(dtype=object)[arcs["need_row"].to_numpy()]
    runs = arcs["run_row"].to_numpy()
    offers = data.runs["offer_id"].to_numpy(dtype=object)[runs]
    shut = np.zeros(len(arcs), dtype=bool)
    for uid, offer, row in zip(frozen["person_uid"], frozen["offer_id"], run_rows(data, frozen), strict=True):
        shut |= (owners == uid) & ((offers == offer) | table.clash(row)[runs])
    return arcs[~shut].reset_index(drop=True)


def named_arcs(chosen: pd.DataFrame, data: MatchInput, standing: pd.DataFrame) -> pd.DataFrame:
    """Return chosen arcs by their ids, with the proposal that is out for decision where there is one."""
    needs, runs = data.needs["need_id"], data.runs[["offer_id", "run_id"]]
    named = runs.iloc[chosen["run_row"]].reset_index(drop=True)
    named.insert(0, "need_id", needs.iloc[chosen["need_row"]].to_numpy())
    known = standing[["need_id", "offer_id", "run_id", "proposal_id", "state", "first_proposed_on"]]
    return named.merge(known, on=["need_id", "offer_id", "run_id"], how="left")


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
    ranked = rank_alternatives(pairs[[*key, "person_uid", "eligible", "score", "distance_km"]])
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
