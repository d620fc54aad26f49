"""Draws identity cards, both sides, as they are photographed, and writes down what is printed on them.

usage: draw.py FOLDER SEED COUNT  ->  FOLDER/*.jpg and FOLDER/manifest.csv

COUNT cards of two sides each. Nobody's card is shown: names are put together by chance from common and rare characters, addresses are a
division's name with an invented street, and numbers name a division that does not exist (xx9999), so that they are nobody's, though their
check character fits. The portrait is a silhouette that says 样本. The manifest has the columns file, card, side (front, back), fault, number,
name, address, authority, from, until (empty: 长期), font and rare (the name has a character that the reader does not know).
Needs: Pillow 13.0.0, numpy 2.4.6, opencv-python-headless 4.11.0.86, fonttools 4.60.0 and Debian's fonts-wqy-microhei, fonts-wqy-zenhei, fonts-noto-cjk,
fonts-arphic-uming, fonts-arphic-ukai, fonts-babelstone-han, fonts-droid-fallback and fonts-ocr-b.
"""
import csv
import io
import json
import random
import sys
from datetime import date
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
KNOWN = set((ROOT / "shared/ocr/models/characters.txt").read_text(encoding="utf-8").split("\n"))
SHARE = Path("/usr/share/fonts")
# File, and which of the fonts in it. Cards are printed in a sans; the others are there to be hard.
FONTS = {
    "wqy-microhei": ("truetype/wqy/wqy-microhei.ttc", 0), "wqy-zenhei": ("truetype/wqy/wqy-zenhei.ttc", 0),
    "noto-sans": ("opentype/noto/NotoSansCJK-Regular.ttc", 2), "noto-sans-bold": ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
    "droid": ("truetype/droid/DroidSansFallbackFull.ttf", 0), "noto-serif": ("opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    "uming": ("truetype/arphic/uming.ttc", 0), "ukai": ("truetype/arphic/ukai.ttc", 0), "babelstone": ("truetype/babelstone/BabelStoneHan.ttf", 0),
}
WEIGHTS = [5, 5, 5, 2, 4, 1, 1, 1, 2]
DIGITS = str(SHARE / "opentype/ocr-b/OCRB.otf")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
DOUBLE = ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容"]
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国文志海燕春梅晓雪思远子轩梓涵宇浩然佳怡欣悦雨桐诗博俊凯琪瑶嘉颖睿晨曦辰泽昊天一诺若安婷倩楠淼鑫森焱垚晶蕾蓓芸茜薇"
HARD = "昇堃喆祎翀赟頔彧骁旻玥琰晟奕懿翎曌煊璟瑄钰栩沄妤滢祺祯勍"
RARE = "䶮㛃㭎䜣𬭎𬱖𫍯𬍛𫖯䴖㼆𪻐犇芃厶"
MINORITY = ["尼格买提·热合曼", "阿卜杜拉·买买提", "古丽娜尔·艾山江", "迪丽热巴·迪力木拉提", "努尔兰·哈力木", "斯琴高娃·乌云", "买买提明·吐尔逊"]
NATIONS = ["汉"] * 12 + "壮 满 回 苗 维吾尔 土家 彝 蒙古 藏 布依 朝鲜 哈萨克".split()
STREETS = "人民路 解放路 建设大街 中山路 和平街 文化路 新华西路 长江道 迎宾大道 学府路 光明巷 工农街 胜利北路".split()
# What is done to a picture; each but "none" is one fault, and "several" is three mild ones at once.
FAULTS = ["none", "none", "rotated", "perspective", "glare", "noise", "blur", "jpeg", "small", "dark", "upside-down", "standing", "clutter", "several"]
PROVINCES = [11, 12, 13, 21, 31, 32, 33, 35, 37, 41, 42, 43, 44, 45, 50, 51, 53, 61, 62, 65]


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    file, index = FONTS[name]
    return ImageFont.truetype(str(SHARE / file), size, index=index)


@cache
def digits(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(DIGITS, size)


@cache
def repertoire(name: str) -> frozenset[int]:
    file, index = FONTS[name]
    path = SHARE / file
    opened = TTCollection(path).fonts[index] if path.suffix == ".ttc" else TTFont(path)
    return frozenset(opened.getBestCmap())


def font_for(text: str, chosen: str) -> str:
    """The font if it has all of the text's characters, else the one that has them all."""
    return chosen if all(ord(c) in repertoire(chosen) for c in text) else "babelstone"


@cache
def counties() -> list[tuple[str, str, str]]:
    """Names of province, city and county."""
    provinces = json.loads((ROOT / "infra/reference/divisions.json").read_text(encoding="utf-8"))["items"]
    found = []
    for province in provinces:
        for city in province.get("children", []):
            middle = "" if city.get("grouping_only") else city["zh"]
            for county in city.get("children", []):
                # The fifth digit of development zones is 7: they are not divisions.
                if int(county["code"][:2]) < 70 and county["code"][4] != "7":
                    found.append((province["zh"], middle, county["zh"]))
    return found


def number(born: date, woman: bool) -> str:
    body = f"{random.choice(PROVINCES)}9999{born:%Y%m%d}{random.randrange(100):02}{random.randrange(5) * 2 + (0 if woman else 1)}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def a_name() -> str:
    kind = random.random()
    if kind < .1:
        return random.choice(MINORITY)
    surname = random.choice(DOUBLE) if kind < .18 else random.choice(SURNAMES)
    given = "".join(random.choices(GIVEN, k=random.choice([1, 2, 2, 2])))
    if kind > .85:
        given = given[:-1] + random.choice(HARD)
    if kind > .94:
        given = given[:-1] + random.choice(RARE)
    return surname + given


def a_person() -> dict[str, str]:
    born = date(random.randint(1962, 2006), random.randint(1, 12), random.randint(1, 28))
    woman = random.random() < .5
    province, city, county = random.choice(counties())
    house = random.choice([f"{random.randint(1, 399)}号", f"{random.randint(1, 99)}号院{random.randint(1, 30)}号楼{random.randint(1, 6)}单元{random.randint(101, 2304)}",
                           f"{random.randint(1, 60)}弄{random.randint(1, 99)}号{random.randint(1, 9)}室"])
    issued = date(random.randint(2007, 2026), random.randint(1, 12), random.randint(1, 28))
    years = random.choice([5, 10, 10, 20, 20, None])
    name = a_name()
    return {
        "name": name, "number": number(born, woman), "sex": "女" if woman else "男", "nation": random.choice(NATIONS),
        "born": f"{born.year}年{born.month}月{born.day}日", "address": province + city + county + random.choice(STREETS) + house,
        "authority": random.choice([f"{county}公安局", f"{city or province}公安局{county}分局" if county.endswith("区") else f"{county}公安局"]),
        "from": issued.isoformat(), "until": issued.replace(year=issued.year + years).isoformat() if years else "",
        "font": random.choices(list(FONTS), WEIGHTS)[0], "rare": "y" if any(c not in KNOWN for c in name) else "n",
    }


def waves(d: ImageDraw.ImageDraw, tint: tuple[int, ...], less: int) -> None:
    colour = tuple(c - less for c in tint)
    phase, pitch = random.uniform(0, 9), random.choice([8, 12, 16])
    for y in range(-20, 650, pitch):
        d.line([(x, y + 9 * np.sin(x / 37.0 + y + phase) + 14 * np.sin(x / 190.0 + phase)) for x in range(0, 1001, 8)], fill=colour, width=1)


def silhouette(w: int, h: int) -> Image.Image:
    im = Image.new("RGB", (w, h), random.choice([(236, 240, 242), (222, 230, 238)]))
    d = ImageDraw.Draw(im)
    skin, coat = random.choice([(222, 184, 158), (196, 150, 122)]), random.choice([(40, 44, 60), (90, 30, 40), (20, 20, 24)])
    d.ellipse((w * .08, h * .68, w * .92, h * 1.4), fill=coat)
    d.rectangle((w * .42, h * .55, w * .58, h * .75), fill=skin)
    d.ellipse((w * .26, h * .12, w * .74, h * .64), fill=(30, 26, 24))
    d.ellipse((w * .29, h * .2, w * .71, h * .66), fill=skin)
    d.text((w * .5, h * .9), "样本", font=font("wqy-microhei", 30), fill=(150, 150, 160), anchor="mm")
    return im


def written(d: ImageDraw.ImageDraw, at: tuple[int, int], text: str, chosen: str, size: int, fill: tuple[int, ...], gap: int = 0) -> None:
    for c in text:
        face = font(font_for(c, chosen), size)
        d.text(at, c, font=face, fill=fill, anchor="ls")
        at = (at[0] + round(face.getlength(c)) + gap, at[1])


def front(person: dict[str, str]) -> Image.Image:
    """The portrait side, 1,000 by 630 pixels: places after the card's own, 85.6 by 54 mm."""
    tint = random.choice([(214, 226, 232), (224, 232, 236), (206, 220, 230), (226, 228, 232)])
    im = Image.new("RGB", (1000, 630), tint)
    d = ImageDraw.Draw(im)
    waves(d, tint, random.choice([8, 12, 18]))
    face, blue, ink = person["font"], random.choice([(60, 110, 165), (70, 130, 180), (90, 120, 150)]), random.choice([(28, 30, 40), (50, 50, 60)])
    written(d, (66, 106), "姓名", face, 28, blue)
    written(d, (170, 108), person["name"], face, 40 if len(person["name"]) < 9 else 34, ink, 2)
    written(d, (66, 176), "性别", face, 28, blue)
    written(d, (170, 177), person["sex"], face, 34, ink)
    written(d, (268, 176), "民族", face, 28, blue)
    written(d, (346, 177), person["nation"], face, 34, ink)
    year, month, day = person["born"].rstrip("日").replace("年", " ").replace("月", " ").split()
    written(d, (66, 246), "出生", face, 28, blue)
    for x, text, size, fill in ((170, year, 34, ink), (262, "年", 26, blue), (318, month, 34, ink), (360, "月", 26, blue), (410, day, 34, ink), (456, "日", 26, blue)):
        written(d, (x, 247), text, face, size, fill)
    written(d, (66, 326), "住址", face, 28, blue)
    for line in range(0, len(person["address"]), 11):
        written(d, (170, 326 + 46 * (line // 11)), person["address"][line:line + 11], face, 34, ink, 2)
    written(d, (66, 556), "公民身份号码", face, 30, blue)
    for place, digit in enumerate(person["number"]):
        if face in ("babelstone", "uming", "ukai"):
            written(d, (336 + place * 28, 558), digit, face, 46, ink)
        else:
            d.text((336 + place * 28, 558), digit, font=digits(42), fill=ink, anchor="ls")
    im.paste(silhouette(270, 344), (668, 84))
    return im


def back(person: dict[str, str]) -> Image.Image:
    """The emblem side. Where the state's name and emblem would be there is something else."""
    tint = random.choice([(222, 228, 224), (226, 226, 216), (214, 226, 230)])
    im = Image.new("RGB", (1000, 630), tint)
    d = ImageDraw.Draw(im)
    waves(d, tint, random.choice([8, 12, 18]))
    face, red, ink = person["font"], random.choice([(200, 44, 40), (180, 50, 50)]), random.choice([(28, 30, 40), (50, 50, 60)])
    d.ellipse((70, 66, 250, 260), fill=red)
    d.ellipse((92, 88, 228, 238), fill=(226, 190, 90))
    d.regular_polygon((160, 156, 54), 5, fill=red)
    written(d, (320, 140), "样本共和国示例", face, 62, ink, 10)
    written(d, (330, 250), "居民身份证", face, 82, ink, 30)
    written(d, (254, 490), "签发机关", face, 30, ink)
    written(d, (410, 491), person["authority"], face, 36 if len(person["authority"]) < 14 else 30, ink)
    written(d, (254, 568), "有效期限", face, 30, ink)
    until = person["until"].replace("-", ".") or "长期"
    written(d, (410, 569), f"{person['from'].replace('-', '.')}-{until}", face, 36, ink, 1)
    return im


def desk(w: int, h: int, cluttered: bool) -> np.ndarray:
    """A table top, plain or grained, or with all sorts of things on it."""
    base = np.array(random.choice([(96, 72, 52), (60, 62, 66), (140, 112, 84), (34, 50, 70), (170, 160, 150), (120, 40, 44)]), float)
    rng = np.random.default_rng(random.randrange(1 << 30))
    grain = cv2.resize(cv2.GaussianBlur(rng.normal(0, 1, (h, w)), (0, 0), random.choice([.8, 3, 9])), (w, h))
    grain *= random.choice([0, 4, 9]) / (grain.std() + 1e-6)
    top = np.clip(base + grain[..., None], 0, 255).astype(np.uint8)
    if cluttered:
        for _ in range(12):
            x, y, a, b = random.randrange(w), random.randrange(h), random.randrange(40, 300), random.randrange(40, 300)
            cv2.rectangle(top, (x, y), (x + a, y + b), [random.randrange(30, 230) for _ in range(3)], -1)
        sheet = Image.fromarray(top)
        written(ImageDraw.Draw(sheet), (20, 60), "样本报名须知请勿遗失", "noto-sans", 34, (20, 20, 20))
        top = np.asarray(sheet)
    return top


def photograph(card: Image.Image, fault: str) -> tuple[Image.Image, int]:
    """The card on a table, through a camera; and the quality to keep it with."""
    mild = random.sample(["rotated", "perspective", "noise", "blur", "jpeg", "glare"], 3) if fault == "several" else []
    has = {fault, *mild}
    weaker = .55 if fault == "several" else 1
    art = np.asarray(card)
    h, w = art.shape[:2]
    scan = fault in ("none", "upside-down", "jpeg", "noise") and random.random() < .3
    if scan:
        f = art.astype(np.float32)
    else:
        angle = random.uniform(-4, 4) + ({"upside-down": 180, "standing": random.choice([-90, 90])}.get(fault, 0))
        if "rotated" in has:
            angle += random.choice([-1, 1]) * random.uniform(8, 25) * weaker
        spread = random.uniform(1.12, 1.6) if fault != "clutter" else random.uniform(1.5, 1.9)
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        W, H = (int((abs(c) * w + abs(s) * h) * spread), int((abs(s) * w + abs(c) * h) * spread))
        corners = np.array([[-w / 2, -h / 2], [w / 2, -h / 2], [w / 2, h / 2], [-w / 2, h / 2]]) * random.uniform(.86, .97)
        corners = corners @ np.array([[c, s], [-s, c]]) + (W / 2, H / 2)
        tilt = random.uniform(.05, .09) * weaker if "perspective" in has else .012
        corners += np.random.default_rng(random.randrange(1 << 30)).uniform(-tilt, tilt, (4, 2)) * w
        m = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), corners.astype(np.float32))
        mask = cv2.warpPerspective(np.full((h, w), 255, np.uint8), m, (W, H), flags=cv2.INTER_AREA)
        shadow = cv2.GaussianBlur(np.roll(mask, (8, 6), (0, 1)), (0, 0), 7)[..., None] / 255 * .35
        warped = cv2.warpPerspective(art, m, (W, H), flags=cv2.INTER_CUBIC)
        a = (mask / 255.0)[..., None]
        f = (desk(W, H, fault == "clutter") * (1 - shadow) * (1 - a) + warped * a).astype(np.float32)
    H, W = f.shape[:2]
    gy, gx = np.mgrid[0:H, 0:W]
    f *= (1 - random.uniform(0, .2) * (gx / W) - random.uniform(0, .15) * (gy / H))[..., None]
    if "glare" in has:
        px, py, r = W * random.uniform(.25, .75), H * random.uniform(.25, .75), w * random.uniform(.08, .16) * weaker
        f += 420 * np.exp(-(((gx - px) / r) ** 2 + ((gy - py) / (r * random.uniform(.5, 1.2))) ** 2))[..., None]
    if fault == "dark":
        f *= random.uniform(.22, .4)
    # The least that a lens does, or clearly too much: a point spreads over a tenth of a character.
    f = cv2.GaussianBlur(f, (0, 0), random.uniform(2.2, 3.6) * weaker if "blur" in has else random.uniform(.4, 1))
    scale = random.uniform(.36, .5) if fault == "small" else random.uniform(.75, 1.6)
    f = cv2.resize(f, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    sigma = random.uniform(12, 24) * weaker if "noise" in has else random.choice([1, 3, 6])
    f += np.random.default_rng(random.randrange(1 << 30)).normal(0, sigma, f.shape)
    quality = random.randint(14, 30) if "jpeg" in has else random.randint(70, 92)
    return Image.fromarray(np.clip(f, 0, 255).astype(np.uint8)), quality


def main() -> None:
    folder, seed, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for card in range(count):
        random.seed(seed * 1_000_003 + card)
        person, fault = a_person(), FAULTS[card % len(FAULTS)]
        for side, drawn in (("front", front), ("back", back)):
            shot, quality = photograph(drawn(person), fault)
            # The size that an attachment may have.
            for quality in (quality, 60, 45, 30):
                file = io.BytesIO()
                shot.save(file, "JPEG", quality=quality, subsampling=random.choice([0, 2]))
                if file.tell() <= 512_000:
                    break
            name = f"{seed}-{card:04}-{side}.jpg"
            (folder / name).write_bytes(file.getvalue())
            rows.append([name, card, side, fault, *(person[key] for key in ("number", "name", "address", "authority", "from", "until", "font", "rare"))])
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["file", "card", "side", "fault", "number", "name", "address", "authority", "from", "until", "font", "rare"], *rows])


if __name__ == "__main__":
    main()
