"""Start a real Superset with the shipped configuration, import the shipped dashboards, ask its API."""

import io
import os
import secrets
import socket
import subprocess
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "bi" / "superset"
ADMIN = ("admin", secrets.token_urlsafe(12))


@dataclass
class Superset:
    """A running Superset; ``home`` holds its own database and logs."""

    program: Path
    home: Path
    warehouse: str
    port: int = 0
    browser: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=120, follow_redirects=True))
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
            "SUPERSET_SECRET_KEY": "k" * 42,
            "SUPERSET_DATABASE_URI": f"sqlite:///{self.home / 'superset.db'}",
            "SUPERSET_HOME": str(self.home),
            "SCARF_ANALYTICS": "false",
            "FLASK_APP": "superset.app:create_app()",
        }

    def command(self, *words: str) -> None:
        with (self.home / "commands.log").open("ab") as log:
            done = subprocess.run(
                [self.program, *words], env=self.environment(), stdout=log, stderr=log, check=False, timeout=300
            )
        assert done.returncode == 0, (self.home / "commands.log").read_text("utf-8")[-3000:]

    def set_up(self) -> None:
        self.command("db", "upgrade")
        name = ("--username", ADMIN[0], "--firstname", "A", "--lastname", "B", "--email", "a@example.org")
        self.command("fab", "create-admin", *name, "--password", ADMIN[1])
        self.command("init")
        bundle = self.home / "teilhabe.zip"
        bundle.write_bytes(self.bundle())
        self.command("import-dashboards", "-p", str(bundle), "-u", ADMIN[0])

    def bundle(self) -> bytes:
        """The shipped bundle, with the address of this warehouse."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            for path in sorted((FOLDER / "bundle").rglob("*.yaml")):
                text = path.read_text("utf-8")
                if path.parent.name == "databases":
                    text = yaml.safe_dump({**yaml.safe_load(text), "sqlalchemy_uri": self.warehouse})
                packed.writestr(f"teilhabe/{path.relative_to(FOLDER / 'bundle')}", text)
        return out.getvalue()

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        log = (self.home / "server.log").open("ab")
        words = [self.program, "run", "--host", "127.0.0.1", "--port", str(self.port), "--with-threads"]
        self.process = subprocess.Popen(words, env=self.environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/health", timeout=5).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.5)
        raise AssertionError((self.home / "server.log").read_text("utf-8")[-3000:])

    def stop(self) -> None:
        self.browser.close()
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def log_in(self) -> None:
        credentials = {"username": ADMIN[0], "password": ADMIN[1], "provider": "db", "refresh": False}
        answer = self.browser.post(f"{self.address}/api/v1/security/login", json=credentials)
        self.browser.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str) -> Any:
        answer = self.browser.get(f"{self.address}/api/v1/{path}")
        assert answer.status_code == httpx.codes.OK, (path, answer.text[:500])
        return answer.json()

    def chart_rows(self, chart: dict[str, Any], period: str) -> list[dict[str, Any]]:
        """The rows behind a chart, asked as a dashboard asks: its stored query plus the filter of the school year."""
        import json

        context = json.loads(self.get(f"chart/{chart['id']}")["result"]["query_context"])
        dataset = self.get(f"dataset/{context['datasource']['id']}")["result"]
        for query in context["queries"]:
            if any(column["column_name"] == "period" for column in dataset["columns"]):
                query["filters"].append({"col": "period", "op": "IN", "val": [period]})
        answer = self.browser.post(f"{self.address}/api/v1/chart/data", json=context)
        assert answer.status_code == httpx.codes.OK, (chart["slice_name"], answer.text[:800])
        rows: list[dict[str, Any]] = answer.json()["result"][0]["data"]
        return rows
