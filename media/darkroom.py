"""The door through which every photo comes in: bytes of a stranger in, clean pictures out.

A photo from outside is opened in a process of its own, so that a file made to eat memory or time
costs that one upload and nothing else. The process is a fresh one (no fork of a worker that runs
threads) and knows none of our secrets.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

from media.checks import PictureRefused, check_bytes
from media.labels.order import DrawnLabel, order, taken, unpacked
from media.labels.words import Label
from media.renditions import Picture, Rendition

MEMORY_BYTES = 512 * 1024 * 1024
SECONDS = 20.0
REFUSED = b"refused "  # how the child begins when it takes no such picture

# The kernel kills what takes too much memory without a word. Other signals are a decoder's fault.
_KILLED_BY: dict[int, str] = {signal.SIGXCPU: "took_too_long", signal.SIGKILL: "too_many_pixels"}
_HOUSE = Path(__file__).resolve().parent.parent


class DarkroomBroken(RuntimeError):
    """Our own fault, not the photo's: the process ended without an answer."""


def prepare(data: bytes, *, memory: int = MEMORY_BYTES, seconds: float = SECONDS) -> Picture:
    """A stranger's photo becomes our set of pictures, or is refused with a reason.

    Raises `PictureRefused`; whatever the file does, this process is safe. May be called from any
    thread.
    """
    return _unpacked(_answer("draw", data, memory, seconds))


def squares(data: bytes) -> list[str]:
    """What the QR codes in a stranger's picture say; raises `PictureRefused` as `prepare` does."""
    found: list[str] = json.loads(_answer("squares", data, MEMORY_BYTES, SECONDS))
    return found


def label(label: Label, *, sheet: bool) -> DrawnLabel:
    """Draw a label in a process of its own, with its codes read back; raises `TooMuchText`."""
    return unpacked(_child("label", order(label, sheet=sheet), MEMORY_BYTES, SECONDS))


def illustration(label: Label) -> bytes:
    """The label on its packaging as a JPEG, marked as drawn; raises `TooMuchText`."""
    return taken(_child("illustration", order(label, sheet=False), MEMORY_BYTES, SECONDS))


def _answer(wish: str, data: bytes, memory: int, seconds: float) -> bytes:
    check_bytes(data)
    return _child(wish, data, memory, seconds)


def _child(wish: str, data: bytes, memory: int, seconds: float) -> bytes:
    child = subprocess.Popen(  # noqa: S603 - our own module, no shell, nothing of the upload in it
        [sys.executable, "-s", "-m", "media.darkroom_child", wish, str(memory), str(seconds)],
        cwd=_HOUSE,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with child:
        try:
            answer, complaint = child.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise PictureRefused("took_too_long") from None
        finally:
            child.kill()
    if child.returncode:
        raise _reason(child.returncode, complaint)
    if answer.startswith(REFUSED):
        raise PictureRefused(answer.removeprefix(REFUSED).decode())
    return answer


def prepare_here(data: bytes) -> Picture:
    """A picture of our own making, prepared at once in this process. Never for an upload."""
    # Only who calls this carries the picture library in memory; a web worker does not.
    from media.drawing import draw

    return draw(data)


def packed(picture: Picture) -> bytes:
    """A picture as the child process hands it over: one line of facts, then the files."""
    facts = {
        "size": [picture.width, picture.height],
        "renditions": [
            [r.name, r.width, r.height, r.content_type, len(r.data)] for r in picture.renditions
        ],
    }
    return b"\n".join([json.dumps(facts).encode(), b"".join(r.data for r in picture.renditions)])


def _unpacked(answer: bytes) -> Picture:
    line, _, files = answer.partition(b"\n")
    facts = json.loads(line)
    renditions, start = [], 0
    for name, width, height, content_type, length in facts["renditions"]:
        data = files[start : start + length]
        renditions.append(Rendition(name, width, height, content_type, data))
        start += length
    width, height = facts["size"]
    return Picture(width, height, tuple(renditions))


def _reason(returncode: int, complaint: bytes) -> Exception:
    """Why the child ended: killed for its time, for its memory, or by a fault in a decoder."""
    if returncode < 0:
        return PictureRefused(_KILLED_BY.get(-returncode, "not_a_picture"))
    return DarkroomBroken(complaint.decode(errors="replace")[-2000:])
