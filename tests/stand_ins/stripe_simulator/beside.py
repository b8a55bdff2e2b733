"""The simulator beside the caller: no socket, the same answers, and the same troubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import stripe
from werkzeug.wrappers import Request, Response

from tests.stand_ins.stripe_simulator.api import Call
from tests.stand_ins.stripe_simulator.faults import Fault
from tests.stand_ins.stripe_simulator.server import Simulator


class SimulatorBeside(Simulator):
    """Serves calls of its own process. What hangs happens when somebody lets it: `arrive`."""

    def __init__(self) -> None:
        super().__init__()
        self.account.base = "http://stripe.invalid"
        self._under_way: list[Callable[[], object]] = []

    def forget(self) -> None:
        """Begin anew."""
        self.faults.clear()
        self.account.forget()
        self.api.forget()
        self.webhooks.held.clear()
        self._under_way.clear()
        self.calls.clear()

    def arrive(self) -> int:
        """Carry out what was under way when its caller gave up waiting."""
        late, self._under_way = self._under_way, []
        for act in late:
            act()
        return len(late)

    def _answer_badly(self, request: Request, call: Call, fault: Fault) -> Response:
        if fault.kind == "hang":
            self._under_way.append(lambda: self.api.answer(call))
            raise TimeoutError
        return super()._answer_badly(request, call, fault)


class _Line:
    """What the simulator cuts when it wants to say nothing."""

    def shutdown(self, _: int) -> None:
        """Nothing to close; the caller hears of it by the exception that follows."""


class LineBeside(stripe.HTTPClient):
    """Stripe's library speaks through this; troubles of the line look as they do on a real one."""

    name = "beside"

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One call and its answer."""
        parts, body = urlsplit(url), (post_data or "").encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method.upper(),
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "stripe",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "werkzeug.socket": _Line(),
        }
        for name, value in (headers or {}).items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        try:
            said = Response.from_app(self._simulator, environ)
        except TimeoutError:
            raise stripe.APIConnectionError("no answer in time") from requests.Timeout()
        except ConnectionAbortedError:
            raise stripe.APIConnectionError("the line was cut") from requests.ConnectionError()
        return said.get_data(), said.status_code, dict(said.headers)

    def close(self) -> None:
        """Nothing is open."""
