"""Which version tables a record kind is loaded into, and with which columns."""

from dataclasses import dataclass
from typing import Final

from schemas.identities import mention_condition
from schemas.kinds import KINDS, Kind

SQL_TYPES: Final = {
    "text": "text",
    "id": "text",
    "code": "text",
    "date": "date",
    "bool": "boolean",
    "int": "integer",
    "number": "numeric(12, 2)",
}
_SINGULAR: Final = {
    "participants": "participant",
    "contacts": "contact",
    "episodes": "episode",
    "consents": "consent",
    "needs": "need",
    "offers": "offer",
    "enrolments": "enrolment",
    "staff": "staff",
    "network_contacts": "network_contact",
    "meetings": "meeting",
    "decisions": "decision",
}


@dataclass(frozen=True)
class Target:
    """One version table of a kind: its columns and which staged rows go there (SQL condition)."""

    table: str
    columns: tuple[str, ...]
    only: str = "TRUE"


def names_person(kind: Kind) -> bool:
    """Tell whether records of this kind belong to a person."""
    return "person_id" in kind.names


def targets_of(kind: Kind) -> tuple[Target, ...]:
    """Return the version tables of a kind: core without names, vault with them."""
    dropped = {"person_id"} | {column.name for column in kind.columns if column.personal}
    if kind.name == "enrolments":
        dropped.add("ags")
    columns = tuple(name for name in kind.names if name not in dropped)
    if names_person(kind):
        columns = ("ref_id", *columns)
    if kind.name == "enrolments":
        columns = ("offer_source", *columns)
    core = Target(f"core.{_SINGULAR[kind.name]}_version", columns)
    if kind.name == "participants":
        identity = ("ref_id", "last_name", "first_name", "birth_date", "ags", "email", "phone")
        return (core, Target("vault.identity_version", identity))
    if kind.name == "enrolments":
        mention = ("ref_id", "last_name", "first_name", "birth_date", "ags")
        return (core, Target("vault.identity_version", mention, mention_condition("person_id")))
    return (core,)


def copied_table(kind: Kind) -> str:
    """Return the statement that makes the temporary table into which records of a kind are copied."""
    columns = [f"{column.name} {SQL_TYPES[column.type]}" for column in kind.columns]
    columns += ["file integer", "sheet text", "row integer", "rejected boolean"]
    return f"CREATE TEMPORARY TABLE copied_{kind.name} ({', '.join(columns)}) ON COMMIT DROP"


def key_expression(kind: Kind) -> str:
    """Return the SQL of a record's key: md5 over the key's parts, the person by reference."""
    parts = ["ref_id" if name == "person_id" else name for name in kind.key]
    return f"md5(json_build_array({', '.join(parts)})::text)::uuid"


def fingerprint(alias: str, columns: tuple[str, ...]) -> str:
    """Return the SQL of 64 bits that tell a record's content from another within one statement; never to be stored.

    PostgreSQL does not promise the function's values from one version to the next.
    """
    return f"hash_record_extended(ROW({', '.join(f'{alias}.{name}' for name in columns)}), 0)"


def content_columns(kind: Kind) -> tuple[str, ...]:
    """Return all columns whose difference makes two records of the same key a conflict."""
    own = tuple("ref_id" if name == "person_id" else name for name in kind.names)
    return (*own, "offer_source") if kind.name == "enrolments" else own


LOADED_KINDS: Final = tuple(KINDS)
