"""How often pictures that are the same are found to look the same, and how often others are.

usage: measure.py PROGRAM PORTRAITS [FACES] [--markdown FILE] [--people N] [--templates N]

PROGRAM is `judge` (cargo build -p picture --features judge --bin judge). PORTRAITS has one photograph of each person; FACES is the
shared set with its manifest, of which each file is taken for a person of its own unless both are derived from one. Proofs and
certificates are drawn: forms of one template with other names, numbers, dates, posts and seals, pixel on pixel, which is worse than
any scanner does. Needs: Pillow and Debian's fonts-noto-cjk.
"""
import argparse
import io
import itertools
import json
import random
import subprocess
import tempfile
from math import sqrt
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFont

FONTS = "/usr/share/fonts/opentype/noto/NotoS%sCJK-Regular.ttc"
# As shared/domain/src/likeness.rs has them.
MOST = {"photo": 30, "work-proof": 8, "education-certificate": 8}
BANDS = 8
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文辉玲建国红梅宇浩轩子涵欣怡梓萱诗雨晨曦"
BODY = "该同志在我单位从事会计工作期间遵守财经法规履行岗位职责坚持原则无违纪行为能够胜任本职工作专业年限累计出纳总账主管成本核算税务申报预算管理审计"
INK, RED = (36, 36, 40), (206, 50, 48)


def name(r: random.Random) -> str:
    return r.choice(SURNAMES) + "".join(r.choice(GIVEN) for _ in range(r.choice([1, 2, 2])))


def number(r: random.Random) -> str:
    return "000000%04d%02d%02d%03d%s" % (r.randint(1965, 2003), r.randint(1, 12), r.randint(1, 28), r.randint(0, 999), r.choice("0123456789X"))


def sheet(size, lines, at, face, text, lead, title):
    im = Image.new("RGB", size, (250, 250, 250))
    d = ImageDraw.Draw(im)
    font = ImageFont.truetype(FONTS % face, text, index=2)
    d.text((size[0] / 2, 110), title, font=ImageFont.truetype(FONTS % face, 60, index=2), fill=INK, anchor="mm")
    for line in lines:
        d.text(at, line, font=font, fill=INK)
        at = (at[0], at[1] + int(text * lead))
    return im, d, font


def seal(d, r, cx, cy):
    x, y = cx + r.randint(-15, 15), cy + r.randint(-15, 15)
    d.ellipse((x - 100, y - 100, x + 100, y + 100), outline=RED, width=6)
    d.regular_polygon((x, y, 36), 5, fill=RED)


def proof(template: int, person: int, alike: bool = False) -> Image.Image:
    """A proof of work; `alike`: everything but the name as in all others of the template."""
    t, p = random.Random(1000 + template), random.Random(f"{template} {person}")
    r = random.Random(template) if alike else p
    who, since = name(p), (r.randint(2005, 2020), r.randint(1, 12))
    first = f"兹证明 {who} 同志，身份证号 {number(r)}，"
    second = "自%d年%02d月起在本单位从事会计工作，现任%s。" % (*since, r.choice(["出纳", "总账会计", "会计主管", "成本会计", "税务会计"]))
    words = ["".join(t.choice(BODY) for _ in range(t.choice([28, 30, 30, 18]))) for _ in range(t.randint(3, 10))]
    face, text, lead = t.choice(["ans", "erif"]), t.choice([26, 30, 34]), t.choice([1.6, 1.8, 2.1])
    at = (t.randint(110, 170), t.randint(200, 300))
    im, d, font = sheet((1240, 1754), [first, second, *words, "特此证明。"], at, face, text, lead, "会计工作经历证明")
    d.text((700, 1390), "样本" + "".join(t.choice("华盛恒达信通联合泰和") for _ in range(3)) + "有限公司", font=font, fill=INK)
    d.text((700, 1440), "2026年%d月%d日" % (r.randint(1, 6), r.randint(1, 28)), font=font, fill=INK)
    seal(d, r, 850, 1400)
    return im


def certificate(template: int, person: int, portraits: list[Path]) -> Image.Image:
    """A certificate of education, of one school's template."""
    t, p = random.Random(5000 + template), random.Random(f"c {template} {person}")
    year = p.randint(1990, 2018)
    lines = [f"学生 {name(p)}，性别 {p.choice('男女')}，{p.randint(1970, 1996)}年{p.randint(1, 12)}月{p.randint(1, 28)}日生，",
             f"于{year}年九月至{year + 4}年七月在本校", f"{p.choice(['会计学', '财务管理', '审计学', '经济学', '工商管理'])}专业四年制本科学习，",
             "修完教学计划规定的全部课程，成绩合格，准予毕业。", "校名：样本" + "".join(t.choice("东西南北江海山河") for _ in range(2)) + "大学",
             "证书编号：00000%d05%06d" % (year + 4, p.randint(0, 999_999))]
    im, d, _ = sheet((1400, 990), lines, (430, 280), t.choice(["ans", "erif"]), t.choice([30, 34]), t.choice([1.8, 2.1]), "普通高等学校毕业证书")
    d.rectangle((40, 40, 1360, 950), outline=(170, 130, 70), width=6)
    im.paste(Image.open(p.choice(portraits)).convert("RGB").resize((210, 294)), (130, 300))
    seal(d, p, 1100, 760)
    return im


def before_one_colour(im: Image.Image) -> Image.Image:
    """A portrait before the same plain background as all others: the hardest of photos that are not the same."""
    im = im.resize((420, 588), Image.LANCZOS)
    mask = Image.new("L", im.size, 0)
    d = ImageDraw.Draw(mask)
    d.ellipse((84, 60, 336, 440), fill=255)
    d.polygon([(20, 588), (150, 400), (270, 400), (400, 588)], fill=255)
    return Image.composite(im, Image.new("RGB", im.size, (96, 152, 216)), mask)


def encoded(im: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    im.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


def cropped(im: Image.Image, share: float) -> Image.Image:
    w, h = im.size
    return im.crop((int(w * share), int(h * share), int(w * (1 - share)), int(h * (1 - share))))


def one_pixel(im: Image.Image) -> Image.Image:
    im = im.copy()
    at = (im.width // 3, im.height // 4)
    im.putpixel(at, tuple(255 - value for value in im.getpixel(at)))
    return im


def scaled(im: Image.Image, factor: float) -> Image.Image:
    return im.resize((int(im.width * factor), int(im.height * factor)), Image.LANCZOS)


CHANGES = {
    "one pixel": one_pixel,
    "encoded again, quality 90": lambda im: encoded(im, 90),
    "encoded again, quality 75": lambda im: encoded(im, 75),
    "encoded again, quality 50": lambda im: encoded(im, 50),
    "three quarters of the size": lambda im: scaled(im, 0.75),
    "half the size": lambda im: scaled(im, 0.5),
    "three quarters, quality 60": lambda im: encoded(scaled(im, 0.75), 60),
    "10 % brighter": lambda im: ImageEnhance.Brightness(im).enhance(1.1),
    "20 % darker": lambda im: ImageEnhance.Brightness(im).enhance(0.8),
    "20 % more contrast": lambda im: ImageEnhance.Contrast(im).enhance(1.2),
    "1 % cut off on each side": lambda im: cropped(im, 0.01),
    "2 % cut off on each side": lambda im: cropped(im, 0.02),
}


class Likeness:
    def __init__(self, text: str):
        marks, detail = text.split(".")
        self.bits = int(detail or marks, 16)
        size = len(marks) // BANDS
        self.bands = [marks[n * size:(n + 1) * size] for n in range(BANDS)]

    def distance(self, other: "Likeness") -> int:
        return (self.bits ^ other.bits).bit_count()

    def shared(self, other: "Likeness") -> int:
        return sum(one == two for one, two in zip(self.bands, other.bands))


def looks(program: str, purpose: str, pictures: list[Image.Image]) -> list[Likeness]:
    """What the pictures look like to the program, of PNG files, so that nothing is lost on the way."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for begin in range(0, len(pictures), 50):
            files = []
            for number, picture in enumerate(pictures[begin:begin + 50]):
                files.append(str(Path(folder) / f"{number}.png"))
                picture.save(files[-1], compress_level=1)
            result = subprocess.run([program, "--likeness", "--purpose", purpose, *files], stdout=subprocess.PIPE, text=True, check=True)
            found += [Likeness(json.loads(line)["likeness"]) for line in result.stdout.splitlines()]
    return found


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % interval, in percent."""
    z, share = 1.96, hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    digits = 3 if of > 5_000 else 1
    return f"{hits}/{of} = {100 * share:.{digits}f} % [{100 * max(0, centre - half):.{digits}f}, {100 * min(1, centre + half):.{digits}f}]"


def hits(program, purpose, pictures) -> dict[str, tuple[str, int]]:
    """For each change: how many pictures are found, and the largest distance."""
    own, rows = looks(program, purpose, pictures), {}
    for how, change in CHANGES.items():
        others = looks(program, purpose, [change(picture) for picture in pictures])
        distances = [one.distance(other) for one, other in zip(own, others)]
        found = sum(one.distance(other) <= MOST[purpose] and one.shared(other) > 0 for one, other in zip(own, others))
        rows[how] = (wilson(found, len(own)), sorted(distances)[len(distances) // 2], max(distances))
    return rows


def misses(purpose: str, pairs) -> list:
    """Of pairs that are not the same: how many look the same, the least distance, and the mean number of bands in common."""
    pairs = list(pairs)
    distances = [one.distance(other) for one, other in pairs]
    close = sum(distance <= MOST[purpose] for distance in distances)
    return [wilson(close, len(pairs)), sorted(distances)[:3], f"{sum(one.shared(other) for one, other in pairs) / len(pairs):.4f}"]


def table(head, rows) -> str:
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head), *rows])


def write(file: Path, title: str, text: str) -> None:
    start, end = f"<!-- {title}: written by bench/likeness -->", f"<!-- end of {title} -->"
    before, rest = file.read_text().split(start)
    file.write_text(before + start + "\n" + text + "\n" + end + rest.split(end, 1)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("portraits", type=Path)
    parser.add_argument("faces", type=Path, nargs="?")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--templates", type=int, default=25)
    a = parser.parse_args()
    files = sorted(a.portraits.glob("*.jpg"))
    photos = [Image.open(file).convert("RGB") for file in files]
    photos = [photo.resize((420, photo.height * 420 // photo.width), Image.LANCZOS) for photo in photos if photo.width >= 250]
    groups = range(a.templates)
    proofs = {(t, p): proof(t, p) for t in groups for p in range(a.people)}
    papers = {(t, p): certificate(t, p, files) for t in groups for p in range(a.people)}

    rows = []
    photo_rows = hits(a.program, "photo", photos[::5])
    proof_rows = hits(a.program, "work-proof", [proofs[t, 0] for t in groups] + [proofs[t, 1] for t in groups])
    paper_rows = hits(a.program, "education-certificate", [papers[t, 0] for t in groups] + [papers[t, 1] for t in groups])
    for how in CHANGES:
        rows.append([how] + [f"{cell}; {middle}, {most}" for cell, middle, most in (photo_rows[how], proof_rows[how], paper_rows[how])])
    found = table(["change", "photo", "work-proof", "education-certificate"], rows)
    print(found, flush=True)

    rows = []
    row = lambda what, purpose, pairs: rows.append([what, purpose, *misses(purpose, pairs)])
    pairs = itertools.combinations
    row(f"{len(photos)} people's portraits", "photo", pairs(looks(a.program, "photo", photos), 2))
    plain = looks(a.program, "photo", [before_one_colour(photo) for photo in photos])
    row("the same, before one and the same background", "photo", pairs(plain, 2))
    if a.faces:
        shared = [file for file in sorted(a.faces.iterdir()) if file.suffix in (".jpg", ".png") and not file.name.startswith("dv_")]
        row(f"{len(shared)} shared pictures of faces", "photo", pairs(looks(a.program, "photo", [Image.open(file).convert("RGB") for file in shared]), 2))

    def grouped(purpose, pictures):
        found = dict(zip(pictures, looks(a.program, purpose, list(pictures.values()))))
        row(f"{a.people} people's forms of each of {a.templates} templates", purpose,
            ((found[t, p], found[t, q]) for t in groups for p, q in pairs(range(a.people), 2)))
        row("forms of different templates", purpose, ((found[t, p], found[u, p]) for t, u in pairs(groups, 2) for p in range(a.people)))

    grouped("work-proof", proofs)
    grouped("education-certificate", papers)
    alike = dict(zip(((t, p) for t in groups for p in range(4)), looks(a.program, "work-proof", [proof(t, p, True) for t in groups for p in range(4)])))
    row("forms of one template in which only the name differs", "work-proof", ((alike[t, p], alike[t, q]) for t in groups for p, q in pairs(range(4), 2)))
    others = table(["pictures that are not the same", "purpose", "look the same", "least distances", "bands in common, of 8"], rows)
    print(others)
    if a.markdown:
        write(a.markdown, "found", found)
        write(a.markdown, "not the same", others)


main()
