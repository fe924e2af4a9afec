"""A whole number that orders alternatives on a list; it never decides the assignment.

Priority first (100 points a step), then waiting (1 a day, at most 365), then
nearness (−2 a km). Status, nationality, sex and age are not in it.
"""

import numpy as np

from tasks.match.columns import Array, column_of, day_number, days_of, numbers_of
from tasks.match.evaluate import PairFacts
from tasks.match.inputs import MatchInput

DEFAULT_PRIORITY = 2
LONGEST_WAIT = 365


def need_priorities(data: MatchInput) -> Array:
    """Return the priority of each need, 1 (urgent) to 3; absent: 2."""
    values, known = numbers_of(column_of(data.needs, "priority"))
    return np.clip(np.where(known, values, DEFAULT_PRIORITY), 1, 3).astype(np.int64)


def need_waiting_days(data: MatchInput) -> Array:
    """Return the days since each need was recorded; never below 0, 0 when not known."""
    recorded, known = days_of(column_of(data.needs, "recorded_on"))
    return np.where(known, np.maximum(day_number(data.as_of) - recorded, 0), 0).astype(np.int64)


def pair_scores(data: MatchInput, view: PairFacts) -> Array:
    """Return the score of each pair; a pair without a known distance loses no points for it."""
    by_need = 100 * (4 - need_priorities(data)) + np.minimum(need_waiting_days(data), LONGEST_WAIT)
    distance = view.facts["pair.distance_km"]
    return by_need[view.need_rows] - np.round(2 * np.where(distance.known, distance.values, 0)).astype(np.int64)
