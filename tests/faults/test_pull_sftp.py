"""SFTP against a real server on 127.0.0.1: pinned key, wrong login, a file that grows."""

import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from schemas.errors import PipelineError, SourceUnavailable
from tasks.pull.fetching import pull_source
from tasks.pull.spec import Auth, PulledFile, PullSpec
from tests.faults.sftp_server import PASSWORD, USER, SftpServer


@pytest.fixture(scope="module")
def login_key() -> paramiko.PKey:
    return paramiko.RSAKey.generate(2048)


@pytest.fixture
def server(tmp_path: Path, login_key: paramiko.PKey) -> Iterator[SftpServer]:
    (tmp_path / "remote" / "out").mkdir(parents=True)
    started = SftpServer(tmp_path / "remote", login_key)
    yield started
    started.stop()


def put(server: SftpServer, name: str, content: bytes = b"a;b\r\n") -> None:
    (server.root / "out" / name).write_bytes(content)


def pull(server: SftpServer, into: Path, pattern: str = "liste*.csv", **settings: object) -> tuple[PulledFile, ...]:
    given = {"auth": Auth(USER, PASSWORD), "host_key": server.pin, "newest_only": True, "timeout_s": 20.0, **settings}
    spec = PullSpec("{inbox}/" + pattern, **given)  # type: ignore[arg-type]
    return pull_source(spec, f"sftp://127.0.0.1:{server.port}/out", into, into / "copies")


def code_of(server: SftpServer, into: Path, **settings: object) -> str:
    with pytest.raises(PipelineError) as caught:
        pull(server, into, **settings)  # type: ignore[arg-type]
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None
    assert not list((into / "copies").glob("*"))
    return caught.value.code


def test_newest_file_comes_over_a_pinned_connection(server: SftpServer, tmp_path: Path) -> None:
    put(server, "liste_2021-02-01.csv")
    put(server, "liste_2021-03-01.csv", content := os.urandom(700_000))
    put(server, "liste_2021-04-01.csv.filepart")
    (taken,) = pull(server, tmp_path)
    assert (taken.name, taken.path.read_bytes()) == ("liste_2021-03-01.csv", content)
    assert taken.path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in repr(taken)


def test_a_caller_who_hangs_up_costs_the_next_one_nothing(server: SftpServer, tmp_path: Path) -> None:
    put(server, "liste.csv")
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port), 20) as line:
            line.sendall(b"SSH-2.0-none\r\n")
            line.recv(8192)
            time.sleep(0.3)  # until the server waits for an answer
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed by a reset
    assert pull(server, tmp_path)


def test_pin_may_be_a_public_key_or_one_of_several(server: SftpServer, tmp_path: Path) -> None:
    put(server, "liste.csv")
    public = f"{server.host_key.get_name()} {server.host_key.get_base64()}"
    assert pull(server, tmp_path, host_key=public)
    assert pull(server, tmp_path, host_key=f"SHA256:{'A' * 43}\n{server.pin}")


def test_changed_host_key_stops_before_the_login(server: SftpServer, tmp_path: Path) -> None:
    put(server, "liste.csv")
    pinned = server.pin
    server.host_key = paramiko.ECDSAKey.generate()
    assert code_of(server, tmp_path, host_key=pinned) == "E221"


def test_unknown_host_is_refused_and_shows_what_to_confirm(server: SftpServer, tmp_path: Path) -> None:
    put(server, "liste.csv")
    with pytest.raises(PipelineError) as caught:
        pull(server, tmp_path, host_key=None)
    assert caught.value.code == "E229"
    assert server.pin in str(caught.value)


def test_wrong_password_is_said_without_it(server: SftpServer, tmp_path: Path) -> None:
    put(server, "liste.csv")
    assert code_of(server, tmp_path, auth=Auth(USER, PASSWORD + "x")) == "E222"


def test_login_by_key_file_with_passphrase(server: SftpServer, login_key: paramiko.PKey, tmp_path: Path) -> None:
    put(server, "liste.csv")
    key_file = tmp_path / "key"
    login_key.write_private_key_file(str(key_file), password="phrase")
    assert pull(server, tmp_path, auth=Auth(USER, key_file=str(key_file), passphrase="phrase"))
    with pytest.raises(SourceUnavailable) as caught:
        pull(server, tmp_path, auth=Auth(USER, key_file=str(key_file)))
    assert caught.value.code == "E231"


def test_file_that_grows_on_the_server_is_caught(server: SftpServer, tmp_path: Path) -> None:
    put(server, "grows.csv")
    assert code_of(server, tmp_path, pattern="grows*") == "E203"


def test_links_and_special_files_on_the_server_are_refused(server: SftpServer, tmp_path: Path) -> None:
    (server.root / "out" / "liste.csv").symlink_to(server.root)
    assert code_of(server, tmp_path) == "E208"
    (server.root / "out" / "liste.csv").unlink()
    os.mkfifo(server.root / "out" / "liste.csv")
    assert code_of(server, tmp_path) == "E204"


def test_missing_file_too_large_file_and_missing_folder(server: SftpServer, tmp_path: Path) -> None:
    assert code_of(server, tmp_path) == "E201"
    assert pull(server, tmp_path, optional=True) == ()
    assert code_of(server, tmp_path, pattern="nowhere/*.csv") == "E201"
    put(server, "liste.csv", b"x" * 11)
    assert code_of(server, tmp_path, max_bytes=10) == "E205"


def test_server_that_is_not_there_is_worth_another_try(server: SftpServer, tmp_path: Path) -> None:
    server.stop()
    assert code_of(server, tmp_path) == "E220"
