"""Everything that is wrong with a county folder, collected before anyone is told.

A data admin mends a folder in one go when all places are named at once, so no
reader stops at the first finding.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from schemas.errors import ConfigInvalid
from schemas.messages import say

CLOSE_ENOUGH = 60.0
"""Below this likeness (0 to 100) a suggestion would puzzle more than help."""


@dataclass(frozen=True, order=True)
class Problem:
    """One finding; line and column count from 1."""

    file: str
    line: int
    column: int
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


@dataclass
class Problems:
    """Findings in the order met; ``raise_if_any`` tells them all at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: Path, line: int, column: int, code: str, /, **params: object) -> None:
        """Record one finding in words of message ``code``."""
        self.found.append(Problem(str(file), line, column, code, say(code, **params)))

    def raise_if_any(self) -> None:
        """Raise ConfigInvalid (exit 3) that lists every finding, by file and place."""
        if self.found:
            lines = [str(problem) for problem in sorted(set(self.found))]
            raise ConfigInvalid("E100", count=len(lines), problems="\n".join(lines))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean …?)" with the nearest of ``known``, or an empty text."""
    best = process.extractOne(
        word, sorted(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=CLOSE_ENOUGH
    )
    return say("E190", guess=best[0]) if best else ""
