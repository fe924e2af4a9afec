"""What the warehouse holds about one person, for the person (Art. 15 GDPR), and what the person agreed to."""

import html
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from schemas.errors import UsageError
from tasks.erase.people import Person
from tasks.warehouse.session import CountySession

TECHNICAL = frozenset({"county", "record_key", "ref_id", "version_id", "content_key", "match_run"})


def consents_on(session: CountySession, person_uid: str, day: date) -> list[dict[str, Any]]:
    """Return purpose, state (given, withdrawn, expired) and days of each consent as it stands on a day."""
    return session.rows_of("privacy/consents", person_uid=person_uid, day=day)


def require_consent(session: CountySession, person_uid: str, purpose: str, day: date) -> None:
    """Refuse what needs a consent that does not stand on that day.

    Raises:
        UsageError: E836, with the purpose and why (never given, withdrawn, expired).
    """
    states = {row["purpose"]: row["state"] for row in consents_on(session, person_uid, day)}
    if states.get(purpose) != "given":
        raise UsageError("E836", purpose=purpose, state=states.get(purpose, "missing"), day=day)


def facts_of(session: CountySession, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return every row about a person by table, also versions of the past, technical columns left out."""
    tables = session.rows(
        "SELECT c.table_schema || '.' || c.table_name AS name, min(c.column_name) AS pointer "
        "FROM information_schema.columns AS c INNER JOIN information_schema.tables AS t "
        "ON c.table_schema = t.table_schema AND c.table_name = t.table_name WHERE t.table_type = 'BASE TABLE' "
        "AND c.table_schema IN ('core', 'vault') AND c.column_name IN ('ref_id', 'person_uid') GROUP BY 1 ORDER BY 1"
    )
    facts = {}
    for table in tables:
        is_uid = table["pointer"] == "person_uid"
        where = "person_uid = ANY(CAST(:keys AS uuid[]))" if is_uid else "ref_id = ANY(CAST(:keys AS bigint[]))"
        keys = list(person.person_uids) if is_uid else list(person.refs)
        rows = session.rows(
            f"SELECT to_jsonb(t) AS fact FROM {table['name']} AS t WHERE t.county = :county AND t.{where}", keys=keys
        )
        kept = [{k: v for k, v in row["fact"].items() if k not in TECHNICAL and v is not None} for row in rows]
        if kept:
            facts[table["name"]] = kept
    return facts


def page_of(title: str, sections: Mapping[str, Sequence[Mapping[str, Any]] | str]) -> str:
    """Return a plain page: a heading and a table (or a paragraph) a section; nothing is loaded from elsewhere."""
    parts = [
        '<!doctype html><html lang="de"><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title><style>body{{font-family:sans-serif;margin:2em}}"
        "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .5em;text-align:left}</style>",
        f"<h1>{html.escape(title)}</h1>",
    ]
    for heading, content in sections.items():
        parts.append(f"<h2>{html.escape(heading)}</h2>")
        parts.append(f"<p>{html.escape(content)}</p>" if isinstance(content, str) else _table(content))
    return "\n".join(parts) + "\n"


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    lines = [f"<tr>{head}</tr>"]
    for row in rows:
        cells = "".join(f"<td>{html.escape(str(row.get(name, '')))}</td>" for name in names)
        lines.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"
