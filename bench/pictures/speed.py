"""Bytes to verdict at three sizes, beside the same checks in Python and the decoding in Node, on one core, interleaved.

usage: speed.py PORTRAIT [--python PYTHON] [--node-modules FOLDER] [--rounds N]

PORTRAIT is a photograph of a face, enlarged or reduced to 12 megapixels, 2 megapixels and 295 x 413. All programs have check-picture's
setting for memory. Writes bench/results/pictures.json and the table of docs/pictures.md. --node-modules has sharp 0.34.4. Needs:
pillow, and for the twin what twin.py names.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra" / "local"))
import judge

SIZES = {"12 MP": (2928, 4099), "2 MP": (1195, 1673), "295x413": (295, 413)}
CORE = min(os.sched_getaffinity(0))


class Runner:
    """A program that takes names of files and answers milliseconds."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.times, self.peak = name, {size: [] for size in SIZES}, None
        self.process = subprocess.Popen(["taskset", "-c", str(CORE), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=os.environ | judge.KEPT)

    def run(self, size: str, file: Path, counts: bool) -> None:
        self.process.stdin.write(f"{file}\n")
        self.process.stdin.flush()
        took = float(self.process.stdout.readline())
        if counts:
            self.times[size].append(took)

    def end(self) -> None:
        self.process.stdin.close()
        self.peak = float(self.process.stdout.read().strip())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("portrait", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--node-modules", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for size, pixels in SIZES.items():
            files[size] = Path(folder) / f"{pixels[0]}.jpg"
            Image.open(arguments.portrait).convert("RGB").resize(pixels, Image.LANCZOS).save(files[size], quality=88)
        program = str(judge.binary("judge"))
        runners = [Runner("Rust, judge", [program, "--times"]), Runner("Python, OpenCV and MediaPipe", [arguments.python, str(here / "twin.py")])]
        if arguments.node_modules:
            copy = arguments.node_modules.parent / "decode.mjs"
            copy.write_text((here / "decode.mjs").read_text())
            runners.append(Runner("Rust, decoding and measures without models", [program, "--times-without-models"]))
            runners.append(Runner("Node, sharp, decoding and sharpness", ["node", str(copy)]))
        for number in range(arguments.rounds + 2):  # two to warm up
            for size, file in files.items():
                for runner in runners:
                    runner.run(size, file, number >= 2)
        for runner in runners:
            runner.end()
    results = {
        "machine": f"{platform.processor() or platform.machine()}, one core, load {os.getloadavg()[0]:.1f}",
        "rounds": arguments.rounds,
        "runs": [
            {"name": r.name, "peakMB": round(r.peak, 1),
             "ms": {size: {"median": round(statistics.median(t), 1), "least": round(min(t), 1), "most": round(max(t), 1)} for size, t in r.times.items()}}
            for r in runners
        ],
    }
    (ROOT / "bench" / "results" / "pictures.json").write_text(json.dumps(results, indent=1) + "\n")
    lines = ["| | " + " | ".join(f"{size}: median (least) ms" for size in SIZES) + " | peak MB |", "|" + " --- |" * (len(SIZES) + 2)]
    for run in results["runs"]:
        lines.append(f"| {run['name']} | " + " | ".join(f"{m['median']} ({m['least']})" for m in run["ms"].values()) + f" | {run['peakMB']} |")
    lines += ["", f"Load of the machine, which has {os.cpu_count()} cores, at the end: {os.getloadavg()[0]:.1f}."]
    print("\n".join(lines))
    page = ROOT / "docs" / "pictures.md"
    before, rest = page.read_text().split("<!-- speed: written by bench/pictures/speed.py -->")
    page.write_text(before + "<!-- speed: written by bench/pictures/speed.py -->\n" + "\n".join(lines) + "\n<!-- end of speed -->" + rest.split("<!-- end of speed -->", 1)[1])


if __name__ == "__main__":
    main()
