"""Value maps: which delivered text means which canonical value, each with a score."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.countries import NATIONALITIES
from schemas.kinds import Column
from tasks.propose.contents import DeliveredColumn
from tasks.propose.meanings import BOOLEAN, BY_COLUMN, BY_VOCABULARY
from tasks.propose.spelling import fold, likeness

LEAST = 84
MOST_TEXTS = 60
READ_ANYWAY = frozenset(("ja", "j", "yes", "y", "1", "x", "wahr", "true", "nein", "n", "no", "0", "falsch", "false"))
"""Yes and no as the reader takes them without any map."""


@dataclass(frozen=True)
class ValueMap:
    """``found`` maps a delivered text to (canonical value, score); ``open`` are texts that nobody can place."""

    found: Mapping[str, tuple[str, int]]
    open: tuple[str, ...]
    needless: int = 0

    @property
    def share(self) -> float:
        """Share of the texts that have a meaning; 1 when there are none."""
        placed = len(self.found) + self.needless
        total = placed + len(self.open)
        return placed / total if total else 1.0


@dataclass(frozen=True)
class Words:
    """The words known for coded columns: by (kind, column), canonical value and its words."""

    learned: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]
    by_vocabulary: Mapping[str, Mapping[str, tuple[str, ...]]]

    def of(self, kind: str, column: Column) -> dict[str, list[str]]:
        """Return canonical value → words, the value itself among them."""
        words: dict[str, list[str]] = {value: [value] for value in column.values}
        listed = {value: tuple(text.split("|")) for value, text in BY_COLUMN.get((kind, column.name), {}).items()}
        sources: list[Mapping[str, tuple[str, ...]]] = [listed, self.learned.get((kind, column.name), {})]
        if column.vocabulary:
            own = BY_VOCABULARY.get(_list_of(column.vocabulary), {})
            sources += [
                self.by_vocabulary.get(column.vocabulary, {}),
                {value: tuple(text.split("|")) for value, text in own.items()},
            ]
        if column.type == "bool":
            sources.append({value: tuple(text.split("|")) for value, text in BOOLEAN.items()})
        for source in sources:
            for value, texts in source.items():
                words.setdefault(value, [value]).extend(texts)
        return words


def _list_of(vocabulary: str) -> str:
    return "offer_kind" if vocabulary == "offer_kind_or_family" else vocabulary


def map_values(delivered: DeliveredColumn, kind: str, column: Column, words: Words) -> ValueMap:
    """Propose a meaning for every distinct text of a coded column; equal scores go to the earlier value."""
    known = words.of(kind, column)
    allowed = NATIONALITIES if column.vocabulary == "nationality" else frozenset(known)
    found: dict[str, tuple[str, int]] = {}
    unknown, needless = [], 0
    for text, _ in delivered.texts.most_common(MOST_TEXTS):
        if column.type == "bool":
            readable = text.casefold() in READ_ANYWAY
        else:
            readable = bool({text, text.upper(), text.lower()} & allowed)
        if readable:
            needless += 1
        else:
            value, score = _best(text, known)
            if value in allowed and score >= LEAST:
                found[text] = (value, score)
            else:
                unknown.append(text)
    return ValueMap(found, tuple(unknown), needless)


def _best(text: str, known: Mapping[str, list[str]]) -> tuple[str, int]:
    best, best_rank = ("", 0), (0, 0)
    for value, texts in known.items():
        for word in texts:
            score = likeness(text, word)
            # Of equally good words the longer one says more: "Duldung § 60a" over "Duldung".
            rank = (score, len(fold(word)))
            if rank > best_rank:
                best, best_rank = (value, score), rank
    return best
