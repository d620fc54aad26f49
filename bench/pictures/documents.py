"""How the rules for identity documents and proofs do on drawn ones.

usage: documents.py FOLDER [--judge PROGRAM] [--markdown FILE]

FOLDER is what drawdocuments.py made. Prints for each kind of document and each fault how many pictures were accepted, flagged
and refused, with 95 % Wilson intervals, and every good picture about which something was found. --markdown writes the rows
into that file's table. Standard library only.
"""
import argparse
import csv
import json
import subprocess
from collections import defaultdict
from pathlib import Path

from score import ROOT, wilson

HEAD = ["what", "fault", "pictures", "accepted", "flagged", "refused"]
VERDICTS = ["accepted", "flagged", "refused"]
TITLE = "documents"


def judged(program: list[str], purpose: str, files: list[Path]) -> list[dict]:
    """The program's answers, in the order of the files."""
    result = subprocess.run([*program, "--purpose", purpose, *map(str, files)], stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(line) for line in result.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", default=None, help="the program; ./dev judge otherwise")
    parser.add_argument("--markdown", type=Path, default=None)
    arguments = parser.parse_args()
    program = [arguments.judge] if arguments.judge else [str(ROOT / "dev"), "judge"]
    labels = list(csv.DictReader((arguments.folder / "manifest.csv").open()))
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(VERDICTS, 0))
    for purpose in sorted({label["purpose"] for label in labels}):
        of_purpose = [label for label in labels if label["purpose"] == purpose]
        files = [(arguments.folder / label["file"]).resolve() for label in of_purpose]
        for label, answer in zip(of_purpose, judged(program, purpose, files), strict=True):
            what = "card" if purpose.startswith("id-") else "page"
            counts[what, f"{label['fault']} {label['degree']}".strip()][answer["verdict"]] += 1
            if label["fault"] == "none" and answer["findings"]:
                print(label["file"], purpose, [(finding["code"], finding["value"]) for finding in answer["findings"]])
    rows = [HEAD, ["---"] * len(HEAD)]
    for (what, fault), verdicts in sorted(counts.items()):
        total = sum(verdicts.values())
        rows.append([what, fault, str(total), *(wilson(verdicts[verdict], total) for verdict in VERDICTS)])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    print(table)
    if arguments.markdown:
        start, end = f"<!-- {TITLE}: written by bench/pictures/documents.py -->", f"<!-- end of {TITLE} -->"
        before, rest = arguments.markdown.read_text().split(start)
        arguments.markdown.write_text(before + start + "\n" + table + "\n" + end + rest.split(end, 1)[1])


if __name__ == "__main__":
    main()
