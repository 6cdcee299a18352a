"""The pictures of the docs, as SVG that stands alone: the life-cycle from its table, and a run from its trace.

Colours are fixed and the ground is white, so that a page shows the same picture whatever its own colours are.
"""

from __future__ import annotations

from html import escape
from math import hypot, inf

from simulator.certificate.certificate import CertificateState as State
from simulator.certificate.lifecycle import ACTION_NAMES, LIFECYCLE, QUESTION_ACTIONS, STATE_NAMES, Action, Transition
from simulator.report.picture import Lane, Picture
from simulator.report.timeline import Mark

INK, SOFT, LINE, GRID, GROUND = "#1c2330", "#5b6575", "#8a94a3", "#e9ecf1", "#ffffff"
GREEN, RED, AMBER, PURPLE, BLUE = "#18794e", "#c62828", "#b45f06", "#7a3ea8", "#1565c0"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def _tag(name: str, *inside: str, **attributes: object) -> str:
    """An element; `stroke_width` is the attribute stroke-width, and numbers have one decimal at most."""
    shown = "".join(f' {key.replace("_", "-")}="{escape(_value(value))}"' for key, value in attributes.items())
    return f"<{name}{shown}>{''.join(inside)}</{name}>" if inside else f"<{name}{shown}/>"


def _value(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _text(x: float, y: float, text: str, size: float = 12, fill: str = INK, **more: object) -> str:
    return _tag("text", escape(text), x=x, y=y, font_size=size, fill=fill, **more)


def _line(x1: float, y1: float, x2: float, y2: float, **more: object) -> str:
    return _tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **({"stroke": LINE, "stroke_width": 1.5} | more))


def _document(width: int, height: int, title: str, parts: list[str]) -> str:
    whole = _tag("rect", width=width, height=height, rx=8, fill=GROUND)
    lines = ["", _tag("title", escape(title)), whole, *parts, ""]
    size = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height}
    return (
        _tag("svg", "\n".join(lines), xmlns="http://www.w3.org/2000/svg", role="img", font_family=FONT, **size) + "\n"
    )


# --- the life-cycle ---

# Where each state's box has its middle; a state without a place here stops the program.
PLACES: dict[State, tuple[int, int]] = {
    State.NONE: (78, 90),
    State.DRAFT: (284, 90),
    State.READY_TO_SIGN: (490, 220),
    State.LOCKED: (104, 250),
    State.SIGNED: (680, 90),
    State.SENT: (930, 90),
    State.DELETED: (284, 420),
    State.REVOKED: (805, 420),
}
BOX_WIDTH, BOX_HEIGHT = 132, 46
FINAL = tuple(state for state, row in LIFECYCLE.items() if not row)
# The longer names are broken here.
BOX_LINES: dict[State, tuple[str, ...]] = {State.READY_TO_SIGN: ("a draft that is", "ready to sign")}
# Where along its arrow a label stands, when the middle is too near another's.
LABELS_AT: dict[tuple[State, State], float] = {
    (State.DRAFT, State.DELETED): 0.3,
    (State.READY_TO_SIGN, State.DELETED): 0.5,
    (State.READY_TO_SIGN, State.LOCKED): 0.7,
    (State.LOCKED, State.REVOKED): 0.6,
    (State.SIGNED, State.REVOKED): 0.35,
    (State.SENT, State.REVOKED): 0.35,
}


def lifecycle_svg() -> str:
    """Every state as a box, and every row of the table that changes the state or tells of an event as an arrow."""
    tip = _tag("path", d="M0 0 8 4 0 8Z", fill=LINE)
    size = {"viewBox": "0 0 8 8", "refX": 7.5, "refY": 4, "markerWidth": 8, "markerHeight": 8}
    parts = [_tag("defs", _tag("marker", tip, id="tip", orient="auto", **size))]
    for state, row in LIFECYCLE.items():
        for end in PLACES:
            steps = {action: step for action, step in row.items() if step.state is end}
            said = {action: step for action, step in steps.items() if step.event or end is not state}
            if said:
                lines = (_actions(said), _events(said))
                parts += _loop(state, *lines) if end is state else _arrow(state, end, *lines)
    for state in LIFECYCLE:
        parts += _box(state)
    note = "Dashed: nobody is told, or Webcert's own database alone knows it."
    parts.append(_text(1084, 456, note, 11.5, SOFT, text_anchor="end"))
    return _document(1100, 470, "The life of a certificate, and what the journal system is told", parts)


def _actions(steps: dict[Action, Transition]) -> str:
    """The actions of an arrow; what is done about questions goes by one name."""
    names = ["questions" if action in QUESTION_ACTIONS else str(ACTION_NAMES[action]) for action in steps]
    return ", ".join(dict.fromkeys(names))


def _events(steps: dict[Action, Transition]) -> str:
    return " ".join(dict.fromkeys(step.event.value for step in steps.values() if step.event)) or "–"


def _box(state: State) -> list[str]:
    x, y = PLACES[state]
    look: dict[str, object] = {"fill": "#eef4fc", "stroke": BLUE}
    if state in FINAL:
        look = {"fill": "#f1f3f6", "stroke": SOFT}
    if state is State.NONE:
        look = {"fill": GROUND, "stroke": SOFT, "stroke_dasharray": "4 3"}
    place = {"x": x - BOX_WIDTH // 2, "y": y - BOX_HEIGHT // 2, "width": BOX_WIDTH, "height": BOX_HEIGHT}
    lines = BOX_LINES.get(state, (str(STATE_NAMES[state]),))
    first = y + 4.5 - 8 * (len(lines) - 1)
    texts = [_text(x, first + 16 * row, line, 13, text_anchor="middle") for row, line in enumerate(lines)]
    return [_tag("rect", **place, rx=7, stroke_width=1.5, **look), *texts]


def _arrow(start: State, end: State, actions: str, events: str) -> list[str]:
    (x1, y1), (x2, y2) = _edge(start, end), _edge(end, start)
    along = LABELS_AT.get((start, end), 0.5)
    x, y = x1 + (x2 - x1) * along, y1 + (y2 - y1) * along
    steps = [step for step in LIFECYCLE[start].values() if step.state is end]
    unusual = all(step.event is None or step.path is not None for step in steps)
    dashes = {"stroke_dasharray": "5 4"} if unusual else {}
    line = _line(x1, y1, x2, y2, marker_end="url(#tip)", **dashes)
    if y1 == y2:
        return [line, *_label(x, y - 20, actions, events)]
    return [line, *_label(x, y - 6, actions, events, on_line=True)]


def _edge(state: State, towards: State) -> tuple[float, float]:
    """Where the line from the middle of one box to the middle of another leaves the first."""
    (x1, y1), (x2, y2) = PLACES[state], PLACES[towards]
    dx, dy = x2 - x1, y2 - y1
    share = min(BOX_WIDTH / 2 / abs(dx) if dx else inf, BOX_HEIGHT / 2 / abs(dy) if dy else inf)
    share += 3 / hypot(dx, dy)
    return x1 + dx * share, y1 + dy * share


def _loop(state: State, actions: str, events: str) -> list[str]:
    """An action that leaves the state as it is: over a box of the upper row, under any other."""
    x, y = PLACES[state]
    side = -1 if y == min(place[1] for place in PLACES.values()) else 1
    edge = y + side * (BOX_HEIGHT // 2 + 3)
    way = f"M{x - 22} {edge}C{x - 30} {edge + 34 * side} {x + 30} {edge + 34 * side} {x + 22} {edge}"
    line = _tag("path", d=way, fill="none", stroke=LINE, stroke_width=1.5, marker_end="url(#tip)")
    return [line, *_label(x, edge + 42 * side, actions, events)]


def _label(x: float, y: float, actions: str, events: str, *, on_line: bool = False) -> list[str]:
    # About as wide as the words are.
    width = max(len(actions) * 6.2, len(events) * 8.2) + 8
    ground = _tag("rect", x=x - width / 2, y=y - 11, width=width, height=30, fill=GROUND)
    return [
        *([ground] if on_line else []),
        _text(x, y, actions, fill=SOFT, text_anchor="middle"),
        _text(x, y + 14, events, font_weight=600, text_anchor="middle"),
    ]


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
    return _document(WIDTH, bottom + 72, f"{title}. {subtitle}", parts + _legend(picture, bottom + 54))


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


def _legend(picture: Picture, y: int) -> list[str]:
    kinds = {mark.kind for lane in picture.lanes for mark in lane.marks}
    parts, x = [], float(LEFT)
    for kind, name in LEGEND.items():
        if kind in kinds:
            parts.append(_tag("g", SIGNS[kind], transform=f"translate({_value(x)} {y - 4})"))
            parts.append(_text(x + 14, y, name, fill=SOFT))
            x += 40 + 6.2 * len(name)
    return parts
