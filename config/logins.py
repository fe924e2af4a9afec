"""How a county logs in at a remote place: ``auth`` of a source or of the outbox."""

from pathlib import Path

import yaml

from config.folders import locate
from config.sources import Auth
from config.yaml_marks import Section


def read_auth(section: Section, folder: Path) -> Auth | None:
    """Return the log-in: ``user:password`` or a token in one text, or its parts in a mapping."""
    if not isinstance(section.node("auth"), yaml.MappingNode):
        text = section.secret("auth")
        if text is None:
            return None
        user, colon, password = text.partition(":")
        return Auth(user=user, password=password) if colon else Auth(token=text)
    parts = section.section("auth")
    key_file = parts.optional_text("key_file")
    auth = Auth(
        user=parts.optional_text("user"),
        password=parts.secret("password"),
        token=parts.secret("token"),
        key_file=None if key_file is None else Path(locate(key_file, folder)),
        passphrase=parts.secret("passphrase"),
    )
    section.node("auth_file")
    parts.close()
    return auth
