"""Compare candidate pairs field by field: name parts aligned, birth date, commune.

Each part of one name is laid on at most one part of the other, best agreement
first, whatever the order; so swapped fields need no rule of their own. What stays
over on both sides disagrees; what stays over on one side was dropped.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from tasks.identify.birthdays import birth_levels
from tasks.identify.encode import Encoded, Ints, Texts, Vocabulary

Floats = npt.NDArray[np.float64]

NEAR_ENOUGH = 0.72  # Levenshtein similarity (neighbours may swap) of two parts; below it they are two names
JOINED_ENOUGH = 0.93  # of the whole names without blanks: parts joined or split elsewhere
MIN_PREFIX = 3  # "Hab" for "Habtom": a form's field was too short


class PartLevel(IntEnum):
    """Agreement of two name parts."""

    NONE = 0
    PREFIX = 1
    NEAR = 2
    ROMANISED = 3
    EXACT = 4


class CommuneLevel(IntEnum):
    """Agreement of two communes."""

    SAME = 0
    UNKNOWN = 1
    OTHER = 2


@dataclass(frozen=True)
class Comparison:
    """What each pair has in common; one row a pair."""

    counts: Ints  # (pairs, 5): aligned parts by PartLevel (column 0 unused)
    bits: Floats  # (pairs, 5): rarity of the aligned parts by PartLevel, in bits
    conflict: Ints  # parts that stay over on both sides
    dropped: Ints  # parts that stay over on one side only
    joined: npt.NDArray[np.bool_]  # equal once blanks are ignored
    gendered: npt.NDArray[np.bool_]  # a part differs by a closing -a or -e only
    birth: Ints
    commune: Ints


def rarity_bits(vocabulary: Vocabulary, persons: Encoded, smoothing: float, usual_share: float) -> Floats:
    """Return the surprise of each part in bits: -log2 of its share among persons.

    A small table says little about how common a name is, so ``smoothing`` persons are added of
    whom ``usual_share`` bear it.
    """
    spoken = vocabulary.codes[:, 0]
    present = persons.parts[persons.parts >= 0]
    counts = np.bincount(spoken[present], minlength=int(spoken.max()) + 1).astype(np.float64)
    share = (counts + smoothing * usual_share) / (len(persons) + smoothing)
    bits: Floats = -np.log2(np.minimum(share, 0.5))[spoken]
    return bits


def _equal_levels(vocabulary: Vocabulary, a: Ints, b: Ints) -> npt.NDArray[np.float32]:
    known = (a >= 0)[:, :, None] & (b >= 0)[:, None, :]
    alike = np.zeros(known.shape, dtype=bool)
    for reading in range(vocabulary.codes.shape[1]):
        codes = vocabulary.codes[:, reading]
        alike |= codes[a][:, :, None] == codes[b][:, None, :]
    exact = a[:, :, None] == b[:, None, :]
    return np.where(known, np.where(exact, 4.0, np.where(alike, 3.0, 0.0)), 0.0).astype(np.float32)


def _near_levels(vocabulary: Vocabulary, a: Ints, b: Ints, level: npt.NDArray[np.float32]) -> None:
    """Fill in Levenshtein and prefix levels where neither part has found an equal one."""
    open_a = (a >= 0) & (level.max(axis=2) < PartLevel.ROMANISED)
    open_b = (b >= 0) & (level.max(axis=1) < PartLevel.ROMANISED)
    pair, left, right = np.nonzero(open_a[:, :, None] & open_b[:, None, :])
    if not len(pair):
        return
    part_a, part_b = a[pair, left], b[pair, right]
    similarity = np.maximum(
        _similarity(vocabulary.spoken[part_a], vocabulary.spoken[part_b]),
        _similarity(vocabulary.folded[part_a], vocabulary.folded[part_b]),
    )
    lengths = np.array([len(text) for text in vocabulary.folded], dtype=np.int64)
    shorter = np.minimum(lengths[part_a], lengths[part_b])
    near = (similarity >= NEAR_ENOUGH) & (shorter >= 3)
    prefix = ~near & ((vocabulary.initial[part_a] == vocabulary.initial[part_b]) & (shorter != MIN_PREFIX - 1))
    starts = np.flatnonzero(prefix)
    begins = np.zeros(len(pair), dtype=bool)
    begins[starts] = [
        _begins(x, y) for x, y in zip(vocabulary.folded[part_a[starts]], vocabulary.folded[part_b[starts]], strict=True)
    ]
    value = np.where(near, PartLevel.NEAR + 0.9 * similarity, np.where(begins, float(PartLevel.PREFIX), 0.0))
    level[pair, left, right] = np.maximum(level[pair, left, right], value)


def _begins(x: str, y: str) -> bool:
    short, long = sorted((x, y), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= MIN_PREFIX)


def _similarity(left: Texts, right: Texts) -> npt.NDArray[np.float32]:
    return process.cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float32)


def _align(
    level: npt.NDArray[np.float32], a: Ints, b: Ints, bits: Floats
) -> tuple[Ints, Floats, list[tuple[Ints, Ints, Ints]]]:
    """Lay parts on parts, best level first, ties by position; return counts, bits and the laid pairs."""
    rows, width = len(a), b.shape[1]
    every = np.arange(rows)
    counts = np.zeros((rows, 5), dtype=np.int64)
    found = np.zeros((rows, 5), dtype=np.float64)
    laid = []
    for _ in range(min(a.shape[1], width)):
        best = level.reshape(rows, -1).argmax(axis=1)
        i, j = best // width, best % width
        value = level[every, i, j]
        hit = np.flatnonzero(value > 0)
        if not len(hit):
            break
        kind = np.minimum(value[hit], 4.0).astype(np.int64)
        counts[hit, kind] += 1
        found[hit, kind] += np.minimum(bits[a[hit, i[hit]]], bits[b[hit, j[hit]]])
        laid.append((hit, a[hit, i[hit]], b[hit, j[hit]]))
        level[hit, i[hit], :] = 0.0
        level[hit, :, j[hit]] = 0.0
    return counts, found, laid


def _gendered(vocabulary: Vocabulary, rows: int, laid: list[tuple[Ints, Ints, Ints]]) -> npt.NDArray[np.bool_]:
    """Tell Amin from Amina: brother and sister, not two spellings; Ousmane and Usman are."""
    flag = np.zeros(rows, dtype=bool)
    for hit, part_a, part_b in laid:
        differs = part_a != part_b
        one, other = vocabulary.stem[part_a[differs]], vocabulary.stem[part_b[differs]]
        spoken = vocabulary.spoken[part_a[differs]], vocabulary.spoken[part_b[differs]]
        flag[hit[differs]] |= (one == other) & (spoken[0] != spoken[1])
    return flag


def compare(vocabulary: Vocabulary, left: Encoded, right: Encoded, at: Ints, to: Ints, bits: Floats) -> Comparison:
    """Compare left row ``at[k]`` with right row ``to[k]`` for every k."""
    a, b = _trimmed(left.parts[at]), _trimmed(right.parts[to])
    size_a, size_b = (a >= 0).sum(axis=1), (b >= 0).sum(axis=1)
    level = _equal_levels(vocabulary, a, b)
    _near_levels(vocabulary, a, b, level)
    counts, found, laid = _align(level, a, b, bits)
    over_a, over_b = size_a - counts.sum(axis=1), size_b - counts.sum(axis=1)
    joined = _joined_alike(left, right, at, to, (over_a > 0) | (over_b > 0))
    shared = np.minimum(_total_bits(a, bits), _total_bits(b, bits))
    counts[joined], found[joined] = 0, 0.0
    counts[joined, PartLevel.ROMANISED] = np.minimum(size_a, size_b)[joined]
    found[joined, PartLevel.ROMANISED] = shared[joined]
    ags_a, ags_b = left.ags[at], right.ags[to]
    unknown = (ags_a == 0) | (ags_b == 0)
    commune = np.where(ags_a == ags_b, CommuneLevel.SAME, CommuneLevel.OTHER)
    return Comparison(
        counts=counts,
        bits=found,
        conflict=np.where(joined, 0, np.minimum(over_a, over_b)),
        dropped=np.where(joined, 0, np.abs(over_a - over_b)),
        joined=joined,
        gendered=_gendered(vocabulary, len(a), laid) & ~joined,
        birth=birth_levels(left, right, at, to),
        commune=np.where(unknown, CommuneLevel.UNKNOWN, commune),
    )


def _total_bits(parts: Ints, bits: Floats) -> Floats:
    total: Floats = np.where(parts >= 0, bits[parts], 0.0).sum(axis=1)
    return total


def _trimmed(parts: Ints) -> Ints:
    used = (parts >= 0).any(axis=0)
    return parts[:, : max(1, int(used.sum()))]


def _joined_alike(
    left: Encoded, right: Encoded, at: Ints, to: Ints, ask: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Parts stay over, yet the names are nearly equal without blanks: "Gebre Meskel" and "Gebremeskel"."""
    alike = np.zeros(len(at), dtype=bool)
    asked = np.flatnonzero(ask)
    if len(asked):
        mine, theirs = left.whole[at[asked]], right.whole[to[asked]]
        alike[asked] = (_similarity(mine, theirs) >= JOINED_ENOUGH) | (
            _similarity(mine, right.turned[to[asked]]) >= JOINED_ENOUGH
        )
    return alike
