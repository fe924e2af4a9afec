"""A county: who it is, where its state lives, what its programme is (``county.yaml``)."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from config.alarms import Alarms, read_alarms
from config.codelists import Codelists
from config.folders import PROGRAMMES, find_pack, locate, shipped_packs
from config.goals import Goal
from config.kpis import KpiDefinition
from config.outbox import Outbox, read_outbox
from config.problems import suggest
from config.retention import RetentionRule
from config.sources import Source
from config.yaml_marks import Section
from schemas.messages import say

DEFAULT_PACK = "durchstarten"
WAREHOUSE_URL = re.compile(
    r"postgres(ql)?(\+psycopg)?://([^:/]*(:[^@]*)?@)?(\[[^/?]+\]|[^/:?]+)?(:[0-9]*)?(/[^?]*)?(\?.*)?"
)


@dataclass(frozen=True)
class Programme:
    """A programme and the pack of data that defines it; ``ends_on`` None: it runs on."""

    name: str
    pack: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Disclosure:
    """How breakdowns are protected in ``mart`` and how often they may change."""

    method: Literal["rounding", "suppression"]
    base: int
    min_count: int
    release: Literal["nightly", "weekly", "monthly", "quarterly"]


@dataclass(frozen=True)
class Caseload:
    """Persons that one full-time participation manager may look after."""

    per_fte: int


@dataclass(frozen=True)
class Thresholds:
    """Limits in days: a need is unmet, a seat count or an offer is stale, a status gap is bridged."""

    unmet_after_days: int
    seats_fresh_days: int
    offers_fresh_days: int
    status_gap_days: int


@dataclass(frozen=True)
class CountySettings:
    """What ``county.yaml`` says; paths are absolute, ``warehouse`` None means the embedded server."""

    name: str
    key: str
    programme: Programme
    pack_folder: Path
    inbox: str
    timezone: str
    warehouse: str | None = field(repr=False)
    state: Path
    disclosure: Disclosure
    caseload: Caseload
    thresholds: Thresholds
    steering_body: str
    alarms: Alarms
    outbox: Outbox


@dataclass(frozen=True)
class County(CountySettings):
    """A county folder, checked as a whole.

    ``inbox`` is an absolute path or an fsspec URL; ``state`` an absolute path.
    ``sources`` are sorted by name, ``kpis`` in the order of tables, ``goals`` by school year. ``rule_files``
    are the rule files in use by name (the county's before the pack's); ``weights_file`` holds the weights of identity.
    ``config_hash`` covers the content of every file in use, never secrets.
    """

    sources: tuple[Source, ...]
    codelists: Codelists
    kpis: tuple[KpiDefinition, ...]
    goals: tuple[Goal, ...]
    rule_files: tuple[Path, ...]
    retention: tuple[RetentionRule, ...]
    weights_file: Path
    folder: Path
    config_hash: str

    @property
    def zone(self) -> ZoneInfo:
        """The county's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def communes(self) -> tuple[str, ...]:
        """AGS of the county's communes, sorted."""
        return tuple(sorted({commune.ags for commune in self.codelists.communes}))

    def kpi_on(self, kpi: str, day: date) -> KpiDefinition | None:
        """Return the version of ``kpi`` that is valid on ``day``; None when there is none."""
        return next((one for one in self.kpis if one.kpi == kpi and one.is_valid_on(day)), None)

    def target(self, definition: KpiDefinition, school_year: str) -> float | None:
        """Return the target of a KPI in a school year (2020/21); that of the caseload is the county's own figure."""
        own = float(self.caseload.per_fte) if definition.kpi == "caseload_per_fte" else None
        return definition.targets.get(school_year, own)

    def source(self, name: str) -> Source:
        """Return the source called ``name``; KeyError when there is none."""
        return {source.name: source for source in self.sources}[name]


def read_county(section: Section, folder: Path) -> CountySettings:
    """Read ``county.yaml``; every absent key but county, its key and the programme's start has a default."""
    county = section.section("county")
    name, key = county.required_text("name"), county.required_text("key")
    if key and not re.fullmatch(r"[0-9]{2,8}", key):
        county.report("key", "E104", key="key", expected=say("E186"))
    county.close()
    programme, pack_folder = _read_programme(section.section("programme"), folder)
    settings = CountySettings(
        name=name,
        key=key,
        programme=programme,
        pack_folder=pack_folder,
        inbox=locate(section.text("inbox", "./inbox"), folder),
        timezone=_read_timezone(section),
        warehouse=_read_warehouse(section),
        state=(folder / Path(section.text("state", "./state")).expanduser()).resolve(),
        disclosure=_read_disclosure(section.section("disclosure")),
        caseload=_read_caseload(section.section("caseload")),
        thresholds=_read_thresholds(section.section("thresholds")),
        steering_body=section.text("steering_body", "Bündniskerngruppe"),
        alarms=read_alarms(section.section("alarms")),
        outbox=read_outbox(section.section("outbox"), folder),
    )
    section.close()
    return settings


def _read_warehouse(section: Section) -> str | None:
    """Return the warehouse's URL; one that PostgreSQL's driver cannot read is a finding, its text never repeated."""
    url = section.optional_text("warehouse", may_be_unset=True)
    if url is not None and not WAREHOUSE_URL.fullmatch(url.strip()):
        section.report("warehouse", "E104", key="warehouse", expected=say("E187"))
        return None
    return url


def _read_programme(section: Section, folder: Path) -> tuple[Programme, Path]:
    pack = section.text("pack", DEFAULT_PACK)
    pack_folder = find_pack(pack, folder)
    if pack_folder is None:
        section.report("pack", "E150", pack=pack, hint=suggest(pack, shipped_packs()))
        pack_folder = PROGRAMMES / DEFAULT_PACK  # so that the other files are still checked against something
    starts_on, ends_on = section.day("starts_on"), section.day("ends_on")
    if "starts_on" not in section.entries:
        section.report(None, "E102", key=f"{section.path}starts_on")
    if starts_on and ends_on and ends_on < starts_on:
        section.report("ends_on", "E153", later="ends_on", earlier="starts_on")
    programme = Programme(section.required_text("name"), pack, starts_on or date.min, ends_on)
    section.close()
    return programme, pack_folder


def _read_timezone(section: Section) -> str:
    name = section.text("timezone", "Europe/Berlin")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        section.report("timezone", "E104", key="timezone", expected=say("E181"))
        return "Europe/Berlin"
    return name


def _read_disclosure(section: Section) -> Disclosure:
    method = section.choice("method", ("rounding", "suppression"), "rounding")
    release = section.choice("release", ("nightly", "weekly", "monthly", "quarterly"), "monthly")
    disclosure = Disclosure(
        method="suppression" if method == "suppression" else "rounding",
        base=section.integer("base", 5, low=2, high=100) or 5,
        min_count=section.integer("min_count", 5, low=2, high=100) or 5,
        release=release,  # type: ignore[arg-type]  # choice() returns one of the four
    )
    section.close()
    return disclosure


def _read_caseload(section: Section) -> Caseload:
    caseload = Caseload(per_fte=section.integer("per_fte", 100, low=1, high=10_000) or 100)
    section.close()
    return caseload


def _read_thresholds(section: Section) -> Thresholds:
    def limit(key: str, default: int) -> int:
        value = section.integer(key, default, high=3_650)
        return default if value is None else value

    thresholds = Thresholds(
        unmet_after_days=limit("unmet_after_days", 30),
        seats_fresh_days=limit("seats_fresh_days", 30),
        offers_fresh_days=limit("offers_fresh_days", 30),
        status_gap_days=limit("status_gap_days", 90),
    )
    section.close()
    return thresholds
