"""Deliveries in a WebDAV folder, such as a Nextcloud."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from schemas.errors import SourceUnavailable
from tasks.pull.places import UNFINISHED, Entry, pull_place, speaking
from tasks.pull.spec import Auth, PulledFile, PullSpec

CHUNK = 1 << 20


def pull(spec: PullSpec, url: str, into: Path) -> tuple[PulledFile, ...]:
    """Take files from ``webdavs://host[:port]/folder/pattern`` (``davs``; ``webdav`` only where plain HTTP is allowed).

    A redirect to another host is not followed: the login is meant for this one.

    Raises:
        SourceUnavailable: E223 sent on elsewhere, E230 plain HTTP to a host that
            ``allow_hosts`` does not name so; see :func:`pull_place`.
    """
    with opened(spec, url) as (place, path):
        return pull_place(place, spec, path, into)


@contextmanager
def opened(spec: PullSpec, url: str) -> Iterator[tuple["WebdavPlace", str]]:
    """Open the place of a URL and give it with the path in it; errors of the library come out as ours."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme in {"webdavs", "davs"}
    if not secure and f"http://{host}" not in spec.allow_hosts:
        raise SourceUnavailable("E230", host=host)
    shown = f"[{host}]" if ":" in host else host
    base = f"{'https' if secure else 'http'}://{shown}{f':{parts.port}' if parts.port else ''}"
    login = spec.auth or Auth()
    user = login.user or unquote(parts.username or "")
    with speaking(host, spec):
        place = WebdavPlace(spec, host, base, user, login)
        try:
            yield place, unquote(parts.path)
        finally:
            place.close()


class WebdavPlace:
    """An open WebDAV connection that stays with its host."""

    def __init__(self, spec: PullSpec, host: str, base: str, user: str, login: Auth) -> None:
        try:
            import httpx
            from webdav4.client import Client
        except ImportError:
            raise SourceUnavailable("E228", library="webdav4") from None
        self.host = host
        wanted = httpx.URL(base)

        def stay_here(request: httpx.Request) -> None:
            if (request.url.scheme, request.url.host, request.url.port) != (wanted.scheme, wanted.host, wanted.port):
                raise SourceUnavailable("E223", host=request.url.host)

        self._client = Client(
            base,
            auth=(user, login.password or "") if user else None,
            headers={"Authorization": f"Bearer {login.token}"} if login.token and not user else None,
            timeout=min(spec.timeout_s, 30.0),
            event_hooks={"request": [stay_here]},
            retry=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.http.close()

    def entries(self, folder: str) -> list[Entry]:
        """List a folder."""
        from webdav4.client import ResourceNotFound

        try:
            found = self._client.ls(folder, detail=True, allow_listing_resource=False)
        except ResourceNotFound:
            raise FileNotFoundError from None
        return [_entry(each) for each in found]

    def entry(self, path: str) -> Entry:
        """Describe one file; its ETag belongs to the description."""
        return _entry(self._client.info(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Read a file in pieces."""
        with self._client.open(path, mode="rb", chunk_size=CHUNK) as remote:
            while chunk := remote.read(CHUNK):
                yield chunk

    def put(self, local: Path, path: str) -> None:
        """Write a file under a name that nobody reads, then give it its own name over an older one."""
        with local.open("rb") as source:
            self._client.upload_fileobj(source, f"{path}{UNFINISHED}", overwrite=True)
        self._client.move(f"{path}{UNFINISHED}", path, overwrite=True)


def _entry(info: Any) -> Entry:
    name = str(info["name"]).rstrip("/").rpartition("/")[2]
    modified = info.get("modified")
    if modified is not None and modified.tzinfo is None:
        modified = modified.replace(tzinfo=UTC)
    kind = "folder" if info.get("type") == "directory" else "file"
    return Entry(name, kind, info.get("content_length"), modified, str(info.get("etag") or ""))  # type: ignore[arg-type]
