"""Rows of another table told within a row: one question where two would be asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ScalarSelect, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _values(GenericFunction[Any]):
    type = JSON()
    inherit_cache = True


class _rows(GenericFunction[Any]):
    type = JSON()
    inherit_cache = True


def told(rows: Select[Any]) -> ScalarSelect[Any]:
    """These rows in their order, each a list of its values; none or [] when there are none."""
    one = rows.subquery()
    return select(_rows(_values(*one.c))).scalar_subquery()


@compiles(_values, "postgresql")
def _values_there(values: _values, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_build_array({compiler.process(values.clauses, **more)})"


@compiles(_values, "sqlite")
def _values_here(values: _values, compiler: SQLCompiler, **more: Any) -> str:
    # what is JSON already would be told as a text
    said = (
        f"json({compiler.process(value, **more)})"
        if isinstance(value.type, JSON)
        else compiler.process(value, **more)
        for value in values.clauses
    )
    return f"json_array({', '.join(said)})"


@compiles(_rows, "postgresql")
def _rows_there(rows: _rows, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_agg({compiler.process(rows.clauses, **more)})"


@compiles(_rows, "sqlite")
def _rows_here(rows: _rows, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_group_array({compiler.process(rows.clauses, **more)})"
