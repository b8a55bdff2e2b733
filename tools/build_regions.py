"""Write `marketplace/core/data/regions.csv.gz` from the tables of the npm package idn-area-data.

Run when the Ministry of Home Affairs changes its codes (it does so about once a year):

    npm pack idn-area-data@4.0.1 && tar xzf idn-area-data-4.0.1.tgz
    .venv/bin/python tools/build_regions.py package/data

The file keeps code and name. Level and parent stand in the code itself, 34.04.07.2003 being a
village of district 34.04.07; this tool refuses data in which that is not so.
"""

import csv
import gzip
import io
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "marketplace/core/data/regions.csv.gz"
TABLES = {
    "provinces": None,
    "regencies": "province_code",
    "districts": "regency_code",
    "villages": "district_code",
}
# What the law founding the place calls it, where the tables differ.
OFFICIAL = {
    "31": "Daerah Khusus Ibukota Jakarta",
    "62.71": "Kota Palangka Raya",
}
LOWER = {"dan"}


def proper(name: str) -> str:
    """Every word with a capital, capitals inside words kept (RD. PJKA, Koto XIII)."""
    words = name.strip(" *.").split()
    return " ".join(word if word in LOWER else word[:1].upper() + word[1:] for word in words)


def read(folder: Path) -> dict[str, str]:
    """All regions by code; a region without its parent stops the build."""
    names: dict[str, str] = {}
    for level, (table, parent_column) in enumerate(TABLES.items(), start=1):
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = row["code"]
                parent = code.rpartition(".")[0]
                if code.count(".") + 1 != level or code in names:
                    raise SystemExit(f"{table}: {code} stands on the wrong level or twice")
                if parent_column and (row[parent_column] != parent or parent not in names):
                    raise SystemExit(f"{table}: {code} has no parent {row[parent_column]}")
                names[code] = OFFICIAL.get(code) or proper(row["name"])
    return names


def write(names: dict[str, str], target: Path) -> None:
    """The same input gives the same bytes: no file name and no time inside."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "name"])
    writer.writerows(sorted(names.items()))
    target.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: tools/build_regions.py FOLDER_WITH_THE_CSV_FILES")
    found = read(Path(sys.argv[1]))
    write(found, TARGET)
    counts = [sum(code.count(".") == dots for code in found) for dots in range(4)]
    print("{} provinces, {} regencies, {} districts, {} villages".format(*counts))
