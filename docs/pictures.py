"""The pictures of the docs, as SVG that stands alone: the life-cycle from its table, and a run from its trace.

Colours are fixed and the ground is white, so that a page shows the same picture whatever its own colours are.
"""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from math import hypot, inf

from svg import AMBER, BLUE, GREEN, GRID, GROUND, LINE, PURPLE, RED, SOFT
from svg import document as _document
from svg import line as _line
from svg import shown as _value
from svg import tag as _tag
from svg import text as _text

from simulator.certificate.certificate import CertificateState as State
from simulator.certificate.lifecycle import LIFECYCLE, STATE_NAMES, Action, Transition
from simulator.report.picture import Lane, Picture
from simulator.report.timeline import Mark

# --- the life-cycle ---

# Where each state's card has the middle of its upper edge; a state without a place here stops the program.
PLACES: dict[State, tuple[int, int]] = {
    State.NONE: (90, 62),
    State.DRAFT: (400, 40),
    State.READY_TO_SIGN: (650, 210),
    State.SIGNED: (900, 40),
    State.SENT: (1230, 40),
    State.LOCKED: (400, 400),
    State.DELETED: (90, 420),
    State.REVOKED: (1020, 416),
}
CARD_WIDTH, LINE_HEIGHT = 190, 16
# Of the others' width these need less or more: what they hold is short or long.
CARD_WIDTHS: dict[State, int] = {
    State.NONE: 120,
    State.DELETED: 120,
    State.REVOKED: 120,
    State.SENT: 220,
    State.READY_TO_SIGN: 230,
}
FINAL = tuple(state for state, row in LIFECYCLE.items() if not row)
# Where along its arrow a label stands, when the middle is too near another's.
LABELS_AT: dict[tuple[State, State], float] = {
    (State.READY_TO_SIGN, State.DELETED): 0.62,
    (State.READY_TO_SIGN, State.LOCKED): 0.4,
    (State.DRAFT, State.DELETED): 0.45,
    (State.DRAFT, State.LOCKED): 0.3,
}
CODE_FONT = "ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace"


def lifecycle_svg() -> str:
    """Every state as a card of what leaves it as it is, and every other row of the table as an arrow."""
    tip = _tag("path", d="M0 0 8 4 0 8Z", fill=LINE)
    size = {"viewBox": "0 0 8 8", "refX": 7.5, "refY": 4, "markerWidth": 8, "markerHeight": 8}
    parts = [_tag("defs", _tag("marker", tip, id="tip", orient="auto", **size))]
    labels: list[str] = []
    for start, row in LIFECYCLE.items():
        for end in dict.fromkeys(step.state for step in row.values() if step.state is not start):
            line, label = _arrow(start, end, [one for one in row.items() if one[1].state is end])
            parts.append(line)
            labels += label
    # Labels over all lines, and cards over all labels.
    parts += labels
    for state in LIFECYCLE:
        parts += _card(state)
    return _document(1370, 500, "The life of a certificate, and what the journal system is told", parts)


def _staying(state: State) -> list[tuple[Action, Transition]]:
    """What can be done to a certificate and leaves it where it is."""
    return [(action, step) for action, step in LIFECYCLE[state].items() if step.state is state]


def _box(state: State) -> tuple[float, float, float, float]:
    """Left, top, width and height of a card."""
    middle, top = PLACES[state]
    width = CARD_WIDTHS.get(state, CARD_WIDTH)
    lines = len(_staying(state))
    return middle - width / 2, top, width, 34 + (lines * LINE_HEIGHT + 8 if lines else 0)


def _card(state: State) -> list[str]:
    x, y, width, height = _box(state)
    look: dict[str, object] = {"fill": "#eef4fc", "stroke": BLUE}
    if state in FINAL:
        look = {"fill": "#f1f3f6", "stroke": SOFT}
    if state is State.NONE:
        look = {"fill": GROUND, "stroke": SOFT, "stroke_dasharray": "4 3"}
    parts = [
        _tag("rect", x=x, y=y, width=width, height=height, rx=7, stroke_width=1.5, **look),
        _text(x + width / 2, y + 22, str(STATE_NAMES[state]), 13, font_weight=600, text_anchor="middle"),
    ]
    for place, (action, step) in enumerate(_staying(state)):
        line = y + 46 + place * LINE_HEIGHT
        parts.append(_text(x + 10, line, _word(action, step), 11, SOFT, font_family=CODE_FONT))
        parts.append(_text(x + width - 10, line, step.event or "–", 11, font_weight=600, text_anchor="end"))
    return parts


def _word(action: Action, step: Transition) -> str:
    """The word of scenarios for an action, and the path where only one of them knows it."""
    return f"{action.value} ({step.path})" if step.path is not None else action.value


def _arrow(start: State, end: State, steps: list[tuple[Action, Transition]]) -> tuple[str, list[str]]:
    """The arrow for all that leads from one state to another, with a line of label for each."""
    (x1, y1), (x2, y2) = _edge(start, end), _edge(end, start)
    along = LABELS_AT.get((start, end), 0.5)
    x, y = x1 + (x2 - x1) * along, y1 + (y2 - y1) * along
    line = _line(x1, y1, x2, y2, marker_end="url(#tip)")
    words = [(_word(action, step), step.event or "–") for action, step in steps]
    # About as wide as the words are.
    width = max(len(word) * 6.7 + len(event) * 7.6 for word, event in words) + 14
    top = y - len(words) * LINE_HEIGHT / 2
    label = [
        _tag("rect", x=x - width / 2, y=top - 1, width=width, height=len(words) * LINE_HEIGHT + 3, fill=GROUND)
    ]  # fmt: skip
    for place, (word, event) in enumerate(words):
        baseline = top + 12 + place * LINE_HEIGHT
        label.append(_text(x - width / 2 + 3, baseline, word, 11, SOFT, font_family=CODE_FONT))
        label.append(_text(x + width / 2 - 3, baseline, event, 11, font_weight=600, text_anchor="end"))
    return line, label


def _edge(state: State, towards: State) -> tuple[float, float]:
    """Where the line from one card to another leaves the first: from middle to middle, a little off its border."""
    (x1, y1), (x2, y2) = _middle(state), _middle(towards)
    dx, dy = x2 - x1, y2 - y1
    _, _, width, height = _box(state)
    share = min(width / 2 / abs(dx) if dx else inf, height / 2 / abs(dy) if dy else inf)
    share += 3 / hypot(dx, dy)
    return x1 + dx * share, y1 + dy * share


def _middle(state: State) -> tuple[float, float]:
    x, y, width, height = _box(state)
    return x + width / 2, y + height / 2


# --- a run ---

WIDTH, LEFT, RIGHT, TOP, LANE = 860, 170, 30, 64, 62
LEGEND = {
    Mark.DELIVERED: "delivered",
    Mark.RETRY: "answered, sent again",
    Mark.SILENT: "no answer, sent again",
    Mark.REJECTED: "rejected",
    Mark.EXHAUSTED: "exhausted",
    Mark.LATE: "answer that came too late",
    Mark.NEXT: "planned attempt",
}
_OPEN = {"fill": GROUND, "stroke_width": 1.8}
SIGNS = {
    Mark.DELIVERED: _tag("circle", r=7, fill=GREEN)
    + _tag("path", d="M-3.2 .2-1 2.6 3.4-2.4", fill="none", stroke=GROUND, stroke_width=1.8),
    Mark.RETRY: _tag("path", d="M0-5.5 5.5 0 0 5.5-5.5 0Z", stroke=AMBER, **_OPEN),
    Mark.SILENT: _tag("path", d="M-4-4 4 4M4-4-4 4", stroke=RED, stroke_width=2.2, stroke_linecap="round"),
    Mark.REJECTED: _tag("rect", x=-6, y=-6, width=12, height=12, rx=3, fill=RED),
    Mark.EXHAUSTED: _tag("rect", x=-6, y=-6, width=12, height=12, rx=1, fill=PURPLE),
    Mark.LATE: _tag("circle", r=4.5, stroke=BLUE, **_OPEN),
    Mark.NEXT: _tag("circle", r=4.5, stroke=SOFT, stroke_dasharray="2.5 2.5", **_OPEN),
}


def run_svg(picture: Picture, title: str, subtitle: str) -> str:
    """A run as the HTML report draws it, for a page that cannot hold HTML."""
    span = WIDTH - LEFT - RIGHT
    bottom = TOP + LANE * len(picture.lanes)
    parts = [_text(20, 30, title, 16, font_weight=600), _text(20, 50, subtitle, fill=SOFT)]
    for tick in picture.ticks:
        x = LEFT + tick.place * span
        parts.append(_line(x, TOP, x, bottom, stroke=GRID, stroke_width=1))
        # The last label would stand half outside.
        where = {"text_anchor": "end"} if tick.place > 0.97 else {"text_anchor": "middle"}
        parts.append(_text(x + 8 * (tick.place > 0.97), bottom + 16 + 14 * tick.row, tick.label, 11.5, SOFT, **where))
    parts.append(_text(20, bottom + 16, "time since the event", 11.5, SOFT))
    for place, lane in enumerate(picture.lanes):
        parts += _lane(lane, TOP + LANE * place, span)
    kinds = {mark.kind for lane in picture.lanes for mark in lane.marks}
    return _document(WIDTH, bottom + 72, f"{title}. {subtitle}", parts + legend(kinds, bottom + 54))


def _lane(lane: Lane, top: int, span: int) -> list[str]:
    y = top + 38
    when, _, to = lane.told.partition(" to ")
    parts = [
        _text(20, y - 5, lane.name, 13, font_weight=600),
        _text(20, y + 11, f"{when.partition(' ')[2]} to {to}", 11.5, SOFT),
        _text(WIDTH - RIGHT + 8, y - 16, lane.fate, 11.5, SOFT, text_anchor="end"),
    ]
    for since, until in lane.silences:
        band = {"x": LEFT + since * span, "y": y - 9, "width": (until - since) * span, "height": 18}
        parts.append(_tag("rect", **band, rx=4, fill=RED, fill_opacity=".15"))
    parts.append(_line(LEFT, y, LEFT + lane.ends_at * span, y))
    for mark in lane.marks:
        x, below = _value(LEFT + mark.place * span), 14 if mark.kind is Mark.LATE else 0
        title = _tag("title", escape(mark.title))
        parts.append(_tag("g", title, SIGNS[mark.kind], transform=f"translate({x} {y + below})"))
    return parts


def legend(kinds: Collection[Mark], y: int, left: float = LEFT) -> list[str]:
    """What the marks of these kinds mean."""
    parts, x = [], float(left)
    for kind, name in LEGEND.items():
        if kind in kinds:
            parts.append(_tag("g", SIGNS[kind], transform=f"translate({_value(x)} {y - 4})"))
            parts.append(_text(x + 14, y, name, fill=SOFT))
            x += 40 + 6.2 * len(name)
    return parts
