"""Which of the files in a place is meant: wildcards, office leftovers, the date in a name."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

EARLIEST_YEAR = 1990
LATEST_YEAR = 2099

_LOCK_PREFIXES = ("~$", ".~", ".", "~")
_UNFINISHED_SUFFIXES = (
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".tmp",
    ".temp",
    ".lock",
    ".swp",
    "~",
)

_SEP = r"[-_. ]"
_FULL_DATE = (
    re.compile(rf"(?<![0-9])(?P<y>[0-9]{{4}})(?P<s>{_SEP})(?P<m>[0-9]{{1,2}})(?P=s)(?P<d>[0-9]{{1,2}})(?![0-9])"),
    re.compile(rf"(?<![0-9])(?P<d>[0-9]{{1,2}})(?P<s>{_SEP})(?P<m>[0-9]{{1,2}})(?P=s)(?P<y>[0-9]{{4}})(?![0-9])"),
    re.compile(r"(?<![0-9])(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:[0-9]{4}|[0-9]{6})?(?![0-9])"),
    re.compile(r"(?<![0-9])(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})(?![0-9])"),
    re.compile(r"(?<![0-9])(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<yy>[0-9]{2})(?![0-9])"),
)
_WEEK = (
    re.compile(rf"(?<![0-9])(?P<y>[0-9]{{4}}){_SEP}?(?:KW|W){_SEP}?(?P<w>[0-9]{{1,2}})(?![0-9])", re.IGNORECASE),
    re.compile(rf"KW{_SEP}?(?P<w>[0-9]{{1,2}})[-_. /]+(?P<y>[0-9]{{4}})(?![0-9])", re.IGNORECASE),
)
_MONTH = (
    re.compile(r"(?<![0-9])(?P<y>[0-9]{4})[-_.](?P<m>[0-9]{2})(?![-_.]?[0-9])"),
    re.compile(r"(?<![0-9])(?<![0-9][-_.])(?P<m>[0-9]{2})[-_.](?P<y>[0-9]{4})(?![0-9])"),
)


@dataclass(frozen=True)
class Candidate:
    """One entry of a place that matches a source's pattern.

    ``where`` is the path the place reads it by; ``modified_at`` is UTC, ``None`` where the place keeps no time.
    """

    where: str
    modified_at: datetime | None
    size: int | None = None

    @property
    def name(self) -> str:
        """Base name, as it is shown and recorded."""
        return PurePosixPath(self.where).name


def is_unfinished(name: str) -> bool:
    """Tell whether a name belongs to a lock, a hidden or a half-transferred file that no one delivered."""
    return name.startswith(_LOCK_PREFIXES) or name.lower().endswith(_UNFINISHED_SUFFIXES)


def matches(name: str, pattern: str) -> bool:
    """Compare a name with a wildcard, blind to case and Unicode form: offices write ``Ü`` in two ways and ``.CSV``."""
    return fnmatchcase(_folded(name), _folded(pattern))


def has_wildcard(segment: str) -> bool:
    """Tell whether a path segment holds a wildcard."""
    return any(sign in segment for sign in "*?[")


def segments_of(pattern: str) -> list[str]:
    """Split a pattern at its slashes; an empty one means any file."""
    return [part for part in pattern.split("/") if part not in {"", "."}] or ["*"]


def date_in_name(name: str) -> date | None:
    """Return the date that a file's name carries, the latest of several.

    Read: 2021-03-01, 2021_03_01, 20210301 (also with a time behind it), 01.03.2021,
    01032021, 01.03.21, 2021-KW09, KW09_2021 (its Monday), 2021-03 (its first day).
    A full date is preferred to a week, a week to a month. Impossible dates are no dates.
    """
    for patterns in (_FULL_DATE, _WEEK, _MONTH):
        for pattern in patterns:
            found = [day for hit in pattern.finditer(name) if (day := _day(hit.groupdict())) is not None]
            if found:
                return max(found)
    return None


def choose(candidates: Sequence[Candidate], *, newest_only: bool) -> tuple[Candidate, ...]:
    """Return the newest candidate, or all of them from old to new.

    Each goes by the date in its name, else by its modification time; equal dates go
    by name with numbers read as numbers (``_10`` after ``_9``), then by full path.
    """
    ordered = sorted(candidates, key=_age_key)
    return tuple(ordered[-1:] if newest_only else ordered)


def _age_key(candidate: Candidate) -> tuple[datetime, list[tuple[int, int, str]], str]:
    named = date_in_name(candidate.name)
    if named is not None:
        age = datetime(named.year, named.month, named.day, tzinfo=UTC)
    else:
        age = candidate.modified_at or datetime.min.replace(tzinfo=UTC)
    stem = _folded(PurePosixPath(candidate.name).stem)
    natural = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"([0-9]+)", stem) if part]
    return age, natural, candidate.where


def _day(parts: dict[str, str | None]) -> date | None:
    year = int(parts.get("y") or 0) or 2000 + int(parts["yy"] or 0)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        if "w" in parts:
            return date.fromisocalendar(year, int(parts["w"] or 0), 1)
        return date(year, int(parts["m"] or 0), int(parts.get("d") or 1))
    except ValueError:
        return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def utc(timestamp: float) -> datetime:
    """Return seconds since 1970 as a UTC time; file systems may hold times outside the calendar."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=max(0.0, min(timestamp, 2**37)))
