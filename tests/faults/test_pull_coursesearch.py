"""The employment agency's course searches, against made-up recordings of their public shape.

Made up after the public descriptions (bundesAPI: berufssprachkurssuche-api,
weiterbildungssuche-api); not recorded from, and not verified against, the live service.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from schemas.errors import PipelineError
from tasks.pull.archive import Archive
from tasks.pull.fetching import pull_source
from tasks.pull.spec import Auth, PulledFile, PullSpec, is_transient

PATH = "/infosysbub/sprachfoerderung/pc/v1/bildungsangebot"


def offer(number: int) -> dict[str, object]:
    return {
        "id": number,
        "angebot": {"id": 7, "titel": "Berufssprachkurs B2", "bildungsanbieter": {"name": "Sprachhaus"}},
        "unterrichtsform": {"id": 2, "bezeichnung": "Vor-Ort-Teilzeit"},
        "beginn": 1649109600000,
        "teilnehmerMax": 20,
        "aktualisierungsdatum": "1647990000000",
        "ansprechpartner": [{"nachname": "Markermann"}],
    }


class Search(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(dict(self.headers))  # type: ignore[attr-defined]
        asked = {key: int(values[0]) for key, values in parse_qs(urlsplit(self.path).query).items() if key != "orte"}
        number, size = asked["page"], asked["size"]
        if number == self.server.fails_at:  # type: ignore[attr-defined]
            self._answer(503, {})
            return
        total: int = self.server.total + (number if self.server.grows else 0)  # type: ignore[attr-defined]
        first = number * size
        found = [offer(total - each) for each in range(first, min(first + size, total, 10_000))]
        pages = -(-min(total, 10_000) // size)
        page = {"size": size, "totalElements": total, "totalPages": pages, "number": number}
        body: dict[str, object] = {"_embedded": {"termine": found}, "page": page}
        if self.server.nested:  # type: ignore[attr-defined]
            body = {"_embedded": {"termine": found, "page": page}}
        self._answer(200, body)

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.forms.append((self.path, form))  # type: ignore[attr-defined]
        self._answer(200, {"access_token": "jwt"})

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


class Agency(ThreadingHTTPServer):
    total = 45
    fails_at = -1
    grows = False
    nested = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Search)
        self.seen: list[dict[str, str]] = []
        self.forms: list[tuple[str, str]] = []


@pytest.fixture
def agency() -> Iterator[Agency]:
    with Agency() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def pull(agency: Agency, into: Path, size: int = 20, auth: Auth | None = None) -> PulledFile:
    url = f"ba+http://127.0.0.1:{agency.server_port}{PATH}?orte=Paderborn&size={size}"
    spec = PullSpec(url, auth=auth, allow_hosts=("http://127.0.0.1",), timeout_s=60.0)
    (taken,) = pull_source(spec, "", into, into / "copies")
    return taken


def error_of(agency: Agency, into: Path) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        pull(agency, into)
    return caught.value


@pytest.mark.parametrize("nested", [False, True])
def test_all_pages_become_one_ordered_file_of_the_same_shape(agency: Agency, tmp_path: Path, nested: bool) -> None:
    agency.nested = nested
    taken = pull(agency, tmp_path)
    document = json.loads(taken.path.read_bytes())
    assert [each["id"] for each in document["_embedded"]["termine"]] == list(range(1, 46))
    assert document["page"]["totalElements"] == 45
    assert (taken.name, taken.notes) == ("sprachfoerderung.json", ())
    assert len(agency.seen) == 3


def test_equal_offers_give_equal_bytes_whatever_the_page_size(agency: Agency, tmp_path: Path) -> None:
    assert pull(agency, tmp_path, size=20).sha256 == pull(agency, tmp_path, size=7).sha256


def test_contact_persons_are_dropped_at_the_door(agency: Agency, tmp_path: Path) -> None:
    assert b"Markermann" not in pull(agency, tmp_path).path.read_bytes()


def test_cap_of_ten_thousand_is_said_aloud(agency: Agency, tmp_path: Path) -> None:
    agency.total = 12_345
    taken = pull(agency, tmp_path, size=2000)
    assert len(json.loads(taken.path.read_bytes())["_embedded"]["termine"]) == 10_000
    (note,) = taken.notes
    assert "12345" in note
    assert "2345 fehlen" in note


def test_empty_search_is_a_delivery_without_offers(agency: Agency, tmp_path: Path) -> None:
    agency.total = 0
    assert json.loads(pull(agency, tmp_path).path.read_bytes())["_embedded"]["termine"] == []


def test_offers_that_change_between_two_pages_are_caught(agency: Agency, tmp_path: Path) -> None:
    agency.grows = True
    error = error_of(agency, tmp_path)
    assert error.code == "E203"
    assert is_transient(error)


def test_failing_page_leaves_the_last_good_snapshot_standing(agency: Agency, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "raw")
    good = archive.put(pull(agency, tmp_path).path)
    for copy in (tmp_path / "copies").iterdir():
        copy.unlink()
    agency.fails_at = 1
    assert error_of(agency, tmp_path).code == "E227"
    assert list((tmp_path / "copies").iterdir()) == []
    assert list(archive.identities()) == [good]


def test_oauth_token_is_fetched_and_sent_as_the_service_wants_it(agency: Agency, tmp_path: Path) -> None:
    pull(agency, tmp_path, auth=Auth("client", "secret"))
    assert agency.forms[0][0] == "/oauth/gettoken_cc"
    assert "client_secret=secret" in agency.forms[0][1]
    assert {each.get("OAuthAccessToken") for each in agency.seen} == {"jwt"}


def test_api_key_is_sent_as_its_header(agency: Agency, tmp_path: Path) -> None:
    pull(agency, tmp_path, auth=Auth(token="key"))
    assert agency.seen[0].get("X-API-Key") == "key"


def test_answer_of_another_shape_is_refused(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "do_GET", lambda self: self._answer(200, {"_embedded": ["x"]}))
    assert error_of(agency, tmp_path).code == "E234"
