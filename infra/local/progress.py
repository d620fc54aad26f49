"""What a command says while it works: one line per step, with the seconds since the command began."""
import sys
import time

_began = time.monotonic()


def step(text: str) -> None:
    """Announces the next step."""
    print(f"[{time.monotonic() - _began:6.1f} s] {text}", flush=True)


def warn(text: str) -> None:
    """Says what does not stop the command but should be known."""
    print(f"dev: {text}", file=sys.stderr, flush=True)
