"""S3 against a real (moto) server on 127.0.0.1."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from schemas.errors import PipelineError
from tasks.pull.fetching import pull_source
from tasks.pull.spec import Auth, PulledFile, PullSpec

KEY, SECRET = "zugang", "sehr-geheim"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, request: pytest.FixtureRequest) -> str:
    name = request.node.name.replace("_", "-")[:60].strip("-")
    client(endpoint).create_bucket(Bucket=name)
    return name


def client(endpoint: str):  # type: ignore[no-untyped-def]
    login = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=endpoint, **login)


def pull(endpoint: str, bucket: str, into: Path, pattern: str, **settings: object) -> tuple[PulledFile, ...]:
    given = {"auth": Auth(KEY, SECRET), "allow_hosts": ("http://127.0.0.1",), "newest_only": True, **settings}
    url = f"s3://{bucket}/{pattern}?endpoint={endpoint}&region=us-east-1"
    return pull_source(PullSpec(url, **given), "", into, into / "copies")  # type: ignore[arg-type]


def test_newest_object_comes_whole(endpoint: str, bucket: str, tmp_path: Path) -> None:
    for name, content in (("liste_2021-02-01.csv", b"old"), ("liste_2021-03-01.csv", b"x" * 9_000_000)):
        client(endpoint).put_object(Bucket=bucket, Key=f"in/{name}", Body=content)
    (taken,) = pull(endpoint, bucket, tmp_path, "in/liste*.csv")
    assert (taken.name, taken.size) == ("liste_2021-03-01.csv", 9_000_000)
    assert taken.path.read_bytes() == b"x" * 9_000_000
    assert SECRET not in repr(taken)


def test_missing_object_is_an_error_unless_optional(endpoint: str, bucket: str, tmp_path: Path) -> None:
    client(endpoint).put_object(Bucket=bucket, Key="in/other.txt", Body=b"")
    with pytest.raises(PipelineError) as caught:
        pull(endpoint, bucket, tmp_path, "in/liste*.csv")
    assert caught.value.code == "E201"
    assert pull(endpoint, bucket, tmp_path, "in/liste*.csv", optional=True) == ()


def test_too_large_an_object_is_refused(endpoint: str, bucket: str, tmp_path: Path) -> None:
    client(endpoint).put_object(Bucket=bucket, Key="liste.csv", Body=b"x" * 11)
    with pytest.raises(PipelineError) as caught:
        pull(endpoint, bucket, tmp_path, "liste.csv", max_bytes=10)
    assert caught.value.code == "E205"


def test_plain_http_endpoint_must_be_named(endpoint: str, bucket: str, tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as caught:
        pull(endpoint, bucket, tmp_path, "liste.csv", allow_hosts=())
    assert caught.value.code == "E230"


def test_store_that_is_not_there_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as caught:
        pull("http://127.0.0.1:9", "nowhere", tmp_path, "liste.csv")
    assert caught.value.code == "E220"
    assert SECRET not in str(caught.value)
