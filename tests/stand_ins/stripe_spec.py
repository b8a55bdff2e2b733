"""Stripe's own OpenAPI document as the judge of what we send and of what our simulator answers.

The fixture beside this file is made by tools/trim_stripe_spec.py and says where it comes from.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import stripe

from marketplace.adapters.stripe_wire import patient_client

FIXTURE = Path(__file__).parent / "stripe_spec.json.gz"


class OffSpec(AssertionError):
    """A request or an answer that Stripe's document does not know."""


@cache
def document() -> dict[str, Any]:
    """The trimmed document, with OpenAPI's `nullable` said the way JSON Schema says it."""
    whole = json.loads(gzip.decompress(FIXTURE.read_bytes()))
    for methods in whole["paths"].values():
        for operation in methods.values():
            _close_forms([operation.get("parameters"), operation.get("requestBody")])
    return _plain_schema(whole)


def _close_forms(node: Any) -> None:
    """Stripe refuses unknown fields at every depth; its document says so only at the top."""
    if isinstance(node, dict):
        if "properties" in node:
            node.setdefault("additionalProperties", False)
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            _close_forms(inner)


def _plain_schema(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _plain_schema(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [{"type": "null"}, plain]} if node.get("nullable") is True else plain


def unflatten(encoded: str) -> dict[str, Any]:
    """Turn `line_items[0][quantity]=1` back into the nested thing that was meant."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        head, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        place, step = root, head
        for following in rest:
            place = place.setdefault(step, {})
            step = following or str(len(place))
        place[step] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = {name: _lists(value) for name, value in node.items()}
    if values and all(name.isdecimal() for name in values):
        return [values[name] for name in sorted(values, key=int)]
    return values


def check_request(method: str, url: str, body: str | None) -> None:
    """Raise OffSpec unless Stripe knows this call and every parameter in it."""
    parts = urlsplit(url)
    template, operation = _operation(method, parts.path)
    said = f"{method.upper()} {template}"
    query = unflatten(parts.query)
    known = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "query"}
    for name, value in query.items():
        if name not in known:
            raise OffSpec(f"{said}: no query parameter {name}")
        _check(value, known[name]["schema"], f"{said} ?{name}", typed=False)
    form = operation.get("requestBody", {}).get("content", {})
    schema = form.get("application/x-www-form-urlencoded", {}).get("schema", {})
    _check(unflatten(body or ""), schema, said, typed=False)


def check_answer(method: str, url: str, status: int, answer: Any) -> None:
    """Raise OffSpec unless Stripe could have answered this."""
    template, operation = _operation(method, urlsplit(url).path)
    responses = operation["responses"]
    response = responses.get(str(status)) or responses["default"]
    schema = response["content"]["application/json"]["schema"]
    _check(answer, schema, f"answer {status} to {method.upper()} {template}", typed=True)


def check_object(name: str, value: Any) -> None:
    """Raise OffSpec unless this is what Stripe calls a `name`."""
    _check(value, {"$ref": f"#/components/schemas/{name}"}, name, typed=True)


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    paths = document()["paths"]
    if path in paths and method.lower() in paths[path]:
        return path, paths[path][method.lower()]
    for template, methods in paths.items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in methods:
            return template, methods[method.lower()]
    raise OffSpec(f"{method.upper()} {path} is not a call we know")


def _check(value: Any, schema: dict[str, Any], where: str, *, typed: bool) -> None:
    judged = value if typed else _coerce(value, schema)
    error = jsonschema.exceptions.best_match(_validator(json.dumps(schema)).iter_errors(judged))
    if error is not None:
        place = "/".join(str(step) for step in error.absolute_path)
        raise OffSpec(f"{where}: {place or 'at the top'}: {error.message[:300]}")


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    whole = {**json.loads(schema), "components": document()["components"]}
    return jsonschema.Draft202012Validator(whole)


def _coerce(value: Any, schema: dict[str, Any]) -> Any:
    """A form knows only text: read a number or a yes/no where the schema asks for one."""
    if "$ref" in schema:
        return _coerce(value, document()["components"]["schemas"][schema["$ref"].split("/")[-1]])
    for choice in schema.get("anyOf", ()):
        coerced = _coerce(value, choice)
        if _fits(coerced, choice):
            return coerced
    kind = schema.get("type")
    if isinstance(value, str):
        if kind == "integer" and re.fullmatch(r"-?\d+", value):
            return int(value)
        if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return float(value)
        if kind == "boolean" and value in {"true", "false"}:
            return value == "true"
    if kind == "array" and isinstance(value, list):
        return [_coerce(item, schema.get("items", {})) for item in value]
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        rest = schema.get("additionalProperties")
        other = rest if isinstance(rest, dict) else {}
        return {name: _coerce(item, fields.get(name, other)) for name, item in value.items()}
    return value


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    return bool(_validator(json.dumps(schema)).is_valid(value))


class ValidatingClient(stripe.HTTPClient):
    """Passes calls on, after Stripe's document agreed to the request, and then to the answer."""

    name = "validating"

    def __init__(self, inner: stripe.HTTPClient, *, answers: bool) -> None:
        super().__init__()
        self._inner, self._answers = inner, answers
        self.calls: list[tuple[str, str]] = []

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Judge, send, judge."""
        check_request(method, url, post_data)
        self.calls.append((method.upper(), urlsplit(url).path))
        content, status, answered = self._inner.request(method, url, headers, post_data)
        if self._answers and "json" in answered.get("Content-Type", ""):
            check_answer(method, url, status, json.loads(content))
        return content, status, answered

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()


def validating_client(*, answers: bool = True) -> ValidatingClient:
    """The client for every StripeGateway in the tests; `answers=False` for strangers' fakes."""
    return ValidatingClient(patient_client(), answers=answers)
