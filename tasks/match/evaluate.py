"""Conditions over columns, in three values: no 0, unknown 1, yes 2 (Kleene).

Each part of a condition is computed on the smallest side it depends on, once a
need, once a run or once a pair, and spread to pairs only where sides meet.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from config.rule_tree import Fact, Junction, Kind, Known, Literal, Membership, Node, Not, Relation, Sum
from tasks.match.columns import LEVEL_RANK, Array, FactColumn, day_number

NO, UNKNOWN, YES = np.int8(0), np.int8(1), np.int8(2)
_COMPARE: Mapping[str, Callable[[Any, Any], Array]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class PairFacts:
    """Facts of all pairs: columns by name, and for each pair its need's and run's row."""

    facts: Mapping[str, FactColumn]
    need_rows: Array
    run_rows: Array

    def spread(self, column: FactColumn) -> FactColumn:
        """Return the column with one row a pair; constants stay scalars."""
        if column.side in ("pair", "const"):
            return column
        rows = self.need_rows if column.side == "need" else self.run_rows
        return FactColumn("pair", column.values[rows], column.known[rows], column.labels)


def verdicts(node: Node, view: PairFacts) -> Array:
    """Return 0, 1 or 2 for each pair."""
    column = view.spread(_truth(node, view))
    return np.broadcast_to(column.values, view.need_rows.shape)


def implied(scope: Node | None, condition: Node, view: PairFacts) -> Array:
    """Return the verdict of "where ``scope`` holds, ``condition`` holds"."""
    held = _truth(condition, view)
    if scope is None:
        return np.broadcast_to(view.spread(held).values, view.need_rows.shape)
    applies = _truth(scope, view)
    outside = FactColumn(applies.side, (YES - applies.values).astype(np.int8), applies.known)
    joined = _join(outside, held, view, np.maximum)
    return np.broadcast_to(view.spread(joined).values, view.need_rows.shape)


def known_on_pairs(name: str, view: PairFacts) -> Array:
    """Return for each pair whether the fact is known."""
    return np.broadcast_to(view.spread(view.facts[name]).known, view.need_rows.shape)


def _truth(node: Node, view: PairFacts) -> FactColumn:
    """Evaluate a yes/no node; the values are 0, 1, 2."""
    match node:
        case Junction():
            merge = np.minimum if node.word == "and" else np.maximum
            parts = sorted((_truth(item, view) for item in node.items), key=lambda part: _SIDES.index(part.side))
            joined = parts[0]
            for part in parts[1:]:
                joined = _join(joined, part, view, merge)
            return joined
        case Not():
            inner = _truth(node.item, view)
            return FactColumn(inner.side, (YES - inner.values).astype(np.int8), inner.known)
        case Known():
            column = view.facts[node.item.name]
            return _verdict(column.side, column.known, np.ones_like(column.known))
        case Relation():
            return _relation(node, view)
        case Membership():
            return _membership(node, view)
        case Fact() | Literal():
            column = _value(node, view)
            return _verdict(column.side, column.values.astype(bool), column.known)
        case Sum():
            raise TypeError("a sum is no condition")


_SIDES = ("const", "need", "run", "pair")


def _join(one: FactColumn, other: FactColumn, view: PairFacts, merge: Callable[[Any, Any], Array]) -> FactColumn:
    one, other, side = _same_side(one, other, view)
    values = merge(one.values, other.values)
    return FactColumn(side, values, np.ones_like(values, dtype=bool))


def _same_side(one: FactColumn, other: FactColumn, view: PairFacts) -> tuple[FactColumn, FactColumn, str]:
    if one.side == other.side or "const" in (one.side, other.side):
        return one, other, other.side if one.side == "const" else one.side
    return view.spread(one), view.spread(other), "pair"


def _verdict(side: str, true: Array, known: Array) -> FactColumn:
    values = np.where(known, np.where(true, YES, NO), UNKNOWN).astype(np.int8)
    return FactColumn(side, values, np.ones_like(values, dtype=bool))


def _relation(node: Relation, view: PairFacts) -> FactColumn:
    left, right = _value(node.left, view), _value(node.right, view)
    if node.left.kind is Kind.TEXT:
        left, right = _shared_labels(left, right)
    left, right, side = _same_side(left, right, view)
    return _verdict(side, _COMPARE[node.sign](left.values, right.values), left.known & right.known)


def _shared_labels(left: FactColumn, right: FactColumn) -> tuple[FactColumn, FactColumn]:
    labels = tuple(dict.fromkeys((left.labels or ()) + (right.labels or ())))
    place = {label: code for code, label in enumerate(labels)}

    def recoded(column: FactColumn) -> FactColumn:
        table = np.array([*(place[label] for label in column.labels or ()), -1], dtype=np.int32)
        return FactColumn(column.side, table[column.values], column.known, labels)

    return recoded(left), recoded(right)


def _membership(node: Membership, view: PairFacts) -> FactColumn:
    column = _value(node.item, view)
    if node.item.kind is Kind.TEXT:
        wanted = {str(value.value) for value in node.values}
        table = np.array([*(label in wanted for label in column.labels or ()), False], dtype=bool)
        return _verdict(column.side, table[column.values], column.known)
    members = np.array([float(_constant(value)) for value in node.values])
    return _verdict(column.side, np.isin(column.values, members), column.known)


def _value(node: Node, view: PairFacts) -> FactColumn:
    match node:
        case Fact():
            return view.facts[node.name]
        case Literal():
            if node.kind is Kind.TEXT:
                return FactColumn("const", np.array(0, dtype=np.int32), np.ones((), dtype=bool), (str(node.value),))
            return FactColumn("const", np.array(_constant(node)), np.ones((), dtype=bool))
        case Sum():
            left, right, side = _same_side(_value(node.left, view), _value(node.right, view), view)
            values = left.values + right.values if node.sign == "+" else left.values - right.values
            return FactColumn(side, values, left.known & right.known)
        case _:
            return _truth(node, view)


def _constant(literal: Literal) -> float:
    if isinstance(literal.value, date):
        return float(day_number(literal.value))
    if literal.kind is Kind.LEVEL:
        return float(LEVEL_RANK[str(literal.value)])
    return float(literal.value)
