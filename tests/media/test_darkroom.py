"""The process that opens a stranger's photo: capped, timed, without secrets, never in the way."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from media.checks import PictureRefused
from media.darkroom import DarkroomBroken, prepare, prepare_here
from media.renditions import Picture
from tests.media.bad_files import endless_jpeg
from tests.media.pictures import corners, encoded, jpeg, phone_photo

HOUSE = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def endless() -> bytes:
    return endless_jpeg()


def largest(mode: str, kind: str) -> bytes:
    size = (6100, 4580) if kind == "WEBP" else (7300, 5475)
    options = {
        "JPEG": {"progressive": True, "subsampling": 0},
        "PNG": {"compress_level": 1},
        "WEBP": {"method": 0},
    }
    plain = Image.linear_gradient("L").resize(size)
    if mode == "LA":
        return encoded(Image.merge("LA", (plain, plain)), kind, **options[kind])
    return encoded(plain.convert(mode), kind, **options[kind])


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("RGB", "JPEG"), ("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP")],
)
def test_the_largest_photo_that_is_allowed_fits_into_the_memory(mode: str, kind: str) -> None:
    assert prepare(largest(mode, kind)).named("master.webp").width == 2048


def test_the_darkroom_makes_the_same_pictures_as_we_do_here() -> None:
    photo = jpeg(phone_photo(3, (1600, 1200)))
    assert prepare(photo) == prepare_here(photo)


def test_a_photo_that_takes_too_much_memory_costs_only_itself() -> None:
    with pytest.raises(PictureRefused) as refused:
        prepare(largest("RGBA", "PNG"), memory=160 * MIB)
    assert refused.value.code == "too_many_pixels"


def test_a_photo_that_takes_too_long_is_given_up(endless: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(PictureRefused) as refused:
        prepare(endless, seconds=1.5)
    assert refused.value.code == "took_too_long"
    assert time.monotonic() - started < 5
    assert children() == []


def test_the_darkroom_ends_by_itself_when_nobody_waits_for_it(endless: bytes) -> None:
    child = subprocess.run(
        [sys.executable, "-m", "media.darkroom_child", "draw", str(512 * MIB), "1"],
        cwd=HOUSE,
        env={},
        input=endless,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert child.returncode < 0
    assert child.stdout == b""


def test_the_darkroom_knows_no_secret_of_ours(
    endless: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_of_this_test")
    waiting = threading.Thread(
        target=lambda: pytest.raises(PictureRefused, prepare, endless, seconds=3)
    )
    waiting.start()
    try:
        child = a_running_darkroom()
        surroundings = Path(f"/proc/{child}/environ").read_bytes()
        limits = Path(f"/proc/{child}/limits").read_text()
    finally:
        waiting.join()
    assert b"SECRET" not in surroundings
    assert f"Max address space         {512 * MIB}" in limits


def test_many_threads_may_use_the_darkroom_at_once() -> None:
    photos = [jpeg(phone_photo(seed, (800, 600))) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(prepare, photos)) == [prepare_here(photo) for photo in photos]


def test_a_darkroom_that_cannot_even_start_is_our_fault_and_not_the_photos() -> None:
    with pytest.raises(DarkroomBroken):
        prepare(jpeg(corners()), memory=8 * MIB)


def test_a_web_worker_carries_neither_picture_library_nor_boto3() -> None:
    program = (
        "import sys, media.checks, media.darkroom, media.factory, media.keys, media.renditions\n"
        "from pathlib import Path\n"
        "media.factory.open_storage(root=Path('.'))\n"
        "sys.exit(' '.join({'PIL', 'boto3', 'botocore'} & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=HOUSE, check=True)


def test_every_rendition_is_found_by_its_name() -> None:
    picture = Picture(400, 400, ())
    with pytest.raises(KeyError):
        picture.named("w1080.webp")


def children() -> list[int]:
    """Darkrooms that this process opened and that still run."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"media.darkroom_child" in command and int(parent) == os.getpid():
            found.append(int(folder.name))
    return found


def a_running_darkroom() -> int:
    """The darkroom's process, once it has set its limits and begun to read."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for child in children():
            if f"{512 * MIB}" in Path(f"/proc/{child}/limits").read_text():
                return child
        time.sleep(0.02)
    raise TimeoutError("the darkroom did not start")
