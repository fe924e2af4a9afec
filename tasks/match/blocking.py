"""Which pairs are looked at at all: runs of the wanted kind or family, or every run.

In a large county pairs that a rule surely refuses are left out before they are spelled
out. A rule that asks about need, run and distance alone answers alike for all needs
with the same facts, so it is asked once a group of needs.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from config.rules import Rule
from tasks.match.columns import Array, FactColumn
from tasks.match.evaluate import NO, PairFacts, implied
from tasks.match.facts import Distances, side_facts
from tasks.match.inputs import MatchInput, families


def candidate_pairs(data: MatchInput, scope: str = "wanted") -> tuple[Array, Array]:
    """Return need rows and run rows of all pairs worth judging, sorted by need, then run.

    ``wanted``: the run's kind or family is the need's category. ``family``: the run
    belongs to the family of the wanted kind. ``all``: any run. An unknown category has
    no pairs but in ``all``.
    """
    if scope == "all":
        every_need, every_run = np.arange(len(data.needs)), np.arange(len(data.runs))
        return np.repeat(every_need, len(every_run)), np.tile(every_run, len(every_need))
    blocks = _blocks(data, scope)
    if not blocks:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    need_rows = np.concatenate([np.repeat(needs, len(runs)) for needs, runs in blocks])
    run_rows = np.concatenate([np.tile(runs, len(needs)) for needs, runs in blocks])
    return _by_need(need_rows, run_rows)


def candidate_count(data: MatchInput) -> int:
    """Return how many pairs `candidate_pairs` would list, without listing them."""
    return sum(len(needs) * len(runs) for needs, runs in _blocks(data, "wanted"))


def need_parts(data: MatchInput, most: int) -> list[frozenset[str]]:
    """Split the needs into parts of at most ``most`` candidate pairs each (one need has its own part if it must)."""
    counts = np.zeros(len(data.needs), dtype=np.int64)
    for needs, runs in _blocks(data, "wanted"):
        counts[needs] = len(runs)
    ids, room = data.needs["need_id"].to_numpy(dtype=object), most
    parts: list[list[str]] = []
    for need, count in zip(ids, counts.tolist(), strict=True):
        if not parts or count > room:
            parts.append([])
            room = most
        parts[-1].append(str(need))
        room -= count
    return [frozenset(part) for part in parts]


def open_pairs(data: MatchInput, rules: Sequence[Rule]) -> tuple[Array, Array]:
    """Return the candidate pairs that no rule about need, run and distance alone refuses, sorted by need, then run."""
    facts, distances = side_facts(data), Distances(data)
    known = {*facts, "pair.distance_km"}
    plain = [rule for rule in rules if rule.on_fail == "no" and rule.facts <= known]
    found = []
    for needs, runs in _blocks(data, "wanted"):
        refused = np.zeros((len(needs), len(runs)), dtype=bool)
        for rule in plain:
            groups, group = _groups(rule, needs, facts, distances)
            rows, columns = np.repeat(groups, len(runs)), np.tile(runs, len(groups))
            view = PairFacts({**facts, "pair.distance_km": distances.of(rows, columns)}, rows, columns)
            table = (implied(rule.applies_when, rule.condition, view) == NO).reshape(len(groups), len(runs))
            if table.any():
                refused |= table[group]
        need, run = np.nonzero(~refused)
        found.append((needs[need], runs[run]))
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    need_rows, run_rows = (np.concatenate(side) for side in zip(*found, strict=True))
    return _by_need(need_rows, run_rows)


def _groups(rule: Rule, needs: Array, facts: Mapping[str, FactColumn], distances: Distances) -> tuple[Array, Array]:
    """Return one need of each group that the rule cannot tell apart, and the group of each need."""
    keys = []
    for name in sorted(rule.facts):
        if name == "pair.distance_km":
            keys.append(distances.homes[needs])
        elif facts[name].side == "need":
            keys += [facts[name].values[needs], facts[name].known[needs]]
    first, group = np.zeros(min(1, len(needs)), dtype=np.int64), np.zeros(len(needs), dtype=np.int64)
    for key in keys:
        codes = np.unique(key, return_inverse=True)[1]
        _, first, group = np.unique(group * len(needs) + codes, return_index=True, return_inverse=True)
    return needs[first], group


def _blocks(data: MatchInput, scope: str) -> list[tuple[Array, Array]]:
    """Return needs and runs of each wanted category, as rows."""
    kinds = data.runs["kind"].astype(str).to_numpy(dtype=object)
    family_of = families(data.codes.offer_kinds)
    run_families = np.array([family_of.get(kind, "") for kind in kinds], dtype=object)
    categories = data.needs["category"].astype(str).to_numpy(dtype=object)
    blocks = []
    for category in sorted(set(categories)):
        wanted = family_of.get(category, category) if scope == "family" else category
        runs = np.flatnonzero((kinds == wanted) | (run_families == wanted))
        blocks.append((np.flatnonzero(categories == category), runs))
    return blocks


def _by_need(need_rows: Array, run_rows: Array) -> tuple[Array, Array]:
    order = np.argsort(need_rows, kind="stable")
    return need_rows[order], run_rows[order]
