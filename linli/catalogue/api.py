"""The catalogue for machines: what is on offer, by plain words. Public."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from linli.rulebook.domain import local_date

from . import queries

router = Router(tags=["catalogue"])


class Asked(Schema):
    """Plain words, as a resident would say them; empty for everything."""

    q: str = Field("", max_length=100)
    limit: int = Field(20, ge=1, le=200)


@router.get("/catalogue")
def search(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:  # noqa: ARG001
    """Return the items that fit the words, the best first."""
    today = local_date(timezone.now())
    offers = {one.definition.code: one.definition for one in queries.items(today)}
    if asked.q.strip():
        codes = [found.code for found in queries.search(asked.q, asked.limit, on=today)]
    else:
        codes = list(offers)[: asked.limit]
    return {
        "items": [
            {
                "code": code,
                "name": offers[code].name,
                "summary": offers[code].summary,
                "sector": offers[code].sector,
                "accountable": offers[code].accountable,
            }
            for code in codes
        ]
    }
