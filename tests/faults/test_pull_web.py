"""HTTPS against real servers on 127.0.0.1: certificates, redirects, private addresses, caps."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from schemas.errors import PipelineError
from tasks.pull.addresses import is_public
from tasks.pull.fetching import pull_source
from tasks.pull.spec import Auth, PulledFile, PullSpec, is_transient

CONTENT = b"a;b\r\n1;2\r\n"
HERE = ("127.0.0.1",)


class Answers(BaseHTTPRequestHandler):
    """``/to?URL`` redirects, ``/short`` breaks off, ``/drip`` never ends, ``/NNN`` is a status."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to?"))
            self.end_headers()
        elif self.path.strip("/").isdecimal():
            self.send_response(int(self.path.strip("/")))
            self.end_headers()
        elif self.path == "/drip":
            self._drip()
        else:
            self.send_response(200)
            self.send_header("Last-Modified", "Mon, 01 Mar 2021 08:00:00 GMT")
            if self.path != "/unknown-length.csv":
                self.send_header("Content-Length", str(len(CONTENT) + (5 if self.path == "/short" else 0)))
            self.end_headers()
            self.wfile.write(CONTENT)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    scheme = "https"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.seen: list[tuple[str, str | None]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.server_port}{path}"

    def handle_error(self, *_: object) -> None:
        pass

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        if isinstance(request, ssl.SSLSocket):
            try:
                request = request.unwrap()
            except OSError:
                request.close()
                return
        super().shutdown_request(request)


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with Server() as started:
        started.socket = context.wrap_socket(started.socket, server_side=True)
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


@pytest.fixture
def plain() -> Iterator[Server]:
    with Server() as started:
        started.scheme = "http"
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


def pull(url: str, into: Path, **settings: object) -> tuple[PulledFile, ...]:
    spec = PullSpec(url, **{"allow_hosts": HERE, "timeout_s": 20.0, **settings})  # type: ignore[arg-type]
    return pull_source(spec, "", into, into / "copies")


def error_of(url: str, into: Path, **settings: object) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        pull(url, into, **settings)
    assert not list((into / "copies").glob("*"))
    return caught.value


def code_of(url: str, into: Path, **settings: object) -> str:
    return error_of(url, into, **settings).code


@pytest.mark.parametrize("path", ["/kurse%202021.csv", "/für/kurse 2021.csv", "/unknown-length.csv"])
def test_file_comes_over_tls_with_its_name(server: Server, tmp_path: Path, path: str) -> None:
    (taken,) = pull(server.url(path), tmp_path)
    assert taken.name in {"kurse 2021.csv", "unknown-length.csv"}
    assert taken.path.read_bytes() == CONTENT
    assert taken.modified_at == datetime.datetime(2021, 3, 1, 8, tzinfo=datetime.UTC)


def test_private_address_is_refused_unless_it_is_named(server: Server, tmp_path: Path) -> None:
    assert code_of(server.url("/a.csv"), tmp_path, allow_hosts=()) == "E224"
    assert code_of(server.url("/a.csv", host="localhost"), tmp_path) == "E224"
    assert server.seen == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:0a00:0001::1",
        "64:ff9b::a00:1",
    ],
)
def test_private_local_and_disguised_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_redirect_to_a_private_address_is_refused_even_on_a_named_way(server: Server, tmp_path: Path) -> None:
    target = server.url("/to?https://169.254.169.254/latest")
    assert code_of(target, tmp_path) == "E223"
    assert code_of(target, tmp_path, allow_hosts=(*HERE, "[169.254.169.254]")) == "E223"
    assert code_of(server.url(f"/to?{server.url('/a.csv', host='localhost')}"), tmp_path) == "E223"


def test_redirect_on_the_same_host_is_followed_but_not_in_circles(server: Server, tmp_path: Path) -> None:
    assert pull(server.url("/to?/kurse.csv"), tmp_path)[0].size == len(CONTENT)
    circle = server.url("/to?" + "/to?" * 8 + "/kurse.csv")
    assert code_of(circle, tmp_path / "other") == "E225"


def test_redirect_down_to_plain_http_or_to_a_file_is_refused(server: Server, plain: Server, tmp_path: Path) -> None:
    assert code_of(server.url(f"/to?{plain.url('/a.csv')}"), tmp_path) == "E230"
    assert code_of(server.url("/to?file:///etc/passwd"), tmp_path) == "E223"


def test_login_goes_to_the_first_origin_only(server: Server, plain: Server, tmp_path: Path) -> None:
    allowed = (*HERE, "http://127.0.0.1")
    pull(server.url(f"/to?{plain.url('/a.csv')}"), tmp_path, auth=Auth("anna", "geheim"), allow_hosts=allowed)
    assert server.seen[0][1] is not None
    assert plain.seen == [("/a.csv", None)]


def test_certificate_that_nobody_vouches_for_is_refused(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert code_of(server.url("/a.csv"), tmp_path) == "E231"


def test_size_cap_holds_with_and_without_an_announced_length(server: Server, tmp_path: Path) -> None:
    assert code_of(server.url("/a.csv"), tmp_path, max_bytes=5) == "E205"
    assert code_of(server.url("/unknown-length.csv"), tmp_path, max_bytes=5) == "E205"


def test_time_cap_holds_against_a_slow_drip(server: Server, tmp_path: Path) -> None:
    error = error_of(server.url("/drip"), tmp_path, timeout_s=0.5)
    assert error.code == "E226"
    assert is_transient(error)


def test_time_cap_holds_before_the_first_word(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert code_of(f"https://127.0.0.1:{port}/a.csv", tmp_path, timeout_s=0.5) == "E226"


def test_body_that_breaks_off_is_caught(server: Server, tmp_path: Path) -> None:
    assert code_of(server.url("/short"), tmp_path) == "E203"


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [
        (404, "E201", False),
        (403, "E222", False),
        (401, "E222", False),
        (503, "E227", True),
        (429, "E227", True),
        (418, "E227", False),
    ],
)
def test_status_is_said_and_only_busy_servers_are_tried_again(
    server: Server, tmp_path: Path, status: int, code: str, again: bool
) -> None:
    error = error_of(server.url(f"/{status}"), tmp_path)
    assert (error.code, is_transient(error)) == (code, again)


def test_missing_file_is_no_error_for_an_optional_source(server: Server, tmp_path: Path) -> None:
    assert pull(server.url("/404"), tmp_path, optional=True) == ()
