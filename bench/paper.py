"""Printing a form: `shared/pdf` and a twin with fpdf2, the usual way in Python, in turns in one run.

usage: bench/paper.py [ROUNDS]   (10 unless told; wants `cargo build --release -p pdf --example form`, pdftotext, and
`pip install -r bench/requirements.txt` for the Python that runs it)
"""
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FORM = ROOT / "target" / "release" / "examples" / "form"
FONT = ROOT / "infra" / "fonts" / "body.otf"
EMPLOYMENTS = [1, 12]


def said(command: list) -> dict:
    """What a program prints as its only line."""
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    result = {"date": time.strftime("%Y-%m-%d"), "rounds": rounds, "forms": {}}
    with tempfile.TemporaryDirectory() as folder:
        for employments in EMPLOYMENTS:
            pdf, text = Path(folder, "form.pdf"), Path(folder, "form.txt")
            ours = [FORM, pdf, str(employments)]
            said(ours)
            subprocess.run(["pdftotext", "-layout", pdf, text], check=True)
            twin = [sys.executable, HERE / "twins" / "paper.py", text, FONT]
            runs: dict[str, list[dict]] = {"rust": [], "python": []}
            for number in range(rounds + 1):
                for kind, command in (("rust", ours), ("python", twin)):
                    figures = said(command)
                    if number:  # the first round only fills the file cache
                        runs[kind].append(figures)
            rows = {kind: {key: round(statistics.median(run[key] for run in seen), 2) for key in seen[0]} for kind, seen in runs.items()}
            result["forms"][f"{employments} employments"] = rows
            print(f"{employments} employments")
            for kind, row in rows.items():
                print(f"  {kind:<8}" + "".join(f"{key} {value:<12}" for key, value in row.items()))
    target = HERE / "results" / f"paper-{result['date']}.json"
    target.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
