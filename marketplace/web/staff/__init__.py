"""The desk of the dinas, one file a subject, one blueprint for all."""

from marketplace.web.staff import products
from marketplace.web.staff.blueprint import bp

__all__ = ["bp", "products"]
