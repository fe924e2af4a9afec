"""How near two birth dates are: the levels the contract rules on."""

from enum import IntEnum

import numpy as np

from tasks.identify.encode import Encoded, Ints


class BirthLevel(IntEnum):
    """Agreement of two birth dates, best first; only EXACT may ever link by itself."""

    EXACT = 0  # equal, and not 1 January
    FIRST_JANUARY = 1  # equal, and 1 January: often stands for "unknown"
    PLACEHOLDER = 2  # 1 January on one side, another day of the same year on the other
    SWAPPED = 3  # day and month exchanged
    ONE_DIGIT = 4  # one digit of the eight differs
    YEAR_ONLY = 5  # one side names only the year, and it is equal
    MISSING = 6  # one side has no date
    ONE_PART = 7  # day, month or year differs by more than one digit
    APART = 8  # further apart


def _digits(year: Ints, month: Ints, day: Ints) -> Ints:
    whole = year * 10000 + month * 100 + day
    return np.stack([(whole // 10**place) % 10 for place in range(8)], axis=1)


def birth_levels(left: Encoded, right: Encoded, at: Ints, to: Ints) -> Ints:
    """Return the ``BirthLevel`` of each pair (left row ``at``, right row ``to``)."""
    ly, lm, ld = left.year[at], left.month[at], left.day[at]
    ry, rm, rd = right.year[to], right.month[to], right.day[to]
    equal_year, equal_month, equal_day = ly == ry, lm == rm, ld == rd
    different = 3 - equal_year.astype(np.int64) - equal_month - equal_day
    differing_digits = (_digits(ly, lm, ld) != _digits(ry, rm, rd)).sum(axis=1)
    january = ((lm == 1) & (ld == 1)), ((rm == 1) & (rd == 1))
    partial = (lm == 0) | (rm == 0)
    conditions = [
        (ly == 0) | (ry == 0),
        partial & equal_year,
        partial,
        (different == 0) & january[0],
        different == 0,
        equal_year & (january[0] | january[1]),
        equal_year & (lm == rd) & (ld == rm),
        differing_digits == 1,
        different == 1,
    ]
    levels = [
        BirthLevel.MISSING,
        BirthLevel.YEAR_ONLY,
        BirthLevel.APART,
        BirthLevel.FIRST_JANUARY,
        BirthLevel.EXACT,
        BirthLevel.PLACEHOLDER,
        BirthLevel.SWAPPED,
        BirthLevel.ONE_DIGIT,
        BirthLevel.ONE_PART,
    ]
    return np.select(conditions, levels, default=BirthLevel.APART).astype(np.int64)
