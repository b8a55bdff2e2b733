"""Toko Saya: what makers do for their shop, one file a subject, one blueprint for all."""

from marketplace.web.seller import photos, product_steps, products
from marketplace.web.seller.blueprint import bp

__all__ = ["bp", "photos", "product_steps", "products"]
