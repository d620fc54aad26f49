"""How well the fields of drawn cards are read, and how fast; beside Python's rapidocr-onnxruntime where asked.

usage: score.py FOLDER [--read PROGRAM] [--twin] [--markdown FILE] [--errors]

FOLDER is what draw.py made. For each field, and for each fault that a picture may have, counts what was read: exactly; similarly (at most
two characters of a number, an address or an authority differ, one of a name; validity is right or wrong); wrongly; not at all; and what was
not exact though the program was sure of it (90 % or more), which is what may mislead somebody. 95 % Wilson intervals. Names with a
character that the program does not know have a row of their own. --errors prints every sure error. --twin also reads every picture with Python,
one thread, picture by picture in turn with the program; there a field counts as exact if its text stands anywhere in what was read, which is
easier. --markdown writes the tables between the markers of that file. Standard library only, but for --twin: rapidocr-onnxruntime 1.4.4.
"""
import argparse
import csv
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "pictures"))
from score import wilson  # noqa: E402

# Field, its side, how many characters of a similar reading may differ.
FIELDS = [("name", "front", 1), ("name, rare", "front", 1), ("number", "front", 2), ("address", "front", 2), ("authority", "back", 2), ("validity", "back", 0)]
OUTCOMES = ["exact", "similar", "wrong", "unread"]
SURE = 90


def differing(one: str, other: str) -> int:
    """Characters to change, put in or leave out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for seen, a in enumerate(one):
        diagonal, row[0] = seen, seen + 1
        for place, b in enumerate(other):
            diagonal, row[place + 1] = row[place + 1], min(diagonal + (a != b), row[place + 1] + 1, row[place] + 1)
    return row[-1]


def printed(label: dict, field: str) -> str | None:
    """What is on the card; None where the field does not count for that card."""
    if field.startswith("name"):
        return label["name"] if (label["rare"] == "y") == (field == "name, rare") else None
    if field == "validity":
        return f"{label['from']} {label['until']}"
    return label[field]


def was_read(answer: dict, field: str) -> tuple[str, int] | None:
    """What the program says, and how sure it is."""
    found = answer.get(field.split(",")[0])
    if not found:
        return None
    *value, confidence = found
    return " ".join(part or "" for part in value), confidence


def outcome(truth: str, said: tuple[str, int] | None, most: int) -> str:
    if said is None:
        return "unread"
    apart = differing(truth, said[0])
    return "exact" if apart == 0 else "similar" if apart <= most else "wrong"


class Program:
    """The reading program, picture by picture."""

    def __init__(self, command: list[str]):
        self.process = subprocess.Popen([*command, "--stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, file: Path) -> dict:
        self.process.stdin.write(f"{file}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Twin:
    """What a team would otherwise pick."""

    def __init__(self):
        from rapidocr_onnxruntime import RapidOCR

        self.engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(self, file: Path) -> tuple[str, float]:
        begun = time.perf_counter()
        found, _ = self.engine(str(file))
        text = "".join(line[1] for line in found or [])
        return text.replace(" ", ""), (time.perf_counter() - begun) * 1e3


def peak_of_this_process() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def in_twin(label: dict, field: str, text: str) -> bool:
    truth = printed(label, field)
    if field == "validity":
        truth = f"{label['from'].replace('-', '.')}-{label['until'].replace('-', '.') or '长期'}"
    return truth in text


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def write(file: Path, title: str, text: str) -> None:
    start, end = f"<!-- {title}: written by bench/cards/score.py -->", f"<!-- end of {title} -->"
    before, rest = file.read_text(encoding="utf-8").split(start)
    file.write_text(before + start + "\n" + text + "\n" + end + rest.split(end, 1)[1], encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--read", default=None, help="the program; ./dev read otherwise")
    parser.add_argument("--twin", action="store_true")
    parser.add_argument("--markdown", type=Path, default=None)
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    program = Program([arguments.read] if arguments.read else [str(ROOT / "dev"), "read"])
    twin = Twin() if arguments.twin else None
    labels = list(csv.DictReader((arguments.folder / "manifest.csv").open(encoding="utf-8")))
    answers, texts = [], []
    for label in labels:
        file = (arguments.folder / label["file"]).resolve()
        answers.append(program.read(file))
        texts.append(twin.read(file) if twin else ("", 0.0))
    faults = list(dict.fromkeys(label["fault"] for label in labels))
    counts = {(field, fault): {name: 0 for name in [*OUTCOMES, "sure error", "twin"]} for field, _, _ in FIELDS for fault in [*faults, "all"]}
    for label, answer, (text, _) in zip(labels, answers, texts, strict=True):
        for field, side, most in FIELDS:
            truth = printed(label, field)
            if label["side"] != side or truth is None:
                continue
            said = was_read(answer, field)
            what = outcome(truth, said, most)
            sure = what not in ("exact", "unread") and said[1] >= SURE
            if sure and arguments.errors or arguments.errors and field != "name, rare" and what in ("wrong", "unread"):
                print(label["file"], label["fault"], label["font"], field, what, "|", truth, "|", said)
            for fault in (label["fault"], "all"):
                cell = counts[field, fault]
                cell[what] += 1
                cell["sure error"] += sure
                cell["twin"] += bool(twin) and in_twin(label, field, text)
    whole = []
    for field, _, _ in FIELDS:
        cell = counts[field, "all"]
        total = sum(cell[name] for name in OUTCOMES)
        row = [field, str(total), *(wilson(cell[name], total) for name in [*OUTCOMES, "sure error"])]
        whole.append([*row, wilson(cell["twin"], total)] if twin else row)
    head = ["field", "cards", *OUTCOMES, "not exact, but sure"] + (["twin: exact"] if twin else [])
    fields = table(head, whole)
    wanted = [field for field, _, _ in FIELDS if field != "name, rare"]
    rows = []
    for fault in faults:
        row = [fault]
        for field in wanted:
            cell = counts[field, fault]
            total = sum(cell[name] for name in OUTCOMES)
            row.append(f"{wilson(cell['exact'], total)}; {cell['sure error']} sure errors")
        rows.append(row)
    by_fault = table(["fault", *wanted], rows)
    times = {side: [a["ms"] for a, label in zip(answers, labels) if label["side"] == side] for side in ("front", "back")}
    speed = [["Rust, read", *(f"{statistics.median(times[side]):.0f} ({max(times[side]):.0f})" for side in times), f"{max(a['peakMb'] for a in answers):.0f}"]]
    if twin:
        taken = {side: [t for (_, t), label in zip(texts, labels) if label["side"] == side] for side in times}
        speed.append(["Python, rapidocr-onnxruntime", *(f"{statistics.median(taken[side]):.0f} ({max(taken[side]):.0f})" for side in taken), f"{peak_of_this_process():.0f}"])
    with open("/proc/loadavg", encoding="ascii") as load:
        speeds = table(["", "portrait side: median (most) ms", "emblem side: median (most) ms", "peak MB"], speed) + f"\n\nLoad of the machine, which has 2 cores, at the end: {load.read().split()[0]}."
    sides = sum({"front": "portrait", "back": "emblem"}[label["side"]] == answer.get("side") for label, answer in zip(labels, answers))
    print(fields, by_fault, speeds, f"side recognised: {wilson(sides, len(labels))}", sep="\n\n")
    if arguments.markdown:
        write(arguments.markdown, "fields", f"{fields}\n\nWhich side it is was recognised on {wilson(sides, len(labels))}.")
        write(arguments.markdown, "faults", by_fault)
        write(arguments.markdown, "speed of reading", speeds)


if __name__ == "__main__":
    main()
