"""The twin of the photo check in Python: OpenCV decodes and measures, MediaPipe finds the face's points. For speed.py.

Reads names of files from standard input; for each answers milliseconds, and at the end the peak memory in MB. Measures what
`judge` decides on, at the same scale and of as many pixels, as one would write it for these libraries: nothing goes pixel by
pixel through Python. What they cannot do is left out, in the twin's favour: the inside of the segmentation, which is what
`judge` tells hats by, is here a sum of gradients; only the first face is looked at; cells are not folded to one half of the face.
Needs: mediapipe 0.10.21, opencv-python-headless 4.11.0.86, numpy 1.26.4.
"""
import os

os.environ["GLOG_minloglevel"] = "3"
import resource
import sys
import time
from pathlib import Path

import cv2
import mediapipe
import numpy as np

cv2.setNumThreads(1)
MESH = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, min_detection_confidence=0.5)
PERSON = mediapipe.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0)
MODELS = Path(__file__).resolve().parents[2] / "shared" / "picture" / "models"
UNITS, CELL, TILE = 36, 8, 128
OUTLINE = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
           150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
CHEEKS = [50, 280, 205, 425]
FADE = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
STEPS = [(1, 0), (0, 1), (1, 1), (1, -1)]


def means(plane: np.ndarray) -> np.ndarray:
    """The mean of each cell."""
    return cv2.resize(plane, None, fx=1 / CELL, fy=1 / CELL, interpolation=cv2.INTER_AREA)


def cells(across: np.ndarray, down: np.ndarray, bend: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
    """Cells of a whole portrait, row by row, for all networks at once: change by direction, what else there is, lines."""
    size, turn = cv2.cartToPolar(across, down)
    kinds = (turn * np.float32(6 / np.pi)).astype(np.uint8) % 6
    numbers = [np.sqrt(means(np.where(kinds == kind, size, np.float32(0)))) for kind in range(6)]
    numbers += [means(plane) for plane in others]
    lines = bend.reshape(bend.shape[0] // CELL, CELL, bend.shape[1] // CELL, CELL)
    numbers += [np.sqrt(np.maximum(lines.max((1, 3)), 0)), np.sqrt(np.maximum(-lines.min((1, 3)), 0))]
    return np.stack(numbers, -1)


class Network:
    """A network as `judge` has it."""

    def __init__(self, name: str, top: int, rows: int, columns: int) -> None:
        middle = 144 // CELL
        self.place = slice(top // CELL, top // CELL + rows), slice(middle - columns, middle)
        numbers = np.fromfile(MODELS / f"{name}.weights", "<f4")
        hidden = rows * columns * 13 * UNITS
        self.hidden, self.biases = numbers[:hidden].reshape(UNITS, -1), numbers[hidden:hidden + UNITS]
        self.outputs, self.bias = numbers[hidden + UNITS:-1], numbers[-1]

    def probability(self, portrait: np.ndarray) -> float:
        units = np.maximum(self.hidden @ portrait[self.place].ravel() + self.biases, 0)
        return 1 / (1 + np.exp(-(units @ self.outputs + self.bias)))


GLASSES, FRINGE = Network("glasses", 128, 13, 11), Network("fringe", 88, 12, 10)


def blur(luma: np.ndarray) -> tuple[float, float]:
    """What a further blur leaves, and how fine the detail is, of the part around the eyes."""
    left = []
    for kernel in ((9, 1), (1, 9)):
        step = np.array([[-1, 1]]) if kernel[0] == 9 else np.array([[-1], [1]])
        sharp = np.abs(cv2.filter2D(luma, cv2.CV_32F, step))
        smooth = np.abs(cv2.filter2D(cv2.blur(luma, kernel), cv2.CV_32F, step))
        left.append(1 - np.maximum(sharp - smooth, 0).sum() / max(sharp.sum(), 1))
    fine = []
    for dx, dy in STEPS:
        after, before = (np.roll(luma, (way * dy, way * dx), (0, 1)) for way in (-1, 1))
        fine.append(np.sqrt(np.square(after - 2 * luma + before).mean() / max(np.square((after - before) / 2).mean(), 0.01)))
    return max(left), min(fine)


def screen(grey: np.ndarray) -> float:
    """The frequency that stands out most from those around it, over tiles all over the picture."""
    starts = lambda side, most: np.linspace(0, side - TILE, min((side - TILE) // (TILE // 2) + 1, most)).astype(int)
    total, tiles = np.zeros((TILE, TILE // 2 + 1), np.float32), 0
    for top in starts(grey.shape[0], 3):
        for left in starts(grey.shape[1], 2):
            tile = grey[top:top + TILE, left:left + TILE].astype(np.float32)
            cosines, sines = cv2.split(cv2.dft((tile - tile.mean()) * FADE, flags=cv2.DFT_COMPLEX_OUTPUT)[:, :TILE // 2 + 1])
            power = cosines * cosines + sines * sines
            total += np.log1p(power / (np.median(power) + 1e-3))
            tiles += 1
    spectrum = np.clip(total / tiles * 16, 0, 255).astype(np.uint8)
    return float(cv2.subtract(spectrum, cv2.medianBlur(spectrum, 9))[14:62, 3:].max()) / 16


def judge(path: str) -> dict:
    """All measures of one file."""
    picture = cv2.cvtColor(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    scale = min(1, 1200 / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    found = MESH.process(small).multi_face_landmarks
    if not found:
        return {}
    height, width = small.shape[:2]
    points = np.array([[p.x * width, p.y * height, p.z * width] for p in found[0].landmark])
    left, right = points[[33, 133], :2].mean(0), points[[362, 263], :2].mean(0)
    turn = np.arctan2(*(right - left)[::-1])
    turned = cv2.getRotationMatrix2D(tuple((left + right) / 2), np.degrees(turn), 80 / np.linalg.norm(right - left))
    turned[:, 2] += np.array([144, 176]) - (left + right) / 2
    portrait = cv2.warpAffine(small, turned, (288, 352), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    head = cv2.resize(portrait[:288], (256, 256), interpolation=cv2.INTER_AREA)
    person = PERSON.process(head).segmentation_mask
    luma, red, blue = cv2.split(cv2.cvtColor(portrait, cv2.COLOR_RGB2YCrCb).astype(np.float32))
    upright = points[:, :2] @ turned[:, :2].T + turned[:, 2]
    cheeks = [luma[int(y) - 6:int(y) + 7, int(x) - 6:int(x) + 7] for x, y in upright[CHEEKS]]
    skin = np.array([np.median(np.concatenate([plane[int(y) - 7:int(y) + 8, int(x) - 7:int(x) + 8].ravel() for x, y in upright[CHEEKS]])) for plane in (luma, red, blue)])
    bright = luma / skin[0]
    across, down, bend = cv2.Sobel(bright, cv2.CV_32F, 1, 0), cv2.Sobel(bright, cv2.CV_32F, 0, 1), cv2.Laplacian(bright, cv2.CV_32F)
    red, blue = red - skin[1], blue - skin[2]
    off_skin = cv2.sqrt(np.square((luma - skin[0]) / (0.12 * skin[0])) + np.square(red / 3) + np.square(blue / 3))
    outline = cv2.copyMakeBorder(cv2.resize(person, (288, 288)), 0, 64, 0, 0, cv2.BORDER_REPLICATE)
    looked_at = cells(across, down, bend, [bright, off_skin / 12, blue / 50, red / 50, outline])
    face = np.zeros(luma.shape, np.uint8)
    cv2.fillConvexPoly(face, upright[OUTLINE].astype(np.int32), 1)
    shown = luma[face > 0]
    behind = cv2.erode((person < 0.1).astype(np.uint8), np.ones((9, 9), np.uint8))[:204]
    sums = cv2.meanStdDev(head[:204], mask=behind)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    whole = head.astype(np.float32)
    return {
        "blank": cv2.meanStdDev(grey)[1][0, 0],
        "blur": blur(luma[140:190, 84:204]),
        "yaw": np.degrees(np.arctan2(*(points[454] - points[234])[[2, 0]])),
        "pitch": np.degrees(np.arctan2(*(points[152] - points[10])[[2, 1]])),
        "roll": np.degrees(turn),
        "eyes": [np.linalg.norm(upright[above] - upright[below]) for above, below in ((159, 145), (386, 374))],
        "glasses": GLASSES.probability(looked_at),
        "fringe": FRINGE.probability(looked_at),
        "hat": looked_at[..., :6].sum(),
        "bright": np.quantile(shown, 0.95),
        "burnt": (shown >= 250).mean(),
        "uneven": np.log((cheeks[0].mean() + cheeks[2].mean() + 20) / (cheeks[1].mean() + cheeks[3].mean() + 20)),
        "backdrop": sums[1].max(),
        "colour": np.abs(whole[..., 0] - whole[..., 1]).mean() + np.abs(whole[..., 1] - whole[..., 2]).mean(),
        "screen": screen(grey),
    }


for line in sys.stdin:
    begun = time.perf_counter()
    judge(line.strip())
    print((time.perf_counter() - begun) * 1000, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
