"""Which encoding a text file has: policy, not guessing.

A byte order mark wins, then what the source says (strictly), then strict UTF-8, then
cp1252. A byte that the encoding does not know is refused with its row.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tasks.conform.reading.refusal import Refused

READ_BYTES = 4 * 1024 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def choose_encoding(path: Path, told: str | None) -> tuple[str, int]:
    """Return the codec's name and how many bytes of mark to skip."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in BOMS:
        if start.startswith(mark):
            if name == "utf-8":
                _require_utf8(path)
            return name, len(mark)
    if told is None:
        return ("utf-8" if _bad_utf8_row(path) is None else "cp1252"), 0
    try:
        name = codecs.lookup(told).name
    except LookupError:
        raise Refused("E356", encoding=told) from None
    if name in {"utf-8", "utf-8-sig"}:
        _require_utf8(path)
        return "utf-8", 0
    return name, 0


def _require_utf8(path: Path) -> None:
    row = _bad_utf8_row(path)
    if row is not None:
        raise Refused("E355", encoding="utf-8", row=row)


def _bad_utf8_row(path: Path) -> int | None:
    """Return the line of the first byte that is not UTF-8, or None."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    passed = 0
    with path.open("rb") as file:
        try:
            while block := file.read(READ_BYTES):
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
                passed += len(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as exc:
            return 1 + _lines_within(path, 0, passed) + exc.object[: exc.start].count(b"\n")
    return None


def _lines_within(path: Path, start: int, size: int, encoding: str = "utf-8") -> int:
    """Count line ends in ``size`` bytes from ``start``; asked only where something broke."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    lines = 0
    with path.open("rb") as file:
        file.seek(start)
        while size > 0 and (block := file.read(min(READ_BYTES, size))):
            lines += decoder.decode(block).count("\n")
            size -= len(block)
    return lines


def utf8_blocks(path: Path, encoding: str, skip: int) -> Iterator[bytes]:
    """Yield the file as UTF-8, block by block; a block ends between two characters.

    UTF-8 was checked when it was chosen and passes as it is.
    """
    if encoding != "utf-8":
        yield from _without_end_mark(_transcoded(path, encoding, skip))
        return
    with path.open("rb") as file:
        file.seek(skip)
        yield from _without_end_mark(_whole_characters(file))


def _without_end_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Drop the end-of-file mark (Ctrl-Z) that exports of the DOS age write behind the last line."""
    held = b""
    for block in blocks:
        if held:
            yield held
        held = block
    if held := held.rstrip(b"\x1a"):
        yield held


def _whole_characters(file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := file.read(READ_BYTES):
        block = rest + block
        end = len(block)
        while end and block[end - 1] & 0xC0 == 0x80:
            end -= 1  # back to the lead byte of the last character
        end = end - 1 if end and block[end - 1] >= 0xC0 else len(block)
        rest = block[end:]
        yield block[:end]
    if rest:
        yield rest


def _transcoded(path: Path, encoding: str, skip: int) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    passed = 0
    with path.open("rb") as file:
        file.seek(skip)
        while True:
            block = file.read(READ_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as exc:
                row = 1 + _lines_within(path, skip, passed, encoding)
                row += exc.object[: exc.start].decode(encoding, "ignore").count("\n")
                raise Refused("E355", encoding=encoding, row=row) from None
            if text:
                yield text.encode("utf-8")
            if not block:
                return
            passed += len(block)
