"""Finding and showing: home, categories, search, products, shops, sentra, and the help pages."""

from marketplace.web.storefront import lists, product
from marketplace.web.storefront.blueprint import bp

__all__ = ["bp", "lists", "product"]
