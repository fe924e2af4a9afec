"""May an archived file hold a person? A cheap look that never overlooks, before a file is opened in a child process.

Everything that can make a row the person's (ids, folded names) must stand in the
file's own text, folded the same way. Where that text cannot be had without a
reader (other formats, zips, odd encodings, escapes), the answer is yes.
"""

import html
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from schemas.identities import is_mention
from tasks.erase.people import Person

Fold = Callable[[str, str], str]
Wanted = frozenset[frozenset[str]]
"""Folded words, by what they stand for: one of these sets, as a whole, makes a row the person's."""

_UNSEEN = dict.fromkeys(code for code in range(0x10000) if unicodedata.category(chr(code)) == "Cf")
_CELL_END = re.compile(r"</(?:\w+:)?(?:si|is|c|v|f|row)>")
_TAG = re.compile(r"<[^>]*>")
_ODD_XML = re.compile(rb"<!|_x[0-9A-Fa-f]|encoding=.(?!UTF-8|utf-8)|<v>-?[0-9.]+[eE]\+?[0-9]|<v>-?[0-9]+\.[0-9]{12}")
_RUN = re.compile(rb"<(?:\w+:)?r(?:Ph)?[ >]")
"""Formatting within a cell: its tags, and blanks between them, may cut a word."""
_SHOWN = re.compile(r"\d{4,}-\d\d-\d\d(T.*)?|-?\d+:\d\d(:\d\d)?|true|false|-?[\d.]+[eE][-+]?\d+")
"""What a workbook's reader makes of a number or a date: such an id stands in the file in other letters."""
_NO_CELLS = ("xl/theme/", "xl/drawings/", "xl/charts/", "xl/comments", "xl/styles", "docProps/")
_MOST_XML = 200_000_000  # bytes unpacked; more than that is the guarded reader's matter


def wanted_of(person: Person, fold: Fold) -> Wanted:
    """Return what to look for; empty where nothing is known of the person, or an id may stand in a file otherwise."""
    if any(_SHOWN.fullmatch(value) for _, value in person.ids):
        return frozenset()
    ids = {frozenset(fold(value, "").split()) for _, value in person.ids if not is_mention(value)}
    names = {frozenset(fold(last, first).split()) for last, first, _ in person.spellings}
    return frozenset(ids | (names - {frozenset()}))


def may_hold(path: Path, form: str, encoding: str | None, wanted: Wanted, fold: Fold) -> bool:
    """Tell whether a file of format ``form`` may hold a row of the person."""
    if not wanted:
        return True
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        return form != "excel" or _book_may_hold(path, wanted, fold)
    text = _text(content, form, encoding)
    if text is None:
        return True
    return _names(text.translate(_UNSEEN), wanted, fold)


def _text(content: bytes, form: str, encoding: str | None) -> str | None:
    if form not in ("csv", "sql", "json") or content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf\x11\xe0")):
        return None
    try:
        if form == "json":
            document = json.loads(_decoded(content, encoding), parse_float=str, parse_int=str)
            return " ".join(_strings(document))
        return _decoded(content, encoding)
    except (ValueError, LookupError, RecursionError):
        return None


def _decoded(content: bytes, encoding: str | None) -> str:
    """Decode as the reader does: byte order mark, what the source says, else strict UTF-8, then cp1252."""
    if encoding is not None and not content.startswith(b"\xef\xbb\xbf"):
        return content.decode(encoding)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
    elif isinstance(node, str):
        yield node


def _book_may_hold(path: Path, wanted: Wanted, fold: Fold) -> bool:
    """Look into an xlsx; where tags may cut a word (rich text) parts of words count; other workbooks must be read."""
    try:
        with zipfile.ZipFile(path) as book:
            members = [each for each in book.infolist() if each.filename.endswith(".xml")]
            is_xlsx = any(each.filename == "xl/workbook.xml" for each in members)
            if not is_xlsx or sum(each.file_size for each in members) > _MOST_XML:
                return True
            contents = {each.filename: book.read(each) for each in members}
        if any(_ODD_XML.search(content) for content in contents.values()):
            return True
        texts = [_TAG.sub("", _CELL_END.sub(" ", content.decode("utf-8"))) for content in contents.values()]
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError):
        return True
    text = html.unescape(" ".join(texts)).translate(_UNSEEN)
    if any(_RUN.search(contents[name]) for name in contents if not name.startswith(_NO_CELLS)):
        solid = _solid(text, fold)
        return any(all(word in solid for word in each) for each in wanted)
    return _names(text, wanted, fold)


def _names(text: str, wanted: Wanted, fold: Fold) -> bool:
    words = set(fold(text, "").split())
    return any(each <= words for each in wanted)


def _solid(text: str, fold: Fold) -> str:
    """Return the folded words one behind the other without blanks, each folded by itself."""
    words = re.split(r"\s+", text)
    known = {word: "".join(fold(word, "").split()) for word in set(words)}
    return "".join(known[word] for word in words)
