"""Turn name frames into arrays of small numbers: each distinct part is read once.

Shape: ``encode`` takes frames with last_name, first_name, birth_date and ags
(birth_text optional) and returns one ``Encoded`` for each, over one shared
``Vocabulary``. Absent values are 0 (day, month, year, commune) or -1 (no part).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.identify.folding import fold_names, repair_encoding
from tasks.identify.spelling import koelner, readings, split_parts

Ints = npt.NDArray[np.int64]
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


@dataclass(frozen=True)
class Encoded:
    """Records as arrays; row i of each array is record i of the frame."""

    keys: Texts
    parts: Ints  # (rows, MAX_PARTS), -1 where there is none
    whole: Texts  # all parts joined in the order written
    turned: Texts  # all parts joined, first name first
    tokens_key: Ints  # number of the safe name key, -1 for an empty name
    joined_key: Ints  # number of the safe key that ignores inner blanks
    year: Ints
    month: Ints
    day: Ints
    ags: Ints

    def __len__(self) -> int:
        return len(self.keys)


def _folded_fields(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    return fold_names(frame["last_name"]), fold_names(frame["first_name"])


def _repaired_fields(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    last, first = (frame[column].map(repair_encoding, na_action="ignore") for column in ("last_name", "first_name"))
    return fold_names(last), fold_names(first)


def _fields(last: str, first: str) -> tuple[list[str], list[str]]:
    """Return the parts of both fields; one field repeated in the other ("Ahmad Ahmad") stands once."""
    if last == first:
        return split_parts(last), []
    return split_parts(last), split_parts(first)


def _dates(frame: pd.DataFrame) -> tuple[Ints, Ints, Ints]:
    when = pd.to_datetime(frame["birth_date"], errors="coerce")
    parts = [part.fillna(0).to_numpy(dtype=np.int64) for part in (when.dt.year, when.dt.month, when.dt.day)]
    year, month, day = (np.array(part, dtype=np.int64) for part in parts)
    if "birth_text" in frame:
        found = frame["birth_text"].astype("str").str.strip().str.extract(YEAR_ONLY, expand=False)
        only = (year == 0) & found.notna().to_numpy()
        year[only] = found[only].astype(int).to_numpy()
    return year, month, day


def _numbers(texts: Sequence[Sequence[str]]) -> list[Ints]:
    """Number the texts of several lists alike; empty text is -1."""
    flat = np.array([text for group in texts for text in group], dtype=object)
    codes, _ = pd.factorize(flat, sort=True)
    codes = np.where(flat == "", -1, codes).astype(np.int64)
    return np.split(codes, np.cumsum([len(group) for group in texts])[:-1])


def _vocabulary(distinct: list[str]) -> Vocabulary:
    read = [readings(part) for part in distinct] or [("",) * 6]
    codes, _ = pd.factorize(np.array([code for row in read for code in row], dtype=object), sort=True)
    heard = [[koelner(row[at]) for at in (0, 2, 4)] for row in read]
    sounds, _ = pd.factorize(np.array([code for row in heard for code in row], dtype=object), sort=True)
    initial, _ = pd.factorize(np.array([row[0][:1] for row in heard], dtype=object), sort=True)
    return Vocabulary(
        folded=np.array(distinct or [""], dtype=object),
        spoken=np.array([row[0] for row in read], dtype=object),
        heard=np.array(read, dtype=object).reshape(-1, 6),
        stem=np.array([_stem(part, row[0]) for part, row in zip(distinct or [""], read, strict=True)], dtype=object),
        codes=codes.reshape(-1, 6).astype(np.int64),
        sounds=sounds.reshape(-1, 3).astype(np.int64),
        initial=initial.astype(np.int64),
    )


def _stem(part: str, spoken: str) -> str:
    return spoken[:-1] if spoken.endswith("a") and part.endswith(("a", "ah", "eh")) else spoken


def _part_matrix(parts: list[list[str]], number: dict[str, int]) -> Ints:
    matrix = np.full((len(parts), MAX_PARTS), -1, dtype=np.int64)
    for at, row in enumerate(parts):
        found = [number[part] for part in row[:MAX_PARTS]]
        matrix[at, : len(found)] = found
    return matrix


def encode(frames: Sequence[pd.DataFrame], key_columns: Sequence[str]) -> tuple[Vocabulary, list[Encoded]]:
    """Encode ``frames`` over one vocabulary; ``key_columns`` names each frame's key."""
    names = [_folded_fields(frame) for frame in frames]
    repaired = [_repaired_fields(frame) for frame in frames]
    fields = [[_fields(last, first) for last, first in zip(*pair, strict=True)] for pair in repaired]
    distinct = sorted({part for rows in fields for pair in rows for field in pair for part in field})
    number = {part: at for at, part in enumerate(distinct)}
    tokens = _numbers([[" ".join(sorted(f"{a} {b}".split())) for a, b in zip(*pair, strict=True)] for pair in names])
    joined = _numbers(
        [
            [" ".join(sorted(f"{a.replace(' ', '')} {b.replace(' ', '')}".split())) for a, b in zip(*pair, strict=True)]
            for pair in names
        ]
    )
    communes = _numbers([frame["ags"].fillna("").astype(str).tolist() for frame in frames])
    vocabulary = _vocabulary(distinct)
    spoken = dict(zip(distinct, vocabulary.spoken, strict=False))
    encoded = []
    for at, frame in enumerate(frames):
        year, month, day = _dates(frame)
        encoded.append(
            Encoded(
                keys=frame[key_columns[at]].to_numpy(dtype=object),
                parts=_part_matrix([last + first for last, first in fields[at]], number),
                whole=_joined([last + first for last, first in fields[at]], spoken),
                turned=_joined([first + last for last, first in fields[at]], spoken),
                tokens_key=tokens[at],
                joined_key=joined[at],
                year=year,
                month=month,
                day=day,
                ags=communes[at] + 1,
            )
        )
    return vocabulary, encoded


def _joined(rows: list[list[str]], spoken: dict[str, Any]) -> Texts:
    return np.array(["".join(spoken[part] for part in row) for row in rows] or [], dtype=object)
