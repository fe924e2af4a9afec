"""Seal the names that stand in the vault, open them, or put them under another key: a whole county at once."""

from sqlalchemy import text

from schemas.identities import mention_condition
from tasks.sealed_names import COLUMNS, NameCipher
from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.session import CountySession

_TEXTS = " UNION ".join(
    f"SELECT {name} AS stored, FALSE AS is_id FROM vault.identity_version WHERE county = :county AND {name} IS NOT NULL"
    for name in COLUMNS
)
_IDS = f"SELECT person_id, TRUE FROM vault.source_id WHERE county = :county AND {mention_condition('person_id')}"


def key_of_names(session: CountySession) -> str | None:
    """Return the id of the key under which the names stand, None in plain text; asked of an older schema too."""
    if session.value("SELECT to_regclass('vault.name_seal')") is None:
        return None
    key: str | None = session.value("SELECT key_id FROM vault.name_seal WHERE county = :county")
    return key


def keep_names_under(session: CountySession, wanted: NameCipher | None) -> int:
    """Rewrite every name and mention's id of the session's county, versions of the past too; return how many rows.

    ``wanted`` None: in plain text from now on. No version is added: content is the same, however it is written.

    Raises:
        ConfigInvalid: E410, the names are sealed and their key is not at hand.
    """
    import pandas as pd

    standing = session.names
    with wrapped():
        found = session.connection.execute(text(f"{_TEXTS} UNION {_IDS}"), {"county": session.county})
        stored = [(str(row[0]), bool(row[1])) for row in found]  # as it stands: ``session.rows`` would open it
    kept = [
        (each, is_id, _written(each if standing is None else standing.open(each), wanted, is_id=is_id))
        for each, is_id in stored
    ]
    session.do("CREATE TEMPORARY TABLE kept_name (stored text, is_id boolean, kept text) ON COMMIT DROP")
    session.copy("kept_name", pd.DataFrame(kept, columns=["stored", "is_id", "kept"]))
    session.do("ANALYZE kept_name")
    joins = " ".join(
        f"LEFT JOIN kept_name AS {name}_k ON NOT {name}_k.is_id AND i.{name} = {name}_k.stored" for name in COLUMNS
    )
    changed = session.do(
        f"UPDATE vault.identity_version AS v SET {', '.join(f'{name} = n.{name}' for name in COLUMNS)} FROM ("
        f"SELECT i.version_id, {', '.join(f'{name}_k.kept AS {name}' for name in COLUMNS)} "
        f"FROM vault.identity_version AS i {joins} WHERE i.county = :county) AS n "
        "WHERE v.county = :county AND v.version_id = n.version_id"
    )
    changed += session.do(
        "UPDATE vault.source_id AS v SET person_id = k.kept FROM kept_name AS k WHERE v.county = :county "
        "AND k.is_id AND v.person_id = k.stored"
    )
    session.do("DELETE FROM vault.name_seal WHERE county = :county")
    if wanted is not None:
        session.do("INSERT INTO vault.name_seal (county, key_id) VALUES (:county, :key)", key=wanted.current)
    del session.names  # asked again by whoever goes on in this transaction
    return changed


def _written(plain: str, wanted: NameCipher | None, *, is_id: bool) -> str:
    if wanted is None:
        return plain
    return wanted.seal_id(plain) if is_id else wanted.seal(plain)
