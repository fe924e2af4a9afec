"""The checks of ``teilhabe doctor``: each says what it looked at, and what to do when it is wrong."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from config.county import County
from config.sources import Source
from flows.parameters import today_in
from schemas.errors import ConfigInvalid, PipelineError
from schemas.messages import say
from tasks.run import county_at, rules_at, warehouse_of
from tasks.warehouse.lock import is_locked
from tasks.warehouse.runs import last_published
from tasks.warehouse.session import county_session

SMALLEST_FREE_BYTES = 1_000_000_000
PUBLIC_BITS = 0o077


class Finding(NamedTuple):
    """One check: passed or not, what was seen, the exit code of its family."""

    check: str
    passed: bool
    detail: str
    exit_code: int = 0


def check_everything(config_dir: str) -> list[Finding]:
    """Run all checks in order; later ones that need an earlier one are left out when it fails."""
    findings = list(_config(config_dir))
    if not findings[-1].passed:
        return findings
    county = county_at(config_dir)
    checks: tuple[Callable[[County], Iterator[Finding]], ...] = (_sources, _disk, _state_rights, _keys, _orchestrator)
    for check in checks:
        findings += list(check(county))
    findings += _database(config_dir)
    if findings[-1].passed:
        findings += [*check_runs(config_dir), *_weights(config_dir), _names(config_dir)]
    return [*findings, *_outbox(county)]


def _guarded(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, passed=True, detail=look())
    except PipelineError as error:
        return Finding(name, passed=False, detail=str(error), exit_code=error.exit_code)


def _config(config_dir: str) -> Iterator[Finding]:
    def look() -> str:
        county = county_at(config_dir)
        rules = rules_at(config_dir).rules
        return say("check_config_detail", county=county.name, sources=len(county.sources), rules=len(rules))

    yield _guarded("config", look)


def _sources(county: County) -> Iterator[Finding]:
    """Fetch every delivery into a folder that is removed at once: reachable, readable, whole."""
    from tasks.pull.fetching import pull_source
    from tasks.warehouse.foreign import read_foreign

    for source in county.sources:
        with tempfile.TemporaryDirectory() as folder:
            into = Path(folder)

            def look(source: Source = source, into: Path = into) -> str:
                files = pull_source(source.pull, county.inbox, county.folder, into, read_foreign)
                return say("check_source_detail", count=len(files))

            found = _guarded("source", look)
        yield found._replace(detail=f"{source.name}: {found.detail}")


def _outbox(county: County) -> Iterator[Finding]:
    """Open the place that workbooks go to; nothing is written."""
    if not county.outbox.url:
        return
    from flows.handing_out import reach_outbox

    yield _guarded("outbox", lambda: reach_outbox(county))


def _disk(county: County) -> Iterator[Finding]:
    folder = next(place for place in (county.state, *county.state.parents) if place.exists())
    free = shutil.disk_usage(folder).free
    enough = free > SMALLEST_FREE_BYTES
    text = say("check_disk_detail" if enough else "check_disk_full", gigabytes=round(free / 1e9, 1))
    yield Finding("disk", enough, text, 0 if enough else 1)


def _state_rights(county: County) -> Iterator[Finding]:
    archive = county.state / "raw"
    if archive.exists():
        closed = archive.stat().st_mode & PUBLIC_BITS == 0
        yield Finding("rights", closed, say("check_rights_detail"), 1)


def _keys(_county: County) -> Iterator[Finding]:
    from tasks.keyring import read_keys

    def look() -> str:
        sealed = read_keys(os.environ).current is not None
        return say("check_keys_sealed" if sealed else "check_keys_open")

    yield _guarded("keys", look)


def _orchestrator(_county: County) -> Iterator[Finding]:
    api = os.environ.get("PREFECT_API_URL")
    if importlib.util.find_spec("prefect") is None:
        yield Finding("orchestrator", passed=False, detail=say("check_prefect_missing"), exit_code=1)
    elif not api:
        yield Finding("orchestrator", passed=True, detail=say("check_prefect_own"))
    else:
        yield _server_answers(api)


def _server_answers(api: str) -> Finding:
    import httpx

    try:
        answer = httpx.get(f"{api.rstrip('/')}/health", timeout=5)
        good = answer.status_code == httpx.codes.OK
    except httpx.HTTPError:
        good = False
    text = say("check_prefect_answers" if good else "check_prefect_silent")
    # The night runs without an orchestrator too (--direct): a silent one is a finding, not a stop.
    return Finding("orchestrator", good, text, 0 if good else 1)


def check_runs(config_dir: str) -> Iterator[Finding]:
    """A run that stands open while nobody holds the county's lock; a state that lies after today."""
    county, warehouse = county_at(config_dir), warehouse_of(config_dir)
    busy = is_locked(warehouse.engine, county.key)
    with county_session(warehouse.engine, county.key) as session:
        hanging = 0 if busy else session.value(
            "SELECT count(*) FROM ops.run WHERE county = :county AND status = 'running'"
        )  # fmt: skip
        shown = last_published(session)
    today = today_in(county)
    if hanging:
        yield Finding("runs", passed=False, detail=say("check_runs_dead", count=hanging), exit_code=1)
    elif shown is not None and shown["as_of"] > today:
        text = say("alarm_release_ahead", as_of=shown["as_of"], today=today)
        yield Finding("runs", passed=False, detail=text, exit_code=1)
    else:
        yield Finding("runs", passed=True, detail=say("check_runs_detail"))


def _names(config_dir: str) -> Finding:
    """Sealed names whose key is not at hand stop the night."""

    def look() -> str:
        with county_session(warehouse_of(config_dir).engine, county_at(config_dir).key) as session:
            return say("check_names_sealed" if session.has_sealed_names() else "check_names_plain")

    return _guarded("names", look)


def _weights(config_dir: str) -> Iterator[Finding]:
    """Weights of identity that nobody accepted stop the night; nothing is accepted by asking."""
    from tasks.identify.weights_change import hash_of, ruling_weights

    county = county_at(config_dir)

    def look() -> str:
        with county_session(warehouse_of(config_dir).engine, county.key) as session:
            ruling = ruling_weights(session)
        if ruling is not None and ruling.sha256 != hash_of(county.weights_file):
            raise ConfigInvalid("E406", file=county.weights_file.name)
        return say("check_weights_detail")

    yield _guarded("weights", look)


def _database(config_dir: str) -> list[Finding]:
    def look() -> str:
        warehouse = warehouse_of(config_dir)
        with county_session(warehouse.engine, county_at(config_dir).key) as session:
            version = session.value("SHOW server_version")
        return say("check_database_detail", version=version, schema=warehouse.version)

    return [_guarded("database", look)]
