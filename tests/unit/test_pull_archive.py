"""The raw archive keeps each content once, unchanged, privately."""

import base64
import hashlib
import os
from pathlib import Path

import pytest

from schemas.errors import ConfigInvalid, PipelineError, SourceUnavailable
from tasks.keyring import read_keys
from tasks.pull.archive import Archive

KEY, NEXT_KEY = b"k" * 32, b"n" * 32
SIZES = [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (2 << 20) + 5]


@pytest.fixture(params=[None, KEY], ids=["plain", "sealed"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "state" / "raw", request.param)


def file_of(tmp_path: Path, content: bytes, name: str = "delivery.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def only_object(archive: Archive, sha256: str) -> Path:
    (path,) = (archive.root / sha256[:2]).glob(f"{sha256}*")
    return path


@pytest.mark.parametrize("size", SIZES)
def test_content_comes_back_whole(archive: Archive, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    sha256 = archive.put(file_of(tmp_path, content))
    assert sha256 == hashlib.sha256(content).hexdigest()
    copy = archive.open_copy(sha256, tmp_path / "work", "liste.csv")
    assert copy.read_bytes() == content
    assert copy.suffix == ".csv"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert archive.verify() == ()


def test_objects_and_folders_are_private_under_any_umask(archive: Archive, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        sha256 = archive.put(file_of(tmp_path, b"x"))
    finally:
        os.umask(before)
    assert only_object(archive, sha256).stat().st_mode & 0o777 == 0o600
    assert (archive.root / sha256[:2]).stat().st_mode & 0o777 == 0o700
    assert archive.root.stat().st_mode & 0o777 == 0o700


def test_same_content_is_kept_once_and_never_written_again(archive: Archive, tmp_path: Path) -> None:
    sha256 = archive.put(file_of(tmp_path, b"x"))
    first = only_object(archive, sha256).stat()
    assert archive.put(file_of(tmp_path, b"x", "other.csv")) == sha256
    assert only_object(archive, sha256).stat().st_ino == first.st_ino
    assert list(archive.identities()) == [sha256]


def test_damage_is_found_and_mended_by_the_same_delivery(archive: Archive, tmp_path: Path) -> None:
    delivery = file_of(tmp_path, b"hello world")
    sha256 = archive.put(delivery)
    target = only_object(archive, sha256)
    target.write_bytes(target.read_bytes()[:-1] + b"?")
    assert archive.verify() == (sha256,)
    with pytest.raises(SourceUnavailable) as caught:
        archive.open_copy(sha256, tmp_path / "work")
    assert caught.value.code == "E211"
    assert list((tmp_path / "work").iterdir()) == []
    archive.put(delivery)
    assert archive.verify() == ()


def test_unknown_or_malformed_identity_is_an_error(archive: Archive, tmp_path: Path) -> None:
    assert not archive.has("0" * 64)
    for wanted in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(SourceUnavailable) as caught:
            archive.open_copy(wanted, tmp_path / "work")
        assert caught.value.code == "E210"


def test_rewritten_object_keeps_its_identity_and_does_not_return(archive: Archive, tmp_path: Path) -> None:
    delivery = file_of(tmp_path, b"keep\nerase\n")
    sha256 = archive.put(delivery)
    content = archive.rewrite(sha256, file_of(tmp_path, b"keep\n", "new.csv"))
    assert content == hashlib.sha256(b"keep\n").hexdigest()
    assert archive.is_rewritten(sha256)
    assert archive.put(delivery) == sha256
    assert archive.open_copy(sha256, tmp_path / "work").read_bytes() == b"keep\n"
    assert archive.verify() == ()
    assert archive.rewrite(sha256, file_of(tmp_path, b"", "empty.csv"))
    assert archive.open_copy(sha256, tmp_path / "work").read_bytes() == b""


def test_removed_object_is_gone_with_its_sidecar(archive: Archive, tmp_path: Path) -> None:
    sha256 = archive.put(file_of(tmp_path, b"x"))
    archive.rewrite(sha256, file_of(tmp_path, b"y"))
    archive.remove(sha256)
    archive.remove(sha256)
    assert not archive.has(sha256)
    assert list((archive.root / sha256[:2]).iterdir()) == []


def test_sealed_archive_holds_no_readable_content(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "raw", KEY)
    sha256 = archive.put(file_of(tmp_path, b"Markermann" * 1000))
    assert b"Markermann" not in only_object(archive, sha256).read_bytes()


def test_cut_swapped_or_reordered_sealed_chunks_do_not_open(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "raw", KEY)
    first = archive.put(file_of(tmp_path, b"a" * (2 << 20)))
    second = archive.put(file_of(tmp_path, b"b" * (2 << 20)))
    whole = only_object(archive, first).read_bytes()
    head, chunk = 32, (1 << 20) + 16
    reordered = whole[:head] + whole[head + chunk :] + whole[head : head + chunk]
    for broken in (whole[: head + chunk], reordered, only_object(archive, second).read_bytes(), b"", whole[:10]):
        only_object(archive, first).write_bytes(broken)
        assert archive.verify() == (first,)


def test_missing_key_is_named_by_its_id_only(tmp_path: Path) -> None:
    sha256 = Archive(tmp_path / "raw", KEY).put(file_of(tmp_path, b"x"))
    with pytest.raises(SourceUnavailable) as caught:
        Archive(tmp_path / "raw").open_copy(sha256, tmp_path / "work")
    assert caught.value.code == "E212"
    assert KEY.hex() not in str(caught.value)


def test_rotation_seals_plain_and_older_objects_with_the_new_key(tmp_path: Path) -> None:
    root = tmp_path / "raw"
    plain = Archive(root).put(file_of(tmp_path, b"plain"))
    older = Archive(root, KEY).put(file_of(tmp_path, b"older"))
    rewritten = Archive(root, KEY).put(file_of(tmp_path, b"person"))
    Archive(root, KEY).rewrite(rewritten, file_of(tmp_path, b"nobody"))
    both = Archive(root, NEXT_KEY, (KEY,))
    assert both.rotate() == 3
    assert both.rotate() == 0
    only_new = Archive(root, NEXT_KEY)
    assert only_new.verify() == ()
    contents = {only_new.open_copy(each, tmp_path / "work").read_bytes() for each in (plain, older, rewritten)}
    assert contents == {b"plain", b"older", b"nobody"}


def test_keys_come_from_the_environment_or_a_file_first_one_seals(tmp_path: Path) -> None:
    text = base64.b64encode(NEXT_KEY).decode()
    keys = read_keys({"TEILHABE_ARCHIVE_KEY": f"{text},{KEY.hex()}"})
    assert (keys.current, keys.older) == (NEXT_KEY, (KEY,))
    key_file = file_of(tmp_path, base64.urlsafe_b64encode(KEY).rstrip(b"=") + b"\n", "key")
    assert read_keys({"TEILHABE_ARCHIVE_KEY_FILE": str(key_file)}).current == KEY
    assert read_keys({}).current is None


@pytest.mark.parametrize("text", ["short", "z" * 64, base64.b64encode(b"x" * 31).decode()])
def test_unusable_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        read_keys({"TEILHABE_ARCHIVE_KEY": text})
    assert caught.value.code == "E215"
    assert text not in str(caught.value)


def test_errors_carry_an_exit_code_of_their_family() -> None:
    assert SourceUnavailable("E210", sha256="0").exit_code == 4
    assert PipelineError("E213", place="raw").exit_code == 1
