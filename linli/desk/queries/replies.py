"""Replies that lie ready: the district's own first, in place of the packs' of the same code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.jinja import local_text
from linli.notices import queries as notices
from linli.notices.domain import fill_known
from linli.rulebook.domain import local_date

if TYPE_CHECKING:
    from linli.cases.models import Case

ENDS_OF_PACKS = {"resolved": "solved", "explained": "explained", "not_accepted": "not_ours"}


@dataclass(frozen=True, slots=True)
class Reply:
    """One ready reply: its code, its name, its words, and the end it fits, empty where any fits."""

    code: str
    name: str
    words: str
    end: str


def replies_of(
    case: "Case", item: ItemDefinition, *, known: Mapping[str, str], at: datetime
) -> tuple[Reply, ...]:
    """
    Return the ready replies to a case: the district's own, then the packs', the item's first.

    :param known: what of ``{names}`` in the words is filled in; the rest stands for the office to say
    """
    day = local_date(at)
    own = [
        Reply(one.code, local_text(one.title), local_text(one.body), one.outcome)
        for one in notices.replies_for(district=case.district, item=item.code, day=day)
    ]
    replaced = {reply.code for reply in own}
    packs = [
        Reply(one["code"], local_text(one["name"]), local_text(one["words"]), end)
        for one in catalogue.entries("replies", day)
        if (end := ENDS_OF_PACKS.get(one["end"], "")) and one["code"] not in replaced
    ]
    packs.sort(key=lambda reply: reply.code not in item.reply_templates)
    return tuple(
        Reply(one.code, one.name, fill_known(one.words, known), one.end) for one in (*own, *packs)
    )
