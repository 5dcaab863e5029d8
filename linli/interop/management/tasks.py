"""A year of one office at the gate: asked, answered, returned, admitted, done and paid. Invented."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from linli.basics import Actor
from linli.files.domain.cleaning import Clean, clean
from linli.gate import actions as gate
from linli.gate import queries as gate_queries
from linli.gate.domain import Effort, Kind, Permission, Wanted
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner
from linli.people import queries as people
from linli.reports.domain import Cell, canonical
from linli.rulebook.domain import local_date, parse
from linli.visits import actions as visits
from linli.visits import queries as visited
from linli.visits.domain import Reason, Stated, VisitCard

LAW = "城市居民委员会组织法 第四十三条"
GIVEN_FEN, MINUTES = 2_000_000, 20
CODE = "demo.gate"
LINE = "assist_government"
WORKED = "home_access"
AT_DOORS = ("assist_government", "aid_assist")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Hands:
    """
    Who acts: the office that asks, the street, the district, and one community's committee.

    ``officer`` is of the district too, and declares emergencies by name.
    """

    office: Actor
    street: Actor
    district: Actor
    committee: Actor
    officer: Actor
    house: Actor


def hands(
    house: Actor,
    *,
    office: int,
    street: int,
    district: int,
    committee: int,
    community: int,
    officer: Actor,
) -> Hands:
    """Return the actors of the year; ids of parties, and of the community that is asked."""
    base = replace(house, communities=frozenset({community}))
    may = frozenset({*Permission, "catalogue.grant_mandate", "ledger.budget"})
    office_, street_, district_, committee_ = (
        replace(base, party=party, permissions=may)
        for party in (office, street, district, committee)
    )
    return Hands(office_, street_, district_, committee_, officer, house)


def live_requests(
    who: Hands,
    *,
    now: datetime,
    months: int = MONTHS,
    line: str = LINE,
    closed: str = "market_checks",
) -> int:
    """
    Let an office ask a community once a month up to now, each by single acts; return how often.

    Every third comes without money, every fourth asks for what was taken back; of what is done every
    other is shown by a picture. Months before the duty list was in force are left out by whoever calls.
    """
    begun = now - timedelta(days=30 * months)
    _give_money(who, begun)
    for month in range(months):
        at = begun + timedelta(days=30 * month)
        wanted = Wanted(
            kind=Kind.WORK,
            title="独居老人安全查看（示例）",
            words="每个社区看望名单上的独居老人，看燃气和用电。",
            purpose="排除居家危险",
            basis=LAW,
            duty_line=closed if month % 4 == 3 else line,
            communities=who.office.communities,
            from_on=local_date(at),
            to_on=local_date(at) + timedelta(days=14),
            minutes=MINUTES,
            evidence="走访记录",
            budget_line="" if month % 3 == 2 else CODE,
        )
        _ask(who, wanted, at, shown_by=[] if month % 2 else [_photo(month)])
    gate.lapse_requests(by=who.house, at=now)
    gate.pay_overdue(by=who.house, at=now)
    return months


def live_emergencies(who: Hands, *, now: datetime, line: str = LINE) -> int:
    """
    Let two things through that could not wait: one was reviewed in time, shown and paid; the other
    nobody reviewed, and it lapsed after 72 hours. Return how many that is.
    """
    hour = timedelta(hours=1)
    at = now - timedelta(days=9)
    base = Wanted(
        kind=Kind.WORK,
        title="燃气管漏气，挨户通知关阀（示例）",
        words="这一片的燃气管漏气，请逐户通知关阀开窗。",
        purpose="防止爆燃",
        basis=LAW,
        duty_line=line,
        communities=who.office.communities,
        from_on=local_date(at),
        to_on=local_date(at) + timedelta(days=2),
        minutes=60,
        evidence="现场照片",
        budget_line=CODE,
    )
    request, task = _let_through(who, base, "管网漏气，等会签会出人命", at)
    gate.book_minutes(
        by=who.committee,
        task=task,
        effort=Effort.DOOR,
        minutes=50,
        worked_on=local_date(at),
        at=at + 3 * hour,
    )
    gate.finish_task(
        by=who.committee, task=task, shown="逐户通知到了", papers=[_photo(1)], at=at + 3 * hour
    )
    gate.admit_request(by=who.district, request=request, at=at + 20 * hour)
    gate.pay_task(by=who.office, task=task, at=at + timedelta(days=3))

    at = now - timedelta(days=5)
    unreviewed = replace(
        base,
        title="停水，给出不了门的老人送水（示例）",
        words="抢修停水两天，请给出不了门的老人送水。",
        purpose="停水期间有水喝",
        from_on=local_date(at),
        to_on=local_date(at) + timedelta(days=2),
        evidence="送水名单",
        budget_line="",
    )
    _let_through(who, unreviewed, "今晚就停水", at)
    gate.lapse_requests(by=who.house, at=at + 73 * hour)
    return 2


def _let_through(who: Hands, wanted: Wanted, words: str, at: datetime) -> tuple[int, int]:
    """Ask, and have it declared an emergency at once; return the request, and the task that is begun."""
    row = gate.draft_request(by=who.office, wanted=wanted, at=at)
    gate.submit_request(by=who.office, request=row.pk, at=at)
    row = gate.declare_emergency(by=who.officer, request=row.pk, words=words, at=at)
    task = row.tasks.get().pk
    gate.begin_task(by=who.committee, task=task, at=at + timedelta(hours=1))
    return row.pk, task


def _photo(number: int) -> Clean:
    """Return a picture nobody took: a wall with windows, one of them lit."""
    drawn = Image.new("RGB", (640, 480), "#c9beab")
    pen = ImageDraw.Draw(drawn)
    for window in range(12):
        left, top = 50 + window % 4 * 145, 45 + window // 4 * 140
        lit = window == number % 12
        pen.rectangle(
            (left, top, left + 95, top + 90), "#f2d58a" if lit else "#5b6b73", "#ece5d8", 6
        )
    file = io.BytesIO()
    drawn.save(file, format="JPEG")
    return clean(content=file.getvalue(), name="现场照片（示例）.jpg")


def live_month(
    who: Hands, *, now: datetime, line: str = WORKED, closed: str = "market_checks"
) -> int:
    """
    Let the office ask thrice in the last days, so that the bill of this month tells something.

    One is returned because the communities were relieved of it, one because nobody pays; the third
    is worked on, and takes its minutes at forms and in a meeting too. What comes past the gate the
    community refuses. Return how often it asked.
    """
    at = now - timedelta(days=2)
    base = Wanted(
        kind=Kind.WORK,
        title="家庭无障碍改造需求登记（示例）",
        words="问清门槛、扶手、坡道哪样要改，汇总成一张表。",
        purpose="安排明年的改造",
        basis=LAW,
        duty_line=line,
        communities=who.office.communities,
        from_on=local_date(at),
        to_on=local_date(now) + timedelta(days=14),
        minutes=240,
        evidence="登记表 1 张",
        budget_line=CODE,
    )
    taken_back = replace(
        base,
        title="逐户核对商铺门前三包责任书（示例）",
        words="每家商铺看一遍责任书有没有签，没签的请店主补签。",
        purpose="市容检查",
        duty_line=closed,
    )
    unpaid = replace(
        base,
        title="入户发放满意度问卷（示例）",
        words="每户发一份问卷，当场收回。",
        purpose="年底考评",
        budget_line="",
    )
    _ask(who, taken_back, at)
    _ask(who, unpaid, at)
    for task in _admitted(who, base, at):
        gate.begin_task(by=who.committee, task=task, at=at + timedelta(hours=3))
        for effort, minutes in ((Effort.DOOR, 45), (Effort.FORM, 60), (Effort.MEETING, 40)):
            gate.book_minutes(
                by=who.committee,
                task=task,
                effort=effort,
                minutes=minutes,
                worked_on=local_date(now),
                at=now,
            )
    gate.refuse_past_the_gate(
        by=who.committee,
        asked_by=who.office.office(),
        asked_words="",
        words="微信群里要求当天报一张沿街商铺明细表（示例）。",
        line=closed,
        at=now,
    )
    return 3


def live_doors(who: Hands, worker: Actor, *, now: datetime, lines: tuple[str, str]) -> int:
    """
    Let the office ask a question and send workers to doors; a worker makes some of the visits.

    Both run on from today. Return how many visits there are.
    """
    facts = people.column_types()
    old_alone = parse({"all": [{"age": {"from": 80}}, {"lives_alone": True}]}, facts)
    base = Wanted(
        kind=Kind.DATA,
        title="还有哪些高龄老人独居（示例）",
        words="80 岁以上、底账里还看不出是不是独居的老人，上门时问一句。",
        purpose="安排助餐和探访",
        basis=LAW,
        duty_line=lines[0],
        communities=who.office.communities,
        from_on=local_date(now),
        to_on=local_date(now) + timedelta(days=21),
        minutes=120,
        evidence="走访记录",
        budget_line=CODE,
        whom=Cell("people", canonical(old_alone)),
    )
    visit = replace(
        base,
        kind=Kind.WORK,
        title="入冬前看望高龄独居老人（示例）",
        words="每户看燃气、用电和取暖。",
        purpose="排除居家危险",
        duty_line=lines[1],
        minutes=90,
    )
    for wanted in (base, visit):
        row = gate.draft_request(by=who.office, wanted=wanted, at=now)
        gate.submit_request(by=who.office, request=row.pk, at=now)
        gate.cosign_request(by=who.street, request=row.pk, at=now)
        gate.admit_request(by=who.district, request=row.pk, at=now)
    gate.put_admitted(by=who.house, at=now)
    return _visit_some(who, worker, now)


def _visit_some(who: Hands, worker: Actor, now: datetime) -> int:
    """Knock at the first doors of both; what is asked there is answered."""
    [community] = who.office.communities
    asked = visited.open_questions(community, district=worker.district, at=now)
    sent = visited.open_errands(worker.district, [community], now).order_by("id")
    doors: dict[tuple[int | None, int | None], tuple[Stated, ...]] = {
        (one.household_id, one.person_id): () for one in sent[:3]
    }
    for question in asked:
        if question.attribute != "lives_alone" or len(doors) >= 6:
            continue
        house = people.person_for(worker, question.person).household_id
        said = Stated(person=question.person, attribute="lives_alone", value=True, seen=0)
        doors[house, None if house else question.person] = (said,)
    made = []
    for number, ((house, person), stated) in enumerate(doors.items()):
        card = VisitCard(
            key=f"demo-gate-{number}",
            household=house,
            person=person,
            outcome="done",
            visited_on=local_date(now),
            minutes=10 + number,
            reasons=(Reason.QUESTION if stated else Reason.ADMITTED,),
            stated=stated,
        )
        made.append(visits.record_visit(by=worker, at=now, card=card).visit.pk)
    touched = {
        task for one in made for task in gate_queries.tasks_at_visit(one, district=worker.district)
    }
    for task in sorted(touched):
        gate.count_visits(by=who.house, task=task, at=now)
    return len(made)


def _give_money(who: Hands, at: datetime) -> None:
    name = {"zh-Hans": "社区协助经费（示例）", "en": "Help by communities (example)"}
    outside = ledger.open_account(
        by=who.house, at=at, unit="cny", owner=Owner.above("demo.treasury"), floor=None
    )
    line = ledger.open_budget_line(
        by=who.office,
        at=at,
        code=CODE,
        name=name,
        owner=who.office.office(),
        from_on=local_date(at),
        to_on=local_date(at) + timedelta(days=730),
    )
    ledger.appropriate_budget(
        by=who.office, at=at, line=line.pk, source=outside.pk, amount=GIVEN_FEN, key=CODE
    )


def _admitted(who: Hands, wanted: Wanted, at: datetime) -> list[int]:
    """Ask, have it signed and admitted; the tasks it made, none if it was returned at once."""
    hour = timedelta(hours=1)
    row = gate.draft_request(by=who.office, wanted=wanted, at=at)
    row = gate.submit_request(by=who.office, request=row.pk, at=at)
    if row.state != "submitted":
        return []
    gate.cosign_request(by=who.street, request=row.pk, at=at + hour)
    row = gate.admit_request(by=who.district, request=row.pk, at=at + 2 * hour)
    return [task.pk for task in row.tasks.all()]


def _ask(who: Hands, wanted: Wanted, at: datetime, *, shown_by: Sequence[Clean] = ()) -> None:
    hour = timedelta(hours=1)
    for task in _admitted(who, wanted, at):
        day = at + timedelta(days=2)
        gate.begin_task(by=who.committee, task=task, at=day)
        for effort, minutes in ((Effort.DOOR, 14), (Effort.FORM, 4)):
            gate.book_minutes(
                by=who.committee,
                task=task,
                effort=effort,
                minutes=minutes,
                worked_on=local_date(day),
                at=day,
            )
        gate.finish_task(
            by=who.committee, task=task, shown="走访记录 1 份", papers=shown_by, at=day + hour
        )
        gate.pay_task(by=who.office, task=task, at=day + timedelta(days=5))
