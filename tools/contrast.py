"""
The contrast of the colours that stand on one another, by WCAG 2.2 (1.4.3 and 1.4.11).

``python -m tools.contrast [--check]`` prints every pair and fails where text has less than 4.5 : 1
or an edge that carries meaning less than 3 : 1.
"""

import re
from collections.abc import Iterator
from pathlib import Path

TOKENS = Path(__file__).parents[1] / "linli" / "fabric" / "static" / "linli" / "tokens.css"
LOOKS = {
    "light": ":root",
    "dark": ':root[data-theme="dark"]',
    "dark as the device wishes": ':root:not([data-theme="light"])',
    "elder": ':root[data-mode="elder"]:not([data-theme="dark"])',
}
GROUNDS = ("paper", "surface", "sunken")
TEXT = {
    **dict.fromkeys(("ink", "ink-2", "ink-3", "accent", "ochre", "vermilion"), GROUNDS),
    "accent-press": ("paper", "surface", "sunken", "accent-tint"),
    "on-ink": ("ink",),
    "on-accent": ("accent", "accent-press"),
    "on-vermilion": ("vermilion",),
}
ON_TINTS = {
    "accent-tint": ("accent", "ink", "ink-2"),
    "ochre-tint": ("ochre", "ink", "ink-2"),
    "vermilion-tint": ("vermilion", "ink", "ink-2"),
}
EDGES = {"edge": GROUNDS, "accent": GROUNDS, "ochre": GROUNDS, "vermilion": GROUNDS}


def pairs() -> Iterator[tuple[str, str, float]]:
    """Yield the colour in front, the one behind, and the ratio they owe each other."""
    for front, grounds in TEXT.items():
        yield from ((front, ground, 4.5) for ground in grounds)
    for ground, fronts in ON_TINTS.items():
        yield from ((front, ground, 4.5) for front in fronts)
    for front, grounds in EDGES.items():
        yield from ((front, ground, 3.0) for ground in grounds)


def colours(style: str, selector: str) -> dict[str, str]:
    """Return token → hex, as the blocks with exactly this selector set them."""
    found: dict[str, str] = {}
    for block in re.findall(re.escape(selector) + r"\s*\{([^}]*)\}", style):
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\b", block))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, back: str) -> float:
    """Return the ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(front), luminance(back)))
    return (light + 0.05) / (dark + 0.05)


def main() -> int:
    """Print every pair; 1 if one of them owes contrast."""
    style = TOKENS.read_text(encoding="utf-8")
    weak, tried = 0, 0
    for look, selector in LOOKS.items():
        known = colours(style, ":root") | colours(style, selector)
        if not colours(style, selector):
            raise SystemExit(f"No colours found for {selector} in {TOKENS.name}.")
        for front, back, owed in pairs():
            ratio = contrast(known[front], known[back])
            tried += 1
            if ratio < owed:
                weak += 1
                print(f"{look}: {front} on {back} has {ratio:.2f} : 1 and owes {owed} : 1")
    print(f"{tried} pairs of colours tried, {weak} too weak.")
    return 1 if weak else 0


if __name__ == "__main__":
    raise SystemExit(main())
