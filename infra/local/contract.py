"""Holds a running copy against docs/openapi.json: schemathesis tries every operation, with what the contract allows and
with what it forbids, as nobody, as an applicant and as a reviewer."""
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
import journeys
import progress
from process import environment, show
from settings import VENV, Stack, Trouble

ROLES = ["anybody", "applicant", "reviewer"]
# What looks comes before what changes, and what changes before what takes away.
METHODS = ["get", "put", "post", "delete"]
# The same requests at every run: a failure can be looked at again. Statuses: whatever refuses; nothing asks whether a
# body would have been good once the state, the version or a limit says no.
CONFIG = """\
seed = 2027
color = false
headers = {{ {headers} }}
base-url = "{api}"
continue-on-failure = true
warnings = false
request-timeout = 40

[generation]
max-examples = 15
database = "none"

[phases.stateful]
enabled = false

[checks]
enabled = false
not_a_server_error.enabled = true
status_code_conformance.enabled = true
content_type_conformance.enabled = true
response_headers_conformance.enabled = true
response_schema_conformance.enabled = true
ignored_auth.enabled = true
negative_data_rejection = {{ enabled = true, expected-statuses = [400, 401, 403, 404, 409, 412, 413, 415, 422, 429] }}
"""


def contract(stack: Stack) -> None:
    """Tries the API; the requests of a failure are in the copy's logs."""
    cast = meet(stack)
    # Each role has things of its own, so none waits for another.
    with ThreadPoolExecutor(len(ROLES)) as pool:
        held = dict(zip(ROLES, pool.map(lambda role: holds(stack, role, cast), ROLES)))
    failed = [role for role, good in held.items() if not good]
    if failed:
        raise Trouble(f"the API is not as docs/openapi.json says, to {' and '.join(failed)} (see above)")


def meet(stack: Stack) -> dict:
    """Tokens of an applicant and a reviewer, and the contract with things that are really there in its examples."""
    show([*build.BINARIES, "-q"], "the program that makes people to try the API with does not compile")
    cast = build.folder_of_binaries(build.metadata()) / "cast"
    result = subprocess.run([cast], env=environment(journeys.environment(stack)), capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Trouble("nobody could be made to try the API with: " + result.stderr.strip())
    return json.loads(result.stdout)


def holds(stack: Stack, role: str, cast: dict) -> bool:
    """Tries what the role may call."""
    document = only(role, closed(cast["contract"]))
    progress.step(f"contract: {len(document['paths'])} paths, as {role}")
    folder = stack.folder / "contract" / role
    folder.mkdir(parents=True, exist_ok=True)
    token = cast["tokens"].get(role)
    headers = f'Authorization = "Bearer {token}"' if token else ""
    (folder / "schemathesis.toml").write_text(CONFIG.format(api=stack.outputs()["LocalApi"], headers=headers))
    (folder / "openapi.json").write_text(json.dumps(document))
    return run(folder, stack.folder / "logs" / f"contract-{role}.log")


def run(folder: Path, log: Path) -> bool:
    """One run of schemathesis; what it says is shown only when something is wrong."""
    command = [VENV / "bin" / "schemathesis", "run", "openapi.json"]
    result = subprocess.run(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(result.stdout)
    if result.returncode != 0:
        print(result.stdout, flush=True)
    return result.returncode == 0


def only(role: str, document: dict) -> dict:
    """The document with the operations that the role may call, in the order in which they may be tried."""
    paths = {}
    for path, item in document["paths"].items():
        mine = {method: item[method] for method in METHODS if method in item and caller(item[method]) == role}
        if mine:
            paths[path] = mine
    return {**document, "paths": paths}


def caller(operation: dict) -> str:
    """Who calls an operation."""
    roles = [role for scheme in operation["security"] for role in scheme.get("accessToken", [])]
    return roles[0] if roles else "anybody"


def closed(document: dict) -> dict:
    """The document as we hold ourselves to it: answers have no member that the contract does not tell of."""
    schemas = document["components"]["schemas"]
    shut = {name: {"additionalProperties": False, **schema} if "properties" in schema else schema for name, schema in schemas.items()}
    return {**document, "components": {**document["components"], "schemas": shut}}
