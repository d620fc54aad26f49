"""A gateway that speaks Alipay's protocols as the open platform documents them, for the local copy only: `gateway.do` for
orders and pages, v3 for the query. It verifies our signatures byte by byte, signs its answers, knows orders by their
numbers, and has a page to "scan". Run as a program of
its own by `alipay.py`; it keeps everything in memory but its keys.

What a test may have it do wrong is told by `POST /control`; what it was asked, by `GET /control`. Alipay has neither.
"""
import base64
import html
import json
import re
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

BEIJING = timezone(timedelta(hours=8))
# How far a request's time may be from ours.
SKEW = timedelta(minutes=15)
COMMON = {"app_id", "method", "format", "charset", "sign_type", "sign", "timestamp", "version"}
INITIALIZE = "alipay.user.certify.open.initialize"
CERTIFY = "alipay.user.certify.open.certify"
QUERY = "alipay.user.certify.open.query"
V3_QUERY = "/v3/alipay/user/certify/open/query"
V3_SCHEME = "ALIPAY-SHA256withRSA "
# How far a response's time lies back that is to be too old.
STALE = timedelta(minutes=5)
BIZ_CODES = {"FACE", "CERT_PHOTO", "CERT_PHOTO_FACE", "SMART_FACE"}
CERT_TYPES = {"IDENTITY_CARD", "HOME_VISIT_PERMIT_HK_MC", "HOME_VISIT_PERMIT_TAIWAN", "RESIDENCE_PERMIT_HK_MC", "RESIDENCE_PERMIT_TAIWAN"}
LONGEST_SIGNATURE = 344


class Refused(Exception):
    """A call is not taken: code and sub-code. Only 40004 is signed."""

    def __init__(self, code: str, sub_code: str):
        super().__init__(sub_code)
        self.code, self.sub_code = code, sub_code


@dataclass
class Order:
    """One attempt, as Alipay sees it."""

    number: str
    content: dict
    certify_id: str
    state: str = "waiting"
    times: int = 1
    holder: dict | None = None


@dataclass
class World:
    """Everything the gateway knows."""

    app_id: str
    merchant: object
    own: object
    orders: dict[str, Order] = field(default_factory=dict)
    # What to do wrong, by order number or "*": a method's last word -> what.
    faults: dict[str, dict[str, dict]] = field(default_factory=dict)
    asked: list[dict] = field(default_factory=list)
    last: dict[tuple[str, str], object] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def by_id(self, certify_id: str) -> Order:
        """The order that we call so."""
        for order in self.orders.values():
            if order.certify_id == certify_id and order.state != "gone":
                return order
        raise Refused("40004", "OPEN_CERTIFY_BILL_NOT_EXIST")


def canonical(parameters: dict[str, str]) -> bytes:
    """What is signed: everything that says something, but the signature, by the names' order."""
    said = sorted((name, value) for name, value in parameters.items() if name != "sign" and value != "")
    return "&".join(f"{name}={value}" for name, value in said).encode()


def sign(world: World, text: bytes) -> str:
    """Our signature."""
    return base64.b64encode(world.own.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def verified(world: World, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The parameters of a call that is as it must be."""
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise Refused("40002", "isv.invalid-parameter")
    for name in sorted(COMMON):
        if not parameters.get(name):
            raise Refused("40001", f"isv.missing-{name.replace('_', '-')}")
    unknown = set(parameters) - COMMON - {"biz_content", "return_url"}
    plain = {"format": "JSON", "charset": "utf-8", "sign_type": "RSA2", "version": "1.0"}
    if unknown or any(parameters[name] != value for name, value in plain.items()):
        raise Refused("40002", "isv.invalid-parameter")
    if parameters["app_id"] != world.app_id or len(parameters["app_id"]) > 32:
        raise Refused("40002", "isv.invalid-app-id")
    if len(parameters["sign"]) > LONGEST_SIGNATURE:
        raise Refused("40002", "isv.invalid-signature")
    try:
        signature = base64.b64decode(parameters["sign"], validate=True)
        world.merchant.verify(signature, canonical(parameters), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        raise Refused("40002", "isv.invalid-signature") from None
    check_time(parameters["timestamp"])
    return parameters


def check_time(timestamp: str) -> None:
    """Beijing's time, to the second, and not far from now."""
    try:
        at = datetime.strptime(timestamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise Refused("40002", "isv.invalid-timestamp") from None
    if abs(datetime.now(BEIJING) - at) > SKEW:
        raise Refused("40002", "isv.invalid-timestamp")


def check_v3(world: World, target: str, authorization: str) -> None:
    """A v3 request is signed as it must be, now, and not twice."""
    scheme, _, parameters = authorization.partition(" ")
    authority, _, signature = parameters.partition(",sign=")
    parts = dict(part.partition("=")[::2] for part in authority.split(","))
    if f"{scheme} " != V3_SCHEME or set(parts) != {"app_id", "nonce", "timestamp"} or parts["app_id"] != world.app_id:
        raise Refused("401", "invalid-app-id")
    try:
        text = f"{authority}\nGET\n{target}\n\n".encode()
        world.merchant.verify(base64.b64decode(signature, validate=True), text, padding.PKCS1v15(), hashes.SHA256())
        at = datetime.fromtimestamp(int(parts["timestamp"]) / 1000, BEIJING)
    except (InvalidSignature, ValueError):
        raise Refused("401", "invalid-signature") from None
    if abs(datetime.now(BEIJING) - at) > SKEW or parts["nonce"] in world.nonces:
        raise Refused("401", "invalid-timestamp")
    world.nonces.add(parts["nonce"])


def content_of(parameters: dict[str, str]) -> dict:
    """What a call is about."""
    try:
        content = json.loads(parameters.get("biz_content", ""))
    except ValueError:
        raise Refused("40002", "isv.invalid-parameter") from None
    if not isinstance(content, dict):
        raise Refused("40002", "isv.invalid-parameter")
    return content


def initialize(world: World, content: dict) -> dict:
    """An order is known by its number: told again, it is the same, and told otherwise, it is refused."""
    number, identity, config = content.get("outer_order_no", ""), content.get("identity_param", {}), content.get("merchant_config", {})
    if not re.fullmatch(r"[0-9A-Za-z]{1,32}", number):
        raise Refused("40002", "isv.invalid-parameter")
    names = {"identity_type", "cert_type", "cert_name", "cert_no"}
    is_whole = set(identity) == names and all(identity.values()) and identity["identity_type"] == "CERT_INFO" and identity["cert_type"] in CERT_TYPES
    if content.get("biz_code") not in BIZ_CODES or not is_whole or set(config) != {"return_url", "face_reserve_strategy"}:
        raise Refused("40002", "isv.invalid-parameter")
    if config["face_reserve_strategy"] not in ("reserve", "never"):
        raise Refused("40002", "isv.invalid-parameter")
    known = world.orders.get(number)
    if known is None:
        known = Order(number, content, f"local-{len(world.orders) + 1:06}-{time.time_ns():x}")
        world.orders[number] = known
    elif known.content != content:
        raise Refused("40004", "OUTER_ORDER_NO_REPEATED")
    else:
        known.times += 1
    return {"code": "10000", "msg": "Success", "certify_id": known.certify_id}


def query(order: Order) -> dict:
    """F also says "not yet"; both spellings of `passed` have been seen."""
    node: dict = {}
    if order.state != "passed":
        node["passed"] = "F"
        return {**node, "fail_reason": "FACE_NOT_MATCH"} if order.state == "failed" else node
    node["passed"] = ["T"] if order.number.endswith("2") else "T"
    return {**node, "identity_info": json.dumps(order.holder, ensure_ascii=False)} if order.holder else node


def fault_of(world: World, number: str, word: str) -> dict:
    """What this call is to do wrong; told for so many times, or always."""
    for key in (number, "*"):
        fault = world.faults.get(key, {}).get(word)
        if fault:
            left = fault.get("times")
            if left is not None:
                if left <= 0:
                    continue
                fault["times"] = left - 1
            return fault
    return {}


def answer(world: World, pairs: list[tuple[str, str]]) -> tuple[int, bytes, float]:
    """Status, body, and how long to wait before it is sent."""
    method = dict(pairs).get("method", "")
    word = method.rsplit(".", 1)[-1]
    name = f"{method.replace('.', '_')}_response" if method == INITIALIZE else "error_response"
    number, fault = "", {}
    with world.lock:
        try:
            parameters = verified(world, pairs)
            content = content_of(parameters)
            if method == INITIALIZE:
                number = content.get("outer_order_no", "")
                fault = fault_of(world, number, word)
                if fault.get("do") == "refuse":
                    raise Refused("40004", fault.get("subCode", "CERT_INFO_ERROR"))
                if fault.get("do") == "busy":
                    raise Refused("20000", "isp.unknow-error")
                node = initialize(world, content)
            else:
                raise Refused("40002", "isv.invalid-method")
            is_signed = True
        except Refused as refused:
            node = {"code": refused.code, "msg": "Refused", "sub_code": refused.sub_code, "sub_msg": "本地网关：调用未被受理"}
            is_signed = refused.code == "40004"
        world.asked.append({"method": method, "order": number, "code": node["code"], "subCode": node.get("sub_code")})
        body = written(world, name, node, is_signed, fault)
        if fault.get("do") == "replay":
            body = world.last[word, fault["of"]]
        elif node["code"] == "10000" and not fault:
            world.last[word, number] = body
    return fault.get("status", 200), body, float(fault.get("seconds", 0))


def answer_v3(world: World, target: str, authorization: str) -> tuple[int, bytes, dict[str, str], float]:
    """Status, body, headers that sign it, and how long to wait before it is sent."""
    certify_id = dict(parse_qsl(urlsplit(target).query)).get("certify_id", "")
    number, fault, status = "", {}, 200
    with world.lock:
        try:
            check_v3(world, target, authorization)
            order = world.by_id(certify_id)
            number = order.number
            fault = fault_of(world, number, "query")
            if fault.get("do") == "busy":
                raise Refused("500", "unknow-error")
            node = query(order)
        except Refused as refused:
            # What is known of an order is signed; a call that is not even understood gets an answer without.
            status = 400 if refused.code == "40004" else int(refused.code)
            node = {"code": refused.sub_code, "message": "本地网关：调用未被受理"}
        code = "10000" if status == 200 else node["code"]
        world.asked.append({"method": QUERY, "order": number, "code": code, "subCode": node.get("code")})
        response = signed_v3(world, status, node, fault)
        if fault.get("do") == "replay":
            response = world.last["query", fault["of"]]
        elif status == 200 and not fault:
            world.last["query", number] = response
    status, body, headers = response
    return fault.get("status", status), body, headers, float(fault.get("seconds", 0))


def signed_v3(world: World, status: int, node: dict, fault: dict) -> tuple[int, bytes, dict[str, str]]:
    """A v3 response: time, nonce and body are signed, each followed by a line feed."""
    body = json.dumps(node, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    at = datetime.now(BEIJING) - (STALE if fault.get("do") == "stale" else timedelta())
    timestamp, nonce = str(int(at.timestamp() * 1000)), uuid.uuid4().hex
    signature = sign(world, f"{timestamp}\n{nonce}\n{body}\n".encode())
    headers = {"alipay-timestamp": timestamp, "alipay-nonce": nonce, "alipay-signature": signature}
    if status not in (200, 400) or fault.get("do") == "unsigned":
        headers = {}
    if fault.get("do") == "wrong-signature":
        headers["alipay-signature"] = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    if fault.get("do") == "changed":
        body = body.replace('"passed":"F"', '"passed":"T"')
    if fault.get("do") == "garbage":
        body, headers = "<html><body>502</body></html>", {}
    return status, body.encode(), headers


def written(world: World, name: str, node: dict, is_signed: bool, fault: dict) -> bytes:
    """The answer's bytes: the signature is that of the node as it stands here, with slashes escaped as Alipay does."""
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    signature = sign(world, text.encode()) if is_signed else ""
    if fault.get("do") == "unsigned":
        return f'{{"{name}":{text}}}'.encode()
    if fault.get("do") == "wrong-signature":
        signature = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    if fault.get("do") == "changed":
        text = text.replace('"passed":"F"', '"passed":"T"')
    if fault.get("do") == "garbage":
        return b"<html><body>502</body></html>"
    return f'{{"{name}":{text},"sign":"{signature}"}}'.encode()


PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>本地支付宝网关</title><style>body{{font-family:sans-serif;max-width:30em;margin:3em auto;padding:0 1em}}
button{{display:block;width:100%;padding:1em;margin:.7em 0;font-size:1.1em}}</style>
<h1>本地支付宝网关</h1><p>This is not Alipay. It stands in for the phone on this machine.</p>
<p>订单 {number}<br>状态 {state}</p><form method="post" action="{action}">{buttons}</form>{back}</html>"""
BUTTONS = (
    ("passed", "通过 Pass"),
    ("failed", "未通过 Fail: the face is another one's"),
    ("cancelled", "取消 Cancel and go back"),
    ("other", "通过，但为他人 Pass as somebody else"),
    ("gone", "过期 Forget the attempt"),
)


class Handler(BaseHTTPRequestHandler):
    """HTTP around it."""

    world: World
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A call, a button of the page, or a test's wish."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        if url.path == "/gateway.do":
            pairs = parse_qsl(url.query, keep_blank_values=True) + parse_qsl(body.decode(), keep_blank_values=True)
            status, text, seconds = answer(self.world, pairs)
            time.sleep(seconds)
            self.send(status, "application/json;charset=utf-8", text)
        elif url.path == "/control":
            self.control(json.loads(body or b"{}"))
        elif url.path == "/scan":
            self.scan(dict(parse_qsl(url.query)).get("order", ""), dict(parse_qsl(body.decode())).get("state", ""))
        else:
            self.send(404, "text/plain", b"no such place")

    def do_GET(self) -> None:
        """The page that the link opens; or what was asked so far."""
        url = urlsplit(self.path)
        if url.path == "/control":
            with self.world.lock:
                orders = {number: {"state": it.state, "certifyId": it.certify_id, "times": it.times} for number, it in self.world.orders.items()}
                self.send(200, "application/json", json.dumps({"asked": self.world.asked, "orders": orders}).encode())
        elif url.path == "/gateway.do":
            self.open_page(parse_qsl(url.query, keep_blank_values=True))
        elif url.path == V3_QUERY:
            status, text, headers, seconds = answer_v3(self.world, self.path, self.headers.get("authorization", ""))
            time.sleep(seconds)
            self.send(status, "application/json;charset=utf-8", text, headers)
        else:
            self.send(404, "text/plain", b"no such place")

    def open_page(self, pairs: list[tuple[str, str]]) -> None:
        """What a phone sees."""
        with self.world.lock:
            try:
                parameters = verified(self.world, pairs)
                if parameters["method"] != CERTIFY:
                    raise Refused("40002", "isv.invalid-method")
                order = self.world.by_id(content_of(parameters).get("certify_id", ""))
            except Refused as refused:
                self.send(400, "text/plain;charset=utf-8", f"{refused.code} {refused.sub_code}".encode())
                return
        self.show(order, parameters.get("return_url", ""))

    def show(self, order: Order, back: str) -> None:
        """The page with its buttons."""
        buttons = "".join(f'<button name="state" value="{state}">{text}</button>' for state, text in BUTTONS)
        link = f'<p><a href="{html.escape(back)}">返回 Back</a></p>' if back and order.state != "waiting" else ""
        text = PAGE.format(number=order.number, state=order.state, action=f"/scan?order={quote(order.number)}", buttons=buttons, back=link)
        self.send(200, "text/html;charset=utf-8", text.encode())

    def scan(self, number: str, state: str) -> None:
        """Somebody did on the page what one does on the phone."""
        with self.world.lock:
            order = self.world.orders.get(number)
            if order is None or state not in [name for name, _ in BUTTONS]:
                self.send(404, "text/plain", b"no such order")
                return
            if state == "other":
                order.holder = {**order.content["identity_param"], "cert_no": "110101199003070011", "cert_name": "别人"}
                order.holder.pop("identity_type")
            order.state = "passed" if state == "other" else state
        self.show(order, order.content["merchant_config"]["return_url"])

    def control(self, wish: dict) -> None:
        """What to do wrong from now on: {"order": "...", "call": "query", "do": "busy", "times": 2, "seconds": 5, "status": 500}.
        With "do": "replay", "of": "..." another order's last good answer comes again; with "stale" it is five minutes old."""
        with self.world.lock:
            self.world.faults.setdefault(wish.pop("order", "*"), {})[wish.pop("call")] = wish
        self.send(200, "application/json", b"{}")

    def send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        """An answer; whoever has gone does not get it."""
        try:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_request(self, code="-", size="-") -> None:
        """Paths without their queries, which are signed."""
        self.log_message("%s %s %s", self.command, urlsplit(self.path).path, code)


def main(port: int, folder: Path, app_id: str) -> None:
    """Serves until it is ended."""
    own = serialization.load_pem_private_key((folder / "gateway.pem").read_bytes(), None)
    merchant = serialization.load_pem_public_key((folder / "merchant.pub.pem").read_bytes())
    Handler.world = World(app_id, merchant, own)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
