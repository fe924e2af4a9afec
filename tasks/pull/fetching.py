"""Fetch a source's newest delivery, wherever it lies, as private local files."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemas.errors import SourceUnavailable
from tasks.pull.listing import has_wildcard
from tasks.pull.local import pull_local
from tasks.pull.spec import PulledFile, PullSettings, PullSpec, SqlReader

INBOX = "{inbox}"

# Each module offers ``pull(spec, url, into)``; it is imported when a source needs it, with its heavy library.
REMOTE = {
    "sftp": "tasks.pull.sftp",
    "ssh": "tasks.pull.sftp",
    "webdav": "tasks.pull.webdav",
    "webdavs": "tasks.pull.webdav",
    "dav": "tasks.pull.webdav",
    "davs": "tasks.pull.webdav",
    "https": "tasks.pull.web",
    "http": "tasks.pull.web",
    "s3": "tasks.pull.s3",
    "ba+https": "tasks.pull.coursesearch",
    "ba+http": "tasks.pull.coursesearch",
}
DATABASES = ("postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle", "sqlite")


def pull_source(
    pull: PullSettings, inbox: str, base: Path, into: Path, read_sql: SqlReader | None = None
) -> tuple[PulledFile, ...]:
    """Fetch what ``pull`` names; the newest file or all, oldest first.

    Args:
        pull: the source's ``pull`` settings.
        inbox: the county's inbox, a folder or URL; stands in for ``{inbox}``.
        base: county folder that relative paths start from.
        into: private folder for the copies; made with mode 0700 when missing.
        read_sql: reader of foreign databases (``tasks.warehouse.foreign.read_foreign``).

    Returns:
        One entry a file. Empty only when the source is optional and nothing was delivered.

    Raises:
        SourceUnavailable: the delivery is missing, unreachable, unsafe or changing, or the
            source's address is of no use (E206 kind, E207 ``..``, E235 unreadable); one
            source's mistake leaves the others running (exit 4).
        PipelineError: E216 no space for the copies.
    """
    spec = PullSpec.of(pull)
    place, pattern = _split(spec.url, inbox)
    scheme = scheme_of(place or pattern)
    if ".." in pattern.split("/"):
        raise SourceUnavailable("E207", pattern=pattern.rpartition("/")[2])
    if scheme in {"", "file"}:
        if not place:
            place, pattern = _within_inbox(pattern, inbox, base)
        root, pattern = _local_root(place, pattern, base)
        return pull_local(spec, root, pattern, into)
    _require_readable(place or pattern)
    url = f"{place.rstrip('/')}/{pattern}" if place else pattern
    if scheme in REMOTE:
        fetch: Callable[[PullSpec, str, Path], tuple[PulledFile, ...]] = import_module(REMOTE[scheme]).pull
        return fetch(spec, url, into)
    if scheme.partition("+")[0] in DATABASES and read_sql is not None:
        from tasks.pull.rows import pull_rows

        return pull_rows(spec, url, into, read_sql)
    raise SourceUnavailable("E206", scheme=scheme, known=", ".join(("file", *REMOTE, *DATABASES)))


def scheme_of(url: str) -> str:
    """Return the scheme of a URL in lower case, empty for a plain path."""
    return url.split("://", 1)[0].lower() if "://" in url else ("file" if url.startswith("file:") else "")


def _require_readable(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise SourceUnavailable("E235") from None


def _split(url: str, inbox: str) -> tuple[str, str]:
    """Return the place that is taken literally and the pattern within it."""
    if url.startswith(INBOX):
        return inbox, url.removeprefix(INBOX).lstrip("/")
    return "", url


def _within_inbox(pattern: str, inbox: str, base: Path) -> tuple[str, str]:
    """Find the inbox again in a path that config has already written out: no link may leave it."""
    if inbox and scheme_of(inbox) in {"", "file"}:
        folder, path = base / local_path(inbox), base / local_path(pattern)
        if path.is_relative_to(folder) and path != folder:
            return str(folder), path.relative_to(folder).as_posix()
    return "", pattern


def _local_root(place: str, pattern: str, base: Path) -> tuple[Path, str]:
    """Return the folder that no link may leave and the pattern below it; an existing ``[2021]`` is no wildcard."""
    if place:
        return base / local_path(place), pattern
    path = local_path(pattern)
    root, segments = (Path("/") if path.startswith("/") else base), path.strip("/").split("/")
    while len(segments) > 1 and (not has_wildcard(segments[0]) or (root / segments[0]).is_dir()):
        root /= segments.pop(0)
    return root, "/".join(segments)


def local_path(url: str) -> str:
    """Return the path of a ``file:`` URL, a plain path as it is."""
    return unquote(urlsplit(url).path) if url.startswith("file:") else url
