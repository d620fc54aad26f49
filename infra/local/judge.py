"""`./dev judge` and `./dev read`: pictures judged, and cards read, as the functions would, without a running copy. Standard library only."""
import json
import os
import subprocess
from pathlib import Path

from settings import ROOT, Trouble

# The crate of each program; the program and the feature that it needs have one name.
CRATES = {"judge": "picture", "read": "ocr"}

# What template.yaml sets for check-picture: memory is kept for the next picture. ocr-id-card has no such setting.
KEPT = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "1073741824"}


def binary(name: str) -> Path:
    """The program of that name, compiled when something changed."""
    command = ["cargo", "build", "-q", "--release", "--locked", "-p", CRATES[name], "--features", name, "--bin", name]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise Trouble(f"the program {name} does not compile (see above)")
    asked = ["cargo", "metadata", "--format-version=1", "--no-deps", "--offline"]
    metadata = json.loads(subprocess.run(asked, cwd=ROOT, check=True, capture_output=True).stdout)
    return Path(metadata["target_directory"]) / "release" / name


def become(name: str, arguments: list[str]) -> None:
    """Becomes the program, so that its output and exit code are the command's."""
    program = binary(name)
    # ./dev went to the project's folder; names of files are meant from where it was called.
    os.chdir(os.environ.get("OLDPWD", "."))
    settings = KEPT if name == "judge" else {}
    os.execve(program, [str(program), *arguments], os.environ | settings)
