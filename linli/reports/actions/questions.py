"""What forms lack becomes questions for the next visits, each asked once over all forms."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from linli.basics import Actor
from linli.catalogue import queries as catalogue
from linli.people import queries as people
from linli.places import queries as places
from linli.reports import queries
from linli.reports.models import Edition
from linli.rulebook.domain import local_date
from linli.visits import actions as visits
from linli.visits.domain import Asked

WEEKLY = 30  # for one community; a template (示例), as no rule gives a number


def ask_for_gaps(*, by: Actor, at: datetime) -> int:
    """
    Ask for the facts that open forms lack, the most urgent form first. Return how many are new.

    What several forms lack is one question, which names them all. Only forms that stand on a line
    of the duty list ask; where the line is not open in a community, nothing is asked there for this
    form, and the next one that lacks the same asks. Who has died or gone since is asked nothing, and
    who moved is asked where they live now.
    """
    rows = Edition.objects.filter(district=by.district, state="open", form__ends_on=None)
    rows = rows.exclude(form__duty_line=None).select_related("form", "form__duty_line", "place")
    editions = list(rows.order_by("due_on", "id"))
    lives = _who_lives_where(by) if editions else {}
    done: set[queries.Gap] = set()
    asked: Counter[int] = Counter()
    lines: dict[int, frozenset[str]] = {}
    new = 0
    for edition, gaps in queries.gaps_of_each(editions, at=at):
        assert edition.form.duty_line is not None  # noqa: S101  # others were left out
        line, wanted = edition.form.duty_line.code, []
        for gap in sorted(gaps):
            here = lives.get(gap.person)
            if here is None:
                continue
            if here not in lines:
                lines[here] = _open_lines(by, here, at)
            if line not in lines[here] or (gap not in done and asked[here] == WEEKLY):
                continue
            asked[here] += gap not in done
            done.add(gap)
            wanted.append(
                Asked(
                    person=gap.person,
                    attribute=gap.attribute,
                    form=edition.form.code,
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


def _open_lines(by: Actor, community: int, at: datetime) -> frozenset[str]:
    """Return the lines of the duty list that hold in a community on the day."""
    listed = catalogue.duty_list(community, local_date(at), district=by.district)
    return frozenset(code for code, duty in listed.items() if duty.open)
