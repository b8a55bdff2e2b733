"""A market under every trouble Hypothesis can think of, beside a model that knows what must be.

`things.py`, `carts.py`, `model.py`, `account.py`, `back.py`, `complaints.py`, `purses.py`,
`line.py`, `places.py` and `promised.py` are the market in plain Python: shelves, orders, money,
our own account, what goes back, what shops are paid, who waits for what, a maker's weeks, money
promised on cards. They import nothing of the house and state every rule a second time; `seen.py`
reads the database as rows. After each step the model follows what was seen: each move of an order,
a payment, a refund must be one it allows, for a reason it knows; then every figure must be the
model's.

A new act is a rule in the file of whoever does it (`buyers`, `waiting`, `shops`, `stock`, `weeks`,
`parts`, `complaining`, `banks`, `cards`, `settling`, `paying`, `hours`):

    @precondition(lambda self: self.model.orders(_accepted))
    @rule(data=st.data())
    def shop_does_it(self, data: st.DataObject) -> None:
        order = self.pick(data, self.model.orders(_accepted))
        if self.expect(order.left, lambda: parcels.do_it(order.code, self.hand(order)) or True):
            self.model.it_was_done(order)

What an act does to goods and money is a method of the model. The rule calls it, or `follow.py`
does when the order's own book tells of it (`Model.STEPS`): so for all that a clock, a job or a
provider may bring about in another step. Such a move needs a reason that the model knows, as in
`self.model.reasons.add(("buyer", order.code))`.

What lies beside orders and their money looks after itself: `look_further` after each step, and
`judge_further` when everything has come to rest.
"""
