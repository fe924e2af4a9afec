"""Files that the product wrote for people (outbox, work folders, the orchestrator's database): who is named in them?

A file names a person when it holds a full name (last and first) or a supplier's id
in a cell beside nothing else we could tell; ids of fewer than four characters are
too common to look for. Workbooks are unpacked for the search.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from schemas.identities import is_mention
from tasks.erase.people import Person

SHORTEST_ID = 4
SHORTEST_NAME = 2
_APOSTROPHES = ((b"&apos;", b"'"), (b"&#39;", b"'"), (b"&#x27;", b"'"), (b"\\u0027", b"'"))
_ESCAPES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), *_APOSTROPHES, (b"&amp;", b"&"))


def files_naming(folder: Path, person: Person) -> list[Path]:
    """Return the files below ``folder`` that name the person, sorted."""
    wanted = needles_of(person)
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _names(path, wanted)]


def needles_of(person: Person) -> list[tuple[bytes, ...]]:
    """Return what to look for: each entry must be there as a whole."""
    names = {
        (last.encode(), first.encode())
        for last, first, _ in person.spellings
        if len(last) >= SHORTEST_NAME and len(first) >= SHORTEST_NAME
    }
    ids = {(value.encode(),) for _, value in person.ids if len(value) >= SHORTEST_ID and not is_mention(value)}
    uids = {(uid.encode(),) for uid in person.person_uids}
    return sorted(names | ids | uids)


def _names(path: Path, wanted: Iterable[tuple[bytes, ...]]) -> bool:
    content = _content(path)
    return any(all(part in content for part in parts) for parts in wanted)


def _content(path: Path) -> bytes:
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                return b"\n".join(_plain(archive.read(member)) for member in archive.infolist())
        except (zipfile.BadZipFile, OSError, RuntimeError):
            pass  # no archive after all: searched as it lies there
    return _plain(path.read_bytes())


def _plain(markup: bytes) -> bytes:
    """Undo the escapes of XML and HTML, so that O'Brien is found as he is written."""
    for escaped, sign in _ESCAPES:
        markup = markup.replace(escaped, sign)
    return markup
