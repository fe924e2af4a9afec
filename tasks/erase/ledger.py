"""The list of erasures outside the database, so that a restored database learns of them.

Two copies: beside the keys (``state/keys/erasures.jsonl``) and in the county's
folder (``erasures.jsonl``, where that may be written): whoever restores on a bare
machine has the county's folder. Lines are only appended, each synced to disk; a
line that a killed process tore is passed over. Tokens tell nothing without the key.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

FILE = "erasures.jsonl"


@dataclass(frozen=True)
class Erasure:
    """One erasure: its number, who asked when and why (no name), the tokens, whether it was lifted since."""

    erasure_id: str
    asked_at: str
    asked_by: str
    reason: str
    tokens: frozenset[str] = field(default_factory=frozenset)
    lifted: bool = False
    keeps: bool = True
    """False: an erasure by retention, which is carried out once and keeps nobody away."""


@dataclass(frozen=True)
class Ledger:
    """The list of one county, read from and written to both places."""

    county: str
    places: tuple[Path, ...]

    def erasures(self) -> dict[str, Erasure]:
        """Return every erasure by number, all copies together."""
        found: dict[str, Erasure] = {}
        for line in self._lines():
            _take(found, line)
        return found

    def append(self, document: dict[str, Any]) -> None:
        """Add one line to every copy; the first must succeed, the others may be on a read-only place."""
        line = json.dumps({"county": self.county, **document}, ensure_ascii=False, sort_keys=True)
        _append(self.places[0], [line])
        for place in self.places[1:]:
            with suppress(OSError):
                _append(place, [line])

    def heal(self) -> None:
        """Bring to every copy what only another one has."""
        everything = self._lines()
        for place in self.places:
            missing = [line for line in everything if line not in set(_read(place))]
            if missing:
                with suppress(OSError):
                    _append(place, missing)

    def _lines(self) -> list[str]:
        lines = dict.fromkeys(line for place in self.places for line in _read(place))
        own = f'"county": {json.dumps(self.county)}'
        return [line for line in lines if own in line]


def ledger_of(county: str, state: Path, folder: Path) -> Ledger:
    """Return the list of a county whose state and configuration lie in these folders."""
    return Ledger(county, (state / "keys" / FILE, folder / FILE))


def document_of(erasure: Erasure) -> dict[str, Any]:
    """Return the line that records an erasure."""
    return {
        "erasure": erasure.erasure_id,
        "asked_at": erasure.asked_at,
        "asked_by": erasure.asked_by,
        "reason": erasure.reason,
        "tokens": sorted(erasure.tokens),
        "keeps": erasure.keeps,
    }


def _take(found: dict[str, Erasure], line: str) -> None:
    document = json.loads(line)
    number = document["erasure"]
    if "tokens" in document and number not in found:
        found[number] = Erasure(
            number,
            document.get("asked_at", ""),
            document.get("asked_by", ""),
            document.get("reason", ""),
            frozenset(document["tokens"]),
            keeps=document.get("keeps", True),
        )
    elif number in found:
        known = found[number]
        tokens = known.tokens | frozenset(document.get("tokens", ())) | frozenset(document.get("learned", ()))
        found[number] = replace(known, tokens=tokens, lifted=known.lifted or "lifted_at" in document)


def _read(place: Path) -> list[str]:
    """Return the whole lines of a copy; a torn one is left out."""
    try:
        lines = place.read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
    return [line for line in lines if _is_whole(line)]


def _is_whole(line: str) -> bool:
    try:
        return "erasure" in json.loads(line)
    except (ValueError, TypeError):
        return False


def _append(place: Path, lines: Iterable[str]) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as file:
        size = file.seek(0, os.SEEK_END)
        torn = False
        if size:
            file.seek(size - 1)
            torn = file.read(1) != b"\n"
        file.write(("\n" * torn + "".join(f"{line}\n" for line in lines)).encode())
        file.flush()
        os.fsync(file.fileno())
