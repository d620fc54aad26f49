"""How the photo rules do on labelled pictures.

usage: score.py FOLDER [--judge PROGRAM] [--only TEXT] [--without TEXT] [--rules RULE,RULE] [--markdown FILE] [--title TEXT]

FOLDER has pictures and manifest.csv with the columns file, frontal, glasses, hat, bangs_over_eyebrows, blurred (y, n or ?)
and faces. Only pictures of one face count; ? counts for nothing. Prints for each rule how many pictures break and keep it,
how many of the wrong ones were refused, flagged or missed, and how many of the good ones were refused or flagged, with
95 % Wilson intervals; then every error. --markdown writes the rows into the table between the markers of that file.
Standard library only.
"""
import argparse
import csv
import json
import subprocess
import sys
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Rule, column of the manifest, the label that breaks the rule.
RULES = [("blur", "blurred", "y"), ("fringe", "bangs_over_eyebrows", "y"), ("frontal", "frontal", "n"), ("glasses", "glasses", "y"), ("hat", "hat", "y")]
HEAD = ["rule", "wrong", "good", "caught", "missed", "false alarms", "doubtful"]
# Verdicts on one rule: no finding, a doubtful one, a certain one.
CLEAN, DOUBTFUL, CERTAIN = range(3)


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % interval, in percent."""
    if of == 0:
        return "–"
    z, share = 1.96, hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{hits}/{of} = {100 * share:.1f} % [{100 * max(0, centre - half):.1f}, {100 * min(1, centre + half):.1f}]"


def judged(program: list[str], folder: Path) -> dict[str, dict]:
    """The program's answer for each file, by its name."""
    result = subprocess.run([*program, str(folder)], stdout=subprocess.PIPE, text=True, check=False)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {Path(line["file"]).name: line for line in lines}


def certainty(answer: dict, rule: str) -> int:
    """What one rule said."""
    found = [finding["certainty"] for finding in answer["findings"] if finding["rule"] == rule]
    return CERTAIN if "certain" in found else DOUBTFUL if found else CLEAN


def score(labels: list[dict], answers: dict[str, dict]) -> tuple[list[list[str]], list[str]]:
    """The table's rows, and a line for each error."""
    rows, errors = [], []
    for rule, column, wrong_label in RULES:
        counts = {True: [0, 0, 0], False: [0, 0, 0]}
        for label in labels:
            answer = answers.get(label["file"])
            if label[column] not in ("y", "n") or label["faces"] != "1" or answer is None:
                continue
            if "findings" not in answer:
                errors.append(f"{rule}: {label['file']} not read: {answer.get('error')}")
                continue
            wrong = label[column] == wrong_label
            said = certainty(answer, rule)
            # why: a picture in which no face is found is refused as a whole; no rule about the face can speak.
            if certainty(answer, "faces") == CERTAIN and said == CLEAN:
                said = CERTAIN if wrong else CLEAN
            counts[wrong][said] += 1
            if (wrong and said == CLEAN) or (not wrong and said == CERTAIN):
                values = {finding["rule"]: round(finding.get("value") or 0, 2) for finding in answer["findings"]}
                errors.append(f"{rule}: {label['file']} {'missed' if wrong else 'false alarm'} {values} {label.get('note', '')}")
        wrong, good = sum(counts[True]), sum(counts[False])
        rows.append([rule, str(wrong), str(good), wilson(counts[True][CERTAIN], wrong), wilson(counts[True][CLEAN], wrong),
                     wilson(counts[False][CERTAIN], good), wilson(counts[True][DOUBTFUL] + counts[False][DOUBTFUL], wrong + good)])
    return rows, errors


def write_rows(file: Path, title: str, rows: list[list[str]]) -> None:
    """Puts rows into the table between the markers of this title, in the place of those of the same rules."""
    start, end = f"<!-- {title}: written by bench/pictures -->", f"<!-- end of {title} -->"
    before, rest = file.read_text().split(start)
    old = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in rest.split(end)[0].split("\n") if line.startswith("|")][2:]
    table = {row[0]: row for row in old} | {row[0]: row for row in rows}
    order = [rule for rule, _, _ in RULES if rule in table]
    lines = ["| " + " | ".join(row) + " |" for row in [HEAD, ["---"] * len(HEAD), *(table[rule] for rule in order)]]
    file.write_text(before + start + "\n" + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", default=None, help="the program; ./dev judge otherwise")
    parser.add_argument("--only", default="", help="only files with this in their name")
    parser.add_argument("--without", default=None, help="no files with this in their name")
    parser.add_argument("--rules", default=",".join(rule for rule, _, _ in RULES), help="only these")
    parser.add_argument("--markdown", type=Path, default=None)
    parser.add_argument("--title", default="figures")
    arguments = parser.parse_args()
    program = [arguments.judge] if arguments.judge else [str(ROOT / "dev"), "judge"]
    labels = [row for row in csv.DictReader((arguments.folder / "manifest.csv").open()) if arguments.only in row["file"] and not (arguments.without and arguments.without in row["file"])]
    rows, errors = score(labels, judged(program, arguments.folder.resolve()))
    rows = [row for row in rows if row[0] in arguments.rules.split(",")]
    for row in [HEAD, *rows]:
        print(" | ".join(row))
    print("\n".join(errors))
    if arguments.markdown:
        write_rows(arguments.markdown, arguments.title, rows)


if __name__ == "__main__":
    sys.exit(main())
