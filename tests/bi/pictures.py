"""Pictures of pages behind a login, by Chromium's own remote protocol."""

import base64
import itertools
import json
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.bi.superset import ADMIN, Superset

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


class Page:
    """One page of a browser, driven by commands of the protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.numbers, self.session = socket, itertools.count(1), None

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv(timeout=120))
            if answer.get("id") == number:
                assert "error" not in answer, answer
                found: dict[str, Any] = answer["result"]
                return found

    def evaluate(self, script: str) -> Any:
        return self.do("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait_for(self, script: str, seconds: float = 300) -> None:
        assert self.comes_true(script, seconds), f"never true: {script}"

    def comes_true(self, script: str, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.evaluate(script):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
        return True


def take_pictures(browser: str, superset: Superset, pages: dict[str, str], folder: Path) -> dict[str, int]:
    """Log in as a person would, open each page, wait until its charts are drawn, return the pictures' sizes."""
    sizes = {}
    with tempfile.TemporaryDirectory() as profile:
        words = [browser, *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        try:
            assert process.stderr is not None
            line = next(found for found in process.stderr if "DevTools listening" in found)
            with connect(re.search(r"ws://\S+", line).group(0), max_size=None) as socket:  # type: ignore[union-attr]
                page = Page(socket)
                target = page.do("Target.createTarget", url="about:blank")["targetId"]
                page.session = page.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
                page.do(
                    "Emulation.setDeviceMetricsOverride", width=1300, height=1500, deviceScaleFactor=1, mobile=False
                )
                _log_in(page, superset)
                for name, address in pages.items():
                    page.do("Page.navigate", url=address)
                    page.wait_for("document.querySelectorAll('[data-test=\"slice-header\"], .chart-slice').length > 1")
                    page.wait_for(
                        "document.querySelectorAll('.loading, [data-test=\"loading-indicator\"]').length === 0"
                    )
                    time.sleep(2)  # the drawing's own animation
                    data = base64.b64decode(page.do("Page.captureScreenshot", format="png")["data"])
                    (folder / f"{name}.png").write_bytes(data)
                    sizes[name] = len(data)
        finally:
            process.terminate()
            process.wait(30)
    return sizes


def _log_in(page: Page, superset: Superset) -> None:
    page.do("Page.navigate", url=f"{superset.address}/login/")
    page.wait_for("document.querySelectorAll('input').length > 1")
    for _ in range(10):  # on a busy machine the form is there before it listens
        for selector, value in (("username", ADMIN[0]), ("password", ADMIN[1])):
            page.evaluate(f"document.querySelector('input[name={selector}], #{selector}').select()")
            page.do("Input.insertText", text=value)
        page.evaluate(
            "document.querySelector('button[type=submit], [data-test=login-button], input[type=submit]').click()"
        )
        if page.comes_true("!location.pathname.startsWith('/login')", 30):
            return
    raise AssertionError("the login form never took the login")
