"""Stripe's calls: which address does what, and the rules of idempotency keys."""

from __future__ import annotations

import copy
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.stand_ins.stripe_simulator.account import Account
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing
from tests.stand_ins.stripe_spec import OffSpec, check_request, unflatten

BROKEN = {"error": {"type": "api_error", "message": "Something went wrong on our side."}}
NO_SUCH_ADDRESS = {
    "error": {"type": "invalid_request_error", "message": "Unrecognized request URL."}
}
TOO_MANY = {
    "error": {
        "type": "invalid_request_error",
        "message": "Too many requests.",
        "code": "rate_limit",
    }
}
IN_USE = {
    "error": {
        "type": "idempotency_error",
        "message": "There is currently another in-progress request using this key.",
        "code": "idempotency_key_in_use",
    }
}
MISMATCH = {
    "error": {
        "type": "idempotency_error",
        "message": "Keys for idempotent requests can only be used with the same parameters "
        "they were first used with.",
    }
}


@dataclass(slots=True)
class Call:
    """One request, as far as Stripe looks at it."""

    method: str
    path: str
    query: str
    body: str
    key: str | None

    @property
    def words(self) -> str:
        """What must be the same when the key is the same."""
        text = f"{self.method} {self.path}?{self.query}\n{self.body}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Answer:
    """A status and a body; `replayed` when an older answer is given again."""

    status: int
    body: Thing
    replayed: bool = False


class Api:
    """Answers calls from one account; one key acts once."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._answers: dict[str, tuple[str, Answer | None]] = {}

    def answer(self, call: Call, *, broken: str | None = None) -> Answer:
        """Carry the call out, or repeat what the same key was told before, failures included.

        `broken` is "before" or "after" the effect: then the stored answer is a failure.
        """
        if call.key is None or call.method != "POST":
            return self._carry_out(call, broken)[0]
        with self._lock:
            words, earlier = self._answers.get(call.key, (call.words, None))
            if words != call.words:
                return Answer(400, MISMATCH)
            if earlier is not None:
                return Answer(earlier.status, earlier.body, replayed=True)
            if call.key in self._answers:
                return Answer(409, IN_USE)
            self._answers[call.key] = (call.words, None)
        answer, stored = self._carry_out(call, broken)
        with self._lock:
            if stored:
                self._answers[call.key] = (call.words, answer)
            else:
                del self._answers[call.key]
        return answer

    def _carry_out(self, call: Call, broken: str | None) -> tuple[Answer, bool]:
        if broken == "before":
            return Answer(500, BROKEN), True
        try:
            url = f"{call.path}?{call.query}"
            check_request(call.method, url, call.body)
            form = unflatten(call.query) | unflatten(call.body)
            found = copy.deepcopy(self._dispatch(call, form))
        except OffSpec as error:
            refusal = Refusal(str(error), code="parameter_unknown")
            return Answer(refusal.status, refusal.body), False
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body), refusal.stored
        if broken == "after":
            return Answer(500, BROKEN), True
        return Answer(200, self._expand(found, form.get("expand", []))), True

    def _dispatch(self, call: Call, form: Thing) -> Thing:
        account, name = self._account, call.path.removeprefix("/v1/")
        shelves = self._shelves()
        if call.method == "GET":
            if name in shelves:
                return account.page(shelves[name].values(), form, url=call.path)
            shelf, _, identity = name.rpartition("/")
            if shelf == "checkout/sessions":
                return account.session(identity)
            if shelf == "payment_intents":
                return account.intent(identity)
            if identity not in shelves[shelf]:
                raise Refusal(f"No such object: '{identity}'", status=404, code="resource_missing")
            return shelves[shelf][identity]
        made: dict[str, Callable[[Thing], Thing]] = {
            "checkout/sessions": account.create_session,
            "payment_intents": account.create_intent,
            "refunds": account.refund,
            "transfers": account.transfer,
        }
        if name in made:
            return made[name](form)
        shelf, identity, act = name.rsplit("/", 2)
        acts: dict[tuple[str, str], Callable[[], Thing]] = {
            ("checkout/sessions", "expire"): lambda: account.expire_session(identity),
            ("payment_intents", "capture"): lambda: account.capture(identity, form),
            ("payment_intents", "cancel"): lambda: account.cancel(identity, form),
            ("payment_methods", "detach"): lambda: account.detach(identity),
            ("transfers", "reversals"): lambda: account.reverse(identity, form),
        }
        return acts[shelf, act]()

    def _shelves(self) -> dict[str, dict[str, Thing]]:
        account = self._account
        return {
            "accounts": account.accounts,
            "charges": account.charges,
            "checkout/sessions": account.sessions,
            "disputes": account.disputes,
            "events": account.events,
            "payment_intents": account.intents,
            "payment_methods": account.methods,
            "refunds": account.refunds,
            "transfers": account.transfers,
        }

    def _expand(self, thing: Thing, wishes: list[str]) -> Thing:
        account = self._account
        shelves = {
            "payment_intent": account.intents,
            "latest_charge": account.charges,
            "setup_intent": account.setups,
            "payment_method": account.methods,
        }
        for wish in wishes:
            first, _, rest = wish.partition(".")
            if first == "data":
                thing["data"] = [self._expand(item, [rest]) for item in thing["data"]]
            elif thing.get(first) is not None:
                if isinstance(thing[first], str):
                    thing[first] = copy.deepcopy(shelves[first][thing[first]])
                self._expand(thing[first], [rest] if rest else [])
        return thing


def encode(body: Any) -> bytes:
    """JSON as Stripe writes it."""
    return json.dumps(body, indent=2).encode()
