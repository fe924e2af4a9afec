"""The one door to a county folder: everything is read and checked before anything runs."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from config.codelists import Codelists, read_codelists
from config.county import County, CountySettings, read_county
from config.folders import SHIPPED_COUNTY, Folders, find_weights, hash_files
from config.goals import read_goals
from config.kpis import read_kpis
from config.outbox import CASEWORKER
from config.problems import Problems, suggest
from config.retention import read_retention
from config.source_files import read_source
from config.sources import Ids, Source
from config.yaml_marks import Section, open_yaml
from schemas.kinds import KINDS

OpenFile = Callable[[Path], Section | None]

ID_KINDS: Final = (("person", "participants"), ("offer", "offers"))
"""Whose ids a source may use: the role in ``ids``, and the record kind that brings them."""


def default_config_dir() -> Path:
    """Return the folder that TEILHABE_CONFIG names, else the shipped county."""
    named = os.environ.get("TEILHABE_CONFIG")
    return Path(named) if named else SHIPPED_COUNTY


def load_county(config_dir: Path, environment: Mapping[str, str] | None = None) -> County:
    """Read a county folder as a whole.

    Args:
        config_dir: the folder that holds ``county.yaml``.
        environment: values for ``${VAR}``; default: the process environment.

    Raises:
        ConfigInvalid: names every place that is wrong as ``file:line:column: message``.
    """
    problems = Problems()
    variables = os.environ if environment is None else environment

    def open_file(file: Path) -> Section | None:
        return open_yaml(file, problems, variables, config_dir)

    section = open_file(config_dir / "county.yaml")
    if section is None:
        problems.raise_if_any()
        raise AssertionError("open_yaml returns None only with a finding")
    settings = read_county(section, config_dir)
    folders = Folders(config_dir, settings.pack_folder)
    lists = _effective_lists(folders)
    codelists = read_codelists(lists, config_dir, settings.key, problems)
    kpi_files, rule_files = folders.effective("kpis", "*.yaml"), folders.effective("rules", "*.yaml")
    queries = folders.effective("kpis", "*.sql")
    kpis = read_kpis(kpi_files, queries, open_file)
    goal_files = folders.effective("goals", "*.yaml")
    goals = read_goals(goal_files, kpis, open_file)
    retention = read_retention(folders, open_file)
    source_files = _source_files(config_dir, problems)
    sources = _read_sources(source_files, settings, codelists, open_file)
    _keep_ways_apart(section, settings, sources)
    problems.raise_if_any()
    weights_file = find_weights(config_dir)
    rooms = {
        "codelists": lists,
        "kpis": {**kpi_files, **queries},
        "goals": goal_files,
        "rules": rule_files,
        "sources": source_files,
        "identity": {"weights.yaml": weights_file},
    }
    used = {f"{room}/{name}": path for room, files in rooms.items() for name, path in files.items()}
    return County(
        **vars(settings),
        sources=sources,
        codelists=codelists,
        kpis=kpis,
        goals=goals,
        rule_files=tuple(rule_files.values()),
        retention=retention,
        weights_file=weights_file,
        folder=config_dir.resolve(),
        config_hash=hash_files({**used, "county.yaml": config_dir / "county.yaml"}),
    )


def settings_alone(config_dir: Path) -> CountySettings | None:
    """Return what ``county.yaml`` says whatever else is wrong in the folder, so that somebody can be told of it."""
    problems = Problems()
    section = open_yaml(config_dir / "county.yaml", problems, os.environ, config_dir)
    return None if section is None else read_county(section, config_dir)


def _keep_ways_apart(section: Section, settings: CountySettings, sources: tuple[Source, ...]) -> None:
    """Refuse to hand workbooks out into the folder they come back to: a night would write over what was filled in."""
    out = settings.outbox.url.replace(CASEWORKER, "*").rstrip("/")
    for source in sources:
        if (
            source.format.type == "excel"
            and "decisions" in source.records
            and out
            and source.pull.url.rpartition("/")[0].rstrip("/") == out
        ):
            section.section("outbox").report("url", "E159", source=source.name)


def _effective_lists(folders: Folders) -> dict[str, Path]:
    """Return the code lists in use; ``communes.csv`` may also stand beside ``county.yaml``."""
    lists = folders.effective("codelists", "*.csv")
    beside = folders.county / "communes.csv"
    if "communes.csv" not in lists and beside.is_file():
        lists["communes.csv"] = beside
    return lists


def _source_files(config_dir: Path, problems: Problems) -> dict[str, Path]:
    folder = config_dir / "sources"
    for path in sorted(folder.glob("*.yml")):
        problems.add(path, 1, 1, "E133")
    files = {path.name: path for path in sorted(folder.glob("*.yaml")) if path.is_file()}
    if not files:
        problems.add(folder, 1, 1, "E129")
    return files


def _read_sources(
    files: Mapping[str, Path], settings: CountySettings, codelists: Codelists, open_file: OpenFile
) -> tuple[Source, ...]:
    read: list[tuple[Section, Source]] = []
    for file in files.values():
        section = open_file(file)
        if section is not None:
            read.append((section, read_source(section, settings.inbox, section.reader.base, codelists)))
    sources = [source for _, source in read]
    return tuple(replace(source, ids=_settle_ids(section, source, sources)) for section, source in read)


def _settle_ids(section: Section, source: Source, sources: list[Source]) -> Ids:
    """Say whose ids a source uses: as written, else its own, else those of the only source that has them."""
    settled: dict[str, str | None] = {}
    for role, kind in ID_KINDS:
        settled[role] = _settle_role(section, source, role, kind, [one.name for one in sources if one.delivers(kind)])
    return Ids(person=settled["person"], offer=settled["offer"])


def _settle_role(section: Section, source: Source, role: str, kind: str, candidates: list[str]) -> str | None:
    written = source.ids.person if role == "person" else source.ids.offer
    if written is not None:
        if written not in candidates:
            section.section("ids").report(role, "E132", source=written, kind=kind, hint=suggest(written, candidates))
        return written
    if not _uses_ids(source, role, kind):
        return None
    if source.delivers(kind):
        return source.name
    if len(candidates) > 1:
        section.report("records", "E130", kind=kind, role=role, sources=", ".join(candidates))
    elif not candidates:
        section.report("records", "E131", kind=kind)
    return candidates[0] if len(candidates) == 1 else None


def _uses_ids(source: Source, role: str, kind: str) -> bool:
    """Tell whether records of the source name a person (offer) by id."""
    column = f"{role}_id"
    return source.delivers(kind) or any(
        column in mapping.columns
        for name, mappings in source.records.items()
        if column in KINDS[name].names
        for mapping in mappings
    )
