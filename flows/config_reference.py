"""The reference of config keys, made by listening to the readers: what they ask for is what a county may write."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from config.codelists import read_codelists
from config.county import read_county
from config.folders import SHIPPED_COUNTY, Folders
from config.problems import Problems
from config.source_files import read_source
from config.yaml_marks import Section, open_yaml

TYPES = {
    "required_text": "text",
    "optional_text": "text",
    "integer": "whole number",
    "flag": "true or false",
    "day": "date",
    "share": "share (30% or 0.3)",
    "days": "duration (7d, 2w)",
    "texts": "list of texts",
    "secret": "secret, or KEY_file",
}
COUNTY = {
    "county.name": "Name of the county, as reports print it.",
    "county.key": "First digits of its communes' AGS: who lives in the county.",
    "programme.name": "Name of the programme, as reports print it.",
    "programme.pack": "Folder with rules, KPIs, goals, code lists; one of this name in the county's folder goes first.",
    "programme.starts_on": "First day that counts; its school year is the first.",
    "programme.ends_on": "Last day; ends the list of school years.",
    "inbox": "Where deliveries lie: a folder or any URL that a source may name; `{inbox}` in sources.",
    "timezone": "Decides what day it is.",
    "warehouse": "PostgreSQL; empty: the embedded server below `state`.",
    "state": "Archive, keys, embedded warehouse, outbox, reports.",
    "disclosure.method": "How breakdowns are protected.",
    "disclosure.base": "Breakdowns are rounded to multiples of it.",
    "disclosure.min_count": "Smaller counts are small.",
    "disclosure.release": "How often breakdowns may change.",
    "caseload.per_fte": "Persons a full-time participation manager may look after.",
    "thresholds.unmet_after_days": "A need without seat or proposal is unmet after so many days.",
    "thresholds.seats_fresh_days": "A count of free seats is stale after so many days.",
    "thresholds.offers_fresh_days": "An offer is stale when nobody verified it for so many days.",
    "thresholds.status_gap_days": "A gap between two target periods of a residence status that is bridged.",
    "steering_body": "Its meetings count for `meetings_held`.",
    "alarms.mail_to": "Who is told of troubles; nobody: they are only listed.",
    "alarms.mail_from": "Sender of every mail.",
    "alarms.smtp": "Mail server, host:port.",
    "alarms.starttls": "Encrypt after connecting.",
    "alarms.user": "Login at the mail server.",
    "alarms.password": "Its password.",
    "alarms.webhook": "URL that gets each new trouble as JSON.",
    "alarms.silent_after_hours": "Longest time without a run.",
    "alarms.rejected": "Share of rejected rows of a delivery that is a trouble; unset: 10%.",
    "outbox.url": "Where workbooks go every night: folder, sftp://, webdavs://; `{caseworker}`: a folder each.",
    "outbox.mail": "Mapping of case manager to address: who is told that her list lies there.",
    "outbox.names": "Names stand beside case numbers.",
    "outbox.auth": "Login: `user:password`, a token, or a mapping of user, password, token, key_file, passphrase.",
    "outbox.host_key": "SFTP: pinned key (SHA256:… or a public key).",
    "outbox.allow_hosts": "WebDAV: `http://host` allows plain HTTP there.",
    "outbox.timeout_s": "Seconds until a place counts as silent.",
}
SOURCE = {
    "source": "Equals the file's name.",
    "format.type": "What the file is.",
    "format.encoding": "Empty: byte order mark, strict UTF-8, then cp1252.",
    "format.delimiter": "One character; empty: found.",
    "format.quote": "One character around texts.",
    "format.decimal": "Sign between whole and parts.",
    "format.sheet": "Sheet of a workbook; empty: the first visible one.",
    "format.header_row": "Number from 1, or auto: where most mapped headers stand.",
    "format.header_rows": "2: the upper, merged name and the lower one joined.",
    "format.skip_footer": "So many last rows that are not empty are no records.",
    "format.password": "Opens a protected workbook.",
    "dates": "Formats of dates, tried in order.",
    "supplier.name": "Who delivers; unset: the source's name.",
    "supplier.email": "Where feedback goes.",
    "pull.url": "Where the delivery lies ([connect a source](../how-to/connect-a-source.md)).",
    "pull.newest_only": "Of several files the newest alone, by the date in its name, else its time.",
    "pull.optional": "No file is no error.",
    "pull.auth": "Login: `user:password`, a token, or a mapping of user, password, token, key_file, passphrase.",
    "pull.host_key": "SFTP: pinned keys, one a line.",
    "pull.allow_hosts": "Hosts with a private address, or that HTTPS may be sent on to; `http://host`: plain HTTP.",
    "pull.max_bytes": "Largest file that is taken.",
    "pull.timeout_s": "Seconds for one transfer.",
    "pull.table": "SQL: the table that is read.",
    "pull.query": "SQL: or the query.",
    "delivery": "full: a record that is missing has ended.",
    "expect.every": "How often something new comes; later is overdue.",
    "expect.max_change": "A larger change of the number of records waits for a person.",
    "expect.max_rejected": "A larger share of rejected rows waits for a person.",
    "expect.rows.min": "Fewer rows are a mistake.",
    "expect.rows.max": "More rows are a mistake.",
    "ids.person": "The source whose person ids are meant.",
    "ids.offer": "The source whose offer ids are meant.",
    "ignore": "Headers that are dropped on purpose.",
}


class Listening(Section):
    """A section that notes the first question for each key: type and default, in order."""

    heard: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, section: Section, heard: dict[str, tuple[str, str]]) -> "Listening":
        """Listen at an open section; what is asked below it is noted in the same list."""
        ear = cls.__new__(cls)
        ear.__dict__.update(section.__dict__)
        ear.heard = heard
        for name in (*TYPES, "choice", "text", "number"):
            ear.__dict__[name] = partial(ear.note, name, getattr(section, name))
        return ear

    def note(self, name: str, ask: Callable[..., Any], key: str, *words: Any, **named: Any) -> Any:
        """Note the question and pass it on."""
        given = words[0] if words and name in ("text", "integer", "number") else words[1] if name == "choice" else None
        kind = TYPES.get(name, "number" if name == "number" else "text")
        if name == "choice":
            kind = " or ".join(f"`{each}`" for each in words[0])
        default = "required" if name == "required_text" or (name == "choice" and given is None) else given
        unset = default is None or (name == "number" and not default)
        shown = "false" if name == "flag" else "" if unset else str(default)
        self.heard.setdefault(self.path + key, (kind, shown))
        return ask(key, *words, **named)

    def section(self, key: str) -> "Listening":
        """Listen below, too."""
        return Listening.of(super().section(key), self.heard)


def config_page() -> str:
    """Return the page of keys of county.yaml and of a source."""
    parts = [
        "# Config keys",
        "",
        "Unknown keys are refused with their place and the nearest known one. `${VAR}` and `${VAR:-default}` take",
        "values from the environment; a secret may stand in a file that `KEY_file` names. Relative paths begin at the",
        "county's folder.",
        "",
        "## county.yaml",
        "",
        *_table(*_heard_of_county()),
        "",
        "## sources/<source>.yaml",
        "",
        *_table(_heard_of_source(), SOURCE),
        "",
        "`records` maps canonical columns to headers: [record kinds](record-kinds.md), and `{column, values, default,",
        "split, dates, const}` for one column ([connect a source](../how-to/connect-a-source.md)).",
        "",
    ]
    return "\n".join(parts)


def _heard_of_county() -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    heard: dict[str, tuple[str, str]] = {}
    read_county(Listening.of(_opened(SHIPPED_COUNTY / "county.yaml"), heard), SHIPPED_COUNTY)
    heard.setdefault("outbox.mail", ("mapping", ""))
    return heard, COUNTY


def _heard_of_source() -> dict[str, tuple[str, str]]:
    heard: dict[str, tuple[str, str]] = {}
    section = _opened(SHIPPED_COUNTY / "sources" / "landesdatenbank.yaml")
    settings = read_county(_opened(SHIPPED_COUNTY / "county.yaml"), SHIPPED_COUNTY)
    lists = Folders(SHIPPED_COUNTY, settings.pack_folder).effective("codelists", "*.csv")
    codelists = read_codelists(lists, SHIPPED_COUNTY, settings.key, Problems())
    read_source(Listening.of(section, heard), "{inbox}", SHIPPED_COUNTY, codelists)
    heard["supplier.name"] = ("text", "")
    return heard


def _opened(file: Path) -> Section:
    section = open_yaml(file, Problems(), {}, SHIPPED_COUNTY)
    assert section is not None, "the shipped county is readable"
    return section


def _table(heard: dict[str, tuple[str, str]], meanings: dict[str, str]) -> list[str]:
    """Return the rows; a key without a sentence, or a sentence without a key, is a defect of this page."""
    assert set(heard) == set(meanings), sorted(set(heard) ^ set(meanings))
    rows = [f"| `{key}` | {kind} | {default} | {meanings[key]} |" for key, (kind, default) in heard.items()]
    return ["| key | type | default | meaning |", "|---|---|---|---|", *rows]
