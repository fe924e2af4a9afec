"""The files under docs/server are what they say: units that systemd takes, commands and settings that exist.

Their JSON schemas are checked by ``make test-server``.
"""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from sqlalchemy.engine import make_url

from tests.flows.county import MadeUpCounty, standard

SERVER = Path(__file__).resolve().parents[2] / "docs" / "server"
UNITS = sorted((SERVER / "systemd").iterdir())


def manifests() -> list[dict[str, Any]]:
    files = [SERVER / "compose.yaml", *(SERVER / "kubernetes").glob("*.yaml")]
    return [document for file in files for document in yaml.safe_load_all(file.read_text())]


def settings_named() -> set[str]:
    texts = [(SERVER / name).read_text() for name in ("teilhabe.env", "compose.yaml", "Dockerfile")]
    texts += [file.read_text() for file in (SERVER / "kubernetes").glob("*.yaml")]
    return {name for text in texts for name in re.findall(r"\bPREFECT_[A-Z_]+", text)}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    """With the program where the units expect it; all of them at once, so that they find one another."""
    for unit in UNITS:
        text = unit.read_text().replace("/opt/teilhabe/.venv/bin/", "/bin/").replace("/bin/teilhabe ", "/bin/true ")
        (tmp_path / unit.name).write_text(text.replace("/bin/prefect ", "/bin/true "))
    files = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert (done.returncode, said) == (0, []), done.stderr


def test_nginx_takes_the_proxys_file(tmp_path: Path) -> None:
    """With keys and logs of our own; ``NGINX`` names a program that is not installed."""
    nginx, openssl = os.environ.get("NGINX") or shutil.which("nginx"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not installed here (Debian: nginx-light)")
    key, chain = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=teilhabe.example.org"]
    made = subprocess.run([openssl, *words, "-keyout", str(key), "-out", str(chain)], capture_output=True, check=False)
    assert made.returncode == 0
    site = (SERVER / "nginx.conf").read_text().replace("/etc/ssl/teilhabe/", f"{tmp_path}/")
    site = site.replace("/var/log/nginx/", f"{tmp_path}/").replace("listen 443 ssl", "listen 127.0.0.1:8443 ssl")
    places = "".join(
        f"{name}_temp_path {tmp_path}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"error_log {tmp_path}/error.log; pid {tmp_path}/pid; events {{}} http {{ access_log off; {places} {site} }}"
    )
    (tmp_path / "nginx.conf").write_text(whole)
    command = [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_that_a_unit_or_manifest_starts_exists() -> None:
    from flows.cli import build_parser

    lines = [line for unit in UNITS for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    found = [re.search(r"bin/teilhabe ([^']*)", line) for line in lines]
    commands = [shlex.split(match.group(1))[:2] for match in found if match]
    services = yaml.safe_load((SERVER / "compose.yaml").read_text())["services"].values()
    commands += [service["command"] for service in services if service.get("command")]
    commands += [["fleet", "watch"]]
    assert len(commands) >= 6
    for words in commands:
        parsed = build_parser().parse_args([word for word in words if not word.startswith("$")])
        assert parsed.verb == words[0]


def test_every_setting_of_prefect_exists_in_the_version_we_lock() -> None:
    from prefect.settings import Settings

    known: set[str] = {"PREFECT_HOME", "PREFECT_API_DATABASE_CONNECTION_URL"}  # the second is an older name, still read

    def walk(model: Any) -> None:
        prefix = str(model.model_config.get("env_prefix", ""))
        for name, field in model.model_fields.items():
            choices = getattr(field.validation_alias, "choices", [])
            known.update(choice.upper() for choice in choices if isinstance(choice, str))
            known.add(f"{prefix}{name}".upper())
            if hasattr(field.annotation, "model_fields"):
                walk(field.annotation)

    walk(Settings)
    assert settings_named() - known == set()


def test_no_container_is_privileged_or_keeps_its_capabilities() -> None:
    containers = []
    for document in manifests():
        spec = document.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        containers += spec.get("template", {}).get("spec", {}).get("containers", [])
    assert len(containers) == 4
    for container in containers:
        rights = container["securityContext"]
        assert (rights["allowPrivilegeEscalation"], rights["readOnlyRootFilesystem"]) == (False, True)
        assert rights["capabilities"] == {"drop": ["ALL"]}


def test_the_logins_of_the_server_can_do_a_night_and_nothing_more(
    pg15_server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """databases.sql on PostgreSQL 15: a login without superuser upgrades, runs, backs up; the other has no entry."""
    admin_url = make_url(pg15_server_url).set(drivername="postgresql")
    text = re.sub("--.*", "", (SERVER / "databases.sql").read_text()).replace("DATABASE teilhabe", "DATABASE served")
    with psycopg.connect(admin_url.render_as_string(hide_password=False), autocommit=True) as admin:
        for statement in filter(str.strip, text.split(";")):
            admin.execute(statement)
        admin.execute("ALTER ROLE teilhabe_app PASSWORD 'a'")
        admin.execute("ALTER ROLE teilhabe_prefect PASSWORD 'p'")
        admin.execute("ALTER ROLE teilhabe_backup PASSWORD 'b'")
        admin.execute("CREATE DATABASE again OWNER teilhabe_app TEMPLATE template0")
    own = admin_url.set(database="served", username="teilhabe_app", password="a").render_as_string(hide_password=False)
    county: MadeUpCounty = standard(tmp_path / "county", own)
    county.people("1;Familie;Person;01.02.2000;D;09999001;2021-02-10")
    county.contacts("1;2021-02-01;b;A")
    assert county.run("db", "upgrade").code == 0
    outcome = county.sync("2021-03-01")
    assert (outcome.code, outcome.status) == (0, "published"), outcome
    # The night's login is bound by row-level security: it says so, and a login that reads all rows makes the backup.
    refused = county.run("backup", str(tmp_path / "kept.tar.gz"))
    assert (refused.code, refused.document["error"]["code"]) == (1, "E520")
    reader = admin_url.set(database="served", username="teilhabe_backup", password="b")
    monkeypatch.setenv("TEILHABE_BACKUP_URL", reader.render_as_string(hide_password=False))
    kept = county.run("backup", str(tmp_path / "kept.tar.gz"))
    assert kept.code == 0, kept
    monkeypatch.delenv("TEILHABE_BACKUP_URL")
    shutil.rmtree(county.folder / "state")
    county.county_yaml(warehouse=make_url(own).set(database="again").render_as_string(hide_password=False))
    restored = county.run("restore", str(tmp_path / "kept.tar.gz"))
    assert restored.code == 0, restored
    assert county.kpi("contacted", "2021-03-01") == ("2021-03-01", 1)
    assert county.sync("2021-03-02").status == "published"
    stranger = admin_url.set(database="served", username="teilhabe_prefect", password="p")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(stranger.render_as_string(hide_password=False))
