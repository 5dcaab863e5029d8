"""Every form of the case page: it does its act, and a refusal is said with what was typed kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.cases import actions
from linli.cases.models import Case, Ruling, Step
from linli.desk.queries.wording import case_clock
from linli.journal.models import Line
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.world import DOOR, HOUSE_ITSELF

from .conftest import report


def step(case: Case, code: str) -> Step:
    return Step.objects.get(case=case, code=code)


@pytest.fixture
def post(at_desk, leak):
    def send(desk: str, act: str, **sent):
        return at_desk(desk).post(f"/desk/cases/{leak.case.number}/do/{act}/", sent)

    return send


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_taking_up_and_undoing(post, leak, at_desk) -> None:
    look = step(leak.case, "look")
    assert post("station", "accept", step=look.pk).status_code == 302
    page = at_desk("station").get(f"/desk/cases/{leak.case.number}/?did=accept").content.decode()
    assert "接下了。" in page
    assert "撤回" in page
    assert post("station", "undo", step=look.pk).status_code == 302
    assert step(leak.case, "look").state == "offered"


def test_undo_is_not_offered_after_five_minutes(world, leak, at_desk, now) -> None:
    late = now - timedelta(minutes=6)
    actions.accept_step(by=world.at("station"), step_id=step(leak.case, "look").pk, at=late)
    page = at_desk("station").get(f"/desk/cases/{leak.case.number}/").content.decode()
    assert "do/undo/" not in page


@pytest.mark.parametrize(
    ("act", "sent", "status"),
    [
        ("finish", {"words": "看过了"}, 409),
        ("hand_over", {"words": "请他们看", "to_party": ""}, 422),
        ("return", {"words": "不是我们的", "clause": "made_up"}, 422),
        ("answer", {"words": "好了呀", "end": "solved"}, 409),
        ("answer", {"words": "随便说说", "end": "nonsense"}, 422),
        ("ask_papers", {"words": "补一下", "until": day(5)}, 422),
        ("ask_papers", {"words": "补一下", "other_papers": "户口本", "until": "soon"}, 422),
        ("pause", {"words": "等天晴", "reason": "weather", "until": day(200)}, 422),
        ("pause", {"words": "没理由", "reason": "tired", "until": day(2)}, 422),
        ("extend", {"words": "要再等等", "until": day(2)}, 403),
        ("merge", {"into": "261116AAAAAA"}, 404),
        ("reroute", {"item": "nothing_like_it"}, 404),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_changes_nothing(post, leak, act, sent, status) -> None:
    before = (Line.objects.count(), list(Case.objects.values()), list(Step.objects.values()))
    answer = post("station", act, step=step(leak.case, "look").pk, **sent)

    assert answer.status_code == status
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert sent.get("words", sent.get("into", "")) in page
    assert (
        Line.objects.count(),
        list(Case.objects.values()),
        list(Step.objects.values()),
    ) == before


def test_pausing_and_running_on(post, leak) -> None:
    sent = {"words": "雨停再修", "reason": "weather", "until": day(3)}
    assert post("station", "pause", **sent).status_code == 302
    paused = Case.objects.get()
    assert paused.status == "paused"
    assert case_clock(paused, at=paused.opened_at).due == ""  # it moves when the clock runs again
    assert post("station", "resume").status_code == 302
    assert Case.objects.get().status == "working"


def test_the_office_above_grants_time_and_urges(world, at_desk, now) -> None:
    case = report(world, at=now, item="roof_renewal").case
    later = (case.due_at + timedelta(days=3)).date().isoformat()
    do = f"/desk/cases/{case.number}/do"
    street = at_desk("street")
    sent = {"until": later, "words": "配件没到"}
    assert street.post(f"{do}/extend/", sent).status_code == 302
    assert Case.objects.get().extended
    assert street.post(f"{do}/supervise/").status_code == 302
    assert Line.objects.order_by("-id").first().kind == "CaseSupervised"


def test_handing_over_to_a_named_office(post, leak, world) -> None:
    target = world.party("990101001.center")
    sent = {"step": step(leak.case, "look").pk, "to_party": target, "words": "他们有梯子"}
    assert post("station", "hand_over", **sent).status_code == 302
    assert step(leak.case, "look").party_id == target


def test_merging_and_parting(post, leak, world, at_desk, now) -> None:
    other = report(world, at=now).case
    assert post("station", "merge", into=other.number).status_code == 302
    assert Case.objects.get(pk=leak.case.pk).merged_into_id == other.pk
    assert post("station", "undo_merge").status_code == 302
    assert Case.objects.get(pk=leak.case.pk).merged_into_id is None


def test_filing_under_the_right_item(post, leak) -> None:
    assert post("station", "reroute", item="roof_renewal").status_code == 302
    assert Case.objects.get().item == "roof_renewal"


def test_a_ruling_needs_a_choice_an_office_and_reasons(world, leak, at_desk, now) -> None:
    actions.return_step(
        by=world.at("street_city"),
        step_id=step(leak.case, "mend").pk,
        clause="private_part",
        note="在户内。",
        at=now,
    )
    ruling = Ruling.objects.get()
    arbiter = at_desk("arbiter")
    for sent in ({"words": "理由在此"}, {"upheld": "yes", "words": "理由在此"}):
        answer = arbiter.post(f"/desk/returns/{ruling.pk}/rule/", sent)
        assert answer.status_code == 422
        assert "理由在此" in answer.content.decode()
    assert arbiter.post(f"/desk/returns/{ruling.pk}/rule/", {"upheld": "no"}).status_code == 422
    assert Ruling.objects.get().ruled_at is None


def test_a_reporter_is_masked_until_opened_and_the_look_is_written_down(
    world, at_desk, now
) -> None:
    person = people.register_person(
        by=HOUSE_ITSELF, at=now, name="陈秀英", home=world.place(DOOR), phone="13800000521"
    )
    people.record_fact(
        by=HOUSE_ITSELF,
        at=now,
        person=person.pk,
        attribute="disability",
        value="visual",
        valid_from=now.date(),
        reason="document",
    )
    case = report(world, at=now, person_id=person.pk).case
    browser = at_desk("station")
    page = browser.get(f"/desk/cases/{case.number}/").content.decode()
    assert "陈秀英" not in page
    assert "13800000521" not in page
    assert not ReadLog.objects.exists()

    page = browser.post(f"/desk/cases/{case.number}/card/", {"person": person.pk}).content.decode()
    assert "陈秀英" in page
    assert "13800000521" not in page  # a leak needs neither, though the purpose would allow both
    assert "视力" not in page
    assert ReadLog.objects.get().person_id == person.pk
    other = browser.post(f"/desk/cases/{case.number}/card/", {"person": person.pk + 1})
    assert other.status_code == 404


def test_one_who_wants_to_be_hidden_is_hidden(world, at_desk, now) -> None:
    case = report(world, at=now, name="王小明", phone="13700004567", hidden=True).case
    page = at_desk("station").get(f"/desk/cases/{case.number}/").content.decode()
    assert "不愿具名" in page
    assert "王" not in page[page.index("<main") : page.index("</main>")]
    assert "4567" not in page
