"""What goes to the process that draws a label, and what comes back; no library is loaded here."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from media.labels.words import Label, TooMuchText

REFUSED = b"too much "  # how the answer begins when something does not fit


@dataclass(frozen=True, slots=True)
class DrawnLabel:
    """The file for the press, each page as a picture for the screen, and what was noticed."""

    pdf: bytes
    pictures: tuple[bytes, ...]
    on_sheet: int  # labels on one page
    dpi: int | None  # of its photo

    @property
    def soft(self) -> bool:
        """The photo will look soft in print."""
        return self.dpi is not None and self.dpi < 300


def order(label: Label, *, sheet: bool) -> bytes:
    """A line of words, then the photo."""
    said = asdict(replace(label, photo=None)) | {"sheet": sheet}
    return json.dumps(said).encode() + b"\n" + (label.photo or b"")


def read(data: bytes) -> tuple[Label, bool]:
    """The label that was ordered, and whether a whole sheet of it."""
    line, _, photo = data.partition(b"\n")
    said = json.loads(line)
    sheet = said.pop("sheet")
    facts = tuple((head, words) for head, words in said.pop("facts"))
    return Label(**{**said, "facts": facts, "photo": photo or None}), sheet


def packed(drawn: DrawnLabel) -> bytes:
    """A line of sizes, then the files."""
    files = (drawn.pdf, *drawn.pictures)
    told = {"files": [len(file) for file in files], "on_sheet": drawn.on_sheet, "dpi": drawn.dpi}
    return json.dumps(told).encode() + b"\n" + b"".join(files)


def refused(what: str) -> bytes:
    """The answer when the words do not fit."""
    return REFUSED + what.encode()


def taken(answer: bytes) -> bytes:
    """What came back, unless it says that something does not fit: raises `TooMuchText`."""
    if answer.startswith(REFUSED):
        raise TooMuchText(answer.removeprefix(REFUSED).decode())
    return answer


def unpacked(answer: bytes) -> DrawnLabel:
    """File and pictures that came back; raises `TooMuchText`."""
    line, _, rest = taken(answer).partition(b"\n")
    told = json.loads(line)
    files, start = [], 0
    for length in told["files"]:
        files.append(rest[start : start + length])
        start += length
    return DrawnLabel(files[0], tuple(files[1:]), told["on_sheet"], told["dpi"])
