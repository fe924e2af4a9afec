"""A remote folder: find the delivery in it and take it whole, under caps, into a private file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NoReturn, Protocol

from schemas.errors import PipelineError, SourceUnavailable
from tasks.pull.listing import Candidate, choose, has_wildcard, is_unfinished, matches, segments_of
from tasks.pull.local import write_private
from tasks.pull.spec import PulledFile, PullSpec

UNFINISHED = ".part"
"""What an unfinished upload's name ends with; :func:`is_unfinished` knows it, so no source takes one."""


@dataclass(frozen=True)
class Entry:
    """One name in a remote folder; equal before and after a transfer means unchanged.

    ``mark`` is whatever else the server tells a version by (an ETag).
    """

    name: str
    kind: Literal["file", "folder", "link", "other"]
    size: int | None
    modified_at: datetime | None
    mark: str = ""


class Place(Protocol):
    """An open remote place; any exception of its library may come out of it, :func:`speaking` translates."""

    host: str

    def entries(self, folder: str) -> list[Entry]:
        """List a folder; ``FileNotFoundError`` when it is not there."""

    def entry(self, path: str) -> Entry:
        """Describe one file as it is now."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """Read a file in pieces."""


def pull_place(place: Place, spec: PullSpec, path: str, into: Path) -> tuple[PulledFile, ...]:
    """Take the files that ``path`` names, with wildcards, from an open place.

    Raises:
        SourceUnavailable: E201 nothing matches, E203 changed meanwhile, E204 or E208 not an
            ordinary file, E205 too large, E220, E222, E226 the place fails.
    """
    deadline = time.monotonic() + spec.timeout_s
    root = "/" if path.startswith("/") else ""
    with speaking(place.host, spec):
        found = list(_walk(place, root, segments_of(path)))
        files = {where: entry for where, entry in found if entry.kind != "folder"}
        if found and not files:
            raise SourceUnavailable("E204", name=found[0][1].name)
        if not files and not spec.optional:
            raise SourceUnavailable("E201", pattern=path.rpartition("/")[2], place=place.host)
        candidates = [Candidate(where, entry.modified_at) for where, entry in files.items()]
        chosen = choose(candidates, newest_only=spec.newest_only)
        return tuple(_taken(place, each.where, files[each.where], spec, deadline, into) for each in chosen)


def _walk(place: Place, folder: str, segments: list[str]) -> Iterator[tuple[str, Entry]]:
    head, rest = segments[0], segments[1:]
    if rest and not has_wildcard(head):
        yield from _walk(place, _joined(folder, head), rest)
        return
    try:
        entries = place.entries(folder)
    except FileNotFoundError:
        return
    for entry in sorted(entries, key=lambda each: each.name):
        exact = entry.name == head
        if "/" in entry.name or not (exact or (matches(entry.name, head) and not is_unfinished(entry.name))):
            continue
        if not rest:
            yield _joined(folder, entry.name), entry
        elif entry.kind == "folder":
            yield from _walk(place, _joined(folder, entry.name), rest)


def _joined(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder else name


def _taken(place: Place, where: str, listed: Entry, spec: PullSpec, deadline: float, into: Path) -> PulledFile:
    if listed.kind != "file":
        raise SourceUnavailable("E208" if listed.kind == "link" else "E204", name=listed.name)
    before = place.entry(where)
    if before.size is not None and before.size > spec.max_bytes:
        raise SourceUnavailable("E205", name=listed.name, limit=spec.max_bytes)
    capped = limited(place.chunks(where), listed.name, place.host, spec, deadline)
    copy, sha256, size = write_private(capped, listed.name, into)
    if place.entry(where) != before or (before.size is not None and before.size != size):
        copy.unlink()
        raise SourceUnavailable("E203", name=listed.name)
    return PulledFile(listed.name, sha256, size, copy, before.modified_at, f"{place.host}/{listed.name}")


def limited(chunks: Iterator[bytes], name: str, host: str, spec: PullSpec, deadline: float) -> Iterator[bytes]:
    """Pass chunks on until the size or time cap is passed (E205, E226)."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > spec.max_bytes:
            raise SourceUnavailable("E205", name=name, limit=spec.max_bytes)
        if time.monotonic() > deadline:
            raise SourceUnavailable("E226", host=host, seconds=round(spec.timeout_s))
        yield chunk
    # A line that was cut at the deadline looks like an end.
    if time.monotonic() > deadline:
        raise SourceUnavailable("E226", host=host, seconds=round(spec.timeout_s))


# By class name, so that no library is imported to name its errors; bases are looked at from the nearest on.
_REFUSED = {
    "AuthenticationException",
    "PasswordRequiredException",
    "BadAuthenticationType",
    "NoCredentialsError",
    "PermissionError",
    "ForbiddenOperation",
}
_LIBRARIES = {
    "paramiko",
    "httpx",
    "httpcore",
    "webdav4",
    "botocore",
    "aiobotocore",
    "aiohttp",
    "s3fs",
    "fsspec",
    "http",
}
_SLOW = {"TimeoutError", "TimeoutException", "ConnectTimeoutError", "ReadTimeoutError", "FSTimeoutError"}


@contextmanager
def speaking(host: str, spec: PullSpec) -> Iterator[None]:
    """Turn a library's or the system's exception into ours, with the host and the kind of failure, never its text.

    Ours pass, and so does an error in our own code: that is a defect, not an unreachable supplier.
    """
    try:
        yield
    except PipelineError:
        raise
    except Exception as exc:
        if isinstance(exc, (OSError, EOFError)) or type(exc).__module__.partition(".")[0] in _LIBRARIES:
            _say(exc, host, spec)
        raise


def _say(exc: Exception, host: str, spec: PullSpec) -> NoReturn:
    names = [kind.__name__ for kind in type(exc).__mro__]
    status = getattr(exc, "status_code", None)
    if _REFUSED.intersection(names) or status in {401, 403}:
        raise SourceUnavailable("E222", host=host) from None
    if _SLOW.intersection(names):
        raise SourceUnavailable("E226", host=host, seconds=round(spec.timeout_s)) from None
    if "SSLCertVerificationError" in names:
        raise SourceUnavailable("E231", what=host, reason=getattr(exc, "verify_message", "")) from None
    if isinstance(status, int):
        raise SourceUnavailable("E227", host=host, status=status) from None
    if {"FileNotFoundError", "ResourceNotFound"}.intersection(names):
        raise SourceUnavailable("E203", name=host) from None
    raise SourceUnavailable("E220", host=host, reason=names[0]) from None
