"""A test that is skipped without leave fails the build, and only the build."""

from types import SimpleNamespace

import pytest

from tests.conftest import SkipCounter


def report(name, *keywords, outcome="skipped", **more):
    return SimpleNamespace(
        nodeid=name, keywords=dict.fromkeys(keywords, 1), skipped=outcome == "skipped", **more
    )


def ended(monkeypatch, ci, *reports, config=None):
    monkeypatch.setenv("CI", ci)
    counter = SkipCounter(config or SimpleNamespace())
    for one in reports:
        counter.pytest_runtest_logreport(one)
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    counter.pytest_sessionfinish(session)
    return session.exitstatus, len(counter.allowed), len(counter.refused)


@pytest.mark.parametrize(
    ("ci", "keywords", "expected"),
    [
        ("true", ("browser",), (pytest.ExitCode.TESTS_FAILED, 0, 1)),
        ("true", ("shared",), (pytest.ExitCode.OK, 1, 0)),
        ("true", ("citus", "browser"), (pytest.ExitCode.OK, 1, 0)),
        ("", ("browser",), (pytest.ExitCode.OK, 0, 1)),
    ],
)
def test_a_skip_needs_leave(monkeypatch, ci, keywords, expected):
    assert ended(monkeypatch, ci, report("a", *keywords)) == expected


def test_what_passed_or_was_expected_to_fail_is_no_skip(monkeypatch):
    reports = [report("a", outcome="passed"), report("b", wasxfail="known")]
    assert ended(monkeypatch, "true", *reports) == (pytest.ExitCode.OK, 0, 0)


def test_only_the_main_process_judges(monkeypatch):
    one_of_two = SimpleNamespace(workerinput={})
    found = ended(monkeypatch, "true", report("a"), config=one_of_two)
    assert found == (pytest.ExitCode.OK, 0, 1)


def test_a_file_that_skips_itself_is_counted(monkeypatch):
    monkeypatch.setenv("CI", "true")
    counter = SkipCounter(SimpleNamespace())
    counter.pytest_collectreport(report("tests/x/test_y.py"))
    assert counter.refused == ["tests/x/test_y.py"]
