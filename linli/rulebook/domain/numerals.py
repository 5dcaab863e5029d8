"""Numbers in Chinese numerals, below ten thousand: 三十七, 一百零五, and sign by sign 二〇三."""

from collections.abc import Mapping

_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_POWERS: Mapping[str, int] = {"十": 10, "百": 100, "千": 1000}
NUMERALS = "".join((*_DIGITS, *_POWERS))


def number_of(words: str) -> int:
    """Return the number that Chinese numerals or digits say; what is neither is a KeyError."""
    if words.isdecimal():
        return int(words)
    if not _POWERS.keys() & set(words):
        return int("".join(str(_DIGITS[sign]) for sign in words))
    total, last = 0, 0
    for sign in words:
        if sign in _POWERS:
            total += (last or 1) * _POWERS[sign]
            last = 0
        else:
            last = _DIGITS[sign]
    return total + last
