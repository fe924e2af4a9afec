"""What the warehouse knows of delivered files: ``raw.file`` and ``raw.delivery``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.sources import Source
from schemas.rules import RETRIED_RULES
from tasks.pull.spec import PulledFile
from tasks.warehouse.session import CountySession

LOADED_STATES = ("loaded", "accepted", "replaced")


@dataclass(frozen=True)
class Seen:
    """A delivery that came before."""

    delivery_id: int
    state: str

    @property
    def is_loaded(self) -> bool:
        """Tell whether its records are in the warehouse."""
        return self.state in LOADED_STATES


@dataclass(frozen=True)
class Register:
    """A delivery about to be registered."""

    source: Source
    run_id: str
    as_of: date
    content_hash: str
    config_hash: str

    def files(self, session: CountySession, files: Sequence[PulledFile]) -> list[int]:
        """Register the files (once a content and name) and return their ids in order."""
        ids = []
        for file in files:
            session.do(
                "INSERT INTO raw.file (county, source, sha256, name, size_bytes, modified_at, first_run, first_as_of) "
                "VALUES (:county, :source, :sha256, :name, :size, :modified_at, CAST(:run_id AS uuid), :as_of) "
                "ON CONFLICT (county, source, sha256, name) DO UPDATE SET removed_on = NULL",
                source=self.source.name,
                sha256=file.sha256,
                name=file.name,
                size=file.size,
                modified_at=file.modified_at,
                run_id=self.run_id,
                as_of=self.as_of,
            )
            ids.append(
                session.value(
                    "SELECT file_id FROM raw.file WHERE county = :county AND source = :source AND sha256 = :sha256 "
                    "AND name = :name",
                    source=self.source.name,
                    sha256=file.sha256,
                    name=file.name,
                )
            )
        return ids


def seen_delivery(session: CountySession, register: Register, names: Sequence[str]) -> Seen | None:
    """Return the earlier delivery of the same content, where it still stands; None when it is new.

    The content decides and not the name: the same bytes under another name are
    no new delivery. In a full delivery only the newest one stands: last week's
    file sent again after this week's is a new delivery. The configuration counts
    there too (its rows may read differently now); an incremental file is read
    again only by a rerun, because later files may have changed its records.
    """
    if register.source.delivery == "full":
        sql = (
            "SELECT delivery_id, state FROM (SELECT delivery_id, state, content_hash, config_hash FROM raw.delivery "
            "WHERE county = :county AND source = :source ORDER BY delivery_id DESC LIMIT 1) AS newest "
            "WHERE content_hash = :content_hash AND config_hash = :config_hash"
        )
        binds: dict[str, object] = {"config_hash": register.config_hash}
    else:
        sql = _SEEN_INCREMENT
        binds = {"names": list(names), "loaded": list(LOADED_STATES)}
    rows = session.rows(sql, source=register.source.name, content_hash=register.content_hash, **binds)
    return Seen(rows[0]["delivery_id"], rows[0]["state"]) if rows else None


# An increment stands when it is the newest of its name (older files stay in the inbox), or the newest of all.
_SEEN_INCREMENT = (
    "SELECT d.delivery_id, d.state FROM raw.delivery AS d WHERE d.county = :county AND d.source = :source "
    "AND d.content_hash = :content_hash AND (d.delivery_id = (SELECT max(n.delivery_id) FROM raw.delivery AS n "
    "INNER JOIN raw.file AS f ON f.county = n.county AND f.file_id = ANY(n.file_ids) WHERE n.county = d.county "
    "AND n.source = d.source AND f.name = ANY(CAST(:names AS text[]))) OR (d.state = ANY(CAST(:loaded AS text[])) "
    "AND d.delivery_id = (SELECT max(n.delivery_id) FROM raw.delivery AS n WHERE n.county = d.county "
    "AND n.source = d.source))) ORDER BY d.delivery_id DESC LIMIT 1"
)


def loaded_contents(session: CountySession, source: str) -> frozenset[str]:
    """Return the sha256 of the files of the source's newest loaded delivery."""
    rows = session.rows(
        "SELECT f.sha256 FROM (SELECT county, file_ids FROM raw.delivery WHERE county = :county AND source = :source "
        "AND state = ANY(CAST(:loaded AS text[])) ORDER BY delivery_id DESC LIMIT 1) AS newest "
        "INNER JOIN raw.file AS f ON f.county = newest.county AND f.file_id = ANY(newest.file_ids)",
        source=source,
        loaded=list(LOADED_STATES),
    )
    return frozenset(row["sha256"] for row in rows)


def register_delivery(session: CountySession, register: Register, file_ids: Sequence[int]) -> int:
    """Record a new delivery as arrived and return its id."""
    delivery_id: int = session.value(
        "INSERT INTO raw.delivery (county, source, run_id, as_of, state, content_hash, config_hash, file_ids) "
        "VALUES (:county, :source, CAST(:run_id AS uuid), :as_of, 'arrived', :content_hash, :config_hash, "
        "CAST(:file_ids AS bigint[])) RETURNING delivery_id",
        source=register.source.name,
        run_id=register.run_id,
        as_of=register.as_of,
        content_hash=register.content_hash,
        config_hash=register.config_hash,
        file_ids=list(file_ids),
    )
    return delivery_id


_FILES = (
    "SELECT d.delivery_id, d.source, f.file_id, f.sha256, f.name FROM raw.delivery AS d "
    "CROSS JOIN LATERAL unnest(d.file_ids) WITH ORDINALITY AS place (file_id, position) "
    "INNER JOIN raw.file AS f ON f.county = d.county AND f.file_id = place.file_id WHERE d.county = :county AND "
)
Archived = dict[tuple[int, str], list[tuple[int, str, str]]]
"""Files of archived deliveries: (delivery_id, source) to (file_id, sha256, name) in delivery order."""


def retries_of(session: CountySession, source: str, as_of: date) -> Archived:
    """Return the loaded deliveries of a source with open rows that another delivery may put right.

    In a replay those whose own day is still to come, or was taken back, stay out.
    """
    return _files(
        session,
        "d.source = :source AND d.state = 'loaded' AND EXISTS (SELECT 1 FROM quarantine.row AS q "
        "WHERE q.county = d.county AND q.delivery_id = d.delivery_id AND q.state = 'open' "
        "AND q.rule = ANY(CAST(:rules AS text[]))) AND EXISTS (SELECT 1 FROM ops.load AS l WHERE l.county = d.county "
        "AND l.delivery_id = d.delivery_id AND l.superseded_by IS NULL AND coalesce(l.published_as_of, l.as_of) <= "
        "CAST(:as_of AS date))",
        source=source,
        as_of=as_of,
        rules=list(RETRIED_RULES),
    )


def taken_back_of(session: CountySession, source: str) -> Archived:
    """Return the deliveries of a source that a replay took back before any run had published them."""
    return _files(
        session,
        "d.source = :source AND d.state = 'arrived' AND EXISTS (SELECT 1 FROM ops.load AS l WHERE l.county = d.county "
        "AND l.delivery_id = d.delivery_id)",
        source=source,
    )


def waiting_of(session: CountySession, source: Source) -> Archived:
    """Return what waits behind a gate: a full source's newest delivery, all increments since the last loaded one."""
    since = (
        "(SELECT max(l.delivery_id) - 1 FROM raw.delivery AS l WHERE l.county = d.county AND l.source = d.source "
        "AND l.state NOT IN ('unreadable', 'arrived'))"
        if source.delivery == "full"
        else "coalesce((SELECT max(l.delivery_id) FROM raw.delivery AS l WHERE l.county = d.county "
        "AND l.source = d.source AND l.state = 'loaded'), 0)"
    )
    return _files(
        session, f"d.source = :source AND d.state = 'waiting' AND d.delivery_id > {since}", source=source.name
    )


def archived(session: CountySession, delivery_ids: Sequence[int]) -> Archived:
    """Return the files of these deliveries."""
    return _files(session, "d.delivery_id = ANY(CAST(:ids AS bigint[]))", ids=list(delivery_ids))


def _files(session: CountySession, where: str, **binds: object) -> Archived:
    found: Archived = {}
    for row in session.rows(f"{_FILES}{where} ORDER BY d.delivery_id, place.position", **binds):
        key = (row["delivery_id"], row["source"])
        found.setdefault(key, []).append((row["file_id"], row["sha256"], row["name"]))
    return found
