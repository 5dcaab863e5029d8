"""
Hot statements, composed once: the text is Django's own, only the values are new each time.

Composing SQL costs more than both engines spend on answering it. A question is written as a query
set with slots where its values go, and its text is kept.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

P = ParamSpec("P")
Row = tuple[Any, ...]
SHAPES_KEPT = 256


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    field: Any


def slot(model: type[models.Model], column: str, *, name: str = "") -> RawSQL:
    """Return what stands in a query set for a value of ``column`` that is given later, by name."""
    return RawSQL("%s", [_Slot(name or column, model._meta.get_field(column))])


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    params: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]

    def rows(self, values: Mapping[str, Any]) -> list[Row]:
        given = [
            part.field.get_db_prep_value(values[part.name], connection)
            if type(part) is _Slot
            else part
            for part in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, given)
            found: list[Row] = cursor.fetchall()
        return [self._converted(row) for row in found] if self.converters else found

    def _converted(self, row: Row) -> Row:
        values = list(row)
        for place, converters, expression in self.converters:
            value = values[place]
            for convert in converters:
                value = convert(value, expression, connection)
            values[place] = value
        return tuple(values)


def _compose(rows: "models.QuerySet[Any, Any]") -> _Statement | None:
    """Return the statement of a query set of values; None where no row can ever fit."""
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    found = compiler.get_converters([column[0] for column in compiler.select])
    converters = [(place, *found[place]) for place in sorted(found)]
    return _Statement(sql, params, converters)


def _kept(rows: "models.QuerySet[Any, Any]") -> _Statement | None:
    """Return the statement of a query set whose values, but for the slots, stand in the code."""
    statement = _compose(rows)
    return _written_out(statement) if statement else None


def _written_out(statement: _Statement) -> _Statement:
    """
    Return the statement with its own words and numbers in its text; slots stay.

    An engine takes an index over some of the rows (``state IN ('offered', …)``) only where it reads
    in the text that no other row is asked for.
    """
    params, slots = iter(statement.params), list[Any]()

    def literal(mark: re.Match[str]) -> str:
        if mark.group() == "%%":
            return "%%"
        param = next(params)
        if isinstance(param, str):
            return "'" + param.replace("'", "''").replace("%", "%%") + "'"
        if isinstance(param, int) and not isinstance(param, bool):
            return str(int(param))  # psycopg wraps numbers to say how wide they are
        slots.append(param)
        return "%s"

    sql = re.sub("%[%s]", literal, statement.sql)
    return _Statement(sql, slots, statement.converters)


class Composed(Generic[P]):
    """A question that is composed once for each shape it is asked in."""

    def __init__(self, build: "Callable[P, models.QuerySet[Any, Any]]") -> None:
        self.__doc__ = build.__doc__
        self._statement: Callable[P, _Statement | None] = functools.lru_cache(maxsize=SHAPES_KEPT)(
            lambda *args, **kwargs: _kept(build(*args, **kwargs))
        )

    def rows(self, values: Mapping[str, Any], *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        """Return the rows, as tuples; ``values`` fills the slots, the rest chooses the shape."""
        statement = self._statement(*args, **kwargs)
        return statement.rows(values) if statement else []


def composed(build: "Callable[P, models.QuerySet[Any, Any]]") -> Composed[P]:
    """
    Make of a function that returns a ``values_list`` with slots a question that is composed once.

    Its arguments are the shape (which filters, how many rows): few, and hashable.
    """
    return Composed(build)


def once(rows: "models.QuerySet[Any, Any]", values: Mapping[str, Any]) -> list[Row]:
    """Return the rows of a question whose shape is too rare to be kept."""
    statement = _compose(rows)
    return statement.rows(values) if statement else []
