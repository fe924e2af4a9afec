"""WebDAV against a real server on 127.0.0.1, as a Nextcloud answers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from schemas.errors import PipelineError
from tasks.pull.fetching import pull_source
from tasks.pull.spec import Auth, PulledFile, PullSpec
from tests.faults.webdav_server import PASSWORD, USER, Cloud


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    yield cloud
    cloud.stop()


@pytest.fixture
def cloud(running: Cloud, request: pytest.FixtureRequest) -> Cloud:
    for each in running.root.rglob("*"):
        if each.is_file():
            each.unlink()
    (running.root / "Lieferungen Träger" / "2021").mkdir(parents=True, exist_ok=True)
    return running


def put(cloud: Cloud, name: str, content: bytes = b"a;b\r\n") -> None:
    (cloud.root / "Lieferungen Träger" / name).write_bytes(content)


def pull(cloud: Cloud, into: Path, pattern: str = "liste*.csv", **settings: object) -> tuple[PulledFile, ...]:
    given = {"auth": Auth(USER, PASSWORD), "allow_hosts": ("http://127.0.0.1",), "newest_only": True, **settings}
    spec = PullSpec("{inbox}/" + pattern, **given)  # type: ignore[arg-type]
    place = f"webdav://127.0.0.1:{cloud.port}/Lieferungen%20Tr%C3%A4ger"
    return pull_source(spec, place, into, into / "copies")


def code_of(cloud: Cloud, into: Path, **settings: object) -> str:
    with pytest.raises(PipelineError) as caught:
        pull(cloud, into, **settings)  # type: ignore[arg-type]
    assert PASSWORD not in str(caught.value)
    return caught.value.code


def test_newest_file_comes_from_a_folder_with_blanks_and_umlauts(cloud: Cloud, tmp_path: Path) -> None:
    put(cloud, "liste_2021-02-01.csv")
    put(cloud, "liste_2021-03-01 (100% fertig).csv", b"x" * 3_000_000)
    put(cloud, "liste_2021-04-01.csv.part")
    (taken,) = pull(cloud, tmp_path)
    assert taken.name == "liste_2021-03-01 (100% fertig).csv"
    assert taken.path.read_bytes() == b"x" * 3_000_000
    assert taken.modified_at is not None


def test_wildcards_in_folders_are_understood(cloud: Cloud, tmp_path: Path) -> None:
    put(cloud, "2021/liste.csv")
    assert [each.name for each in pull(cloud, tmp_path, "*/liste.csv")] == ["liste.csv"]


def test_missing_file_and_folder_that_matches(cloud: Cloud, tmp_path: Path) -> None:
    assert code_of(cloud, tmp_path) == "E201"
    assert pull(cloud, tmp_path, optional=True) == ()
    assert code_of(cloud, tmp_path, pattern="20*") == "E204"


def test_wrong_password_is_said_without_it(cloud: Cloud, tmp_path: Path) -> None:
    assert code_of(cloud, tmp_path, auth=Auth(USER, PASSWORD + "x")) == "E222"


def test_too_large_a_file_is_refused(cloud: Cloud, tmp_path: Path) -> None:
    put(cloud, "liste.csv", b"x" * 11)
    assert code_of(cloud, tmp_path, max_bytes=10) == "E205"


def test_login_is_not_sent_unencrypted(cloud: Cloud, tmp_path: Path) -> None:
    assert code_of(cloud, tmp_path, allow_hosts=()) == "E230"


def test_redirect_to_another_host_is_not_followed(cloud: Cloud, tmp_path: Path) -> None:
    class Elsewhere(BaseHTTPRequestHandler):
        def do_PROPFIND(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{cloud.port}/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        spec = PullSpec(
            f"webdav://127.0.0.1:{server.server_port}/liste.csv",
            auth=Auth(USER, PASSWORD),
            allow_hosts=("http://127.0.0.1",),
        )
        with pytest.raises(PipelineError) as caught:
            pull_source(spec, "", tmp_path, tmp_path / "copies")
        server.shutdown()
    assert caught.value.code == "E223"
