"""The flows as Prefect sees them: the same stories, with steps shown as tasks.

Prefect sequences and shows; it guards nothing. Parameters hold names, days and
reasons, never rows; nothing is persisted (see ``tasks/step.py``).
"""

import os
from datetime import date
from typing import Any, Literal

# Prefect reads its settings once, at import: no call home, room for a slow first start.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows.nightly import sync
from flows.parameters import RunRequest, RunSummary
from tasks.run import forget
from tasks.step import orchestrated


class RunForm(BaseModel):
    """What the data admin fills in; checked again on the server, no paths, no SQL."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    as_of: date | None = Field(
        default=None, title="Stichtag", description="Leer: heute in der Zeitzone des Kreises (bei jedem Lauf neu)."
    )
    sources: list[str] = Field(
        default_factory=list, title="Quellen", description="Namen der Quellen; leer: alle.", max_length=100
    )
    mode: Literal["normal", "dry_run"] = Field(
        default="normal", title="Betriebsart", description="dry_run liest und berichtet, ohne etwas zu laden."
    )
    reason: str | None = Field(
        default=None,
        title="Grund",
        description="Wird im Protokoll festgehalten; keine Namen von Personen.",
        max_length=500,
    )


_last: dict[str, RunSummary] = {}


@flow(name="nightly-sync", persist_result=False, validate_parameters=True)
def nightly_sync(form: RunForm = RunForm(), config_dir: str | None = None) -> None:  # noqa: B008, a frozen default
    """Pull, conform, identify, load, match, publish; readers keep the old release until the end."""
    from pathlib import Path

    from config.settings import default_config_dir

    folder = str(Path(config_dir).resolve() if config_dir else default_config_dir().resolve())
    request = RunRequest(
        config_dir=folder,
        as_of=form.as_of,
        sources=tuple(form.sources),
        dry=form.mode == "dry_run",
        reason=form.reason,
    )
    forget(folder)
    with orchestrated():
        _last[folder] = sync(request)


def sync_under_prefect(request: RunRequest) -> RunSummary:
    """Run one request as a Prefect flow in this process; without a server of the user's an ephemeral one shows it."""
    form = RunForm(
        as_of=request.as_of,
        sources=list(request.sources),
        mode="dry_run" if request.dry else "normal",
        reason=request.reason,
    )
    parameters: dict[str, Any] = {"form": form, "config_dir": request.config_dir}
    nightly_sync(**parameters)
    return _last.pop(request.config_dir)
