"""A curve and the lines of some steps along it: what chapter 1 draws of a slope.

>>> from chalkgrad.exercises.curve import steps
>>> steps(lambda x: x * x, 1.0, [2.0, 1.0])
<Curve from -1 to 4: slope 4 with h = 2, slope 3 with h = 1>
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 620.0, 340.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 150.0, 14.0, 30.0  # margins, with room for what is written there
APART = 20.0  # between two lines of text
STYLE = """.curve{--ink:#0f172a;--dim:#64748b;--f:#0060a8;--page:#ffffff;--h0:#b84a00;--h1:#5b21b6;
--h2:#15803d}@media screen and (prefers-color-scheme:dark){.curve{--ink:#e2e8f0;--dim:#94a3b8;
--f:#56b4e9;--page:#0f172a;--h0:#e69f00;--h1:#cbbefd;--h2:#4ade80}}
.curve text{font:14px "DejaVu Sans",Verdana,sans-serif;fill:var(--ink)}.curve path{fill:none}"""


@dataclass(frozen=True)
class Curve:
    """The picture, which a notebook shows. Each h gives a line from x to x + h, and its slope."""

    f: Callable[[float], float]
    x: float
    hs: tuple[float, ...]
    ends: tuple[float, float]

    def slope(self, h: float) -> float:
        """Rise for each unit of x, from x to x + h."""
        return (self.f(self.x + h) - self.f(self.x)) / h

    def __repr__(self) -> str:
        slopes = ", ".join(f"slope {self.slope(h):.4g} with h = {h:g}" for h in self.hs)
        return f"<Curve from {self.ends[0]:g} to {self.ends[1]:g}: {slopes}>"

    def _repr_svg_(self) -> str:
        left, right = self.ends
        xs = [left + (right - left) * k / 120 for k in range(121)]
        ys = [self.f(x) for x in xs]
        ys += [self.f(self.x) + self.slope(h) * (right - self.x) for h in self.hs]
        low, high = min(*ys, 0.0), max(*ys, 1.0)

        def across(x: float) -> float:
            return LEFT + (x - left) / (right - left) * (WIDTH - LEFT - RIGHT)

        def up(y: float) -> float:
            return HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

        def path(points: Sequence[tuple[float, float]], colour: str, more: str = "") -> str:
            d = " L".join(f"{across(x):.1f} {up(y):.1f}" for x, y in points)
            return f'<path d="M{d}" stroke="var(--{colour})" {more}/>'

        def dot(x: float, colour: str) -> str:
            place = f'cx="{across(x):.1f}" cy="{up(self.f(x)):.1f}"'
            return f'<circle {place} r="4.5" fill="var(--{colour})"/>'

        shown = [path([(left, 0.0), (right, 0.0)], "dim")]
        for k in range(int(left) - 1, int(right) + 1):
            if left <= k <= right:
                place = f'x="{across(k):.1f}" y="{up(0.0) + 18:.1f}"'
                shown.append(f'<text {place} text-anchor="middle">{k}</text>')
        shown.append(path(list(zip(xs, ys, strict=False)), "f", 'stroke-width="3"'))
        below = -APART
        for k, h in enumerate(self.hs):
            colour, slope, start = f"h{k % 3}", self.slope(h), self.f(self.x)
            end = start + slope * (right - self.x)
            shown.append(path([(self.x, start), (right, end)], colour, 'stroke-width="2"'))
            if k == 0:  # the rise and the step, of the first line alone: more would be a tangle
                corner = [(self.x, start), (self.x + h, start), (self.x + h, start + slope * h)]
                shown.append(path(corner, colour, 'stroke-dasharray="4 4"'))
                step = f'x="{across(self.x + h / 2):.1f}" y="{up(start) + 16:.1f}"'
                shown.append(f'<text {step} text-anchor="middle">step {h:g}</text>')
                rise = f'x="{across(self.x + h) + 6:.1f}" y="{up(start + slope * h / 4):.1f}"'
                shown.append(f"<text {rise}>rise {slope * h:.4g}</text>")
            shown.append(dot(self.x + h, colour))
            below = max(up(end) + 5, below + APART)
            shown.append(
                f'<text x="{across(right) + 8:.1f}" y="{below:.1f}" style="fill:var(--{colour})">'
                f"h = {h:g}: slope {slope:.4g}</text>"
            )
        shown.append(dot(self.x, "ink"))
        size = f'width="{WIDTH:g}" height="{HEIGHT:g}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" class="curve">'
            f"<title>{repr(self)[1:-1]}</title><style>{STYLE}</style>"
            f'<rect width="100%" height="100%" fill="var(--page)"/>{"".join(shown)}</svg>'
        )


def steps(f: Callable[[float], float], x: float, hs: Sequence[float]) -> Curve:
    """The curve of f around x, and for each h the line from x to x + h.

    ``hs`` are steps to the right, the longest first.
    """
    return Curve(f, x, tuple(hs), (x - max(hs), x + 1.5 * max(hs)))
