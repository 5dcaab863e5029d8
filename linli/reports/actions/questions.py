"""What forms lack becomes questions for the next visits, each asked once over all forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from linli.basics import Actor
from linli.catalogue import queries as catalogue
from linli.people import queries as people
from linli.places import queries as places
from linli.reports import queries
from linli.reports.models import Edition
from linli.rulebook.domain import SHANGHAI, local_date
from linli.visits import actions as visits
from linli.visits import queries as visit_queries
from linli.visits.domain import Asked

WEEKLY = 30  # for one community; a template (示例), as no rule gives a number


def ask_weekly(*, by: Actor, at: datetime) -> int:
    """
    Ask for what open forms lack, though no form opens: once a week. Return how many are new.

    What found no room on the list of last week is on that of this one. A week in which forms asked
    already has its list.
    """
    if visit_queries.forms_asked_since(by.district, _monday(at)):
        return 0
    return ask_for_gaps(by=by, at=at)


def _monday(at: datetime) -> datetime:
    on = local_date(at)
    return datetime.combine(on - timedelta(days=on.weekday()), time.min, SHANGHAI)


def ask_for_gaps(*, by: Actor, at: datetime) -> int:
    """
    Ask for the facts that open forms lack, the most urgent form first. Return how many are new.

    What several forms lack is one question, which names them all. A community's list of a week holds
    ``WEEKLY``: what stands there still, what of it was answered, and what is new. Only forms that stand on a line
    of the duty list ask; where the line is not open in a community, nothing is asked there for this
    form, and the next one that lacks the same asks. Who has died or gone since is asked nothing, and
    who moved is asked where they live now.
    """
    rows = Edition.objects.filter(district=by.district, state="open", form__ends_on=None)
    rows = rows.exclude(form__duty_line=None).select_related("form", "form__duty_line", "place")
    rows = rows.prefetch_related("form__duty_line__terms")
    editions = list(rows.order_by("due_on", "id"))
    lives = _who_lives_where(by) if editions else {}
    lists: dict[int, _List] = {}
    answered = visit_queries.answered_since(by.district, _monday(at)) if editions else {}
    new = 0
    for edition, gaps in queries.gaps_of_each(editions, at=at):
        form, line = edition.form.code, queries.line_of(edition.form)
        assert line is not None  # noqa: S101  # others were left out
        wanted = []
        for gap in sorted(gaps):
            community = lives.get(gap.person)
            if community is None:
                continue
            if community not in lists:
                lists[community] = _List.of(by, community, answered.get(community, 0), at)
            if lists[community].takes((gap.person, gap.attribute), form, line):
                wanted.append(
                    Asked(
                        person=gap.person,
                        attribute=gap.attribute,
                        form=form,
                        duty_line=line,
                        as_of=edition.as_of,
                    )
                )
        new += visits.ask_questions(by=by, asked=wanted, at=at) if wanted else 0
    return new


def _who_lives_where(by: Actor) -> Mapping[int, int]:
    """Return person → community, of all who live in the district now."""
    tree = places.tree(by.district)
    everywhere = [one for root in tree.roots() for one in tree.communities_under(root.id)]
    found = people.residents_now(by.district, everywhere, ())
    return dict(zip(found.ids.tolist(), found.communities.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _List:
    """
    The questions of one community while its list is made.

    ``lines`` of the duty list are open there; ``standing`` says which forms a question is asked for
    already; ``room`` is left for so many new ones.
    """

    lines: frozenset[str]
    standing: Mapping[tuple[int, str], tuple[str, ...]]
    room: int
    _taken: set[tuple[int, str]] = field(default_factory=set)

    @classmethod
    def of(cls, by: Actor, community: int, answered: int, at: datetime) -> "_List":
        listed = catalogue.duty_list(community, local_date(at), district=by.district)
        asked = visit_queries.open_questions(community, district=by.district, at=at)
        return cls(
            frozenset(code for code, duty in listed.items() if duty.open),
            {(one.person, one.attribute): one.forms for one in asked},
            WEEKLY - answered - sum(bool(one.forms) for one in asked),
        )

    def takes(self, about: tuple[int, str], form: str, line: str) -> bool:
        """Return whether a form may ask about a person's fact, and does not yet; note it as asked."""
        if line not in self.lines:
            return False
        if about in self.standing:
            return form not in self.standing[about]
        if about not in self._taken and len(self._taken) >= self.room:
            return False
        self._taken.add(about)
        return True
