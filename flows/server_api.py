"""Ask a Prefect server over its REST interface, with its password and its token against forged requests.

While the server's database is locked it says 503, and is asked again.
"""

import os
import time
import uuid
from typing import Any

import httpx

PATIENCE_SECONDS = 60
_CLIENT = uuid.uuid4().hex


def ask(method: str, address: str, body: Any = None) -> Any:
    """Return the server's answer as JSON, None where it has none.

    Raises:
        httpx.HTTPError: no answer, a refusal, or 503 for longer than a minute.
    """
    answer = _patient(method, address, body, {})
    if answer.status_code == httpx.codes.FORBIDDEN:  # it wants the token of PREFECT_SERVER_CSRF_PROTECTION_ENABLED
        root = address.partition("/api/")[0] + "/api"
        token = _patient("GET", f"{root}/csrf-token?client={_CLIENT}", None, {}).raise_for_status().json()["token"]
        answer = _patient(method, address, body, {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": _CLIENT})
    answer.raise_for_status()
    return answer.json() if answer.content else None


def _patient(method: str, address: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    user, _, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    auth = (user, password) if user else None
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = httpx.request(method, address, json=body, headers=headers, auth=auth, timeout=30)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            return answer
        time.sleep(0.5)
