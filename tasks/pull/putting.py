"""Put files where a county hands them out: the connections of this room, the other way round."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from schemas.errors import SourceUnavailable
from tasks.pull.fetching import local_path, scheme_of
from tasks.pull.places import UNFINISHED, speaking
from tasks.pull.spec import PullSettings, PullSpec

WRITABLE = {
    "sftp": "tasks.pull.sftp",
    "ssh": "tasks.pull.sftp",
    "webdav": "tasks.pull.webdav",
    "webdavs": "tasks.pull.webdav",
    "dav": "tasks.pull.webdav",
    "davs": "tasks.pull.webdav",
}
_NO_FOLDER = {"FileNotFoundError", "NotADirectoryError", "ResourceNotFound", "ResourceConflict"}
NO_FOLDER_STATUS = frozenset({404, 409})

Put = Callable[[Path, str], None]
"""Writes a local file to a path of the place, whole or not at all; one of the same name is replaced."""


@contextmanager
def open_for_writing(settings: PullSettings, base: Path) -> Iterator[tuple[Put, str]]:
    """Open the place that ``settings.url`` names; give what writes into it, and the folder's path in it.

    Folders are never made: who may read them is decided where they lie.

    Raises:
        SourceUnavailable: E236 the folder is not there, E237 it cannot be written, else as for a delivery.
    """
    spec = PullSpec.of(settings)
    scheme = scheme_of(spec.url)
    if scheme in {"", "file"}:
        yield _write_beside, str(base / local_path(spec.url))
    elif scheme in WRITABLE:
        with import_module(WRITABLE[scheme]).opened(spec, spec.url) as (place, path):

            def put(local: Path, where: str) -> None:
                with speaking(place.host, spec), _telling_of_folders(place.host):
                    place.put(local, where)

            yield put, path
    else:
        raise SourceUnavailable("E206", scheme=scheme, known=", ".join(("file", *WRITABLE)))


@contextmanager
def _telling_of_folders(host: str) -> Iterator[None]:
    try:
        yield
    except Exception as exc:
        names = {kind.__name__ for kind in type(exc).__mro__}
        if _NO_FOLDER & names or getattr(exc, "status_code", None) in NO_FOLDER_STATUS:
            raise SourceUnavailable("E236", place=host) from None
        raise


def _write_beside(local: Path, where: str) -> None:
    """Write beside and rename; whoever the folder's group admits may read."""
    target = Path(where)
    if not target.parent.is_dir():
        raise SourceUnavailable("E236", place=target.parent.name)
    beside = target.with_name(target.name + UNFINISHED)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as copy:
            copy.write(local.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
        beside.replace(target)
    except OSError as exc:
        raise SourceUnavailable("E237", place=target.parent.name, reason=type(exc).__name__) from None
