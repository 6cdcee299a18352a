"""What the pictures of the docs are drawn with: SVG elements as text, in fixed colours on white."""

from __future__ import annotations

from html import escape

INK, SOFT, LINE, GRID, GROUND = "#1c2330", "#5b6575", "#8a94a3", "#e9ecf1", "#ffffff"
GREEN, RED, AMBER, PURPLE, BLUE = "#18794e", "#c62828", "#b45f06", "#7a3ea8", "#1565c0"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An element; `stroke_width` is the attribute stroke-width, and numbers have one decimal at most."""
    written = "".join(f' {key.replace("_", "-")}="{escape(shown(value))}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def shown(value: object) -> str:
    """A value as it is written, with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def text(x: float, y: float, words: str, size: float = 12, fill: str = INK, **more: object) -> str:
    """Words at a place."""
    return tag("text", escape(words), x=x, y=y, font_size=size, fill=fill, **more)


def line(x1: float, y1: float, x2: float, y2: float, **more: object) -> str:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **({"stroke": LINE, "stroke_width": 1.5} | more))


def document(width: int, height: int, title: str, parts: list[str]) -> str:
    """A picture that stands alone."""
    whole = tag("rect", width=width, height=height, rx=8, fill=GROUND)
    lines = ["", tag("title", escape(title)), whole, *parts, ""]
    size = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height}
    return tag("svg", "\n".join(lines), xmlns="http://www.w3.org/2000/svg", role="img", font_family=FONT, **size) + "\n"
