"""Seal the names that stand in the vault, open them, or put them under another key: a whole county at once."""

from sqlalchemy import text

from tasks.sealed_names import COLUMNS, NameCipher
from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.session import CountySession

_TEXTS = " UNION ".join(
    f"SELECT {name} AS stored FROM vault.identity_version WHERE county = :county AND {name} IS NOT NULL"
    for name in COLUMNS
)


def keep_names_under(session: CountySession, wanted: NameCipher | None) -> int:
    """Rewrite every name of the session's county, versions of the past too; return how many rows hold one.

    ``wanted`` None: in plain text from now on. No version is added: content is the same, however it is written.

    Raises:
        ConfigInvalid: E410, the names are sealed and their key is not at hand.
    """
    import pandas as pd

    standing = session.names
    with wrapped():
        found = session.connection.execute(text(_TEXTS), {"county": session.county})
        stored = [str(row[0]) for row in found]  # as it stands: ``session.rows`` would open it
    plain = [text if standing is None else standing.open(text) for text in stored]
    kept = [text if wanted is None else wanted.seal(text) for text in plain]
    session.do("CREATE TEMPORARY TABLE kept_name (stored text, kept text) ON COMMIT DROP")
    session.copy("kept_name", pd.DataFrame({"stored": stored, "kept": kept}, dtype="str"))
    session.do("ANALYZE kept_name")
    joins = " ".join(f"LEFT JOIN kept_name AS {name}_k ON i.{name} = {name}_k.stored" for name in COLUMNS)
    changed = session.do(
        f"UPDATE vault.identity_version AS v SET {', '.join(f'{name} = n.{name}' for name in COLUMNS)} FROM ("
        f"SELECT i.version_id, {', '.join(f'{name}_k.kept AS {name}' for name in COLUMNS)} "
        f"FROM vault.identity_version AS i {joins} WHERE i.county = :county) AS n "
        "WHERE v.county = :county AND v.version_id = n.version_id"
    )
    session.do("DELETE FROM vault.name_seal WHERE county = :county")
    if wanted is not None:
        session.do("INSERT INTO vault.name_seal (county, key_id) VALUES (:county, :key)", key=wanted.current)
    del session.names  # asked again by whoever goes on in this transaction
    return changed
