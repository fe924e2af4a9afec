"""Fetch a source's newest delivery, wherever it lies, as private local files."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemas.errors import ConfigInvalid
from tasks.pull.listing import has_wildcard
from tasks.pull.local import pull_local
from tasks.pull.spec import PulledFile, PullSettings, PullSpec

INBOX = "{inbox}"
LOCAL_SCHEMES = ("", "file")


def pull_source(pull: PullSettings, inbox: str, base: Path, into: Path) -> tuple[PulledFile, ...]:
    """Fetch what ``pull`` names; the newest file or all, oldest first.

    Args:
        pull: the source's ``pull`` settings.
        inbox: the county's inbox, a folder or URL; stands in for ``{inbox}``.
        base: county folder that relative paths start from.
        into: private folder for the copies; made with mode 0700 when missing.

    Returns:
        One entry a file. Empty only when the source is optional and nothing was delivered.

    Raises:
        SourceUnavailable: the delivery is missing, unreachable, unsafe or changing (exit 4).
        ConfigInvalid: E206 unknown kind of address, E207 a path with ``..`` (exit 3).
    """
    spec = PullSpec.of(pull)
    place, pattern = _split(spec.url, inbox)
    scheme = scheme_of(place or pattern)
    if ".." in pattern.split("/"):
        raise ConfigInvalid("E207", pattern=pattern)
    if scheme not in LOCAL_SCHEMES:
        raise ConfigInvalid("E206", scheme=scheme, known="file")
    root, pattern = _local_root(place, pattern, base)
    return pull_local(spec, root, pattern, into)


def scheme_of(url: str) -> str:
    """Return the scheme of a URL in lower case, empty for a plain path."""
    return url.split("://", 1)[0].lower() if "://" in url else ("file" if url.startswith("file:") else "")


def _split(url: str, inbox: str) -> tuple[str, str]:
    """Return the place that is taken literally and the pattern within it."""
    if url.startswith(INBOX):
        return inbox, url.removeprefix(INBOX).lstrip("/")
    return "", url


def _local_root(place: str, pattern: str, base: Path) -> tuple[Path, str]:
    if place:
        return base / _path_of(place), pattern
    segments = _path_of(pattern).split("/")
    fixed = next((at for at, each in enumerate(segments) if has_wildcard(each)), len(segments) - 1)
    folder = "/".join(segments[:fixed])
    absolute = segments[0] == "" and len(segments) > 1
    return base / (folder or ("/" if absolute else ".")), "/".join(segments[fixed:])


def _path_of(url: str) -> str:
    return unquote(urlsplit(url).path) if url.startswith("file:") else url
