"""Folding: any size of graph becomes a picture that can be read, and that says what it left out."""

import random
import re
from concurrent.futures import ThreadPoolExecutor

import graphviz
import pytest

import autograd as ag
from autograd import ArgumentError, OperandError, Value, compile, dot, scope
from nn import MLP, Module, Neuron, half_squared_error
from viz import draw, named
from viz.cuts import cut, near
from viz.dot import dot_of
from viz.groups import Group, Grouping, contracted
from viz.layout import render
from viz.readable import MOST_BOXES, SMALLEST, at_most, span_of, text_height
from viz.repeats import Regions


def chain(n):
    y = Value(0.5, label="x")
    for i in range(n):
        y = y.sin() if i % 2 else y * 1.01
    return y


def batch(n, *, by_sum=False):
    w, b = Value(0.5, label="w"), Value(0.1, label="b")
    terms = [
        (w * Value(i * 0.1, label=f"x{i}") + b - Value(i * 0.3, label=f"y{i}")) ** 2
        for i in range(n)
    ]
    return sum(terms) if by_sum else ag.mean(terms)


def products(n):
    return ag.sum([Value(0.1 * i, label=f"w{i}") * Value(0.2 * i) for i in range(n)])


def random_graph(n, seed, near_by=60):
    rng = random.Random(seed)
    values = [Value(rng.random(), label=f"a{i}") for i in range(4)]
    while len(values) < n:
        x, y = rng.choice(values[-near_by:]), rng.choice(values[-near_by:])
        values.append(
            rng.choice([lambda x, y: x * y, lambda x, y: x + y, lambda x, _: x.tanh()])(x, y)
        )
    return values[-1] + values[-2]


def scoped():
    xs = [Value(0.1 * i, label=f"x{i}") for i in range(1, 4)]
    with scope("encoder"):
        with scope("hidden"):
            hs = [(x * 2.0).tanh() for x in xs]
        with scope("mix"):
            s = hs[0] * hs[1] + hs[2]
    with scope("loss"):
        loss = (s - 1.0) ** 2
    return loss * 2.0


def groups(drawing):
    return {box.label: box for box in drawing.picture.boxes if box.role == "group"}


def check(picture, values):
    """What holds of every picture: operands first, arrows between its boxes, nothing lost."""
    seen = set()
    for box in picture.boxes:
        assert {cell.source for cell in box.cells} <= seen
        assert box.name not in seen
        seen.add(box.name)
        if box.role == "group":
            assert not box.gradient
            assert not any(cell.slope for cell in box.cells)
    assert sum(box.holds for box in picture.boxes) == values
    frames = {frame.name for frame in picture.frames}
    assert {box.frame for box in picture.boxes} - {""} <= frames
    roles = {box.role for box in picture.boxes}
    assert {kind for kind, _ in picture.key} & set(ag_roles()) == roles
    told = {text for kind, text in picture.key if kind == "group"}
    assert told == {box.why for box in picture.boxes if box.role == "group"}
    named = f"{len(picture.boxes)} box"
    assert named in picture.title


def ag_roles():
    from viz.model import ROLES

    return ROLES


GRAPHS = {
    "chain": lambda: chain(200),
    "batch": lambda: batch(20),
    "batch by sum": lambda: batch(20, by_sum=True),
    "products": lambda: products(500),
    "dot": lambda: dot([Value(0.1, label=f"w{i}") for i in range(99)], [Value(1.0) for _ in range(99)]),
    "random": lambda: random_graph(500, 1),
    "scoped": scoped,
    "outputs": lambda: [Value(0.1 * i).sin() * 3.0 for i in range(50)],
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("fold", ["auto", "neuron", "layer"])
def test_every_fold_of_every_graph_is_a_whole_picture(name, fold):
    graph = GRAPHS[name]()
    values = len(draw(graph, fold="none").picture.boxes)
    drawing = draw(graph, fold=fold)
    check(drawing.picture, values)
    assert drawing.picture.title.endswith(f"for {values:,} Values") or (
        len(drawing.picture.boxes) == values
    )


@pytest.mark.parametrize("name", GRAPHS)
def test_auto_is_readable_on_a_screen(name):
    drawing = draw(GRAPHS[name]())
    assert text_height(render(drawing.source, "svg", here=True)) >= SMALLEST


@pytest.mark.parametrize("name", GRAPHS)
def test_auto_folds_nothing_that_could_be_read(name):
    graph = GRAPHS[name]()
    if len(draw(graph).picture.boxes) < len(draw(graph, fold="none").picture.boxes):
        whole = draw(graph, fold="none")
        small = len(whole.picture.boxes) <= MOST_BOXES
        assert not small or text_height(render(whole.source, "svg", here=True)) < SMALLEST


@pytest.mark.parametrize("seed", range(8))
def test_the_estimate_promises_no_less_than_the_layout_has(seed):
    rng = random.Random(seed)
    graph = random_graph(rng.randrange(10, 70), seed)
    for direction in ("LR", "TB"):
        picture = draw(graph, fold="none").picture
        drawn = text_height(render(dot_of(picture, direction), "svg", here=True))
        assert at_most(picture, direction) >= drawn - 1e-6


def test_examples_of_a_batch_fold_to_one():
    for graph in (batch(20), batch(20, by_sum=True)):
        drawing = draw(graph)
        (box,) = groups(drawing).values()
        assert box.label == "× 19 more examples"
        assert box.number == f"{box.holds} Values" and box.holds == 19 * 6
        assert [c.times for c in box.cells] == [19, 19]  # w and b, for each of them once
        end = drawing.picture.boxes[-1]
        assert end.role == "output" and end.number
        assert [c.times for c in end.cells if c.source == box.name] == [19]
        labels = {b.label for b in drawing.picture.boxes}
        assert {"x0", "y0", "w", "b"} <= labels and "x1" not in labels
    opened = draw(batch(20), expand=["× 19 more examples"], fold="layer")
    assert not groups(opened)


def test_examples_that_share_otherwise_are_not_of_one_shape():
    pairs = [(Value(1.0), Value(2.0)) for _ in range(30)]
    odd = [x * x for x, _ in pairs[:15]] + [x * y for x, y in pairs[15:]]
    picture = draw(ag.sum(odd), fold="layer").picture
    found = [(box.label, box.holds) for box in picture.boxes if box.role == "group"]
    assert found == [("× 14 more terms", 14 * 2), ("× 14 more terms", 14 * 3)]


def test_a_value_shared_by_examples_stays_outside():
    shared = [Value(0.1 * i, label=f"s{i}") for i in range(3)]
    total = ag.sum([shared[i % 3] * Value(float(i)) for i in range(30)])
    drawing = draw(total, fold="layer")
    (box,) = groups(drawing).values()
    assert box.label == "× 29 more examples" and box.holds == 29 * 2
    assert sum(c.times for c in box.cells) == 29
    assert {b.label for b in drawing.picture.boxes} >= {"s0", "s1", "s2"}


def test_chains_and_operands_keep_their_ends():
    labels = [box.label or box.symbol for box in draw(chain(200)).picture.boxes]
    assert labels == ["x", "", "×", "sin", "", "×", "… 195 more", "", "×", "sin"]
    xs, ws = ([Value(0.1 * i, label=f"{c}{i}") for i in range(100)] for c in "xw")
    found = [box.label for box in draw(dot(ws, xs)).picture.boxes]
    assert found == ["w0", "w1", "… 97 more", "w99", "x0", "x1", "… 97 more", "x99", ""]


def test_terms_of_many_shapes_are_counted():
    rng = random.Random(2)
    terms = []
    for _ in range(100):
        y = Value(rng.random())
        for _ in range(rng.randint(1, 7)):
            y = rng.choice([ag.sin, ag.exp, ag.tanh])(y)
        terms.append(y)
    drawing = draw(ag.sum(terms))
    assert sum(c.times for c in drawing.picture.boxes[-1].cells) == 100
    check(drawing.picture, len(draw(ag.sum(terms), fold="none").picture.boxes))
    for box in groups(drawing).values():
        told = int(re.search(r"[\d,]+", box.label)[0])
        used = [c.times for c in drawing.picture.boxes[-1].cells if c.source == box.name]
        assert used == [told]


def test_scopes_fold_by_level_and_open_by_name():
    y = scoped()
    assert set(groups(draw(y, fold="neuron"))) == {"hidden", "mix", "loss"}
    assert set(groups(draw(y, fold="layer"))) == {"encoder", "loss"}
    assert set(groups(draw(y, fold="layer", expand="encoder"))) == {"hidden", "mix", "loss"}
    assert set(groups(draw(y, fold="layer", expand=["encoder/hidden"]))) == {"mix", "loss"}
    for names in (["encoder"], ["loss", "mix"]):
        check(draw(y, fold="layer", expand=names).picture, len(draw(y, fold="none").picture.boxes))


def test_a_cell_used_step_by_step_folds_step_by_step():
    h, u, w = Value(0.1, label="h"), Value(0.3, label="U"), Value(0.2, label="W")
    for i in range(40):
        with scope("cell"):
            h = (u * Value(0.01 * i, label=f"x{i}") + w * h).tanh()
        h = h * 1.01
    drawing = draw(h)
    found = [(box.label, box.number) for box in drawing.picture.boxes if box.role == "group"]
    assert found[0] == ("cell", "4 Values") and found[2] == ("… 75 more", "261 Values")
    check(drawing.picture, 283)
    opened = draw(h, expand=["… 75 more"], fold="neuron").picture
    assert sum(box.label == "cell" and box.holds == 4 for box in opened.boxes) == 40
    check(opened, 283)


def test_no_term_of_a_wide_sum_is_lost():
    total = Value(0.5, label="x")
    for i in range(50):
        total = total + Value(float(i))
    boxes = draw(total).picture.boxes
    assert [box.label for box in boxes] == ["x", "", "", "… 47 more terms", "", ""]
    assert sum(cell.times for cell in boxes[-1].cells) == 51


def test_a_folded_frame_stands_where_the_frame_stood():
    with scope("outer"), scope("middle"):
        with scope("inner"):
            y = (Value(1.0, label="x") * 2.0).sin()
    picture = draw(y * 3.0, fold="layer").picture
    assert [(box.label, box.frame) for box in picture.boxes if box.role == "group"] == [
        ("outer", "")
    ]
    picture = draw(y * 3.0, fold="neuron").picture
    (box,) = [box for box in picture.boxes if box.role == "group"]
    (frame,) = [frame for frame in picture.frames if frame.name == box.frame]
    assert (box.label, frame.title) == ("inner", "middle")


def test_only_shows_these_and_how_they_connect():
    x = Value(0.5, label="x")
    y = x.sin().exp().tanh()
    y.label = "y"
    z = y * x
    z.label = "z"
    picture = draw(z, only=["x", y, "z"]).picture
    assert [box.label for box in picture.boxes] == ["x", "y", "z"]
    cells = [[(c.via, bool(c.slope)) for c in box.cells] for box in picture.boxes]
    assert cells == [[], [(2, False)], [(0, True), (0, True)]]
    source = draw(z, only=["x", y, "z"]).source
    assert "via 2 more" in source and source.count("style=dashed") == 1
    assert [box.label for box in draw(scoped(), only="loss").picture.boxes] == ["", ""]
    told = " ".join(draw(z, only=["x", "y"])._rendered("txt").decode().split())
    assert "by way of" in told and "2 boxes of 5 Values" in told and "are left out" in told


def test_upto_goes_so_many_operations_back():
    y = chain(50)
    for upto in (0, 1, 7):
        drawing = draw(y, upto=upto, fold="none")
        (box,) = groups(drawing).values()
        assert box.number == "not shown" and box.label == f"… {box.holds} Values"
        check(drawing.picture, 76)
    assert len(draw(y, upto=50, fold="none").picture.boxes) == 76
    a = Value(1.0, label="a").sin()
    around = a + a.exp().log().exp()  # what is hidden begins and ends at boxes that are shown
    shown = draw(around, upto=1, fold="none").picture
    check(shown, 6)
    assert [box.holds for box in shown.boxes] == [1, 1, 2, 1, 1][-len(shown.boxes) :]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fold": "x"}, "one of auto, none, neuron, layer"), ({"fold": []}, "fold"),
        ({"fold": None}, "fold"), ({"only": []}, "only is empty"), ({"only": "q"}, "'encoder'"),
        ({"only": 3}, "only is 3"), ({"only": [3]}, "only has 3"), ({"only": ""}, "only has ''"),
        ({"only": Value(1.0)}, "not in this graph"), ({"upto": -1}, "upto is -1"),
        ({"upto": "a"}, "upto is 'a'"), ({"upto": True}, "upto is True"), ({"upto": 1.5}, "upto"),
        ({"expand": ["q"]}, "there is 'encoder', 'hidden', 'encoder/hidden'"),
        ({"expand": 3}, "expand is 3"), ({"expand": [3]}, "expand"), ({"expand": None}, "expand"),
    ],
)  # fmt: skip
def test_odd_options_are_refused_and_told(options, said):
    with pytest.raises(ArgumentError, match=re.escape(said)):
        draw(scoped(), **options)


@pytest.mark.wide
@pytest.mark.parametrize(
    "graph",
    [
        lambda: chain(4000), lambda: products(3000), lambda: batch(1000, by_sum=True),
        lambda: random_graph(4000, 3), lambda: random_graph(3000, 4, near_by=3000),
        lambda: [Value(float(i)) for i in range(5000)],
        lambda: ag.sum([Value(1.0)] * 5000),
    ],
)  # fmt: skip
def test_large_graphs_are_folded(graph, tmp_path):
    graph = graph()
    drawing = draw(graph)
    check(drawing.picture, len(draw(graph, fold="none").picture.boxes))
    assert drawing.save(tmp_path / "p.svg").stat().st_size < 300_000
    assert text_height((tmp_path / "p.svg").read_bytes()) >= SMALLEST


@pytest.mark.parametrize("graph", [lambda: chain(3000), lambda: random_graph(2500, 6)])
def test_folds_that_are_asked_for_end_somewhere(graph):
    y = graph()
    values = len(draw(y, fold="none").picture.boxes)
    for fold in ("neuron", "layer"):
        picture = draw(y, fold=fold).picture
        assert len(picture.boxes) <= 2000
        check(picture, values)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_grouped_no_arrow_turns_round(seed):
    rng = random.Random(seed)
    picture = draw(random_graph(80, seed), fold="none").picture
    grouping = Grouping(picture)
    places = list(range(len(picture.boxes)))
    for k in range(rng.randint(1, 6)):
        free = [i for i in places if grouping.of[i] < 0]
        grouping.add(Group(f"g{k}", "why"), rng.sample(free, min(len(free), 12)))
    found = contracted(grouping)
    check(found, len(picture.boxes))
    uses = {box.name: len(box.cells) for box in picture.boxes}
    for box in found.boxes:
        assert box.role == "group" or sum(cell.times for cell in box.cells) == uses[box.name]
    for smaller in (contracted(cut(found, 20)), contracted(near(found, 3))):
        check(smaller, len(picture.boxes))


@pytest.mark.parametrize("seed", range(6))
def test_regions_are_what_only_one_box_leads_out_of(seed):
    grouping = Grouping(draw(random_graph(60, seed, near_by=8), fold="none").picture)
    n = len(grouping.of)
    regions = Regions(grouping)

    def reached(without):
        """What reaches an output, but not by way of a box."""
        found, stack = set(), [i for i in grouping.ends if i != without]
        while stack:
            i = stack.pop()
            if i not in found:
                found.add(i)
                stack += [j for j in grouping.operands[i] if j != without]
        return found

    for i in range(n):
        assert set(regions.of(i)) == set(range(n)) - reached(i)
        assert regions.size[i] == len(regions.of(i))


def test_the_key_says_what_is_folded_and_no_gradient_is_made_up():
    y = batch(20)
    y.backward()
    drawing = draw(y)
    (box,) = groups(drawing).values()
    assert box.gradient == ""
    words = [text for kind, text in drawing.picture.key if kind == "group"]
    assert words == ["× n more: of the same shape as the one shown"]
    assert "× 19 more examples" in drawing._rendered("txt").decode()
    assert words[0] in drawing._rendered("txt").decode()
    assert "dashed" in drawing.source
    assert '"holds": 114' in drawing._rendered("json").decode()
    assert "× n more" in drawing._rendered("mmd").decode().replace("#215;", "×")


def test_a_nan_in_a_group_is_marked():
    y = Value(0.5)
    for i in range(100):
        y = (y - 1e9).log() if i == 50 else y.sin()
    (box,) = groups(draw(y)).values()
    assert box.nan and "first nan" in draw(y).source


def test_hostile_titles_open_and_are_inert():
    name = "<script>\"']]>\\ \n\u202e"
    with scope(name):
        y = (Value(1.0) * 2.0).sin().exp()
    z = y * 3.0
    drawing = draw(z, fold="layer")
    assert name in groups(drawing)
    for suffix in ("svg", "mmd"):
        assert b"<script" not in drawing._rendered(suffix)
    assert not groups(draw(z, fold="layer", expand=[name]))


def test_the_same_graph_folds_to_the_same_bytes():
    for suffix in ("svg", "json", "mmd"):
        one, two = (draw(random_graph(200, 5))._rendered(suffix) for _ in range(2))
        assert one == two


@pytest.mark.wide
def test_everything_is_drawn_without_graphviz_taking_forever(tmp_path):
    a = y = Value(0.5, label="a")
    for _ in range(2100):
        y = y * a
    svg = draw(y, fold="none").save(tmp_path / "p.svg").read_text(encoding="utf-8")
    assert svg.count('class="node"') == 2101


def nasty(seed):
    """Sums of sums, chains, wide products, scopes in scopes, labels twice, several outputs."""
    rng = random.Random(seed)
    values = [Value(rng.random(), label=rng.choice(["", "w", f"a{i}"])) for i in range(5)]

    def made():
        x, some = rng.choice(values), rng.choices(values, k=rng.randint(1, 20))
        kind = rng.randrange(5)
        if kind == 0:
            return dot(some, some[::-1])
        if kind == 1:
            return sum(some, x)
        if kind == 2:
            return ag.sum([(y * Value(1.0)).sin() for y in some])
        for _ in range(len(some) if kind == 3 else 1):
            x = x.tanh() * 2.0
        return x

    for _ in range(rng.randint(3, 40)):
        path = rng.choice(["", "", "a", "b", "a/b", "d/e/f"])
        if path:
            with scope(path):
                values.append(made())
        else:
            values.append(made())
        if rng.random() < 0.2 and not values[-1].label:
            values[-1].label = "again"
    return rng, rng.sample(values, 3)


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_asked_of_whatever_graph(seed):
    rng, roots = nasty(seed)
    whole = draw(roots, fold="none").picture
    for fold in ("auto", "neuron", "layer", "none"):
        picture = draw(roots, fold=fold, upto=rng.choice([None, None, 0, 3])).picture
        check(picture, len(whole.boxes))
        titles = [box.label for box in draw(roots, fold=fold).picture.boxes if box.role == "group"]
        titles = [title for title in titles if not title.endswith("Values")]
        titles += [frame.title for frame in whole.frames]
        opened = rng.sample(titles, min(2, len(titles)))
        check(draw(roots, fold=fold, expand=opened).picture, len(whole.boxes))
        only = [roots[0], *rng.sample(titles[-len(whole.frames) :], bool(whole.frames))]
        part = draw(roots, fold=fold, only=only)
        check(part.picture, len(draw(roots, fold="none", only=only).picture.boxes))
        assert part._rendered("txt")


def test_auto_folds_without_graphviz_too(monkeypatch):
    def pipe(self, format):
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr("viz.layout.importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("graphviz.Source.pipe", pipe)
    drawing = draw(chain(300))
    assert "… 295 more" in groups(drawing)
    assert b'class="node"' in drawing._rendered("svg")


def test_one_drawing_in_four_threads():
    drawing = draw(random_graph(150, 7))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: drawing._rendered("svg"), range(4)))
    assert len(set(found)) == 1


# Modules, programs, names.


class Line(Module):
    def __init__(self):
        self.slopes = [Value(0.5), Value(1.5)]
        self.part = {"inner": Value(2.0)}
        self.offset = Value(0.1, label="B")

    def __call__(self, x):
        return self.slopes[0] * x + self.slopes[1] * x * x + self.part["inner"] + self.offset


def test_a_module_alone_shows_its_parameters():
    picture = draw(Line()).picture
    assert [(box.label, box.role, box.number) for box in picture.boxes] == [
        ("slopes.0", "parameter", "0.5"), ("slopes.1", "parameter", "1.5"),
        ("inner", "parameter", "2"), ("B", "parameter", "0.1"),
    ]  # fmt: skip
    assert [frame.title for frame in picture.frames] == ["part"]
    assert picture.title.startswith("Line: ")
    assert draw(Neuron(2)).picture.boxes[0].role == "parameter"
    assert "W1" in draw(MLP(2, [2, 1]), fold="none").source


def test_a_module_beside_its_result_tells_its_parameters():
    line = Line()
    roles = {box.label: box.role for box in draw([line(2.0), line]).picture.boxes}
    assert roles["slopes.0"] == roles["part.inner"] == roles["B"] == "parameter"
    with pytest.raises(ArgumentError, match="one module at a time"):
        draw([line, Line()])
    with pytest.raises(ArgumentError, match="no parameters"):
        draw(Module())
    with pytest.raises(OperandError, match="no Value"):
        draw(Line)


def test_a_program_folds_as_values_do():
    step = compile(lambda xs: ag.sum([(x * 2.0).sin() for x in xs]))
    step([0.1] * 60)
    assert "× 59 more terms" in groups(draw(step))
    assert len(draw(step, fold="none").picture.boxes) > 200


def test_a_leaf_alone_is_the_output():
    (box,) = draw(Value(1.0, label="x")).picture.boxes
    assert box.role == "output"


def test_names_come_from_variables_and_replace_none():
    x, w = Value(1.0), [Value(2.0), (Value(3.0), Value(4.0))]
    y = other = x * w[0]
    labelled = Value(5.0, label="mine")
    _, loop, text = Value(6.0), [x], "no Value"
    loop.append(loop)
    named(locals())
    assert (x.label, w[0].label, w[1][1].label) == ("x", "w[0]", "w[1][1]")
    assert y.label == "y" and other is y and labelled.label == "mine" and text == "no Value"
    assert _.label == ""
    with pytest.raises(ArgumentError, match=r"viz\.named"):
        named([x])


def test_groups_of_a_deep_graph_are_cheap_to_open():
    picture = draw(chain(500), fold="none").picture
    assert span_of(picture) < 2000


def test_auto_shows_all_of_many_examples_and_no_strip_of_one_cell():
    x = Value(0.5, label="x")
    for k in range(9):
        with scope(f"level {k}"):
            x = x * Value(1.0 + k, label=f"w{k}")
    assert draw(x).scene is None
    model = MLP(2, [2, 1], seed=0)
    losses = [half_squared_error(model([k / 30, 1.0]), [0.0]) for k in range(30)]
    assert "30 examples" in draw(ag.sum(losses)).scene.title
    assert draw(ag.sum(losses[:3]), fold="neuron").scene.title != draw(ag.sum(losses)).scene.title
