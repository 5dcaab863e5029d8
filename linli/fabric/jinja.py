"""
The template environment: what every page may call.

All of it is set up once per process; a page only fills in. Times are shown in Asia/Shanghai.
"""

from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, Undefined
from markupsafe import Markup

LAW_TIME = ZoneInfo("Asia/Shanghai")
# How many texts, addresses and lists of options a process keeps ready.
KEPT = 4096
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def environment(**options: Any) -> Environment:
    """Return the environment Django's Jinja2 backend uses."""
    options["undefined"] = StrictUndefined if settings.STRICT_TEMPLATES else Undefined
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701  # Django sets autoescape
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals |= {
        "_": words,
        "gettext": words,
        "icon_of": icon_of,
        "options_of": options_of,
        "url": url,
        "static": cache(static),
        "language": language,
        "languages": [(tag(code), code, words) for code, words in settings.LANGUAGES],
        "chinese": chinese,
        "now": lambda: datetime.now(LAW_TIME),
    }
    made.filters |= {
        "local_text": local_text,
        "moment": moment,
        "moment_short": moment_short,
        "day": day,
        "span_words": span_words,
        "fen": fen,
        "percent": percent,
    }
    return made


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named route."""
    return _url(get_urlconf(), get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(KEPT, typed=True)
def _url(
    routes: str | None,
    prefix: str,  # noqa: ARG001  # part of what an address depends on
    name: str,
    args: tuple[object, ...],
    kwargs: tuple[tuple[str, object], ...],
) -> str:
    return reverse(name, routes, args, dict(kwargs))


def words(msgid: str, **values: object) -> Markup:
    """Return a sentence in the page's language; a page says some hundred, so they are kept ready."""
    tag = translation.get_language()
    return _said(tag, msgid) % values if values else _whole(tag, msgid)


@lru_cache(KEPT)
def _said(tag: str | None, msgid: str) -> Markup:  # noqa: ARG001  # the language that is active
    return Markup(translation.gettext(msgid))  # noqa: S704  # msgids and their translations are ours


@lru_cache(KEPT)
def _whole(tag: str | None, msgid: str) -> Markup:
    return _said(tag, msgid) % {}


@lru_cache(KEPT)
def icon_of(name: str, large: bool = False) -> Markup:
    """Return an icon of the sprite."""
    return Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        " icon-l" if large else "", static("linli/icons.svg"), name
    )


@lru_cache(256)
def options_of(pairs: tuple[tuple[str, str], ...], chosen: str = "") -> Markup:
    """Return the options of a select from values and words; a long list is made only once."""
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", label
        )
        for value, label in pairs
    )


def chinese() -> bool:
    """Whether the page is in Chinese."""
    return language() == "zh-Hans"


def tag(code: str) -> str:
    """Return the BCP 47 tag of a Django language code."""
    return "zh-Hans" if code.startswith("zh") else "en"


def language() -> str:
    """Return the BCP 47 tag of the page."""
    return tag(translation.get_language() or "zh")


def local_text(value: object) -> str:
    """Return a text of the data in the page's language, in Chinese where there is no other."""
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    return str(value.get(language()) or value.get("zh-Hans") or "")


def moment(value: datetime | None, *, whole: bool = False) -> str:
    """Return ``11 月 21 日 19:20`` or ``21 Nov 19:20``, with the year if it is not this one, or ``whole``."""
    if value is None:
        return ""
    here, clock = _day_and_clock(value)
    other = whole or here.year != datetime.now(LAW_TIME).year
    if chinese():
        year = f"{here.year} 年 " if other else ""
        return f"{year}{here.month} 月 {here.day} 日 {clock}"
    year = f" {here.year}" if other else ""
    return f"{here.day} {MONTHS[here.month - 1]}{year} {clock}"


def moment_short(value: datetime | None) -> str:
    """Return ``11-21 19:20``, for tables."""
    if value is None:
        return ""
    here, clock = _day_and_clock(value)
    return f"{here:%m-%d} {clock}"


def _day_and_clock(value: datetime) -> tuple[datetime, str]:
    """Return the day and the time to show; midnight is 24:00 of the day that ends."""
    here = value.astimezone(LAW_TIME)
    if here.time() == time():
        return here - timedelta(microseconds=1), "24:00"
    return here, f"{here:%H:%M}"


def day(value: date | datetime | None, *, whole: bool = False) -> str:
    """
    Return ``11 月 21 日``, with the year if it is not this one, as ``moment`` does; ``21 Nov 2026`` in English.

    :param whole: with the year always, for a paper that is kept. What a machine reads takes ``isoformat``
    """
    if isinstance(value, datetime):
        value = value.astimezone(LAW_TIME).date()
    if value is None:
        return ""
    if not chinese():
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    other = whole or value.year != datetime.now(LAW_TIME).year
    return f"{f'{value.year} 年 ' if other else ''}{value.month} 月 {value.day} 日"


def span_words(value: timedelta | float | None) -> str:
    """Return a span (or minutes) in its two largest units: ``2 天 3 小时``, ``2 days 3 hours``."""
    if value is None:
        return ""
    minutes = int(value.total_seconds() // 60 if isinstance(value, timedelta) else value)
    days, rest = divmod(abs(minutes), 24 * 60)
    hours, left = divmod(rest, 60)
    tag, parts = translation.get_language(), []
    if days:
        parts.append(_counted(tag, "day", days))
    if hours:
        parts.append(_counted(tag, "hour", hours))
    if not days and (left or not hours):
        parts.append(_counted(tag, "minute", left))
    return " ".join(parts[:2])


def span_brief(value: timedelta) -> str:
    """Return a span as narrow columns hold it: ``2 天 3 小时``, ``2 d 3 h``."""
    if language() != "en":
        return span_words(abs(value))
    minutes = int(abs(value).total_seconds()) // 60
    days, hours, left = minutes // 1440, minutes // 60 % 24, minutes % 60
    two = ((days, "d"), (hours, "h")) if days else ((hours, "h"), (left, "min"))
    return " ".join(f"{n} {unit}" for n, unit in two if n) or "0 min"


@lru_cache(KEPT)
def _counted(tag: str | None, unit: str, n: int) -> str:  # noqa: ARG001  # the active language
    said = {
        "day": translation.ngettext("%(n)d day", "%(n)d days", n),
        "hour": translation.ngettext("%(n)d hour", "%(n)d hours", n),
        "minute": translation.ngettext("%(n)d minute", "%(n)d minutes", n),
    }
    return said[unit] % {"n": n}


def fen(value: int | None) -> str:
    """Return an amount in fen as yuan with two places: ``480.00``, ``−1,200.50``."""
    if value is None:
        return ""
    yuan, rest = divmod(abs(value), 100)
    return f"{'−' if value < 0 else ''}{yuan:,}.{rest:02d}"


def percent(value: Any) -> str:
    """Return an exact share as ``68.6 %``."""
    return "" if value is None else f"{float(value) * 100:.1f} %"
