"""`./dev judge`: pictures judged as the function would, without a running copy. Standard library only."""
import json
import os
import subprocess
from pathlib import Path

from settings import ROOT, Trouble

COMPILE = ["cargo", "build", "-q", "--release", "--locked", "-p", "picture", "--features", "judge", "--bin", "judge"]


def binary() -> Path:
    """The judging program, compiled when something changed."""
    if subprocess.run(COMPILE, cwd=ROOT, check=False).returncode != 0:
        raise Trouble("the judging program does not compile (see above)")
    asked = ["cargo", "metadata", "--format-version=1", "--no-deps", "--offline"]
    metadata = json.loads(subprocess.run(asked, cwd=ROOT, check=True, capture_output=True).stdout)
    return Path(metadata["target_directory"]) / "release" / "judge"


def judge(arguments: list[str]) -> None:
    """Becomes the program, so that its output and exit code are the command's."""
    program = binary()
    # ./dev went to the project's folder; names of files are meant from where it was called.
    os.chdir(os.environ.get("OLDPWD", "."))
    os.execv(program, [str(program), *arguments])
