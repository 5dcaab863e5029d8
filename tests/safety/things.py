"""One of everything an address can name, in the green community: so that no row asks about nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.models import Attachment, Case
from linli.files.domain.cleaning import clean
from linli.gate import actions as gate
from linli.gate.models import Request, TaskFile
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner
from linli.ledger.models import Transfer
from linli.notices import actions as notices
from linli.notices.domain import PATIENCE, Recipient
from linli.notices.models import Notice
from linli.people import actions as people
from linli.reports import actions as reports
from linli.reports.domain import PeriodKind
from linli.reports.models import Edition, Form
from linli.rulebook.domain import local_date
from linli.visits import actions as visits
from linli.visits.domain import Stated, VisitCard
from linli.visits.models import Conflict, Photo, Visit
from linli.visits.queries import open_conflicts
from tests.gate.conftest import wanted
from tests.portal.pictures import picture
from tests.reports.conftest import COMMUNITY_FORM
from tests.world import DOOR, GREEN, HOUSE_ITSELF, World


def make_things(world: World, case: Case, now: datetime) -> Mapping[str, str]:
    """Return what stands for each placeholder of a route, once it is there."""
    made = _at_the_door(world, now) | _at_the_gate(world, now) | _on_a_form(world, now)
    papers = [clean(content=picture().read(), name="灯.png")]
    cases.attach_files(by=world.at("station"), case_id=case.pk, papers=papers, at=now)
    made["<int:notice>"] = _that_did_not_arrive(case, now)
    made["<int:attachment>"] = made["<attachment>"] = Attachment.objects.get().pk
    return {name: str(value) for name, value in made.items()}


def _that_did_not_arrive(case: Case, now: datetime) -> int:
    """A letter to the reporter's telephone that was given up: somebody must call."""
    phone = case.reports.earliest("pk").phone
    owed = notices.queue_notice(
        by=HOUSE_ITSELF,
        event="case_withdrawn",
        recipient=Recipient.to_phone(phone.open() if phone else "13800000521"),
        values={"number": case.number, "item": "漏水"},
        subject=("case", case.pk),
        at=now,
        sensitive=False,
    )
    Notice.objects.filter(pk=owed.pk).update(tries=len(PATIENCE) + 1)
    notices.note_outcomes(by=HOUSE_ITSELF, complaints={owed.pk: "Timeout"}, at=now)
    return owed.pk


def _at_the_door(world: World, now: datetime) -> dict[str, int]:
    """Two of one household, a visit with a picture, what two workers wrote differently, a merge."""
    ago = now - timedelta(days=400)
    home = people.register_household(by=HOUSE_ITSELF, at=ago, home=world.place(DOOR), kind="family")
    old, young, twice = (
        people.register_person(
            by=HOUSE_ITSELF,
            at=ago,
            name=name,
            home=world.place(DOOR),
            household=home.pk,
            facts={"birth_on": date(1950, 5, 3)},
        ).pk
        for name in ("陈秀英", "陈小明", "陈小明")
    )
    for who, alone in (("committee", False), ("head", True)):
        visited(
            world.at(who),
            home.pk,
            Stated(person=old, attribute="lives_alone", value=alone, seen=0),
            now,
        )
    merge = people.merge_people(by=HOUSE_ITSELF, at=now, kept=young, gone=twice)
    asked = people.request_right(by=HOUSE_ITSELF, at=now, person=old, kind="export").pk
    return {
        "<int:person>": old,
        "<int:other>": young,
        "<int:household>": home.pk,
        "<int:visit>": Visit.objects.earliest("pk").pk,
        "<int:photo>": Photo.objects.earliest("pk").pk,
        "<int:conflict>": Conflict.objects.get().pk,
        "<seen>": open_conflicts(world.at("committee"))[0].version,  # what stands against it
        "<int:merge>": merge.pk,
        "<int:request_id>": asked,
        "<int:asked>": asked,
    }


def visited(by: Actor, household: int, said: Stated, now: datetime) -> None:
    """Knock at a door, learn one thing, and take a picture."""
    card = VisitCard(
        key=f"key of {by.user}",
        household=household,
        outcome="done",
        visited_on=local_date(now),
        minutes=12,
        stated=(said,),
    )
    taken = [clean(content=picture().read(), name="门口.png")]
    visits.record_visit(by=by, at=now, card=card, photos=taken)


def _at_the_gate(world: World, now: datetime) -> dict[str, str | int]:
    """Money of this year, a request that the street has signed, and a task that was let in."""
    today, housing = local_date(now), world.at("housing")
    outside = ledger.open_account(
        by=HOUSE_ITSELF, at=now, unit="cny", owner=Owner.above("outside"), floor=None
    )
    line = ledger.open_budget_line(
        by=HOUSE_ITSELF,
        at=now,
        code="safety",
        name={"zh-Hans": "住房安全（示例）", "en": "Home safety (example)"},
        owner=housing.office(),
        from_on=date(today.year, 1, 1),
        to_on=date(today.year, 12, 31),
    )
    ledger.appropriate_budget(
        by=HOUSE_ITSELF, at=now, line=line.pk, source=outside.pk, amount=100_000, key="given"
    )
    asks = wanted(
        world,
        from_on=today,
        to_on=min(today + timedelta(days=10), date(today.year, 12, 31)),
        budget_line="safety",
    )
    signed, let_in = (_signed(world, replace(asks, title=title), now) for title in ("一", "二"))
    gate.admit_request(by=world.at("district"), request=let_in.pk, at=now)
    shown = _done_and_shown(world, replace(asks, title="三", duty_line="help"), now)
    transfer = Transfer.objects.earliest("pk")
    return {
        "tasks/r/<str:number>": f"tasks/r/{signed.number}",
        "tasks/t/<int:task>/files/<int:file>": f"tasks/t/{shown.task_id}/files/{shown.pk}",
        "burden/r/<str:number>": f"burden/r/{let_in.number}",
        "<int:task>": let_in.tasks.get(community=world.place(GREEN)).pk,
        "<int:line>": line.pk,
        "<int:account>": transfer.payee_id,
        "<account>": transfer.payee_id,
        "<int:transfer>": transfer.pk,
    }


def _done_and_shown(world: World, asks, now: datetime) -> TaskFile:
    """A task of the green community that is done, and the picture that shows it."""
    row = gate.admit_request(by=world.at("district"), request=_signed(world, asks, now).pk, at=now)
    by, task = world.at("committee"), row.tasks.get(community=world.place(GREEN)).pk
    gate.begin_task(by=by, task=task, at=now)
    taken = [clean(content=picture().read(), name="外墙.png")]
    gate.finish_task(by=by, task=task, shown="照片", papers=taken, at=now)
    return TaskFile.objects.get()


def _signed(world: World, asks, now: datetime) -> Request:
    made = gate.draft_request(by=world.at("housing"), wanted=asks, at=now)
    gate.submit_request(by=world.at("housing"), request=made.pk, at=now)
    gate.cosign_request(by=world.at("street"), request=made.pk, at=now)
    return made


def _on_a_form(world: World, now: datetime) -> dict[str, int]:
    """A form of the street's for its communities, and the edition that the green one fills."""
    reports.import_form(
        by=world.at("street_civil"),
        code="MZ-01",
        name="老年人情况统计表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=COMMUNITY_FORM,
        at=now,
    )
    reports.open_due_editions(by=HOUSE_ITSELF, at=now)
    edition = Edition.objects.get(place=world.place(GREEN)).pk
    return {"<int:form>": Form.objects.get().pk, "<int:edition>": edition, "<edition>": edition}
