"""What goes back of a paid order piece by piece: what will not come, and what officers grant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.machine.model import Model
from tests.machine.things import Complaint, Grant, Order, Part, Payment, Refund, split

TWO_PERSONS_ABOVE = 5_000_000
ALIVE = ("new", "accepted")


@dataclass
class Back:
    """The grants by their codes, and how much may still go back."""

    model: Model
    grants: dict[str, Grant] = field(default_factory=dict)
    decided: Counter[str] = field(default_factory=Counter)  # by complaints, of each payment

    # --- What is left -----------------------------------------------------------------------------

    def _living(self, order: Order) -> list[Grant]:
        return [one for one in self.grants.values() if one.order is order and one.state != "over"]

    def _open(self, payment: Payment, *, but: Grant | None = None) -> list[Grant]:
        """What was granted of a payment and nobody has carried out."""
        return [
            one
            for one in self.grants.values()
            if one.payment is payment and one.state == "granted" and one is not but
        ]

    def left_of_line(self, order: Order, variant: int) -> Part:
        """The pieces of which nothing went back, nor is to."""
        kept = order.lines[variant] - order.gone[variant]
        cut, tax = self.model.shelves[variant].cut
        left = Part(kept, self.model.shelves[variant].price * kept, cut * kept, tax * kept)
        for one in self._living(order):
            if part := one.parts.get(variant):
                left.pieces -= part.pieces
                left.amount -= part.amount
                left.cut -= part.cut
                left.tax -= part.tax
        pieces, amount = order.returned.get(variant, (0, 0))
        left.pieces -= pieces
        left.amount -= amount
        left.cut -= self._of_cut(order, variant, amount, cut)
        left.tax -= self._of_cut(order, variant, amount, tax)
        return left

    def _of_cut(self, order: Order, variant: int, amount: int, each: int) -> int:
        """What falls away of a line's cut when so much of what was paid for it goes back."""
        many, price = order.lines[variant], self.model.shelves[variant].price
        return each * many * amount // (price * many)

    def _still(self, order: Order) -> tuple[int, int]:
        """Goods and postage that are held for the order, or that its shop has of it."""
        if order.state == "completed":
            goods = max(0, order.goods_released - order.goods_taken)
            return goods, order.postage_released - order.postage_taken
        return order.goods_held - order.apart, order.postage_held

    def _free(self, order: Order, payment: Payment) -> tuple[int, int]:
        """Of what is held for the order, what no grant has set apart and the payment can give."""
        mine = [one for one in self._open(payment) if one.order is order]
        most = max(0, payment.amount - payment.refunded - self.model.taken_back(payment))
        goods = min(order.goods_held - sum(one.goods for one in mine), most)
        carried = order.postage_held - sum(one.postage for one in mine)
        return goods, min(carried, most - goods)

    # --- Pieces that will not come ----------------------------------------------------------------

    def _may_change(self, order: Order) -> bool:
        payment = self.model.purchase_of(order.code).paid
        alive = order.state in ALIVE and not order.contested
        return alive and not self.model.undecided(payment)

    def is_whole(self, order: Order, pieces: Mapping[int, int]) -> bool:
        """All that was bought and is left, and nothing stands packed: the order ends with it."""
        return bool(pieces) and dict(pieces) == order.left and not order.boxes

    def may_cancel(self, order: Order, pieces: Mapping[int, int]) -> bool:
        """Only what is not packed, and not what an officer granted already."""
        there = all(many <= order.left.get(variant, 0) for variant, many in pieces.items())
        if not self._may_change(order) or not pieces or not there:
            return False
        if self.is_whole(order, pieces):
            return True
        payment = self.model.purchase_of(order.code).paid
        assert payment
        asked = any(
            self.left_of_line(order, v).pieces < pieces.get(v, 0) for v in order.lines
        )  # fmt: skip
        return not asked and self._price(pieces) <= self._free(order, payment)[0]

    def _price(self, pieces: Mapping[int, int]) -> int:
        return sum(self.model.shelves[v].price * many for v, many in pieces.items())

    def cancelled(self, order: Order, pieces: Mapping[int, int], *, postage: bool) -> None:
        """They stand on the shelf again; their money goes back, and their part of the cut."""
        payment = self.model.purchase_of(order.code).paid
        assert payment
        goods = self._price(pieces)
        carried = self._free(order, payment)[1] if postage else 0
        last = goods == order.goods_held
        cuts = [self.model.shelves[v].cut for v, many in pieces.items() for _ in range(many)]
        cut, tax = self._cut_away(order, sum(c for c, _ in cuts), sum(t for _, t in cuts), last)
        for variant, many in pieces.items():
            order.gone[variant] += many
            self.model.shelves[variant].on_hand += many
        self._from_held(Refund(payment, goods + carried, order.code, cut, tax), order, goods)

    def may_give_postage(self, order: Order) -> bool:
        payment = self.model.purchase_of(order.code).paid
        return (
            payment is not None
            and self._may_change(order)
            and self._free(order, payment)[1] > 0
        )  # fmt: skip

    def gave_postage(self, order: Order) -> None:
        """The shop gives it, whatever comes."""
        payment = self.model.purchase_of(order.code).paid
        assert payment
        carried = self._free(order, payment)[1]
        self._from_held(Refund(payment, carried, order.code), order, 0)

    def _from_held(self, refund: Refund, order: Order, goods: int) -> None:
        carried = refund.amount - goods
        order.goods_held -= goods
        order.postage_held -= carried
        order.goods_returned += goods
        self.model.accounts["escrow"] -= goods
        self.model.accounts["shipping"] -= carried
        self._promise(refund, order)

    def _cut_away(self, order: Order, cut: int, tax: int, last: bool) -> tuple[int, int]:
        """That of the pieces, as far as there is any; all that is left with the last goods."""
        left = order.cut - order.cut_away, order.tax - order.tax_away
        return left if last else (min(left[0], cut), min(left[1], tax))

    # --- What a complaint gives back --------------------------------------------------------------

    def may_return(self, one: Complaint, amount: int) -> bool:
        """Not while a card bank has money of it: the buyer would be paid twice."""
        payment, order = one.payment, one.order
        if self.model.undecided(payment) or self.model.taken_back(payment):
            return not amount
        goods = min(amount, one.goods)
        there = goods <= order.goods_held and amount - goods <= order.postage_held
        return there and amount <= payment.amount - payment.refunded

    def returned(self, one: Complaint, amount: int) -> None:
        """For the things first, by what was paid for the pieces; then of the postage."""
        order, shelves = one.order, self.model.shelves
        goods = min(amount, one.goods)
        paid = [shelves[v].price * many for v, many in one.pieces.items()]
        cut = tax = 0
        for variant, all_of_it, share in zip(
            one.pieces, paid, split(goods, paid), strict=True
        ):  # fmt: skip
            gone = one.pieces[variant] if share == all_of_it else 0
            order.returned[variant] = (gone, share)
            cut += self._of_cut(order, variant, share, shelves[variant].cut[0])
            tax += self._of_cut(order, variant, share, shelves[variant].cut[1])
        cut, tax = self._cut_away(order, cut, tax, last=False)
        self._from_held(Refund(one.payment, amount, order.code, cut, tax), order, goods)

    def _promise(self, refund: Refund, order: Order) -> None:
        order.cut_away += refund.cut
        order.tax_away += refund.tax
        self.model.promise(refund)

    # --- What officers grant ----------------------------------------------------------------------

    def draw_up(
        self, order: Order, pieces: Mapping[int, int], *, postage: int, goodwill: int, by: int
    ) -> Grant | None:
        """What it would be; none when some of the pieces are not left."""
        payment = self.model.purchase_of(order.code).paid
        if payment is None:
            return None
        parts = {}
        for variant, many in pieces.items():
            left = self.left_of_line(order, variant)
            if many > left.pieces:
                return None
            parts[variant] = Part(
                many,
                *(whole * many // left.pieces for whole in (left.amount, left.cut, left.tax)),
            )
        made = Grant(order, payment, parts, postage, goodwill, by)
        made.two_persons = self.decided_of(payment) + made.amount > TWO_PERSONS_ABOVE
        return made

    def decided_of(self, payment: Payment) -> int:
        """All that officers decided to give back of it."""
        granted = (one for one in self.grants.values() if one.payment is payment)
        living = sum(one.amount for one in granted if one.state != "over")
        return living + self.decided[payment.code]

    def fits(self, one: Grant) -> bool:
        """There is so much of the order's own, and the payment can give the rest."""
        order, payment = one.order, one.payment
        if order.state not in (*ALIVE, "completed") or one.amount <= 0:
            return False
        if order.contested or self.model.undecided(payment):
            return False
        others = self._open(payment, but=one)
        mine = [other for other in others if other.order is order]
        goods, postage = self._still(order)
        if one.goods > goods - sum(other.goods for other in mine):
            return False
        if one.postage > postage - sum(other.postage for other in mine):
            return False
        return self._pays(one, others)

    def _pays(self, one: Grant, others: list[Grant]) -> bool:
        """What is held for orders must stay; grants take theirs out of that, goodwill never."""
        payment = one.payment
        paid = payment.amount - self.model.taken_back(payment)
        left = paid - payment.refunded - sum(other.amount for other in others)
        if one.amount > left:
            return False
        orders = self.model.purchase_of(payment.code).orders.values()
        held = sum(order.goods_held + order.postage_held for order in orders)
        apart = sum(each.goods + each.postage for each in (one, *others) if _held(each))
        own = one.goods + one.postage if one.order.state != "completed" else 0
        return one.amount - own <= max(0, left - own - (held - apart))

    def may_execute(self, one: Grant, by: int) -> bool:
        """Once; much of it by somebody else."""
        second = not one.two_persons or one.by != by
        return one.state == "granted" and second and self.fits(one)

    def executed(self, one: Grant) -> None:
        """From what is held, or from its shop, which gets back the cut; goodwill from us."""
        order, accounts = one.order, self.model.accounts
        last = 0 < one.goods == self._still(order)[0]
        parts = one.parts.values()
        cut, tax = self._cut_away(
            order, sum(part.cut for part in parts), sum(part.tax for part in parts), last
        )
        refund = Refund(one.payment, one.amount, order.code, cut, tax)
        one.state = "executed"
        accounts["goodwill"] += one.goodwill
        if order.state == "completed":
            order.goods_taken += one.goods
            order.postage_taken += one.postage
            accounts["commission"] -= cut
            accounts["tax"] -= tax
            self.model.payable[order.shop] += cut + tax - one.goods - one.postage
        else:
            order.goods_held -= one.goods
            order.postage_held -= one.postage
            order.goods_returned += one.goods
            accounts["escrow"] -= one.goods
            accounts["shipping"] -= one.postage
        self._promise(refund, order)


def _held(one: Grant) -> bool:
    return one.order.state in ALIVE
