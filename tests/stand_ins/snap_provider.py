"""A small payment provider that speaks SNAP: it checks every signature and remembers its bills.

Written from the rules of the standard alone, with none of the product's own code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET, MERCHANT = "client-of-the-tests", "shared-secret-of-the-tests", "M-1"
Answer = tuple[int, dict[str, Any]]


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


class SnapProvider:
    """The provider, at an address of its own until it is closed."""

    def __init__(self, merchant_key: rsa.RSAPrivateKey, own_key: rsa.RSAPrivateKey) -> None:
        self._merchant, self._own = merchant_key.public_key(), own_key
        self.bills: dict[str, dict[str, Any]] = {}
        self.tokens: list[str] = []
        self.refused: list[str] = []
        self.broken = 0  # so many answers are an error of its own
        provider = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = provider.answer(self.path, dict(self.headers), body)
                raw = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Go away; going twice is going once."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    # --- What a buyer or time does ----------------------------------------------------------------

    def pay(self, reference: str) -> None:
        self.bills[reference]["status"] = "00"

    def expire(self, reference: str) -> None:
        self.bills[reference]["status"] = "06"

    def notice(self, reference: str, path: str, at: datetime) -> tuple[dict[str, str], bytes]:
        """The message it sends when something changed, signed with its own key."""
        bill = self.bills[reference]
        content = {
            "originalReferenceNo": reference,
            "originalPartnerReferenceNo": bill["partner"],
            "latestTransactionStatus": bill["status"],
            "amount": bill["amount"],
        }
        body = json.dumps(content, indent=1).encode()
        small = json.dumps(content, separators=(",", ":")).encode()
        stamp = at.isoformat(timespec="seconds")
        words = f"POST:{path}:{hashlib.sha256(small).hexdigest()}:{stamp}"
        signed = self._own.sign(words.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {"X-TIMESTAMP": stamp, "X-SIGNATURE": base64.b64encode(signed).decode()}, body

    # --- The desk ---------------------------------------------------------------------------------

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.broken:
            self.broken -= 1
            return 500, {"responseCode": "5004700", "responseMessage": "General Error"}
        if path == "/v1.0/access-token/b2b":
            return self._token(headers)
        if not self._signed(path, headers, body):
            self.refused.append(path)
            return 401, {"responseCode": "4014700", "responseMessage": "Unauthorized. Signature"}
        acts: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "/v1.0/qr/qr-mpm-generate": self._generate,
            "/v1.0/qr/qr-mpm-query": self._query,
            "/v1.0/qr/qr-mpm-cancel": self._cancel,
            "/v1.0/qr/qr-mpm-refund": self._refund,
        }
        return acts[path](json.loads(body))

    def _token(self, headers: dict[str, str]) -> Answer:
        words = f"{headers['X-CLIENT-KEY']}|{headers['X-TIMESTAMP']}"
        try:
            self._merchant.verify(
                base64.b64decode(headers["X-SIGNATURE"]),
                words.encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
        except InvalidSignature:
            return 401, {"responseCode": "4017300", "responseMessage": "Unauthorized. Signature"}
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return 200, {
            "responseCode": "2007300",
            "responseMessage": "Successful",
            "accessToken": self.tokens[-1],
            "tokenType": "Bearer",
            "expiresIn": "900",
        }

    def _signed(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.tokens or token != self.tokens[-1] or headers["X-PARTNER-ID"] != CLIENT:
            return False
        assert headers["X-EXTERNAL-ID"].isdigit()
        assert len(headers["X-EXTERNAL-ID"]) <= 36
        digest = hashlib.sha256(body).hexdigest()
        words = f"POST:{path}:{token}:{digest}:{headers['X-TIMESTAMP']}"
        mac = hmac.new(SECRET.encode(), words.encode(), hashlib.sha512).digest()
        return hmac.compare_digest(base64.b64encode(mac).decode(), headers["X-SIGNATURE"])

    def _generate(self, asked: dict[str, Any]) -> Answer:
        assert set(asked) == {"partnerReferenceNo", "amount", "merchantId", "validityPeriod"}
        assert asked["merchantId"] == MERCHANT
        whole, _, sen = asked["amount"]["value"].partition(".")
        assert whole.isdigit()
        assert sen == "00"
        partner = asked["partnerReferenceNo"]
        if any(bill["partner"] == partner for bill in self.bills.values()):
            return 409, {"responseCode": "4094701", "responseMessage": "Duplicate Reference"}
        reference = f"REF{len(self.bills) + 1}"
        self.bills[reference] = {
            "partner": partner, "amount": asked["amount"], "status": "01", "back": {},
        }  # fmt: skip
        return 200, {
            "responseCode": "2004700",
            "responseMessage": "Successful",
            "referenceNo": reference,
            "partnerReferenceNo": partner,
            "qrContent": f"00020101021226...{reference}",
        }

    def _found(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        bill = self.bills.get(asked["originalReferenceNo"])
        right = bill is not None and bill["partner"] == asked["originalPartnerReferenceNo"]
        return bill if right else None

    def _query(self, asked: dict[str, Any]) -> Answer:
        bill = self._found(asked)
        if bill is None:
            return 404, {"responseCode": "4045101", "responseMessage": "Transaction Not Found"}
        return 200, {
            "responseCode": "2005100",
            "latestTransactionStatus": bill["status"],
            "amount": bill["amount"],
        }

    def _cancel(self, asked: dict[str, Any]) -> Answer:
        bill = self._found(asked)
        if bill is None or bill["status"] != "01":
            return 403, {"responseCode": "4037715", "responseMessage": "Not Permitted"}
        bill["status"] = "05"
        return 200, {"responseCode": "2007700", "responseMessage": "Successful"}

    def _refund(self, asked: dict[str, Any]) -> Answer:
        bill = self._found(asked)
        if bill is None or bill["status"] not in ("00", "04"):
            return 403, {"responseCode": "4037815", "responseMessage": "Not Permitted"}
        given, number = bill["back"], asked["partnerRefundNo"]
        wanted = int(asked["refundAmount"]["value"].split(".")[0])
        rest = int(bill["amount"]["value"].split(".")[0]) - sum(given.values())
        if number not in given and wanted > rest:
            return 403, {"responseCode": "4037802", "responseMessage": "Exceeds Amount"}
        given.setdefault(number, wanted)
        bill["status"] = "04"
        return 200, {
            "responseCode": "2007800",
            "refundNo": f"BACK-{number}",
            "refundAmount": asked["refundAmount"],
        }
