"""The raw archive: every delivered file once, under its own sha256, never changed.

An object lies at ``root/ab/abcdef…``; sealed objects (AES-256-GCM) carry the suffix
``.aead``. Folders have mode 0700, files 0600. An object appears by an atomic rename
after fsync, so a killed run leaves whole objects only.

Erasure is the one change there is: ``rewrite`` puts other content under the original
sha256 and a sidecar ``abcdef….json`` names the new content's hash.
"""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from schemas.errors import PipelineError, SourceUnavailable
from tasks.keyring import Keyring
from tasks.pull.local import DISK_FULL
from tasks.pull.sealing import SEALED_SUFFIX, SealBroken, key_id_of_header, sealed, unsealed

CHUNK = 1 << 20
_SHA_LENGTH = 64
_HEX = frozenset("0123456789abcdef")


class Archive:
    """Content-addressed, immutable store of delivered files.

    Args:
        root: folder of the archive (``state/raw``); made with mode 0700 when missing.
        key: 32 bytes that new objects are sealed with; ``None`` keeps them plain.
        older_keys: keys that older objects may still be sealed with.
    """

    def __init__(self, root: Path, key: bytes | None = None, older_keys: Iterable[bytes] = ()) -> None:
        self.root = root
        self._keys = Keyring(key, tuple(older_keys))

    def put(self, path: Path) -> str:
        """Keep a file and return its sha256; a whole object of that content stays as it is, a damaged one is mended.

        A rewritten object stays rewritten: what was erased does not come back with the same file.
        """
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        if self._sidecar(sha256).exists() or self._is_whole(sha256):
            return sha256
        with path.open("rb") as source:
            self._store(sha256, _chunks_with_hash(source, sha256))
        return sha256

    def has(self, sha256: str) -> bool:
        """Tell whether an object of this identity is kept."""
        return self._find(sha256) is not None

    def is_rewritten(self, sha256: str) -> bool:
        """Tell whether an erasure has changed what is kept under this identity."""
        return self._sidecar(sha256).exists()

    def open_copy(self, sha256: str, into: Path, name: str = "") -> Path:
        """Write the content into a new file of mode 0600 in ``into`` and return its path; the hash is checked.

        Args:
            sha256: identity of the object.
            into: private folder; made with mode 0700 when missing.
            name: delivered base name; lends the copy its suffix.

        Raises:
            SourceUnavailable: E210 not kept, E211 damaged, E212 its key is not at hand.
        """
        expected = self._expected(sha256)
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with _new_file(into, Path(name).suffix[:12]) as (handle, copy):
            for chunk in self._content(sha256):
                digest.update(chunk)
                handle.write(chunk)
            if digest.hexdigest() not in expected:
                raise SourceUnavailable("E211", sha256=sha256)
        return copy

    def rewrite(self, sha256: str, path: Path) -> str:
        """Replace the content kept under ``sha256`` by that of ``path`` (erasure); return the new content's hash.

        The sidecar names both hashes until the new content is in place, so that a run
        killed in between leaves a readable object and a second call ends the work.
        """
        before = self._expected(sha256)
        if self._find(sha256) is None:
            raise SourceUnavailable("E210", sha256=sha256)
        with path.open("rb") as source:
            content = hashlib.file_digest(source, "sha256").hexdigest()
        self._mark(sha256, content, before - {content})
        with path.open("rb") as source:
            self._store(sha256, _chunks_with_hash(source, content))
        self._mark(sha256, content, set())
        return content

    def remove(self, sha256: str) -> None:
        """Forget an object and its sidecar; one that is not kept is no error."""
        for path in (self._plain(sha256), self._sealed(sha256), self._sidecar(sha256)):
            path.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            _sync_folder(self._plain(sha256).parent)

    def identities(self) -> Iterator[str]:
        """Yield the sha256 of every object, in order."""
        if self.root.is_dir():
            names = {path.name.removesuffix(SEALED_SUFFIX) for path in self.root.glob("[0-9a-f][0-9a-f]/*")}
            yield from sorted(name for name in names if len(name) == _SHA_LENGTH and _HEX.issuperset(name))

    def verify(self) -> tuple[str, ...]:
        """Read every object and return the identities of those that are damaged or lack their key."""
        return tuple(sha256 for sha256 in self.identities() if not self._is_whole(sha256))

    def rotate(self) -> int:
        """Seal every object anew that is plain or sealed with an older key; return how many.

        Afterwards older keys may be dropped. A run killed halfway leaves every object readable with one of the keys.
        """
        if self._keys.current is None:
            return 0
        changed = 0
        for sha256 in self.identities():
            if self._is_current(sha256):
                continue
            self._store(sha256, self._checked(sha256))
            changed += 1
        return changed

    def _is_current(self, sha256: str) -> bool:
        if not self._sealed(sha256).exists() or self._plain(sha256).exists():
            return False
        with self._sealed(sha256).open("rb") as source:
            return key_id_of_header(source) == self._keys.current_id

    def _checked(self, sha256: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in self._content(sha256):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() not in self._expected(sha256):
            raise SourceUnavailable("E211", sha256=sha256)

    def _is_whole(self, sha256: str) -> bool:
        try:
            for _ in self._checked(sha256):
                pass
        except SourceUnavailable:
            return False
        return True

    def _content(self, sha256: str) -> Iterator[bytes]:
        path = self._find(sha256)
        if path is None:
            raise SourceUnavailable("E210", sha256=sha256)
        try:
            with path.open("rb") as source:
                if path.name.endswith(SEALED_SUFFIX):
                    yield from unsealed(source, sha256, self._keys)
                else:
                    yield from iter(lambda: source.read(CHUNK), b"")
        except (SealBroken, OSError):
            raise SourceUnavailable("E211", sha256=sha256) from None

    def _expected(self, sha256: str) -> set[str]:
        """Return the content hashes that are right under this identity."""
        try:
            marks = json.loads(self._sidecar(sha256).read_text("utf-8"))
        except FileNotFoundError:
            return {sha256}
        except ValueError:
            raise SourceUnavailable("E211", sha256=sha256) from None
        return {marks["content_sha256"], *marks["replaces"]}

    def _mark(self, sha256: str, content: str, replaces: set[str]) -> None:
        marks = json.dumps({"content_sha256": content, "replaces": sorted(replaces)}).encode()
        self._place(self._sidecar(sha256), iter((marks,)))

    def _store(self, sha256: str, chunks: Iterator[bytes]) -> None:
        if self._keys.current is None:
            self._place(self._plain(sha256), chunks)
            self._sealed(sha256).unlink(missing_ok=True)
        else:
            self._place(self._sealed(sha256), sealed(chunks, sha256, self._keys.current))
            self._plain(sha256).unlink(missing_ok=True)

    def _place(self, target: Path, chunks: Iterator[bytes]) -> None:
        try:
            _private_folder(self.root)
            _private_folder(target.parent)
            with _new_file(target.parent, ".new") as (handle, new):
                for chunk in chunks:
                    handle.write(chunk)
                handle.flush()
                os.fsync(handle.fileno())
                new.replace(target)
            _sync_folder(target.parent)
        except OSError as exc:
            if exc.errno in DISK_FULL:
                raise PipelineError("E213", place=self.root.name) from None
            reason = errno.errorcode.get(exc.errno or 0, "?")
            raise PipelineError("E214", place=self.root.name, reason=reason) from None

    def _find(self, sha256: str) -> Path | None:
        return next((path for path in (self._sealed(sha256), self._plain(sha256)) if path.exists()), None)

    def _plain(self, sha256: str) -> Path:
        if len(sha256) != _SHA_LENGTH or not _HEX.issuperset(sha256):
            raise SourceUnavailable("E210", sha256=sha256[:_SHA_LENGTH])
        return self.root / sha256[:2] / sha256

    def _sealed(self, sha256: str) -> Path:
        return self._plain(sha256).with_suffix(SEALED_SUFFIX)

    def _sidecar(self, sha256: str) -> Path:
        return self._plain(sha256).with_suffix(".json")


def _chunks_with_hash(source: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    """Pass content on and stop at its end if it is no longer what was hashed before."""
    digest = hashlib.sha256()
    for chunk in source:
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != sha256:
        raise SourceUnavailable("E203", name=sha256)


@contextmanager
def _new_file(folder: Path, suffix: str) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a new file of mode 0600 that is gone again when the body fails."""
    number, place = tempfile.mkstemp(prefix=".new-", suffix=suffix, dir=folder)
    try:
        with os.fdopen(number, "wb") as handle:
            yield handle, Path(place)
    except BaseException:
        Path(place).unlink(missing_ok=True)
        raise


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
