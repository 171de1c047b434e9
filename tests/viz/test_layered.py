"""viz.layered: boxes apart, edges at their ports, frames around just their own, any size."""

import random
import subprocess
import xml.etree.ElementTree as ET
from itertools import pairwise

import graphviz
import pytest

from autograd import MissingDependencyError, Value, compile
from nn import MLP, half_squared_error
from viz import draw
from viz.boxes import SMALL
from viz.crossings import crossings_of
from viz.dot import shortened
from viz.layered import scene_of
from viz.model import ROLES, Box, Cell, Frame, Picture
from viz.places import Places
from viz.ranks import grid_of
from viz.scene import Curve, Rect, Text
from viz.svg import arrowhead, svg_of

ODD = [
    "<>&\"'{}|", "\n\na\nb", "\\N \\G \\\\ \\q \\", "σ ∂ 第 🎈", "<script>alert(1)</script>",
    "]]>", "</svg>", "\r\nx", "\x00\x07\x1b", "\ud800", "\u202egnp", "\t", "\n", "y" * 10_000,
]  # fmt: skip
BOTH = pytest.mark.parametrize("direction", ["LR", "TB"])
SEEDS = pytest.mark.parametrize("seed", range(6))


def random_picture(seed, most=45):
    """Any acyclic picture, in frames of any nesting."""
    r = random.Random(seed)
    frames = [Frame("f0", "a module with quite a long title", "")]
    frames += [
        Frame(f"f{i}", f"module {i}", r.choice(["", f"f{r.randrange(i)}"]))
        for i in range(1, r.randrange(1, 7))
    ]
    inside = ["", "", *(f.name for f in frames)] if seed % 3 else [""]
    boxes = []
    for i in range(r.randrange(1, most)):
        count = r.choice([0, 1, 2, 2, 3, 7]) if i else 0
        far = r.random() < 0.3
        cells = [
            Cell(
                f"v{r.randrange(0 if far else max(0, i - 6), i)}",
                r.choice(["", "1", "-0.1234"]),
                r.choice(["", "", "x = 2"]),
            )
            for _ in range(count)
        ]
        role = r.choice(ROLES)
        box = Box(f"v{i}", role, "+" if cells else "", r.choice(["", f"x{i}", "l\nm"]), f"{i}.5")
        box.cells, box.frame = cells, r.choice(inside)
        box.gradient = r.choice(["", f"∇ {i}"])
        boxes.append(box)
    return Picture(boxes, frames, [("result", "result"), ("slope", "slope")], "a random picture")


def neural_network():
    model = MLP(2, [3, 2, 1], seed=1)
    loss = half_squared_error(model([Value(0.5, label="x1"), Value(-1.0, label="x2")]), [1.0])
    loss.backward()
    return draw(loss).picture


def groups(scene, kind):
    return [g for g in scene.groups if g.kind == kind]


def rects(scene, kind):
    """The rectangle of each node or cluster."""
    return {g.name: next(s for s in g.shapes if isinstance(s, Rect)) for g in groups(scene, kind)}


def within(a, b):
    return (
        b.x <= a.x and a.x + a.width <= b.x + b.width
        and b.y <= a.y and a.y + a.height <= b.y + b.height
    )  # fmt: skip


def apart(a, b, by=0.0):
    return (
        a.x + a.width + by <= b.x or b.x + b.width + by <= a.x
        or a.y + a.height + by <= b.y or b.y + b.height + by <= a.y
    )  # fmt: skip


def curve_of(edge):
    (curve,) = edge.shapes
    return curve


def along(curve, steps=12):
    """Points of a Bézier curve."""
    assert curve.bezier and len(curve.points) % 3 == 1
    for k in range(0, len(curve.points) - 1, 3):
        p, q, r, s = curve.points[k : k + 4]
        for n in range(steps + 1):
            t = n / steps
            yield tuple(
                (1 - t) ** 3 * p[i]
                + 3 * t * (1 - t) ** 2 * q[i]
                + 3 * t * t * (1 - t) * r[i]
                + t**3 * s[i]
                for i in (0, 1)
            )


@BOTH
@SEEDS
def test_no_two_boxes_overlap_and_all_are_on_the_page(seed, direction):
    scene = scene_of(random_picture(seed), direction)
    boxes = list(rects(scene, "node").values())
    for i, a in enumerate(boxes):
        assert within(a, Rect(0, 0, scene.width, scene.height))
        assert all(apart(a, b, 5.0) for b in boxes[:i])


@BOTH
@SEEDS
def test_every_edge_ends_at_its_own_port_with_an_arrow(seed, direction):
    picture = random_picture(seed)
    scene = scene_of(picture, direction)
    boxes, edges = rects(scene, "node"), iter(groups(scene, "edge"))
    for box in picture.boxes:
        at, before = boxes[box.name], -1.0
        for cell in box.cells:
            edge = next(edges)
            curve, source = curve_of(edge), boxes[cell.source]
            assert edge.ends == (cell.source, box.name)
            assert curve.arrow
            (x0, y0), (x, y) = curve.points[0], curve.points[-1]
            if direction == "TB":
                x0, y0, x, y = y0, x0, y, x
                at_, from_ = (
                    (at.y, at.x, at.width),
                    (source.y + source.height, source.x, source.width),
                )
            else:
                at_, from_ = (
                    (at.x, at.y, at.height),
                    (source.x + source.width, source.y, source.height),
                )
            assert x == pytest.approx(at_[0])
            assert at_[1] < y < at_[1] + at_[2]
            assert y > before + 5  # in the order of the operands, and told apart
            assert (x0, y0) == pytest.approx((from_[0], from_[1] + from_[2] / 2))
            behind = [corner[direction == "TB"] for corner in arrowhead(curve)[1:]]
            assert max(behind) < x - 3  # the arrow points into the box
            assert x0 < x  # operands are left of users, or above
            before = y
    assert next(edges, None) is None


@BOTH
@SEEDS
def test_no_edge_runs_through_a_box(seed, direction):
    picture = random_picture(seed)
    scene = scene_of(picture, direction)
    boxes = rects(scene, "node")
    for edge in groups(scene, "edge"):
        others = [rect for name, rect in boxes.items() if name not in edge.ends]
        for x, y in along(curve_of(edge)):
            assert all(apart(Rect(x, y, 0, 0), rect, 0.5) for rect in others)


@BOTH
@SEEDS
def test_frames_contain_their_boxes_and_no_others(seed, direction):
    picture = random_picture(seed)
    scene = scene_of(picture, direction)
    boxes, frames = rects(scene, "node"), rects(scene, "cluster")
    parents = {frame.name: frame.parent for frame in picture.frames}

    def around(name):
        while name:
            yield name
            name = parents[name]

    used = {name for box in picture.boxes for name in around(box.frame)}
    assert set(frames) == used
    for name, rect in frames.items():
        for box in picture.boxes:
            inside = name in around(box.frame)
            assert (within if inside else apart)(boxes[box.name], rect)
        for other in frames:
            if other != name and name in around(other):
                assert within(frames[other], rect)
            elif other not in around(name):
                assert apart(rect, frames[other])
    for group in groups(scene, "cluster"):
        title = next(s for s in group.shapes if isinstance(s, Text))
        own = Rect(title.x, title.y - title.size, 5.0, title.size)
        assert within(own, frames[group.name])
        assert all(apart(own, rect) for rect in boxes.values())


@BOTH
@SEEDS
def test_a_derivative_stands_nearer_to_its_own_edge_than_to_another(seed, direction):
    picture = random_picture(seed)
    scene = scene_of(picture, direction)
    paths = [list(along(curve_of(edge))) for edge in groups(scene, "edge")]
    number = 0
    for box, group in zip(picture.boxes, groups(scene, "node"), strict=True):
        texts = iter([t for t in group.shapes if isinstance(t, Text) and t.fill == "slope"])
        for cell in box.cells:
            own = paths[number]
            number += 1
            if cell.slope or cell.used:
                text = next(texts)
                assert text.text.startswith(cell.slope)
                assert cell.used in text.text
                x, y = text.x, text.y - SMALL / 3
                far = [min((a - x) ** 2 + (b - y) ** 2 for a, b in path) for path in paths]
                assert far[number - 1] <= min(far) + 1e-6, own[-1]


@BOTH
def test_all_texts_of_the_boxes_appear(direction):
    picture = random_picture(3)
    picture.boxes[-1].nan = True
    scene = scene_of(picture, direction)
    for box, group in zip(picture.boxes, groups(scene, "node"), strict=True):
        texts = [s.text for s in group.shapes if isinstance(s, Text)]
        wanted = {box.symbol, *box.label.split("\n"), box.number, box.gradient}
        assert wanted - {""} <= set(texts)
        assert ("← first nan" in texts) == box.nan
    key = next(g for g in scene.groups if not g.kind)
    assert [t.text for t in key.shapes if isinstance(t, Text)] == [w for _, w in picture.key]
    assert not [g for g in scene_of(picture, direction, legend=False).groups if not g.kind]


def test_both_edges_of_a_square_are_drawn():
    x = Value(2.0, label="x")
    scene = scene_of(draw(x * x).picture)
    a, b = (curve_of(edge) for edge in groups(scene, "edge"))
    assert a.points[0] == b.points[0]
    assert a.points[-1] != b.points[-1]


@BOTH
def test_what_is_folded_is_told_where_its_edge_ends_and_dashed(direction):
    many, far = Cell("v0", "1.5", times=20), Cell("v0", via=3)
    group = Box("v1", "group", "+", "× 20", "40", cells=[many, far], holds=40)
    picture = Picture([Box("v0", "input", "", "x", "1"), group], [], [("group", "group")], "t")
    svg = svg_of(scene_of(picture, direction))
    assert ">1.5 (20×)<" in svg
    assert ">via 3 more<" in svg
    assert "from x to × 20, local derivative 1.5, 20 times" in svg
    assert (
        svg.count("stroke-dasharray") == 3
    )  # the box, the edge that leaves something out, the key
    whole = Picture([Box("v0", "input", "", "x", "1")], [], [], "t")
    assert "stroke-dasharray" not in svg_of(scene_of(whole, direction))


@BOTH
def test_the_same_picture_gives_the_same_bytes(direction):
    for picture in (random_picture(5), neural_network()):
        assert svg_of(scene_of(picture, direction)) == svg_of(scene_of(picture, direction))


@BOTH
def test_any_label_is_inert_and_readable(direction):
    total = Value(0.0)
    for text in ODD:
        total = total + Value(1.0, label=text)
    picture = draw(total).picture
    picture.frames.extend(Frame(f"f{i}", text) for i, text in enumerate(ODD))
    for i, box in enumerate(picture.boxes[: len(ODD)]):
        box.frame = f"f{i}"
    svg = svg_of(scene_of(picture, direction))
    root = ET.fromstring(svg.encode("utf-8"))
    assert not [e for e in root.iter() if e.tag.rpartition("}")[2] == "script"]
    assert not any("\u202e" in (e.text or "") for e in root.iter())
    texts = {e.text for e in root.iter() if e.tag.endswith("}text")}
    assert {ODD[0], ODD[2], ODD[3], ODD[4], ODD[5], "a", "b", "x", shortened(ODD[-1])} <= texts


def test_layers_of_a_network_follow_each_other():
    picture = neural_network()
    frames = rects(scene_of(picture), "cluster")
    outer = sorted((frames[f.name] for f in picture.frames if not f.parent), key=lambda r: r.x)
    assert len(outer) == 3
    for a, b in pairwise(outer):
        assert a.x + a.width < b.x


@SEEDS
def test_a_tree_has_no_crossings(seed):
    r = random.Random(seed)
    open_, boxes = [], []
    for i in range(40):
        count = min(r.choice([0, 0, 1, 2, 3]), len(open_))
        cells = [Cell(open_.pop()) for _ in range(count)][::-1]
        boxes.append(Box(f"v{i}", "result", "+", "", "1", cells=cells))
        open_.append(f"v{i}")
    picture = Picture(boxes, [], [], "trees")
    grid = grid_of(picture)
    sizes = [30.0] * grid.boxes + [10.0] * len(grid.before)
    ports = [[3.0 * (2 * k - len(b.cells) + 1) for k in range(len(b.cells))] for b in boxes]
    places = Places(grid, sizes, ports, padding=(0.0, 0.0), least={})
    y = places.search()
    assert crossings_of(grid, places.ins, y) == 0


def test_a_chain_is_straight():
    x = Value(1.0)
    for _ in range(12):
        x = x.tanh()
    boxes = rects(scene_of(draw(x).picture), "node").values()
    middles = [box.y + box.height / 2 for box in boxes]
    assert max(middles) - min(middles) < 1.0


def test_a_leaf_shared_along_a_chain_takes_few_lanes_and_no_recursion():
    cells = [[]] + [[Cell(f"v{i - 1}", "1"), Cell("v0", "1")] for i in range(1, 1000)]
    boxes = [Box(f"v{i}", "result", "×", "", "1", cells=c) for i, c in enumerate(cells)]
    picture = Picture(boxes, [], [], "a chain")
    assert len(grid_of(picture).before) < 12
    scene = scene_of(picture)
    assert max(len(curve_of(edge).points) for edge in groups(scene, "edge")) < 100
    assert scene.height < 500


def test_programs_and_single_boxes_are_drawn():
    program = compile(lambda x, y: (x * y).tanh() + x)
    program(1.0, 2.0)
    assert len(groups(scene_of(draw(program).picture), "node")) >= 4
    scene = scene_of(draw(Value(1.0)).picture, "TB")
    assert isinstance(groups(scene, "node")[0].shapes[0], Rect)
    assert not [c for g in scene.groups for c in g.shapes if isinstance(c, Curve)]


def absent(monkeypatch):
    def pipe(self, format):
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr("viz.layout.importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("graphviz.Source.pipe", pipe)


def test_without_graphviz_svg_is_drawn_and_png_says_what_to_install(monkeypatch, tmp_path):
    absent(monkeypatch)
    x = Value(2.0, label="x")
    drawing = draw(x * x, legend=False, direction="TB")
    svg = drawing.save(tmp_path / "p.svg").read_text(encoding="utf-8")
    assert svg == svg_of(scene_of(drawing.picture, "TB", legend=False))
    assert "image/svg+xml" in drawing._repr_mimebundle_()[0]
    with pytest.raises(MissingDependencyError, match="pip install pygraphviz"):
        drawing.save(tmp_path / "p.png")


def test_what_takes_graphviz_too_long_is_drawn_all_the_same(monkeypatch, tmp_path):
    def run(*args, timeout, **options):
        raise subprocess.TimeoutExpired("dot", timeout)

    monkeypatch.setattr("viz.layout.subprocess.run", run)
    monkeypatch.setattr("viz.drawing.MOST_SPAN", -1)
    drawing = draw(Value(2.0) * 3.0)
    assert 'class="node"' in drawing.save(tmp_path / "p.svg").read_text(encoding="utf-8")
