"""Encryption at rest of archived files: AES-256-GCM in chunks, one derived key a file.

Layout: ``TLHARCH1`` · key id (8 bytes) · salt (16 bytes) · chunks of 1 MiB, each with
its 16-byte tag. The file's key is HKDF-SHA256 of the archive key with the salt, so a
chunk's counter is a nonce that never repeats. Header and sha256 are bound into every
tag and the last chunk is marked: a cut, a swap of files or of chunks does not open.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from schemas.errors import SourceUnavailable
from tasks.keyring import ID_BYTES, KEY_BYTES, Keyring, key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEALED_SUFFIX = ".aead"
BACKUP = "backup"
"""What a sealed backup is bound to, as an archived file is to its sha256."""
_MAGIC = b"TLHARCH1"
_SALT_BYTES = 16
_CHUNK = 1 << 20
_TAG = 16


class SealBroken(Exception):
    """A sealed object does not open: cut, changed or not ours."""


def is_sealed(path: Path) -> bool:
    """Tell whether a file is a sealed one."""
    with path.open("rb") as source:
        return source.read(len(_MAGIC)) == _MAGIC


def key_id_of_header(source: BinaryIO) -> bytes:
    """Read the id of the key that sealed an object."""
    return source.read(len(_MAGIC) + ID_BYTES)[len(_MAGIC) :]


def sealed(chunks: Iterator[bytes], sha256: str, key: bytes) -> Iterator[bytes]:
    """Yield the sealed form of a content that is known as ``sha256``."""
    sink = BytesIO()
    writer = SealedWriter(sink, sha256, key)
    for chunk in chunks:
        writer.write(chunk)
        yield _taken(sink)
    writer.close()
    yield _taken(sink)


def _taken(sink: BytesIO) -> bytes:
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content


class SealedWriter:
    """A file that seals what is written into it; ``close`` writes the last chunk and leaves the sink open."""

    def __init__(self, sink: BinaryIO, identity: str, key: bytes) -> None:
        """Write the header into ``sink``."""
        self._sink, self._identity = sink, identity
        self._header = _MAGIC + key_id(key) + os.urandom(_SALT_BYTES)
        self._seal = _cipher(key, self._header)
        self._held, self._number = bytearray(), 0
        sink.write(self._header)

    def write(self, data: bytes) -> int:
        """Take bytes; whole chunks are sealed and written."""
        self._held += data
        while len(self._held) > _CHUNK:
            self._put(bytes(self._held[:_CHUNK]), last=False)
            del self._held[:_CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last chunk."""
        self._put(bytes(self._held), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        bound = _bound(self._header, self._identity, last=last)
        self._sink.write(self._seal.encrypt(_nonce(self._number), chunk, bound))
        self._number += 1


def unsealed(source: BinaryIO, sha256: str, keys: Keyring) -> Iterator[bytes]:
    """Yield the content of a sealed object, chunk by chunk, each one authentic.

    Raises:
        SourceUnavailable: E212 the key is not at hand.
        SealBroken: cut, changed, or sealed for another identity.
    """
    from cryptography.exceptions import InvalidTag

    header = source.read(len(_MAGIC) + ID_BYTES + _SALT_BYTES)
    if len(header) != len(_MAGIC) + ID_BYTES + _SALT_BYTES or not header.startswith(_MAGIC):
        raise SealBroken
    wanted = header[len(_MAGIC) : len(_MAGIC) + ID_BYTES]
    key = keys.find(wanted)
    if key is None:
        raise SourceUnavailable("E212", sha256=sha256, key_id=wanted.hex())
    seal, number = _cipher(key, header), 0
    chunk = source.read(_CHUNK + _TAG)
    while True:
        following = source.read(_CHUNK + _TAG)
        try:
            yield seal.decrypt(_nonce(number), chunk, _bound(header, sha256, last=not following))
        except (InvalidTag, ValueError):
            raise SealBroken from None
        if not following:
            return
        chunk, number = following, number + 1


def _cipher(key: bytes, header: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), KEY_BYTES, header[-_SALT_BYTES:], b"teilhabe archive file").derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(header: bytes, sha256: str, *, last: bool) -> bytes:
    return header + sha256.encode("ascii") + (b"\x01" if last else b"\x00")
