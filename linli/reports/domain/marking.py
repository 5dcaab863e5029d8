"""
How a filled cell shows its number, which stays a number: a format of its own (ECMA-376).

Nothing else of the file changes: formats are added at the end of their lists.
"""

import html
import re
from dataclasses import dataclass, field

_FORMATS = re.compile(r'<(?P<p>(?:\w+:)?)numFmts\b[^>]*?count="(?P<count>\d{1,9})"[^>]*>')
_FORMAT_ID = re.compile(r'\bnumFmtId="(\d{1,9})"')
_ALL = re.compile(
    r"<(?P<p>(?:\w+:)?)cellXfs\b(?P<said>[^>]*)>(?P<inside>.*?)</(?P=p)cellXfs>", re.DOTALL
)
_ONE = re.compile(r"<(?P<tag>(?:\w+:)?xf)\b[^>]*?(?:/>|(?<!/)>.*?</(?P=tag)>)", re.DOTALL)
_SHEET = re.compile(r"<(?P<p>(?:\w+:)?)styleSheet\b[^>]*>")
_FIRST_OWN = 164  # below, the numbers of formats are the standard's


@dataclass(slots=True)
class Styles:
    """The styles part of a workbook, to which formats are added."""

    text: str
    _formats: dict[str, int] = field(default_factory=dict)
    _styles: dict[tuple[int, str], int] = field(default_factory=dict)

    def with_format(self, style: int, code: str) -> int:
        """Return the style that looks like another but for the format of its numbers."""
        if (style, code) not in self._styles:
            self._styles[style, code] = self._add(style, self._format(code))
        return self._styles[style, code]

    def is_general(self, style: int) -> bool:
        """Return whether a style leaves open how its numbers look."""
        found = _ALL.search(self.text)
        styles = [one[0] for one in _ONE.finditer(found["inside"])] if found else []
        number = _FORMAT_ID.search(styles[style]) if 0 <= style < len(styles) else None
        return number is None or number[1] == "0"

    def _format(self, code: str) -> int:
        if code in self._formats:
            return self._formats[code]
        taken = [int(one) for one in _FORMAT_ID.findall(self.text)]
        number = max([_FIRST_OWN - 1, *taken]) + 1
        said = html.escape(code)
        found = _FORMATS.search(self.text)
        if found is not None:
            head = found[0].replace(
                f'count="{found["count"]}"', f'count="{int(found["count"]) + 1}"'
            )
            new = f'<{found["p"]}numFmt numFmtId="{number}" formatCode="{said}"/>'
            end = self.text.index(f"</{found['p']}numFmts>", found.end())
            self.text = (
                self.text[: found.start()] + head + self.text[found.end() : end] + new
            ) + self.text[end:]
        elif (sheet := _SHEET.search(self.text)) is not None:
            p = sheet["p"]
            new = f'<{p}numFmt numFmtId="{number}" formatCode="{said}"/>'
            new = f'<{p}numFmts count="1">{new}</{p}numFmts>'
            self.text = self.text[: sheet.end()] + new + self.text[sheet.end() :]
        self._formats[code] = number
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
