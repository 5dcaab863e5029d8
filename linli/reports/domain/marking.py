"""
A mark beside a number that is still a number: a format of its own for the filled cell (ECMA-376).

Nothing else of the file changes: formats are added at the end of their lists.
"""

import html
import re
from dataclasses import dataclass, field

_FORMATS = re.compile(r'<(?P<p>(?:\w+:)?)numFmts\b[^>]*?count="(?P<count>\d+)"[^>]*>')
_FORMAT_ID = re.compile(r'\bnumFmtId="(\d+)"')
_ALL = re.compile(
    r"<(?P<p>(?:\w+:)?)cellXfs\b(?P<said>[^>]*)>(?P<inside>.*?)</(?P=p)cellXfs>", re.DOTALL
)
_ONE = re.compile(r"<(?P<tag>(?:\w+:)?xf)\b[^>]*?(?:/>|(?<!/)>.*?</(?P=tag)>)", re.DOTALL)
_SHEET = re.compile(r"<(?P<p>(?:\w+:)?)styleSheet\b[^>]*>")
_FIRST_OWN = 164  # below, the numbers of formats are the standard's


@dataclass(slots=True)
class Styles:
    """The styles part of a workbook, to which marked formats are added."""

    text: str
    _formats: dict[str, int] = field(default_factory=dict)
    _styles: dict[tuple[int, str], int] = field(default_factory=dict)

    def marked(self, style: int, words: str) -> int:
        """Return the style that looks like another, with words after the number."""
        if (style, words) not in self._styles:
            self._styles[style, words] = self._add(style, self._format(words))
        return self._styles[style, words]

    def _format(self, words: str) -> int:
        if words in self._formats:
            return self._formats[words]
        taken = [int(one) for one in _FORMAT_ID.findall(self.text)]
        number = max([_FIRST_OWN - 1, *taken]) + 1
        code = html.escape(f'0" {words}"')
        found = _FORMATS.search(self.text)
        if found is not None:
            head = found[0].replace(
                f'count="{found["count"]}"', f'count="{int(found["count"]) + 1}"'
            )
            new = f'<{found["p"]}numFmt numFmtId="{number}" formatCode="{code}"/>'
            end = self.text.index(f"</{found['p']}numFmts>", found.end())
            self.text = (
                self.text[: found.start()] + head + self.text[found.end() : end] + new
            ) + self.text[end:]
        elif (sheet := _SHEET.search(self.text)) is not None:
            p = sheet["p"]
            new = f'<{p}numFmt numFmtId="{number}" formatCode="{code}"/>'
            new = f'<{p}numFmts count="1">{new}</{p}numFmts>'
            self.text = self.text[: sheet.end()] + new + self.text[sheet.end() :]
        self._formats[words] = number
        return number

    def _add(self, style: int, number: int) -> int:
        found = _ALL.search(self.text)
        if found is None:
            return style
        styles = [one[0] for one in _ONE.finditer(found["inside"])]
        if not 0 <= style < len(styles):
            return style
        head, close, rest = styles[style].partition(">")
        slash = "/" if head.endswith("/") else ""
        head = re.sub(r'\s+(?:numFmtId|applyNumberFormat)="[^"]*"', "", head.removesuffix("/"))
        new = f'{head} numFmtId="{number}" applyNumberFormat="1"{slash}{close}{rest}'
        said = re.sub(r'count="\d+"', f'count="{len(styles) + 1}"', found["said"])
        inside = f"<{found['p']}cellXfs{said}>{found['inside']}{new}</{found['p']}cellXfs>"
        self.text = self.text[: found.start()] + inside + self.text[found.end() :]
        return len(styles)
