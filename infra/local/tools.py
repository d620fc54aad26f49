"""Are the programs here that ./dev cannot install by itself? Standard library only."""
import shutil

from settings import Trouble

RUST = "install rustup (for example `apt-get install rustup`); rust-toolchain.toml picks the version"
BINUTILS = "`apt-get install binutils`, or the Xcode command line tools on a Mac"
NEEDED = {"cargo": RUST, "git": "`apt-get install git`, or the Xcode command line tools on a Mac", "cc": "`apt-get install build-essential`", "strip": BINUTILS}


def check() -> None:
    """Complains about the first missing tool, in one line that says how to get it."""
    for tool, how in NEEDED.items():
        if shutil.which(tool) is None:
            raise Trouble(f"{tool} is missing: {how}")
