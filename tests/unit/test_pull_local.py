"""A delivery in a folder: taken whole, privately, or refused with a reason."""

import hashlib
import os
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import PipelineError, SourceUnavailable
from tasks.pull.fetching import pull_source
from tasks.pull.local import write_private
from tasks.pull.spec import PullSpec


@pytest.fixture
def county(tmp_path: Path) -> Path:
    (tmp_path / "county" / "inbox").mkdir(parents=True)
    return tmp_path / "county"


def put(county: Path, name: str, content: bytes = b"a;b\n1;2\n") -> Path:
    path = county / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def pull(county: Path, pattern: str = "liste*.csv", **settings: object) -> list[str]:
    spec = PullSpec("{inbox}/" + pattern, **{"newest_only": True, **settings})  # type: ignore[arg-type]
    return [each.name for each in pull_source(spec, "./inbox", county, county.parent / "copies")]


def code_of(county: Path, **settings: object) -> str:
    with pytest.raises(SourceUnavailable) as caught:
        pull(county, **settings)  # type: ignore[arg-type]
    return caught.value.code


def test_newest_file_comes_as_a_private_copy_with_its_hash(county: Path, tmp_path: Path) -> None:
    put(county, "liste_2021-02-01.csv")
    put(county, "liste_2021-03-01.csv", b"new")
    (taken,) = pull_source(PullSpec("{inbox}/liste*.csv", newest_only=True), "./inbox", county, tmp_path / "copies")
    assert (taken.name, taken.size, taken.sha256) == ("liste_2021-03-01.csv", 3, hashlib.sha256(b"new").hexdigest())
    assert taken.path.read_bytes() == b"new"
    assert taken.path.stat().st_mode & 0o777 == 0o600
    assert taken.path.parent.stat().st_mode & 0o777 == 0o700


def test_without_newest_only_all_files_come_from_old_to_new(county: Path) -> None:
    put(county, "liste_2021-03-01.csv")
    put(county, "liste_2021-02-01.csv")
    assert pull(county, newest_only=False) == ["liste_2021-02-01.csv", "liste_2021-03-01.csv"]


def test_absolute_file_url_and_wildcards_in_folders_are_understood(county: Path, tmp_path: Path) -> None:
    put(county, "träger a/2021/liste.csv")
    spec = PullSpec("{inbox}/träger*/*/liste.csv")
    assert len(pull_source(spec, (county / "inbox").as_uri(), Path("/nowhere"), tmp_path / "copies")) == 1


def test_path_without_inbox_starts_at_the_county_folder(county: Path, tmp_path: Path) -> None:
    put(county, "liste.csv")
    assert len(pull_source(PullSpec("inbox/liste.csv"), "elsewhere", county, tmp_path / "copies")) == 1


def test_any_object_with_the_keys_is_a_pull(county: Path, tmp_path: Path) -> None:
    class Settings:
        url = "{inbox}/liste.csv"
        newest_only = True
        optional = True
        auth = None

    assert pull_source(Settings(), "./inbox", county, tmp_path / "copies") == ()


def test_missing_delivery_is_an_error_unless_optional(county: Path) -> None:
    assert code_of(county) == "E201"
    assert pull(county, optional=True) == []


def test_missing_inbox_is_an_error_even_when_optional(county: Path) -> None:
    (county / "inbox").rmdir()
    assert code_of(county, optional=True) == "E202"


def test_lock_files_and_half_transfers_are_passed_over(county: Path) -> None:
    put(county, "~$liste.csv")
    put(county, "liste.csv.part")
    put(county, "liste_2021-01-01.csv")
    assert pull(county, "*liste*") == ["liste_2021-01-01.csv"]


def test_link_out_of_the_inbox_is_refused_not_replaced_by_an_older_file(county: Path) -> None:
    secret = county / "secret.csv"
    secret.write_bytes(b"x")
    put(county, "liste_2021-01-01.csv")
    (county / "inbox" / "liste_2021-02-01.csv").symlink_to(secret)
    assert code_of(county) == "E208"


def test_folder_link_out_of_the_inbox_is_refused_also_in_a_written_out_path(county: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "liste.csv").write_bytes(b"x")
    (county / "inbox" / "sub").symlink_to(tmp_path / "outside")
    inbox = str(county / "inbox")
    with pytest.raises(SourceUnavailable) as caught:
        pull_source(PullSpec(f"{inbox}/sub/liste*.csv"), inbox, county, tmp_path / "copies")
    assert caught.value.code == "E208"


def test_link_within_the_inbox_is_followed(county: Path) -> None:
    (county / "inbox" / "liste_neu.csv").symlink_to(put(county, "archiv/liste.csv"))
    assert pull(county) == ["liste_neu.csv"]


def test_dangling_and_circular_links_are_refused(county: Path) -> None:
    link = county / "inbox" / "liste.csv"
    link.symlink_to(county / "inbox" / "nothing")
    assert code_of(county) == "E208"
    link.unlink()
    link.symlink_to(link)
    assert code_of(county) == "E208"


def test_fifo_and_socket_are_refused_without_waiting(county: Path) -> None:
    os.mkfifo(county / "inbox" / "liste.csv")
    assert code_of(county) == "E204"
    (county / "inbox" / "liste.csv").unlink()
    previous = Path.cwd()
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(county / "inbox")  # socket paths are short
        try:
            server.bind("liste.csv")
        finally:
            os.chdir(previous)
        assert code_of(county) == "E204"


def test_folder_that_matches_is_no_delivery(county: Path) -> None:
    (county / "inbox" / "liste.csv").mkdir()
    assert code_of(county) == "E204"


def test_too_large_a_file_is_refused(county: Path) -> None:
    put(county, "liste.csv", b"x" * 11)
    assert code_of(county, max_bytes=10) == "E205"


def test_path_tricks_in_a_pattern_are_refused(county: Path) -> None:
    assert code_of(county, pattern="../secret.csv") == "E207"


@pytest.mark.parametrize(
    ("url", "code"), [("gopher://x/y", "E206"), ("https://[x/y", "E235"), ("sftp://x:y/z", "E235")]
)
def test_address_of_no_use_stops_this_source_only(county: Path, url: str, code: str) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        pull_source(PullSpec(url), "./inbox", county, county / "copies")
    assert caught.value.code == code


def test_full_disk_while_copying_is_no_fault_of_the_supplier(county: Path) -> None:
    put(county, "liste.csv", b"x" * (2 << 20))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(PipelineError) as caught:
            pull(county)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "E216"
    assert list((county.parent / "copies").iterdir()) == []


def test_file_that_grows_while_it_is_copied_is_caught(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(county, "liste.csv", b"x" * (3 << 20))

    def slow_write(chunks: Iterator[bytes], name: str, into: Path) -> tuple[Path, str, int]:
        with path.open("ab") as supplier:
            supplier.write(b"more")
        return write_private(chunks, name, into)

    monkeypatch.setattr("tasks.pull.local.write_private", slow_write)
    assert code_of(county) == "E203"
    assert list((county.parent / "copies").iterdir()) == []


def test_change_that_keeps_size_and_time_is_caught(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(county, "liste.csv", b"x" * 100)
    times = path.stat()

    def overwrite_after(chunks: Iterator[bytes], name: str, into: Path) -> tuple[Path, str, int]:
        written = write_private(chunks, name, into)
        path.write_bytes(b"y" * 100)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return written

    monkeypatch.setattr("tasks.pull.local.write_private", overwrite_after)
    assert code_of(county) == "E203"


def test_secrets_are_in_no_representation() -> None:
    class Wrapped:
        def get_secret_value(self) -> str:
            return "geheim"

    class Settings:
        url = "x"
        auth = {"user": "anna", "password": Wrapped()}

    spec = PullSpec.of(Settings())
    assert spec.auth is not None
    assert spec.auth.password == "geheim"
    assert "geheim" not in repr(spec)
