"""Builds every function with cargo and packs each binary as a Lambda zip, only where something changed."""
import json
import subprocess
import zipfile
from pathlib import Path

import progress
from process import environment, show
from settings import BUILD, ROOT, Trouble

# Always the whole workspace: with other packages cargo chooses other features of shared dependencies and compiles
# them, the AWS SDK included, once more.
BINARIES = ["cargo", "build", "--workspace", "--bins"]
# A fixed date, so that the same binary always gives the same zip and is not deployed twice.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def metadata() -> dict:
    """What cargo knows about the workspace."""
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    result = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Trouble("cargo cannot read the workspace: " + result.stderr.strip().splitlines()[-1])
    return json.loads(result.stdout)


def function_crates(workspace: dict) -> list[str]:
    """The packages in functions/, by name."""
    folder = ROOT / "functions"
    return sorted(p["name"] for p in workspace["packages"] if folder in Path(p["manifest_path"]).parents)


def test_targets(workspace: dict, package: str) -> list[str]:
    """The names of a package's integration tests."""
    targets = [target for p in workspace["packages"] if p["name"] == package for target in p["targets"]]
    return sorted(target["name"] for target in targets if "test" in target["kind"])


def folder_of_binaries(workspace: dict) -> Path:
    """Where cargo puts what it builds."""
    return Path(workspace["target_directory"]) / "debug"


def build() -> dict[str, Path]:
    """Builds all functions; returns their zips by crate name."""
    workspace = metadata()
    names = function_crates(workspace)
    if not names:
        raise Trouble("there is no crate in functions/ that the workspace's Cargo.toml lists as a member")
    progress.step(f"building {len(names)} functions with cargo")
    show(BINARIES, "the functions do not compile")
    target = folder_of_binaries(workspace)
    changed = [name for name in names if pack(target / name, BUILD / f"{name}.zip")]
    progress.step(f"packed {len(changed)} changed of {len(names)} functions")
    return {name: BUILD / f"{name}.zip" for name in names}


def pack(binary: Path, archive: Path) -> bool:
    """Strips `binary` and zips it as `bootstrap`; False when the zip is already of this binary."""
    if not binary.exists():
        raise Trouble(f"{binary.name}: the crate's binary must be named like its folder in functions/")
    facts = binary.stat()
    stamp = archive.with_suffix(".stamp")
    wanted = f"{facts.st_mtime_ns} {facts.st_size}"
    if archive.exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    archive.parent.mkdir(parents=True, exist_ok=True)
    stripped = archive.with_suffix(".bin")
    show(["strip", "-o", stripped, binary], f"could not strip {binary.name}")
    write_zip(stripped, archive)
    stripped.unlink()
    stamp.write_text(wanted)
    return True


def write_zip(binary: Path, archive: Path) -> None:
    """A zip with one executable file, lightly compressed: the emulator holds it in memory."""
    entry = zipfile.ZipInfo("bootstrap", ZIP_DATE)
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr(entry, binary.read_bytes(), compresslevel=1)
