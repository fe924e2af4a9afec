"""What a source says about where its delivery lies, and what a pull hands on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from schemas.errors import PipelineError

MAX_BYTES = 1 << 30
TIMEOUT_S = 120.0


@runtime_checkable
class PullSettings(Protocol):
    """Anything that names a URL: the config room's model or :class:`PullSpec`; other fields are read when present."""

    @property
    def url(self) -> str:
        """Place of the delivery, with an optional ``{inbox}``."""


@dataclass(frozen=True)
class Auth:
    """Login data of a source; never shown in a representation, a message or a log.

    ``key_file`` holds a private key (SFTP) that ``passphrase`` opens; ``token`` is a
    bearer token or API key (HTTPS). For S3 ``user`` and ``password`` are the access
    key and its secret, for a course search the OAuth client's id and secret.
    """

    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    key_file: str | None = None
    passphrase: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PullSpec:
    """Where one source's delivery lies and how much of it is taken.

    Attributes:
        url: place with an optional ``{inbox}`` at its start and wildcards in its path.
        newest_only: take one file (date in the name, else modification time), else all.
        auth: login data; ``None`` for none.
        host_key: pinned SSH host keys (SFTP), one a line: ``SHA256:…`` or ``ssh-ed25519 AAAA…``.
        allow_hosts: hosts an HTTPS source may be sent on to; the only ones with a private
            address; ``http://host`` also allows plain HTTP there.
        max_bytes: largest file taken, in bytes.
        timeout_s: cap of one transfer, in seconds.
        optional: no file is no error.
        table, query: what a SQL source reads; one of the two (``#table`` in the URL means the same).
    """

    url: str = field(repr=False)
    newest_only: bool = False
    auth: Auth | None = None
    host_key: str | None = field(default=None, repr=False)
    allow_hosts: tuple[str, ...] = ()
    max_bytes: int = MAX_BYTES
    timeout_s: float = TIMEOUT_S
    optional: bool = False
    table: str | None = None
    query: str | None = None

    @classmethod
    def of(cls, pull: PullSettings) -> "PullSpec":
        """Read the fields that ``pull`` has; a missing or empty one keeps its default."""
        if isinstance(pull, cls):
            return pull
        given = {name: getattr(pull, name, None) for name in cls.__dataclass_fields__}
        given["auth"] = _auth(given["auth"])
        if given["allow_hosts"] is not None:
            given["allow_hosts"] = tuple(given["allow_hosts"])
        return cls(**{name: value for name, value in given.items() if value is not None})


def _auth(given: object) -> Auth | None:
    if given is None or isinstance(given, Auth):
        return given
    fields = Auth.__dataclass_fields__
    if isinstance(given, Mapping):
        return Auth(**{name: _revealed(given.get(name)) for name in fields})
    return Auth(**{name: _revealed(getattr(given, name, None)) for name in fields})


def _revealed(value: object) -> str | None:
    """Return a secret's text; a ``SecretStr``-like wrapper is opened here and nowhere else."""
    opened: Callable[[], object] | None = getattr(value, "get_secret_value", None)
    plain = opened() if opened is not None else value
    return None if plain is None else str(plain)


@dataclass(frozen=True)
class PulledFile:
    """One delivered file as a private copy of mode 0600.

    ``modified_at`` (UTC) is kept for audit only and never decides a figure;
    ``origin`` is the address without secrets; ``notes`` are sentences that the reader
    should see though nothing failed (a cap that was reached).
    """

    name: str
    sha256: str
    size: int
    path: Path
    modified_at: datetime | None
    origin: str
    notes: tuple[str, ...] = ()


class SqlReader(Protocol):
    """Reader of a foreign database: yields the column names, then each row as text."""

    def __call__(
        self, url: str, *, table: str | None, query: str | None, auth: Auth | None, timeout_s: float
    ) -> Iterator[Sequence[str]]:
        """Read one table or query; absent values are empty."""


def is_transient(exc: BaseException) -> bool:
    """Tell whether a second try may help: broken connections, timeouts, busy servers; never a refusal."""
    if isinstance(exc, PipelineError):
        status = exc.params.get("status")
        busy = isinstance(status, int) and (status in BUSY_STATUS or status >= SERVER_ERRORS)
        return exc.code in TRANSIENT_CODES or busy
    return isinstance(exc, (ConnectionError, TimeoutError))


TRANSIENT_CODES = frozenset({"E203", "E220", "E226"})
BUSY_STATUS = frozenset({408, 425, 429})
SERVER_ERRORS = 500
