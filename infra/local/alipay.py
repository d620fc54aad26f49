"""The local stand-in for Alipay: starts `gateway.py`, makes the keys of both sides, and puts our side's into the secret
that the function reads. The product knows nothing of it: the secret's gateway, number and keys are all that differs."""
import hashlib
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import emulator
import progress
from aws import client
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from process import environment
from settings import VENV, Stack, Trouble

PROGRAM = Path(__file__).parent / "gateway.py"
APP_ID = "2021000000000000"
BITS = 2048
START_SECONDS = 20
POLL_SECONDS = 0.1


def start(stack: Stack) -> None:
    """Starts the gateway unless it runs, and tells the function where it is."""
    keys(stack)
    if process_id(stack) is None:
        launch(stack, emulator.free_port())
    elif known(stack).get("program") != program():
        # Functions remember for minutes where it is: the new program takes the old one's place.
        port = known(stack)["port"]
        stop(stack)
        launch(stack, port)
    put_access(stack)


def known(stack: Stack) -> dict:
    """What was written down of the running gateway."""
    return json.loads(stack.alipay_file.read_text())


def program() -> str:
    """What the gateway's program is known by."""
    return hashlib.sha256(PROGRAM.read_bytes()).hexdigest()


def keys(stack: Stack) -> None:
    """A key pair for each side, made once and kept on this machine only."""
    stack.alipay.mkdir(parents=True, exist_ok=True)
    for name in ("gateway", "merchant"):
        private = stack.alipay / f"{name}.pem"
        if private.exists():
            continue
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        (stack.alipay / f"{name}.pub.pem").write_bytes(public)
        private.touch(mode=0o600)
        private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def launch(stack: Stack, port: int) -> None:
    """A background process on that port."""
    progress.step(f"starting the local Alipay gateway on port {port}")
    log = stack.folder / "logs" / "alipay.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as out:
        process = subprocess.Popen(
            [VENV / "bin" / "python", "-B", PROGRAM, str(port), stack.alipay, APP_ID],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    stack.alipay_file.write_text(json.dumps({"pid": process.pid, "port": port, "program": program()}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(POLL_SECONDS)
    raise Trouble("the local Alipay gateway did not start (see logs/alipay.log in the copy's folder)")


def put_access(stack: Stack) -> None:
    """What an operator does in an account, docs/operations.md."""
    access = {
        "gateway": f"{address(stack)}/gateway.do",
        "appId": APP_ID,
        "privateKey": (stack.alipay / "merchant.pem").read_text(),
        "alipayPublicKey": (stack.alipay / "gateway.pub.pem").read_text(),
        "bizCode": "FACE",
    }
    secret, text = stack.outputs()["AlipaySecretArn"], json.dumps(access)
    secrets = client(stack, "secretsmanager")
    if secrets.get_secret_value(SecretId=secret).get("SecretString") != text:
        secrets.put_secret_value(SecretId=secret, SecretString=text)


def address(stack: Stack) -> str:
    """Where the gateway answers."""
    return f"http://127.0.0.1:{known(stack)['port']}" if stack.alipay_file.exists() else ""


def process_id(stack: Stack) -> int | None:
    """The gateway's process, if the one we wrote down is alive and is it."""
    if not stack.alipay_file.exists():
        return None
    pid = known(stack)["pid"]
    listing = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return pid if PROGRAM.name in listing.stdout else None


def stop(stack: Stack) -> None:
    """Ends the gateway; its orders are forgotten, its keys are not."""
    pid = process_id(stack)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + START_SECONDS
        while process_id(stack) is not None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    stack.alipay_file.unlink(missing_ok=True)
