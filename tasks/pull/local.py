"""Deliveries in a folder of this machine or of a mounted share."""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from schemas.errors import PipelineError, SourceUnavailable
from tasks.pull.listing import Candidate, choose, has_wildcard, is_unfinished, matches, segments_of, utc
from tasks.pull.spec import PulledFile, PullSpec

CHUNK = 1 << 20
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def pull_local(spec: PullSpec, root: Path, pattern: str, into: Path) -> tuple[PulledFile, ...]:
    """Copy the files under ``root`` that match ``pattern`` into private files.

    Locks and half transfers are passed over. A link that leads out of ``root``, a fifo,
    device or socket that would be chosen is refused, not replaced by an older file.

    Raises:
        SourceUnavailable: E201 nothing matches, E202 the place cannot be read, E203 a file
            changed meanwhile, E204 not an ordinary file, E205 too large, E208 a link out.
    """
    if not root.is_dir():
        raise SourceUnavailable("E202", place=root.name, reason="ENOENT")
    try:
        found = list(_walk(root, segments_of(pattern)))
    except OSError as exc:
        raise SourceUnavailable("E202", place=root.name, reason=errno.errorcode.get(exc.errno or 0, "?")) from None
    files = [path for path in found if not path.is_dir()]
    if found and not files:
        raise SourceUnavailable("E204", name=found[0].name)
    if not files and not spec.optional:
        raise SourceUnavailable("E201", pattern=pattern, place=root.name)
    candidates = [Candidate(str(path), utc(path.lstat().st_mtime)) for path in files]
    return tuple(
        _taken(Path(each.where), root, spec, into) for each in choose(candidates, newest_only=spec.newest_only)
    )


def _walk(folder: Path, segments: list[str]) -> Iterator[Path]:
    head, rest = segments[0], segments[1:]
    if not has_wildcard(head) and (folder / head).exists():
        entries = [folder / head]
    else:
        entries = [
            each for each in sorted(folder.iterdir()) if matches(each.name, head) and not is_unfinished(each.name)
        ]
    for entry in entries:
        if not rest:
            yield entry
        elif entry.is_dir():
            yield from _walk(entry, rest)


def _taken(path: Path, root: Path, spec: PullSpec, into: Path) -> PulledFile:
    real = _ordinary(path, root)
    try:
        before = real.stat()
        if before.st_size > spec.max_bytes:
            raise SourceUnavailable("E205", name=path.name, limit=spec.max_bytes)
        copy, sha256 = _copied(real, path.name, before, into)
    except OSError as exc:
        raise SourceUnavailable("E202", place=path.name, reason=errno.errorcode.get(exc.errno or 0, "?")) from None
    return PulledFile(path.name, sha256, before.st_size, copy, utc(before.st_mtime), f"file:{path.name}")


def _ordinary(path: Path, root: Path) -> Path:
    """Return the real path of an ordinary file under ``root``; anything else is refused before it is opened."""
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError):
        raise SourceUnavailable("E208", name=path.name) from None
    if not real.is_relative_to(root.resolve()):
        raise SourceUnavailable("E208", name=path.name)
    if not stat.S_ISREG(mode):
        raise SourceUnavailable("E204", name=path.name)
    return real


def _copied(real: Path, name: str, before: os.stat_result, into: Path) -> tuple[Path, str]:
    """Copy, then hash the source once more: a writer that keeps size and time is caught too."""
    handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as source:
        opened = os.fstat(source.fileno())
        copy, digest, size = write_private(iter(lambda: source.read(CHUNK), b""), name, into)
        source.seek(0)
        again = hashlib.file_digest(source, "sha256").hexdigest()
        after = os.fstat(source.fileno())
    at_end = real.stat()
    same = all(_fingerprint(each) == _fingerprint(before) for each in (opened, after, at_end))
    if not same or again != digest or size != before.st_size:
        copy.unlink()
        raise SourceUnavailable("E203", name=name)
    return copy, digest


def _fingerprint(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def write_private(chunks: Iterator[bytes], name: str, into: Path) -> tuple[Path, str, int]:
    """Write chunks into a new file of mode 0600 in ``into``; return path, sha256 and size. Nothing stays on failure."""
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, place = tempfile.mkstemp(prefix="pull-", suffix=Path(name).suffix[:12], dir=into)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    except BaseException as exc:
        Path(place).unlink(missing_ok=True)
        if isinstance(exc, OSError) and exc.errno in DISK_FULL:
            raise PipelineError("E216") from None
        raise
    return Path(place), digest.hexdigest(), size
