"""The vectors of articles 19 and 29: reaching a share is enough, or it is not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rulebook.domain import BadThreshold, ImpossibleCount, Threshold, read_threshold


@pytest.mark.parametrize(
    ("share", "votes", "total", "enough"),
    [
        # Is the vote valid? (art. 19 ¶1)
        (">1/2", 500, 1000, False),  # exactly half is not 过半数
        (">1/2", 501, 1000, True),
        (">1/2", 401, 801, True),
        (">1/2", 400, 801, False),
        (">2/3", 60, 90, False),  # 超过三分之二
        (">2/3", 61, 90, True),
        # Is one elected? (art. 19 ¶2)
        (">1/2", 250, 500, False),
        (">1/2", 251, 501, True),
        (">=1/3", 166, 500, False),
        (">=1/3", 167, 500, True),
        (">=1/3", 200, 600, True),  # 不得少于三分之一 includes it
        # May the representatives meet? (art. 29)
        (">=2/3", 60, 90, True),  # 三分之二以上
        ("≥2/3", 59, 90, False),
        (">=1/2", 0, 0, False),  # of nobody nothing is enough
        (">=1/1", 7, 7, True),
        (">1/1", 7, 7, False),
    ],
)
def test_met(share: str, votes: int, total: int, enough: bool) -> None:
    assert read_threshold(share).met(votes, total) is enough


@pytest.mark.parametrize(
    ("share", "total", "least"),
    [
        (">1/2", 1000, 501),
        (">1/2", 801, 401),
        (">2/3", 90, 61),
        (">=2/3", 90, 60),
        (">=1/3", 500, 167),
        (">=1/10", 0, 1),
        (">=1/10", 3, 1),
        (">1/1", 7, 8),
    ],
)
def test_the_least_that_is_enough(share: str, total: int, least: int) -> None:
    assert read_threshold(share).least(total) == least


@pytest.mark.parametrize(("votes", "total"), [(-1, 5), (6, 5), (1, 0)])
def test_an_impossible_count_is_refused(votes: int, total: int) -> None:
    with pytest.raises(ImpossibleCount) as refusal:
        read_threshold(">1/2").met(votes, total)

    assert (refusal.value.votes, refusal.value.total) == (votes, total)


@pytest.mark.parametrize("text", ["1/2", "<1/2", ">1/0", ">0/2", ">3/2", ">0.5", "> half", ""])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(BadThreshold):
        read_threshold(text)


def test_a_share_is_written_as_it_is_read() -> None:
    assert str(read_threshold("≥ 2/3", of="members")) == ">=2/3"
    assert read_threshold(">1/2", of="voters") == Threshold(Fraction(1, 2), ">", "voters")


SHARES = st.builds(
    Threshold,
    st.fractions(Fraction(1, 20), 1, max_denominator=20),
    st.sampled_from([">", ">="]),
)


@given(SHARES, st.integers(1, 2000), st.integers(0, 2000))
def test_enough_is_exactly_what_the_arithmetic_says(
    share: Threshold, total: int, votes: int
) -> None:
    votes = min(votes, total)
    part = Fraction(votes, total)

    assert share.met(votes, total) is (
        part > share.share if share.operator == ">" else part >= share.share
    )
    assert share.met(votes, total) is (votes >= share.least(total))
