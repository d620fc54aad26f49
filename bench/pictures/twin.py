"""The twin of the photo check in Python: OpenCV decodes and measures, MediaPipe finds the face's points. For speed.py.

Reads names of files from standard input; for each answers milliseconds, and at the end the peak memory in MB. Measures what
`judge` decides on at the same scale: sharpness around the eyes, turn of the head, openness of the eyes, the cells of
glasses, fringe and hat as gradient histograms. Needs: mediapipe 0.10.21, opencv-python-headless 4.11.0.86, numpy 1.26.4.
"""
import os

os.environ["GLOG_minloglevel"] = "3"
import resource
import sys
import time

import cv2
import mediapipe
import numpy as np

cv2.setNumThreads(1)
MESH = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, min_detection_confidence=0.5)
PERSON = mediapipe.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0)


def histograms(across: np.ndarray, down: np.ndarray, cell: int) -> np.ndarray:
    """Size of change by direction in each cell."""
    size, turn = cv2.cartToPolar(across, down)
    kinds = ((turn / np.pi % 1) * 6).astype(int)
    return np.stack([cv2.resize(np.where(kinds == kind, size, 0), None, fx=1 / cell, fy=1 / cell, interpolation=cv2.INTER_AREA) for kind in range(6)])


def judge(path: str) -> dict:
    """All measures of one file."""
    picture = cv2.cvtColor(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    scale = min(1, 1200 / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    found = MESH.process(small).multi_face_landmarks
    person = PERSON.process(cv2.resize(small, (256, 256))).segmentation_mask
    if not found:
        return {}
    height, width = small.shape[:2]
    points = np.array([[p.x * width, p.y * height, p.z * width] for p in found[0].landmark])
    left, right = points[[33, 133], :2].mean(0), points[[362, 263], :2].mean(0)
    turn = np.arctan2(*(right - left)[::-1])
    turned = cv2.getRotationMatrix2D(tuple((left + right) / 2), np.degrees(turn), 80 / np.linalg.norm(right - left))
    turned[:, 2] += np.array([144, 176]) - (left + right) / 2
    portrait = cv2.warpAffine(small, turned, (288, 352), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    colours = cv2.cvtColor(portrait, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    luma = colours[..., 0]
    across, down = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    eyes = luma[140:190, 84:204]
    return {
        "sharp": cv2.Laplacian(eyes, cv2.CV_32F).var() / max(eyes.var(), 1),
        "yaw": np.degrees(np.arctan2(*(points[454] - points[234])[[2, 0]])),
        "roll": np.degrees(turn),
        "glasses": histograms(across[128:232, 56:232], down[128:232, 56:232], 8).sum(),
        "fringe": histograms(across[88:184, 64:224], down[88:184, 64:224], 8).sum(),
        "hat": histograms(across, down, 16).sum(),
        "background": small.std(),
        "person": person.mean(),
        "colours": colours.mean(),
    }


for line in sys.stdin:
    begun = time.perf_counter()
    judge(line.strip())
    print((time.perf_counter() - begun) * 1000, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
