"""Draws broken rules on portraits: glasses, fringes, hats, blurs, tilts. For measuring only.

usage: augment.py PORTRAITS.csv OUT [SEED [LABEL,LABEL...]]

PORTRAITS.csv is a manifest (see README.md) of portraits that keep the rules; OUT gets the drawn pictures and their
manifest. Points of the face come from MediaPipe's mesh. Nothing is drawn with the code that judges.
Needs: mediapipe 0.10.21, opencv-python-headless 4.11.0.86, pillow, numpy 1.26.4.
"""
import copy
import csv
import sys
from pathlib import Path

import cv2
import mediapipe
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

OUTLINE = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
           150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
HAIR = [(20, 16, 15), (35, 26, 22), (60, 42, 30), (95, 66, 42), (150, 112, 70), (196, 160, 110), (120, 118, 116), (110, 45, 25)]
CLOTH = [(20, 20, 24), (150, 30, 35), (35, 55, 110), (200, 190, 170), (90, 90, 95), (230, 230, 228), (40, 90, 60), (210, 150, 50),
         (120, 70, 40), (200, 120, 150)]


class Face:
    """A portrait and its points, in pixels."""

    def __init__(self, picture: Image.Image, mesh) -> None:
        self.picture = picture
        found = mesh.process(np.asarray(picture)).multi_face_landmarks
        if not found:
            raise ValueError("no face")
        width, height = picture.size
        self.points = np.array([[p.x * width, p.y * height] for p in found[0].landmark[:468]])
        self.eyes = self.points[[33, 133]].mean(0), self.points[[362, 263]].mean(0)
        self.apart = float(np.linalg.norm(self.eyes[1] - self.eyes[0]))
        self.turn = float(np.arctan2(*(self.eyes[1] - self.eyes[0])[::-1]))
        self.centre = (self.eyes[0] + self.eyes[1]) / 2

    def place(self, points) -> list:
        """Points given in distances between the eyes, from the middle of them, on the picture."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        return [tuple(self.centre + self.apart * np.array([x * cos - y * sin, x * sin + y * cos])) for x, y in points]

    def local(self, number: int) -> np.ndarray:
        cos, sin = np.cos(-self.turn), np.sin(-self.turn)
        x, y = (self.points[number] - self.centre) / self.apart
        return np.array([x * cos - y * sin, x * sin + y * cos])


def layer(face: Face, scale: int = 3):
    """A transparent sheet at a higher resolution, for smooth edges."""
    size = face.picture.size[0] * scale, face.picture.size[1] * scale
    sheet = Image.new("RGBA", size, (0, 0, 0, 0))
    return sheet, ImageDraw.Draw(sheet, "RGBA"), lambda points: [(x * scale, y * scale) for x, y in face.place(points)]


def lay(face: Face, sheet: Image.Image, soft: float = 0.0) -> Image.Image:
    """The sheet on the portrait, shaded a little as the portrait is."""
    sheet = sheet.resize(face.picture.size, Image.LANCZOS)
    if soft:
        sheet = sheet.filter(ImageFilter.GaussianBlur(soft))
    base = face.picture.convert("RGBA")
    base.alpha_composite(sheet)
    return base.convert("RGB")


def shade(colour, factor) -> tuple:
    return tuple(int(np.clip(value * factor, 0, 255)) for value in colour[:3])


def lens_shape(rng, kind: str) -> list:
    """A lens around the origin, in distances between the eyes."""
    half, high = rng.uniform(0.30, 0.40), rng.uniform(0.20, 0.34)
    if kind == "round":
        high = half = rng.uniform(0.29, 0.36)
    power = {"round": 2.0, "oval": 2.3, "rectangle": rng.uniform(4, 7), "aviator": 2.6, "cat": 2.8}[kind]
    points = []
    for angle in np.linspace(0, 2 * np.pi, 72, endpoint=False):
        cos, sin = np.cos(angle), np.sin(angle)
        x = np.sign(cos) * abs(cos) ** (2 / power) * half
        y = np.sign(sin) * abs(sin) ** (2 / power) * high
        if kind == "aviator":
            x *= 1 - 0.18 * (y / high)
            y *= 1.1
        if kind == "cat":
            y -= 0.25 * max(0, x) * (y < 0)
        points.append((x, y))
    return points


def glasses(face: Face, rng, variety: str) -> Image.Image:
    sheet, draw, on = layer(face)
    kind = rng.choice(["round", "oval", "rectangle", "aviator", "cat"])
    thick = {"thin": rng.uniform(0.014, 0.025), "thick": rng.uniform(0.04, 0.085), "rimless": 0.0, "half": rng.uniform(0.02, 0.05),
             "glare": rng.uniform(0.0, 0.02),
             "tinted": rng.uniform(0.012, 0.04), "sun": rng.uniform(0.02, 0.06)}[variety]
    metal = [(90, 85, 80), (150, 140, 120), (170, 165, 160), (40, 38, 38), (120, 95, 50)]
    plastic = [(15, 15, 17), (50, 30, 20), (100, 60, 30), (30, 35, 70), (120, 20, 30), (190, 190, 195)]
    colour = (metal if variety in ("thin", "rimless", "half", "glare") else plastic)[rng.integers(5)]
    width = max(2, int(3 * face.apart * thick))
    shape = lens_shape(rng, kind)
    drop, spread = rng.uniform(0.0, 0.10), rng.uniform(0.0, 0.04)
    alpha = int(rng.uniform(215, 255))
    for side in (-1, 1):
        centre = np.array([side * (0.5 + spread), drop])
        lens = [(centre[0] + side * x, centre[1] + y) for x, y in shape]
        tint = {"tinted": (*HAIR[rng.integers(4)], int(rng.uniform(60, 130))), "sun": (*shade((18, 18, 20), rng.uniform(0.5, 2)), int(rng.uniform(205, 250)))}.get(variety)
        if tint:
            draw.polygon(on(lens), fill=tint)
        elif variety == "glare":
            # A lamp mirrored over most of the lens: a veil, and a bright spot with a soft end.
            draw.polygon(on(lens), fill=(235, 240, 245, int(rng.uniform(25, 90))))
            x, y = centre + [rng.uniform(-0.15, 0.15), rng.uniform(-0.12, 0.08)]
            for size in (1.0, 0.7, 0.4):
                spot = [(x + size * 0.17 * np.cos(a), y + size * 0.09 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)]
                draw.polygon(on(spot), fill=(255, 255, 255, int(rng.uniform(30, 110))))
        elif rng.random() < (0.6 if variety == "rimless" else 0.35):
            # A window mirrored in the lens.
            x, y = centre + [rng.uniform(-0.15, 0.1), rng.uniform(-0.15, 0.0)]
            draw.polygon(on([(x, y), (x + 0.12, y - 0.02), (x + 0.08, y + 0.16), (x - 0.03, y + 0.17)]), fill=(255, 255, 255, int(rng.uniform(40, 130))))
        outline = lens + lens[:1]
        if variety == "rimless" or variety == "glare" and thick < 0.01:
            draw.line(on(outline), fill=(245, 245, 245, int(rng.uniform(50, 110))), width=max(2, int(0.018 * 3 * face.apart)), joint="curve")
            draw.line(on([(x, y + 0.012) for x, y in outline]), fill=(60, 55, 55, int(rng.uniform(40, 110))), width=max(2, int(0.014 * 3 * face.apart)), joint="curve")
        elif variety == "half":
            top = [point for point in lens if point[1] < centre[1]]
            draw.line(on(sorted(top)), fill=(*colour, alpha), width=width, joint="curve")
        else:
            draw.line(on(outline), fill=(*colour, alpha), width=width, joint="curve")
            if rng.random() < 0.4:
                # The light along the rim.
                draw.line(on([(x, y - thick * 0.35) for x, y in lens[40:70]]), fill=(255, 255, 255, 90), width=max(1, width // 4))
        inner = 0.5 + spread - max(x for x, _ in shape)
        outer = max(x for x, _ in [(abs(x), y) for x, y in lens])
        edge = abs(face.local(234 if side < 0 else 454)[0])
        arm = max(2, int(3 * face.apart * (thick or rng.uniform(0.012, 0.025))))
        draw.line(on([(side * outer, drop - 0.06), (side * max(edge, outer + 0.02), drop - rng.uniform(0.0, 0.1))]), fill=(*colour, alpha), width=arm)
    arch = rng.uniform(0.0, 0.06)
    level = drop + rng.uniform(-0.12, 0.02)
    bridge = [(x, level + arch * ((x / inner) ** 2 - 1)) for x in np.linspace(-inner, inner, 12)]
    draw.line(on(bridge), fill=(*colour, alpha), width=max(2, int(3 * face.apart * (thick or rng.uniform(0.014, 0.03)))), joint="curve")
    return lay(face, sheet, rng.uniform(0.0, 0.006) * face.apart)


def strands(draw, on, rng, colour, start, end, count, apart, alpha=(150, 255)) -> None:
    """Hair from a line to a line: `start` and `end` give a point for 0 to 1."""
    for _ in range(count):
        at = rng.uniform(0, 1)
        (x0, y0), (x1, y1) = start(at), end(at)
        bend = rng.normal(0, 0.05)
        points = [(x0 + (x1 - x0) * t + bend * np.sin(np.pi * t), y0 + (y1 - y0) * t) for t in np.linspace(0, 1, 8)]
        draw.line(on(points), fill=(*shade(colour, rng.uniform(0.6, 1.5)), int(rng.uniform(*alpha))), width=max(2, int(rng.uniform(0.008, 0.03) * 3 * apart)))


def fringe(face: Face, rng, variety: str) -> Image.Image:
    sheet, draw, on = layer(face)
    colour = hair_colour(face, rng)
    top = face.local(10)[1] - rng.uniform(0.3, 0.6)
    brow = max(face.local(105)[1], face.local(334)[1])
    half = abs(face.local(21)[0] - face.local(251)[0]) / 2 + 0.05
    # "above" ends before the brows, and breaks no rule.
    low = brow + (rng.uniform(0.12, 0.24) if variety != "above" else -rng.uniform(0.08, 0.28))
    across = lambda t: -half + 2 * half * t
    if variety in ("straight", "above"):
        start, end, count = (lambda t: (across(t) * 0.85, top)), (lambda t: (across(t), low + rng.normal(0, 0.02))), 420
    elif variety == "swept":
        side = rng.choice([-1, 1])
        start = lambda t: (side * -half * 0.5 + 0.5 * half * t * side, top)
        end = lambda t: (side * (-0.5 * half + 1.5 * half * t), brow - 0.22 + (0.22 + low - brow) * min(1, 0.15 + t * 1.2) + rng.normal(0, 0.02))
        count = 360
    elif variety == "wispy":
        start, end, count = (lambda t: (across(t) * 0.85, top)), (lambda t: (across(t) * 0.95, low + rng.normal(0, 0.06))), int(rng.uniform(80, 140))
    elif variety == "side":
        # One brow is hidden, the other free.
        side = rng.choice([-1, 1])
        start = lambda t: (side * half * (0.1 + 0.4 * t), top)
        end = lambda t: (side * (-0.15 + (half + 0.15) * t), brow - 0.1 + min(1, 0.3 + 2 * t) * (low - brow + 0.1) + rng.normal(0, 0.02))
        count = 320
    elif variety == "curtain":
        start = lambda t: (rng.normal(0, 0.04), top)
        end = lambda t: (np.sign(t - 0.5) * (0.22 + 0.8 * half * abs(2 * t - 1)), low + rng.normal(0, 0.03))
        count = 380
    else:
        start, end, count = (lambda t: (across(t) * 0.9, top)), (lambda t: (across(t), low)), 60
        for _ in range(170):
            x, y = across(rng.uniform(0, 1)), rng.uniform(top, low - 0.03)
            radius = rng.uniform(0.05, 0.12)
            turn = rng.uniform(0, 6)
            loop = [(x + radius * np.cos(turn + a), y + radius * np.sin(turn + a)) for a in np.linspace(0, rng.uniform(3, 6), 14)]
            draw.line(on(loop), fill=(*shade(colour, rng.uniform(0.6, 1.5)), 245), width=max(2, int(rng.uniform(0.02, 0.05) * 3 * face.apart)), joint="curve")
    strands(draw, on, rng, colour, start, end, count, face.apart)
    return lay(face, sheet, 0.008 * face.apart)


def hair_colour(face: Face, rng) -> tuple:
    """The person's own hair in most cases, else any."""
    x, y = face.place([(0.0, face.local(10)[1] - 0.25)])[0]
    width, height = face.picture.size
    if rng.random() < 0.5 and 3 < x < width - 3 and 3 < y < height - 3:
        own = np.asarray(face.picture)[int(y) - 3:int(y) + 3, int(x) - 3:int(x) + 3].reshape(-1, 3).mean(0)
        if own.mean() < 150:
            return tuple(own)
    return HAIR[rng.integers(len(HAIR))]


def cloth(face: Face, rng, polygon, colour, weave: str) -> Image.Image:
    """A polygon of cloth with folds, weave and shadow, cut out."""
    size = face.picture.size
    mask = Image.new("L", (size[0] * 3, size[1] * 3), 0)
    ImageDraw.Draw(mask).polygon([(x * 3, y * 3) for x, y in face.place(polygon)], fill=255)
    mask = mask.resize(size, Image.LANCZOS)
    height, width = size[1], size[0]
    yy, xx = np.mgrid[0:height, 0:width] / face.apart
    light = 1 + 0.25 * np.sin(xx * rng.uniform(0.6, 1.5) + rng.uniform(0, 6)) + 0.12 * np.sin(xx * rng.uniform(3, 7) + yy * rng.uniform(-3, 3))
    if weave == "knit":
        light += 0.16 * np.sin(xx * rng.uniform(40, 70)) + 0.1 * np.sin(yy * rng.uniform(30, 60))
    elif weave == "straw":
        light += 0.18 * np.sin((xx + yy) * 60) * np.sin((xx - yy) * 60)
    light += rng.normal(0, 0.02, light.shape)
    if rng.random() < 0.25:
        # A print: checks, stripes or dots.
        across, down = rng.uniform(4, 30, 2) * (rng.random(2) < 0.75)
        light += rng.uniform(0.1, 0.5) * np.sign(np.sin(xx * across + yy * rng.uniform(-9, 9)) * np.cos(yy * down))
    if rng.random() < 0.3:
        # Hard light from a side.
        light *= np.clip(1 + rng.uniform(-0.5, 0.5) * (xx - xx.mean()), 0.4, 1.7)
    pixels = np.clip(np.array(colour)[None, None] * light[..., None], 0, 255).astype(np.uint8)
    return Image.merge("RGBA", [*Image.fromarray(pixels).split(), mask])


def hat(face: Face, rng, variety: str) -> Image.Image:
    top = face.local(10)[1]
    side = max(abs(face.local(127)[0]), abs(face.local(356)[0])) + rng.uniform(0.1, 0.22)
    brow = min(face.local(105)[1], face.local(334)[1])
    rim = brow - rng.uniform(0.06, 0.3)
    peak = top - rng.uniform(0.85, 1.25)
    if face.place([(0.0, top - 0.5)])[0][1] < 0:
        raise ValueError("no head to put a hat on")
    colour = CLOTH[rng.integers(len(CLOTH))]
    dome = lambda half, base, peak: [(half * np.cos(a), base + (peak - base) * np.sin(a) ** rng_power) for a in np.linspace(0, np.pi, 50)]
    rng_power = rng.uniform(0.6, 1.0)
    parts = []
    if variety == "cap":
        parts.append((dome(side, rim, peak), colour, "plain"))
        dip = rng.uniform(0.04, 0.2)
        bill = [(side * 0.95 * x, rim - 0.12 + dip * 1.2 * (1 - x * x)) for x in np.linspace(-1, 1, 30)]
        bill += [(side * 0.95 * x, rim - 0.12 - 0.08 * (1 - x * x)) for x in np.linspace(1, -1, 30)]
        parts.append((bill, shade(colour, rng.uniform(0.6, 1.1)), "plain"))
    elif variety == "beanie":
        parts.append((dome(side, rim, peak - 0.1), colour, "knit"))
        parts.append(([(-side, rim), (side, rim), (side * 1.02, rim - 0.28), (-side * 1.02, rim - 0.28)], shade(colour, rng.uniform(0.8, 1.2)), "knit"))
    elif variety == "straw":
        wide = side + rng.uniform(0.45, 1.0)
        straw = [(210, 180, 120), (190, 160, 100), (225, 205, 160), (60, 45, 35), (25, 25, 28)][rng.integers(5)]
        parts.append((dome(side * 0.9, rim - 0.15, peak), straw, "straw"))
        parts.append(([(wide * np.cos(a), rim - 0.12 + 0.14 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 60)], straw, "straw"))
        parts.append(([(-side * 0.9, rim - 0.12), (side * 0.9, rim - 0.12), (side * 0.88, rim - 0.3), (-side * 0.88, rim - 0.3)], CLOTH[rng.integers(8)], "plain"))
    elif variety == "wide":
        # Worn back: the brim is an arc around the head, the crown above it, hair shows under it.
        felt = [(22, 20, 22), (30, 26, 24), (60, 45, 35), (40, 42, 50), (180, 140, 90), (120, 90, 60), (200, 190, 175)][rng.integers(7)]
        wide, level = side + rng.uniform(0.35, 1.0), top - rng.uniform(0.0, 0.3)
        rise = rng.uniform(0.25, 0.6)
        tilt = rng.uniform(-0.15, 0.15)
        upper = [(wide * np.cos(a), level - rise * np.sin(a) ** 0.8 + tilt * np.cos(a)) for a in np.linspace(0, np.pi, 50)]
        sag = rng.uniform(-0.25, 0.1)
        lower = [(wide * np.cos(a), level + sag * np.sin(a) + tilt * np.cos(a)) for a in np.linspace(np.pi, 0, 50)]
        parts.append(([(side * 0.85 * np.cos(a), level - 0.1 - 0.95 * np.sin(a) ** 0.5) for a in np.linspace(0, np.pi, 50)], felt, "plain"))
        if rng.random() < 0.6:
            parts.append(([(-side * 0.86, level - 0.15), (side * 0.86, level - 0.15), (side * 0.85, level - 0.4), (-side * 0.85, level - 0.4)], shade(felt, rng.uniform(0.3, 0.8)), "plain"))
        parts.append((upper + lower, shade(felt, rng.uniform(0.7, 1.2)), "plain"))
    elif variety == "beret":
        # Flat and to one side; hair shows under it.
        level, lean, fall = top - rng.uniform(-0.1, 0.25), rng.choice([-1, 1]), rng.uniform(0.1, 0.4)
        wide, high = side * rng.uniform(0.95, 1.25), rng.uniform(0.45, 0.8)
        parts.append(([(wide * np.cos(a) + 0.15 * lean, level + lean * fall * np.cos(a) - high * max(0, np.sin(a)) + 0.1 * min(0, np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60)], colour, "knit" if rng.random() < 0.5 else "plain"))
    elif variety == "turban":
        # Bands of cloth that cross above the forehead.
        outer, level = side + rng.uniform(0.1, 0.4), rim - rng.uniform(0.0, 0.2)
        parts.append((dome(outer, level + 0.15, peak - rng.uniform(-0.2, 0.2)), colour, "plain"))
        for band in range(int(rng.integers(3, 7))):
            height, slope, thick = level - 0.9 * rng.random(), rng.uniform(0.1, 0.5) * rng.choice([-1, 1]), rng.uniform(0.08, 0.2)
            edge = [(x, height + slope * x / outer) for x in (-outer * 0.93, outer * 0.93)]
            parts.append((edge + [(x, y - thick) for x, y in edge[::-1]], shade(colour, rng.uniform(0.6, 1.35)), "plain"))
    elif variety == "helmet":
        shell = [(240, 200, 30), (230, 230, 235), (220, 40, 35), (30, 80, 180), (25, 25, 28), (240, 120, 20)][rng.integers(6)]
        outer = side + rng.uniform(0.08, 0.3)
        parts.append((dome(outer, rim - 0.1, peak - 0.1), shell, "plain"))
        parts.append(([(outer * 0.25 * x, rim - 0.3 - 0.9 * y) for x, y in ((-1, 0), (1, 0), (0.8, 1), (-0.8, 1))], shade(shell, rng.uniform(0.75, 1.25)), "plain"))
        parts.append(([(outer * 1.1 * x, rim - 0.12 + rng.uniform(0.02, 0.15) * (1 - x * x)) for x in np.linspace(-1, 1, 30)] + [(outer * 1.1 * x, rim - 0.22) for x in np.linspace(1, -1, 30)], shade(shell, rng.uniform(0.6, 1.0)), "plain"))
    elif variety == "uniform":
        # A peaked cap: a wide flat crown, a band, a badge, a dark peak.
        tone = [(25, 30, 50), (40, 48, 40), (20, 20, 22), (110, 115, 90), (235, 235, 232), (70, 90, 120)][rng.integers(6)]
        level, wide = rim - rng.uniform(0.0, 0.15), side * rng.uniform(1.15, 1.45)
        crown = level - rng.uniform(0.75, 1.05)
        parts.append(([(-side, level), (side, level), (side * 1.02, level - 0.3), (wide, crown + 0.22), (wide * 0.8, crown), (0, crown - 0.12), (-wide * 0.8, crown), (-wide, crown + 0.22), (-side * 1.02, level - 0.3)], tone, "plain"))
        parts.append(([(-side, level), (side, level), (side * 1.01, level - 0.26), (-side * 1.01, level - 0.26)], [shade(tone, 0.6), (150, 30, 30), (20, 20, 24), shade(tone, 1.4)][rng.integers(4)], "plain"))
        parts.append(([(0.13 * np.cos(a), level - 0.36 + 0.16 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)], [(210, 175, 70), (200, 200, 205)][rng.integers(2)], "plain"))
        peak_tone = (18, 18, 20) if rng.random() < 0.7 else shade(tone, 0.8)
        parts.append(([(side * 0.9 * x, level - 0.06 + rng.uniform(0.0, 0.02) + 0.17 * (1 - x * x)) for x in np.linspace(-1, 1, 30)] + [(side * 0.95 * x, level - 0.1) for x in np.linspace(1, -1, 30)], peak_tone, "plain"))
    elif variety in ("hijab", "shawl"):
        # Cloth over the hair that leaves the face free and falls below the picture.
        tone = CLOTH[rng.integers(len(CLOTH))] if rng.random() < 0.7 else tuple(int(v) for v in rng.uniform(15, 240, 3))
        oval = np.array([face.local(number) for number in OUTLINE])
        middle, bottom = oval.mean(0), (face.picture.size[1] - face.centre[1]) / face.apart + 1.5
        outer = side + rng.uniform(0.0, 0.3)
        high = top - rng.uniform(0.4, 0.75)
        outer += rng.uniform(0.0, 0.25) if variety == "hijab" else 0.0
        fall = outer + rng.uniform(0.1, 0.9)
        down = [(fall, bottom), (outer + (fall - outer) * 0.4, 2.4), (outer, 1.2), (outer * 1.02, 0.4)]
        round_top = [(outer * np.cos(a), 0.1 + (high - 0.1) * np.sin(a) ** 0.85) for a in np.linspace(0.12, np.pi - 0.12, 40)]
        edge = down + round_top + [(-x * rng.uniform(0.9, 1.15), y) for x, y in down[::-1]]
        # Where the cloth begins: from the brows' upper part to behind the hairline.
        begins = rng.uniform(top - 0.05, brow - 0.12) if variety == "hijab" else top - rng.uniform(-0.05, 0.35)
        near = rng.uniform(0.93, 1.06) if variety == "hijab" else rng.uniform(1.0, 1.2)
        hole = []
        for x, y in middle + (oval - middle) * near:
            stretch = (middle[1] - begins) / max(0.01, middle[1] - (middle[1] + (oval[:, 1].min() - middle[1]) * near))
            hole.append((x, middle[1] + (y - middle[1]) * stretch if y < middle[1] else y))
        lowest = int(np.argmax([y for _, y in hole]))
        hole = hole[lowest:] + hole[:lowest + 1]
        if variety == "hijab":
            cut = [(0.0, bottom)]
            if rng.random() < 0.4:
                # A cap under the scarf, in another colour.
                under = [(middle[0] + (x - middle[0]) * 1.02, y) for x, y in hole if y < middle[1] - 0.3]
                if len(under) > 4:
                    parts.append((under + [(x, y + rng.uniform(0.06, 0.16)) for x, y in under[::-1]], [(20, 20, 22), (235, 235, 235), shade(tone, 0.6)][rng.integers(3)], "plain"))
            parts.append((edge + cut + hole + cut, tone, "knit" if rng.random() < 0.1 else "plain"))
            # The side that is thrown over, under the chin.
            chin = float(oval[:, 1].max())
            lean = rng.choice([-1, 1])
            parts.append(([(-lean * outer, chin - 0.5), (-lean * side * 0.6, chin - 0.02), (lean * side * 0.7, chin + 0.25), (lean * fall, chin + 0.7), (lean * fall, chin + 1.6), (-lean * outer, chin + 0.6)], shade(tone, rng.uniform(0.75, 1.2)), "plain"))
        else:
            # Open in front: hair, ears or neck may show.
            left, right = [p for p in hole if p[0] < 0], [p for p in hole if p[0] >= 0]
            inside = sorted(left, key=lambda p: -p[1]) + sorted(right, key=lambda p: p[1])
            gap = rng.uniform(0.1, 0.7)
            parts.append((edge + [(-gap, bottom)] + inside + [(gap, bottom)], tone, "knit" if rng.random() < 0.15 else "plain"))
    elif variety == "back":
        # A cap or beanie worn back, in the colour of the hair as often as not: only its edge tells.
        tone = hair_colour(face, rng) if rng.random() < 0.6 else colour
        parts.append((dome(side * rng.uniform(0.92, 1.08), top - rng.uniform(0.0, 0.25), peak - rng.uniform(-0.1, 0.1)), tone, "knit" if rng.random() < 0.5 else "plain"))
    else:
        outer = side + rng.uniform(0.15, 0.35)
        ring = [(outer * np.cos(a) , 0.6 + (peak - 0.6) * np.sin(a)) for a in np.linspace(-0.5, np.pi + 0.5, 60)]
        inner = [(side * 0.95 * np.cos(a), 0.6 + (rim - 0.6 - rng.uniform(0, 0.05)) * np.sin(a)) for a in np.linspace(np.pi + 0.45, -0.45, 60)]
        parts.append((ring + inner, colour, "knit" if variety == "scarf" and rng.random() < 0.3 else "plain"))
        if variety == "hood":
            parts.append(([(-outer, 2.2), (-outer, 0.8), (-side * 0.9, 1.0), (0, 2.4)], shade(colour, 0.9), "plain"))
            parts.append(([(outer, 2.2), (outer, 0.8), (side * 0.9, 1.0), (0, 2.4)], shade(colour, 0.9), "plain"))
    picture = face.picture.convert("RGBA")
    for polygon, tone, weave in parts:
        piece = cloth(face, rng, polygon, tone, weave)
        shadow = Image.new("RGBA", piece.size, (0, 0, 0, 0))
        shadow.putalpha(piece.getchannel("A").filter(ImageFilter.GaussianBlur(0.06 * face.apart)).point(lambda v: v // 3))
        picture.alpha_composite(shadow)
        picture.alpha_composite(piece)
    return picture.convert("RGB").filter(ImageFilter.GaussianBlur(0.004 * face.apart))


def blur(face: Face, rng, variety: str) -> Image.Image:
    pixels = np.asarray(face.picture)
    apart = face.apart
    if variety == "gauss":
        out = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.022, 0.06) * apart)
    elif variety == "motion":
        length = int(max(5, rng.uniform(0.11, 0.25) * apart))
        kernel = np.zeros((length, length), np.float32)
        angle = rng.uniform(0, np.pi)
        for t in np.linspace(-0.5, 0.5, 4 * length):
            kernel[int(round((length - 1) / 2 + t * (length - 1) * np.sin(angle))), int(round((length - 1) / 2 + t * (length - 1) * np.cos(angle)))] += 1
        out = cv2.filter2D(pixels, -1, kernel / kernel.sum())
    elif variety == "focus":
        radius = max(2, int(rng.uniform(0.035, 0.09) * apart))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.float32)
        out = cv2.filter2D(pixels, -1, disc / disc.sum())
    elif variety == "upscaled":
        small = rng.uniform(14, 26) / apart
        size = (max(8, int(pixels.shape[1] * small)), max(8, int(pixels.shape[0] * small)))
        out = cv2.resize(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), pixels.shape[1::-1], interpolation=[cv2.INTER_LINEAR, cv2.INTER_CUBIC][rng.integers(2)])
    else:
        noisy = np.clip(pixels + rng.normal(0, 22, pixels.shape), 0, 255).astype(np.uint8)
        out = cv2.GaussianBlur(cv2.fastNlMeansDenoisingColored(noisy, None, 22, 22, 5, 13), (0, 0), 0.022 * apart)
    if rng.random() < 0.5:
        out = np.clip(out + rng.normal(0, rng.uniform(1, 4), out.shape), 0, 255).astype(np.uint8)
    return Image.fromarray(out)


def surroundings(rng, width: int, height: int) -> np.ndarray:
    """Something to stand before: a wall, a slope of light, blotches, or shapes out of focus."""
    kind = rng.integers(4)
    tone = lambda: rng.uniform(10, 250, 3)
    if kind == 0:
        out = np.ones((height, width, 3)) * tone()
    elif kind == 1:
        slope = np.linspace(0, 1, height)[:, None, None] if rng.random() < 0.6 else np.linspace(0, 1, width)[None, :, None]
        out = np.ones((height, width, 1)) * (tone() * slope + tone() * (1 - slope))
    elif kind == 2:
        out = np.ones((height, width, 3)) * tone()
        for cells in (4, 9, 20, 45):
            out = out + cv2.resize(rng.normal(0, rng.uniform(5, 45), (cells, cells, 3)) * rng.uniform(0.3, 1, 3) + rng.normal(0, 25, (cells, cells, 1)), (width, height), interpolation=cv2.INTER_CUBIC)
    else:
        sheet = Image.new("RGB", (width, height), tuple(int(v) for v in tone()))
        draw = ImageDraw.Draw(sheet)
        for _ in range(int(rng.integers(8, 70))):
            x, y = rng.uniform(-0.2, 1, 2) * [width, height]
            wide, high = rng.uniform(0.02, 0.5, 2) * [width, height]
            shape = [draw.rectangle, draw.ellipse][rng.integers(2)]
            shape([x, y, x + wide, y + high], fill=tuple(int(v) for v in tone()))
        out = cv2.GaussianBlur(np.asarray(sheet).astype(np.float32), (0, 0), rng.uniform(0.5, 0.05 * width))
    grey = rng.uniform(0, 1) ** 0.6
    out = out * (1 - grey) + out.mean(2, keepdims=True) * grey
    return (out + rng.normal(0, rng.uniform(0, 4), (height, width, 3))).clip(0, 255)


def elsewhere(face: Face, rng, segment) -> Face:
    """The same person before something else, so that what is behind says nothing."""
    pixels = np.asarray(face.picture)
    person = segment.process(pixels).segmentation_mask
    person = np.clip((person - 0.3) / 0.5, 0, 1)[..., None]
    moved = copy.copy(face)
    moved.picture = Image.fromarray((pixels * person + surroundings(rng, *face.picture.size) * (1 - person)).astype(np.uint8))
    return moved


def cropped(face: Face, drawn: Image.Image, rng, worn: bool) -> Image.Image:
    """Less around the head, to the hair at the closest; of what is worn enough is left."""
    width, height = drawn.size
    left, right = (face.centre[0] + way * face.apart * rng.uniform(1.3, 3.5) for way in (-1, 1))
    hair = face.centre[1] + face.apart * (face.local(10)[1] - (0.7 if worn else 0.3))
    chin = face.points[152][1]
    top, bottom = rng.uniform(0, max(1, hair)), rng.uniform(min(chin + 0.1 * face.apart, height - 1), height)
    return drawn.crop((int(max(0, left)), int(top), int(min(width, right)), int(bottom)))


def light(face: Face, rng, variety: str) -> Image.Image:
    """Changes that break no rule: exposure, colour of the light, light from a side, grain, coarse coding; hair that ends above the brows."""
    if variety == "above":
        return fringe(face, rng, variety)
    if variety in ("behind", "crop"):
        return face.picture
    pixels = np.asarray(face.picture).astype(np.float32) / 255
    pixels = pixels ** rng.uniform(0.75, 1.35) * rng.uniform(0.85, 1.1) * np.array([rng.uniform(0.93, 1.07), 1, rng.uniform(0.9, 1.1)])
    if variety == "side":
        pixels *= np.linspace(*rng.permutation([0.65, 1.1]), pixels.shape[1])[None, :, None]
    if variety == "grain":
        pixels += rng.normal(0, rng.uniform(0.01, 0.03), pixels.shape)
    return Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8))


def roll(face: Face, rng, variety: str) -> Image.Image:
    angle = rng.choice([-1, 1]) * rng.uniform(15, 25)
    return face.picture.rotate(angle, Image.BICUBIC, center=tuple(face.centre), fillcolor=face.picture.getpixel((2, 2)))


DRAWN = {
    "glasses": (glasses, ["thin", "thick", "rimless", "half", "glare", "tinted", "sun"]),
    "bangs_over_eyebrows": (fringe, ["straight", "swept", "wispy", "curtain", "curly", "side"]),
    "hat": (hat, ["cap", "beanie", "straw", "wide", "hood", "scarf", "beret", "turban", "helmet", "back", "uniform", "hijab", "shawl"]),
    "blurred": (blur, ["gauss", "motion", "focus", "upscaled", "denoised"]),
    "frontal": (roll, ["roll"]),
    "": (light, ["exposure", "side", "grain", "above", "behind", "crop"]),
}

# How often each is drawn before something else.
ELSEWHERE = {"": 0.5, "hat": 0.5, "glasses": 0.3, "bangs_over_eyebrows": 0.3}


def main() -> None:
    manifest, out = Path(sys.argv[1]), Path(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    only = sys.argv[4].split(",") if len(sys.argv) > 4 else list(DRAWN)
    out.mkdir(parents=True, exist_ok=True)
    rows = list(csv.DictReader(manifest.open()))
    written = []
    with mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, min_detection_confidence=0.3) as mesh, mediapipe.solutions.selfie_segmentation.SelfieSegmentation(0) as segment:
        for number, row in enumerate(rows):
            rng = np.random.default_rng([seed, number])
            picture = ImageOps.exif_transpose(Image.open(manifest.parent / row["file"])).convert("RGB")
            try:
                face = Face(picture, mesh)
            except ValueError:
                continue
            for label, (draw, varieties) in DRAWN.items():
                if label not in only or label and row[label] != ("y" if label == "frontal" else "n"):
                    continue
                for variety in varieties:
                    if rng.random() > float(row.get("share", 1)):
                        continue
                    try:
                        away = variety == "behind" or label in ELSEWHERE and rng.random() < ELSEWHERE[label]
                        drawn = draw(elsewhere(face, rng, segment) if away else face, rng, variety)
                    except ValueError:
                        continue
                    if variety == "crop" or label in ELSEWHERE and rng.random() < 0.2:
                        drawn = cropped(face, drawn, rng, label == "hat")
                    name = f"{Path(row['file']).stem}_{label or 'light'}_{variety}.jpg"
                    drawn.save(out / name, quality=int(rng.uniform(72, 95)))
                    new = dict(row, file=name, derived_from=row["file"], note=f"derived:{variety}")
                    if label:
                        new[label] = "n" if label == "frontal" else "y"
                    for hidden in {"hat": ["bangs_over_eyebrows"], "bangs_over_eyebrows": ["hat"]}.get(label, []):
                        new[hidden] = "?" if label == "hat" else new[hidden]
                    written.append(new)
    with (out / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, written[0].keys())
        writer.writeheader()
        writer.writerows(written)
    print(len(written), "drawn")


if __name__ == "__main__":
    main()
