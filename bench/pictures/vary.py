"""More photographs from few: other colours, proportions and light, and the upper part of one head on another. For learning only.

usage: vary.py MANIFEST.csv OUT [SEED]

What is worn on the head is rare in photographs. So each photograph with a hat is shown stretched and in other colours, and
its part above the brows is laid on other people's faces; the same is done, less often, with heads that wear nothing, so
that neither the seam nor the colours say anything. Everybody in MANIFEST.csv must be in the same part of a split.
Needs what augment.py needs.
"""
import csv
import sys
from pathlib import Path

import cv2
import mediapipe
import numpy as np
from augment import Face
from PIL import Image, ImageOps

# How often a head with and without a hat is varied, and laid on others.
VARIED = {"y": 6, "n": 1}
LAID = {"y": 8, "n": 1}
CHEEKS = [50, 280, 205, 425]


def coloured(pixels: np.ndarray, rng, face: Face) -> np.ndarray:
    """Another hue, strength and brightness above the brows, fading into the face."""
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(-70, 70) * (rng.random() < 0.7)) % 180
    hsv[..., 1] *= rng.uniform(0.3, 1.5)
    hsv[..., 2] = 255 * (hsv[..., 2] / 255) ** rng.uniform(0.6, 1.7)
    other = cv2.cvtColor(hsv.clip(0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)
    return blend(pixels, other, face, rng)


def blend(lower: np.ndarray, upper: np.ndarray, face: Face, rng) -> np.ndarray:
    """`upper` above the brows of `face`, `lower` below."""
    height, width = lower.shape[:2]
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    cos, sin = np.cos(-face.turn), np.sin(-face.turn)
    u, v = (xx - face.centre[0]) / face.apart, (yy - face.centre[1]) / face.apart
    x, y = u * cos - v * sin, u * sin + v * cos
    brow = min(face.local(105)[1], face.local(334)[1])
    # Beside the face the seam is lower: what is worn often reaches down there.
    level = brow - rng.uniform(0.05, 0.16) + rng.uniform(0.2, 0.9) * np.clip((np.abs(x) - 0.8) / 0.4, 0, 1)
    share = np.clip((level - y) / rng.uniform(0.03, 0.1) + 0.5, 0, 1)[..., None]
    return (upper * share + lower * (1 - share)).astype(np.uint8)


def varied(face: Face, rng) -> Image.Image:
    pixels = np.asarray(face.picture)
    if rng.random() < 0.75:
        pixels = coloured(pixels, rng, face)
    pixels = (255 * (pixels / 255.0) ** rng.uniform(0.75, 1.35) * rng.uniform([0.85, 0.9, 0.85], [1.1, 1.05, 1.1])).clip(0, 255).astype(np.uint8)
    # Anything that the eyes' line does not undo: proportions and a lean.
    height, width = pixels.shape[:2]
    lean, tall = rng.uniform(-0.08, 0.08), rng.uniform(0.9, 1.12)
    matrix = np.array([[1, lean, -lean * height / 2], [0, tall, 0]], np.float32)
    return Image.fromarray(cv2.warpAffine(pixels, matrix, (width, int(height * tall)), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE))


def laid(above: Face, below: Face, rng) -> Image.Image:
    """The upper part of one head on another person's face, at the first one's size."""
    scale, turn = above.apart / below.apart * rng.uniform(0.95, 1.05), above.turn - below.turn
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    shift = above.centre - np.array([[cos, -sin], [sin, cos]]) @ below.centre
    upper = np.asarray(above.picture)
    size = upper.shape[1::-1]
    lower = cv2.warpAffine(np.asarray(below.picture), np.array([[cos, -sin, shift[0]], [sin, cos, shift[1]]]), size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    tone = [np.mean([np.asarray(face.picture)[int(np.clip(y, 0, face.picture.height - 1)), int(np.clip(x, 0, face.picture.width - 1))] for x, y in face.points[CHEEKS]], axis=0) + 10 for face in (above, below)]
    lower = (lower * (tone[0] / tone[1])).clip(0, 255).astype(np.uint8)
    return Image.fromarray(blend(lower, upper, above, rng))


def main() -> None:
    manifest, out = Path(sys.argv[1]), Path(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    out.mkdir(parents=True, exist_ok=True)
    faces = []
    with mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, min_detection_confidence=0.3) as mesh:
        for row in csv.DictReader(manifest.open()):
            if row["hat"] not in ("y", "n") or row["faces"] != "1":
                continue
            try:
                faces.append((row, Face(ImageOps.exif_transpose(Image.open(manifest.parent / row["file"])).convert("RGB"), mesh)))
            except ValueError:
                continue
    bare = [pair for pair in faces if pair[0]["hat"] == "n" and pair[0]["glasses"] == "n"]
    written = []
    for number, (row, face) in enumerate(faces):
        rng = np.random.default_rng([seed, number])
        for kind, often in (("varied", VARIED), ("laid", LAID)):
            for count in range(often[row["hat"]]):
                picture = varied(face, rng) if kind == "varied" else laid(face, bare[rng.integers(len(bare))][1], rng)
                name = f"{Path(row['file']).stem}_{kind}{count}.jpg"
                picture.save(out / name, quality=int(rng.uniform(75, 95)))
                written.append(dict(row, file=name, derived_from=row["file"], note=f"derived:{kind}", frontal="?", glasses="?", bangs_over_eyebrows="?", blurred="?"))
    with (out / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, written[0].keys())
        writer.writeheader()
        writer.writerows(written)
    print(len(written), "varied")


if __name__ == "__main__":
    main()
