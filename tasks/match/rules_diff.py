"""Who gains and who loses which offers when rules change, before the change is applied."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from config.matching_order import MatchingOrder
from config.rules import Rule
from tasks.match.blocking import need_parts
from tasks.match.eligibility import MOST_LISTED, eligible_pairs
from tasks.match.inputs import MatchInput, order_input

_KEY = ["person_uid", "need_id", "offer_id", "run_id"]
_ORDER = ["need_id", "offer_id", "run_id"]
_EFFECTS = {
    ("yes", "no"): "loses",
    ("unknown", "no"): "loses",
    ("no", "yes"): "gains",
    ("unknown", "yes"): "gains",
    ("yes", "unknown"): "becomes_unclear",
    ("no", "unknown"): "becomes_possible",
}


def rules_diff(
    before: MatchInput,
    rules_before: Sequence[Rule],
    after: MatchInput,
    rules_after: Sequence[Rule],
    order: MatchingOrder,
) -> pd.DataFrame:
    """Compare the verdicts of two days or two rule packs.

    For two packs on one day pass the same facts twice; for two days pass each day's
    facts and the rules in force on it. Pairs that exist on one side only are left
    out: they changed by delivery, not by rule.

    Returns:
        One row a pair whose verdict changed: person_uid, need_id, offer_id, run_id,
        before, after, effect (gains, loses, becomes_unclear, becomes_possible), rule
        (first that fails after and not before, else before and not after, else first that
        is open on one side alone), reason_de, reason_en, legal_source;
        sorted by need, offer and run (a person's uid is drawn and orders nothing).
    """
    parts = [
        _changed(_only(before, part), rules_before, _only(after, part), rules_after, order)
        for part in need_parts(order_input(before), MOST_LISTED) or [frozenset()]
    ]
    changed = pd.concat(parts).sort_values(_ORDER, ignore_index=True)
    verdicts = zip(changed["eligible_before"], changed["eligible_after"], strict=True)
    effect = [_EFFECTS[pair] for pair in verdicts]
    rule = pd.Series([_cause(row) for row in changed.to_dict("records")], index=changed.index, dtype=object)
    return _with_reasons(
        changed[_KEY].assign(
            before=changed["eligible_before"],
            after=changed["eligible_after"],
            effect=pd.Series(effect, index=changed.index, dtype=object),
            rule=rule,
        ),
        {rule.rule_id: rule for rule in (*rules_before, *rules_after)},
    )


def _only(data: MatchInput, needs: frozenset[str]) -> MatchInput:
    """Return the facts with some needs alone: all their pairs are listed, also in a large county."""
    return replace(data, needs=data.needs[data.needs["need_id"].astype(str).isin(needs)])


def _changed(
    before: MatchInput,
    rules_before: Sequence[Rule],
    after: MatchInput,
    rules_after: Sequence[Rule],
    order: MatchingOrder,
) -> pd.DataFrame:
    old = eligible_pairs(before, rules_before, order)
    new = eligible_pairs(after, rules_after, order)
    both = old.merge(new, on=_KEY, suffixes=("_before", "_after"))
    return both[both["eligible_before"] != both["eligible_after"]]


def _cause(row: Mapping[Hashable, object]) -> str | None:
    """Return the rule that made the difference."""
    for name in ("failed_rules", "open_rules"):
        before = [rule for rule in str(row[f"{name}_before"]).split("|") if rule]
        after = [rule for rule in str(row[f"{name}_after"]).split("|") if rule]
        new = [rule for rule in after if rule not in before] or [rule for rule in before if rule not in after]
        if new:
            return new[0]
    return None


def _with_reasons(changed: pd.DataFrame, by_id: dict[str, Rule]) -> pd.DataFrame:
    return changed.assign(
        reason_de=changed["rule"].map({name: rule.reason_de for name, rule in by_id.items()}),
        reason_en=changed["rule"].map({name: rule.reason_en for name, rule in by_id.items()}),
        legal_source=changed["rule"].map({name: rule.legal_source for name, rule in by_id.items()}),
    )
