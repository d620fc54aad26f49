"""Start, first call and warm call of functions and of their twins, against a Runtime API server of our own.

usage: bench/functions.py [ROUNDS] [WARM_CALLS]   (20 and 200 unless told; run it by .local/venv/bin/python)
"""
import json
import os
import queue
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RELEASE = ROOT / "target" / "release"


class Runtime:
    """A Lambda Runtime API for one process at a time: hands out an event, waits for its answer."""

    def __init__(self):
        self.events: queue.Queue = queue.Queue()
        self.answers: queue.Queue = queue.Queue()
        self.ready = threading.Event()
        runtime = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                runtime.ready.set()
                event = runtime.events.get()
                if event is None:
                    self.close_connection = True
                    return
                body = json.dumps(event).encode()
                head = {
                    "lambda-runtime-aws-request-id": "bench",
                    "lambda-runtime-deadline-ms": str(int(time.time() * 1000) + 30_000),
                    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:000000000000:function:bench",
                }
                self.answer(200, body, head)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0)) or self.read_chunks()
                self.answer(202, b"{}", {})
                runtime.answers.put((self.path, body))

            def read_chunks(self):
                parts = []
                while self.headers.get("transfer-encoding") == "chunked":
                    size = int(self.rfile.readline().strip() or b"0", 16)
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                    if size == 0:
                        break
                return b"".join(parts)

            def answer(self, status, body, head):
                self.send_response(status)
                for name, value in {"content-type": "application/json", "content-length": str(len(body)), **head}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    def call(self, event) -> bytes:
        self.events.put(event)
        path, body = self.answers.get(timeout=30)
        if not path.endswith("/response"):
            raise SystemExit(f"the function failed: {path} {body[:300]}")
        return body


def event(route: str, path: dict, query: dict) -> dict:
    """An HTTP API event, payload 2.0."""
    method, raw = route.split(" ")
    for name, value in path.items():
        raw = raw.replace(f"{{{name}}}", value)
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw,
        "rawQueryString": "&".join(f"{key}={value}" for key, value in query.items()),
        "headers": {"accept-language": "zh"},
        "queryStringParameters": query,
        "pathParameters": path,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "bench",
            "domainPrefix": "bench",
            "http": {"method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench"},
            "requestId": "bench",
            "routeKey": route,
            "stage": "$default",
            "time": "24/Nov/2026:00:00:00 +0000",
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": False,
    }


def environment(runtime: Runtime) -> dict:
    """What Lambda sets, and where the table is."""
    outputs = ROOT / ".local" / "outputs.json"
    known = json.loads(outputs.read_text()) if outputs.exists() else {}
    return {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": runtime.address,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": known.get("LocalEndpoint", ""),
        "TABLE_NAME": known.get("TableName", ""),
        "REFERENCE": str(ROOT / "infra" / "reference"),
    }


def measure(command: list[str], what: dict, warm_calls: int) -> dict:
    """One process: start to its first question for work, the first call, warm calls, memory at the end."""
    runtime = Runtime()
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment(runtime), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if not runtime.ready.wait(30):
        raise SystemExit(f"{command} did not start: {process.stderr.read()[-500:]}")
    started = time.perf_counter()
    answer = json.loads(runtime.call(what))
    first = time.perf_counter()
    if answer.get("statusCode") != 200:
        raise SystemExit(f"{command} answered {answer}")
    warm = []
    for _ in range(warm_calls):
        before = time.perf_counter()
        runtime.call(what)
        warm.append((time.perf_counter() - before) * 1000)
    status = Path(f"/proc/{process.pid}/status").read_text()
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    process.kill()
    process.wait()
    runtime.events.put(None)
    runtime.server.shutdown()
    return {
        "init_ms": (started - begun) * 1000,
        "first_ms": (first - started) * 1000,
        "warm_ms": statistics.median(warm) if warm else 0.0,
        "memory_mb": memory / 1024,
    }


def package_size(binary: Path) -> float:
    """Megabytes of a Lambda zip of the stripped binary."""
    archive = ROOT / "target" / "bench.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(binary, "bootstrap")
    size = archive.stat().st_size / 1e6
    archive.unlink()
    return size


def subjects() -> dict[str, tuple[dict, dict[str, list[str]]]]:
    """What is asked, and of whom."""
    python, node = sys.executable, shutil.which("node")
    both = {}
    for name, what in {
        "get-reference": event("GET /v1/reference/{table}", {"table": "study_modes"}, {}),
        "list-departments": event("GET /v1/departments", {}, {"division": "110101"}),
    }.items():
        commands = {"rust": [str(RELEASE / name)], "python": [python, str(HERE / "twins" / f"{name}.py")]}
        twin = HERE / "twins" / f"{name}.mjs"
        if node and twin.exists():
            commands["node"] = [node, str(twin)]
        both[name] = (what, commands)
    return both


def main() -> None:
    rounds, warm_calls = (int(value) for value in (sys.argv[1:] + ["20", "200"][len(sys.argv) - 1 :])[:2])
    result = {"date": time.strftime("%Y-%m-%d"), "rounds": rounds, "warm_calls": warm_calls, "functions": {}}
    for name, (what, commands) in subjects().items():
        missing = [command[-1] for command in commands.values() if not Path(command[-1]).exists()]
        if missing:
            raise SystemExit(f"not built: {', '.join(missing)} (cargo build --release -p {name})")
        seen: dict[str, list[dict]] = {kind: [] for kind in commands}
        for number in range(rounds + 1):
            for kind, command in commands.items():
                figures = measure(command, what, warm_calls)
                if number:  # the first round only fills the file cache
                    seen[kind].append(figures)
            print(f"\r{name}: round {number} of {rounds}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        result["functions"][name] = {
            kind: {key: round(statistics.median(run[key] for run in runs), 2) for key in runs[0]} for kind, runs in seen.items()
        }
        result["functions"][name]["rust"]["zip_mb"] = round(package_size(RELEASE / name), 2)
        print_table(name, result["functions"][name])
    (HERE / "results").mkdir(exist_ok=True)
    target = HERE / "results" / f"functions-{result['date']}.json"
    target.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {target.relative_to(ROOT)}; children used {resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime:.0f} s")


def print_table(name: str, figures: dict) -> None:
    print(f"{name:<18}{'init ms':>10}{'first ms':>10}{'warm ms':>10}{'MB':>8}{'zip MB':>8}")
    for kind, row in figures.items():
        size = f"{row['zip_mb']:>8}" if "zip_mb" in row else f"{'':>8}"
        print(f"  {kind:<16}{row['init_ms']:>10}{row['first_ms']:>10}{row['warm_ms']:>10}{row['memory_mb']:>8}{size}")


if __name__ == "__main__":
    main()
