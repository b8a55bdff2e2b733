"""From cart to doorstep: carts, postage, orders, payments, refunds and parcels."""
