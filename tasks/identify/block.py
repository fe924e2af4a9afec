"""Find candidate pairs without comparing everybody with everybody.

A pair is a candidate when it shares one of these (Kölner Phonetik finds pairs, it
never scores them; source: issue 4):

- the full birth date (not 1 January) and the sound or first letter of one part;
- the year of birth and the sounds of two parts (errors in day and month, 1 January, year only);
- day and month of birth and the sounds of two parts (errors in the year);
- the sound of one part, the first letter of another, the year, and month or day or both
  swapped (a slip in the name and one in the date); the year alone where one side is 1 January;
- the sounds of two parts where a birth date is missing, with the commune too;
- the year of birth and the only part of a person's name.

A block of more than ``CROWD`` persons (everybody born on one day, say) is too coarse to choose from:
there only equal names are a pair, with the first ``EQUALS`` of their bearers. So pairs grow with the
number of persons and never with its square.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tasks.identify.block_keys import (
    Entries,
    KeyMaker,
    by_day,
    by_month,
    date_initial,
    date_number,
    date_sound,
    half_dates,
    half_year,
    in_either_order,
    is_vague,
    pair_commune,
    pair_day,
    pair_year,
    part_sounds,
    sound_pairs,
    sound_year,
    stacked,
)
from tasks.identify.encode import Encoded, Ints, Vocabulary

CROWD = 300
EQUALS = 40
PERSONS_AT_ONCE = 20_000  # bounds memory, never changes a result
USUAL_DAYS = 4000  # birth dates of eleven years


def distinct(parts: Sequence[Ints]) -> Ints:
    """Return each number of several arrays once, sorted; ten times as fast as the hash that ``numpy.unique`` takes."""
    numbers = np.concatenate(parts)
    numbers.sort()
    return numbers[np.append(True, numbers[1:] != numbers[:-1])] if len(numbers) else numbers


def crowd_bits(persons: Encoded) -> npt.NDArray[np.float64]:
    """Return by how many bits less each person's birth date says than one of ``USUAL_DAYS`` does.

    More than ``CROWD`` persons born on one day: the date stands for "unknown"; 0 everywhere else.
    """
    number = date_number(persons, np.arange(len(persons), dtype=np.int64))
    _, place, count = np.unique(number, return_inverse=True, return_counts=True)
    fewer = np.log2(np.maximum(1.0, count * USUAL_DAYS / max(1, len(persons))))
    bits: npt.NDArray[np.float64] = np.where(count > CROWD, fewer, 0.0)[place]
    return bits


@dataclass(frozen=True)
class BlockIndex:
    """The persons of one kind of block by key; ``equals``: the crowded blocks, divided by equal name.

    ``rows[starts[i] : starts[i + 1]]`` are the persons of ``keys[i]``; keys are distinct and sorted.
    """

    keys: Ints
    starts: Ints
    rows: Ints
    equals: tuple["BlockIndex", ...] = ()

    @classmethod
    def of(cls, rows: Ints, keys: Ints, persons: Encoded | None = None) -> "BlockIndex":
        """Sort entries by key, then row; an entry that stands twice stays once."""
        order = np.lexsort((rows, keys))
        keys, rows = keys[order], rows[order].astype(np.int32)
        del order
        new = np.ones(len(keys), dtype=bool)
        new[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        keys, rows = keys[new], rows[new]
        heads = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, dtype=np.int64)
        starts = np.append(heads, len(keys))
        index = cls(keys[heads], starts, rows)
        return index if persons is None else replace(index, equals=index._divided_crowds(persons))

    def _divided_crowds(self, persons: Encoded) -> tuple["BlockIndex", ...]:
        size = np.diff(self.starts)
        crowded = np.repeat(size > CROWD, size)
        block, rows = np.repeat(self.starts[:-1], size)[crowded], self.rows[crowded]
        names = (persons.tokens_key, persons.joined_key)
        return tuple(BlockIndex.of(rows, _divided(block, name[rows])) for name in names)

    def pairs(self, records: Encoded, rows: Ints, keys: Ints) -> Entries:
        """Return the (asking row, indexed row) with equal key; in a crowded block those of equal name only."""
        start, size = self._found(keys)
        crowded = size > CROWD
        found = [self._laid(rows, start, np.where(crowded, 0, size))]
        asking, block = rows[crowded], start[crowded]
        for equal, name in zip(self.equals, (records.tokens_key, records.joined_key), strict=True):
            start, size = equal._found(_divided(block, name[asking]))
            found.append(equal._laid(asking, start, np.minimum(size, EQUALS)))
        return stacked(found)

    def _found(self, asked: Ints) -> Entries:
        """Return where the persons of each asked key begin, and how many they are."""
        if not len(self.keys):
            return np.zeros(len(asked), dtype=np.int64), np.zeros(len(asked), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        start = self.starts[place]
        return start, np.where(self.keys[place] == asked, self.starts[place + 1] - start, 0)

    def _laid(self, rows: Ints, start: Ints, size: Ints) -> Entries:
        offset = np.repeat(np.cumsum(size) - size, size)
        return np.repeat(rows, size), self.rows[np.repeat(start, size) + np.arange(int(size.sum())) - offset]


def _divided(block: Ints, name: Ints) -> Ints:
    """Number the persons of equal name within each block."""
    return (block.astype(np.int64) << 31) + name + 1


@dataclass(frozen=True)
class BlockKind:
    """One kind of block: its key, which persons stand in it, and which records ask it."""

    key: KeyMaker
    index: BlockIndex
    asked_by: Callable[[Encoded, Ints], Ints]


def _all(_records: Encoded, rows: Ints) -> Ints:
    return rows


def _undated(records: Encoded, rows: Ints) -> Ints:
    undated: Ints = rows[records.year[rows] == 0]
    return undated


def _vaguely_dated(records: Encoded, rows: Ints) -> Ints:
    return rows[is_vague(records, rows)]


def block_kinds(vocabulary: Vocabulary, persons: Encoded, asking: Encoded | None = None) -> Iterator[BlockKind]:
    """Yield every kind of block over one table of persons, one index at a time.

    With ``asking`` (a few records beside many persons) only blocks are kept that these records ask for, each whole.
    """
    everyone = np.arange(len(persons), dtype=np.int32)
    alone = everyone[(persons.parts >= 0).sum(axis=1) == 1]
    undated, vague = _undated(persons, everyone), _vaguely_dated(persons, everyone)
    kinds: tuple[tuple[KeyMaker, Ints, Callable[[Encoded, Ints], Ints]], ...] = (
        (date_sound, everyone, _all),
        (date_initial, everyone, _all),
        (pair_year, everyone, _all),
        (pair_day, everyone, _all),
        *((half_dates(shape), everyone, _all) for shape in (by_month, by_day, in_either_order)),
        (half_year, everyone, _vaguely_dated),
        (half_year, vague, _all),
        (sound_pairs, everyone, _undated),
        (sound_pairs, undated, _all),
        (pair_commune, everyone, _undated),
        (sound_year, alone, _all),
        (part_sounds, alone, _undated),
    )
    for key, rows, asked_by in kinds:
        if asking is None:
            entries = key(vocabulary, persons, rows)
        else:
            _, asked = key(vocabulary, asking, asked_by(asking, np.arange(len(asking), dtype=np.int64)))
            entries = _asked_entries(vocabulary, persons, key, rows, distinct([asked]))
        yield BlockKind(key, BlockIndex.of(*entries, persons), asked_by)


def _asked_entries(vocabulary: Vocabulary, persons: Encoded, key: KeyMaker, rows: Ints, asked: Ints) -> Entries:
    """Return the entries whose key is ``asked`` for, made of a bounded number of persons at once."""
    found = [(rows[:0], asked[:0])]
    for start in range(0, len(rows), PERSONS_AT_ONCE):
        stood, keys = key(vocabulary, persons, rows[start : start + PERSONS_AT_ONCE])
        wanted = np.isin(keys, asked)
        found.append((stood[wanted], keys[wanted]))
    return stacked(found)


class Blocks:
    """All kinds of blocks over one table of persons; ``candidates`` asks them for some records."""

    def __init__(self, vocabulary: Vocabulary, persons: Encoded, asking: Encoded | None = None) -> None:
        """Index ``persons`` once; ``asking`` as in ``block_kinds``."""
        self.vocabulary = vocabulary
        self.size = max(1, len(persons))
        self.kinds = tuple(block_kinds(vocabulary, persons, asking))

    def candidates(self, records: Encoded, rows: Ints) -> Entries:
        """Return candidate pairs (record row, person row), each once, sorted."""
        found = []
        for kind in self.kinds:
            at, to = kind.index.pairs(records, *kind.key(self.vocabulary, records, kind.asked_by(records, rows)))
            found.append(at * self.size + to)
        both = distinct(found)
        return both // self.size, both % self.size
