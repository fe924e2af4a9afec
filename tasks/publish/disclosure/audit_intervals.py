"""How many values an outsider must leave open for each protected count."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, milp

from tasks.publish.disclosure.audit_model import Model

# A common direction costs two programmes, as a cell of its own does: it must settle at least this many cells.
WORTH_WHILE = 2
EDGE = 1e-6


class Prober:
    """Finds feasible points of one model and keeps the range each count was seen in."""

    def __init__(self, model: Model, low: NDArray[np.float64], high: NDArray[np.float64], whole: bool) -> None:
        self.rules = model.matrix()
        self.member = model.members()
        self.bounds = Bounds(low, high)
        self.whole = np.full(len(low), int(whole))
        self.least = np.full(len(low), np.inf)
        self.most = np.full(len(low), -np.inf)
        self.feasible = True

    def push(self, direction: NDArray[np.float64]) -> None:
        """Go as far as possible against ``direction`` and remember where that was."""
        answer = milp(direction, bounds=self.bounds, constraints=self.rules, integrality=self.whole)
        if answer.x is None:
            self.feasible = False
            return
        self.least = np.minimum(self.least, answer.x)
        self.most = np.maximum(self.most, answer.x)

    def values(self) -> NDArray[np.float64]:
        """Return how many whole numbers lie in each range seen so far."""
        with np.errstate(invalid="ignore"):
            return np.floor(self.most + EDGE) - np.ceil(self.least - EDGE) + 1

    def settle(self, needed: Mapping[int, float]) -> None:
        """Widen the ranges until each column has its needed number of values or its full range.

        All cells of a member are pushed the same way first: they are bound to each other over time and quantities,
        so that one programme opens most of them (a sign a cell settles half as many; measured in decision 0070).
        """
        rng = np.random.default_rng(len(self.least))
        members = sorted(set(self.member))
        left = self._open(needed)
        settled = len(left)
        while left and self.feasible and settled >= WORTH_WHILE:
            way = dict(zip(members, rng.choice([-1.0, 1.0], len(members)), strict=True))
            direction = np.zeros(len(self.least))
            direction[left] = [way[self.member[column]] for column in left]
            self.push(direction)
            self.push(-direction)
            still = self._open(needed)
            left, settled = still, len(left) - len(still)
        for column in sorted(left):
            if self.values()[column] >= needed[column]:
                continue
            for sign in (1.0, -1.0):
                direction = np.zeros(len(self.least))
                direction[column] = sign
                self.push(direction)

    def _open(self, needed: Mapping[int, float]) -> Sequence[int]:
        counts = self.values()
        return [column for column, want in needed.items() if not counts[column] >= want]
