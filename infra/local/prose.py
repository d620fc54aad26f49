"""`./dev check`: looks for words that the glossary avoids in docs, comments, command help and texts of the API.

The words and what to write instead are the table "Words to avoid" of docs/glossary.md, in which a word in
parentheses is an explanation and `*` stands for an ending. Code, quoted `like this`, is not prose.
"""
import io
import json
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

from settings import ROOT, Trouble

GLOSSARY = ROOT / "docs" / "glossary.md"
HEADING = "## Words to avoid"
TEXTS = {"summary", "description", "title", "detail", "en"}
DOCUMENTS = ("docs/openapi.json", "infra/reference/messages.json", "infra/reference/notifications.json")
Line = tuple[int, str]


def words() -> list[tuple[re.Pattern[str], str]]:
    """The words to avoid, each with what to write."""
    _, _, section = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)
    found = []
    for row in re.findall(r"^\|(.+?)\|(.+?)\|$", section.split("\n## ")[0], re.M)[2:]:
        avoid = re.sub(r"\([^)]*\)", "", row[0])
        for word in filter(None, (part.strip() for part in avoid.split(","))):
            pattern = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
            found.append((re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.I), row[1].strip()))
    if not found:
        raise Trouble(f"{GLOSSARY.relative_to(ROOT)} has no table under \"{HEADING}\"")
    return found


def markdown(text: str) -> Iterator[Line]:
    """Lines outside of code; the glossary's table of words may name them."""
    code = avoided = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            code = not code
        elif line.startswith("## "):
            avoided = line.strip() == HEADING
        if not code and not avoided:
            yield number, line


def rust(text: str) -> Iterator[Line]:
    """Comments that start a line or follow code."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.search(r"(?:^|\s)//[/!]?\s(.*)", line):
            yield number, found[1]


def python(text: str) -> Iterator[Line]:
    """Comments, docstrings and the help page."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or token.string.startswith('"""'):
            yield from enumerate(token.string.splitlines(), token.start[0])


def yaml(text: str) -> Iterator[Line]:
    """Comments and descriptions."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.search(r"(?:^|\s)#\s(.*)|Description: *(.*)", line):
            yield number, found[1] or found[2]


def document(text: str) -> Iterator[Line]:
    """The English texts of a JSON document; their place is not told, they are found by searching."""
    def texts(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for name, value in node.items():
                if name in TEXTS and isinstance(value, str):
                    yield value
                else:
                    yield from texts(value)
        elif isinstance(node, list):
            for value in node:
                yield from texts(value)

    for said in texts(json.loads(text)):
        yield 0, said


READERS = {".md": markdown, ".rs": rust, ".py": python, ".yaml": yaml, ".toml": yaml}


def files() -> Iterator[tuple[Path, object]]:
    """The files that have prose, with what finds it."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        path = ROOT / name
        reader = document if name in DOCUMENTS else READERS.get(path.suffix)
        if reader and path.is_file():
            yield path, reader


def prose() -> int:
    """Prints each hit with the better word; how many there are."""
    avoided, hits = words(), 0
    for path, reader in files():
        for number, line in reader(path.read_text(encoding="utf-8")):
            said = re.sub(r"`[^`]*`", "", line)
            for pattern, better in avoided:
                if found := pattern.search(said):
                    hits += 1
                    print(f"{path.relative_to(ROOT)}:{number}: \"{found[0]}\"; write: {better}")
    return hits


def check_prose() -> None:
    """Fails on a word to avoid."""
    if hits := prose():
        raise Trouble(f"{hits} words that docs/glossary.md avoids")
