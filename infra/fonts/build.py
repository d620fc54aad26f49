#!/usr/bin/env python3
"""Cuts the fonts of the printed form from those of Debian.

    apt-get install --no-install-recommends fonts-noto-cjk fonts-noto-core
    pip install fonttools==4.68.0
    python3 infra/fonts/build.py

Run it again when a text of shared/pdf/src/content.rs has a character that was not in it before: a test of that
crate says so. The result depends on nothing but the versions of the packages above.
"""

import json
import pathlib
import unicodedata

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CJK = pathlib.Path("/usr/share/fonts/opentype/noto")
CORE = pathlib.Path("/usr/share/fonts/truetype/noto")
# Which face of a collection is the one for simplified Chinese.
SIMPLIFIED = 2

# What `domain::name` takes for Han: names can hold nothing else but the dot, and Latin letters on passports.
HAN = [(0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)]


def characters(*ranges):
    return {code for first, last in ranges for code in range(first, last + 1)}


def gb2312():
    """GB 2312: its signs and both levels of its characters."""
    rows = range(0xA1, 0xF8)
    pairs = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    return {ord(char) for pair in pairs if len(char := pair.decode("gb2312", "ignore")) == 1}


def of_files(paths):
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    return {ord(char) for char in text if not unicodedata.category(char).startswith("C")}


def cut(name, source, number, wanted):
    """Writes the part of `source` that has `wanted`, and answers with what it has."""
    font = TTFont(source, fontNumber=number, lazy=True, recalcTimestamp=False)
    codes = set(font.getBestCmap()) & wanted
    options = subset.Options()
    # The form is set character by character: no ligatures, no kerning, no vertical setting, no hinting.
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF", "DSIG", "STAT"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    path = HERE / name
    font.save(path)
    missing = len(wanted - codes)
    print(f"{name}: {path.stat().st_size / 1e6:.2f} MB, {len(codes)} characters ({missing} of those asked are not in it)")
    return codes


def main():
    reference = sorted((ROOT / "infra/reference").glob("*.json"))
    sources = [ROOT / "shared/pdf/src/content.rs"]
    serif = CJK / "NotoSerifCJK-Regular.ttc"
    marks = characters((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF),
                       (0x2100, 0x214F), (0x2460, 0x249B), (0x25A0, 0x25FF), (0x2600, 0x2613), (0x2713, 0x2713),
                       (0x3000, 0x303F), (0x3040, 0x30FF), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6))
    body = cut("body.otf", serif, SIMPLIFIED, gb2312() | marks | of_files(reference) | of_files(sources))
    rare = cut("rare.otf", serif, SIMPLIFIED, characters(*HAN) - body)
    cut("bold.otf", CJK / "NotoSansCJK-Bold.ttc", SIMPLIFIED, of_files(sources) | characters((0x20, 0x7E)))
    letters = characters((0x100, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF)) - body
    latin = cut("letters.ttf", CORE / "NotoSerif-Regular.ttf", -1, letters)

    covered = body | rare | latin
    tables = {
        "GB 2312 Han": {c for c in gb2312() if 0x4E00 <= c <= 0x9FFF},
        "GBK Han": {c for c in characters((0x4E00, 0x9FFF)) if encodes(c, "gbk")},
        "Big5-HKSCS Han": {c for c in characters(*HAN) if encodes(c, "big5hkscs")},
        "JIS X 0213 Han": {c for c in characters(*HAN) if encodes(c, "euc_jis_2004")},
        "〇 and U+4E00..9FFF": characters((0x3007, 0x3007), (0x4E00, 0x9FFF)),
        "extension A": characters((0x3400, 0x4DBF)),
        "compatibility": {c for c in characters((0xF900, 0xFAFF)) if unicodedata.category(chr(c)) == "Lo"},
        "extension B": characters((0x20000, 0x2A6DF)),
        "extension C": characters((0x2A700, 0x2B739)),
        "extension D": characters((0x2B740, 0x2B81D)),
        "extension E": characters((0x2B820, 0x2CEA1)),
        "extension F": characters((0x2CEB0, 0x2EBE0)),
        "extension G": characters((0x30000, 0x3134A)),
        "extension H": characters((0x31350, 0x323AF)),
        "Latin of names": characters((0xC0, 0x24F)),
    }
    coverage = {name: [len(codes & covered), len(codes)] for name, codes in tables.items()}
    (HERE / "coverage.json").write_text(json.dumps(coverage, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name, (has, of) in coverage.items():
        print(f"  {name}: {has} of {of}")


def encodes(code, codec):
    try:
        chr(code).encode(codec)
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
