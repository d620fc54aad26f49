"""The project's own Python packages (emulator, SAM, linters, boto3) in .local/venv. Standard library only."""
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import emulator
import progress
from process import log
from settings import LOCAL, VENV, Trouble, developer_stack

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
REQUIREMENTS = HERE / "requirements.txt"
STAMP = VENV / "made-for"
PYTHON = VENV / "bin" / "python"
LOG = LOCAL / "logs" / "venv.log"


def ensure() -> None:
    """Makes the venv when it is missing or requirements.lock changed; otherwise does nothing."""
    if STAMP.exists() and STAMP.read_text() == stamp() and PYTHON.exists():
        return
    progress.step("installing the emulator and tools into .local/venv (once; a minute or two)")
    fill(LOCK)


def stamp() -> str:
    """What a venv belongs to: the lock, and the folder it was made in, because its programs name that folder."""
    return hashlib.sha256(LOCK.read_bytes() + str(VENV).encode()).hexdigest()


def fill(requirements: Path) -> None:
    """A fresh venv with what `requirements` names. The emulator runs from the old one, so it stops first."""
    if VENV.exists():
        emulator.stop(developer_stack())
        shutil.rmtree(VENV)
    log([sys.executable, "-m", "venv", VENV], "could not make the venv: is python3-venv installed?", LOG)
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", requirements]
    log(pip, "could not install the Python packages: is a package registry reachable?", LOG)
    STAMP.write_text(stamp())


def lock() -> None:
    """Resolves requirements.txt anew and writes the exact versions into requirements.lock."""
    progress.step("resolving requirements.txt")
    fill(REQUIREMENTS)
    frozen = subprocess.run([PYTHON, "-m", "pip", "freeze"], capture_output=True, text=True, check=False)
    if frozen.returncode != 0:
        raise Trouble("pip freeze failed: " + frozen.stderr.strip())
    LOCK.write_text("# Written by `./dev lock` from requirements.txt; do not edit.\n" + frozen.stdout)
    STAMP.write_text(stamp())
    progress.step(f"wrote {LOCK.name} with {len(frozen.stdout.splitlines())} packages")
