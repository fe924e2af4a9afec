"""The flows as Prefect sees them: the same stories, with steps shown as tasks.

Prefect sequences and shows; it guards nothing. Parameters hold names, days and
reasons, never rows; nothing is persisted (see ``tasks/step.py``).
"""

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

# Prefect reads its settings once, at import: no call home, room for a slow first start.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
# A server that is gone costs a night seconds, not minutes: what it would show is not worth the wait.
os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", "3")
os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")

from prefect import State, flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Cancelled, Completed, Failed
from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.settings import default_config_dir
from flows.counties import fleet_of, run_counties
from flows.nightly import sync
from flows.pages import failed_page, run_page
from flows.parameters import RunRequest, RunSummary
from flows.progress import tell, told_to
from flows.rerun import accept_waiting, replay_since
from flows.showing import SILENT, Shown
from flows.watching import watch
from schemas.errors import LockHeld, PipelineError, StepFailed, UsageError
from schemas.messages import say
from tasks.run import county_at, forget
from tasks.step import orchestrated

Mode = Literal["normal", "dry_run", "from_archive", "accept_waiting"]


class RunForm(BaseModel):
    """What the data admin fills in; checked again on the server, no paths, no SQL."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        title="Lauf",
        json_schema_extra={"description": "Was laufen soll. Der Server prüft es noch einmal."},
    )

    as_of: date | None = Field(
        default=None,
        title="Stichtag",
        description="Leer: heute in der Zeitzone des Kreises (bei jedem Lauf neu).",
        json_schema_extra={"pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    )
    sources: list[Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,255}$")]] = Field(
        default_factory=list, title="Quellen", description="Namen der Quellen; leer: alle.", max_length=100
    )
    mode: Mode = Field(
        default="normal",
        title="Betriebsart",
        description="normal: Nachtlauf. dry_run: lesen und berichten. from_archive: alle Tage ab dem Stichtag aus dem "
        "Archiv neu rechnen. accept_waiting: wartende Lieferungen der Quellen freigeben.",
    )
    reason: str = Field(
        default="",
        title="Grund",
        description="Pflicht für from_archive und accept_waiting; steht im Protokoll. Keine Namen von Personen.",
        max_length=500,
    )

    @model_validator(mode="after")
    def complete(self) -> "RunForm":
        """What replays or accepts needs a reason, and what it is about."""
        if self.mode in ("from_archive", "accept_waiting") and not self.reason.strip():
            raise ValueError("Grund fehlt / reason is missing")
        if self.mode == "from_archive" and self.as_of is None:
            raise ValueError("Stichtag fehlt / as_of is missing")
        if self.mode == "accept_waiting" and not self.sources:
            raise ValueError("Quellen fehlen / sources are missing")
        return self


_own_folder: list[str] = []
"""The folder that this process's command line named; a run by form has none."""
_last: dict[str, RunSummary | PipelineError] = {}


def _run(form: RunForm, folder: str) -> RunSummary:
    chosen, reason = tuple(form.sources), form.reason.strip()
    if form.mode == "accept_waiting":
        return accept_waiting(folder, chosen, reason)
    if form.mode == "from_archive":
        assert form.as_of is not None
        return replay_since(folder, form.as_of, chosen, reason, from_raw=True)
    return sync(RunRequest(folder, form.as_of, chosen, dry=form.mode == "dry_run", reason=reason or None))


def folder_of(county: str | None) -> str:
    """Return the county folder of a run: one below TEILHABE_COUNTIES by its name, else that of the process.

    A form never names a path: whoever may start runs may not choose what is read.
    """
    if county is None:
        return _own_folder[-1] if _own_folder else str(default_config_dir().resolve())
    root = os.environ.get("TEILHABE_COUNTIES")
    folder = Path(root or ".").resolve() / county
    if root is None or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", county) or not folder.is_dir():
        raise UsageError("E855", county=county[:64])
    return str(folder)


def _shown(form: RunForm, county: str | None) -> State[None]:
    """Run what the form asks for and write its page; a start beside a running night is no failure."""
    folder, shown = folder_of(county), Shown()
    forget(folder)
    try:
        with orchestrated(), told_to(shown.progress):
            summary = _run(form, folder)
            tell(1, 1, say("progress_done"))
    except LockHeld as held:
        _last[folder] = held
        return Cancelled(message=str(held))
    except PipelineError as error:
        _last[folder] = error
        shown.page(failed_page(error), error.code)
        if isinstance(error, StepFailed):
            raise
        return Failed(message=str(error))  # what is the matter is known: a traceback would only hide the sentence
    _last[folder] = summary
    shown.page(run_page(summary), f"Stichtag {summary.as_of}")
    text = say(f"status_{summary.status}", as_of=summary.as_of)
    return Failed(message=text) if summary.status == "blocked" else Completed(message=text)


@flow(name="nightly-sync", persist_result=False, validate_parameters=True)
def nightly_sync(form: RunForm = RunForm(), county: str | None = None) -> State[None]:  # noqa: B008, never changed
    """Pull, conform, identify, load, match, publish; readers keep the old release until the end."""
    return _shown(form, county)


@flow(name="on-demand", persist_result=False, validate_parameters=True)
def on_demand(form: RunForm, county: str | None = None) -> State[None]:
    """Run what the data admin asks for: a night, a dry run, a replay from the archive, a release of what waits.

    Args:
        form: Was laufen soll. Der Server prüft es noch einmal.
        county: Nur bei vielen Kreisen: der Name des Ordners unter TEILHABE_COUNTIES.
    """
    return _shown(form, county)


@flow(name="watch", persist_result=False, validate_parameters=True)
def watch_county(county: str | None = None) -> State[None]:
    """Tell each trouble once: by schedule, and at once when Prefect sees a night fail or stay away."""
    if county is None and "TEILHABE_COUNTIES" in os.environ:
        return _watched_fleet()
    folder = folder_of(county)
    forget(folder)
    found = watch(folder)
    return Completed(message=say("alarm_count", count=len(found["alarms"])))


def _watched_fleet() -> State[None]:
    outcomes = run_counties(fleet_of(None), ["watch"], os.cpu_count() or 1)
    count = sum(len(outcome.document.get("alarms", ())) or bool(outcome.message) for outcome in outcomes)
    return Completed(message=say("alarm_count", count=count))


def sync_under_prefect(request: RunRequest) -> RunSummary:
    """Run one request as a Prefect flow in this process; without a server of the user's an ephemeral one shows it.

    Prefect only shows: where its server is gone, before the night or within it, the night goes on without it and
    says so.
    """
    if not set(request.sources) <= {source.name for source in county_at(request.config_dir).sources}:
        return sync(request)  # refused there in one sentence; the form takes no path at all
    form = RunForm(
        as_of=request.as_of,
        sources=list(request.sources),
        mode="dry_run" if request.dry else "normal",
        reason=request.reason or "",
    )
    parameters: dict[str, Any] = {"form": form}
    lost = False
    _own_folder.append(request.config_dir)
    try:
        # A heartbeat would keep the command waiting for up to a second at its end; who typed it sees that it runs.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            nightly_sync(**parameters, return_state=True)
    except SILENT:
        lost = True
    finally:
        _own_folder.pop()
    ended = _last.pop(request.config_dir, None)
    if ended is None and lost:
        ended = sync(request)
    if not isinstance(ended, RunSummary):
        raise ended or StepFailed("E854")
    if lost:
        ended.messages.append(f"[E861] {say('E861')}")
    return ended
