"""Which run can serve which need: every dated rule on every pair, in three values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rule_tree import facts_in
from config.rules import Rule
from tasks.match.blocking import candidate_count, candidate_pairs, open_pairs
from tasks.match.columns import Array, FactColumn
from tasks.match.evaluate import NO, UNKNOWN, YES, PairFacts, implied, known_on_pairs
from tasks.match.facts import PairAges, fact_columns, pair_ages
from tasks.match.inputs import MatchInput, order_input
from tasks.match.score import pair_scores

MOST_LISTED = 1_000_000
"""Beyond so many candidate pairs those that a rule surely refuses are not listed; `match why` judges them anew."""
VERDICT_WORDS = ("no", "unknown", "yes")


def eligible_pairs(
    data: MatchInput, rules: Sequence[Rule], order: MatchingOrder, scope: str = "wanted"
) -> pd.DataFrame:
    """Judge every open need against every run of the wanted kind or family.

    A pair is ``no`` when any rule fails, else ``unknown`` when a fact that a rule
    needs is not known (such a pair is listed and never proposed by itself), else
    ``yes``. Rules come in their fixed explanation order, all failing ones are kept.

    Args:
        data: the facts; persons without consent to case work are left out.
        rules: the rules in force on the day, in explanation order.
        order: the matching order (families by appointment).
        scope: ``wanted`` for runs of the wanted kind or family; ``family`` for all runs
            of the family that the wanted kind belongs to, ``all`` for every run (used to explain).

    Returns:
        One row per (need_id, offer_id, run_id), sorted by it: person_uid, need_id,
        offer_id, run_id, eligible (yes, no, unknown), failed_rule (first failing rule
        id, else None), failed_rules, open_rules and unknown_facts (joined by ``|``, empty
        when none), distance_km (NaN when a place is unknown), score (whole number).
    """
    data = order_input(data)
    if scope == "wanted" and candidate_count(data) > MOST_LISTED:
        need_rows, run_rows = open_pairs(data, rules)
    else:
        need_rows, run_rows = candidate_pairs(data, scope)
    view = PairFacts(fact_columns(data, order, rules, need_rows, run_rows), need_rows, run_rows)
    failed, unclear = judge_rules(rules, view, pair_ages(data, need_rows, run_rows))
    return _pair_frame(data, rules, view, failed, unclear)


def judge_rules(rules: Sequence[Rule], view: PairFacts, ages: PairAges) -> tuple[Array, Array]:
    """Return two bit masks a pair: rules that fail, and rules left open by an unknown fact."""
    failed = np.zeros(len(view.need_rows), dtype=np.uint64)
    unclear = np.zeros_like(failed)
    for bit, rule in enumerate(rules):
        verdict = _judge(rule, view, ages)
        mark = np.uint64(1 << bit)
        failed |= np.where(verdict == NO, mark, np.uint64(0))
        unclear |= np.where(verdict == UNKNOWN, mark, np.uint64(0))
    return failed, unclear


def _judge(rule: Rule, view: PairFacts, ages: PairAges) -> Array:
    if "person.age" not in rule.facts:
        verdict = implied(rule.applies_when, rule.condition, view)
    else:
        verdict = _judge_age(rule, view, ages)
    return np.where(verdict == NO, UNKNOWN, verdict) if rule.on_fail == "unknown" else verdict


def _judge_age(rule: Rule, view: PairFacts, ages: PairAges) -> Array:
    """Judge with the youngest and the oldest possible age; where they differ, nobody knows."""
    sides = [
        implied(
            rule.applies_when,
            rule.condition,
            PairFacts({**view.facts, "person.age": FactColumn("pair", age, ages.known)}, view.need_rows, view.run_rows),
        )
        for age in (ages.youngest, ages.oldest)
    ]
    return np.where(sides[0] == sides[1], sides[0], UNKNOWN)


def _pair_frame(
    data: MatchInput, rules: Sequence[Rule], view: PairFacts, failed: Array, unclear: Array
) -> pd.DataFrame:
    verdict = np.where(failed > 0, NO, np.where(unclear > 0, UNKNOWN, YES))
    ids = np.array([rule.rule_id for rule in rules], dtype=object)
    distance = view.facts["pair.distance_km"]
    needs, runs = data.needs, data.runs
    return pd.DataFrame(
        {
            "person_uid": needs["person_uid"].to_numpy(dtype=object)[view.need_rows],
            "need_id": needs["need_id"].to_numpy(dtype=object)[view.need_rows],
            "offer_id": runs["offer_id"].to_numpy(dtype=object)[view.run_rows],
            "run_id": runs["run_id"].to_numpy(dtype=object)[view.run_rows],
            "eligible": np.array(VERDICT_WORDS, dtype=object)[verdict],
            "failed_rule": pd.Series(_spelled(failed, lambda mask: next(iter(_named(mask, ids)), None)), dtype=object),
            "failed_rules": _spelled(failed, lambda mask: "|".join(_named(mask, ids))),
            "open_rules": _spelled(unclear, lambda mask: "|".join(_named(mask, ids))),
            "unknown_facts": _unknown_facts(rules, view, unclear),
            "distance_km": np.where(distance.known, distance.values, np.nan),
            "score": pair_scores(data, view),
        }
    )


def _named(mask: int, ids: Array) -> list[str]:
    return [str(ids[bit]) for bit in range(len(ids)) if mask >> bit & 1]


def _spelled(masks: Array, spell: Any) -> Array:
    """Spell each distinct mask once: there are few."""
    distinct, place = np.unique(masks, return_inverse=True)
    words = np.empty(len(distinct), dtype=object)
    words[:] = [spell(int(mask)) for mask in distinct]
    return np.asarray(words[place], dtype=object)


def _unknown_facts(rules: Sequence[Rule], view: PairFacts, unclear: Array) -> Array:
    """Return the facts whose absence left a rule open; a rule open with all facts known names itself a check."""
    names = sorted({name for rule in rules for name in rule.facts} - {"as_of"})
    missing = np.zeros(len(unclear), dtype=np.uint64)
    for bit, rule in enumerate(rules):
        open_here = (unclear >> np.uint64(bit) & np.uint64(1)).astype(bool)
        if not open_here.any():
            continue
        found = np.zeros(len(unclear), dtype=bool)
        for name in sorted(rule.facts & set(names)):
            absent = open_here & ~known_on_pairs(name, view)
            missing |= np.where(absent, np.uint64(1 << names.index(name)), np.uint64(0))
            found |= absent
        checked = open_here & ~found
        for name in sorted(_to_check(rule)):
            missing |= np.where(checked, np.uint64(1 << names.index(name)), np.uint64(0))
    return _spelled(missing, lambda mask: "|".join(_named(mask, np.array(names, dtype=object))))


def _to_check(rule: Rule) -> frozenset[str]:
    """Return the facts a person has to check where all are known and the answer is still open."""
    facts = facts_in(rule.condition) - {"as_of"}
    return facts & {"person.age"} or facts
