"""`./dev check`: everything that can be said about the sources without running them."""
import subprocess

import progress
from process import environment, show
from settings import REGION, ROOT, Trouble

ADVISORIES_SECONDS = 60
AWS = {"AWS_DEFAULT_REGION": REGION, "SAM_CLI_TELEMETRY": "0", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
CHECKS = [
    ("formatting", ["cargo", "fmt", "--all", "--check"], {}),
    ("clippy", ["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"], {}),
    ("documentation", ["cargo", "doc", "--locked", "--workspace", "--no-deps"], {"RUSTDOCFLAGS": "-D warnings"}),
    ("licences, bans and sources of dependencies", ["cargo", "deny", "--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"], {}),
    ("SAM template", ["sam", "validate", "--lint", "--template-file", "template.yaml"], AWS),
    ("cfn-lint", ["cfn-lint", "template.yaml"], AWS),
]


def check() -> None:
    """Runs all checks, also after one failed, and names those that failed at the end."""
    failed = []
    for name, command, extra in CHECKS:
        progress.step(f"check: {name}")
        try:
            show(command, name, extra)
        except Trouble as trouble:
            progress.warn(str(trouble))
            failed.append(name)
    if not advisories():
        failed.append("advisories")
    if failed:
        raise Trouble(f"check failed: {', '.join(failed)}")
    progress.step("check: all good")


def advisories() -> bool:
    """Known vulnerabilities; the list is fetched with git, so without a network this says that it was not checked."""
    progress.step("check: known vulnerabilities")
    fetched = run(["cargo", "deny", "--locked", "fetch", "db"])
    if fetched is None or fetched.returncode != 0:
        progress.warn("the advisory database cannot be fetched from here: known vulnerabilities were NOT checked")
        return True
    found = run(["cargo", "deny", "--locked", "check", "advisories"])
    if found is None or found.returncode != 0:
        progress.warn("known vulnerabilities: " + (found.stderr if found else "no answer in time"))
        return False
    return True


def run(command: list[str]) -> subprocess.CompletedProcess | None:
    """Runs a program for its result; None when it takes too long."""
    extra = environment({"GIT_TERMINAL_PROMPT": "0"})
    try:
        return subprocess.run(command, cwd=ROOT, env=extra, capture_output=True, text=True, check=False, timeout=ADVISORIES_SECONDS)
    except subprocess.TimeoutExpired:
        return None
