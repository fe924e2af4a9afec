"""Names and contact data of the vault under a key that no dump holds: AES-SIV, one derived key a county.

Sealed text is ``⟦1:key id:Base64⟧``. Equal texts are sealed alike, so that a load tells by the sealed text whether a
name has changed; what a dump then still tells is which rows bear the same name. AES-SIV (RFC 5297) is made for that.
Texts are filled up to steps of 32 bytes, so that their length does not tell the name.

The id of somebody named by name is a digest of name, birth date and commune: whoever holds a dump could try
names until one fits. It is sealed too, behind its ``~``.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from schemas.errors import ConfigInvalid
from schemas.identities import MENTION_PREFIX, is_mention
from tasks.keyring import VAULT_KEY, Keyring, key_id

if TYPE_CHECKING:
    import pyarrow as pa
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

PREFIX: Final = "⟦1:"
COLUMNS: Final = ("last_name", "first_name", "email", "phone")
"""What is sealed of a person. Birth dates, communes and suppliers' ids stay plain: SQL counts and joins by them."""
ID_COLUMNS: Final = ("person_id", "other_id")
"""Where ids stand that may be a mention's."""
SEALED_STARTS: Final = (PREFIX, MENTION_PREFIX + PREFIX)
STEP: Final = 32
_SEALED = re.compile(r"(~?)⟦1:([0-9a-f]{16}):([A-Za-z0-9_-]+={0,2})⟧")


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
        # A delivered text that looks sealed is sealed once more. No text of the database holds a zero byte.
        plain = text.encode()
        sealed = self._siv.encrypt(plain + bytes(-len(plain) % STEP), self._bound)
        return f"{PREFIX}{self.current}:{urlsafe_b64encode(sealed).decode()}⟧"

    def seal_id(self, person_id: str) -> str:
        """Return the id as it is stored: a mention's sealed behind its sign, a supplier's as it is."""
        if not is_mention(person_id):
            return person_id
        return MENTION_PREFIX + self.seal(person_id.removeprefix(MENTION_PREFIX))

    def _open(self, text: str) -> str:
        """Return the plain text of a name or an id; a text that this key has not sealed stays as it is."""
        from cryptography.exceptions import InvalidTag

        found = _SEALED.fullmatch(text)
        if found is None or found[2] != self.current:
            return text
        try:
            return found[1] + self._siv.decrypt(urlsafe_b64decode(found[3]), self._bound).rstrip(b"\0").decode()
        except (InvalidTag, ValueError):
            return text


def _siv_of(master: bytes) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESSIV(HKDF(SHA256(), 64, None, b"teilhabe names 1").derive(master))


def sealed_table(table: "pa.Table", columns: Iterable[str], names: NameCipher) -> "pa.Table":
    """Return an Arrow table with these columns (of ``COLUMNS`` or ``ID_COLUMNS``) sealed; absent texts stay absent."""
    import pyarrow as pa

    for name in columns:
        seal = names.seal_id if name in ID_COLUMNS else names.seal
        texts = table.column(name).combine_chunks().dictionary_encode()
        kept = pa.array([seal(text) for text in texts.dictionary.to_pylist()], pa.string())
        column = pa.DictionaryArray.from_arrays(texts.indices, kept).cast(pa.string())
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def id_of(key: bytes) -> str:
    """Return the id of a key as it stands in sealed text."""
    return key_id(key).hex()
