"""The keys of blocks: what two records must share to be looked at together (see ``block``).

A key maker takes records and some of their rows and returns the row and the key of each block they stand in.
"""

from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from tasks.identify.encode import MAX_PARTS, Encoded, Ints, Vocabulary

COMBINED = tuple(combinations(range(MAX_PARTS), 2))
ORDERED = tuple(permutations(range(MAX_PARTS), 2))
READINGS = range(3)
Flags = npt.NDArray[np.bool_]
Entries = tuple[Ints, Ints]  # record row, block key
KeyMaker = Callable[[Vocabulary, Encoded, Ints], Entries]


def stacked(columns: list[Entries]) -> Entries:
    """Lay entries of several columns under each other."""
    rows = np.concatenate([rows for rows, _ in columns])
    keys = np.concatenate([keys for _, keys in columns])
    return rows, keys


def _first_january(records: Encoded, rows: Ints) -> Flags:
    first: Flags = (records.month[rows] == 1) & (records.day[rows] == 1)
    return first


def is_vague(records: Encoded, rows: Ints) -> Flags:
    """1 January or the year alone: day and month say nothing."""
    vague: Flags = (records.year[rows] > 0) & ((records.month[rows] == 0) | _first_january(records, rows))
    return vague


def date_number(records: Encoded, rows: Ints) -> Ints:
    """Number the birth dates of some records."""
    number: Ints = (records.year[rows] * 13 + records.month[rows]) * 32 + records.day[rows]
    return number


def part_sounds(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The sound of each part, in each reading."""
    columns = []
    for column in range(MAX_PARTS):
        part = records.parts[rows, column]
        there = part >= 0
        columns += [(rows[there], vocabulary.sounds[part[there], reading]) for reading in READINGS]
    return stacked(columns)


def _part_initials(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    columns = []
    for column in range(MAX_PARTS):
        part = records.parts[rows, column]
        there = part >= 0
        columns.append((rows[there], vocabulary.initial[part[there]]))
    return stacked(columns)


def sound_pairs(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """Number each unordered pair of part sounds, both in one reading."""
    size = int(vocabulary.sounds.max()) + 1
    columns = [(rows[:0], rows[:0])]
    for one, two in COMBINED:
        first, second = records.parts[rows, one], records.parts[rows, two]
        there = (first >= 0) & (second >= 0)
        for reading in READINGS:
            sounds = vocabulary.sounds[first[there], reading], vocabulary.sounds[second[there], reading]
            columns.append((rows[there], np.minimum(*sounds) * size + np.maximum(*sounds)))
    return stacked(columns)


def _sound_and_initial(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """Number the sound of each part together with the first letter of each other part."""
    size = int(vocabulary.initial.max()) + 1
    columns = [(rows[:0], rows[:0])]
    for one, two in ORDERED:
        first, second = records.parts[rows, one], records.parts[rows, two]
        there = (first >= 0) & (second >= 0)
        initial = vocabulary.initial[second[there]]
        columns += [(rows[there], vocabulary.sounds[first[there], reading] * size + initial) for reading in READINGS]
    return stacked(columns)


def _full_dates(records: Encoded, rows: Ints) -> Ints:
    return rows[(records.month[rows] > 0) & ~_first_january(records, rows)]


def date_sound(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The full birth date and the sound of a part."""
    rows, sounds = part_sounds(vocabulary, records, _full_dates(records, rows))
    return rows, (sounds << 21) + date_number(records, rows)


def date_initial(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The full birth date and the first letter of a part."""
    rows, initials = _part_initials(vocabulary, records, _full_dates(records, rows))
    return rows, (initials << 21) + date_number(records, rows)


def pair_year(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The sounds of two parts and the year."""
    rows, pairs = sound_pairs(vocabulary, records, rows[records.year[rows] > 0])
    return rows, (pairs << 12) + records.year[rows]


def pair_day(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The sounds of two parts, the day and the month."""
    rows, pairs = sound_pairs(vocabulary, records, rows[records.month[rows] > 0])
    return rows, (pairs << 9) + records.month[rows] * 32 + records.day[rows]


def pair_commune(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The sounds of two parts and the commune."""
    rows, pairs = sound_pairs(vocabulary, records, rows[records.ags[rows] > 0])
    return rows, (pairs << 16) + records.ags[rows]


def half_dates(shape: Callable[[Ints, Ints], Ints]) -> KeyMaker:
    """Return the key of sound and initial with the year and a shape of month and day."""

    def key(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
        rows, halves = _sound_and_initial(vocabulary, records, _full_dates(records, rows))
        return rows, (((halves << 12) + records.year[rows]) << 11) + shape(records.month[rows], records.day[rows])

    return key


def by_month(month: Ints, _day_of: Ints) -> Ints:
    """The month alone."""
    return month


def by_day(_month: Ints, day: Ints) -> Ints:
    """The day alone."""
    return 32 + day


def in_either_order(month: Ints, day: Ints) -> Ints:
    """Month and day, whichever stands first."""
    return 64 + np.minimum(month, day) * 32 + np.maximum(month, day)


def half_year(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The sound of one part, the first letter of another, and the year."""
    rows, halves = _sound_and_initial(vocabulary, records, rows[records.year[rows] > 0])
    return rows, (halves << 12) + records.year[rows]


def sound_year(vocabulary: Vocabulary, records: Encoded, rows: Ints) -> Entries:
    """The sound of a part and the year."""
    rows, sounds = part_sounds(vocabulary, records, rows[records.year[rows] > 0])
    return rows, (sounds << 12) + records.year[rows]
