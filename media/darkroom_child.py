"""The process that opens one photo and ends. Started by `media.darkroom`, never imported."""

import json
import math
import resource
import sys

_OPEN_FILES = 32


def main() -> None:
    """Read a photo from standard input, write what was wished of it to standard output."""
    wish, memory, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    _limit(memory, seconds)
    # Only now: what the libraries take counts as well.
    from media.checks import PictureRefused
    from media.darkroom import REFUSED

    try:
        wishes = {
            "draw": _pictures,
            "squares": _squares,
            "label": _label,
            "illustration": _illustration,
        }
        answer = wishes[wish](sys.stdin.buffer.read())
    except PictureRefused as refused:
        answer = REFUSED + refused.code.encode()
    except MemoryError:
        answer = REFUSED + b"too_many_pixels"
    sys.stdout.buffer.write(answer)


def _pictures(data: bytes) -> bytes:
    from media.darkroom import packed
    from media.drawing import draw

    return packed(draw(data))


def _squares(data: bytes) -> bytes:
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    from media.reading import read

    found = read_barcodes(read(data)[0], formats=BarcodeFormats([BarcodeFormat.QRCode]))
    return json.dumps([square.text for square in found]).encode()


def _label(data: bytes) -> bytes:
    from media.labels.work import answer

    return answer(data)


def _illustration(data: bytes) -> bytes:
    from media.labels.work import illustration

    return illustration(data)


def _limit(memory: int, seconds: float) -> None:
    """Little memory, little time, no file, no further process, no picture of memory on disk."""
    if sys.platform == "linux":  # elsewhere the address space cannot be limited
        _at_most(resource.RLIMIT_AS, memory)
        _at_most(resource.RLIMIT_NPROC, 0)
    # The caller stops us in time; this holds when the caller is gone. At the soft limit the kernel
    # says that it was the time; at the hard one, a second later, it says nothing.
    _at_most(resource.RLIMIT_CPU, math.ceil(seconds), spare=1)
    _at_most(resource.RLIMIT_FSIZE, 0)
    _at_most(resource.RLIMIT_CORE, 0)
    _at_most(resource.RLIMIT_NOFILE, _OPEN_FILES)


def _at_most(limit: int, value: int, *, spare: int = 0) -> None:
    hard = value + spare
    present = resource.getrlimit(limit)[1]
    if present != resource.RLIM_INFINITY:
        hard = min(hard, present)
    resource.setrlimit(limit, (min(value, hard), hard))


if __name__ == "__main__":
    main()
