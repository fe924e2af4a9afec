"""Keys that the operator gives: for the archive, for backups, for the names in the vault.

They come from the environment or from a file that it names, never from the county's folder or the database.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemas.errors import ConfigInvalid

ARCHIVE_KEY = "TEILHABE_ARCHIVE_KEY"
BACKUP_KEY = "TEILHABE_BACKUP_KEY"
VAULT_KEY = "TEILHABE_VAULT_KEY"
KEY_BYTES = 32
ID_BYTES = 8


@dataclass(frozen=True)
class Keyring:
    """The key that seals, and older ones that still open."""

    current: bytes | None = field(default=None, repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def current_id(self) -> bytes | None:
        """Id of the sealing key, ``None`` without one."""
        return None if self.current is None else key_id(self.current)

    def find(self, wanted: bytes) -> bytes | None:
        """Return the key with this id, if it is at hand."""
        held = (() if self.current is None else (self.current,)) + self.older
        return next((key for key in held if key_id(key) == wanted), None)


def read_keys(environ: Mapping[str, str], name: str = ARCHIVE_KEY) -> Keyring:
    """Read the keys of a purpose: TEILHABE_ARCHIVE_KEY, else the file that TEILHABE_ARCHIVE_KEY_FILE names.

    One key a line or separated by commas; the first seals, all open. A key is 32 bytes
    as Base64 (either alphabet) or 64 hex digits. Without either nothing is sealed.

    Raises:
        ConfigInvalid: E215 a key that cannot be used; the key itself is never shown.
    """
    origin, text = name, environ.get(name, "")
    if not text.strip() and environ.get(f"{name}_FILE"):
        origin = f"{name}_FILE"
        try:
            text = Path(environ[origin]).read_text("ascii")
        except (OSError, ValueError):
            raise ConfigInvalid("E215", origin=origin) from None
        if not text.strip():
            raise ConfigInvalid("E215", origin=origin)
    keys = [_parsed(each, origin) for each in text.replace(",", " ").split()]
    return Keyring(keys[0], tuple(keys[1:])) if keys else Keyring()


def _parsed(text: str, origin: str) -> bytes:
    from base64 import urlsafe_b64decode

    try:
        if len(text) == 2 * KEY_BYTES:
            return bytes.fromhex(text)
        key = urlsafe_b64decode(text.replace("+", "-").replace("/", "_").rstrip("=") + "=")
    except ValueError:
        raise ConfigInvalid("E215", origin=origin) from None
    if len(key) != KEY_BYTES:
        raise ConfigInvalid("E215", origin=origin)
    return key


def key_id(key: bytes) -> bytes:
    """Return the public name of a key; nothing about the key follows from it."""
    return hashlib.sha256(b"teilhabe archive key id" + key).digest()[:ID_BYTES]
