"""One run's standing data: which county, which day, which sources; it opens config and warehouse once a process."""

import functools
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.county import County
from config.rules import RulePack, read_rules
from config.settings import load_county
from config.sources import Source
from schemas.errors import UsageError
from schemas.terms import MODES
from tasks.warehouse.opening import Warehouse, open_warehouse
from tasks.warehouse.session import CountySession, county_session


@functools.cache
def county_at(config_dir: str) -> County:
    """Return the county of a folder, read once a process."""
    return load_county(Path(config_dir))


@functools.cache
def rules_at(config_dir: str) -> RulePack:
    """Return the county's eligibility rules and matching orders, checked against its code lists."""
    county = county_at(config_dir)
    return read_rules(county.rule_files, rule_codes(county))


def rule_codes(county: County) -> dict[str, frozenset[str]]:
    """Return the codes that conditions may name, by list."""
    lists = county.codelists
    return {
        "offer_kinds": frozenset(kind.code for kind in lists.offer_kinds),
        "offer_families": frozenset(kind.family for kind in lists.offer_kinds),
        "residence_statuses": frozenset(status.code for status in lists.residence_statuses),
        "residence_groups": frozenset(status.residence_group for status in lists.residence_statuses),
        "funding_modules": frozenset(module.code for module in lists.funding_modules),
        "modes": frozenset(MODES),
    }


@functools.cache
def warehouse_of(config_dir: str) -> Warehouse:
    """Return the open warehouse of a county folder, opened once a process."""
    return open_warehouse(county_at(config_dir))


def forget(config_dir: str) -> None:
    """Close what was opened, so that a long-lived worker reads the configuration afresh at each run."""
    if warehouse_of.cache_info().currsize:
        warehouse_of(config_dir).close()
    warehouse_of.cache_clear()
    rules_at.cache_clear()
    county_at.cache_clear()


def chosen_sources(county: County, only: tuple[str, ...]) -> tuple[Source, ...]:
    """Return the named sources (all without a name); UsageError (E802) for a name that does not exist."""
    known = [source.name for source in county.sources]
    for name in only:
        if name not in known:
            raise UsageError("E802", source=name, known=", ".join(known))
    return tuple(source for source in county.sources if not only or source.name in only)


@dataclass(frozen=True)
class Run:
    """What every step of a run is told.

    ``only`` names the sources to take part (empty: all); ``from_raw`` reads the
    archive instead of the suppliers; ``accept`` releases waiting deliveries; ``local``
    is a file that stands in for what the only source would pull.
    """

    config_dir: str
    run_id: str
    as_of: date
    only: tuple[str, ...] = ()
    dry: bool = False
    accept: bool = False
    local: str | None = None

    @property
    def county(self) -> County:
        """The county's configuration."""
        return county_at(self.config_dir)

    @property
    def rules(self) -> RulePack:
        """The county's eligibility rules and matching orders."""
        return rules_at(self.config_dir)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of this run; UsageError (E802) for a name that does not exist."""
        return chosen_sources(self.county, self.only)

    def source(self, name: str) -> Source:
        """Return a source of the county by name."""
        return next(source for source in self.county.sources if source.name == name)

    @property
    def warehouse(self) -> Warehouse:
        """The open warehouse."""
        return warehouse_of(self.config_dir)

    @contextmanager
    def session(self) -> Iterator[CountySession]:
        """Open a transaction for the run's county."""
        with county_session(self.warehouse.engine, self.county.key) as session:
            yield session

    @property
    def work_folder(self) -> Path:
        """Private folder of this run (0700); it holds people's rows and is removed at the end."""
        folder = self.county.state / "work" / self.run_id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def clear_own_work(self) -> None:
        """Remove this run's private folder alone, and the folders above it that hold nothing else: no trace stays."""
        shutil.rmtree(self.work_folder, ignore_errors=True)
        for folder in (self.county.state / "work", self.county.state):
            with suppress(OSError):
                folder.rmdir()

    def clear_work(self) -> None:
        """Remove this run's private folder and those that killed runs left; the lock says nobody uses them."""
        shutil.rmtree(self.county.state / "work", ignore_errors=True)


def source_hash(county: County, source: Source) -> str:
    """Return a hash of everything in the configuration that shapes a source's rows."""
    parts = (source.format, source.dates, source.records, source.ids, source.delivery, county.codelists, county.key)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
