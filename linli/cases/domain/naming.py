"""
Which item the class of another system means, such as 下水井盖 in 公用部件 in 市政设施.

A class is a name and no speech: it is taken only where an item's own words stand in it. A Chinese
name ends with what it is about, so what stands at its end says more than what stands before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

LONG = 4  # signs; so long a phrase says the same wherever it stands
OFTEN = 2  # phrases of one item that begin alike: that is what it is about (井盖丢了, 井盖响)


class Namer:
    """Holds what each item is called and how people say it, and the classes that were read by hand."""

    def __init__(
        self, phrases: Iterable[tuple[str, str]], known: Mapping[str, str] | None = None
    ) -> None:
        """
        :param phrases: each a phrase and the code of its item
        :param known: class → code of its item, empty where none is to be guessed
        """
        self._known = known or {}
        self._whole: defaultdict[str, set[str]] = defaultdict(set)
        begun: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for phrase, code in set(phrases):
            self._whole[phrase].add(code)
            for end in range(2, len(phrase)):
                begun[phrase[:end]][code] += 1
        self._about = {
            words: code
            for words, items in begun.items()
            if len(items) == 1
            for code, times in items.items()
            if times >= OFTEN
        }

    def item(self, classes: Sequence[str]) -> str:
        """
        Return the item that classes mean, the narrowest first; empty if none is plain.

        What was read by hand goes first. Of a wider class only an item's whole phrase at its end counts.
        """
        for number, name in enumerate(classes):
            if name in self._known:
                return self._known[name]
            found = self._meant(name, narrow=number == 0)
            if found:
                return found
        return ""

    def _meant(self, name: str, *, narrow: bool) -> str:
        fits: defaultdict[tuple[bool, bool, int], set[str]] = defaultdict(set)
        for words in {name[i:j] for i in range(len(name)) for j in range(i + 2, len(name) + 1)}:
            at_end, much = name.endswith(words), 2 * len(words) >= len(name)
            if words in self._whole and (at_end or (narrow and (much or len(words) >= LONG))):
                fits[True, at_end, len(words)] |= self._whole[words]
            elif narrow and words in self._about and (at_end or much):
                fits[False, at_end, len(words)].add(self._about[words])
        meant = fits[max(fits)] if fits else set()
        return meant.pop() if len(meant) == 1 else ""
