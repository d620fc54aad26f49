"""A form's text printed with fpdf2: the same words, the same font cut to what is used. No table lines and no photo, so
that what is compared is, if anything, less work than ours."""
import json
import resource
import statistics
import sys
import time
from pathlib import Path

from fpdf import FPDF

LINES = Path(sys.argv[1]).read_text().splitlines()
FONT = sys.argv[2]


def form() -> bytes:
    pdf = FPDF(format="A4")
    pdf.add_font("body", fname=FONT)
    pdf.set_font("body", size=9)
    pdf.add_page()
    for line in LINES:
        pdf.cell(0, 5, line.strip("\f"), new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def timed() -> tuple[float, bytes]:
    start = time.perf_counter()
    pdf = form()
    return (time.perf_counter() - start) * 1000, pdf


first, pdf = timed()
warm = statistics.median(timed()[0] for _ in range(5))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"bytes": len(pdf), "first_ms": first, "warm_ms": warm, "memory_mb": memory}))
