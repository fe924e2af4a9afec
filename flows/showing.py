"""What Prefect shows of a run: its progress and its page. What cannot be shown is no failure of the night."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException

from schemas.messages import say

SILENT = (httpx.HTTPError, PrefectException, RuntimeError, OSError)
"""What Prefect's client raises when its server is gone, or has lost its memory of the run."""


class Shown:
    """The pages of one run. After the first that the server does not take, no further one is tried: each waits long."""

    def __init__(self) -> None:
        self._lost = False
        self._progress: Any = self._ask(
            lambda: create_progress_artifact(0.0, key="teilhabe-fortschritt", description="…")
        )

    def progress(self, share: float, what: str) -> None:
        """Move the progress on."""
        percent = round(100 * share, 1)
        self._ask(lambda: update_progress_artifact(artifact_id=self._progress, progress=percent, description=what))

    def page(self, text: str, description: str) -> None:
        """Write the run's page."""
        self._ask(lambda: create_markdown_artifact(text, key="teilhabe-lauf", description=description))

    def _ask(self, question: Callable[[], Any]) -> Any:
        if self._lost:
            return None
        try:
            return question()
        except SILENT:
            self._lost = True
            logging.getLogger(__name__).warning("[E861] %s", say("E861"))
        return None
