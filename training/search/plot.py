"""A small plot as SVG, which any browser and any Markdown page shows; no plotting library.

write_text(path, scatter(points, "training rows", "validation loss"))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, MARGIN = 560, 360, 56
TICKS = 4


@dataclass(frozen=True)
class Point:
    """A point, what it says when pointed at, whether it stands out, the name beside it, and its interval upwards."""

    x: float
    y: float
    label: str
    marked: bool = False
    name: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def reach(self) -> tuple[float, float]:
        """The interval, or the point itself where there is none."""
        return self.y if self.low is None else self.low, self.y if self.high is None else self.high


def scatter(points: Sequence[Point], x_name: str, y_name: str) -> str:
    """Draw the points over two linear axes that reach from the least to the greatest value."""
    xs = _Axis([p.x for p in points], MARGIN, WIDTH - 16)
    ys = _Axis([end for p in points for end in p.reach], HEIGHT - MARGIN, 16)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12" role="img">',
        f"<title>{escape(y_name)} by {escape(x_name)}</title>",
        f'<path d="M{MARGIN} 16V{HEIGHT - MARGIN}H{WIDTH - 16}" fill="none" stroke="#666"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_name)}</text>',
        f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {HEIGHT / 2})">{escape(y_name)}'
        "</text>",
    ]
    for tick in xs.ticks():
        parts.append(f'<text x="{xs.at(tick):.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{tick:.3g}</text>')
    for tick in ys.ticks():
        parts.append(f'<text x="{MARGIN - 6}" y="{ys.at(tick) + 4:.1f}" text-anchor="end">{tick:.3g}</text>')
    for point in points:
        parts += _drawn(point, xs, ys)
    return "\n".join([*parts, "</svg>", ""])


def _drawn(point: Point, xs: _Axis, ys: _Axis) -> list[str]:
    """Draw the interval as a line, the point on it, and the name to its left or right, where there is room."""
    colour, x, y = "#c2410c" if point.marked else "#1d4ed8", xs.at(point.x), ys.at(point.y)
    low, high = (ys.at(end) for end in point.reach)
    line = f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/>' if low != high else ""
    left = x > WIDTH / 2
    name = (
        f'<text x="{x - 8 if left else x + 8:.1f}" y="{y - 6:.1f}" text-anchor="{"end" if left else "start"}">'
        f"{escape(point.name)}</text>"
        if point.name
        else ""
    )
    dot = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" fill-opacity="0.75">'
        f"<title>{escape(point.label)}</title></circle>"
    )
    return [part for part in (line, dot, name) if part]


class _Axis:
    """Place values between two ends on the page."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = min(values), max(values)
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        if self.low == self.high:
            return [self.low]
        return [self.low + i * (self.high - self.low) / TICKS for i in range(TICKS + 1)]
