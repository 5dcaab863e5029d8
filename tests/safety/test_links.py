"""No link leads whoever reads it to a page they may not open: cockpit, burden, tasks, the first page."""

import re
from collections import deque
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import resolve
from django.utils import timezone

from linli.gate import actions as gate
from linli.gate.domain import Effort
from linli.gate.models import Task
from linli.rulebook.domain import local_date
from tests.world import GREEN, WILLOW

from .conftest import ROLES, House

READ = (
    "/cockpit/",
    "/burden/",
    "/money/",
    "/tasks/",
)  # what is under these is read for further links
BEGINS = (
    "/desk/",
    "/cockpit/",
    "/cockpit/cases/",
    "/cockpit/money/",
    "/cockpit/entitled/",
    "/burden/",
    "/burden/minutes/",
    "/money/",
    "/tasks/",
)
# How many tasks, and pictures that show one, open to whom; to nobody else.
OPENED = {
    "worker": 3,
    "head": 3,
    "elsewhere": 2,
    "street": 5,
    "department": 5,
    "district": 4,
    "auditor": 4,
}
LINK = re.compile(r'<a\b[^>]*?\shref="([^"#][^"]*)"')


def work_at_both(house: House) -> None:
    """Minutes of this month on a task of each community, one paid late and one overdue."""
    now, today = timezone.now(), local_date(timezone.now())
    mine = Task.objects.get(pk=int(house.things["<int:task>"]))
    for desk, place in (("committee", GREEN), ("elsewhere", WILLOW)):
        by = house.world.at(desk)
        one = mine.request.tasks.get(community=house.world.place(place))
        gate.begin_task(by=by, task=one.pk, at=now)
        gate.book_minutes(
            by=by, task=one.pk, effort=Effort.DOOR, minutes=20, worked_on=today, at=now
        )
        gate.finish_task(by=by, task=one.pk, shown="看过了", papers=[], at=now)
    Task.objects.filter(request=mine.request).update(pay_by_on=today.replace(day=1), paid_late=True)


def sort_of(address: str) -> tuple[object, ...]:
    """Return what makes an address another one: all of it at the gate, elsewhere what it asks for."""
    parts = urlsplit(address)
    asked = tuple(sorted(name for name, _ in parse_qsl(parts.query)))
    if parts.path.startswith("/tasks/"):
        return parts.path, asked
    return resolve(parts.path).route, asked


def follow(browser: Client) -> tuple[list[str], list[str]]:
    """Follow the links of every page, each sort of address once; return what opened, and what did not."""
    seen: set[tuple[object, ...]] = set()
    ways: deque[tuple[str, str]] = deque(("", one) for one in BEGINS)
    opened, shut = [], []
    while ways:
        page, address = ways.popleft()
        if sort_of(address) in seen:
            continue
        seen.add(sort_of(address))
        answer = browser.get(address)
        if page and answer.status_code in (403, 404):
            shut.append(f"{page} → {address}: {answer.status_code}")
        if answer.status_code != 200:
            continue
        opened.append(address)
        if address.startswith(READ) or not page:
            ways += [(address, urljoin(address, one)) for one in links(answer)]
    return opened, shut


def links(answer) -> list[str]:
    """Return the addresses within the house that a page leads to."""
    if not answer.headers["Content-Type"].startswith("text/html"):
        return []
    found = map(unescape, LINK.findall(answer.content.decode()))
    return [one for one in found if one.startswith(("/", "?"))]


def test_no_link_leads_where_its_reader_may_not_go(house: House) -> None:
    work_at_both(house)
    found = {role: follow(house.browser(role)) for role in ROLES}
    assert {role: shut for role, (_, shut) in found.items() if shut} == {}
    tasks = {
        role: sum(one.startswith("/tasks/t/") for one in opened)
        for role, (opened, _) in found.items()
    }
    assert {role: number for role, number in tasks.items() if number} == OPENED
    assert all("/burden/minutes/" in opened for opened, _ in found.values())
