"""One contract, held by every store: the folder and a real S3 server."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

import pytest

from media.factory import S3Settings, open_storage
from media.keys import picture_key
from media.s3 import S3Storage
from media.storage import BadKey, KeyTaken, Missing, Storage, StorageDown
from tests.services.seaweed import S3Endpoint

OpenStore = Callable[[], Storage]


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.services)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage(root=tmp_path / "media")
    return request.getfixturevalue("bucket")


@pytest.fixture
def key() -> str:
    return picture_key(uuid4().hex, 1, "w360.webp")


@pytest.fixture(scope="module")
def bucket(s3_endpoint: S3Endpoint) -> Iterator[S3Storage]:
    storage = open_storage(s3=settings(s3_endpoint, "foto"))
    assert isinstance(storage, S3Storage)
    storage.create_bucket_if_missing()
    yield storage
    storage.close()


def settings(endpoint: S3Endpoint, bucket: str, **changes: str) -> S3Settings:
    facts = {
        "bucket": bucket,
        "public_base_url": f"{endpoint.url}/{bucket}",
        "endpoint_url": endpoint.url,
        "region": endpoint.region,
        "access_key": endpoint.access_key,
        "secret_key": endpoint.secret_key,
    }
    return S3Settings(**(facts | changes), path_style=True)


def test_a_picture_lies_under_its_photo_and_version() -> None:
    assert picture_key("f7k2m9qd", 1, "w360.webp") == "p/f7k2m9qd/1/w360.webp"


def test_what_was_stored_comes_back(store: Storage, key: str) -> None:
    data = bytes(range(256)) * 400
    store.put(key, data, "image/webp")
    assert store.get(key) == data
    assert store.exists(key)


def test_the_same_bytes_may_be_stored_again(store: Storage, key: str) -> None:
    store.put(key, b"the picture", "image/webp")
    store.put(key, b"the picture", "image/webp")
    assert store.get(key) == b"the picture"


def test_what_is_stored_never_changes(store: Storage, key: str) -> None:
    store.put(key, b"the picture", "image/webp")
    with pytest.raises(KeyTaken):
        store.put(key, b"another picture", "image/webp")
    assert store.get(key) == b"the picture"


def test_an_unknown_key_is_missing(store: Storage, key: str) -> None:
    assert not store.exists(key)
    with pytest.raises(Missing):
        store.get(key)
    with pytest.raises(Missing):
        store.get("p")


def test_a_deleted_key_is_free_again(store: Storage, key: str) -> None:
    store.put(key, b"the picture", "image/webp")
    store.delete(key)
    assert not store.exists(key)
    store.put(key, b"another picture", "image/webp")
    assert store.get(key) == b"another picture"


def test_deleting_what_is_not_there_is_fine(store: Storage, key: str) -> None:
    store.delete(key)
    store.delete(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "p/../../secret",
        "p//x",
        "p/.hidden",
        "p/",
        "p/a b",
        "p/a\n",
        "p\\a",
        "p/a%2e%2e",
        "p/é",
        "p/\0",
        "p/" + "a" * 200,
    ],
)
def test_a_key_that_could_lead_elsewhere_is_no_key(store: Storage, key: str) -> None:
    with pytest.raises(BadKey):
        store.put(key, b"", "image/webp")
    with pytest.raises(Missing):
        store.get(key)
    assert not store.exists(key)
    for act in (store.delete, store.url):
        with pytest.raises(BadKey):
            act(key)


def test_of_many_writers_at_once_exactly_one_wins(store: Storage, key: str) -> None:
    def write(number: int) -> bool:
        try:
            store.put(key, b"%d" % number * 5000, "image/webp")
        except KeyTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))
    assert sum(won) == 1
    assert store.get(key) == b"%d" % won.index(True) * 5000


def test_a_store_that_works_says_so(store: Storage) -> None:
    store.ready()
    store.ready()


def test_a_run_without_a_place_for_pictures_does_not_start() -> None:
    with pytest.raises(ValueError, match="a folder or a bucket"):
        open_storage()


# The folder


def test_pictures_of_the_folder_are_found_under_the_media_address(tmp_path: Path) -> None:
    store = open_storage(root=tmp_path, base_url="/media/")
    assert store.url("p/f7k2m9qd/1/w360.webp") == "/media/p/f7k2m9qd/1/w360.webp"


def test_nothing_half_written_is_left_in_the_folder(tmp_path: Path, key: str) -> None:
    store = open_storage(root=tmp_path)
    store.put(key, b"the picture", "image/webp")
    with pytest.raises(KeyTaken):
        store.put(key, b"another", "image/webp")
    store.ready()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / key]


def test_a_web_server_may_read_the_files_of_the_folder(tmp_path: Path, key: str) -> None:
    open_storage(root=tmp_path).put(key, b"the picture", "image/webp")
    assert (tmp_path / key).stat().st_mode & 0o044 == 0o044


def test_a_folder_that_cannot_be_written_is_a_store_that_is_down(tmp_path: Path, key: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = open_storage(root=tmp_path / "file" / "media")
    with pytest.raises(StorageDown):
        store.ready()
    with pytest.raises(StorageDown):
        store.put(key, b"the picture", "image/webp")


# The bucket


@pytest.mark.services
def test_browsers_read_pictures_of_the_bucket_and_keep_them_for_good(
    bucket: S3Storage, key: str
) -> None:
    bucket.put(key, b"the picture", "image/webp")
    with urlopen(bucket.url(key)) as answer:  # noqa: S310 - our own server
        assert answer.read() == b"the picture"
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.services
def test_browsers_read_nothing_but_pictures(bucket: S3Storage) -> None:
    bucket.put("surat/ktp.jpg", b"private", "image/jpeg")
    with pytest.raises(HTTPError) as refusal:
        urlopen(bucket.url("surat/ktp.jpg"))  # noqa: S310 - our own server
    with refusal.value:
        assert refusal.value.code == 403


@pytest.mark.services
def test_the_bucket_may_be_there_already(bucket: S3Storage) -> None:
    bucket.create_bucket_if_missing()
    bucket.ready()


@pytest.mark.services
def test_a_bucket_that_is_not_there_is_a_store_that_is_down(s3_endpoint: S3Endpoint) -> None:
    store = open_storage(s3=settings(s3_endpoint, "nowhere"))
    with pytest.raises(StorageDown):
        store.ready()
    store.close()


@pytest.mark.services
@pytest.mark.usefixtures("bucket")
def test_a_wrong_secret_is_a_store_that_is_down(s3_endpoint: S3Endpoint, key: str) -> None:
    store = open_storage(s3=settings(s3_endpoint, "foto", secret_key="wrong"))
    for act in (store.ready, lambda: store.get(key), lambda: store.put(key, b"", "image/webp")):
        with pytest.raises(StorageDown):
            act()
    store.close()
