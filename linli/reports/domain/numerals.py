"""Numbers of years in Chinese numerals, as digits: 六十周岁, 六十至六十九岁."""

import re

from linli.rulebook.domain import number_of

_ONE = "[一二三四五六七八九]"
_NUMBER = rf"(?:一?百(?:零{_ONE}|{_ONE}十{_ONE}?)?|{_ONE}?十{_ONE}?|{_ONE})"
_ANOTHER = rf"(?:{_NUMBER}|\d{{1,3}})周?岁"
# The last before 岁, and the one that such a span begins with.
_YEARS = re.compile(
    rf"(?<![零一二三四五六七八九十百千万第]){_NUMBER}"
    rf"(?=周?岁|(?:[-至到]|及?以上[至、,]?){_ANOTHER}|(?:及?以上)?[、,]?[不未]满{_ANOTHER})"
)


def years_in_digits(text: str) -> str:
    """Return a text with its numbers of years as digits."""
    return _YEARS.sub(lambda found: str(number_of(found.group())), text)
