"""Fold names for comparison: what the contract calls equal becomes the same text.

Names are stored as written (NFC); only comparison folds. Equal after folding are
spellings that differ in composition (NFC or NFD), case, blanks, hyphens,
apostrophes, diacritics, ä/ae, ß/ss, ø/o and the order of first and last name
(source: CONTRACT.md section 5, Identity). To keep "equal" transitive, ä, ae and a
fold to one letter, and so do ö, oe, ø, o and ü, ue, u.
"""

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

# Latin letters of DIN 91379 that Unicode does not decompose; case is folded before.
LETTERS = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
        "ɛ": "e",
        "ɔ": "o",
        "ɖ": "d",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
        "ƴ": "y",
        "ƒ": "f",
        "ɣ": "g",
        "ɩ": "i",
        "ʊ": "u",
        "ʋ": "v",
        "ƶ": "z",
        "ǥ": "g",
        "ɲ": "n",
    }
)
UMLAUT = re.compile(r"([aou])e+")
# Signs for ayn, hamza and glottal stops as well as typewriter marks: letters for nobody who compares.
APOSTROPHES = re.compile(r"['’‘`´ʼʻʹʺʾʿ′″ˈˊˋ＇·]")
SEPARATORS = re.compile(r"[\W_]+")


def fold_name(text: str) -> str:
    """Return ``text`` in the spelling that is used for comparison only.

    Lower case without diacritics, parts separated by one blank, in the order
    written; empty when nothing but blanks and signs was given.
    """
    folded = _fold_once(text)
    while not text.isascii() and folded != text:  # compatibility letters may fold to letters that fold again
        text, folded = folded, _fold_once(folded)
    return folded


def _fold_once(text: str) -> str:
    plain = APOSTROPHES.sub("", unicodedata.normalize("NFC", text)).casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain.translate(LETTERS))
        bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
        plain = APOSTROPHES.sub("", bare.casefold().translate(LETTERS))
    return SEPARATORS.sub(" ", UMLAUT.sub(r"\1", plain)).strip()


def fold_names(names: Iterable[object]) -> list[str]:
    """Fold each name, each distinct spelling once; a missing name folds to empty text."""
    codes, distinct = pd.factorize(pd.Series(list(names), dtype=object), use_na_sentinel=True)
    folded = [fold_name(str(name)) for name in distinct]
    return [folded[code] if code >= 0 else "" for code in codes]


def name_key(last_name: str, first_name: str) -> str:
    """Return the folded parts of both names, sorted: equal whatever stood first."""
    return " ".join(sorted(f"{fold_name(last_name)} {fold_name(first_name)}".split()))


def joined_key(last_name: str, first_name: str) -> str:
    """Return the folded names without inner blanks, sorted: "Al Hasan" equals "AlHasan"."""
    fields = [fold_name(name).replace(" ", "") for name in (last_name, first_name)]
    return " ".join(sorted(field for field in fields if field))


def repair_encoding(text: str) -> str:
    """Return ``text`` with UTF-8 read as cp1252 put right ("Ã–zdemir" is "Özdemir"); for comparison only."""
    if not text.isascii() and any(sign in text for sign in "ÃÄÅ"):
        try:
            return text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
    return text
