"""The watch: read how fresh the warehouse is, tell people once of each trouble. It needs no orchestrator."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.county import County, CountySettings
from config.settings import settings_alone
from flows.parameters import first_cause, today_in
from schemas.errors import ConfigInvalid, PipelineError, WarehouseUnreachable
from schemas.messages import say
from tasks.run import county_at, warehouse_of
from tasks.warehouse.lock import is_locked
from tasks.warehouse.session import county_session
from tasks.watch.book import mark_told, write_down
from tasks.watch.causes import Cause, find_causes
from tasks.watch.sending import call_webhook, send_mail


def watch(config_dir: str) -> dict[str, Any]:
    """Find the troubles of this moment, tell what is new, and return all of them with an exit code.

    Raises:
        PipelineError: configuration invalid; E860, nobody could be told (tried again at the next watch).
    """
    try:
        county = county_at(config_dir)
    except ConfigInvalid as error:
        return _not_readable(Path(config_dir), error)
    _silence_file(county, "config_invalid").unlink(missing_ok=True)
    try:
        causes, fresh = _look(config_dir, county)
    except WarehouseUnreachable as error:
        cause = Cause("database_silent", "-", {"error": error.code}, error.exit_code)
        return _told_beside_the_tables(county, cause)
    _silence_file(county, "database_silent").unlink(missing_ok=True)
    if fresh:
        _tell(county, fresh)
        with county_session(warehouse_of(config_dir).engine, county.key) as session:
            mark_told(session, fresh)
    return _document(county, causes, fresh)


def troubles(config_dir: str) -> list[Cause]:
    """Return the troubles of this moment; nothing is written."""
    county, warehouse = county_at(config_dir), warehouse_of(config_dir)
    busy = is_locked(warehouse.engine, county.key)
    with county_session(warehouse.engine, county.key) as session:
        return find_causes(session, county, today_in(county), datetime.now(UTC), is_busy=busy)


def sentence(cause: Cause) -> str:
    """Return what is wrong and the command that goes on, in the reader's language."""
    return say(f"alarm_{cause.kind}", **cause.numbers)


def _look(config_dir: str, county: County) -> tuple[list[Cause], list[Cause]]:
    causes = troubles(config_dir)
    with county_session(warehouse_of(config_dir).engine, county.key) as session:
        return causes, write_down(session, causes)


def _silence_file(county: CountySettings, kind: str) -> Path:
    return county.state / f"alarm-{kind}"


def _not_readable(folder: Path, error: ConfigInvalid) -> dict[str, Any]:
    """Tell once that no night can start; where ``county.yaml`` itself names nobody to tell, only the error is left."""
    county = settings_alone(folder)
    if county is None:
        raise error
    return _told_beside_the_tables(county, Cause("config_invalid", "-", {}, error.exit_code))


def _told_beside_the_tables(county: CountySettings, cause: Cause) -> dict[str, Any]:
    """Tell once of a trouble that no table can remember; a file does."""
    told = _silence_file(county, cause.kind)
    fresh = [] if told.exists() else [cause]
    if fresh:
        _tell(county, fresh)
        county.state.mkdir(parents=True, exist_ok=True)
        told.touch(mode=0o600)
    return _document(county, [cause], fresh)


def _tell(county: CountySettings, causes: list[Cause]) -> None:
    alarms = county.alarms
    failed: PipelineError | None = None
    if alarms.mail_to:
        lines = [say("alarm_head", county=county.name), "", *(f"- {sentence(cause)}" for cause in causes), ""]
        try:
            send_mail(alarms, say("alarm_subject", county=county.name, count=len(causes)), lines)
        except PipelineError as error:
            failed = error  # the webhook may still get through
    if alarms.webhook:
        call_webhook(alarms.webhook, _document(county, causes, causes))
    if failed is not None:
        raise failed


def _document(county: CountySettings, causes: list[Cause], fresh: list[Cause]) -> dict[str, Any]:
    return {
        "county": county.key,
        "alarms": [{"kind": c.kind, "about": c.about, "text": sentence(c), "is_new": c in fresh} for c in causes],
        "exit_code": first_cause([cause.exit_code for cause in causes]),
    }
