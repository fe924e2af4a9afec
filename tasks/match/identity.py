"""Names of proposals: an id that changes exactly when need, offer or rules change.

``content_key`` is a short hash of what was judged: the need's wishes, the run's
conditions (not its free seats, which change nightly) and the versions of the rules
that speak about runs of that kind. ``proposal_id`` is a hash of need, offer, run
and content key. A rejected pair stays away while its key is the same, and comes
back as newly judged when it is another.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rule_tree import facts_in
from config.rules import Rule
from tasks.match.columns import Array, column_of, day_number, days_of, numbers_of
from tasks.match.evaluate import NO, PairFacts, verdicts
from tasks.match.inputs import MatchInput
from tasks.match.run_facts import run_facts

_NEED_CONTENT = (
    "category",
    "target_level",
    "current_level",
    "priority",
    "hours_max",
    "childcare",
    "part_time",
    "radius_km",
)
_RUN_CONTENT = (
    "kind",
    "module",
    "ags",
    "mode",
    "starts_on",
    "ends_on",
    "weekdays",
    "from_time",
    "to_time",
    "hours_week",
    "entry_level",
    "target_level",
    "min_age",
    "max_age",
    "part_time",
    "childcare",
    "cost_eur",
)


def need_contents(data: MatchInput) -> Array:
    """Return the content text of each need."""
    return _contents(data.needs, ("need_id", *_NEED_CONTENT))


def run_contents(data: MatchInput, rules: Sequence[Rule]) -> Array:
    """Return the content text of each run, with the rules that can speak about it."""
    return _contents(data.runs, ("offer_id", "run_id", *_RUN_CONTENT)) + "#" + _rule_versions(data, rules)


def content_key(need_content: str, run_content: str) -> str:
    """Return the short hash of what was judged."""
    return hashlib.sha256(f"{need_content}#{run_content}".encode()).hexdigest()[:16]


def proposal_id(need_id: str, offer_id: str, run_id: str, key: str, attempt: int = 0) -> str:
    """Return the id of a proposal; the same facts and rules give the same id on every machine.

    ``attempt`` counts earlier proposals of the pair that ended, also one that was accepted
    and whose seat was lost again: its decision must not answer the new one.
    """
    return hashlib.sha256("|".join((need_id, offer_id, run_id, key, str(attempt))).encode()).hexdigest()[:20]


def ended_attempts(open_proposals: pd.DataFrame) -> Counter[tuple[str, str, str]]:
    """Count proposals by (need, offer, run) that ended."""
    ended = open_proposals[open_proposals["state"].isin(["expired", "rejected", "accepted"])]
    ended = ended.drop_duplicates("proposal_id")
    return Counter(zip(ended["need_id"], ended["offer_id"], ended["run_id"], strict=True))


def declined_pairs(
    data: MatchInput, order: MatchingOrder, rules: Sequence[Rule], need_rows: Array, run_rows: Array
) -> Array:
    """Mark pairs that a person rejected and in which nothing has changed since.

    What was judged is the ``content_key`` of the stored proposal (its last night out for
    decision); without one, the pair counts as unchanged while the id it would get now is
    the one that was rejected. Reasons in ``order.rejection_days`` hold for so many days only.
    """
    rejected = data.decisions[(data.decisions["decision"] == "reject").to_numpy() & ~_run_out(data, order)]
    if rejected.empty or not len(need_rows):
        return np.zeros(len(need_rows), dtype=bool)
    need_place = {need: row for row, need in enumerate(data.needs["need_id"])}
    run_place = {key: row for row, key in enumerate(zip(data.runs["offer_id"], data.runs["run_id"], strict=True))}
    needs, runs = need_contents(data), run_contents(data, rules)
    stored_keys = zip(data.open_proposals["proposal_id"], column_of(data.open_proposals, "content_key"), strict=True)
    judged = rejected["proposal_id"].map({proposal: key for proposal, key in stored_keys if isinstance(key, str)})
    attempts = ended_attempts(data.open_proposals)
    still: list[int] = []
    columns = (rejected[name] for name in ("proposal_id", "need_id", "offer_id", "run_id"))
    for stored, need, offer, run, judged_key in zip(*columns, judged, strict=True):
        if need not in need_place or (offer, run) not in run_place:
            continue
        need_row, run_row = need_place[need], run_place[offer, run]
        key = content_key(needs[need_row], runs[run_row])
        tried = range(attempts[need, offer, run] + 1)
        if judged_key == key or (
            not isinstance(judged_key, str)
            and any(stored == proposal_id(need, offer, run, key, turn) for turn in tried)
        ):
            still.append(need_row * len(runs) + run_row)
    return np.isin(need_rows * len(runs) + run_rows, np.array(still, dtype=np.int64))


def _run_out(data: MatchInput, order: MatchingOrder) -> Array:
    """Mark decisions whose reason holds for a number of days that is over."""
    limit, limited = numbers_of(column_of(data.decisions, "reason").map(dict(order.rejection_days)))
    decided, known = days_of(data.decisions["decided_on"])
    return np.asarray(limited & known & (day_number(data.as_of) - decided > limit))


def decided_before(data: MatchInput) -> frozenset[tuple[str, str, str]]:
    """Return (need, offer, run) of every rejected proposal: a new one is marked as newly judged."""
    rejected = data.decisions[data.decisions["decision"] == "reject"]
    return frozenset(zip(rejected["need_id"], rejected["offer_id"], rejected["run_id"], strict=True))


def _contents(frame: pd.DataFrame, names: Sequence[str]) -> Array:
    parts = [column_of(frame, name).map(_spell).to_numpy(dtype=object) for name in names]
    return np.array(["|".join(row) for row in zip(*parts, strict=True)], dtype=object)


def _spell(value: object) -> str:
    """Spell a value so that 1, 1.0, a date and a timestamp of that day read the same everywhere."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        return f"{float(value):g}"
    return str(value)


def _rule_versions(data: MatchInput, rules: Sequence[Rule]) -> Array:
    """Return for each run the versions of all rules that can speak about it."""
    rows = np.arange(len(data.runs))
    view = PairFacts(run_facts(data.runs), rows, rows)
    spoken = [
        np.ones(len(rows), dtype=bool)
        if rule.applies_when is None or not facts_in(rule.applies_when) <= set(view.facts)
        else verdicts(rule.applies_when, view) != NO
        for rule in rules
    ]
    return np.array(
        [",".join(rule.key for rule, speaks in zip(rules, spoken, strict=True) if speaks[row]) for row in rows],
        dtype=object,
    )
