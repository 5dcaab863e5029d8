"""One case going through its life in memory. Nothing here writes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from linli.basics import Actor, Event
from linli.cases.domain import (
    AwardEnd,
    Channel,
    End,
    ReturnPending,
    Role,
    Status,
    StepState,
    check_return,
    check_step_move,
    new_code,
)
from linli.cases.domain.lives import Deed, Happened, Life
from linli.cases.events import (
    AwardEnded,
    AwardGiven,
    CaseAnswered,
    CaseEnded,
    CaseOpened,
    ConsultationAnswered,
    ReturnRuled,
    StepAccepted,
    StepHandedOver,
    StepReturned,
)
from linli.cases.models import Award, Case, Extension, Pause, Report, Ruling, Step, StepMove
from linli.fabric.blanks import Bound
from linli.fabric.bulk import new_row
from linli.fabric.fields import Sealed
from linli.rulebook.domain import local_date

from ._lists import role_after
from ._lived_clocks import run_on, turn_clocks
from ._lived_returns import close_returns, dismissed
from ._lived_rows import change_row
from ._load_desk import Desk, Ids
from ._locked import office_words
from .opening import OVERSEERS
from .returns import ARBITER, LAST_RESORT

BY_THEMSELVES = frozenset({Channel.PORTAL, Channel.DOOR_CODE, Channel.API})


class Lived:
    """One case: its rows as they are at the moment reached, and the parties concerned so far."""

    def __init__(
        self, desk: Desk, life: Life, number: str, ids: Ids, opener: Actor | None = None
    ) -> None:
        self.desk, self.life, self.ids, self.opener = desk, life, ids, opener
        self.definition = desk.definition(life.version_id)
        self.ground = life.community_id or life.place_id
        self.steps: dict[str, Step] = {}
        self.moves: list[StepMove] = []
        self.rulings: list[Ruling] = []
        self.concerned: dict[int, Role] = {}
        self.case = self._new_case(number)
        self.turn = self.case.pk
        self.pauses: list[Pause] = []
        self.extensions: list[Extension] = []
        self.joined: list[Report] = []
        self.awards: list[Award] = []
        self.parts: list[Lived] = []
        self.reporter = (
            replace(desk.resident, user=life.user_id, person=life.subject_id)
            if life.user_id
            else desk.resident
        )
        desk.remember(number, self.case.pk)
        self.report = self._new_report()

    def live(self, deeds: Mapping[Deed, Callable[["Lived", Happened], None]]) -> None:
        """Go through the whole life; clocks are turned on the way."""
        if self.life.answer:
            self._answer_on_the_spot()
            return
        self.open()
        self.go_on(deeds)

    def go_on(
        self,
        deeds: Mapping[Deed, Callable[["Lived", Happened], None]],
        until: datetime | None = None,
    ) -> None:
        """Live what is told, of sub-cases last; at most up to a moment, if one is given."""
        for one in self.life.after:
            if until is None or one.at <= until:
                turn_clocks(self, one.at)
                deeds[one.deed](self, one)
        turn_clocks(self, until or self.desk.at)
        for part in self.parts:
            part.go_on(deeds, until)

    def whole(self) -> Iterator["Lived"]:
        """Yield the case and all its sub-cases."""
        yield self
        for part in self.parts:
            yield from part.whole()

    # Rows

    def _new_case(self, number: str) -> Case:
        life, desk, item = self.life, self.desk, self.definition
        owner, opened = desk.unit(item.accountable, self.ground), life.opened_at
        due = desk.due(owner, opened, item.whole) if life.timed else None
        first = desk.due(owner, opened, item.first_response) if life.timed else None
        return new_row(
            Case,
            id=next(self.ids.cases),
            district=desk.by.district,
            number=number,
            version_id=life.version_id,
            item=item.code,
            channel=str(life.channel),
            words=life.words,
            answers=dict(life.answers),
            place_id=life.place_id,
            place_words=life.place_words,
            community_id=life.community_id,
            subject_id=life.subject_id,
            sensitive=item.sensitive,
            status=str(Status.OFFERED),
            owner_id=owner,
            opened_at=life.opened_at,
            recorded_at=life.recorded_at or life.opened_at,
            first_due_at=first,
            due_at=due,
            next_mark_at=desk.next_mark_at(start=opened, due_at=due, at=opened),
            first_next_mark_at=desk.next_mark_at(start=opened, due_at=first, at=opened),
            external_key=life.external_key,
        )

    def _new_report(self) -> Report:
        life, case, ring = self.life, self.case, self.desk.ring
        code = life.code or new_code()
        return new_row(
            Report,
            id=next(self.ids.reports),
            district=case.district,
            case_id=case.pk,
            person_id=life.subject_id,
            user=life.user_id,
            name=life.name,
            phone=Sealed(ring.seal(life.phone)) if life.phone else None,
            phone_index=ring.blind(life.phone) if life.phone else None,
            taken_by=self._opener().appointment,
            hidden=life.hidden,
            code_hash=ring.blind(f"{case.number}:{code}"),
            language=life.language,
            reported_at=life.opened_at,
        )

    def _new_steps(self) -> None:
        names = self.desk.step_names(self.life.version_id)
        for one, (name, after) in zip(self.definition.steps, names, strict=True):
            step = new_row(
                Step,
                id=next(self.ids.steps),
                district=self.case.district,
                case_id=self.case.pk,
                code=one.code,
                name=name,
                performer=one.performer,
                after=after,
                assist=[self.desk.unit(each, self.ground) for each in one.assist],
                subcase_item=one.item,
                party_id=self.desk.unit(one.performer, self.ground),
                state=str(StepState.WAITING),
            )
            self.steps[one.code] = step
            if not one.after:
                self.offer(step, self.life.opened_at)

    def offer(self, step: Step, at: datetime) -> None:
        """Offer a step to its office and start its own clock."""
        within = self.definition.step(step.code).within
        step.state, step.offered_at = str(StepState.OFFERED), at
        step.due_at = self.desk.due(step.party_id, at, within) if self.life.timed else None
        step.mark = ""
        step.next_mark_at = self.desk.next_mark_at(start=at, due_at=step.due_at, at=at)

    # Lines

    def draft(self, event: Event, rows: list[Bound], by: Actor | None = None) -> None:
        actor = self.desk.by if self.life.recorded_at or by is None else by
        self.desk.drafts.add(event, by=actor, rows=rows)

    def line_at(self, moment: datetime) -> datetime:
        """Lines of an import carry the moment of the import: they say what we know since when."""
        return self.life.recorded_at or moment

    def _opener(self) -> Actor:
        if self.life.recorded_at is not None:
            return self.desk.by
        if self.opener is not None:
            return self.opener
        if self.life.channel in BY_THEMSELVES:
            return self.reporter
        return self.desk.holder(self.desk.unit("community.station", self.ground), self.turn)

    def of_office(self, party: int) -> Actor:
        return self.desk.holder(party, self.turn)

    # Deeds

    def _concern(self) -> None:
        self.concerned[self.case.owner_id] = Role.OWNER
        for step in self.steps.values():
            self.concerned.setdefault(step.party_id, Role.HANDLER)
        for step in self.steps.values():
            for party in step.assist:
                self.concerned.setdefault(party, Role.ASSISTANT)
        for performer in OVERSEERS:
            self.concerned.setdefault(self.desk.unit(performer, self.ground), Role.OVERSEER)
        taker = None if self.opener else self._opener().party
        if taker is not None:
            self.concerned.setdefault(taker, Role.TAKER)

    def open(self) -> None:
        """Offer the first steps and say so; what comes after is another matter."""
        case = self.case
        self._new_steps()
        self._concern()
        event = CaseOpened(
            at=self.line_at(case.opened_at),
            case_id=case.pk,
            item=case.item,
            version_id=case.version_id,
            channel=case.channel,
            place_id=case.place_id,
            owner_id=case.owner_id,
            due_at=case.due_at,
            offered=tuple(s.pk for s in self.steps.values() if s.state == StepState.OFFERED),
        )
        self.draft(event, [case, self.report, *self.steps.values()], self._opener())

    def _answer_on_the_spot(self) -> None:
        case, at = self.case, self.life.opened_at
        case.status, case.end, case.answer = str(Status.ENDED), "explained", self.life.answer
        case.responded_at = case.answered_at = case.ended_at = at
        case.next_mark_at = case.first_next_mark_at = None
        self._concern()
        event = ConsultationAnswered(
            at=self.line_at(at), case_id=case.pk, item=case.item, channel=case.channel
        )
        self.draft(event, [case, self.report], self.of_office(case.owner_id))

    def move(self, step: Step, then: StepState, one: Happened, party: int, hop: int) -> StepMove:
        """:raises WrongMoment: if the rules of steps do not allow it"""
        check_step_move(StepState(step.state), then)
        move = new_row(
            StepMove,
            id=next(self.ids.moves),
            district=step.district,
            step_id=step.pk,
            case_id=step.case_id,
            from_state=step.state,
            to_state=str(then),
            from_party=step.party_id,
            to_party=party,
            clause=one.clause,
            note=one.words,
            hop=hop,
            moved_at=one.at,
        )
        self.moves.append(move)
        change_row(step, state=str(then), party_id=party)
        return move

    def _begin_working(self, by: Actor, at: datetime) -> None:
        case, columns = self.case, dict[str, Any]()
        if case.responded_at is None:
            columns |= {"responded_at": at, "first_next_mark_at": None}
        if case.status == Status.OFFERED:
            columns["status"] = str(Status.WORKING)
        if case.owner_id == by.party and case.owner_appointment is None:
            columns["owner_appointment"] = by.appointment
        if columns:
            change_row(case, **columns)

    def accept(self, one: Happened) -> None:
        step = self.steps[one.step]
        by = self.of_office(step.party_id)
        move = self.move(step, StepState.ACCEPTED, one, step.party_id, 0)
        step.accepted_at, step.appointment = one.at, by.appointment
        self._begin_working(by, one.at)
        event = StepAccepted(
            at=self.line_at(one.at), case_id=self.case.pk, step_id=step.pk, party_id=step.party_id
        )
        self.draft(event, [self.case, step, move], by)

    def hand_over(self, one: Happened) -> None:
        step = self.steps[one.step]
        was, party = step.party_id, self.desk.unit(one.performer, self.ground)
        if party == was or step.hops >= self.desk.windows(one.at).hops:
            return
        move = self.move(step, StepState.OFFERED, one, party, step.hops + 1)
        step.hops, step.offered_at = step.hops + 1, one.at
        step.appointment = step.accepted_at = None
        self.concerned.setdefault(party, Role.HANDLER)
        event = StepHandedOver(
            at=self.line_at(one.at),
            case_id=self.case.pk,
            step_id=step.pk,
            from_party_id=was,
            to_party_id=party,
            hop=step.hops,
        )
        self.draft(event, [step, move], self.of_office(was))

    def give_back(self, one: Happened) -> None:
        step = self.steps[one.step]
        windows = self.desk.windows(one.at)
        check_return(one.clause, one.clause, dismissed(self, step), windows)
        arbiter = self.desk.unit(ARBITER, self.ground)
        move = self.move(step, StepState.RETURNED, one, step.party_id, 0)
        ruling = new_row(
            Ruling,
            id=next(self.ids.rulings),
            district=step.district,
            step_id=step.pk,
            case_id=self.case.pk,
            item=self.case.item,
            clause=one.clause,
            returned_by_id=step.party_id,
            returned_at=one.at,
            arbiter_party_id=arbiter,
        )
        self.rulings.append(ruling)
        self.concerned.setdefault(arbiter, Role.OVERSEER)
        event = StepReturned(
            at=self.line_at(one.at),
            case_id=self.case.pk,
            step_id=step.pk,
            party_id=step.party_id,
            clause=one.clause,
            arbiter_id=arbiter,
        )
        self.draft(event, [step, move, ruling], self.of_office(step.party_id))

    def rule(self, one: Happened) -> None:
        step, ruling = self.steps[one.step], self.rulings[-1]
        by = self.of_office(ruling.arbiter_party_id)
        target, hops = ruling.returned_by_id, step.hops
        if one.upheld:
            most = self.desk.windows(one.at).hops
            hops = min(step.hops + 1, most)
            named = one.performer if step.hops < most else LAST_RESORT
            target = self.desk.unit(named, self.ground)
        move = self.move(step, StepState.OFFERED, one, target, hops)
        step.hops, step.offered_at = hops, one.at
        step.accepted_at = step.appointment = None
        ruling.upheld, ruling.to_party_id, ruling.reason = one.upheld, target, one.words
        ruling.ruled_by, ruling.ruled_at = by.appointment, one.at
        self.concerned.setdefault(target, Role.HANDLER)
        rows: list[Bound] = [step, move, ruling]
        if one.upheld and self.case.owner_id == ruling.returned_by_id:
            was = self.case.owner_id
            self.concerned |= {was: role_after(was, target), target: Role.OWNER}
            change_row(self.case, owner_id=target, owner_appointment=None)
            rows.append(self.case)
        event = ReturnRuled(
            at=self.line_at(one.at),
            case_id=self.case.pk,
            step_id=step.pk,
            ruling_id=ruling.pk,
            clause=ruling.clause,
            upheld=one.upheld,
            to_party_id=target,
            hop=hops,
        )
        self.draft(event, rows, by)

    def answer(self, one: Happened) -> None:
        case = self.case
        by = self.of_office(case.owner_id)
        closed: list[Bound] = []
        run_on(self, one.at, by)
        for step in self.steps.values():
            if step.state == StepState.RETURNED and one.end == End.SOLVED:
                raise ReturnPending(office=office_words(step.party_id))
            if step.state in (StepState.DONE, StepState.DROPPED):
                continue
            mine = step.party_id == case.owner_id and step.state == StepState.ACCEPTED
            state = StepState.DONE if mine else StepState.DROPPED
            change_row(step, state=str(state), done_at=one.at if mine else None, next_mark_at=None)
            closed.append(step)
        close_returns(self, by=by, at=one.at)
        self._begin_working(by, one.at)
        change_row(
            case,
            status=str(Status.ANSWERED),
            end=str(one.end),
            answer=one.words,
            answered_at=one.at,
            next_mark_at=None,
        )
        event = CaseAnswered(
            at=self.line_at(one.at), case_id=case.pk, end=case.end, party_id=case.owner_id
        )
        self.draft(event, [case, *closed], by)
        if self.definition.award and case.subject_id is not None:
            self._settle_award(case.subject_id, one.at, by)

    def _settle_award(self, subject: int, at: datetime, by: Actor) -> None:
        """Do what ``settle_award`` does, in memory."""
        case, held = self.case, self.desk.awards
        key = (self.desk.standing(subject), case.item)
        award = self.awards[-1] if self.awards else None
        if case.end == End.SOLVED and key not in held:
            award = new_row(
                Award,
                id=next(self.ids.awards),
                district=case.district,
                person_id=case.subject_id,
                item=case.item,
                case_id=case.pk,
                from_on=local_date(at),
            )
            held.add(key)
            self.awards.append(award)
            given = AwardGiven(
                at=self.line_at(at), award_id=award.pk, case_id=case.pk, item=case.item
            )
            self.draft(given, [award], by)
        elif case.end != End.SOLVED and award is not None and award.to_on is None:
            award.to_on, award.ended_at = max(award.from_on, local_date(at)), self.line_at(at)
            award.end_reason = str(AwardEnd.REVOKED)
            held.discard(key)
            ended = AwardEnded(
                at=self.line_at(at), award_id=award.pk, item=award.item, reason=award.end_reason
            )
            self.draft(ended, [award], by)

    def end(self, one: Happened) -> None:
        case = self.case
        change_row(
            case,
            status=str(Status.ENDED),
            ended_at=one.at,
            confirmed=one.confirmed,
            rating=one.rating,
        )
        event = CaseEnded(
            at=self.line_at(one.at), case_id=case.pk, end=case.end, confirmed=one.confirmed
        )
        by = self.desk.house if one.confirmed is None else self.reporter
        self.draft(event, [case], by)
