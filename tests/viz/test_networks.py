"""Networks as cards, columns and strips: what is recognised, what is refused, and that it is true."""

import itertools
import math
import random
import re
from xml.etree import ElementTree as ET

import pytest

import autograd
import nn
from autograd import Note, Value, compile, dot, grad, sigmoid
from autograd import sum as sum_of
from viz.networks import LEVELS, network_of, scene_of
from viz.numbers import shown
from viz.picture import adjoints_of, in_order
from viz.scene import Curve, Group, Rect, Text, width_of
from viz.svg import svg_of


def loss_of(model, x=(0.05, 0.10), y=(0.75,)):
    loss = nn.half_squared_error(model(list(x)), list(y))
    loss.backward()
    return loss


def batch(model, count, width=2):
    points = [[math.sin(k + 3 * i) for i in range(width)] for k in range(count)]
    mean = sum_of([nn.half_squared_error(model(p), [0.5]) for p in points]) * (1 / count)
    mean.label = "L"
    mean.backward()
    return mean


def inputs():
    return [Value(0.1, label="x1"), Value(0.2, label="x2")]


def scenes(thing, **options):
    network = network_of(thing)
    return [scene_of(network, level, **options) for level in LEVELS]


def groups(scene, kind):
    return [group for group in scene.groups if group.kind == kind]


def words(scene):
    return [group.words for group in scene.groups]


def texts(group):
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


def titles(network):
    return [layer.title for layer in network.layers]


def frame_of(group):
    return next(shape for shape in group.shapes if isinstance(shape, Rect))


MODELS = {
    "seed": lambda: nn.MLP(2, [2, 1], seed=1),
    "one neuron": lambda: nn.MLP(2, [1], seed=1),
    "mixed": lambda: nn.MLP(3, [4, 2, 1], "relu", "identity", seed=2),
    "written out": lambda: nn.MLP(2, [3, 1], "tanh", seed=3, expand=True),
    "own activation": lambda: nn.MLP(2, [3, 1], lambda z: z * sigmoid(z), seed=4),
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", MODELS)
def test_every_scene_is_well_formed(name, level):
    model = MODELS[name]()
    width = len(model.layers[0].neurons[0].weights)
    for thing in (loss_of(model, [0.3] * width), batch(model, 7, width), model):
        scene = scene_of(network_of(thing), level)
        nodes, edges = groups(scene, "node"), groups(scene, "edge")
        names = [node.name for node in nodes]
        assert len(set(names)) == len(names)
        assert all(edge.ends[0] in names and edge.ends[1] in names for edge in edges)
        assert all(group.words for group in nodes + edges)
        assert scene.width / scene.height == pytest.approx(16 / 9)
        ET.fromstring(svg_of(scene))
        frames = [frame_of(node) for node in nodes]
        for a, b in itertools.combinations(frames, 2):
            apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
            assert apart_x or a.y + a.height <= b.y or b.y + b.height <= a.y
        for f in frames:
            assert f.x >= 0 and f.y >= 0
            assert f.x + f.width <= scene.width and f.y + f.height <= scene.height
        for node, f in zip(nodes, frames, strict=True):
            for text in node.shapes:
                if isinstance(text, Text):
                    room = {"start": f.x + f.width - text.x, "end": text.x - f.x}
                    wide = width_of(text.text, text.size)
                    assert wide <= room.get(text.anchor, f.width) + 1, text.text


def test_the_numbers_of_every_card_are_the_engines():
    model = nn.MLP(2, [3, 1], "tanh", seed=5)
    loss = loss_of(model)
    nodes = in_order([loss])
    adjoints = adjoints_of([loss], nodes)
    at = {node.label: node for node in nodes if node.label}
    scene = scene_of(network_of(loss), "card", digits=5)
    cards = {node.words.partition(":")[0]: node for node in groups(scene, "node")}
    for j in (1, 2, 3):
        card = texts(cards[f"neuron h{j}"])
        for label in (f"W1{j}", f"W2{j}", f"B{j}"):
            assert label in card
            assert shown(adjoints[id(at[label])], 5) in card
        for i in (1, 2):
            product = f"{shown(at[f'W{i}{j}'].data, 5)} · {shown(at[f'X_{i}'].data, 5)}"
            assert product in card
        z, a = at[f"Z_h{j}"], at[f"A_h{j}"]
        for number in (z.data, a.data, adjoints[id(z)], adjoints[id(a)]):
            assert shown(number, 5) in card
        slope = next(text for text in card if "′" in text)
        assert slope.endswith(shown(a.partials[0], 5))
    said = words(scene)
    w = at["W12"]
    assert f"weight W12 from X_1 to h2: {shown(w.data, 5)}, gradient {shown(w.grad, 5)}" in said


def test_columns_have_one_edge_for_each_weight_coloured_by_its_sign():
    model = nn.MLP(3, [4, 2, 1], seed=1)
    scene = scene_of(network_of(loss_of(model, [0.1, 0.2, 0.3])), "neuron")
    edges = [edge for edge in groups(scene, "edge") if edge.words.startswith("weight ")]
    weights = {w.label: w.data for la in model.layers for n in la.neurons for w in n.weights}
    assert len(edges) == len(weights)
    for edge in edges:
        number = weights[edge.words.split()[1]]
        (curve,) = edge.shapes
        assert curve.stroke == ("positive" if number > 0 else "negative")
        assert f": {shown(number)}, gradient " in edge.words
    widest = max(edges, key=lambda e: e.shapes[0].thickness).words.split()[1]
    last_of_layer = [
        max((abs(w.data), w.label) for n in layer.neurons for w in n.weights)[1]
        for layer in model.layers
    ]
    assert widest in last_of_layer


def test_a_strip_has_the_numbers_of_its_layer():
    model = nn.MLP(2, [3, 1], "tanh", seed=1)
    loss = batch(model, 10)
    network = network_of(loss)
    hidden = network.layers[1]
    assert [unit.label for unit in hidden.units] == ["h1", "h2", "h3"]
    assert network.examples == 10
    by_label = {}
    for node in in_order([loss]):
        by_label.setdefault(node.label, []).append(node)
    adjoints = adjoints_of([loss], network.nodes)
    for unit in hidden.units:
        assert unit.numbers == [node.data for node in by_label[f"A_{unit.label}"]]
    scene = scene_of(network, "layer")
    (box,) = [node for node in groups(scene, "node") if node.words.startswith("hidden layer")]
    outputs = [node for unit in hidden.units for node in unit.a]
    most = max(abs(node.data) for node in outputs)
    norm = math.hypot(*[adjoints[id(node)] for node in outputs])
    assert f"A, largest {shown(most)}" in box.words
    assert f"‖∂L/∂A‖ {shown(norm)}" in box.words
    weights = [w for n in model.layers[0].neurons for w in n.weights]
    size = shown(math.hypot(*[adjoints[id(w)] for w in weights]))
    (edge,) = [
        e for e in groups(scene, "edge") if e.words.endswith("hidden layer, ‖∂L/∂W‖ " + size)
    ]
    assert edge.words.startswith("W 3×2 from inputs to hidden layer")
    strip = next(g for g in box.shapes if isinstance(g, Group))
    cells = [s for s in strip.shapes if isinstance(s, Rect) and s.fill]
    outline = strip.shapes[-1]
    row, cell = outline.height / 3, outline.width / 10
    for j, unit in enumerate(hidden.units):
        for e, number in enumerate(unit.numbers):
            x, y = outline.x + (e + 0.5) * cell, outline.y + (j + 0.5) * row
            over = [c for c in cells if c.x <= x <= c.x + c.width and c.y <= y <= c.y + c.height]
            strength = sum(c.opacity if c.fill == "positive" else -c.opacity for c in over)
            assert strength == pytest.approx(number / most, abs=1 / 30)


def test_the_pictures_that_are_asked_for_are_readable():
    model = nn.MLP(2, [16, 16, 1], "tanh", seed=3)
    one = scene_of(network_of(loss_of(model)), "neuron")
    assert len(groups(one, "node")) == 36
    assert one.smallest_text() >= 12.9
    many = scene_of(network_of(batch(model, 100)), "layer")
    assert len(groups(many, "node")) == 5
    assert many.smallest_text() >= 9
    assert scene_of(network_of(loss_of(nn.MLP(2, [2, 1], seed=1))), "card").smallest_text() >= 12.9


@pytest.mark.parametrize("sizes", [[300, 1], [8] * 11 + [1], [4] * 45 + [1]], ids=str)
def test_strips_of_any_network_are_readable(sizes):
    scene = scene_of(network_of(loss_of(nn.MLP(2, sizes, seed=1))), "layer")
    assert scene.smallest_text() >= 9
    if len(sizes) > 40:
        assert any(re.fullmatch(r"… \d+ more layers", text.text) for text in scene.texts())
    if sizes[0] == 300:
        assert "a row is the mean of up to" in scene.description


def test_more_examples_than_columns_are_put_together_and_it_is_said():
    scene = scene_of(network_of(batch(nn.MLP(2, [2, 1], seed=1), 500)), "layer")
    assert re.search(r"A column is the mean of \d examples", scene.description)


def test_what_is_left_out_is_said():
    network = network_of(loss_of(nn.MLP(2, [80, 1], seed=1)))
    for level in ("card", "neuron"):
        said = words(scene_of(network, level))
        assert any(re.match(r"\d+ more neurons, which are not drawn", w) for w in said)


def test_a_loss_is_a_box_with_its_formula_and_targets():
    for scene in scenes(loss_of(nn.MLP(2, [2, 1], seed=1))):
        (box,) = [node for node in groups(scene, "node") if node.name == "e0"]
        assert "L = ½ (Y − A)²" in texts(box)
        assert "0.75" in texts(box)
    (ending,) = network_of(batch(nn.MLP(2, [2, 1], seed=1), 5)).endings
    assert len(ending.values) == 5
    assert not ending.formula


def test_gradients_are_those_of_the_picture_or_the_stored_ones_or_none():
    model = nn.MLP(2, [2, 1], seed=1)
    loss = loss_of(model)
    loss.backward()  # adds up in the weights
    w = model.parameters()[0]
    scene = scene_of(network_of(loss), "neuron")
    (edge,) = [e for e in words(scene) if e.startswith("weight W11 ")]
    assert edge.endswith(f"gradient {shown(w.grad / 2)}")
    assert any("stored .grad differs" in text.text for text in scene.texts())
    scene = scene_of(network_of(loss), "neuron", gradients="stored")
    (edge,) = [e for e in words(scene) if e.startswith("weight W11 ")]
    assert edge.endswith(f"stored grad {shown(w.grad)}")
    for scene in scenes(loss, gradients=False):
        assert not any("grad" in w for w in words(scene))
        assert not any(text.fill == "gradient" for text in scene.texts())


@pytest.mark.parametrize("level", LEVELS)
def test_what_was_used_is_shown_when_it_has_changed_since(level):
    model = nn.MLP(2, [2, 1], seed=1)
    loss = loss_of(model)
    before = shown(model.parameters()[0].data)
    model.parameters()[0].data = 9.0
    scene = scene_of(network_of(loss), level)
    if level == "layer":
        assert "changed since" in scene.description
    else:
        (edge,) = [e for e in words(scene) if e.startswith("weight W11 ")]
        assert f": {before} (it is 9 now)" in edge
        assert any("changed since" in text.text for text in scene.texts())


def test_teacher_and_student_stand_apart():
    teacher, student = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=2)
    x = inputs()
    for network in (
        network_of((teacher(x)[0] - student(x)[0]) ** 2),
        network_of((teacher([0.1, 0.2])[0] - student([0.1, 0.2])[0]) ** 2),
        network_of([teacher(x)[0], student(x)[0]]),
    ):
        assert network.models == 2
        found = []
        for k in (1, 2):
            own = [la for la in network.layers if la.title.endswith(f"model {k}")]
            units = [unit for layer in own for unit in layer.units]
            parameters = [p for unit in units for p in (*unit.weights, unit.bias)]
            found.append(sorted(id(p.node) for p in parameters))
        made = [sorted(map(id, model.parameters())) for model in (teacher, student)]
        assert found in (made, made[::-1])


def test_a_model_over_the_outputs_of_two():
    a, b, c = (nn.MLP(2, [2, 1], seed=k) for k in range(3))
    x = inputs()
    network = network_of(c([a(x)[0], b(x)[0]]))
    hidden = [la for la in network.layers if la.depth == 1]
    assert [la.title for la in hidden] == ["hidden layer (1)", "hidden layer (2)"]
    assert {id(w.node) for u in hidden[0].units for w in u.weights} <= set(map(id, a.parameters()))


def test_layers_of_ones_own_in_a_dict_or_a_list():
    class Net(nn.Module):
        def __init__(self):
            self.parts = {"first": nn.Layer(2, 3, seed=1), "then": [nn.Layer(3, 1, seed=2)]}

        def __call__(self, x):
            return self.parts["then"][0](self.parts["first"](x))

    model = Net()
    for thing in (model, model(inputs())):
        network = network_of(thing)
        assert [len(layer.units) for layer in network.layers] == [2, 3, 1]
    assert [w.number for w in network_of(model).layers[1].units[0].weights] == [
        w.data for w in model.parts["first"].neurons[0].weights
    ]


def test_a_module_alone_shows_its_weights_and_no_activations():
    model = nn.MLP(2, [3, 1], seed=1)
    network = network_of(model)
    assert not network.numbers
    card, columns, strips = scenes(model)
    assert any(shown(model.parameters()[0].data) in text.text for text in card.texts())
    assert not any("A = " in w for w in words(columns))
    assert any(w.startswith("hidden layer: 3 neurons, σ; W, largest") for w in words(strips))


def test_a_program_has_no_numbers():
    model = nn.MLP(2, [3, 1], seed=1)
    compiled = compile(lambda x: model(x))
    compiled([0.1, 0.2])
    for thing in (compiled, compiled.program):
        network = network_of(thing)
        assert [len(layer.units) for layer in network.layers] == [2, 3, 1]
        for level in LEVELS:
            scene = scene_of(network, level)
            assert "weight W11 from x_1 to h1" in words(scene) or level == "layer"
            drawn = [s for e in groups(scene, "edge") for s in e.shapes if isinstance(s, Curve)]
            assert {curve.stroke for curve in drawn} == {"line"}


def test_inputs_that_are_computed_say_from_how_much():
    model = nn.MLP(2, [2, 1], seed=1)
    network = network_of(model([(x - 0.5) / 2 for x in inputs()]))
    for level in ("card", "neuron"):
        said = words(scene_of(network, level))
        assert sum("computed from 4 Values" in w for w in said) == 2


def test_an_edge_that_skips_a_layer_goes_round_the_boxes():
    first, then = nn.Layer(2, 2, seed=1), nn.Layer(4, 1, seed=2)
    x = inputs()
    network = network_of(then([*first(x), *x]))
    for level in ("card", "neuron"):
        scene = scene_of(network, level)
        boxes = {node.name: frame_of(node) for node in groups(scene, "node")}
        for edge in groups(scene, "edge"):
            (curve,) = edge.shapes
            if len(curve.points) > 4:
                low = max(f.y + f.height for f in boxes.values())
                assert max(y for _, y in curve.points) > low
    skipping = [e for e in groups(scene, "edge") if len(e.shapes[0].points) > 4]
    assert len(skipping) == 2


def test_a_penalty_is_said_to_read_the_parameters():
    model = nn.MLP(2, [2, 1], seed=1)
    loss = model(inputs())[0] ** 2 + sum_of([w * w for w in model.parameters()])
    (ending,) = network_of(loss).endings
    assert sorted(ending.parameters) == sorted(p.label for p in model.parameters())
    for scene in scenes(loss):
        assert any("reads " in w for w in words(scene))


def test_several_losses_stand_below_each_other_and_many_are_counted():
    model = nn.MLP(2, [2, 2], seed=1)
    x = inputs()
    out = model(x)
    losses = [out[k % 2] * float(k + 2) for k in range(9)]
    for level, drawn in (("card", 6), ("neuron", 6), ("layer", 3)):
        scene = scene_of(network_of(losses), level)
        found = [n for n in groups(scene, "node") if n.name.startswith("e")]
        assert [n.words for n in found][-1] == f"{9 - drawn} more results, which are not drawn"
        assert len(found) == drawn + 1
        assert scene.smallest_text() >= 9


def test_only_the_losses_of_the_opened_example_are_drawn():
    model = nn.MLP(2, [2, 1], seed=1)
    losses = [nn.half_squared_error(model([k, 1.0]), [float(k)]) for k in range(3)]
    scene = scene_of(network_of(losses), "card")
    (box,) = [node for node in groups(scene, "node") if node.name == "e0"]
    assert shown(losses[0].data) in texts(box)
    assert "2 more results, which are not drawn" in words(scene)
    assert "example 1 of 3" in scene.description


def test_a_result_of_a_result():
    loss = loss_of(nn.MLP(2, [2, 1], seed=1))
    twice = loss * 2
    twice.label = "M"
    for scene in scenes([loss, twice]):
        assert "L is read by M" in words(scene)


def named(label, scope, number=0.5):
    value = Value(number)
    value.note = Note(label, scope)
    return value


def by_hand(weights, xs, scope="net", label=""):
    z = dot([named("w", scope, w) for w in weights], xs)
    z.note = Note(label, scope)
    return z


def test_neurons_by_hand_without_bias_or_names():
    x = inputs()
    zs = [by_hand([0.1 * k, 0.2], x) for k in range(3)]
    network = network_of(zs)
    assert [unit.label for unit in network.layers[1].units] == ["net 1", "net 2", "net 3"]
    for scene in scenes(zs):
        assert scene.smallest_text() >= 9
    (card, *_) = scenes(zs)
    assert any("Z = Σ W·A" in text.text for text in card.texts())
    assert not any("+ B" in text.text for text in card.texts())


def test_targets_with_nan_and_of_many_names_are_told():
    model = nn.MLP(2, [9], seed=1)
    loss = nn.half_squared_error(model(inputs()), [float(k) for k in range(9)])
    (box,) = [n for n in groups(scenes(loss)[1], "node") if n.name == "e0"]
    assert "… 3 more values" in texts(box)
    one = nn.MLP(2, [1], seed=1)
    points = [nn.half_squared_error(one([k, 1.0]), [y]) for k, y in enumerate((1.0, math.nan))]
    (box,) = [n for n in groups(scenes(sum_of(points))[1], "node") if n.name == "e0"]
    assert "1 and nan" in texts(box)


def test_a_module_with_stored_gradients_shows_them_if_asked():
    model = nn.MLP(2, [2, 1], seed=1)
    loss_of(model)
    strips = scene_of(network_of(model), "layer", gradients="stored")
    assert any("grad of W" in w for w in words(strips))
    assert "∇" not in "".join(text.text for text in strips.texts())


def test_wide_weights_are_put_together_and_it_is_said():
    scene = scene_of(network_of(nn.MLP(900, [2, 1], seed=1)), "layer")
    assert re.search(r"mean of up to \d+ weights", scene.description)


@pytest.mark.parametrize("seed", range(60))
def test_any_graph_of_neurons_is_drawn_truly_or_not_at_all(seed):
    draw = random.Random(seed)
    models = [
        nn.MLP(2, [draw.randint(1, 3) for _ in range(draw.randint(1, 3))], f, seed=1, expand=e)
        for f, e in draw.sample([("tanh", False), ("relu", True), ("identity", False)], 2)
    ]
    pool = inputs()
    for _ in range(draw.randint(1, 6)):
        model, chance = draw.choice(models), draw.random()
        if chance < 0.7:
            pool += model([draw.choice([*pool, 0.5]) for _ in range(2)])
        elif chance < 0.8:
            pool.append(draw.choice(pool) * draw.choice([*pool, 2.0]))
        elif chance < 0.9:
            pool.append(draw.choice(pool) + draw.choice(model.parameters()))
        else:
            draw.choice(model.parameters()).data += 0.5
    roots = draw.sample(pool[2:], min(2, len(pool) - 2)) or [pool[0]]
    network = network_of(roots)
    if network is None:
        return
    units = [unit for layer in network.layers for unit in layer.units]
    for unit in units:
        for e in range(network.examples if unit.weights else 0):
            pairs = zip(unit.weights, unit.sources, strict=True)
            z = sum(w.number * source.numbers[e] for w, source in pairs) + unit.bias.number
            assert z == pytest.approx(unit.z[e].data)
    for level in LEVELS:
        scene = scene_of(network, level, gradients=True)
        names = [node.name for node in groups(scene, "node")]
        edges = groups(scene, "edge")
        assert all(a in names and b in names for a, b in [edge.ends for edge in edges])
        if level != "layer":
            drawn = [edge for edge in edges if edge.words.startswith("weight")]
            assert len(drawn) == sum(len(unit.weights) for unit in units)


def recurrent():
    layer = nn.Layer(2, 2, seed=1)
    return layer(layer(inputs()))


def residual():
    first, then = nn.Layer(2, 2, seed=1), nn.Layer(2, 1, seed=2)
    x = inputs()
    return then([a + b for a, b in zip(first(x), x, strict=True)])


def changed_between_examples():
    model = nn.MLP(2, [2, 1], seed=1)
    first = model([0.1, 0.2])[0]
    model.parameters()[0].data += 1
    return first + model([0.3, 0.4])[0]


def learned_slope():
    slope = Value(0.3, label="slope")
    return nn.MLP(2, [2, 1], lambda z: z * slope)(inputs())


def reads_z():
    a = nn.MLP(2, [2, 1], seed=1)(inputs())[0]
    return a * a.parents[0]


def ends_in_z():
    a = nn.MLP(2, [2, 1], seed=1)(inputs())[0]
    return [a, a.parents[0]]


def ends_in_a_weight():
    model = nn.MLP(2, [2, 1], seed=1)
    return [model(inputs())[0], model.parameters()[0]]


def left_out_of_an_example():
    model = nn.MLP(2, [2, 2], seed=1)
    return model([0.1, 0.2])[0] + model([0.3, 0.4])[1]


def program_of_gradients():
    model = nn.MLP(2, [2, 1], seed=1)
    compiled = compile(grad(lambda x: model(x)[0]))
    compiled([0.1, 0.2])
    return compiled


def recorded_gradient():
    model = nn.MLP(2, [2, 1], seed=1)
    model(inputs())[0].backward(create_graph=True)
    return model.parameters()[0].grad


def input_changed_between_neurons():
    x = inputs()
    first = by_hand([0.1, 0.2], x, "net/a", "Z_a")
    x[0].data = 5.0
    return [first, by_hand([0.3, 0.4], x, "net/b", "Z_b")]


def input_changed_between_layers():
    x = inputs()
    first = by_hand([0.1, 0.2], x, "net/a", "Z_a")
    x[0].data = 5.0
    return by_hand([0.3, 0.4], [first, x[0]], "net/b", "Z_b")


def wired_otherwise():
    x = inputs()
    w = [named("w", "net/a"), named("v", "net/a")]
    inner = by_hand([0.1], x[:1], "net/b", "Z_b")
    found = []
    for other in (inner, x[1]):
        z = dot(w, [x[0], other])
        z.note = Note("Z_a", "net/a")
        found.append(z)
    return found


def two_runs_of_one_and_one_of_the_other():
    a, b = nn.MLP(2, [2, 1], seed=1), nn.MLP(2, [2, 1], seed=2)
    return a([0.1, 0.2])[0] + a([0.3, 0.4])[0] + b([0.1, 0.2])[0]


def bias_is_an_input():
    z = dot([named("w", "net")], [Value(1.0, label="x")], Value(2.0, label="b"))
    z.note = Note("Z", "net")
    return z


def lost_in_a_large_graph():
    total = nn.MLP(2, [1], seed=1)(inputs())[0]
    for k in range(100):
        total = total * 1.01 + k
    return total


def gives_no_values():
    class Odd(nn.Module):
        def __init__(self):
            self.layer = nn.Layer(2, 2, seed=1)

        def __call__(self, x):
            return None

    return Odd()


def depends_on_its_numbers():
    class Branch(nn.Module):
        def __init__(self):
            self.layer = nn.Layer(2, 2, seed=1)

        def __call__(self, x):
            h = self.layer(x)
            return h if h[0] > 0 else h[:1]

    return Branch()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Value(2.0) * 3,
        lambda: dot(inputs(), inputs()),
        recurrent,
        residual,
        changed_between_examples,
        learned_slope,
        reads_z,
        ends_in_z,
        ends_in_a_weight,
        left_out_of_an_example,
        program_of_gradients,
        recorded_gradient,
        depends_on_its_numbers,
        input_changed_between_neurons,
        input_changed_between_layers,
        wired_otherwise,
        two_runs_of_one_and_one_of_the_other,
        bias_is_an_input,
        lost_in_a_large_graph,
        gives_no_values,
        nn.Module,
    ],
)
def test_what_would_not_be_a_true_picture_is_none(make):
    assert network_of(make()) is None


def test_hostile_names_are_inert_and_numbers_that_are_none_are_seen():
    evil = '<script>alert(1)</script>]]>"\\\r\n\n\u202e' + "x" * 10_000
    x = [Value(0.1, label=evil), Value(math.nan, label="\x00")]
    out = nn.MLP(2, [2, 1], seed=1)(x)[0]
    out.label = evil
    out.backward()
    for scene in scenes(out * 1):
        source = svg_of(scene)
        ET.fromstring(source)
        assert "<script" not in source
        assert "\u202e" not in source
        assert len(source) < 60_000
    for scene in scenes(out):
        assert any(text.text == "nan" for text in scene.texts())


def test_the_same_network_gives_the_same_bytes():
    made = [
        [svg_of(scene) for scene in scenes(batch(nn.MLP(2, [3, 1], seed=1), 4))] for _ in range(2)
    ]
    assert made[0] == made[1]


def test_a_loss_with_logits_is_no_activation():
    model = nn.MLP(2, [2, 1], output="identity", seed=1)
    network = network_of(-autograd.logsigmoid(model(inputs())[0]))
    assert network.layers[-1].units[0].symbol == ""
    assert network.endings[0].formula == "−ln σ(Z_o1)"


def test_titles_are_those_of_the_modules():
    network = network_of(nn.MLP(2, [2, 2, 1], seed=1))
    assert titles(network) == ["inputs", "hidden layer 1", "hidden layer 2", "output layer"]
