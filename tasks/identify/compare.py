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


def _near_levels(vocabulary: Vocabulary, a: Ints, b: Ints) -> npt.NDArray[np.float32]:
    """Return Levenshtein and prefix levels of the parts that no equal part has taken."""
    level = np.zeros((len(a), a.shape[1], b.shape[1]), dtype=np.float32)
    pair, left, right = np.nonzero((a >= 0)[:, :, None] & (b >= 0)[:, None, :])
    if not len(pair):
        return level
    size = len(vocabulary.folded)
    both, place = np.unique(a[pair, left] * size + b[pair, right], return_inverse=True)
    level[pair, left, right] = _near_parts(vocabulary, both // size, both % size)[place]
    return level


def _near_parts(vocabulary: Vocabulary, part_a: Ints, part_b: Ints) -> npt.NDArray[np.float32]:
    """Return the level of each two parts that are not equal: near, the beginning of the other, or none."""
    similarity = np.zeros(len(part_a), dtype=np.float32)
    for spelling in range(vocabulary.lengths.shape[1]):
        asked = np.flatnonzero(_may_be_near(vocabulary, part_a, part_b, spelling))
        asked = asked[_not_heard_before(vocabulary, part_a[asked], part_b[asked], spelling - 1)]
        texts = vocabulary.heard[:, spelling - 1] if spelling else vocabulary.folded
        alike = _similarity(texts[part_a[asked]], texts[part_b[asked]], NEAR_ENOUGH)
        similarity[asked] = np.maximum(similarity[asked], alike)
    shorter = np.minimum(vocabulary.lengths[part_a, 0], vocabulary.lengths[part_b, 0])
    near = (similarity >= NEAR_ENOUGH) & (shorter >= MIN_PREFIX)
    # A letter stands for a name, three letters for its beginning; two for neither.
    same = np.where(
        shorter == 1,
        vocabulary.letter[part_a] == vocabulary.letter[part_b],
        (shorter >= MIN_PREFIX) & (vocabulary.head[part_a] == vocabulary.head[part_b]),
    )
    starts = np.flatnonzero(~near & same & (vocabulary.initial[part_a] == vocabulary.initial[part_b]))
    begins = np.zeros(len(part_a), dtype=bool)
    begins[starts] = [
        _begins(x, y) for x, y in zip(vocabulary.folded[part_a[starts]], vocabulary.folded[part_b[starts]], strict=True)
    ]
    value = np.where(near, PartLevel.NEAR + 0.9 * similarity, np.where(begins, float(PartLevel.PREFIX), 0.0))
    return value.astype(np.float32)


def _may_be_near(vocabulary: Vocabulary, part_a: Ints, part_b: Ints, spelling: int) -> npt.NDArray[np.bool_]:
    """Return where Levenshtein may be enough, by a bound that costs a tenth of it.

    A step changes the length by one and which letters occur by two: fewer steps than that cannot be enough.
    """
    length_a, length_b = vocabulary.lengths[part_a, spelling], vocabulary.lengths[part_b, spelling]
    other = np.bitwise_count(vocabulary.letters[part_a, spelling] ^ vocabulary.letters[part_b, spelling])
    steps = np.maximum(np.abs(length_a - length_b), (other + 1) // 2)
    enough: npt.NDArray[np.bool_] = steps <= (1.0 - NEAR_ENOUGH + 1e-6) * np.maximum(length_a, length_b)
    return enough


def _not_heard_before(vocabulary: Vocabulary, part_a: Ints, part_b: Ints, reading: int) -> Ints:
    """Return where the two parts sound otherwise than in every earlier reading."""
    same = np.zeros(len(part_a), dtype=bool)
    for earlier in range(reading):
        equal = vocabulary.codes[:, reading] == vocabulary.codes[:, earlier]
        same |= equal[part_a] & equal[part_b]
    return np.flatnonzero(~same)


def _begins(x: str, y: str) -> bool:
    return y.startswith(x) if len(x) < len(y) else x.startswith(y)


def _similarity(left: Texts, right: Texts, enough: float) -> npt.NDArray[np.float32]:
    """Return how alike two texts each are; 0 where it is not ``enough``, which costs a third."""
    cutoff = enough - 1e-6  # what single precision rounds up to it is enough
    return process.cpdist(left, right, scorer=OSA.normalized_similarity, score_cutoff=cutoff, dtype=np.float32)


def _align(
    level: npt.NDArray[np.float32], a: Ints, b: Ints, bits: Floats
) -> tuple[Ints, Floats, list[tuple[Ints, Ints, Ints]]]:
    """Lay parts on parts, best level first, ties by position; return counts, bits and the laid places."""
    rows, width = len(a), b.shape[1]
    every = np.arange(rows)
    counts = np.zeros((rows, 5), dtype=np.int64)
    found = np.zeros((rows, 5), dtype=np.float64)
    laid: list[tuple[Ints, Ints, Ints]] = []
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
        laid.append((hit, i[hit], j[hit]))
        level[hit, i[hit], :] = 0.0
        level[hit, :, j[hit]] = 0.0
    return counts, found, laid


def _left_over(a: Ints, b: Ints, laid: list[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints]:
    """Return the parts without those that are laid already."""
    a, b = a.copy(), b.copy()
    for hit, i, j in laid:
        a[hit, i], b[hit, j] = -1, -1
    return a, b


def _gendered(vocabulary: Vocabulary, a: Ints, b: Ints, laid: list[tuple[Ints, Ints, Ints]]) -> npt.NDArray[np.bool_]:
    """Tell Amin from Amina: brother and sister, not two spellings; Ousmane and Usman are."""
    flag = np.zeros(len(a), dtype=bool)
    for hit, i, j in laid:
        part_a, part_b = a[hit, i], b[hit, j]
        differs = part_a != part_b
        one, other = vocabulary.stem[part_a[differs]], vocabulary.stem[part_b[differs]]
        spoken = vocabulary.spoken[part_a[differs]], vocabulary.spoken[part_b[differs]]
        flag[hit[differs]] |= (one == other) & (spoken[0] != spoken[1])
    return flag


def compare(vocabulary: Vocabulary, left: Encoded, right: Encoded, at: Ints, to: Ints, bits: Floats) -> Comparison:
    """Compare left row ``at[k]`` with right row ``to[k]`` for every k."""
    a, b = _trimmed(left.parts[at]), _trimmed(right.parts[to])
    size_a, size_b = (a >= 0).sum(axis=1), (b >= 0).sum(axis=1)
    counts, found, laid = _align(_equal_levels(vocabulary, a, b), a, b, bits)
    left_a, left_b = _left_over(a, b, laid)
    near = _align(_near_levels(vocabulary, left_a, left_b), left_a, left_b, bits)
    counts, found, laid = counts + near[0], found + near[1], laid + near[2]
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
        gendered=_gendered(vocabulary, a, b, laid) & ~joined,
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
        mine, theirs = left.whole(at[asked]), right.whole(to[asked])
        alike[asked] = (_similarity(mine, theirs, JOINED_ENOUGH) >= JOINED_ENOUGH) | (
            _similarity(mine, right.turned(to[asked]), JOINED_ENOUGH) >= JOINED_ENOUGH
        )
    return alike
