"""Seal a county's names in the vault and open them again, under the county's lock; the audit keeps keys and reason."""

import os
import uuid
from typing import Any

from flows.parameters import today_in
from schemas.errors import UsageError
from schemas.messages import say
from tasks.keyring import VAULT_KEY, read_keys
from tasks.run import Run, county_at
from tasks.sealed_names import NameCipher, id_of
from tasks.warehouse.lock import county_lock
from tasks.warehouse.name_seal import keep_names_under, key_of_names
from tasks.warehouse.runs import write_audit


def vault_state(run: Run) -> dict[str, Any]:
    """Return whether the names are sealed, under which key, and which keys are at hand; ids tell no key."""
    keyring = read_keys(os.environ, VAULT_KEY)
    at_hand = [id_of(key) for key in ((keyring.current, *keyring.older) if keyring.current else ())]
    with run.session() as session:
        sealed_by = key_of_names(session)
        rows = session.value("SELECT count(*) FROM vault.identity_version WHERE county = :county")
    return {"sealed": sealed_by is not None, "key": sealed_by, "keys_at_hand": at_hand, "rows": rows}


def names_ready(run: Run) -> list[str]:
    """Look to the names before a night: without their key nothing is begun, with a key a new county begins sealed.

    Returns a sentence where names stand in plain text although a key is given. The caller holds the lock.

    Raises:
        ConfigInvalid: E410, the names are sealed and the key is not at hand; E215, the key cannot be used.
    """
    with run.session() as session:
        if session.has_sealed_names():
            return []
        keyring = read_keys(os.environ, VAULT_KEY)
        if keyring.current is None:
            return []
        if session.value("SELECT count(*) FROM vault.source_id WHERE county = :county"):
            return [say("vault_plain_with_key")]
        cipher = NameCipher(run.county.key, id_of(keyring.current), keyring)
        keep_names_under(session, cipher)
        detail = {"old": None, "new": cipher.current, "rows": 0}
        write_audit(session, "seal names", object_="vault", reason=say("vault_from_the_start"), detail=detail)
    return []


def seal_names(config_dir: str, reason: str) -> dict[str, Any]:
    """Seal every name under the first key at hand; names under an older key move to it.

    Raises:
        UsageError: E411, no key is given.
        ConfigInvalid: E410, the names are sealed under a key that is not at hand.
    """
    keyring = read_keys(os.environ, VAULT_KEY)
    if keyring.current is None:
        raise UsageError("E411", variable=VAULT_KEY)
    county = county_at(config_dir)
    return _keep(config_dir, NameCipher(county.key, id_of(keyring.current), keyring), reason, "seal names")


def open_names(config_dir: str, reason: str) -> dict[str, Any]:
    """Put every name back into plain text.

    Raises:
        ConfigInvalid: E410, the key is not at hand.
    """
    return _keep(config_dir, None, reason, "open names")


def _keep(config_dir: str, wanted: NameCipher | None, reason: str, action: str) -> dict[str, Any]:
    county = county_at(config_dir)
    run = Run(config_dir, str(uuid.uuid4()), today_in(county))
    with county_lock(run.warehouse.engine, county.key, run.run_id), run.session() as session:
        before = session.names.current if session.names else None
        after = wanted.current if wanted else None
        rows = keep_names_under(session, wanted) if before != after else 0
        write_audit(session, action, object_="vault", reason=reason, detail={"old": before, "new": after, "rows": rows})
    return {"sealed": after is not None, "key": after, "old_key": before, "rows": rows}
