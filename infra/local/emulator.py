"""Starts and stops the AWS emulator as a plain background process. Standard library only."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import progress
from process import environment
from settings import ROOT, VENV, Stack, Trouble

START_SECONDS = 60
# It saves its data while it stops, which takes longer the more functions it holds.
STOP_SECONDS = 60
POLL_SECONDS = 0.1


def start(stack: Stack) -> None:
    """Starts the emulator unless it runs, and waits until it answers."""
    if running(stack):
        return
    if process_id(stack) is not None:
        known = json.loads(stack.process_file.read_text())["port"]
        raise Trouble(f"the emulator already runs on port {known}: ./dev down stops it")
    if port_taken(stack.port):
        raise Trouble(f"port {stack.port} is used by another program: stop it, or choose another port with BAOMING_PORT=4600 ./dev up")
    drop_unsaved_data(stack)
    forget_stream_positions(stack)
    progress.step(f"starting the emulator on port {stack.port}")
    for folder in ("state", "s3", "tmp"):
        (stack.emulator_data / folder).mkdir(parents=True, exist_ok=True)
    stack.emulator_log.parent.mkdir(parents=True, exist_ok=True)
    with stack.emulator_log.open("a") as log:
        process = subprocess.Popen(
            [VENV / "bin" / "python", "-m", "ministack"],
            cwd=stack.emulator_data,
            env=environment(variables(stack)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    stack.process_file.write_text(json.dumps({"pid": process.pid, "port": stack.port}))
    wait_until_ready(stack, process)


def variables(stack: Stack) -> dict[str, str]:
    """The emulator's settings; functions inherit them, so AWS_ENDPOINT_URL leads them back to it."""
    data = stack.emulator_data
    return {
        **stack.environment,
        "GATEWAY_PORT": str(stack.port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": stack.environment["AWS_REGION"],
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(data / "tmp"),
        # Services we do not use that would each open a port of their own.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def wait_until_ready(stack: Stack, process: subprocess.Popen) -> None:
    """Polls the emulator's readiness."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if answers(stack):
            return
        if process.poll() is not None:
            stack.process_file.unlink(missing_ok=True)
            raise Trouble(f"the emulator ended at once (see {stack.emulator_log.relative_to(ROOT)})")
        time.sleep(POLL_SECONDS)
    raise Trouble(f"the emulator did not answer within {START_SECONDS} seconds (see {stack.emulator_log.relative_to(ROOT)})")


def answers(stack: Stack) -> bool:
    """Does the emulator say it is ready?"""
    try:
        with urllib.request.urlopen(f"{stack.endpoint}/_ministack/ready", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def running(stack: Stack) -> bool:
    """Is the emulator we started still there, and does it answer at this copy's address?"""
    return process_id(stack) is not None and answers(stack)


def process_id(stack: Stack) -> int | None:
    """The emulator's process, if the one we wrote down is alive and is an emulator."""
    if not stack.process_file.exists():
        return None
    pid = json.loads(stack.process_file.read_text())["pid"]
    listing = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return pid if "ministack" in listing.stdout else None


def port_taken(port: int) -> bool:
    """Does anything listen there?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def drop_unsaved_data(stack: Stack) -> None:
    """The emulator saves its data only when it stops properly. After a crash what is on disk is half of it: start afresh."""
    if stack.process_file.exists():
        progress.warn("the emulator did not stop properly last time, so its data was not saved: starting with an empty one")
        erase(stack)


def forget_stream_positions(stack: Stack) -> None:
    """The emulator saves how far each function has read a table's stream, but not the stream, which begins again at
    nothing: with the old position the next records would never be delivered."""
    saved = stack.emulator_data / "state" / "lambda.json"
    if saved.exists():
        state = json.loads(saved.read_text())
        state["payload"]["dynamodb_stream_positions"] = {}
        saved.write_text(json.dumps(state))


def stop(stack: Stack) -> bool:
    """Stops the emulator and its function processes, waiting until it has saved its data. False when it was not running."""
    pid = process_id(stack)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    saved = not alive(pid)
    end_group(pid)
    if saved:
        stack.process_file.unlink()
    else:
        progress.warn("the emulator did not stop in time and was killed; its data is lost")
    return True


def alive(pid: int) -> bool:
    """Does the process exist, and is it more than a zombie?"""
    listing = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True, check=False)
    return bool(listing.stdout.strip()) and not listing.stdout.strip().startswith("Z")


def end_group(pid: int) -> None:
    """Ends what the emulator left behind: it leads its own process group, and functions belong to it."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def erase(stack: Stack) -> None:
    """Deletes all data of a stopped copy, with the passwords and outputs that belonged to it."""
    shutil.rmtree(stack.emulator_data, ignore_errors=True)
    for file in (stack.process_file, stack.outputs_file, stack.reviewers_file):
        file.unlink(missing_ok=True)
