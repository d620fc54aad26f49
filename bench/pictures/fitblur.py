"""Fits the two weights and the bias of the blur rule (`BLUR_SIGNS` in shared/picture/src/thresholds.rs).

usage: fitblur.py TUNE HELD [JUDGE]

TUNE and HELD are folders that augment.py made, from sharp portraits; nobody may be in both. Prints the numbers to put into
the source, and what thresholds make of HELD. Needs: scikit-learn 1.7.2.
"""
import csv
import sys
from pathlib import Path

import numpy as np
from score import ROOT, judged
from sklearn.linear_model import LogisticRegression


def samples(folder: Path, program: list[str]):
    """Both measures of each picture, and whether it was blurred."""
    answers = judged(program, folder)
    x, y = [], []
    for row in csv.DictReader((folder / "manifest.csv").open()):
        measures = answers.get(row["file"], {}).get("measures", {})
        if row["blurred"] in ("y", "n") and "blur.reblur" in measures:
            x.append([measures["blur.reblur"], measures["blur.fineness"]])
            y.append(row["blurred"] == "y")
    return np.array(x), np.array(y)


def main() -> None:
    program = sys.argv[3:4] or [str(ROOT / "dev"), "judge"]
    x, y = samples(Path(sys.argv[1]).resolve(), program)
    model = LogisticRegression(C=30, class_weight="balanced").fit(x, y)
    print(f"bias: {model.intercept_[0]:.3f}, weights: [{', '.join(f'{weight:.3f}' for weight in model.coef_[0])}]; {len(y)} pictures, {y.sum()} blurred")
    x, y = samples(Path(sys.argv[2]).resolve(), program)
    p = model.predict_proba(x)[:, 1]
    for edge in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.85, 0.95):
        print(f"at {edge}: {np.sum(p[~y] >= edge)} of {np.sum(~y)} sharp above, {np.sum(p[y] < edge)} of {np.sum(y)} blurred below")


if __name__ == "__main__":
    main()
