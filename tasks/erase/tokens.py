"""Keyed tokens of persons who were erased: enough to know a row again, useless without the key.

Three kinds: ``id`` (source and the supplier's id), ``born`` (folded name and full
birth date that is not 1 January) and ``name`` (folded name; it only speaks about
rows that are broken and have no readable birth date). A token is
``key id:kind:HMAC-SHA256``, cut to 160 bits.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tasks.keys import key_id

ID_LENGTH = 8
DIGEST_LENGTH = 40


@dataclass(frozen=True)
class Naming:
    """How names are folded and mentions numbered (the identify stage's own functions)."""

    fold: Callable[[str, str], str]
    mention: Callable[[object, object, object, object], str]


def make_token(key: bytes, kind: str, *parts: str) -> str:
    """Return the token of one fact about a person."""
    text = "\x1f".join((kind, *parts))
    return f"{key_id(key, ID_LENGTH)}:{kind}:{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:DIGEST_LENGTH]}"


def is_vague(birth_date: str) -> bool:
    """Tell whether a birth date names nobody: missing, or the 1 January of unknown days."""
    return not birth_date or birth_date.endswith("-01-01")


@dataclass(frozen=True)
class Suppressed:
    """Who must not come back: erasure ids by token, and the keys that made the tokens."""

    erasures: Mapping[str, str]
    keys: tuple[bytes, ...]

    @cached_property
    def _used(self) -> tuple[bytes, ...]:
        named = {token.split(":")[0] for token in self.erasures}
        return tuple(key for key in self.keys if key_id(key, ID_LENGTH) in named)

    @cached_property
    def missing_keys(self) -> frozenset[str]:
        """Ids of keys that made tokens and are not at hand: these persons could come back unseen."""
        held = {key_id(key, ID_LENGTH) for key in self.keys}
        return frozenset(token.split(":")[0] for token in self.erasures) - held

    def by_id(self, source: str, person_id: str) -> str | None:
        """Return the erasure that names this id of a source."""
        return self._find("id", source, person_id)

    def by_birth(self, name_key: str, birth_date: str) -> str | None:
        """Return the erasure that names this folded name and full birth date."""
        if not name_key or is_vague(birth_date):
            return None
        return self._find("born", name_key, birth_date)

    def by_name(self, name_key: str) -> str | None:
        """Return the erasure that names this folded name; for broken rows without a birth date only."""
        return self._find("name", name_key) if name_key else None

    def with_tokens(self, more: Iterable[tuple[str, str]]) -> "Suppressed":
        """Return a copy that knows more tokens (token, erasure id)."""
        return Suppressed({**self.erasures, **dict(more)}, self.keys)

    def _find(self, kind: str, *parts: str) -> str | None:
        found = (self.erasures.get(make_token(key, kind, *parts)) for key in self._used)
        return next((each for each in found if each is not None), None)
