"""What happens in the month: buyers, shops, officers and the clock, each act at its time."""

from __future__ import annotations

import heapq
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.db import reading_engine
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import (
    buying,
    parcels,
    paying_makers,
    payments,
    provider_messages,
    receipts,
    reconcile,
    refunding,
    worker,
)
from marketplace.orders import cart
from marketplace.orders import queries as orders
from marketplace.orders.bank import statements
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import Wish
from marketplace.orders.payouts.runs import Said
from marketplace.orders.shopping import shopping
from tests import builders
from tests.stand_ins.stripe_simulator.beside import SimulatorBeside

SECRET = "whsec_a_secret_for_the_month"
SHOPS, THINGS, MONTH = 40, 4, timedelta(days=30)
WAYS = {"stripe": 45, "transfer": 30, "qris": 15, "simulator": 10}
# of a hundred orders; the rest is delivered
LIVES = {"never_pays": 6, "gives_up": 2, "buyer_cancels": 3, "shop_refuses": 3, "shop_is_silent": 2}
DISPUTED, LOST = 0.01, 0.6  # of card orders, and of those
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Month:
    """What happens next, and what the world outside knows."""

    dice: random.Random
    stripe: SimulatorBeside
    clock: Any
    people: dict[str, int]
    things: list[int]
    account_id: int
    to_come: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    printed: list[tuple[str, int]] = field(default_factory=list)  # lines of the next statement
    arrived: int = 0  # rupiah on our account
    left: int = 0  # rupiah that we sent from it
    done: Counter[str] = field(default_factory=Counter)
    _number: Iterator[int] = field(default_factory=count)

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.to_come, (moment, next(self._number), act))

    def later(self, low: timedelta, high: timedelta, act: Callable[[], None]) -> None:
        self.at(clock.now() + low + (high - low) * self.dice.random(), act)

    def live(self) -> None:
        """One act after the other, each at its time."""
        while self.to_come:
            moment, _, act = heapq.heappop(self.to_come)
            self.clock.move_to(max(moment, clock.now()))
            act()

    # --- Buyers -----------------------------------------------------------------------------------

    def buys(self) -> None:
        """One to three things, and then one of the lives that an order may have."""
        buyer = Buyer(token=f"month-{next(self._number)}")
        for variant in self.dice.sample(self.things, self.dice.choice((1, 1, 2, 3))):
            pieces, village = self.dice.choice((1, 1, 1, 2)), builders.CONDONGCATUR
            with transaction():
                cart.add(buyer, variant, pieces, village=village, now=clock.now())
        way = self._one_of(WAYS)
        bill = shopping(buyer, village=builders.CONDONGCATUR, pickups=frozenset(), now=clock.now())
        wish = Wish(
            checkout_key=f"month-{next(self._number)}",
            shown=bill.shown(),
            recipient="Asih",
            phone="6281200000001",
            email=None,
            village=builders.CONDONGCATUR,
            address="Jalan Kaliurang 5",
            pickups=frozenset(),
            provider=way,
        )
        placed = buying.place(buyer, wish)
        url = payments.open_page(placed.payment_code)
        life = self._one_of(LIVES)
        self.done[f"placed: {way}"] += 1
        if life == "never_pays":
            return
        if life == "gives_up":
            self.later(HOUR / 12, HOUR / 3, lambda: self._gives_up(placed.group_code))
            return
        self.later(
            HOUR / 30,
            HOUR / 3,
            lambda: self._pays(placed.group_code, placed.payment_code, url, life),
        )

    def _gives_up(self, group_code: str) -> None:
        buying.cancel_unpaid(self._group(group_code))
        self.done["given up"] += 1

    def _pays(self, group_code: str, payment_code: str, url: str | None, life: str) -> None:
        row = payments.find(payment_code)
        if url is None:
            self._transfers(row)
            self.later(DAY * 1.5, DAY * 1.6, lambda: self._goes_on(group_code, life))
            return
        reference = url.rpartition("/")[2]
        if row.provider == "stripe":
            self.stripe.account.pay(reference)
            if self.dice.random() < DISPUTED:
                self.later(3 * DAY, 20 * DAY, lambda: self._complains(payment_code))
        else:
            provider_messages.simulator().pay(reference)  # type: ignore[union-attr]
        if self.dice.random() < 0.7:  # the others close the window; the message tells us
            payments.settle(payment_code)
        self.later(HOUR, 20 * HOUR, lambda: self._goes_on(group_code, life))

    def _transfers(self, row: Any) -> None:
        """Mostly the very sum; the bank prints it with the rest of the day."""
        draw = self.dice.random()
        sums = [row.amount]
        if draw < 0.01:
            sums = [row.amount + 10_000]
        elif draw < 0.02:
            sums = [row.amount // 2, row.amount - row.amount // 2]
        for amount in sums:
            self.printed.append((f"TRSF {next(self._number)} {row.code}", amount))
            self.arrived += amount

    def _complains(self, payment_code: str) -> None:
        row = payments.find(payment_code)
        if row.charge_reference is None:
            return
        left = row.amount - row.refunded
        if left == 0:
            return
        made = self.stripe.account.dispute(row.charge_reference, amount=left * 100)
        verdict = "lost" if self.dice.random() < LOST else "won"
        self.done[f"dispute {verdict}"] += 1
        self.later(
            2 * DAY, 9 * DAY, lambda: self.stripe.account.move_dispute(made["id"], verdict) and None
        )

    # --- Shops ------------------------------------------------------------------------------------

    def _goes_on(self, group_code: str, life: str) -> None:
        for order in self._group(group_code).orders:
            self._attempt(life, lambda code=order.code: self._next(group_code, code, life))  # type: ignore[misc]

    def _next(self, group_code: str, code: str, life: str) -> None:
        group = self._group(group_code)
        order = next(one for one in group.orders if one.code == code)
        hand = parcels.Hand(order.ikm_id, self.people["Citra"], order.version)
        if life == "shop_is_silent":
            return
        if life == "shop_refuses":
            parcels.refuse(code, hand, reason="Bahan habis")
            return
        if life == "buyer_cancels":
            buying.cancel_paid(group, code, by=None)
            return
        if order.state == "new":
            parcels.accept(code, hand)
            self.later(
                5 * HOUR,
                30 * HOUR,
                lambda: self._attempt(life, lambda: self._next(group_code, code, life)),
            )
        elif order.state == "accepted" and not order.parcels:
            parcels.pack(code, hand)
            self._next(group_code, code, life)
        elif order.state == "accepted":
            parcels.ship(code, hand, courier="JNE", tracking="JOG1")
            if self.dice.random() < 0.6:  # the others say nothing, and time completes the order
                self.later(
                    2 * DAY,
                    5 * DAY,
                    lambda: self._attempt(
                        "received", lambda: parcels.receive(group, code, by=None)
                    ),
                )

    def _attempt(self, what: str, act: Callable[[], object]) -> None:
        try:
            act()
            self.done[what] += 1
        except Conflict as refusal:
            self.done[f"refused: {refusal.code}"] += 1

    # --- Officers and the clock -------------------------------------------------------------------

    def looks_after_everything(self) -> None:
        """What the worker does all the time, here every two hours."""
        events, self.stripe.webhooks.held = self.stripe.webhooks.held, []
        for told in events:
            if self.dice.random() < 0.97:  # some are lost
                provider_messages.hear("stripe", *self.stripe.webhooks.signed(told))
        worker.run_due(until_empty=True)
        reconcile.reconcile_recent()
        worker.run_due(until_empty=True)

    def reads_the_account(self) -> None:
        """The statement of the day; what fits nobody goes to its payment, or back."""
        if self.printed:
            day = clock.now().astimezone(builders.NOON.tzinfo)
            table = [
                f'{day:%d/%m/%Y};{words};"{rupiah:,}.00";CR;' for words, rupiah in self.printed
            ]
            head = ["Mutasi rekening", "Tanggal;Keterangan;Jumlah;Arah;Saldo"]
            data = "\r\n".join([*head, *table, "Saldo akhir;;;;1"]).encode()
            self.printed.clear()
            with transaction():
                code = statements.send(
                    self.account_id, "mutasi.csv", data, by=self.people["Eka"], now=clock.now()
                )
            columns = statements.look(code, now=clock.now()).columns
            receipts.keep_statement(code, columns, by=self.people["Eka"])
        self._decides()
        self._sends_money_back()

    def _decides(self) -> None:
        open_ = rows(
            """SELECT r.code, r.state, l.text FROM receipt r JOIN bank_line l ON l.id = r.line_id
            WHERE r.state NOT IN ('done', 'part')"""
        )
        for row in open_:
            payment = re.sub(r"^TRSF \d+ ", "", row.text)
            words = {"reason": "Nama cocok", "by": self.people["Eka"]}
            try:
                if row.state != "unclear":
                    raise Conflict("receipt_done")
                receipts.assign(row.code, payment, **words)
                self.done["line assigned"] += 1
            except Conflict:
                receipts.give_back(row.code, **words)
                self.done["line sent back"] += 1

    def _sends_money_back(self) -> None:
        for row in rows("SELECT code, amount FROM receipt_return WHERE state = 'decided'"):
            receipts.sent_back(row.code, reference="TF1", by=self.people["Fajar"])
            self.left += row.amount
        asked = """SELECT r.code, r.amount FROM refund r JOIN payment p ON p.id = r.payment_id
            WHERE p.provider IN ('transfer', 'qris') AND r.state = 'asked'"""
        for row in rows(asked):
            refunding.sent_by_hand(row.code, by=self.people["Eka"])
            self.left += row.amount

    def pays_the_makers(self) -> None:
        """Counted by one, let go by two, confirmed when the bank has done it."""
        for code in paying_makers.plan(by=self.people["Eka"]):
            if paying_makers.release(code, by=self.people["Eka"]) is Said.NEEDS_ANOTHER:
                paying_makers.release(code, by=self.people["Fajar"])
            paying_makers.file_of(code, by=self.people["Fajar"])
            self.done["payouts"] += paying_makers.confirm_run(
                code, reference="TF2", by=self.people["Eka"]
            )
        paid = rows("SELECT coalesce(sum(amount), 0) AS n FROM payout WHERE state = 'paid'")
        self.done["paid out, rupiah"] = int(paid[0].n)

    # --- Small things -----------------------------------------------------------------------------

    def _one_of(self, shares: dict[str, int]) -> str:
        names = [*shares, "delivered"]
        rest = max(0, 100 - sum(shares.values()))
        return self.dice.choices(names, [*shares.values(), rest])[0]

    @staticmethod
    def _group(code: str) -> Any:
        return orders.group_by_code(code)


def rows(statement: str) -> list[Any]:
    with reading_engine().connect() as connection:
        return list(connection.execute(text(statement)))
