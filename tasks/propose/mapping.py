"""Which record kinds a table holds, and which heading feeds which canonical column.

Scores run from 0 to 100. A heading feeds one column of a kind; only references
(person_id, offer_id, run_id) serve several kinds. Blocks that repeat in a row
("Kontakt 1", "Kontakt 2") become a list of mappings.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.kinds import KINDS, Column, Kind
from tasks.propose.contents import DeliveredColumn, date_share, number_share
from tasks.propose.spelling import EXACT, fold, likeness
from tasks.propose.synonyms import names_of
from tasks.propose.values import ValueMap, Words, map_values

LEAST = 76
LEAST_BESIDE = 86
"""A further kind is proposed only where its own date or id is named this clearly."""
LEARNED = EXACT + 2
REFERENCES = ("person_id", "offer_id", "run_id")
MISSING_COSTS = 1.2
MAY_BE_FIXED = {("contacts", "two_way"), ("consents", "purpose")}
"""Required columns that the proposal fills by itself where no heading names them."""


@dataclass(frozen=True)
class Known:
    """What is known before the file is seen: learned headings by (kind, column), words of codes, communes."""

    headings: Mapping[tuple[str, str], frozenset[str]]
    words: Words


@dataclass(frozen=True)
class Match:
    """One canonical column and the delivered one that feeds it."""

    column: Column
    delivered: DeliveredColumn
    score: int
    values: ValueMap | None = None


@dataclass(frozen=True)
class Proposed:
    """One record kind: its blocks, each canonical column name → match, and the required columns that nobody feeds."""

    kind: Kind
    blocks: tuple[Mapping[str, Match], ...]
    missing: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        """How well the kind fits: what is matched, minus what is missing."""
        return sum(m.score for m in self.blocks[0].values()) / EXACT - MISSING_COSTS * len(self.missing)


@dataclass
class _Heading:
    delivered: DeliveredColumn
    base: str
    block: int | None = field(default=None)


def propose_kinds(columns: Sequence[DeliveredColumn], known: Known, only: str | None = None) -> list[Proposed]:
    """Return the kind that fits best and those that stand beside it in the same rows, the main one first."""
    headings = _blocks(columns)
    candidates = [_proposed(kind, headings, known) for kind in KINDS.values() if only in (None, kind.name)]
    fitting = [found for found in candidates if found.blocks[0]]
    if not fitting:
        return []
    main = max(fitting, key=lambda found: found.worth)
    chosen = [main]
    used = _own(main)
    for kind in KINDS.values():
        if kind.name == main.kind.name or "person_id" not in main.blocks[0] or "person_id" not in kind.names:
            continue
        beside = _proposed(kind, [h for h in headings if h.delivered.position not in used], known)
        own = kind.key_date or kind.key[0]
        match = beside.blocks[0].get(own)
        if match is not None and match.score >= LEAST_BESIDE and not beside.missing:
            chosen.append(beside)
            used |= _own(beside)
    return chosen


def _own(found: Proposed) -> set[int]:
    return {m.delivered.position for block in found.blocks for name, m in block.items() if name not in REFERENCES}


def _blocks(columns: Sequence[DeliveredColumn]) -> list[_Heading]:
    """Name the block of headings that repeat but for a number, or for "Wieder-"."""
    headings = [_Heading(column, *_split_number(column.header)) for column in columns if column.header]
    bases = [fold(heading.base) for heading in headings]
    for heading, base in zip(headings, bases, strict=True):
        if bases.count(base) < 2:
            heading.base, heading.block = heading.delivered.header, None
        elif heading.block is None:
            heading.block = 1
    return headings


def _split_number(header: str) -> tuple[str, int | None]:
    found = re.search(r"(?<![\d.])([1-9])(?![\d:])\.?", header)
    if found:
        return (header[: found.start()] + " " + header[found.end() :]).strip(" .-_"), int(found.group(1))
    again = re.match(r"wieder-?(?=\w)", header, re.IGNORECASE)
    return (header[again.end() :], 2) if again else (header, None)


def _proposed(kind: Kind, headings: Sequence[_Heading], known: Known) -> Proposed:
    found = {heading.block for heading in headings if heading.block is not None}
    numbers: list[int | None] = [*sorted(found)] or [None]
    blocks = [_assign(kind, [h for h in headings if h.block in (None, number)], known) for number in numbers]
    positions = {h.delivered.position for h in headings if h.block is not None}
    own = kind.key_date or kind.key[0]
    repeated = [b for b in blocks if own in b and b[own].delivered.position in positions]
    chosen = repeated if len(repeated) > 1 and kind.key_date else blocks[:1]
    return Proposed(kind, _with_all_words(chosen), _missing(kind, chosen[0]))


def _with_all_words(blocks: list[dict[str, Match]]) -> tuple[dict[str, Match], ...]:
    """Blocks that repeat share their words: what stands in one of them today stands in another tomorrow."""
    if len(blocks) < 2:
        return tuple(blocks)
    words: dict[str, dict[str, tuple[str, int]]] = {}
    for block in blocks:
        for name, match in block.items():
            words.setdefault(name, {}).update(match.values.found if match.values else {})
    return tuple(
        {
            name: replace(match, values=replace(match.values, found=words[name])) if match.values else match
            for name, match in block.items()
        }
        for block in blocks
    )


def _missing(kind: Kind, block: Mapping[str, Match]) -> tuple[str, ...]:
    missing = [name for name in kind.required if name not in block and (kind.name, name) not in MAY_BE_FIXED]
    if kind.name == "enrolments" and "person_id" not in block:
        missing += [name for name in ("last_name", "first_name", "birth_date") if name not in block]
    return tuple(missing)


def _assign(kind: Kind, headings: Sequence[_Heading], known: Known) -> dict[str, Match]:
    """Give each column the heading that scores best for it; the best pair of all goes first."""
    pairs = []
    for order, column in enumerate(kind.columns):
        for heading in headings:
            score = _name_score(kind, column, heading, known)
            if score >= LEAST:
                match = _fitted(kind, column, heading.delivered, score, known)
                if match.score >= LEAST:
                    pairs.append((-match.score, order, heading.delivered.position, match))
    chosen: dict[str, Match] = {}
    taken: set[int] = set()
    for _, _, position, match in sorted(pairs, key=lambda pair: pair[:3]):
        if match.column.name not in chosen and position not in taken:
            chosen[match.column.name] = match
            taken.add(position)
    return {column.name: chosen[column.name] for column in kind.columns if column.name in chosen}


def _name_score(kind: Kind, column: Column, heading: _Heading, known: Known) -> int:
    learned = known.headings.get((kind.name, column.name), frozenset())
    if fold(heading.delivered.header) in learned:
        return LEARNED
    names = names_of(kind.name, column.name)
    return max(max(likeness(heading.base, name), likeness(heading.delivered.header, name)) for name in names)


def _fitted(kind: Kind, column: Column, delivered: DeliveredColumn, score: int, known: Known) -> Match:
    """Let the cells speak for or against what the heading says."""
    values = None
    if column.type == "date":
        score -= 60 if date_share(delivered) < 0.5 else 0
    elif column.type in ("int", "number"):
        score -= 60 if number_share(delivered) < 0.5 or _is_dates(delivered) else 0
    elif column.type in ("code", "bool") and column.vocabulary != "postcode":
        values = map_values(delivered, kind.name, column, known.words)
        score -= 40 if values.share < 0.25 else 12 if values.share < 0.5 else 0
        if column.vocabulary == "ags":
            score, values = _place_score(delivered, score, values)
    elif column.personal and delivered.filled:
        score -= 60 if number_share(delivered) > 0.6 and column.name != "phone" else 0
    elif _is_dates(delivered):
        score -= 60
    return Match(column, delivered, score, values)


def _place_score(delivered: DeliveredColumn, score: int, values: ValueMap) -> tuple[int, ValueMap | None]:
    """A commune is given by its key, or by its name; keys need no map."""
    keys = sum(bool(re.match(r"0?[0-9]{7}\Z", text)) for text in delivered.texts)
    if delivered.texts and keys * 2 >= len(delivered.texts):
        return score + 1, None
    return score, values


def _is_dates(delivered: DeliveredColumn) -> bool:
    return delivered.filled > 0 and date_share(delivered) > 0.8 and number_share(delivered) < 0.5
