"""Turn name frames into arrays of small numbers: each distinct part is read once.

Shape: ``encode`` takes frames with last_name, first_name, birth_date and ags
(birth_text optional) and returns one ``Encoded`` for each, over one shared
``Vocabulary``. Absent values are 0 (day, month, year, commune) or -1 (no part).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from tasks.identify.folding import fold_name, repair_encoding
from tasks.identify.spelling import koelner, readings, split_parts

Ints = npt.NDArray[np.integer[Any]]
"""Whole numbers: 32 bits where records are kept, 64 where keys are built of them."""
Texts = npt.NDArray[np.object_]

MAX_PARTS = 6
YEAR_ONLY = re.compile(
    r"^(?:(?:00|xx|\?\?|--)[./-]){0,2}((?:19|20)[0-9]{2})(?:[./-](?:00|xx|\?\?|--)){0,2}$", re.IGNORECASE
)


@dataclass(frozen=True)
class Vocabulary:
    """Every distinct folded name part; all arrays are indexed by the part's number."""

    folded: Texts
    spoken: Texts  # first reading
    heard: Texts  # (parts, 6): the readings, what Levenshtein measures
    stem: Texts  # first reading without a closing -a, where that is how the part is written
    codes: Ints  # (parts, 6): numbers of the six readings
    sounds: Ints  # (parts, 3): numbers of Kölner codes, repeated when readings agree
    initial: Ints  # class of the first sound
    lengths: Ints  # (parts, 7): letters, as folded and in the six readings
    letters: npt.NDArray[np.uint32]  # (parts, 7): which letters, a bit each, likewise
    letter: Ints  # number of the first letter as written
    head: Ints  # number of the first three letters


@dataclass(frozen=True)
class Encoded:
    """Records as arrays; row i of each array is record i of the frame."""

    keys: Texts
    parts: Ints  # (rows, MAX_PARTS), -1 where there is none
    last: Ints  # number of the last name among ``spoken_fields``
    first: Ints  # the same of the first name; one name repeated in both fields stands in ``last`` alone
    spoken_fields: (
        Texts  # the parts of each distinct field, first reading, joined; shared by all records encoded together
    )
    tokens_key: Ints  # number of the safe name key, -1 for an empty name
    joined_key: Ints  # number of the safe key that ignores inner blanks
    year: Ints
    month: Ints
    day: Ints
    ags: Ints

    def __len__(self) -> int:
        return len(self.keys)

    def whole(self, rows: Ints) -> Texts:
        """Return all parts of some records joined in the order written."""
        return np.asarray(self.spoken_fields[self.last[rows]] + self.spoken_fields[self.first[rows]], dtype=object)

    def turned(self, rows: Ints) -> Texts:
        """Return all parts of some records joined, first name first."""
        return np.asarray(self.spoken_fields[self.first[rows]] + self.spoken_fields[self.last[rows]], dtype=object)


def _dates(frame: pd.DataFrame) -> tuple[Ints, Ints, Ints]:
    when = pd.to_datetime(frame["birth_date"], errors="coerce")
    parts = [part.fillna(0).to_numpy() for part in (when.dt.year, when.dt.month, when.dt.day)]
    year, month, day = (np.array(part, dtype=np.int32) for part in parts)
    if "birth_text" in frame:
        found = frame["birth_text"].astype("str").str.strip().str.extract(YEAR_ONLY, expand=False)
        only = (year == 0) & found.notna().to_numpy()
        year[only] = found[only].astype(int).to_numpy()
    return year, month, day


def _numbers(texts: Sequence[Iterable[str]]) -> list[Ints]:
    """Number the texts of several lists alike, as they come; empty text is -1."""
    number = {"": -1}
    return [
        np.fromiter((number.setdefault(text, len(number) - 1) for text in group), dtype=np.int32) for group in texts
    ]


def _vocabulary(distinct: list[str]) -> Vocabulary:
    read = [readings(part) for part in distinct] or [("",) * 6]
    codes, _ = pd.factorize(np.array([code for row in read for code in row], dtype=object), sort=True)
    heard = [[koelner(row[at]) for at in (0, 2, 5)] for row in read]
    sounds, _ = pd.factorize(np.array([code for row in heard for code in row], dtype=object), sort=True)
    initial, _ = pd.factorize(np.array([row[0][:1] for row in heard], dtype=object), sort=True)
    spelt = [(part, *row) for part, row in zip(distinct or [""], read, strict=True)]
    return Vocabulary(
        folded=np.array(distinct or [""], dtype=object),
        spoken=np.array([row[0] for row in read], dtype=object),
        heard=np.array(read, dtype=object).reshape(-1, 6),
        stem=np.array([_stem(part, row[0]) for part, row in zip(distinct or [""], read, strict=True)], dtype=object),
        codes=codes.reshape(-1, 6).astype(np.int64),
        sounds=sounds.reshape(-1, 3).astype(np.int64),
        initial=initial.astype(np.int64),
        lengths=np.array([[len(text) for text in texts] for texts in spelt], dtype=np.int32),
        letters=np.array([[_letters(text) for text in texts] for texts in spelt], dtype=np.uint32),
        letter=_numbers([[part[:1] for part in distinct or [""]]])[0],
        head=_numbers([[part[:3] for part in distinct or [""]]])[0],
    )


def _letters(text: str) -> int:
    """Return a bit for each letter that stands in ``text``; what is no Latin letter shares six bits."""
    bits = 0
    for sign in text:
        place = ord(sign) - ord("a")
        bits |= 1 << (place if 0 <= place < 26 else 26 + ord(sign) % 6)
    return bits


def _stem(part: str, spoken: str) -> str:
    return spoken[:-1] if spoken.endswith("a") and part.endswith(("a", "ah", "eh")) else spoken


def encode(frames: Sequence[pd.DataFrame], key_columns: Sequence[str]) -> tuple[Vocabulary, list[Encoded]]:
    """Encode ``frames`` over one vocabulary; ``key_columns`` names each frame's key.

    Spellings are read once each; a record is two numbers of spellings and what follows from them.
    """
    written, spellings = _spellings([frame[name] for frame in frames for name in ("last_name", "first_name")])
    folded = [fold_name(text) for text in spellings]
    (fields,) = _numbers([repaired := [fold_name(repair_encoding(text)) for text in spellings]])
    fields += 1  # 0 is the empty field
    field_parts: list[list[str]] = [[]] + [split_parts(text) for text in dict.fromkeys(repaired) if text]
    distinct = sorted({part for parts in field_parts for part in parts})
    number = {part: at for at, part in enumerate(distinct)}
    vocabulary = _vocabulary(distinct)
    spoken = np.array(["".join(vocabulary.spoken[number[p]] for p in parts) for parts in field_parts], dtype=object)
    matrix = _part_matrix(field_parts, number)
    pairs = list(zip(written[::2], written[1::2], strict=True))
    tokens = _numbers([_name_keys(last, first, folded) for last, first in pairs])
    bare = [text.replace(" ", "") for text in folded]
    joined = _numbers([_name_keys(last, first, bare) for last, first in pairs])
    communes = _numbers([frame["ags"].fillna("").astype(str).tolist() for frame in frames])
    encoded = []
    for at, frame in enumerate(frames):
        last, first = (fields[side] for side in pairs[at])
        first = np.where(last == first, 0, first).astype(np.int32)
        year, month, day = _dates(frame)
        encoded.append(
            Encoded(
                keys=frame[key_columns[at]].to_numpy(dtype=object),
                parts=_laid_together(matrix, last, first),
                last=last,
                first=first,
                spoken_fields=spoken,
                tokens_key=tokens[at],
                joined_key=joined[at],
                year=year,
                month=month,
                day=day,
                ags=communes[at] + 1,
            )
        )
    return vocabulary, encoded


def _spellings(columns: Sequence["pd.Series[str]"]) -> tuple[list[Ints], list[str]]:
    """Return the number of each cell's spelling, column by column, and the distinct spellings; the first is empty."""
    cells = pa.concat_arrays([_texts(column) for column in columns]).dictionary_encode()
    codes = cells.indices.fill_null(-1).to_numpy() + 1
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return np.split(codes.astype(np.int32), ends), ["", *cells.dictionary.to_pylist()]


def _texts(column: "pd.Series[str]") -> pa.Array:
    texts = column.map(str, na_action="ignore") if column.dtype == object else column
    found = pa.array(texts, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _name_keys(last: Ints, first: Ints, folded: list[str]) -> Iterator[str]:
    """Yield the parts of both names, sorted: equal whatever stood first."""
    for one, other in zip(last.tolist(), first.tolist(), strict=True):
        yield " ".join(sorted(f"{folded[one]} {folded[other]}".split()))


def _part_matrix(fields: list[list[str]], number: dict[str, int]) -> Ints:
    matrix = np.full((len(fields), MAX_PARTS), -1, dtype=np.int32)
    for at, parts in enumerate(fields):
        found = [number[part] for part in parts[:MAX_PARTS]]
        matrix[at, : len(found)] = found
    return matrix


def _laid_together(matrix: Ints, last: Ints, first: Ints) -> Ints:
    """Return the parts of the last name and, behind them, those of the first, as many as there is room for."""
    parts = matrix[last]
    end = (parts >= 0).sum(axis=1)
    for place in range(MAX_PARTS):
        part = matrix[first, place]
        fits = np.flatnonzero((part >= 0) & (end + place < MAX_PARTS))
        parts[fits, end[fits] + place] = part[fits]
    return parts
