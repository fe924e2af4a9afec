"""Where case managers' workbooks go by themselves (``outbox`` in county.yaml)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.folders import locate
from config.logins import read_auth
from config.sources import Auth
from config.yaml_marks import Section
from schemas.messages import say

CASEWORKER = "{caseworker}"
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


@dataclass(frozen=True)
class Outbox:
    """A folder, WebDAV or SFTP place that every published night fills; ``url`` empty: by command alone.

    ``{caseworker}`` in the URL's path gives each a folder of her own. ``mail`` names who is told that her list lies
    there, by case manager as delivered; the mail names nobody. ``names``: names stand beside case numbers.
    ``auth``, ``host_key``, ``allow_hosts`` and ``timeout_s`` mean what they mean for a source.
    """

    url: str = field(repr=False)
    names: bool = False
    mail: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: Auth | None = None
    host_key: str | None = field(default=None, repr=False)
    allow_hosts: tuple[str, ...] = ()
    timeout_s: float | None = None

    def address_of(self, *names: str) -> str | None:
        """Return the address of a case manager, looked up by each of the names, blind to case and blanks around."""
        book = {name.strip().casefold(): address for name, address in self.mail.items()}
        return next((book[key] for name in names if (key := name.strip().casefold()) in book), None)


def read_outbox(section: Section, folder: Path) -> Outbox:
    """Read the section; without it nothing goes out by itself."""
    url = section.optional_text("url")
    for placeholder in re.findall(r"\{([^}]*)\}", (url or "").replace(CASEWORKER, "")):
        section.report("url", "E128", name=placeholder, known="caseworker")
    mail = section.section("mail").written()
    for name, address in mail.items():
        if not _ADDRESS.fullmatch(address):
            section.report("mail", "E104", key=f"mail.{name}", expected=say("E188"))
    outbox = Outbox(
        url="" if url is None else locate(url, folder),
        names=section.flag("names"),
        mail=mail,
        auth=read_auth(section, folder),
        host_key=section.secret("host_key"),
        allow_hosts=section.texts("allow_hosts"),
        timeout_s=section.number("timeout_s", 0.0, 0.1, 86_400.0) or None,
    )
    if url is None and section.entries:
        section.report(None, "E102", key=f"{section.path}url")
    section.close()
    return outbox
