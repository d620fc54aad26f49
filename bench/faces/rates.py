"""How often a face descriptor takes two photographs of one person for two people, and two people for one.

usage: rates.py MODEL.onnx PORTRAITS PEOPLE.csv [--group FILE] [--seed N] [--wrong ID,ID]

PORTRAITS has a folder for each year, with one photograph of each person, ID.jpg. PEOPLE.csv has the columns id, sex (M or F)
and born (a year). MODEL takes dlib's aligned faces (descriptor.py) and answers numbers whose distance is compared. --group
names people (an id each line) whose mutual pairs are counted apart; --wrong names ids whose photographs show two people.

Genuine pairs: the latest photograph of a person and the latest earlier one that is another photograph (one and the same,
cropped or retouched anew, agrees in fine detail and does not count). Impostor pairs: latest photographs of two people; near
are those of one sex and born at most ten years apart. A card is drawn on the earlier photograph: small, faded, printed
over, photographed aslant, compressed; a holding picture by size, light, noise, blur and compression. Intervals are Wilson's,
95 %; impostor pairs share people, so that theirs are too narrow. Needs: mediapipe 0.10.21, onnxruntime.
"""
import argparse
import csv
import itertools
from math import sqrt
from pathlib import Path

import cv2
import mediapipe
import numpy as np
import onnxruntime

SIDE = 150
# Corners of the eyes and the base of the nose: numbers of the mesh, and where dlib's faces have them, with a quarter around.
MARKS = [263, 362, 33, 133, 2]
PLACES = np.array([(0.8595675, 0.2134982), (0.6460605, 0.2289674), (0.1205751, 0.2137275), (0.3340851, 0.2290642), (0.4901123, 0.6277975)])
MEAN = np.array([122.782, 117.001, 104.298], np.float32)
# Above this two photographs agree in fine detail: between the two humps of all pairs of one person.
ONE_PHOTOGRAPH = 0.78
KINDS = ("photo", "card", "holding")


def wilson(hits: int, of: int) -> str:
    z, share = 1.96, hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{hits}/{of} = {100 * share:.2f} % [{100 * max(0, centre - half):.2f}, {100 * min(1, centre + half):.2f}]"


def aligned(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The face as dlib's network was taught it."""
    target = (0.25 + PLACES) / 1.5 * SIDE
    centre, centre_there = points.mean(0), target.mean(0)
    here, there = points - centre, target - centre_there
    along, across = (here * there).sum(), (here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).sum()
    turn = np.array([[along, -across], [across, along]]) / (here * here).sum()
    scale = np.hypot(*turn[0])
    if scale < 0.6:  # keeps fine detail from turning into grain
        return aligned(cv2.resize(picture, None, fx=1.5 * scale, fy=1.5 * scale, interpolation=cv2.INTER_AREA), points * 1.5 * scale)
    return cv2.warpAffine(picture, np.column_stack([turn, centre_there - turn @ centre]), (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)


def compressed(picture: np.ndarray, quality: float) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1], 1)


def trembling(points: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Points are found a little beside, as on worse pictures."""
    return points + chance.normal(0, 0.012 * np.linalg.norm(points[0] - points[2]), points.shape)


def card(picture: np.ndarray, points: np.ndarray, chance: np.random.Generator) -> tuple:
    scale = chance.uniform(100, 220) / picture.shape[1]
    seen = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    grey = seen.mean(2, keepdims=True)
    seen = grey + (seen - grey) * chance.uniform(0.35, 0.9)
    darkest, lightest = chance.uniform(10, 60), chance.uniform(180, 235)
    seen = (darkest + seen * (lightest - darkest) / 255) * (1 + chance.uniform(-0.04, 0.04, 3))
    height, width = seen.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    for _ in range(2):
        turn, wave = chance.uniform(0, np.pi), 3 * np.sin(x / chance.uniform(15, 40))
        lines = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn) + wave) / chance.uniform(5, 14))
        seen += chance.uniform(1, 6) * lines[..., None]
    seen = cv2.GaussianBlur(seen + chance.normal(0, chance.uniform(2, 7), seen.shape), (0, 0), chance.uniform(0.3, 1.1))
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    aslant = cv2.getPerspectiveTransform(corners, np.float32(corners + chance.uniform(-0.03, 0.03, (4, 2)) * [width, height]))
    seen = cv2.warpPerspective(seen, aslant, (width, height), borderMode=cv2.BORDER_REPLICATE)
    points = cv2.perspectiveTransform(np.float32(points * scale)[None], aslant)[0]
    return compressed(seen, chance.uniform(40, 80)), trembling(points, chance)


def holding(picture: np.ndarray, points: np.ndarray, chance: np.random.Generator) -> tuple:
    scale = chance.uniform(35, 90) / np.linalg.norm(points[0] - points[2])
    seen = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR) / 255
    seen = seen ** chance.uniform(0.7, 1.6)
    y, x = np.mgrid[0 : seen.shape[0], 0 : seen.shape[1]]
    turn = chance.uniform(0, 2 * np.pi)
    slope = (x / seen.shape[1] - 0.5) * np.cos(turn) + (y / seen.shape[0] - 0.5) * np.sin(turn)
    seen = seen * (1 + chance.uniform(0, 0.9) * slope)[..., None] * (1 + chance.uniform(-0.06, 0.06, 3))
    seen = cv2.GaussianBlur(seen + chance.normal(0, chance.uniform(0.005, 0.03), seen.shape), (0, 0), chance.uniform(0.3, 1.4))
    return compressed(seen * 255, chance.uniform(45, 85)), trembling(points * scale, chance)


def detail(face: np.ndarray) -> np.ndarray:
    grey = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return cv2.GaussianBlur(grey, (0, 0), 1.5) - cv2.GaussianBlur(grey, (0, 0), 8)


def agreement(one: np.ndarray, two: np.ndarray) -> float:
    return float(cv2.matchTemplate(one[32:128, 26:124], two[38:122, 32:118], cv2.TM_CCOEFF_NORMED).max())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model"), parser.add_argument("portraits", type=Path), parser.add_argument("people", type=Path)
    parser.add_argument("--group", type=Path), parser.add_argument("--seed", type=int, default=1), parser.add_argument("--wrong", default="")
    arguments = parser.parse_args()
    chance = np.random.default_rng(arguments.seed)
    mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, min_detection_confidence=0.4)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(arguments.model, options)

    def numbers(faces: list) -> np.ndarray:
        batches = [np.stack(faces[at : at + 16])[..., ::-1].astype(np.float32) for at in range(0, len(faces), 16)]
        return np.concatenate([session.run(None, {session.get_inputs()[0].name: ((b - MEAN) / 256).transpose(0, 3, 1, 2)})[0] for b in batches])

    photographs: dict[str, list[int]] = {}
    faces: dict[str, list] = {kind: [] for kind in KINDS}
    for file in sorted(arguments.portraits.glob("*/*.jpg")):
        picture = cv2.imread(str(file))
        found = mesh.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).multi_face_landmarks
        if not found or file.stem in arguments.wrong.split(","):
            continue
        points = np.array([[found[0].landmark[mark].x * picture.shape[1], found[0].landmark[mark].y * picture.shape[0]] for mark in MARKS])
        photographs.setdefault(file.stem, []).append(len(faces["photo"]))
        faces["photo"].append(aligned(picture, points))
        faces["card"].append(aligned(*card(picture, points, chance)))
        faces["holding"].append(aligned(*holding(picture, points, chance)))
    described = {kind: numbers(faces[kind]) for kind in KINDS}
    details = [detail(face) for face in faces["photo"]]
    genuine = []
    for own in photographs.values():
        other = [at for at in own[:-1] if agreement(details[at], details[own[-1]]) < ONE_PHOTOGRAPH]
        genuine += [(other[-1], own[-1])] if other else []
    older, newer = np.array(genuine).T
    people = sorted(photographs)
    latest = np.array([photographs[person][-1] for person in people])
    known = {row["id"]: row for row in csv.DictReader(arguments.people.open())}
    sex = np.array([known.get(person, {}).get("sex", "") for person in people])
    born = np.array([int(known.get(person, {}).get("born") or 0) for person in people])
    alike = (sex[:, None] == sex) & (sex != "")
    near = alike & (abs(born[:, None] - born) <= 10) & (born > 0) & (born[:, None] > 0)
    group = set(arguments.group.read_text().split()) if arguments.group else set()
    grouped = np.array([person in group for person in people])
    grouped = alike & grouped & grouped[:, None]
    print(f"{len(people)} people, {len(genuine)} of them in two photographs, {int(grouped.any(1).sum())} of the group")
    for one, two in (("photo", "photo"), ("photo", "card"), ("photo", "holding"), ("holding", "card")):
        same = np.linalg.norm(described[one][newer] - described[two][older], axis=1)
        left, right = described[one][latest], described[two][latest]
        apart = np.sqrt(np.maximum((left * left).sum(1)[:, None] + (right * right).sum(1) - 2 * left @ right.T, 0))
        others = ~np.eye(len(people), dtype=bool) if one != two else np.triu(np.ones_like(apart, dtype=bool), 1)
        sets = {"all": apart[others], "near": apart[others & near], "group": apart[others & grouped]}
        steps = np.quantile(sets["near"], np.linspace(0, 0.2, 2001))
        crossing = min(steps, key=lambda step: abs((same > step).mean() - (sets["near"] <= step).mean()))
        print(f"\n{one} and {two}: equal errors {100 * (sets['near'] <= crossing).mean():.2f} % at {crossing:.3f} (near)")
        for why, at in (("the model's", 0.6), ("1 % of near", np.quantile(sets["near"], 0.01)), ("0.1 % of near", np.quantile(sets["near"], 0.001)), ("1 % of genuine", np.quantile(same, 0.99))):
            print(f"  {at:.3f} ({why}): one taken for two {wilson(int((same > at).sum()), len(same))}")
            print("    two taken for one: " + "; ".join(f"{name} {wilson(int((values <= at).sum()), len(values))}" for name, values in sets.items() if len(values)))


if __name__ == "__main__":
    main()
