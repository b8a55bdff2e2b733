"""Finding and showing: home, categories, search, products, shops, sentra, and pages to read."""

from marketplace.web.storefront import home, lists, makers, papers, place, product, reviews
from marketplace.web.storefront.blueprint import bp

__all__ = ["bp", "home", "lists", "makers", "papers", "place", "product", "reviews"]
