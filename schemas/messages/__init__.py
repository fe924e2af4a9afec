"""Every sentence the product says, by stable id, in German and English.

One module a room (``schemas/messages/<room>.py``) holds ``MESSAGES``; this
package merges them and refuses an id that stands twice. Parameters are places,
counts and names of files, columns or rules, never a cell's value.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple


class Message(NamedTuple):
    """One sentence in both languages, with ``str.format`` parameters."""

    de: str
    en: str


def _merged() -> dict[str, Message]:
    merged: dict[str, Message] = {}
    for room in iter_modules(__path__):
        messages: Mapping[str, Message] = import_module(f"{__name__}.{room.name}").MESSAGES
        twice = merged.keys() & messages.keys()
        if twice:
            raise RuntimeError(f"message ids stand twice: {sorted(twice)}")
        merged.update(messages)
    return merged


def language() -> str:
    """Return ``de`` (default) or ``en``, from TEILHABE_LANG."""
    return "en" if os.environ.get("TEILHABE_LANG", "de").lower().startswith("en") else "de"


def say(code: str, /, **params: object) -> str:
    """Return the sentence ``code`` in the reader's language, parameters filled in."""
    message = CATALOGUE[code]
    text = message.en if language() == "en" else message.de
    return text.format(**params)


CATALOGUE = _merged()
