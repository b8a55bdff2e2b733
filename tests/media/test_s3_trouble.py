"""An S3 service that is gone, silent or careless must be noticed, and soon."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from media.factory import S3Settings
from media.s3 import S3Storage
from media.storage import StorageDown
from tests.services.net import free_port

KEY = "p/f7k2m9qd/1/w360.webp"


@contextmanager
def store_at(port: int) -> Iterator[S3Storage]:
    store = S3Storage(
        "foto",
        f"http://127.0.0.1:{port}",
        "us-east-1",
        "key",
        "secret",
        "/media",
        path_style=True,
        connect_seconds=0.3,
        read_seconds=0.3,
    )
    try:
        yield store
    finally:
        store.close()


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def assert_all_acts_say_so(store: S3Storage) -> None:
    for act in (
        store.ready,
        lambda: store.put(KEY, b"the picture", "image/webp"),
        lambda: store.get(KEY),
        lambda: store.exists(KEY),
        lambda: store.delete(KEY),
    ):
        with pytest.raises(StorageDown):
            act()


def test_a_service_that_is_gone_is_a_store_that_is_down() -> None:
    with store_at(free_port()) as store:
        assert_all_acts_say_so(store)


def test_a_service_that_never_answers_is_not_waited_for() -> None:
    silent = socket.create_server(("127.0.0.1", 0), backlog=16)
    with silent, store_at(silent.getsockname()[1]) as store:
        started = time.monotonic()
        with pytest.raises(StorageDown):
            store.get(KEY)
        assert time.monotonic() - started < 5


class BreaksOff(BaseHTTPRequestHandler):
    """Promises a thousand bytes and sends ten."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"ten bytes.")

    def log_message(self, *_: object) -> None:
        pass


def test_half_an_answer_is_no_picture() -> None:
    with served(BreaksOff) as port, store_at(port) as store, pytest.raises(StorageDown):
        store.get(KEY)


class Overwrites(BaseHTTPRequestHandler):
    """Knows nothing of conditional writes: says yes to everything."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_HEAD()

    def log_message(self, *_: object) -> None:
        pass


def test_a_service_that_overwrites_is_found_out_at_the_start() -> None:
    overwriting = pytest.raises(StorageDown, match="overwrites")
    with served(Overwrites) as port, store_at(port) as store, overwriting:
        store.ready()


def test_the_secret_is_not_shown_with_the_settings() -> None:
    settings = S3Settings(bucket="foto", public_base_url="/media", secret_key="very-secret")
    assert "very-secret" not in repr(settings)
