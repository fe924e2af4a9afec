"""Names and contact data of the vault under a key that no dump holds: AES-SIV, one derived key a county.

Sealed text is ``⟦1:key id:Base64⟧``. Equal texts are sealed alike, so that a load tells by the sealed text whether a
name has changed; what a dump then still tells is which rows bear the same name. AES-SIV (RFC 5297) is made for that.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from schemas.errors import ConfigInvalid
from tasks.keyring import VAULT_KEY, Keyring, key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

PREFIX: Final = "⟦1:"
COLUMNS: Final = ("last_name", "first_name", "email", "phone")
"""What is sealed. Birth dates, communes and suppliers' ids stay plain: SQL counts and joins by them."""
_SEALED = re.compile(r"⟦1:([0-9a-f]{16}):([A-Za-z0-9_-]+={0,2})⟧")


class NameCipher:
    """Seals and opens one county's names.

    ``current`` is the id of the key under which the county's names stand.

    Raises:
        ConfigInvalid: E410, the key is not at hand.
    """

    def __init__(self, county: str, current: str, keyring: Keyring) -> None:
        """Derive the county's key."""
        master = keyring.find(bytes.fromhex(current))
        if master is None:
            raise ConfigInvalid("E410", key=current, variable=VAULT_KEY)
        self.current = current
        self._bound = [county.encode()]
        self._siv = _siv_of(master)
        self.seal = lru_cache(maxsize=100_000)(self._seal)
        self.open = lru_cache(maxsize=100_000)(self._open)

    def _seal(self, text: str) -> str:
        # A delivered text that looks sealed is sealed once more.
        return f"{PREFIX}{self.current}:{urlsafe_b64encode(self._siv.encrypt(text.encode(), self._bound)).decode()}⟧"

    def _open(self, text: str) -> str:
        """Return the plain text; a text that this key has not sealed stays as it is."""
        from cryptography.exceptions import InvalidTag

        found = _SEALED.fullmatch(text)
        if found is None or found[1] != self.current:
            return text
        try:
            return self._siv.decrypt(urlsafe_b64decode(found[2]), self._bound).decode()
        except (InvalidTag, ValueError):
            return text


def _siv_of(master: bytes) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESSIV(HKDF(SHA256(), 64, None, b"teilhabe names 1").derive(master))


def id_of(key: bytes) -> str:
    """Return the id of a key as it stands in sealed text."""
    return key_id(key).hex()
