"""How headings and values are compared: folded, and with a score from 0 to 100."""

import re
import unicodedata
from functools import cache

from rapidfuzz import fuzz

EXACT = 100
WITHOUT_BLANKS = 97
ONE_OF_TWO_NAMES = 95
HOLDS_ALL_WORDS = 88
HOLDS_THE_WORD = 80
LEAST_ALIKE = 84
LONG_WORD = 6

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o"})
_REMARK = re.compile(r"[(\[][^)\]]*[)\]]")
_NO_WORD = re.compile(r"[^0-9a-z]+")


@cache
def fold(text: str) -> str:
    """Return words in small ASCII letters and digits, one blank between them; remarks in brackets go."""
    composed = unicodedata.normalize("NFC", text).casefold()
    bare = _REMARK.sub(" ", composed) if _REMARK.sub(" ", composed).strip() else composed
    plain = unicodedata.normalize("NFD", bare.translate(_UMLAUTS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", plain).strip()


@cache
def likeness(text: str, word: str) -> int:
    """Return how much ``text`` says the same as ``word``, 0 to 100; under 80 is nothing to build on.

    A heading in two languages ("Nachname / Surname") is as good as its better half.
    """
    best = _single(fold(text), fold(word))
    if best < ONE_OF_TWO_NAMES and re.search(r"[/|\n]", text):
        halves = [_single(fold(half), fold(word)) for half in re.split(r"[/|\n]", text) if half.strip()]
        best = max(best, min(ONE_OF_TWO_NAMES, max(halves, default=0)))
    return best


def _single(text: str, word: str) -> int:
    if not text or not word:
        return 0
    if text == word:
        return EXACT
    close, other = text.replace(" ", ""), word.replace(" ", "")
    if close == other:
        return WITHOUT_BLANKS
    words, wanted = set(text.split()), set(word.split())
    if wanted <= words:
        return HOLDS_ALL_WORDS if len(wanted) > 1 or len(word) >= LONG_WORD else HOLDS_THE_WORD
    score = max(fuzz.ratio(close, other), fuzz.token_sort_ratio(text, word)) if min(len(close), len(other)) > 4 else 0.0
    return round(score) if score >= LEAST_ALIKE else 0
