"""explain: what it says is what the engine does, and can be read."""

import json
import math
import random
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import autograd
from autograd import TABLE, ArgumentError, GraphError, OperandError, Value, explain, no_grad
from autograd import sigmoid as sigma
from autograd.backward import topological_order
from autograd.explaining.formulas import named, raw, term
from autograd.explaining.names import columns
from autograd.explaining.system import RESULT, applied, slopes
from autograd.explaining.writing import ASCII, ATOM, LATEX, TEXT
from autograd.maths import read

HOSTILE = [
    "<script>alert(1)</script>", "]]>", '"quoted" \'and\'', "back\\slash", "a\rb", "\n\n", "שלום",
    "\u202eabc", "\x00\x1b[31m", "long" * 2500, "x + y", "2", "∂L/∂x", "$x$", "&amp;", "漢字", "👩\u200d🔬",
    "e\u0301", "\\end{aligned}", "v1", "%s {0}",
]  # fmt: skip


def labelled(**numbers):
    return [Value(x, label=name) for name, x in numbers.items()]


def book():
    w, x, b = labelled(w=-3.0, x=0.5, b=2.0)
    loss = (1 - sigma(w * x + b)) ** 2
    loss.label = "L"
    return loss, w, x, b


def random_graph(seed):
    """A graph of a few leaves and operations, with shared nodes, and its leaves."""
    draw = random.Random(seed)
    leaves = [Value(draw.uniform(0.3, 1.7), label=draw.choice(["", f"l{i}"])) for i in range(3)]
    nodes = [*leaves]
    for _ in range(draw.randint(1, 12)):
        a, b = draw.choice(nodes), draw.choice(nodes)
        nodes.append(
            draw.choice(
                [
                    lambda a=a, b=b: a + b,
                    lambda a=a, b=b: a - b,
                    lambda a=a, b=b: 0.5 * a * b,
                    lambda a=a: sigma(a),
                    lambda a=a: a.tanh(),
                    lambda a=a: a.sin() + 2,
                    lambda a=a, b=b: autograd.maximum(a, b),
                    lambda a=a, b=b: autograd.dot([a, b], [b, 0.3], a),
                    lambda a=a, b=b: autograd.logsumexp([a, b, a]),
                    lambda a=a: a**2,
                ]
            )()
        )
    root = nodes[-1]
    return root, leaves


def test_the_block_of_the_docstring_to_the_space():
    doc = explain.__doc__
    block = doc.partition(">>> explain(L)\n")[2].partition("    >>> print")[0]
    lines = [line[4:].replace("<BLANKLINE>", "") for line in block.rstrip().splitlines()]
    assert str(explain(book()[0])) == "\n".join(lines)


def test_the_last_line_of_each_leaf_is_its_grad():
    for seed in range(1000):
        root, leaves = random_graph(seed)
        if root.is_leaf:
            continue
        last = {}
        explanation = explain(root)
        names = explanation._graph.names
        for step in explanation.steps:
            if step["phase"] == "backward":
                last[step["name"]] = step["sum"]
                assert step["share"] == step["slope"] * step["above"]
        root.backward()
        for leaf in leaves:
            assert last.get(names.get(leaf), 0.0) == leaf.grad, seed


def test_backward_steps_are_the_edges_in_the_order_of_the_sweep():
    a = Value(-3.0, label="a")
    b = a * a
    y = b + a
    steps = [s for s in explain(y).steps if s["phase"] == "backward"]
    assert [(s["name"], s["share"], s["sum"], s["first"]) for s in steps] == [
        ("v1", 1.0, 1.0, True),
        ("a", 1.0, 1.0, True),
        ("a", -3.0, -2.0, False),
        ("a", -3.0, -5.0, False),
    ]
    assert "−3   Σ −2\n" in str(explain(y)) and "−3   Σ −5\n" in str(explain(y))


def test_the_order_is_that_of_the_engines_own_sweep_also_for_many_operands():
    a, b = labelled(a=0.3, b=0.7)
    z = autograd.sum([sigma(a), sigma(b), a.tanh()])
    explanation = explain(z)
    names = explanation._graph.names
    wanted = [
        (names[node], names[x]) for node in reversed(topological_order(z)) for x in node.parents
    ]
    steps = [(s["through"], s["name"]) for s in explanation.steps if s["phase"] == "backward"]
    assert steps == wanted
    assert [s["operands"] for s in explanation.steps[:2]] == [["a"], ["b"]]  # forward as one reads


def test_a_neuron_is_one_step_forward_and_one_for_each_edge_backward():
    w, v, x, b = labelled(w=0.5, v=-1.0, x=2.0, b=0.1)
    z = autograd.dot([w, v], [x, 3.0], b)
    steps = explain(z).steps
    assert [s["phase"] for s in steps] == ["forward"] + ["backward"] * 4  # not to the plain 3
    assert steps[0]["formula"] == "w·x + v·3 + b" and steps[0]["numbers"] == "0.5·2 + (−1·3) + 0.1"


ROWS = [
    row.bind(*[2.0, 0.3][: len(row.constants)]) if row.constants else row for row in TABLE.values()
]


NAMESPACE = {
    **{name: getattr(autograd, name) for name, row in TABLE.items() if row.function},
    "pi": math.pi,
}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_formulas_are_the_rules(row):
    for sample in row.samples:
        n = len(sample)
        z = read(row.forward, *row.arguments(sample))
        names = {RESULT: "z", **{i: f"x{i}" for i in range(n)}}
        numbers = {"z": z, **{f"x{i}": x for i, x in enumerate(sample)}}
        put = lambda i, names=names: (names[i], ATOM)
        operands = tuple([named(i) for i in range(n)])
        found = eval(ASCII.write(applied(row, operands), put), NAMESPACE, numbers)
        assert found == pytest.approx(z, rel=1e-12)
        partials = read(row.partials, z, *row.arguments(sample))
        for slope, partial in zip(slopes(row, n), partials, strict=True):
            text = ASCII.write(slope, put)
            found = float(eval(text, NAMESPACE, numbers))
            assert found == pytest.approx(partial, rel=1e-9, abs=1e-12), text
            assert slope.size <= 20, text  # a person reads it
            for style in (TEXT, LATEX):
                assert balanced(style.write(slope, put))


def balanced(text):
    """Whether every bracket that LaTeX or a reader counts is closed."""
    plain = re.sub(r"\\(left|right)(\\[a-z|]+|.)", "", text)
    for a, b in ("{}", "()", "[]"):
        if plain.count(a) != plain.count(b):
            return False
    return text.count("\\left") - text.count("\\leftarrow") == text.count("\\right")


def closed(latex):
    """Whether braces and \\left ... \\right are in pairs."""
    plain = re.sub(r"\\[{}]", "", latex)
    return plain.count("{") == plain.count("}") and len(re.findall(r"\\left\b", plain)) == len(
        re.findall(r"\\right\b", plain)
    )


def test_sigmoids_slope_reads_as_a_book_prints_it():
    z = sigma(Value(0.5, label="x"))
    z.label = "y"
    step = explain(z).steps[-1]
    assert step["slope_formula"] == "y·(1 − y)"
    assert step["slope_numbers"] == "0.6225·(1 − 0.6225)"
    assert step["slope_latex"] == "y \\cdot \\left(1 - y\\right)"


def test_at_an_edge_the_rule_decides_and_that_is_said():
    x = Value(2.0, label="x")
    text = str(explain(autograd.maximum(x, Value(2.0, label="y"))))
    assert "[x > y]" in text and "(at the edge the rule says 0.5)" in text
    assert "a kink: 0 on the left, 1 on the right" in text
    assert "a kink: −1 on the left, 1 on the right" in str(explain(abs(Value(0.0, label="x"))))
    assert "a kink: 0 on the left, 1 on the right" in str(explain(Value(0.0).relu()))


def test_nudging_agrees_where_the_function_is_smooth():
    unclear = 0
    for seed in range(200):
        root, _ = random_graph(seed)
        if root.is_leaf or any(str(n.op) == "maximum" for n in explain(root)._graph.order):
            continue
        for g in explain(root).gradients:
            assert g["verdict"] in {"agrees", "unclear"}, (seed, g)
            unclear += g["verdict"] == "unclear"
    assert unclear < 20


def test_nudging_finds_a_wrong_derivative():
    @autograd.primitive
    def wrong(m, x):
        return x * x

    wrong.partials(lambda m, z, x: (3 * x,))
    explanation = explain(wrong(Value(2.0, label="x")))
    assert explanation.gradients[0]["verdict"] == "differs"
    assert "≠" in str(explanation) and "!= " in str(explain(wrong(Value(2.0)), ascii=True))


def test_a_rule_that_cannot_be_read_has_a_slope_by_name():
    @autograd.primitive
    def odd(m, x):
        return m.exp(x)

    odd.partials(lambda m, z, x: (z if x > 0 else 0.0,))
    step = explain(odd(Value(1.0, label="x"))).steps[-1]
    assert step["slope_formula"] == "odd′(x)" and step["slope"] == math.exp(1.0)


@pytest.mark.parametrize("name", ["where", "number", "name", "neg", "slope", "abs", "+", "sum"])
def test_an_operation_of_ones_own_may_have_any_name(name):
    def rule(m, x, y):
        return x * y

    rule.__name__ = name
    own = autograd.primitive(rule)
    own.partials(lambda m, z, x, y: (y, x))
    z = own(Value(2.0, label="x"), Value(3.0, label="y"))
    explanation = explain(z)
    assert explanation.steps[0]["formula"] == f"{name}(x, y)"
    assert explanation.steps[1]["slope_formula"] == "y" and explanation.formula()
    assert f"{name}(x, y)" in str(explain(z, ascii=True)) and closed(explanation.latex())


def test_what_a_large_number_cannot_feel_is_nudged_by_more():
    g = explain(Value(1e12, label="x") * 3).gradients[0]
    assert g["by"] == 1e7 and g["verdict"] == "agrees"


def test_formula_is_what_a_book_prints():
    loss, w, x, b = book()
    assert explain(loss, wrt=w).formula() == "∂L/∂w = −2·(1 − σ(w·x + b))²·σ(w·x + b)·x"
    y = sigma(w * x + b)
    lines = explain(y).formula().splitlines()
    assert lines[0] == "∂v3/∂w = σ(w·x + b)·(1 − σ(w·x + b))·x"
    assert lines[2] == "∂v3/∂b = σ(w·x + b)·(1 − σ(w·x + b))"
    y.label = "y"
    assert explain(y).formula().splitlines() == [
        "∂y/∂w = y·(1 − y)·x", "∂y/∂x = y·(1 − y)·w", "∂y/∂b = y·(1 − y)", "  where y = σ(w·x + b)",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # SymPy's own, of mpmath
def test_sympy_says_the_formulas_are_right():
    sympy = pytest.importorskip("sympy")
    space = {"sigmoid": lambda x: 1 / (1 + sympy.exp(-x))}
    w, x, b = sympy.symbols("w x b", real=True)
    expressions = [
        "sigmoid(w*x + b)",
        "(1 - sigmoid(w*x + b))**2",
        "exp(w*x)*sin(x) - b/w",
        "tanh(w)*log(x**2 + 1) + sqrt(x)",
        "w*x*w + x*w - (x + b)*(x - b)",
        "x**w/(b + x) + w**3",
    ]
    rng = random.Random(1)
    for text in expressions:
        values = labelled(w=1.3, x=0.5, b=2.0)
        names = dict(zip("wxb", values, strict=True))
        root = eval(text, NAMESPACE, names)
        symbol = sympy.sympify(text, locals={"w": w, "x": x, "b": b, **space})
        for name, leaf in names.items():
            if not re.search(rf"\b{name}\b", text):
                continue
            line = explain(root, wrt=leaf, ascii=True).formula()
            assert "\n" not in line
            found = sympy.sympify(
                line.partition(" = ")[2], locals={"w": w, "x": x, "b": b, **space}
            )
            wanted = sympy.diff(symbol, {"w": w, "x": x, "b": b}[name])
            for _ in range(3):
                at = [rng.uniform(0.5, 2.0) for _ in range(3)]
                numbers = [
                    float(sympy.lambdify([w, x, b], e, "math")(*at)) for e in (found, wanted)
                ]
                assert numbers[0] == pytest.approx(numbers[1], rel=1e-9), line


def test_formulas_of_random_graphs_have_the_gradients_value():
    for seed in range(150):
        root, _ = random_graph(seed)
        if root.is_leaf:
            continue
        explanation = explain(root, ascii=True)
        lines = [
            line.removeprefix("  where ").partition(" = ")
            for line in explanation.formula().splitlines()
        ]
        clean = lambda text: re.sub(r"d(\w+)/d(\w+)", r"d_\1_\2", text)
        numbers = {n: x._number for x, n in explanation._graph.names.items()}
        graph = explanation._graph
        numbers |= {
            clean(f"d{graph.names[root]}/d{n}"): graph.adjoints.get(x, 0.0)
            for x, n in graph.names.items()
        }
        for name, _, formula in lines:
            if formula:
                found = float(eval(clean(formula), NAMESPACE, numbers))
                if not any(str(n.op) == "maximum" for n in graph.order):
                    assert found == pytest.approx(numbers[clean(name)], rel=1e-9, abs=1e-9), (
                        seed,
                        name,
                    )


def test_paths_are_counted_not_walked():
    x = Value(1.0, label="x")
    y = x
    for _ in range(60):
        y = y + y
    paths = explain(y, wrt=x)
    assert paths.count == 2**60 and len(paths.steps) == 10
    assert f"{2**60:,} paths" in str(paths) and paths.derivative == 2.0**60
    json.dumps(paths.steps)


def test_the_largest_paths_come_first_and_all_add_up():
    for seed in range(60):
        root, leaves = random_graph(seed)
        for leaf in leaves:
            if root.is_leaf:
                continue
            every = all_paths(root, leaf)
            if not every:
                with pytest.raises(ArgumentError, match="no path"):
                    explain(root, wrt=leaf)
                continue
            found = explain(root, wrt=leaf, limit=len(every) + 5)
            assert found.count == len(every) == len(found.steps)
            sizes = sorted((abs(p) for p in every), reverse=True)
            assert [abs(s["product"]) for s in found.steps] == pytest.approx(sizes)
            assert sum(s["product"] for s in found.steps) == pytest.approx(found.derivative)
            few = explain(root, wrt=leaf, limit=3).steps
            assert [abs(s["product"]) for s in few] == pytest.approx(sizes[:3])
            assert sum(s["share"] for s in found.steps) == pytest.approx(1.0) or max(sizes) == 0


def all_paths(node, leaf):
    if node is leaf:
        return [1.0]
    return [
        slope * rest
        for x, slope in zip(node.parents, node.partials, strict=True)
        for rest in all_paths(x, leaf)
    ]


def test_paths_to_an_inner_node_and_to_itself():
    x = Value(3.0, label="x")
    y = x * x
    z = y * x
    assert explain(z, wrt=y).count == 1 and explain(z, wrt=y).derivative == 3.0
    assert explain(z, wrt=z).steps[0]["path"] == ["v2"]
    assert explain(z, wrt=x).formula() == "∂v2/∂x = 3·x²"


@pytest.mark.parametrize("ascii", [False, True])
def test_at_most_80_columns_and_no_line_ends_in_spaces(ascii):
    for seed in range(80):
        root, leaves = random_graph(seed)
        for k, leaf in enumerate(leaves):
            leaf.label = HOSTILE[(3 * seed + k) % len(HOSTILE)]
        if root.is_leaf:
            continue
        for text in (str(explain(root, ascii=ascii)), str(explain(root, ascii=ascii, limit=4))):
            for line in text.splitlines():
                assert columns(line) <= 80, line
            assert ascii is False or text.isascii()
            assert not any(
                unicodedata.category(c) in {"Cc", "Cf"} for c in text if c not in "\n\u200e"
            )


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_inert(label):
    x, y = Value(2.0, label=label), Value(3.0, label=label)
    z = x * y + x
    z.label = label
    explanation = explain(z)
    names = [s["name"] for s in explanation.steps]
    assert len({*names}) == 4  # v1, the root, and two leaves of one label are told apart
    html = explanation._repr_html_()
    assert "<script" not in html and "\x1b" not in html
    latex = explanation.latex()
    assert closed(latex) and latex.count("\\end{aligned}") == 1
    assert "\n" not in "".join(names)
    json.loads(json.dumps(explanation.steps))
    for each in (explain(z, wrt=x), explain(z, ascii=True)):
        str(each), each.latex(), each._repr_html_(), each.formula()


def test_labels_that_look_like_our_own_names_are_no_others():
    a = Value(2.0, label="v2")
    b = Value(3.0)
    z = a * b + a
    assert len(set(explain(z)._graph.names.values())) == 4


def test_what_cannot_be_explained():
    with pytest.raises(OperandError, match="plain number has no history"):
        explain(3.0)
    with pytest.raises(OperandError, match="not a Value"):
        explain([])
    with pytest.raises(OperandError, match="Explain one of them"):
        explain([Value(1.0)])
    with pytest.raises(GraphError, match="no history"):
        explain(Value(1.0))
    with no_grad(), pytest.raises(GraphError, match="no_grad"):
        explain(Value(1.0) * 2)
    with pytest.raises(OperandError, match="wrt"):
        explain(Value(1.0) * 2, wrt="x")
    with pytest.raises(ArgumentError, match="limit"):
        explain(Value(1.0) * 2, limit=0)
    with pytest.raises(ArgumentError, match="by_layer"):
        explain(Value(1.0) * 2).by_layer()


def test_new_data_after_the_forward_is_said_and_not_used():
    x = Value(2.0, label="x")
    y = x * x
    x.data = 5.0
    text = str(explain(y))
    assert "x was 2 when this was computed and is 5 now" in text
    assert "2·2" in text and explain(y).gradients[0]["gradient"] == 4.0


def test_nan_and_infinity_are_shown():
    x = Value(-1.0, label="x")
    text = str(explain(autograd.log(x) + 1))
    assert "The first nan: v1 = ln(x) = ln(−1)" in text and "nudging it can't decide" in text
    assert "inf" in str(explain(1 / Value(0.0, label="x")))
    assert "inf" in str(explain(autograd.sqrt(Value(0.0, label="x")), wrt=None))


def test_nothing_is_changed_by_looking():
    loss, w, x, b = book()
    loss.backward()
    grads = [v.grad for v in (loss, w, x, b)]
    explanation = explain(loss)
    (
        str(explanation),
        explanation.steps,
        explanation.formula(),
        explanation.latex(),
        explain(loss, w),
    )
    assert grads == [v.grad for v in (loss, w, x, b)]
    assert str(explain(loss)) == str(explanation)


@pytest.mark.wide
def test_one_neuron_of_very_many_operands_and_a_very_deep_chain():
    ws = [Value(0.5, label=f"w{i}") for i in range(3000)]
    z = autograd.dot(ws, [Value(0.1) for _ in ws])
    text = str(explain(z))
    assert text.count("\n") < 100 and "w0·x1 + w1·x2 + w2·x3 + … + w2998" in text
    assert len(explain(z).latex()) < 20_000
    assert len(explain(z).steps) == 6001
    y = x = Value(0.5, label="x")
    for _ in range(3000):
        y = y.sin()
    for each in (explain(y), explain(y, wrt=x), explain(y, ascii=True)):
        str(each), each.formula(), each.latex(), each._repr_html_()


@pytest.mark.parametrize(
    "n", [2_000, pytest.param(50_000, marks=[pytest.mark.wide, pytest.mark.deep])]
)
def test_large_graphs_are_folded_or_cut(n):
    x = Value(0.5, label="x")
    y = x
    for _ in range(n):
        y = (y + x) * 0.5
    text = str(explain(y))
    assert "more steps" in text and text.count("\n") < 90
    explain(y).latex(), explain(y)._repr_html_(), explain(y).formula()
    str(explain(y, wrt=x))
    assert len(explain(y).steps) == 2 * n + 3 * n  # operations, and edges but to the plain 0.5


def test_a_network_is_folded_by_neuron():
    import nn

    model = nn.MLP(2, [16, 16, 1], seed=1)
    loss = nn.half_squared_error(model([0.1, 0.2]), [1.0])
    explanation = explain(loss)
    folded = [s for s in explanation.folded if s["phase"] == "forward"]
    assert [s["scope"] for s in folded[:2]] == ["hidden layer 1/h1,1", "hidden layer 1/h1,2"]
    assert folded[0]["steps"] == 2 and folded[0]["results"][0]["name"] == "A_h1,1"
    assert sum(s["steps"] for s in explanation.folded) == len(explanation.steps)
    assert "hidden layer 2/h2,16" in str(explanation)
    assert len(explain(loss, limit=5).folded) == 8  # by layer, where neurons are too many


def seed_loss():
    root = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(root / "examples"))
    try:
        import backprop_by_hand as by_hand
    finally:
        sys.path.pop(0)
    import nn

    model = by_hand.seed_network()
    outputs = model([by_hand.X_1, by_hand.X_2])
    return nn.half_squared_error(outputs, [by_hand.Y])


def test_the_seeds_eight_steps_in_its_order_and_symbols():
    text = explain(seed_loss()).by_layer(lr=0.5)
    at = 0
    for piece in (
        "forward", "1. hidden layer", "Z_h1 = W11·X_1 + W21·X_2 + B1", "A_h1 = σ(Z_h1)", "= 0.59\n",
        "Z_h2 = W12·X_1 + W22·X_2 + B2", "A_h2 = σ(Z_h2)", "= 0.6\n",
        "2. output layer", "Z_o1 = W31·A_h1 + W41·A_h2 + B3", "A_o1 = σ(Z_o1)", "= 0.7\n",
        "L = 0.5·(Y − A_o1)² = 0.5·(0.75 − 0.7)²",
        "backward", "1. output layer: the errors",
        "δ_o1 = (A_o1 − Y)·A_o1·(1 − A_o1) = (0.7 − 0.75)·0.7·(1 − 0.7) = −0.0105",
        "2. output layer: the gradients",
        "∂L/∂W31 = δ_o1·A_h1 = −0.0105·0.59 = −0.006195",
        "∂L/∂W41 = δ_o1·A_h2 = −0.0105·0.6 = −0.0063",
        "3. output layer: the update, α = 0.5",
        "W31 new = W31 − α·∂L/∂W31 = 0.4 − 0.5·(−0.006195) = 0.403",
        "4. hidden layer: the errors",
        "δ_h1 = δ_o1·W31·A_h1·(1 − A_h1) = −0.0105·0.4·0.59·(1 − 0.59) = −0.001016",
        "δ_h2 = δ_o1·W41·A_h2·(1 − A_h2) = −0.0105·0.45·0.6·(1 − 0.6) = −0.001134",
        "5. hidden layer: the gradients",
        "∂L/∂W11 = δ_h1·X_1", "∂L/∂W21 = δ_h1·X_2", "∂L/∂W12 = δ_h2·X_1", "∂L/∂W22 = δ_h2·X_2",
        "6. hidden layer: the update", "W11 new = W11 − α·∂L/∂W11",
    ):  # fmt: skip
        found = text.find(piece, at)
        assert found >= 0, piece
        at = found + len(piece)
    assert all(columns(line) <= 80 for line in text.splitlines())


def test_hidden_errors_are_sums_over_the_next_layer():
    import nn

    model = nn.MLP(1, [1, 2], seed=3)
    loss = nn.half_squared_error(model([0.3]), [1.0, 0.0])
    text = explain(loss).by_layer()
    assert "δ_h1 = (δ_o1·W21 + δ_o2·W22)·A_h1·(1 − A_h1)" in text  # (Σₖ Wⱼₖ δₖ)·Aⱼ(1 − Aⱼ)
    assert "update" not in text


def test_importing_autograd_does_not_import_explaining():
    code = "import sys, autograd; print([m for m in sys.modules if 'explaining' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_terms_are_brought_to_a_plain_form():
    x, y = named("x"), named("y")
    put = lambda name: (name, ATOM)
    for found, wanted in [
        (1 * x, "x"), (x * x * x, "x³"), (x + x, "2·x"), (x - x, "0"), (0 * x, "0"), (x / x, "1"),
        (2 * x / 4, "x/2"), (0 - (-x), "x"), (x - y - x, "−y"), (-(x * y) * -1, "x·y"), (x * 3 + x, "4·x"),
        (1 / (3 * x * x), "1/(3·x²)"), (x**2 / x, "x"), (-y + x, "x − y"), (2 - x, "2 − x"),
        ((x + y) * 2, "2·(x + y)"), (x - (y - 1), "x − y + 1"), (term(0.1) + 0.2, "0.3"),
        (raw("·", x, -3.0), "x·(−3)"), (raw("+", x, -3.0), "x − 3"), (raw("^", -3.0, 2.0), "(−3)²"),
    ]:  # fmt: skip
        assert TEXT.write(found, put) == wanted
