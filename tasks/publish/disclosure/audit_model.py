"""The outsider's knowledge as linear inequalities, one model a dimension.

Unknowns are the true counts of all releases. Known are: exact totals; published
counts (exact, or rounded by less than the base); subsets and placed + both = new +
regular; and what an outsider may assume of time: while a total grows no member
falls, while it falls no member grows, and while it stands so do the members. The
same holds from a year's cumulative table to the next year's and from a year's
period table to its cumulative one. An assumption that contradicts the published
figures is dropped, as a careful outsider would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tasks.publish.disclosure.audit_reading import Release, Seen
from tasks.publish.disclosure.quantities import CHAINED, IDENTITY, NESTED, NOT_ADDITIVE, ROUNDED_TOTAL, Cell

Node = tuple[int, str, str]  # release number, period, mode
Slot = tuple[Node, str]  # a node's quantity
Terms = tuple[tuple[int, float], ...]
UNBOUNDED = 10_000_000


@dataclass
class Model:
    """Inequalities ``floor <= A x <= ceiling`` over one dimension's true counts."""

    column: dict[tuple[Slot, str], int] = field(default_factory=dict)
    rows: dict[Terms, tuple[float, float]] = field(default_factory=dict)
    assumed: list[Terms] = field(default_factory=list)
    low: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    high: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    # Bounds without the newest breakdown: what totals and earlier releases say by themselves.
    high_before: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    low_before: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def members(self) -> list[str]:
        """Return the member that each column counts."""
        names = [""] * len(self.low)
        for (_, member), column in self.column.items():
            names[column] = member
        return names

    def matrix(self, slack: bool = False) -> list[LinearConstraint]:
        """Return all rows, the assumed ones last; with ``slack``, one more column per assumed row."""
        terms = [*self.rows, *self.assumed]
        if not terms:
            return []
        certain, width = len(self.rows), len(self.low)
        if slack:
            terms[certain:] = [(*row, (width + number, 1.0)) for number, row in enumerate(self.assumed)]
            width += len(self.assumed)
        floors = [bounds[0] for bounds in self.rows.values()] + [0.0] * len(self.assumed)
        ceilings = [bounds[1] for bounds in self.rows.values()] + [np.inf] * len(self.assumed)
        entries = [(line, column, factor) for line, row in enumerate(terms) for column, factor in row]
        line, column, factor = (np.array(part) for part in zip(*entries, strict=True))
        body = csr_array((factor, (line, column)), shape=(len(terms), width))
        return [LinearConstraint(body, np.array(floors), np.array(ceilings))]


class Reader:
    """All releases as one dimension shows them."""

    def __init__(self, releases: Sequence[Release], dimension: str) -> None:
        self.dimension = dimension
        self.additive = dimension not in NOT_ADDITIVE
        self.seen: dict[Node, Seen] = {}
        self.slots: dict[Slot, tuple[str, ...]] = {}
        for number, release in enumerate(releases):
            for (period, mode), seen in release.items():
                self._add((number, period, mode), seen)

    def _add(self, node: Node, seen: Seen) -> None:
        members: dict[str, set[str]] = {}
        for cell in seen.cells():
            if cell.dimension == self.dimension and cell.member != ROUNDED_TOTAL and self._has_total(seen, cell):
                members.setdefault(cell.quantity, set()).add(cell.member)
        if members:
            self.seen[node] = seen
        for quantity, names in members.items():
            self.slots[node, quantity] = tuple(sorted(names))

    def _has_total(self, seen: Seen, cell: Cell) -> bool:
        return cell.quantity in seen.totals or seen.method == "suppression"

    def knows(self, slot: Slot) -> bool:
        """Return whether the exact total stands beside the members (suppression hides a small one)."""
        return slot[1] in self.seen[slot[0]].totals

    def total(self, slot: Slot) -> int:
        """Return the exact total beside the members, or what bounds a hidden one: a larger total, or nothing."""
        totals = self.seen[slot[0]].totals
        outer = [totals[large] for small, large in NESTED if small == slot[1] and large in totals]
        return totals.get(slot[1], min(outer, default=UNBOUNDED))

    def bounds(self, slot: Slot, member: str) -> tuple[float, float]:
        """Return what the published cell alone says of the count."""
        seen, cell = self.seen[slot[0]], Cell(slot[1], self.dimension, member)
        total = float(self.total(slot))
        if cell in seen.exact:
            return float(seen.exact[cell]), float(seen.exact[cell])
        if cell in seen.rounded:
            spread = seen.base - 1
            return float(max(0, seen.rounded[cell] - spread)), min(total, float(seen.rounded[cell] + spread))
        return (1.0 if seen.shows_zeros(cell) else 0.0), total

    def bounds_before(self, slot: Slot, member: str) -> tuple[float, float]:
        """Return what the cell's own kind says before anything of it is shown: an open zero stays open."""
        seen, cell = self.seen[slot[0]], Cell(slot[1], self.dimension, member)
        if seen.method == "suppression" and seen.exact.get(cell) == 0:
            return 0.0, 0.0
        return (1.0 if seen.shows_zeros(cell) else 0.0), float(self.total(slot))

    def left_over(self, slot: Slot) -> tuple[float, float, list[str]] | None:
        """Return what the rounded total leaves to the members that wait: their rounded counts add up to the rest."""
        seen, quantity = self.seen[slot[0]], slot[1]
        total = seen.rounded.get(Cell(quantity, self.dimension, ROUNDED_TOTAL))
        hidden = [member for member in self.slots[slot] if Cell(quantity, self.dimension, member) in seen.hidden]
        if total is None or not hidden or not self.additive:
            return None
        rest = total - sum(seen.rounded.get(Cell(quantity, self.dimension, member), 0) for member in self.slots[slot])
        spread = len(hidden) * (seen.base - 1)
        return float(rest - spread), float(rest + spread), hidden

    def links(self) -> Iterator[tuple[Slot, Slot]]:
        """Yield (earlier or smaller, later or larger) slots that an outsider compares."""
        for near, far in self._node_links():
            known = self.seen[near].totals.keys() & self.seen[far].totals.keys()
            for quantity in sorted(known):
                first, second = (near, quantity), (far, quantity)
                if self.slots.get(first) is not None and self.slots.get(first) == self.slots.get(second):
                    yield first, second

    def _node_links(self) -> Iterator[tuple[Node, Node]]:
        nodes = sorted(self.seen)
        newest: dict[tuple[str, str], Node] = {}
        for node in nodes:
            number, period, mode = node
            if (period, mode) in newest:
                yield newest[period, mode], node
            newest[period, mode] = node
            larger = (number, period, "cumulative")
            if mode == "period" and larger in self.seen:
                yield node, larger
            if mode == "cohort":
                for other in ((number, period, "period"), larger):
                    if other in self.seen and self.seen[other].totals == self.seen[node].totals:
                        yield node, other
        yearly = [node for node in nodes if node[2] == "cumulative"]
        for near, far in pairwise(yearly):
            if near[0] == far[0]:
                yield near, far

    def chains(self) -> Iterator[tuple[Slot, Slot, Slot]]:
        """Yield who was contacted up to a year's end, up to the end of the year before, and in the year."""
        yearly = [node for node in sorted(self.seen) if node[2] == "cumulative"]
        for near, far in pairwise(yearly):
            for mode in ("period", "cohort"):
                chain = (far, CHAINED), (near, CHAINED), ((far[0], far[1], mode), CHAINED)
                members = {self.slots.get(slot) for slot in chain}
                if near[0] == far[0] and len(members) == 1 and None not in members and all(map(self.knows, chain)):
                    yield chain

    def stands(self, first: Slot, second: Slot) -> bool:
        """Return whether the totals tell an outsider that nothing changed between two slots."""
        if self.total(first) != self.total(second):
            return False
        # A second course of the same person changes a module and no total of persons.
        courses = (self.seen[first[0]].totals.get("enrolled"), self.seen[second[0]].totals.get("enrolled"))
        return self.additive or courses[0] == courses[1] is not None


def build_model(reader: Reader, newest: int | None) -> Model:
    """Build the model of one dimension; ``newest`` is the number of the release under audit, None: all are."""
    model = Model()
    root = _merge(reader)
    low: list[float] = []
    high: list[float] = []
    before: list[list[float]] = [[], []]
    for slot, members in reader.slots.items():
        for member in members:
            key = (root[slot], member)
            if key not in model.column:
                model.column[key] = len(low)
                for bucket in (low, before[0]):
                    bucket.append(0.0)
                for bucket in (high, before[1]):
                    bucket.append(float(reader.total(slot)))
            number = model.column[key]
            model.column[slot, member] = number
            floor, ceiling = reader.bounds(slot, member)
            low[number], high[number] = max(low[number], floor), min(high[number], ceiling)
            if newest is None or slot[0][0] == newest:
                floor, ceiling = reader.bounds_before(slot, member)
            before[0][number], before[1][number] = max(before[0][number], floor), min(before[1][number], ceiling)
    model.low, model.high = np.array(low), np.array(high)
    model.low_before, model.high_before = np.array(before[0]), np.array(before[1])
    _add_certain(model, reader)
    model.assumed = sorted(set(_assumptions(model, reader)))
    return model


def _merge(reader: Reader) -> dict[Slot, Slot]:
    """Make slots one that stand, unless their published cells contradict it."""
    root = {slot: slot for slot in reader.slots}
    bounds = {slot: [reader.bounds(slot, member) for member in members] for slot, members in reader.slots.items()}
    for first, second in reader.links():
        one, two = root[first], root[second]
        if one == two or not reader.stands(first, second):
            continue
        joint = [(max(a[0], b[0]), min(a[1], b[1])) for a, b in zip(bounds[one], bounds[two], strict=True)]
        if any(low > high for low, high in joint):
            continue
        bounds[one] = joint
        for slot in [slot for slot, top in root.items() if top == two]:
            root[slot] = one
    return root


def _add_certain(model: Model, reader: Reader) -> None:
    for slot, members in reader.slots.items():
        if reader.additive and reader.knows(slot):
            total = float(reader.total(slot))
            row = tuple(sorted((model.column[slot, member], 1.0) for member in members))
            model.rows[row] = (total, total)
        left = reader.left_over(slot)
        if left is not None:
            floor, ceiling, hidden = left
            row = tuple(sorted((model.column[slot, member], 1.0) for member in hidden))
            known = model.rows.get(row, (-np.inf, np.inf))
            model.rows[row] = (max(floor, known[0]), min(ceiling, known[1]))
    for upto, before, during in reader.chains():
        gap = reader.total(before) + reader.total(during) - reader.total(upto)
        for member in reader.slots[upto]:
            sums: dict[int, float] = {}
            for slot, sign in ((before, 1.0), (during, 1.0), (upto, -1.0)):
                sums[model.column[slot, member]] = sums.get(model.column[slot, member], 0.0) + sign
            row = tuple(sorted((column, factor) for column, factor in sums.items() if factor))
            if row and gap >= 0:
                model.rows[row] = (0.0, float(gap))
    for node in reader.seen:
        places = sorted({member for slot, names in reader.slots.items() if slot[0] == node for member in names})
        for member in places:
            _add_place(model, node, member, reader.additive)


def _add_place(model: Model, node: Node, member: str, additive: bool) -> None:
    parts = [(((node, quantity), member), sign) for quantity, sign in IDENTITY.items()]
    if all(key in model.column for key, _ in parts):
        sums: dict[int, float] = {}
        for key, sign in parts:
            sums[model.column[key]] = sums.get(model.column[key], 0.0) + sign
        row = tuple(sorted((column, factor) for column, factor in sums.items() if factor))
        if row:
            model.rows[row] = (0.0, 0.0)
    for inner, outer in NESTED:
        small, large = ((node, inner), member), ((node, outer), member)
        if small in model.column and large in model.column and (additive or outer != "contacted"):
            model.rows[tuple(sorted([(model.column[small], -1.0), (model.column[large], 1.0)]))] = (0.0, np.inf)


def _assumptions(model: Model, reader: Reader) -> Iterator[Terms]:
    for first, second in reader.links():
        falls = reader.total(second) < reader.total(first)
        small, large = (second, first) if falls else (first, second)
        for member in reader.slots[first]:
            one, two = model.column[small, member], model.column[large, member]
            if one != two:
                yield tuple(sorted([(one, -1.0), (two, 1.0)]))


def drop_contradictions(model: Model) -> int:
    """Drop the assumptions that the published figures contradict; return how many."""
    if not model.assumed:
        return 0
    extra, width = len(model.assumed), len(model.low)
    answer = milp(
        np.concatenate([np.zeros(width), np.ones(extra)]),
        bounds=Bounds(
            np.concatenate([model.low, np.zeros(extra)]), np.concatenate([model.high, np.full(extra, np.inf)])
        ),
        constraints=model.matrix(slack=True),
    )
    if answer.x is None:
        dropped = extra
        model.assumed = []
        return dropped
    broken = answer.x[width:] > 1e-6
    model.assumed = [row for row, bad in zip(model.assumed, broken, strict=True) if not bad]
    return int(broken.sum())
