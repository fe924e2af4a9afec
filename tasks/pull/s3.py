"""Deliveries in an S3 bucket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from schemas.errors import SourceUnavailable
from tasks.pull.places import Entry, pull_place, speaking
from tasks.pull.spec import Auth, PulledFile, PullSpec

CHUNK = 1 << 20


def pull(spec: PullSpec, url: str, into: Path) -> tuple[PulledFile, ...]:
    """Take files from ``s3://bucket/folder/pattern[?endpoint=https://…&region=…]``.

    Without ``auth`` the machine's own S3 identity is used.

    Raises:
        SourceUnavailable: E230 an endpoint with plain HTTP that ``allow_hosts`` does not
            name so; see :func:`pull_place`.
    """
    address, _, query = url.partition("?endpoint=")
    settings = dict(parse_qsl(f"endpoint={query}")) if query else {}
    endpoint = settings.get("endpoint")
    bucket, _, key = unquote(address.removeprefix("s3://")).partition("/")
    host = (urlsplit(endpoint).hostname if endpoint else None) or f"s3:{bucket}"
    if endpoint and endpoint.startswith("http://") and f"http://{host}" not in spec.allow_hosts:
        raise SourceUnavailable("E230", host=host)
    with speaking(host, spec):
        place = _S3Place(spec, host, endpoint, settings.get("region"))
        return pull_place(place, spec, f"{bucket}/{key}", into)


class _S3Place:
    def __init__(self, spec: PullSpec, host: str, endpoint: str | None, region: str | None) -> None:
        try:
            import s3fs
        except ImportError:
            raise SourceUnavailable("E228", library="s3fs") from None
        self.host = host
        login = spec.auth or Auth()
        seconds = min(spec.timeout_s, 30.0)
        self._system = s3fs.S3FileSystem(
            key=login.user,
            secret=login.password,
            token=login.token,
            endpoint_url=endpoint,
            client_kwargs={"region_name": region} if region else {},
            config_kwargs={"connect_timeout": seconds, "read_timeout": seconds, "retries": {"max_attempts": 1}},
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def entries(self, folder: str) -> list[Entry]:
        """List the keys below a prefix."""
        return [_entry(each) for each in self._system.ls(folder, detail=True, refresh=True)]

    def entry(self, path: str) -> Entry:
        """Describe one object; its ETag belongs to the description."""
        return _entry(self._system.info(path, refresh=True))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Read an object in pieces."""
        with self._system.open(path, "rb", block_size=8 * CHUNK, cache_type="readahead") as remote:
            while chunk := remote.read(CHUNK):
                yield chunk


def _entry(info: dict[str, Any]) -> Entry:
    name = str(info["name"]).rstrip("/").rpartition("/")[2]
    kind = "folder" if info["type"] == "directory" else "file"
    return Entry(name, kind, info.get("size"), info.get("LastModified"), str(info.get("ETag") or ""))  # type: ignore[arg-type]
