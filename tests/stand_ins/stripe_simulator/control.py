"""The switches over HTTP, for tests whose simulator runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.stand_ins.stripe_simulator.account import Account
from tests.stand_ins.stripe_simulator.api import Api
from tests.stand_ins.stripe_simulator.cards import GOOD_CARD
from tests.stand_ins.stripe_simulator.faults import Faults
from tests.stand_ins.stripe_simulator.webhooks import Webhooks, reversed_order

SWITCHES = {"copies", "delay", "dropping", "holding"}


class Control:
    """`POST /_control/<name>` with a JSON object; the answer is JSON."""

    def __init__(self, account: Account, api: Api, faults: Faults, webhooks: Webhooks) -> None:
        self._account, self._api, self._faults, self._webhooks = account, api, faults, webhooks

    def answer(self, name: str, said: dict[str, Any]) -> Any:
        """Turn one switch, or read one list; KeyError for a name that does not exist."""
        acts: dict[str, Callable[..., Any]] = {
            "audit": self._account.audit,
            "sessions": lambda: list(self._account.sessions.values()),
            "refunds": lambda: list(self._account.refunds.values()),
            "intents": lambda: list(self._account.intents.values()),
            "disputes": lambda: list(self._account.disputes.values()),
            "balance": lambda: self._account.balance,
            "pay": lambda session, card=GOOD_CARD: self._account.pay(session, card=card),
            "finish_slow": lambda session, arrives: self._account.finish_slow(
                session, arrives=arrives
            ),
            "finish_refund": lambda refund, arrives: self._account.finish_refund(
                refund, arrives=arrives
            ),
            "dispute": lambda intent, **words: self._account.dispute(intent, **words),
            "move_dispute": lambda dispute, status: self._account.move_dispute(dispute, status),
            "open_account": lambda able=True: self._account.open_account(able=able),
            "advance": lambda seconds: self._account.advance(seconds),
            "age": lambda seconds: self._account.age(seconds),
            "fault": lambda **words: self._faults.add(**words),
            "no_faults": self._faults.clear,
            "webhooks": self._turn,
            "release": self._release,
            "sent": self._sent,
            "forget": self._forget,
        }
        return acts[name](**said)

    def _turn(self, *, url: str | None = None, secret: str | None = None, **switches: Any) -> None:
        if unknown := set(switches) - SWITCHES:
            raise KeyError(*unknown)
        if url is not None and secret is not None:
            self._webhooks.register(url, secret)
        for name, value in switches.items():
            setattr(self._webhooks, name, value)

    def _release(self, *, backwards: bool = False) -> list[list[Any]]:
        sent = self._webhooks.release(reversed_order if backwards else list)
        return [[one.event, one.kind, one.status] for one in sent]

    def _sent(self) -> list[list[Any]]:
        return [[one.event, one.kind, one.status] for one in self._webhooks.sent]

    def _forget(self) -> None:
        self._faults.clear()
        self._account.forget()
        self._api.forget()
