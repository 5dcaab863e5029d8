"""What a printed paper says, before it has a page: slips of one A5 sheet, and plain documents."""

from dataclasses import asdict, dataclass
from typing import Literal

ZH, EN = "zh-Hans", "en"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that opens a part."""

    text: str
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of plain text."""

    text: str
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a word and its value, one under the other."""

    pairs: tuple[tuple[str, str], ...]
    block: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Ticks:
    """Things to bring or do, each with an empty box to tick by hand."""

    items: tuple[str, ...]
    block: Literal["ticks"] = "ticks"


@dataclass(frozen=True, slots=True)
class Boxed:
    """A heading and a paragraph in a frame: what to do if something goes wrong."""

    title: str
    text: str
    block: Literal["boxed"] = "boxed"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; columns whose index is in ``right`` stand right, as figures do."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    block: Literal["table"] = "table"


Block = Heading | Paragraph | Facts | Ticks | Boxed | Table


@dataclass(frozen=True, slots=True)
class Document:
    """
    A paper to print: plain text in blocks, never markup.

    ``number`` and ``qr`` stand in the top band with ``big``; ``foot`` is small print.
    ``attached`` is JSON that lies inside the PDF as a file, for whoever checks it.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    paper: Literal["a4", "a5"] = "a4"
    office: str = ""
    number_label: str = ""
    number: str = ""
    big: tuple[str, ...] = ()
    qr: str = ""
    mark: str = ""
    foot: tuple[str, ...] = ()
    attached_name: str = ""
    attached: str = ""

    def as_json(self) -> dict[str, object]:
        """Return what the page's template reads."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Slip:
    """
    One A5 slip: 受理回执, 缺件一次告知单, a queue number. All text in ``language``.

    ``code`` is the check code beside the number; ``big`` the lines read from afar; ``root`` the
    journal root printed for the public check; ``qr`` what the square code holds (an address
    without any name or telephone number); ``copy`` marks every print after the first as 副本.
    """

    title: str
    office: str
    number: str
    language: str
    code: str = ""
    big: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    ticks: tuple[str, ...] = ()
    boxes: tuple[tuple[str, str], ...] = ()
    foot: str = ""
    root: str = ""
    qr: str = ""
    copy: bool = False


@dataclass(frozen=True, slots=True)
class SlipWords:
    """The few words a slip adds by itself, in the slip's language."""

    number: str
    code: str
    root: str
    copy: str


def document_of(slip: Slip, words: SlipWords) -> Document:
    """Return the A5 page of a slip."""
    facts = ((words.code, slip.code), *slip.facts) if slip.code else slip.facts
    parts: tuple[Block, ...] = (
        *((Facts(facts),) if facts else ()),
        *((Ticks(slip.ticks),) if slip.ticks else ()),
        *(Boxed(title, text) for title, text in slip.boxes),
    )
    groups = " ".join(slip.root[start : start + 8] for start in range(0, len(slip.root), 8))
    foot = (slip.foot, f"{words.root} {groups}" if slip.root else "")
    return Document(
        title=slip.title,
        language=slip.language,
        blocks=parts,
        paper="a5",
        office=slip.office,
        number_label=words.number,
        number=slip.number,
        big=slip.big,
        qr=slip.qr,
        mark=words.copy if slip.copy else "",
        foot=tuple(line for line in foot if line),
    )
