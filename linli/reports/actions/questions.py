"""What forms lack becomes questions for the next visits, each asked once over all forms."""

from collections import Counter
from datetime import datetime

from linli.basics import Actor
from linli.reports import queries
from linli.reports.models import Edition
from linli.visits import actions as visits
from linli.visits.domain import Asked, NothingAsksThis

WEEKLY = 30  # for one community; a template (示例), as no rule gives a number


def ask_for_gaps(*, by: Actor, at: datetime) -> int:
    """
    Ask for the facts that open forms lack, the most urgent form first. Return how many are new.

    Only forms that stand on a line of the duty list ask; where the line is not open in a
    community, nothing is asked there.
    """
    rows = Edition.objects.filter(district=by.district, state="open", form__ends_on=None)
    rows = rows.exclude(form__duty_line=None).select_related("form", "form__duty_line", "place")
    done: set[queries.Gap] = set()
    asked: Counter[int] = Counter()
    new = 0
    for edition, gaps in queries.gaps_of_each(list(rows.order_by("due_on", "id")), at=at):
        line = edition.form.duty_line
        fresh = []
        for gap in sorted(gaps - done):
            if asked[gap.community] < WEEKLY:
                asked[gap.community] += 1
                fresh.append(gap)
        done.update(fresh)
        if not fresh:
            continue
        wanted = [
            Asked(
                person=gap.person,
                attribute=gap.attribute,
                form=edition.form.code,
                duty_line=line.code if line is not None else "",
                as_of=edition.as_of,
            )
            for gap in fresh
        ]
        try:
            new += visits.ask_questions(by=by, asked=wanted, at=at)
        except NothingAsksThis:
            continue
    return new
