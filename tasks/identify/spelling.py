"""Read one name part the ways clerks write it down: romanisations, articles, phonetics.

A part of an Arabic, Persian, Kurdish, Tigrinya, Somali or Turkish name reaches us
in English, French, German or Turkish letters, and one letter means different
sounds in them ("c" is k, dj or silent). So a part has several readings, and two
parts are the same name when they agree in one reading. Phonetics (Kölner
Phonetik) is far coarser; it finds candidates and never scores them.
"""

import re
from functools import cache

import yaml

from config.folders import SAME_NAMES
from tasks.identify.folding import fold_name

# Articles and words of descent that offices add, drop or glue on.
ARTICLES = ("al", "el", "ul", "il", "ad", "ed", "ar", "er", "as", "es", "az", "ash", "at", "an", "bin", "ibn", "bint")
PARTICLES = frozenset((*ARTICLES, "van", "von", "de", "da", "di", "du", "la", "le", "zu", "der", "den", "del"))
# What clerks write where they know no name.
NOBODY = frozenset(("unbekannt", "unknown", "nn", "n", "ohne", "keine", "kein", "angabe", "ka", "xx", "xxx"))
# "Servant of …", in any spelling, and family names that offices write in one word or two.
SERVANT = frozenset(("abd", "abdul", "abdel", "abdal", "abdil", "abdu", "abdur", "abder", "abdou", "abdoul"))
CLAN = frozenset(("ben", "ould", "uld", "ait", "bou"))

Rule = tuple[re.Pattern[str], str]


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


# Before every reading; capital letters are sounds that later rules must not touch.
SHARED = _rules(
    (r"tsch|tch", "ç"),
    (r"dsch|dzh|dj", "j"),
    (r"sch|sh", "s"),
    (r"zh", "j"),
    (r"t[sz]", "z"),
    (r"kh", "h"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"dh", "d"),
    (r"ck|q", "k"),
)
# English and French letters; Turkish, Kurdish and German ones; Somali ones and French ch.
READINGS = (
    _rules((r"^di(?=[ae])", "j"), (r"ch", "h"), (r"ç", "tʃ"), (r"ks|x", "h"), (r"c", "k"), (r"gh", "g"), (r"w", "u")),
    _rules((r"ch|ç|c", "j"), (r"x", "h"), (r"gh", "k"), (r"w", "v"), (r"z", "s")),
    _rules((r"ch|ç", "s"), (r"x", "h"), (r"c", ""), (r"gh", "g"), (r"w", "u"), (r"j", "i")),
)
VOWELS = _rules(
    (r"ee|ie", "i"),
    (r"oo|ou", "u"),
    (r"[ae][iyj](?![aeiou])", "ai"),
    (r"y", "i"),
    (r"o", "u"),
    (r"(.)\1+", r"\1"),
    (r"(?<=.)h$", ""),
    (r"^abd[aeiu]?(?:l|r)?(?=[^aeiu].)", "abd"),
)
ARTICLE = re.compile(r"^[ae]l(?=[^aeiouy]\w{3}|\w{5})")

KOELNER = _rules(
    (r"[^a-z]", ""),
    (r"^c(?=[ahkloqrux])", "4"),
    (r"(?<![sz])c(?=[ahkoqux])", "4"),
    (r"c", "8"),
    (r"[dt](?=[csz])", "8"),
    (r"(?<!^)(?<=[ckq])x", "8"),
    (r"x", "48"),
    (r"ph", "3"),
    (r"[fvw]", "3"),
    (r"[bp]", "1"),
    (r"[dt]", "2"),
    (r"[gkq]", "4"),
    (r"l", "5"),
    (r"[mn]", "6"),
    (r"r", "7"),
    (r"[sz]", "8"),
    (r"[aeijouy]", "0"),
    (r"h", ""),
    (r"(\d)\1+", r"\1"),
    (r"(?<=.)0", ""),
)


def _apply(rules: tuple[Rule, ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def readings(part: str) -> tuple[str, ...]:
    """Return the readings of a folded name part, always six, always in the same order.

    Three alphabets, each with e heard as a and as i ("Mehdi" is "Mahdi", "Reza" is
    "Riza"). Two parts are spellings of one name when they agree at one position. Of a
    name that another language writes otherwise ("Serhii", "Sergej") the last reading is
    that of the form they share.
    """
    own = _readings(part)
    form = same_names().get(part, part)
    return own if form == part else (*own[:-1], _readings(form)[-1])


def _readings(part: str) -> tuple[str, ...]:
    shared = _apply(SHARED, ARTICLE.sub("", part))
    heard = [_apply(VOWELS, _apply(reading, shared)) or part for reading in READINGS]
    return tuple(_squeeze(text.replace("e", vowel)) for text in heard for vowel in "ai")


@cache
def same_names() -> dict[str, str]:
    """Return the shared form by each folded form of the names that ``config/identity/same-names.yaml`` lists."""
    found: dict[str, str] = {}
    for lines in yaml.safe_load(SAME_NAMES.read_text(encoding="utf-8")).values():
        for line in lines:
            forms = [fold_name(form) for form in line.split("/")]
            found.update(dict.fromkeys(forms, forms[0]))
    return found


def _squeeze(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)


def split_parts(folded: str) -> list[str]:
    """Return the parts of a folded name that tell persons apart.

    Articles, words of descent and words for "unknown" go, unless nothing but articles
    stands there; "Abd al Rahman" is one part.
    """
    words = folded.split()
    parts: list[str] = []
    waiting = ""
    for word in words:
        if not waiting and (word in SERVANT or word in CLAN):
            waiting = "abdul" if word in SERVANT else word
        elif word in PARTICLES or word in NOBODY:
            continue
        else:
            parts.append(waiting + ARTICLE.sub("", word) if waiting else word)
            waiting = ""
    if waiting:
        parts.append(waiting)
    return parts or [word for word in words if word not in NOBODY]


def koelner(part: str) -> str:
    """Return the Kölner Phonetik code of a folded name part (Postel 1969), vowels inside dropped."""
    return _apply(KOELNER, ARTICLE.sub("", part)) or part[:1]
