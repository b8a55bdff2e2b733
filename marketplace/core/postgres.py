"""What the driver of PostgreSQL is told."""

from __future__ import annotations

from typing import Any

from psycopg import Cursor


class PlainCursor(Cursor[Any]):
    """A cursor that names its columns and their types, and nothing that nobody reads.

    SQLAlchemy asks after every statement. psycopg's own answer is an object a column with seven
    facts in it, which took a tenth of a product page.
    """

    @property
    def description(self) -> Any:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [
            ((result.fname(place) or b"").decode(), result.ftype(place), *_UNASKED)
            for place in range(result.nfields)
        ]


_UNASKED = (None, None, None, None, None)  # of the seven that PEP 249 wants
