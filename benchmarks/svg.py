"""What can be measured of a picture in SVG, Graphviz's or ours: boxes, text, edges, crossings."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = "{http://www.w3.org/2000/svg}"
SCREEN = (1600.0, 900.0)
PIECES = 12  # straight pieces of one cubic
NEAR_AN_END = 6.0  # px; edges that meet at a box do not cross there
UNITS = {"pt": 4 / 3, "px": 1.0, "": 1.0}
STEPS = np.linspace(0, 1, PIECES + 1)[1:, None]


class Measured(NamedTuple):
    """Sizes are px at the picture's own size, text as it is fitted to the screen.

    ``labels`` are the texts that stand at edges and in no box, ``strayed`` those of them that are
    nearer to another edge than to their own.
    """

    boxes: int
    width: float
    height: float
    text: float
    labels: int
    strayed: int
    crossings: int


def measured(svg: str) -> Measured:
    """Measure a picture."""
    root = ET.fromstring(svg)
    width, height = px(root.get("width", "")), px(root.get("height", ""))
    scale = width / float(root.get("viewBox", "0 0 1 1").split()[2])
    fitted = scale * min(1.0, SCREEN[0] / width, SCREEN[1] / height)
    sizes = [float(t.get("font-size", "14").removesuffix("px")) for t in words(root)]
    groups = [g for g in root.iter(f"{SPACE}g") if "edge" in g.get("class", "").split()]
    lines, labels = [], []
    for group in groups:
        paths = [line(p.get("d", "")) * scale for p in group.iter(f"{SPACE}path")]
        if paths:
            lines.append(np.concatenate(paths) if len(paths) > 1 else paths[0])
            labels += [(len(lines) - 1, middle(t) * scale) for t in words(group)]
    strayed = sum(nearest(point, lines) != own for own, point in labels)
    boxes = sum("node" in g.get("class", "").split() for g in root.iter(f"{SPACE}g"))
    text = fitted * min(sizes, default=0.0)
    return Measured(boxes, width, height, text, len(labels), strayed, crossings(lines))


def px(length: str) -> float:
    """A length of SVG in CSS pixels."""
    number, unit = re.fullmatch(r"([\d.]+)(\w*)", length).groups()
    return float(number) * UNITS[unit]


def words(root: ET.Element) -> Iterator[ET.Element]:
    """The texts that are not blank."""
    return (t for t in root.iter(f"{SPACE}text") if "".join(t.itertext()).strip())


def middle(text: ET.Element) -> np.ndarray:
    """About the middle of a text: both writers give the baseline."""
    size = float(text.get("font-size", "14").removesuffix("px"))
    half = 0.3 * size * len("".join(text.itertext()))
    shift = {"start": half, "middle": 0.0, "end": -half}[text.get("text-anchor", "start")]
    return np.array([float(text.get("x")) + shift, float(text.get("y")) - 0.35 * size])


def line(path: str) -> np.ndarray:
    """A path of M, L and C in absolute coordinates as points."""
    points: list[np.ndarray] = []
    for letter, rest in re.findall(r"([MLC])([^MLC]*)", path):
        given = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", rest), float).reshape(-1, 2)
        if letter != "C":
            points += [*given]
            continue
        for a, b, c in given.reshape(-1, 3, 2):
            s, t, start = 1 - STEPS, STEPS, points[-1]
            points += [*(s**3 * start + 3 * s * s * t * a + 3 * s * t * t * b + t**3 * c)]
    return np.array(points)


def nearest(point: np.ndarray, lines: list[np.ndarray]) -> int:
    """Which line a point is nearest to."""
    return int(np.argmin([distance(point, one) for one in lines]))


def distance(point: np.ndarray, one: np.ndarray) -> float:
    """Of a point to a line of straight pieces."""
    a, d = one[:-1], np.diff(one, axis=0)
    length = np.maximum((d * d).sum(1), 1e-12)
    t = np.clip(((point - a) * d).sum(1) / length, 0, 1)
    return float(np.sqrt((((a + t[:, None] * d) - point) ** 2).sum(1).min()))


def crossings(lines: list[np.ndarray]) -> int:
    """How often two edges cross, but for where they meet at a box."""
    count = 0
    boxes = np.array([[*one.min(0), *one.max(0)] for one in lines]).reshape(-1, 4)
    for i, one in enumerate(lines):
        rest = boxes[i + 1 :]
        apart = (rest[:, :2] > boxes[i, 2:]).any(1) | (rest[:, 2:] < boxes[i, :2]).any(1)
        for j in np.flatnonzero(~apart) + i + 1:
            count += crossed(one, lines[j])
    return count


def crossed(one: np.ndarray, other: np.ndarray) -> int:
    """How often two lines cross, away from their ends."""
    a, d = one[:-1, None], np.diff(one, axis=0)[:, None]
    b, e = other[None, :-1], np.diff(other, axis=0)[None]
    across = d[..., 0] * e[..., 1] - d[..., 1] * e[..., 0]
    gap = b - a
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[..., 0] * e[..., 1] - gap[..., 1] * e[..., 0]) / across
        u = (gap[..., 0] * d[..., 1] - gap[..., 1] * d[..., 0]) / across
        hit = (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
        points = (a + t[..., None] * d)[hit]
    ends = np.array([one[0], one[-1], other[0], other[-1]])
    away = np.linalg.norm(points[:, None] - ends[None], axis=2).min(1, initial=np.inf)
    points = points[away > NEAR_AN_END]
    again = np.linalg.norm(points[:, None] - points[None], axis=2) < 1  # one at a joint, twice
    return int((~np.tril(again, -1).any(1)).sum())
