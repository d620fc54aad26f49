"""Draws identity cards and pages of proof as they are photographed: well, and with one known fault each.

Nobody's data is shown: names, numbers and authorities are invented or 样本, and portraits are silhouettes.
Usage: drawdocuments.py FOLDER SEED COUNT  ->  FOLDER/*.jpg and FOLDER/manifest.csv (file, purpose, fault, degree).
Needs: Pillow, numpy 1.26.4, opencv-python-headless 4.11.0.86 and Debian's fonts-noto-cjk.
"""
import csv
import io
import os
import random
import sys

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = "/usr/share/fonts/opentype/noto/NotoS%sCJK-%s.ttc"
FACES = [FONTS % (kind, weight) for kind in ("ans", "erif") for weight in ("Regular", "Bold")]
NAMES = "样本一 样本二 示例甲 示例乙丙 样小本 例文".split()
FAULTS = ["blur", "motion", "dark", "glare", "cut", "small", "side", "none-there"]


def font(size, face=None):
    return ImageFont.truetype(face or random.choice(FACES[:3:2]), size, index=2)


def waves(d, w, h, colour):
    for y in range(0, h, 14):
        pts = [(x, y + 9 * np.sin(x / 37.0 + y)) for x in range(0, w, 8)]
        d.line(pts, fill=colour, width=1)


def silhouette(w, h):
    im = Image.new("RGB", (w, h), random.choice([(236, 240, 242), (205, 222, 238)]))
    d = ImageDraw.Draw(im)
    skin = random.choice([(222, 184, 158), (196, 150, 122), (236, 204, 182)])
    coat = random.choice([(40, 44, 60), (90, 30, 40), (60, 80, 70), (20, 20, 24)])
    d.ellipse((w * .08, h * .68, w * .92, h * 1.4), fill=coat)
    d.rectangle((w * .42, h * .55, w * .58, h * .75), fill=skin)
    d.ellipse((w * .26, h * .12, w * .74, h * .64), fill=(30, 26, 24))
    d.ellipse((w * .29, h * .2, w * .71, h * .66), fill=skin)
    for x in (.4, .6):
        d.ellipse((w * x - 4, h * .38, w * x + 4, h * .41), fill=(20, 20, 20))
    return im


def front():
    tint = random.choice([(214, 226, 232), (224, 232, 236), (206, 220, 230)])
    im = Image.new("RGB", (1000, 630), tint)
    d = ImageDraw.Draw(im)
    waves(d, 1000, 630, tuple(c - 12 for c in tint))
    face, blue, ink = random.choice(FACES[:3:2]), (60, 110, 165), (28, 30, 40)
    year = random.randint(1960, 2004)
    rows = [("姓名", random.choice(NAMES)), ("性别", random.choice("男女") + "   民族  汉"),
            ("出生", f"{year} 年 {random.randint(1, 12)} 月 {random.randint(1, 28)} 日"),
            ("住址", "样本省样本市样本区"), ("", "示例路" + str(random.randint(1, 300)) + "号院样本楼")]
    for (label, value), y in zip(rows, range(62, 500, 78)):
        d.text((56, y), label, font=font(30, face), fill=blue)
        d.text((150, y - 3), value, font=font(36, face), fill=ink)
    number = "000000%04d%02d%02d%04d" % (year, random.randint(1, 12), random.randint(1, 28), random.randint(0, 9999))
    d.text((56, 530), "公民身份号码", font=font(32, face), fill=blue)
    d.text((320, 522), number, font=font(44, face), fill=ink)
    im.paste(silhouette(270, 340), (670, 90))
    return im


def back():
    tint = random.choice([(222, 228, 224), (226, 226, 216), (214, 226, 230)])
    im = Image.new("RGB", (1000, 630), tint)
    d = ImageDraw.Draw(im)
    waves(d, 1000, 630, tuple(c - 12 for c in tint))
    face, red, ink = random.choice(FACES), (200, 44, 40), (28, 30, 40)
    d.ellipse((60, 60, 250, 260), fill=red)
    d.ellipse((84, 84, 226, 236), fill=(226, 190, 90))
    d.regular_polygon((155, 150, 56), 5, fill=red)
    d.rectangle((95, 215, 215, 240), fill=red)
    d.text((300, 70), "样本共和国示例", font=font(60, face), fill=ink)
    d.text((330, 170), "居民身份证样本", font=font(76, face), fill=ink)
    for label, value, y in (("签发机关", "样本市公安局样本分局", 430), ("有效期限", "2015.03.02-2035.03.02", 510)):
        d.text((250, y), label, font=font(32, face), fill=(70, 70, 80))
        d.text((410, y - 2), value, font=font(36, face), fill=ink)
    return im


def page(kind):
    paper = random.choice([(250, 250, 250), (240, 238, 232), (228, 228, 226), (255, 255, 255)])
    w, h = (1240, 1754) if kind == "work-proof" else random.choice([(1400, 990), (1240, 1754)])
    im = Image.new("RGB", (w, h), paper)
    d = ImageDraw.Draw(im)
    face, ink = random.choice(FACES[:3:2]), (36, 36, 40)
    size = random.choice([26, 30, 34])
    if kind != "work-proof":
        waves(d, w, h, tuple(c - 10 for c in paper))
        d.rectangle((40, 40, w - 40, h - 40), outline=(170, 130, 70), width=6)
    title = "会计工作经历证明" if kind == "work-proof" else "毕业证书样本"
    d.text((w / 2, 130), title, font=font(64, face), fill=ink, anchor="mm")
    words = "兹证明样本同志在本单位从事会计工作期间遵守财经法规履行岗位职责无违纪行为于二〇一三年一月至今历任出纳总账会计主管特此证明"
    y, left = 240, 130
    while y < h * random.choice([.62, .75]):
        n = int((w - 2 * left) / size * random.choice([1, 1, .95, .5]))
        at = random.randrange(len(words))
        d.text((left, y), ((words * 3)[at:at + n]), font=font(size, face), fill=ink)
        y += int(size * 1.8)
    cx, cy = int(w * .72), int(h * .82)
    d.ellipse((cx - 100, cy - 100, cx + 100, cy + 100), outline=(206, 50, 48), width=6)
    d.regular_polygon((cx, cy, 36), 5, fill=(206, 50, 48))
    d.text((cx - 150, cy - 16), "样本有限公司", font=font(size, face), fill=ink)
    return im


def desk(w, h):
    """A table top: plain, grained or patterned, lighter or darker than what lies on it."""
    base = np.array(random.choice([(96, 72, 52), (60, 62, 66), (140, 112, 84), (34, 50, 70), (170, 160, 150), (120, 20, 24)]), float)
    rng = np.random.default_rng(random.randrange(1 << 30))
    grain = cv2.GaussianBlur(rng.normal(0, 1, (h, w)), (0, 0), random.choice([.8, 3, 9]))
    grain = cv2.resize(grain[:, : max(8, w // random.choice([1, 1, 12]))], (w, h))
    grain *= random.choice([0, 4, 9]) / (grain.std() + 1e-6)
    return np.clip(base + grain[..., None], 0, 255).astype(np.uint8)


def photograph(im, fault, degree, fills):
    """The drawn thing on a table through a camera; `fills` for a scan that is nothing but the thing."""
    art = np.asarray(im)
    h, w = art.shape[:2]
    if fault == "cut":
        fills = False
    if fills:
        shot, scale = art.copy(), random.uniform(.75, 1.1)
        shot = cv2.resize(shot, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        quad = None
    else:
        W, H = int(w * random.uniform(1.15, 1.5)), int(h * random.uniform(1.15, 1.5))
        scene = desk(W, H)
        cx, cy, angle = W / 2, H / 2, random.uniform(-8, 8)
        if fault == "cut":
            side = random.choice("lrtb")
            push = {"slight": .06, "strong": .25}[degree]
            cx += {"l": -1, "r": 1}.get(side, 0) * ((W - w) / 2 + push * w)
            cy += {"t": -1, "b": 1}.get(side, 0) * ((H - h) / 2 + push * h)
        corners = np.array([[-w / 2, -h / 2], [w / 2, -h / 2], [w / 2, h / 2], [-w / 2, h / 2]])
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        corners = corners @ np.array([[c, s], [-s, c]]) * random.uniform(.8, .95) + (cx, cy)
        corners += np.random.default_rng(random.randrange(1 << 30)).uniform(-.025, .025, (4, 2)) * w
        m = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), corners.astype(np.float32))
        mask = cv2.warpPerspective(np.full((h, w), 255, np.uint8), m, (W, H), flags=cv2.INTER_AREA)
        shadow = cv2.GaussianBlur(np.roll(mask, (8, 6), (0, 1)), (0, 0), 7)[..., None] / 255 * .35
        warped = cv2.warpPerspective(art, m, (W, H), flags=cv2.INTER_LINEAR)
        a = (mask / 255.0)[..., None]
        shot = (scene * (1 - shadow) * (1 - a) + warped * a).astype(np.uint8)
        quad = corners
    f = shot.astype(np.float32)
    H, W = f.shape[:2]
    # Light from one side.
    gy, gx = np.mgrid[0:H, 0:W]
    f *= (1 - random.uniform(0, .18) * (gx / W) - random.uniform(0, .12) * (gy / H))[..., None]
    if fault == "glare":
        x0, y0, x1, y1 = (0, 0, W, H) if quad is None else (*quad.min(0), *quad.max(0))
        px, py = x0 + (x1 - x0) * random.uniform(.25, .7), y0 + (y1 - y0) * random.uniform(.3, .7)
        r = (x1 - x0) * {"slight": .09, "strong": .2}[degree]
        f += 420 * np.exp(-(((gx - px) / r) ** 2 + ((gy - py) / (r * .7)) ** 2))[..., None]
    if fault == "dark":
        f *= {"slight": .36, "strong": .17}[degree]
    text = w / 28 if im.width == 1000 else 30
    text *= W / (w if fills else w * 1.3)
    if fault == "blur":
        f = cv2.GaussianBlur(f, (0, 0), text * {"slight": .11, "strong": .22}[degree])
    elif fault == "motion":
        n = max(3, int(text * {"slight": .3, "strong": .7}[degree]))
        k = np.zeros((n, n)); k[n // 2] = 1 / n
        k = cv2.warpAffine(k, cv2.getRotationMatrix2D((n / 2, n / 2), random.uniform(0, 180), 1), (n, n))
        f = cv2.filter2D(f, -1, k / k.sum())
    else:
        f = cv2.GaussianBlur(f, (0, 0), random.uniform(.3, .8))
    if fault == "small":
        k = {"slight": .38, "strong": .2}[degree]
        f = cv2.resize(f, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
    else:
        k = random.uniform(.75, 1.25)
        f = cv2.resize(f, None, fx=k, fy=k, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
    rng = np.random.default_rng(random.randrange(1 << 30))
    f += rng.normal(0, random.choice([1, 3, 6]), f.shape)
    return Image.fromarray(np.clip(f, 0, 255).astype(np.uint8))


def draw(purpose, fault):
    if purpose == "id-front":
        return back() if fault == "side" else front()
    if purpose == "id-back":
        return front() if fault == "side" else back()
    return page(purpose)


def main():
    folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(folder, exist_ok=True)
    rows = []
    for n in range(count):
        random.seed(seed * 1_000_003 + n)
        purpose = ["id-front", "id-back", "work-proof", "education-certificate"][n % 4]
        fault = random.choice(FAULTS) if n % 8 >= 4 else "none"
        if fault in ("side", "none-there") and not purpose.startswith("id-"):
            fault = "blur"
        degree = random.choice(["slight", "strong"]) if fault not in ("none", "side", "none-there") else ""
        if fault == "none-there":
            shot = Image.fromarray(desk(1200, 900))
            shot = Image.fromarray(np.clip(np.asarray(shot) + np.random.default_rng(n).normal(0, 4, (900, 1200, 3)), 0, 255).astype(np.uint8))
        else:
            shot = photograph(draw(purpose, fault), fault, degree, random.random() < .4)
        for quality in (90, 80, 70, 60, 45):
            file = io.BytesIO()
            shot.save(file, "JPEG", quality=quality, subsampling=random.choice([0, 2]))
            if file.tell() <= 512_000:
                break
        data = file.getvalue()
        # Padding by a comment: the least size in bytes is another rule's matter.
        if len(data) < 20_500:
            fill = 20_500 - len(data)
            data = data[:2] + b"\xff\xfe" + fill.to_bytes(2, "big") + b" " * (fill - 2) + data[2:]
        name = f"{seed}-{n:04}.jpg"
        open(os.path.join(folder, name), "wb").write(data)
        rows.append((name, purpose, fault, degree))
    with open(os.path.join(folder, "manifest.csv"), "w", newline="") as out:
        csv.writer(out).writerows([("file", "purpose", "fault", "degree"), *rows])


main()
