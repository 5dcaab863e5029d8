from datetime import UTC, datetime, timedelta

import pytest

from linli.basics import Invalid
from linli.identity import domain

NOW = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "token"),
    [("", ""), ("Bearer abc", "abc"), ("bearer  abc ", "abc")],
)
def test_a_bearer_is_read(header, token):
    assert domain.read_bearer(header) == token


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer  ", "abc"])
def test_what_is_no_bearer_is_refused(header):
    with pytest.raises(domain.TokenNotGood):
        domain.read_bearer(header)


def test_a_token_is_kept_as_its_sha256():
    assert domain.token_hash("linli_x") == (
        "15baf8b1ceb445ad914ffa9c226c52194b5526bd7b965a793087c362ac00c56a"
    )


@pytest.mark.parametrize(
    ("days", "good"), [(-1, False), (0, False), (1, True), (366, True), (367, False)]
)
def test_a_token_lasts_up_to_a_year(days, good):
    act = lambda: domain.check_lifetime(at=NOW, expires_at=NOW + timedelta(days=days))  # noqa: E731
    if good:
        assert act() is None
        return
    with pytest.raises(Invalid):
        act()
