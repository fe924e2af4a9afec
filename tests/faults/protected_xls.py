"""Protect an old workbook (BIFF8, RC4) with a password: no Python library writes that, so it is done here."""

import struct
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

import xlwt
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from xlwt.CompoundDoc import XlsDoc

BOF, FILEPASS, INTERFACE, BOUNDSHEET = 0x809, 0x2F, 0xE1, 0x85
SALT, VERIFIER, BLOCK = bytes(range(16)), bytes(range(16, 32)), 1024


def save_protected(workbook: xlwt.Workbook, path: Path, password: str) -> None:
    """Save ``workbook`` so that only ``password`` opens it."""
    records = list(_records(workbook.get_biff_data()))
    start = _cipher(password, 0).encryptor()
    pass_record = struct.pack("<HHH", 1, 1, 1) + SALT + start.update(VERIFIER) + start.update(md5(VERIFIER).digest())
    records.insert(1, (FILEPASS, pass_record))
    filler = -sum(len(data) for _, data in records) % 4  # the container's own filling then ends with a whole record
    records.append((0, bytes(filler)))
    stream, ciphered = bytearray(), bytearray()
    for kind, data in records:
        if kind == BOUNDSHEET:  # the sheets begin later now
            data = struct.pack("<I", struct.unpack_from("<I", data)[0] + len(pass_record) + 4) + data[4:]
        stream += struct.pack("<HH", kind, len(data)) + data
        open_part = {BOF: len(data), FILEPASS: len(data), INTERFACE: len(data), BOUNDSHEET: 4}.get(kind, 0)
        ciphered += bytes(4 + open_part) + b"\1" * (len(data) - open_part)
    secret = b"".join(
        _cipher(password, number).encryptor().update(bytes(stream[at : at + BLOCK]))
        for number, at in enumerate(range(0, len(stream), BLOCK))
    )
    mixed = bytes(secret[i] if ciphered[i] else stream[i] for i in range(len(stream)))
    XlsDoc().save(str(path), mixed)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _cipher(password: str, block: int) -> "Cipher[None]":
    short = md5((md5(password.encode("utf-16-le")).digest()[:5] + SALT) * 16).digest()[:5]
    return Cipher(ARC4(md5(short + struct.pack("<I", block)).digest()), mode=None)
