"""Puts labelled portraits into two folders of different people: one to learn from, one kept aside.

usage: split.py PORTRAITS.csv PICTURES OUT

Writes OUT/learn and OUT/held, each with manifest.csv and links to the pictures. A hash of the file's name decides, so that
nobody changes sides when others come. `share` says how many of all drawings augment.py makes of a person.
Standard library only.
"""
import csv
import hashlib
import os
import sys
from pathlib import Path

# Of ten people, how many are learned from; and how much is drawn on each.
LEARNED = 7
SHARE = {"learn": 0.28, "held": 0.2}


def main() -> None:
    manifest, pictures, out = map(Path, sys.argv[1:4])
    parts = {"learn": [], "held": []}
    for row in csv.DictReader(manifest.open()):
        part = "learn" if hashlib.sha256(row["file"].encode()).digest()[0] % 10 < LEARNED else "held"
        parts[part].append(row | {"share": SHARE[part]})
    for part, rows in parts.items():
        folder = out / part
        folder.mkdir(parents=True, exist_ok=True)
        for row in rows:
            if not (folder / row["file"]).exists():
                os.link(pictures / row["file"], folder / row["file"])
        with (folder / "manifest.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        print(part, len(rows))


if __name__ == "__main__":
    main()
