"""How many values an outsider must leave open for each protected count."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, milp

from tasks.publish.disclosure.audit_model import Model

# Random directions tried before a cell gets its own two programmes: each settles many cells at once.
DIRECTIONS = 12
EDGE = 1e-6


class Prober:
    """Finds feasible points of one model and keeps the range each count was seen in."""

    def __init__(self, model: Model, low: NDArray[np.float64], high: NDArray[np.float64], whole: bool) -> None:
        self.rules = model.matrix()
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
        """Widen the ranges until each column has its needed number of values or its full range."""
        rng = np.random.default_rng(len(self.least))
        for _ in range(DIRECTIONS):
            open_columns = self._open(needed)
            if not open_columns or not self.feasible:
                return
            direction = np.zeros(len(self.least))
            direction[open_columns] = rng.choice([-1.0, 1.0], len(open_columns))
            self.push(direction)
            self.push(-direction)
        for column in sorted(needed):
            if self.values()[column] >= needed[column]:
                continue
            for sign in (1.0, -1.0):
                direction = np.zeros(len(self.least))
                direction[column] = sign
                self.push(direction)

    def _open(self, needed: Mapping[int, float]) -> Sequence[int]:
        counts = self.values()
        return [column for column, want in needed.items() if not counts[column] >= want]
