"""Ask a Prefect server over its REST interface; while its database is locked it says 503, and is asked again."""

import time
from typing import Any

import httpx

PATIENCE_SECONDS = 60


def ask(method: str, address: str, body: Any = None) -> Any:
    """Return the server's answer as JSON, None where it has none.

    Raises:
        httpx.HTTPError: no answer, a refusal, or 503 for longer than a minute.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = httpx.request(method, address, json=body, timeout=30)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    answer.raise_for_status()
    return answer.json() if answer.content else None
