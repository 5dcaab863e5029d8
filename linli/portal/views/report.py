"""说一句 → 对一下 → 拿号: one address, and nothing typed is ever lost."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from linli.basics import NoSuchThing, Refused
from linli.cases import actions as cases
from linli.cases.actions import Said
from linli.cases.domain import Channel
from linli.fabric.asked import actor_of, is_id
from linli.fabric.edge import sentence
from linli.fabric.limits import check_tries, count_try
from linli.places import queries as places
from linli.portal import actions, queries
from linli.portal.forms import Draft, check_draft, read_draft, read_files, read_phone, without_nul

from .kept import address_of, keep_fresh

HOME = "home"
MOST_AN_HOUR = 60


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Ask for one sentence, show what it may mean, take it in, or join one that is open."""
    desk = Desk(request)
    if request.method != "POST":
        return desk.show(read_draft(request.GET))
    draft = read_draft(request.POST)
    try:
        check_tries("report", address_of(request), most=MOST_AN_HOUR, minutes=60)
        if request.POST.get("join"):
            return desk.join(draft, without_nul(request.POST["join"])[:40])
        return desk.hand_in(draft)
    except Refused as refusal:
        return desk.show(draft, trouble=sentence(refusal), status=refusal.status)


@require_safe
def door(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """Open a report from the plate at a door (门栋码), with the place filled in."""
    found = queries.door(token)
    return HttpResponseRedirect(f"{reverse('portal:report')}?door={found.token}")


class Desk:
    """One visit to the page of reporting: who is there, when, and what was found for them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.at: datetime = timezone.now()
        asked = actor_of(request)
        self.actor = queries.resident(asked)
        self.held = queries.held(self.actor)
        self.home = self.held.home

    def place(self, draft: Draft) -> tuple[int | None, queries.Door | None]:
        """Return the place meant: the door's plate, the home on record, or a community chosen."""
        if draft.door:
            try:
                found = queries.door(draft.door)
            except NoSuchThing:
                return None, None
            return found.id, found
        if draft.at == HOME and self.home is not None:
            return self.home, None
        if is_id(draft.community) and queries.is_community(int(draft.community)):
            return int(draft.community), None
        return None, None

    def hand_in(self, draft: Draft) -> HttpResponse:
        """Take the report in, unless something must be mended or a neighbour said it already."""
        place, plate = self.place(draft)
        community = places.community_of(self.actor.district, place) if place else None
        chosen = self._chosen(draft, community)
        read = check_draft(
            draft, chosen, placed=place is not None, phone_known=bool(self.held.phone)
        )
        photos, wrong = read_files(self.request.FILES, "photos")
        if wrong:
            read.errors["photos"] = wrong
        if read.errors or chosen is None:
            return self.show(draft, errors=read.errors, status=422)
        near = queries.near(
            self.actor.district, item=chosen.code, words=draft.want, community=community, at=self.at
        )
        if {one.number for one in near} - draft.near_shown:
            return self.show(draft, near_first=True)
        said = Said(
            item=chosen.code,
            words=draft.want,
            channel=Channel.DOOR_CODE if plate else Channel.PORTAL,
            place_id=place,
            place_words=draft.place_words,
            answers=read.answers,
            person_id=self.actor.person,
            name=draft.name or self.held.name,
            phone=read.phone or self.held.phone,
            hidden=draft.hidden,
            language=get_language() or "zh-hans",
        )
        receipt = actions.hand_in(by=self.actor, said=said, photos=photos, at=self.at)
        return self._received(receipt)

    def join(self, draft: Draft, number: str) -> HttpResponse:
        """Say “me too” to an open case."""
        phone, wrong = read_phone(draft.phone)
        if wrong:
            return self.show(draft, errors={"phone": wrong}, status=422)
        photos, unfit = read_files(self.request.FILES, "photos")
        if unfit:
            return self.show(draft, errors={"photos": unfit}, status=422)
        joining = actions.Joining(
            name=draft.name or self.held.name,
            phone=phone or self.held.phone,
            words=draft.want,
            language=get_language() or "zh-hans",
            hidden=draft.hidden,
        )
        receipt = actions.join_in(
            by=self.actor, number=number, joining=joining, photos=photos, at=self.at
        )
        return self._received(receipt)

    def _received(self, receipt: cases.Receipt) -> HttpResponse:
        count_try("report", address_of(self.request), minutes=60)
        keep_fresh(self.request, receipt, at=self.at)
        return HttpResponseRedirect(reverse("portal:received", args=[receipt.case.number]))

    def _chosen(self, draft: Draft, community: int | None) -> queries.Match | None:
        if not draft.item:
            return None
        try:
            item = queries.definition(draft.item, at=self.at)
        except NoSuchThing:
            return None
        facts = queries.known_facts(self.actor)
        return queries.match(item, facts=facts, community=community, at=self.at)

    def show(
        self,
        draft: Draft,
        *,
        errors: dict[str, str] | None = None,
        trouble: str = "",
        near_first: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        """Show the page for what was said so far: the first step without a word, else the second."""
        place, plate = self.place(draft)
        context: dict[str, Any] = {
            "draft": draft,
            "errors": errors or {},
            "trouble": trouble,
            "door": plate,
            "door_unknown": bool(draft.door) and plate is None,
            "pressing": queries.pressing(draft.want, self.at),
        }
        if not draft.want and not draft.item and not errors:
            return render(self.request, "portal/report_say.html", context, status=status)
        community = places.community_of(self.actor.district, place) if place else None
        context |= self._second_step(draft, community)
        context["near_first"] = near_first
        return render(self.request, "portal/report_check.html", context, status=status)

    def _second_step(self, draft: Draft, community: int | None) -> dict[str, Any]:
        matches = queries.matches(
            draft.want,
            chosen=draft.item,
            facts=queries.known_facts(self.actor),
            community=community,
            at=self.at,
        )
        item = draft.item or (matches[0].code if matches else "")
        if item not in {one.code for one in matches}:
            item = matches[0].code if matches else ""
        near = queries.near(
            self.actor.district, item=item, words=draft.want, community=community, at=self.at
        )
        language = get_language() or "zh-hans"
        return {
            "draft": replace(draft, item=item),
            "matches": matches,
            "near": near,
            "held": self.held,
            "home": places.place_words(self.actor.district, self.home, language)
            if self.home is not None
            else "",
            "communities": queries.communities(),
        }
