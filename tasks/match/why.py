"""Why a person was matched to an offer or not, and the shortest way in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from config.facts import FACTS
from config.matching_order import MatchingOrder
from config.rules import Rule
from schemas.errors import UsageError
from schemas.messages import Message
from tasks.match.columns import column_of
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import SEPARATOR, MatchInput, consents, order_input
from tasks.match.seats import served_needs
from tasks.match.ways import COUNSELLING, NOT_CHOSEN, way_sentence

WHY_COLUMNS = (
    "need_id",
    "offer_id",
    "run_id",
    "title",
    "eligible",
    "proposed",
    "failed_rule",
    "reason_de",
    "reason_en",
    "legal_source",
    "failed_rules",
    "missing_de",
    "missing_en",
    "way_de",
    "way_en",
    "steps",
    "counselling",
)


def explain_person(
    data: MatchInput,
    rules: Sequence[Rule],
    order: MatchingOrder,
    person_uid: str,
    offer_id: str | None = None,
    proposals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List, for every offer of the wanted family or the one that is asked about, what stands before a seat.

    ``way_de``/``way_en`` say what would open the run when every failing rule can be met
    (a certificate, childcare, part time, a later start …); ``steps`` counts them. Where law
    stands in the way there is no way, ``counselling`` is True and the sentence points to
    counselling; nobody is told to change a status.

    Args:
        data: the facts of the county. rules, order: in force on the day.
        person_uid: whose needs. offer_id: only this offer. proposals: of `assign_seats`.

    Returns:
        One row per (need_id, offer_id, run_id), columns WHY_COLUMNS; sorted by need, then
        proposed, eligible, unknown, fewest steps, offer_id, run_id.

    Raises:
        UsageError: E640 when the person has no open need, E645 when no run bears the id of
            the offer, E644 when the person withdrew consent to case work.
    """
    if not consents(data.persons.loc[data.persons["person_uid"].astype(str) == person_uid]).all():
        raise UsageError("E644")
    mine = replace(data, needs=data.needs[data.needs["person_uid"].astype(str) == person_uid])
    mine = order_input(mine)
    if mine.needs.empty:
        raise UsageError("E640")
    pairs = eligible_pairs(mine, rules, order, scope="family" if offer_id is None else "all")
    if offer_id is not None:
        pairs = pairs[pairs["offer_id"].str.rpartition(SEPARATOR)[2] == offer_id]
        if pairs.empty:
            raise UsageError("E645", offer=offer_id)
    rows = pairs.merge(_run_texts(mine), on=["offer_id", "run_id"], how="left")
    rows["proposed"] = _proposed(rows, proposals)
    rows["seat_of_need"] = _seat_of_need(rows, mine, proposals)
    by_id = {rule.rule_id: rule for rule in rules}
    sentences = [_explain({str(name): value for name, value in row.items()}, by_id) for row in rows.to_dict("records")]
    rows = pd.concat([rows.reset_index(drop=True), pd.DataFrame(sentences, index=range(len(rows)))], axis=1)
    return _nearest_first(rows)


def _nearest_first(rows: pd.DataFrame) -> pd.DataFrame:
    rows["standing"] = rows["eligible"].map({"yes": 0, "unknown": 1, "no": 2})
    rows["unsaid"] = ~rows["proposed"].astype(bool)
    rows["steps"] = rows["steps"].astype("Int64") if "steps" in rows else pd.Series(dtype="Int64")
    rows = rows.reindex(columns=[*WHY_COLUMNS, "standing", "unsaid"])
    by = ["need_id", "unsaid", "standing", "steps", "offer_id", "run_id"]
    return rows.sort_values(by, na_position="last", ignore_index=True)[list(WHY_COLUMNS)]


def shortest_ways(explained: pd.DataFrame) -> pd.DataFrame:
    """Return for each need without an eligible run the run with the fewest steps to it; ties to the first row."""
    closed = explained.groupby("need_id")["eligible"].transform(lambda words: not (words == "yes").any())
    reachable = explained[closed.astype(bool) & explained["steps"].notna() & (explained["eligible"] == "no")]
    best = reachable.sort_values(["need_id", "steps"], kind="stable").drop_duplicates("need_id")
    return best[["need_id", "offer_id", "run_id", "way_de", "way_en", "steps"]].reset_index(drop=True)


def _run_texts(data: MatchInput) -> pd.DataFrame:
    names = ("title", "entry_level", "target_level", "hours_week", "min_age")
    return data.runs[["offer_id", "run_id"]].assign(**{name: column_of(data.runs, name) for name in names})


def _proposed(rows: pd.DataFrame, proposals: pd.DataFrame | None) -> list[bool]:
    if proposals is None:
        return [False] * len(rows)
    out = set(zip(proposals["need_id"], proposals["offer_id"], proposals["run_id"], strict=True))
    return [key in out for key in zip(rows["need_id"], rows["offer_id"], rows["run_id"], strict=True)]


def _seat_of_need(rows: pd.DataFrame, data: MatchInput, proposals: pd.DataFrame | None) -> list[str]:
    """Say what a need has already: a seat, a proposal, or none of them."""
    seated = served_needs(data)
    out = set() if proposals is None else set(proposals["need_id"])
    return ["seat" if need in seated else "proposal" if need in out else "" for need in rows["need_id"]]


def _unsaid(row: Mapping[str, object]) -> Message | None:
    """Return why a run that fits is not proposed; None where it is, or where a fact is missing."""
    if row["proposed"] or row["eligible"] != "yes":
        return None
    return NOT_CHOSEN[str(row["seat_of_need"])]


def _explain(row: Mapping[str, object], by_id: Mapping[str, Rule]) -> dict[str, object]:
    failed = [by_id[name] for name in str(row["failed_rules"]).split("|") if name]
    missing = [FACTS[name] for name in str(row["unknown_facts"]).split("|") if name]
    first = failed[0] if failed else None
    told = Message(first.reason_de, first.reason_en) if first else _unsaid(row)
    counselling = any(rule.counselling for rule in failed)
    open_way = bool(failed) and not counselling and all(rule.way_in for rule in failed)
    ways = list(dict.fromkeys(way_sentence(str(rule.way_in), row) for rule in failed)) if open_way else []
    if counselling:
        ways = [COUNSELLING]
    return {
        "reason_de": told.de if told else None,
        "reason_en": told.en if told else None,
        "legal_source": first.legal_source if first else None,
        "missing_de": ", ".join(fact.label_de for fact in missing),
        "missing_en": ", ".join(fact.label_en for fact in missing),
        "way_de": " ".join(way.de for way in ways),
        "way_en": " ".join(way.en for way in ways),
        "steps": len(ways) if open_way else None,
        "counselling": counselling,
    }
