"""Pictures in a folder of this machine: for a first start, and for a shop on one machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from media.storage import KeyTaken, Missing, StorageDown, checked_key

_INCOMING = ".incoming"  # begins with a dot, so no key leads there


class LocalStorage:
    """A folder as store. A file is there whole or not at all, also after a power cut."""

    def __init__(self, root: Path, base_url: str) -> None:
        self._root = root
        self._base_url = base_url.rstrip("/")

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Write aside, then give the finished file its name; the first writer wins."""
        path = self.path(key)
        with _troubles():
            aside = self._write_aside(data)
            try:
                self._make_folder(path.parent)
                os.link(aside, path)
            except FileExistsError:
                if path.read_bytes() != data:
                    raise KeyTaken(key) from None
            finally:
                aside.unlink(missing_ok=True)
            _sync_folder(path.parent)

    def get(self, key: str) -> bytes:
        path = self.path(key)
        with _troubles():
            try:
                return path.read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise Missing(key) from None

    def exists(self, key: str) -> bool:
        try:
            path = self.path(key)
        except Missing:
            return False
        with _troubles():
            return path.is_file()

    def delete(self, key: str) -> None:
        path = self.path(key)
        with _troubles():
            path.unlink(missing_ok=True)

    def url(self, key: str) -> str:
        return f"{self._base_url}/{checked_key(key)}"

    def ready(self) -> None:
        """Prove it by writing: a full or read-only disk still lists its files."""
        with _troubles():
            self._write_aside(b"ready").unlink()

    def close(self) -> None:
        """A folder holds nothing open."""

    def path(self, key: str) -> Path:
        """The file behind a key, for a web server that sends it by itself."""
        return self._root / checked_key(key)

    def _write_aside(self, data: bytes) -> Path:
        folder = self._root / _INCOMING
        self._make_folder(folder)
        aside = folder / uuid4().hex
        try:
            with aside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        return aside

    def _make_folder(self, folder: Path) -> None:
        """Make it and note it in its parents, up to what is there already."""
        if folder.is_dir():
            return
        if folder != folder.parent:
            self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _troubles() -> Iterator[None]:
    """A disk that is full, gone or read-only is a store that is down."""
    try:
        yield
    except OSError as trouble:
        raise StorageDown(str(trouble)) from trouble
