"""The catalogue for machines: what is on offer, by plain words. Public."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from linli.fabric.wire import answered
from linli.rulebook.domain import local_date

from . import queries
from .domain import ItemDefinition

router = Router(tags=["catalogue"])


class Asked(Schema):
    """Plain words, as a resident would say them; empty for everything."""

    q: str = Field("", max_length=100)
    limit: int = Field(20, ge=1, le=200)


class ItemOut(Schema):
    """One item; texts are by language."""

    code: str
    name: dict[str, str]
    summary: dict[str, str]
    sector: str
    accountable: str


class ItemsOut(Schema):
    """The items that fit, the best first."""

    items: list[ItemOut]


class FieldOut(Schema):
    """One thing that is asked, why, and the JSON Schema its answer fits."""

    code: str
    label: dict[str, str]
    why: dict[str, str]
    required: bool
    answer: dict[str, Any]


class PaperOut(Schema):
    """One paper to bring."""

    code: str
    name: dict[str, str]


class ItemWholeOut(ItemOut):
    """One item with what is asked and the papers to bring."""

    asked: list[FieldOut]
    papers: list[PaperOut]


@router.get("/catalogue", response=ItemsOut)
def search(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:  # noqa: ARG001
    """Return the items that fit the words, the best first."""
    today = local_date(timezone.now())
    offers = {one.definition.code: one.definition for one in queries.items(today)}
    if asked.q.strip():
        codes = [found.code for found in queries.search(asked.q, asked.limit, on=today)]
    else:
        codes = list(offers)[: asked.limit]
    return answered({"items": [_item(offers[code]) for code in codes]})


@router.get("/catalogue/{code}", response=ItemWholeOut)
def show(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001
    """Return one item with what is asked, each with its JSON Schema, and the papers to bring."""
    item = queries.current(code, on=local_date(timezone.now())).definition
    fields = [
        {
            "code": field.code,
            "label": field.label,
            "why": field.why,
            "required": field.required,
            "answer": field.schema,
        }
        for field in item.fields
    ]
    papers = [{"code": paper.code, "name": paper.name} for paper in item.papers]
    return answered({**_item(item), "asked": fields, "papers": papers})


def _item(item: ItemDefinition) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.name,
        "summary": item.summary,
        "sector": item.sector,
        "accountable": item.accountable,
    }
