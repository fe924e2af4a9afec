"""Deliveries on an SFTP server whose host key is pinned."""

import base64
import hashlib
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from schemas.errors import SourceUnavailable
from tasks.pull.listing import utc
from tasks.pull.places import UNFINISHED, Entry, pull_place, speaking
from tasks.pull.spec import Auth, PulledFile, PullSpec

PORT = 22
CHUNK = 1 << 18
_HOME = "/~/"


def pull(spec: PullSpec, url: str, into: Path) -> tuple[PulledFile, ...]:
    """Take files from ``sftp://[user@]host[:port]/folder/pattern``; ``/~/`` starts at the login's home.

    Links on the server are not followed.

    Raises:
        SourceUnavailable: E221 the host key is another one, E229 none is pinned, E231 the
            private key cannot be used; see :func:`pull_place`.
    """
    with opened(spec, url) as (place, path):
        return pull_place(place, spec, path, into)


@contextmanager
def opened(spec: PullSpec, url: str) -> Iterator[tuple["SftpPlace", str]]:
    """Open the place of a URL and give it with the path in it; errors of the library come out as ours."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    login = spec.auth or Auth()
    user = login.user or unquote(parts.username or "") or None
    path = unquote(parts.path)
    path = path.removeprefix(_HOME) if path.startswith(_HOME) else path
    with speaking(host, spec):
        place = SftpPlace(spec, host, parts.port or PORT, user, login)
        try:
            yield place, path
        finally:
            place.close()


class SftpPlace:
    """An open SFTP connection to a pinned host."""

    def __init__(self, spec: PullSpec, host: str, port: int, user: str | None, login: Auth) -> None:
        try:
            from fsspec.implementations.sftp import SFTPFileSystem
        except ImportError:
            raise SourceUnavailable("E228", library="paramiko") from None
        self.host = host
        self._max_bytes = spec.max_bytes
        seconds = min(spec.timeout_s, 30.0)
        pinned = _pinned_keys(spec.host_key)
        self._system = SFTPFileSystem(
            host,
            port=port,
            username=user,
            password=login.password,
            pkey=_private_key(login),
            host_key_policy=_pinning_policy(host, pinned),
            disabled_algorithms=_other_key_types(spec.host_key),
            allow_agent=False,
            look_for_keys=False,
            timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
            skip_instance_cache=True,
        )
        self._ftp = self._system.ftp
        self._ftp.get_channel().settimeout(seconds)

    def close(self) -> None:
        """Close the connection."""
        self._system.client.close()

    def entries(self, folder: str) -> list[Entry]:
        """List a folder without following links."""
        return [_entry(each.filename, each) for each in self._ftp.listdir_attr(folder or ".")]

    def entry(self, path: str) -> Entry:
        """Describe one file without following a link."""
        return _entry(path.rpartition("/")[2], self._ftp.lstat(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Read a file in pieces."""
        with self._ftp.open(path, "rb") as remote:
            remote.prefetch(min(self._ftp.lstat(path).st_size or 0, self._max_bytes))
            while chunk := remote.read(CHUNK):
                yield chunk

    def put(self, local: Path, path: str) -> None:
        """Write a file under a name that nobody reads, then give it its own name over an older one."""
        with self._ftp.open(f"{path}{UNFINISHED}", "wb") as remote, local.open("rb") as source:
            remote.set_pipelined(True)
            while chunk := source.read(CHUNK):
                remote.write(chunk)
        self._rename(f"{path}{UNFINISHED}", path)

    def _rename(self, old: str, new: str) -> None:
        try:
            self._ftp.posix_rename(old, new)
        except OSError:  # a server without OpenSSH's extension: it renames onto a free name alone
            with suppress(FileNotFoundError):
                self._ftp.remove(new)
            self._ftp.rename(old, new)


def _entry(name: str, status: Any) -> Entry:
    mode = status.st_mode or stat.S_IFREG
    known = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    modified = None if status.st_mtime is None else utc(status.st_mtime)
    return Entry(name, known.get(stat.S_IFMT(mode), "other"), status.st_size, modified)  # type: ignore[arg-type]


def _pinned_keys(host_key: str | None) -> frozenset[str]:
    """Return the pinned fingerprints; public keys are turned into theirs."""
    return frozenset(_fingerprint_of(line) for line in _lines(host_key))


def _lines(host_key: str | None) -> list[str]:
    return [line.strip() for line in (host_key or "").replace(",", "\n").splitlines() if line.strip()]


def _fingerprint_of(line: str) -> str:
    if line.startswith("SHA256:"):
        return line.rstrip("=")
    encoded = next((word for word in line.split() if word.startswith("AAAA")), "")
    try:
        return fingerprint(base64.b64decode(encoded, validate=True)) if encoded else ""
    except ValueError:
        return ""


def fingerprint(key: bytes) -> str:
    """Return a public key's fingerprint as ``ssh-keygen -l`` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _pinning_policy(host: str, pinned: frozenset[str]) -> Any:
    """Return a policy that stops before the login unless the server shows a pinned key."""
    import paramiko

    class Pinning(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: Any, _hostname: str, key: Any) -> None:
            shown = fingerprint(key.asbytes())
            if shown in pinned:
                return
            client.close()
            code = "E221" if pinned else "E229"
            raise SourceUnavailable(code, host=host, presented=f"{key.get_name()} {shown}")

    return Pinning()


def _other_key_types(host_key: str | None) -> dict[str, list[str]]:
    """Ask the server for the pinned kind of key: it may hold several and shows one."""
    import paramiko

    named = {word for line in _lines(host_key) for word in line.split() if word.startswith(("ssh-", "ecdsa-"))}
    if not named or any(line.startswith("SHA256:") for line in _lines(host_key)):
        return {}
    if "ssh-rsa" in named:
        named |= {"rsa-sha2-256", "rsa-sha2-512"}
    return {"keys": [kind for kind in paramiko.Transport._preferred_keys if kind not in named]}


def _private_key(login: Auth) -> Any:
    if login.key_file is None:
        return None
    import paramiko

    try:
        text = Path(login.key_file).read_text("ascii")
    except (OSError, ValueError) as exc:
        raise SourceUnavailable("E231", what="auth.key_file", reason=type(exc).__name__) from None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text), password=login.passphrase)
        except paramiko.PasswordRequiredException:
            raise SourceUnavailable("E231", what="auth.key_file", reason="passphrase") from None
        except (paramiko.SSHException, ValueError):
            continue
    raise SourceUnavailable("E231", what="auth.key_file", reason="format")
