"""Find a person in the warehouse, count what is there, delete it.

Which tables speak about a person the catalogue says: whatever has a ``ref_id`` or
a ``person_uid`` in ``core`` or ``vault``. A table that is added later is emptied too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.erase.tokens import Naming, Suppressed, is_vague, make_token
from tasks.warehouse.session import CountySession


@dataclass(frozen=True)
class Person:
    """What the vault holds of one person: references, suppliers' ids, spellings with birth dates."""

    person_uids: tuple[str, ...]
    refs: tuple[int, ...]
    ids: tuple[tuple[str, str], ...]
    spellings: tuple[tuple[str, str, str], ...]

    @property
    def is_known(self) -> bool:
        """Tell whether the vault knows anybody."""
        return bool(self.refs)


def read_person(session: CountySession, person_uids: Sequence[str]) -> Person:
    """Return everything that names these uids (one person's)."""
    ids = session.rows(
        "SELECT ref_id, source, person_id FROM vault.source_id WHERE county = :county "
        "AND person_uid = ANY(CAST(:uids AS uuid[])) ORDER BY ref_id",
        uids=list(person_uids),
    )
    refs = [row["ref_id"] for row in ids]
    spellings = session.rows(
        "SELECT DISTINCT coalesce(last_name, '') AS last_name, coalesce(first_name, '') AS first_name, "
        "coalesce(birth_date::text, '') AS born FROM vault.identity_version WHERE county = :county "
        "AND ref_id = ANY(CAST(:refs AS bigint[])) ORDER BY 1, 2, 3",
        refs=refs,
    )
    return Person(
        tuple(person_uids),
        tuple(refs),
        tuple((row["source"], row["person_id"]) for row in ids),
        tuple((row["last_name"], row["first_name"], row["born"]) for row in spellings),
    )


def whole_person(session: CountySession, person_uid: str, naming: Naming) -> list[str]:
    """Return the uid, and those of mentions in review that carry the same folded name and have no other candidate."""
    own = {naming.fold(last, first) for last, first, _ in read_person(session, [person_uid]).spellings}
    doubtful = session.rows(
        "SELECT m.person_uid::text AS uid, i.last_name, i.first_name FROM vault.source_id AS m "
        "INNER JOIN vault.identity_version AS i ON m.county = i.county AND m.ref_id = i.ref_id "
        "WHERE m.county = :county AND NOT m.is_participant AND m.link_state = 'review' AND EXISTS ("
        "SELECT 1 FROM vault.review AS r INNER JOIN vault.source_id AS c ON r.county = c.county "
        "AND r.candidate_ref = c.ref_id WHERE r.county = m.county AND r.ref_id = m.ref_id "
        "HAVING bool_and(c.person_uid = CAST(:uid AS uuid)) AND count(*) > 0)",
        uid=person_uid,
    )
    same = {row["uid"] for row in doubtful if naming.fold(row["last_name"] or "", row["first_name"] or "") in own}
    return [person_uid, *sorted(same)]


def tokens_of(session: CountySession, person: Person, key: bytes, naming: Naming) -> frozenset[str]:
    """Return the tokens of a person.

    A name with birth date that another person shares (somebody decided that they
    are two) makes no token: it would take the other one along.
    """
    tokens = {make_token(key, "id", source, person_id) for source, person_id in person.ids}
    others = _keys_of_others(session, person, naming)
    for last, first, born in person.spellings:
        folded = naming.fold(last, first)
        if folded and not is_vague(born) and (folded, born) not in others:
            tokens.add(make_token(key, "born", folded, born))
        if folded and all(name != folded for name, _ in others):
            tokens.add(make_token(key, "name", folded))
    return frozenset(tokens)


def _keys_of_others(session: CountySession, person: Person, naming: Naming) -> set[tuple[str, str]]:
    days = sorted({born for _, _, born in person.spellings if born})
    rows = session.rows(
        "SELECT DISTINCT coalesce(last_name, '') AS last_name, coalesce(first_name, '') AS first_name, "
        "coalesce(birth_date::text, '') AS born FROM vault.identity_version WHERE county = :county "
        "AND NOT ref_id = ANY(CAST(:refs AS bigint[])) AND birth_date = ANY(CAST(:days AS date[]))",
        refs=list(person.refs),
        days=days,
    )
    return {(naming.fold(row["last_name"], row["first_name"]), row["born"]) for row in rows}


def find_suppressed(session: CountySession, suppressed: Suppressed, naming: Naming) -> Person:
    """Return whoever in the vault the tokens name: after a restore, or when a killed erasure goes on."""
    uids = set()
    for row in session.rows(
        "SELECT source, person_id, person_uid::text AS uid FROM vault.source_id WHERE county = :county"
    ):
        if suppressed.by_id(row["source"], row["person_id"]):
            uids.add(row["uid"])
    named = session.rows(
        "SELECT DISTINCT s.person_uid::text AS uid, i.last_name, i.first_name, i.birth_date::text AS born "
        "FROM vault.identity_version AS i INNER JOIN vault.source_id AS s ON i.county = s.county "
        "AND i.ref_id = s.ref_id "
        "WHERE i.county = :county AND s.is_participant"
    )
    for row in named:
        folded = naming.fold(row["last_name"] or "", row["first_name"] or "")
        if suppressed.by_birth(folded, row["born"] or ""):
            uids.add(row["uid"])
    return read_person(session, sorted(uids))


def count_facts(session: CountySession, person: Person) -> dict[str, int]:
    """Return how many rows speak about a person, by table; tables without any do not appear."""
    counts = {
        table: session.value(f"SELECT count(*) FROM {table} WHERE county = :county AND ({where})", **binds)
        for table, where, binds in _places(session, person)
    }
    return {table: count for table, count in counts.items() if count}


def delete_facts(session: CountySession, person: Person) -> dict[str, int]:
    """Delete everything that speaks about a person; return the counts by table."""
    counts = {
        table: session.do(f"DELETE FROM {table} WHERE county = :county AND ({where})", **binds)
        for table, where, binds in _places(session, person)
    }
    return {table: count for table, count in counts.items() if count}


def _places(session: CountySession, person: Person) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (table, condition, binds) in the order in which they must go: what others are found by goes last."""
    found = session.rows(
        "SELECT DISTINCT ON (c.table_schema, c.table_name) c.table_schema || '.' || c.table_name AS name, "
        "c.column_name AS pointer FROM information_schema.columns AS c INNER JOIN information_schema.tables AS t "
        "ON c.table_schema = t.table_schema AND c.table_name = t.table_name WHERE t.table_type = 'BASE TABLE' "
        "AND c.table_schema IN ('core', 'vault') AND c.column_name IN ('ref_id', 'person_uid') "
        "ORDER BY c.table_schema, c.table_name, c.column_name DESC"
    )
    pointers = {row["name"]: row["pointer"] for row in found}
    versions = sorted(name for name in pointers if name.endswith("_version"))
    refs, uids = {"refs": list(person.refs)}, {"uids": list(person.person_uids)}
    of_refs, of_uids = "ref_id = ANY(CAST(:refs AS bigint[]))", "person_uid = ANY(CAST(:uids AS uuid[]))"
    own_rows = " UNION ".join(
        f"SELECT v.file_id, coalesce(v.sheet, '') AS sheet, v.row FROM {name} AS v WHERE v.county = :county "
        f"AND v.{of_refs}"
        for name in versions
    )
    same_place = f"(file_id, coalesce(sheet, ''), row) IN ({own_rows})"
    proposals = (
        f"proposal_id IN (SELECT p.proposal_id FROM core.match_proposal AS p WHERE p.county = :county AND p.{of_uids})"
    )
    places: list[tuple[str, str, dict[str, Any]]] = [
        ("quarantine.row", same_place, refs),
        ("quarantine.warning", same_place, refs),
        ("core.decision_version", proposals, uids),
        ("vault.review", f"{of_refs} OR candidate_ref = ANY(CAST(:refs AS bigint[]))", refs),
    ]
    last = ("vault.identity_version", "vault.source_id")
    for name in [*sorted(set(pointers) - {*last, "vault.review"}), *last]:
        is_ref = pointers[name] == "ref_id"
        places.append((name, of_refs if is_ref else of_uids, refs if is_ref else uids))
    return places


def delete_places(session: CountySession, file_ids: Sequence[int], rows: dict[str | None, set[int]]) -> int:
    """Delete the quarantine's rows and remarks about rows of archived files that are gone."""
    count = 0
    for sheet, numbers in rows.items():
        for table in ("quarantine.row", "quarantine.warning"):
            count += session.do(
                f"DELETE FROM {table} WHERE county = :county AND file_id = ANY(CAST(:files AS bigint[])) "
                "AND sheet IS NOT DISTINCT FROM CAST(:sheet AS text) AND row = ANY(CAST(:rows AS integer[]))",
                files=list(file_ids),
                sheet=sheet,
                rows=sorted(numbers),
            )
    return count


def find_asked(session: CountySession, asked: str, pseudonyms: dict[str, str]) -> list[str]:
    """Return the uids that PERSON may mean: a pseudonym, a uid (or its beginning), or ``source:person_id``.

    ``pseudonyms`` maps every pseudonym to its uid.
    """
    if asked in pseudonyms:
        return [pseudonyms[asked]]
    source, colon, person_id = asked.partition(":")
    if colon:
        rows = session.rows(
            "SELECT person_uid::text AS uid FROM vault.source_id WHERE county = :county AND source = :source "
            "AND person_id = :person_id",
            source=source,
            person_id=person_id,
        )
    else:
        rows = session.rows(
            "SELECT DISTINCT person_uid::text AS uid FROM vault.source_id WHERE county = :county "
            "AND starts_with(person_uid::text, :asked)",
            asked=asked.lower(),
        )
    return [row["uid"] for row in rows]


def everybody(session: CountySession) -> list[str]:
    """Return the uid of every known person."""
    rows = session.rows("SELECT DISTINCT person_uid::text AS uid FROM vault.source_id WHERE county = :county")
    return [row["uid"] for row in rows]
