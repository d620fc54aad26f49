"""Running other programs so that a failure gives one line and the place of the log."""
import os
import subprocess
from pathlib import Path

from settings import ROOT, VENV, Trouble


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """Our own environment with the venv's programs first on PATH, plus `extra`."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, **(extra or {})}


def show(command: list, why: str, extra: dict[str, str] | None = None) -> None:
    """Runs a program with its output on the screen; `why` is the complaint when it fails."""
    result = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment(extra), check=False)
    if result.returncode != 0:
        raise Trouble(f"{why} (see above; the command was: {' '.join(map(str, command))})")


def log(command: list, why: str, to: Path, extra: dict[str, str] | None = None) -> None:
    """Runs a program with its output in a file; a failure names the file."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("w") as out:
        result = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env=environment(extra), check=False, stdout=out, stderr=subprocess.STDOUT
        )
    if result.returncode != 0:
        raise Trouble(f"{why} (see {to.relative_to(ROOT)})")
