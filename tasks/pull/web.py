"""Deliveries behind an HTTPS address, taken without a way into the own network."""

import base64
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from schemas.errors import PipelineError, SourceUnavailable
from tasks.pull.addresses import is_named, reachable_address, require_encryption
from tasks.pull.local import write_private
from tasks.pull.places import limited, speaking
from tasks.pull.spec import Auth, PulledFile, PullSpec

CHUNK = 1 << 18
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PATH_SIGNS = "/%:@!$&'()*+,;=~"
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403})


@dataclass
class Answer:
    """An open answer of status 200."""

    url: str
    headers: Message
    response: http.client.HTTPResponse = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """Read the body; a body shorter than announced is an error (E203)."""
        announced, size = self.headers.get("Content-Length"), 0
        while chunk := self.response.read1(CHUNK):
            size += len(chunk)
            yield chunk
        if announced is not None and announced.isdecimal() and int(announced) != size:
            raise SourceUnavailable("E203", name=urlsplit(self.url).hostname or "")


def pull(spec: PullSpec, url: str, into: Path) -> tuple[PulledFile, ...]:
    """Take the one file behind ``url``; its name is the last part of the path.

    Addresses are checked after resolving, for the URL and for each redirect; login data
    goes to the first host only. No proxy is used.

    Raises:
        SourceUnavailable: E201 not there, E203 cut short, E205 too large, E220 unreachable,
            E222 refused, E223 sent on to an unnamed host, E224 private address, E225 too
            many redirects, E226 too slow, E227 another status, E230 plain HTTP
            that ``allow_hosts`` does not name so, E231 a certificate nobody vouches for.
    """
    host = urlsplit(url).hostname or ""
    name = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2] or host
    deadline = time.monotonic() + spec.timeout_s
    try:
        with speaking(host, spec), open_url(url, login_headers(spec.auth), spec, deadline) as answer:
            announced = answer.headers.get("Content-Length", "")
            if announced.isdecimal() and int(announced) > spec.max_bytes:
                raise SourceUnavailable("E205", name=name, limit=spec.max_bytes)
            copy, sha256, size = write_private(limited(answer.chunks(), name, host, spec, deadline), name, into)
            modified = _modified(answer.headers.get("Last-Modified"))
    except SourceUnavailable as exc:
        if exc.code == "E201" and spec.optional:
            return ()
        raise
    return (PulledFile(name, sha256, size, copy, modified, f"{host}/{name}"),)


def login_headers(auth: Auth | None) -> dict[str, str]:
    """Return the header that logs in, if any."""
    if auth is None:
        return {}
    if auth.token:
        return {"Authorization": f"Bearer {auth.token}"}
    if auth.user is None:
        return {}
    pair = f"{auth.user}:{auth.password or ''}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@contextmanager
def open_url(
    url: str, secrets: Mapping[str, str], spec: PullSpec, deadline: float, body: bytes | None = None
) -> Iterator[Answer]:
    """Open a URL and follow its redirects under the rules of :func:`pull`.

    ``secrets`` are headers for the first origin only. With a ``body`` the request is a
    form POST, and redirects are not followed.
    """
    first, at = _origin(urlsplit(url)), url
    for _ in range(MAX_REDIRECTS + 1):
        parts = urlsplit(at)
        host = parts.hostname or ""
        require_encryption(parts.scheme, host, spec.allow_hosts)
        headers = {"Accept-Encoding": "identity", "User-Agent": "teilhabe", "Connection": "close"}
        headers |= secrets if _origin(parts) == first else {}
        with _connected(parts, spec, deadline) as connection:
            target = quote(parts.path or "/", safe=_PATH_SIGNS) + (f"?{parts.query}" if parts.query else "")
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("GET" if body is None else "POST", target, body=body, headers=headers)
            response = connection.getresponse()
            if response.status == http.client.OK:
                yield Answer(at, response.headers, response)
                return
            at = _next(at, response, spec, followed=body is None)
    raise SourceUnavailable("E225", host=urlsplit(url).hostname or "")


def _next(at: str, response: http.client.HTTPResponse, spec: PullSpec, *, followed: bool) -> str:
    """Return where a redirect leads, or say what the status means."""
    host, status, where = urlsplit(at).hostname or "", response.status, response.headers.get("Location")
    if status in _GONE:
        raise SourceUnavailable("E201", pattern=unquote(urlsplit(at).path).rpartition("/")[2], place=host)
    if status in _REFUSED:
        raise SourceUnavailable("E222", host=host)
    if status not in _REDIRECTS or not where or not followed:
        raise SourceUnavailable("E227", host=host, status=status)
    try:
        target = urlsplit(urljoin(at, where))
        _ = target.port
    except ValueError:
        raise SourceUnavailable("E234", host=host, reason="Location") from None
    if target.hostname != host and not is_named(target.hostname or "", spec.allow_hosts):
        raise SourceUnavailable("E223", host=target.hostname or "")
    if target.scheme not in {"https", "http"}:
        raise SourceUnavailable("E223", host=target.hostname or "")
    return target.geturl()


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


@contextmanager
def _connected(parts: SplitResult, spec: PullSpec, deadline: float) -> Iterator[http.client.HTTPConnection]:
    """Connect to the checked address itself; a watchdog cuts the line at the deadline, also against a slow drip."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    left = deadline - time.monotonic()
    if left <= 0:
        raise SourceUnavailable("E226", host=host, seconds=round(spec.timeout_s))
    line = socket.create_connection(reachable_address(host, port, spec.allow_hosts), timeout=left)
    twin, cut = line.dup(), threading.Event()

    def stop() -> None:
        cut.set()
        with suppress(OSError):
            twin.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(left, stop)
    watchdog.daemon = True
    watchdog.start()
    connection = http.client.HTTPConnection(host, port)
    try:
        if parts.scheme == "https":
            # Without a length only a proper end of TLS tells a whole body from a cut one.
            context = ssl.create_default_context()
            line = context.wrap_socket(line, server_hostname=host, suppress_ragged_eofs=False)
        connection.sock = line
        yield connection
    except (OSError, http.client.HTTPException, PipelineError):
        if cut.is_set():
            raise SourceUnavailable("E226", host=host, seconds=round(spec.timeout_s)) from None
        raise
    finally:
        watchdog.cancel()
        connection.close()
        line.close()
        twin.close()


def _modified(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC)
