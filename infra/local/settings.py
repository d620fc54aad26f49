"""Where things are, and which running copy of the stack a command talks to. Standard library only."""
import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
VENV = LOCAL / "venv"
BUILD = LOCAL / "build"
TEMPLATE = ROOT / "template.yaml"
REGION = os.environ.get("BAOMING_REGION", "us-east-1")
# The emulator's account, which cannot exist in AWS: template.yaml tells the two apart by it.
ACCOUNT = "000000000000"
STACK_NAME = "baoming"
DEFAULT_PORT = 4566


class Trouble(Exception):
    """Something a person can put right; the message says how, in one line."""


@dataclass(frozen=True)
class Stack:
    """One running copy: its emulator's data, logs and passwords live in `folder`, its address is `port`."""

    folder: Path
    port: int

    @property
    def endpoint(self) -> str:
        """Where every AWS service of this copy answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def emulator_data(self) -> Path:
        """Everything the emulator keeps; deleting it is what `./dev reset` does."""
        return self.folder / "emulator"

    @property
    def emulator_log(self) -> Path:
        """What the emulator prints, including the errors of functions."""
        return self.folder / "logs" / "emulator.log"

    @property
    def process_file(self) -> Path:
        """Process id and port of the running emulator; absent when it is stopped."""
        return self.folder / "emulator.json"

    @property
    def alipay(self) -> Path:
        """The keys of the local Alipay gateway and of our side, made for this copy."""
        return self.folder / "alipay"

    @property
    def alipay_file(self) -> Path:
        """Process id and port of the running gateway; absent when it is stopped."""
        return self.folder / "alipay.json"

    @property
    def outputs_file(self) -> Path:
        """The stack's outputs and addresses after the last `./dev up`."""
        return self.folder / "outputs.json"

    @property
    def reviewers_file(self) -> Path:
        """Account, password and division of each seeded reviewer."""
        return self.folder / "reviewers.json"

    @property
    def environment(self) -> dict[str, str]:
        """Variables that point any AWS SDK or tool at this copy. The key belongs to the emulator's root user."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def outputs(self) -> dict[str, str]:
        """What the last `./dev up` wrote down about this copy."""
        if not self.outputs_file.exists():
            raise Trouble("nothing is deployed yet: run ./dev up first")
        return json.loads(self.outputs_file.read_text())

    def reviewers(self) -> list[dict]:
        """The seeded reviewers, none before the first `./dev up`."""
        return json.loads(self.reviewers_file.read_text()) if self.reviewers_file.exists() else []


def developer_stack() -> Stack:
    """The copy a developer works with: BAOMING_PORT, else the port it already runs on, else 4566."""
    running = LOCAL / "emulator.json"
    if "BAOMING_PORT" in os.environ:
        port = int(os.environ["BAOMING_PORT"])
    elif running.exists():
        port = json.loads(running.read_text())["port"]
    else:
        port = DEFAULT_PORT
    return Stack(LOCAL, port)
