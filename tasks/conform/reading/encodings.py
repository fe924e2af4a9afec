"""Which encoding a text file has: policy, not guessing.

A byte order mark wins, then what the source says (strictly), then strict UTF-8, then
cp1252. A byte that the encoding does not know is refused with its row.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from tasks.conform.reading.refusal import Refused

READ_BYTES = 4 * 1024 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def choose_encoding(path: Path, told: str | None) -> tuple[str, int]:
    """Return the codec's name and how many bytes of mark to skip."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in BOMS:
        if start.startswith(mark):
            return name, len(mark)
    if told is not None:
        try:
            name = codecs.lookup(told).name
        except LookupError:
            raise Refused("E356", encoding=told) from None
        return ("utf-8" if name == "utf-8-sig" else name), 0
    return ("utf-8" if _is_utf8(path) else "cp1252"), 0


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(READ_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def utf8_blocks(path: Path, encoding: str, skip: int) -> Iterator[bytes]:
    """Yield the file as UTF-8, block by block; the blocks end anywhere between two characters."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        file.seek(skip)
        while True:
            block = file.read(READ_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as exc:
                row = lines + 1 + exc.object[: exc.start].decode(encoding, "ignore").count("\n")
                raise Refused("E355", encoding=encoding, row=row) from None
            if text:
                lines += text.count("\n")
                yield text.encode("utf-8")
            if not block:
                return
