"""Learns the rules that look at numbers of a portrait: glasses and fringe from cells, hat from what the segmentation sees.

usage: fit.py RULE WEIGHTS LEARN[,LEARN...] JUDGE [OWN] [--try]

LEARN are folders of pictures with manifest.csv. The cells come from `JUDGE --cells` (kept beside the pictures in
cells.jsonl; delete it when the cells change). First everybody is left out once: five times a network is learned from four
fifths of the people and asked about the rest, which shows what the thresholds of thresholds.rs should be. Then it learns
from all of LEARN and writes the weights that ship, little-endian 32-bit numbers; the project's own portraits in OWN are
learned too. --try stops before that. Nobody kept aside may be in LEARN: score.py asks the program that ships about them.
Photographs count as often as drawn pictures. For hat there is one layer only: what it looks at was learned by others from
far more people.
Needs: numpy 1.26.4, scikit-learn 1.7.2.
"""
import csv
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier

COLUMN = {"glasses": "glasses", "fringe": "bangs_over_eyebrows", "hat": "hat"}
HIDDEN = 12
# Strength of the pull towards small weights: chosen by leaving out people of TUNE.
PULL = {"glasses": 1.0, "fringe": 3.0, "hat": 1.0}
NETWORKS = 3
# For hat: chosen by leaving out people, on photographs; drawn and varied pictures of a label weigh as much together.
LAYER_C = 0.005
SHARE_DRAWN = 1.7
OWN_TIMES = 60


def cells(folder: Path, program: str) -> dict[str, dict]:
    """The cells of each picture, by its name."""
    kept = folder / "cells.jsonl"
    if not kept.exists():
        with kept.open("w") as out:
            subprocess.run([program, "--cells", str(folder)], stdout=out, check=False)
    found = {}
    for line in kept.open():
        answer = json.loads(line)
        if answer.get("cells"):
            found[Path(answer["file"]).name] = answer["cells"]
    return found


def samples(folders: list[str], rule: str, program: str):
    """Cells, labels, whether drawn, names, and who it is."""
    x, y, drawn, names, people = [], [], [], [], []
    for folder in map(Path, folders):
        found = cells(folder, program)
        for row in csv.DictReader((folder / "manifest.csv").open()):
            label = row[COLUMN[rule]]
            if label not in ("y", "n") or row["faces"] != "1" or row["file"] not in found:
                continue
            x.append(found[row["file"]][rule])
            y.append(label == "y")
            drawn.append(bool(row["derived_from"]))
            names.append(f"{folder.name}/{row['file']}")
            people.append(row["derived_from"] or row["file"])
    return np.array(x, np.float32), np.array(y), np.array(drawn), np.array(names), np.array(people)


def repeated(y, drawn) -> np.ndarray:
    """Indices in which photographs and drawn pictures of each label weigh about the same."""
    rng = np.random.default_rng(1)
    most = max(np.sum((y == label) & drawn) for label in (False, True))
    indices = []
    for label in (False, True):
        for of_drawn, share in ((True, 1.0), (False, 0.7)):
            group = np.flatnonzero((y == label) & (drawn == of_drawn))
            if len(group):
                indices.append(rng.choice(group, int(most * share)))
    return np.concatenate(indices)


def learn(x, y, drawn, pull: float):
    """Mean and deviation of the cells, and a network."""
    mean, deviation = x.mean(0), x.std(0) + 0.02
    scaled = (x - mean) / deviation
    rng = np.random.default_rng(2)
    chosen = repeated(y, drawn)
    networks = []
    for seed in range(NETWORKS):
        # A little noise, so that no single cell is relied upon.
        noisy = scaled[chosen] + rng.normal(0, 0.3, (len(chosen), x.shape[1])).astype(np.float32)
        networks.append(MLPClassifier((HIDDEN,), alpha=pull, max_iter=40, batch_size=64, random_state=seed, early_stopping=False).fit(noisy, y[chosen]))
    return mean, deviation, networks


class Layer:
    """A logistic model in the form of a network without hidden units."""

    def __init__(self, x, y, drawn) -> None:
        weight = np.zeros(len(y))
        for label in (False, True):
            for kind in (False, True):
                group = (y == label) & (drawn == kind)
                if group.any():
                    weight[group] = (SHARE_DRAWN if kind else 1.0) / group.sum()
        weight *= len(y) / weight.sum()
        self.mean, deviation = x.mean(0), x.std(0) + 0.05
        fitted = LogisticRegression(C=LAYER_C, max_iter=400).fit((x - self.mean) / deviation, y, sample_weight=weight)
        self.weights = fitted.coef_[0] / deviation
        self.bias = float(fitted.intercept_[0] - self.weights @ self.mean)

    def probability(self, x) -> np.ndarray:
        return 1 / (1 + np.exp(-(x @ self.weights + self.bias)))

    def save(self, path: Path) -> None:
        path.write_bytes(np.append(self.weights, self.bias).astype("<f4").tobytes())


def probability(model, x) -> np.ndarray:
    """The mean of the networks' answers before the last squashing."""
    mean, deviation, networks = model
    scaled = (x - mean) / deviation
    logit = 0
    for network in networks:
        hidden = np.maximum(scaled @ network.coefs_[0] + network.intercepts_[0], 0)
        logit = logit + (hidden @ network.coefs_[1] + network.intercepts_[1])[:, 0] / len(networks)
    return 1 / (1 + np.exp(-logit))


def save(model, path: Path) -> None:
    """Hidden weights unit by unit, their biases, output weights, output bias; the scaling is folded in."""
    mean, deviation, networks = model
    weights = np.concatenate([network.coefs_[0] for network in networks], 1) / deviation[:, None]
    biases = np.concatenate([network.intercepts_[0] for network in networks]) - mean @ weights
    out = np.concatenate([network.coefs_[1][:, 0] for network in networks]) / len(networks)
    bias = np.mean([network.intercepts_[1][0] for network in networks])
    path.write_bytes(np.concatenate([weights.T.ravel(), biases, out, [bias]]).astype("<f4").tobytes())


def figures(title: str, p, y, drawn, names) -> None:
    """What thresholds would give, and the worst of each kind."""
    for kind in (False, True):
        for label in (False, True):
            of = p[(y == label) & (drawn == kind)]
            if len(of):
                at = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98]
                shares = " ".join(f"{edge}:{np.sum(of >= edge) if not label else np.sum(of < edge)}" for edge in at)
                print(f"{title} {'drawn' if kind else 'photographs'} {'wrong, below' if label else 'good, above'} of {len(of)}: {shares}")
    order = np.argsort(p)
    print("  lowest wrong:", [f"{p[i]:.2f} {names[i]}" for i in order if y[i]][:16])
    print("  highest good:", [f"{p[i]:.2f} {names[i]}" for i in order[::-1] if not y[i]][:16])


def fitted(rule: str, x, y, drawn):
    """What to ask for probabilities, and how to save it."""
    if rule == "hat":
        layer = Layer(x, y, drawn)
        return layer.probability, layer.save
    model = learn(x, y, drawn, PULL[rule])
    return lambda of: probability(model, of), lambda path: save(model, path)


def main() -> None:
    # Forty rounds are enough on purpose.
    warnings.simplefilter("ignore", ConvergenceWarning)
    arguments = [argument for argument in sys.argv[1:] if argument != "--try"]
    rule, path, learned, program = arguments[:4]
    x, y, drawn, names, people = samples(learned.split(","), rule, program)
    print(len(set(people)), "people,", len(y), "pictures,", int(y.sum()), "wrong")
    p = np.zeros(len(y))
    for some, others in GroupKFold(5).split(x, y, people):
        p[others] = fitted(rule, x[some], y[some], drawn[some])[0](x[others])
    figures("left out", p, y, drawn, names)
    if "--try" in sys.argv:
        return
    # The project's own portraits in OWN, many times over: whatever else is learned, they keep the rules.
    own = samples(arguments[4:5] * OWN_TIMES, rule, program) if len(arguments) > 4 else (x[:0], y[:0], drawn[:0])
    fitted(rule, *(np.concatenate(parts) for parts in zip((x, y, drawn), own[:3])))[1](Path(path))


if __name__ == "__main__":
    main()
