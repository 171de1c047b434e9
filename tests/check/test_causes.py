"""Causes: each is verified or absent, from the graph of f, from ratios, in regions."""

import math
import re
from types import SimpleNamespace

import pytest

from autograd import Value, exp, gradcheck, primitive
from autograd.check.graphs import graph_of
from autograd.check.names import argument_names, function_source, gradient_source
from autograd.check.target import targets
from autograd.functions import VALUES
from tests.check.corpus import seen
from tests.check.corpus.bugs import BUGS
from tests.check.test_gradcheck import WORDS

pytestmark = pytest.mark.wide  # thirty seconds, and four times that under coverage

SAMPLES = [0.3, -0.8, 1.4, 2.6, -1.9]
PAIRS = [(0.3, 1.2), (-0.8, 0.6), (1.4, -1.7), (2.6, 0.9)]


def found(f, samples, df, domain=(-3, 3)):
    return gradcheck(f, samples, grad=df, domain=domain, raise_exception=False)


def operation(forward, partials, domain=((-3, 3),)):
    made = primitive(domain=list(domain), name="f")(forward)
    made.partials(partials)
    return gradcheck(made, raise_exception=False)


# From the graph.


@pytest.mark.parametrize(
    ("forward", "partials", "cause"),
    [
        (
            lambda m, x: x * m.exp(-x),
            lambda m, z, x: (m.exp(-x),),
            "the path through exp(-x) is left out",
        ),
        (
            lambda m, x: m.exp(x * x),
            lambda m, z, x: (m.exp(x * x),),
            "the inner derivative ∂(x·x)/∂x is left out",
        ),
        (
            lambda m, x: m.sin(m.exp(x)) + x,
            lambda m, z, x: (m.exp(x) + 1,),
            "the local factor ∂sin(exp(x))/∂exp(x) is left out",
        ),
        (
            lambda m, x: x * m.sin(x),
            lambda m, z, x: (m.sin(x) - x * m.cos(x),),
            "the sign of the path through sin(x) is flipped",
        ),
        (
            lambda m, x: m.exp(m.sin(x)) * x,
            lambda m, z, x: (m.cos(x) + m.exp(m.sin(x)),),
            "the adjoint of sin(x) is left out: all outside of it",
        ),
        (
            lambda m, x: m.tanh(m.sin(x)) + x,
            lambda m, z, x: ((1 - m.tanh(m.tanh(m.sin(x))) ** 2) * m.cos(x) + 1,),
            "∂tanh(sin(x))/∂sin(x) is taken at the output tanh(sin(x)) for sin(x)",
        ),
        (
            lambda m, x: m.exp(m.sin(x)) + 3 * x,
            lambda m, z, x: (m.exp(m.sin(x)) / m.cos(x) + 3,),
            "the local factor ∂sin(x)/∂x divides instead of multiplying",
        ),
        (
            lambda m, x: m.exp(m.sin(x)) + 3 * x,
            lambda m, z, x: (m.exp(m.sin(x)) * m.cos(x) ** 2 + 3,),
            "the local factor ∂sin(x)/∂x is there twice",
        ),
        (
            lambda m, x: m.sin(x) * m.cosh(x) * (x + 3),
            lambda m, z, x: (m.sin(x) * m.sinh(x) * (x + 3),),
            "of the 3 uses of x, one counts: = for +=",
        ),
        (
            lambda m, x: m.sin(x) + m.exp(x),
            lambda m, z, x: (m.cos(x) + 1.5 * m.exp(x),),
            "the path through exp(x) counts 1.5 times",
        ),
    ],
)
def test_one_edge_of_the_sweep_is_changed(forward, partials, cause):
    assert operation(forward, partials).cause == cause


def test_a_change_that_is_also_a_factor_is_told_as_both():
    report = operation(lambda m, x: m.sin(2 * x), lambda m, z, x: (m.cos(2 * x),))
    assert report.cause == "factor 1/2: the inner derivative ∂(2·x)/∂x is left out"


def test_labels_name_the_nodes():
    def model(x):
        z = x * x
        a = exp(z) if isinstance(x, Value) else math.exp(z)
        if isinstance(x, Value):
            z.label, a.label = "Z", "A_o1"
        return a * x

    report = found(model, SAMPLES, lambda x: math.exp(x * x) + 2 * x * x)
    assert report.cause == "the local factor ∂A_o1/∂Z is left out"


def test_a_function_with_operators_only_is_traced():
    report = found(lambda x: x * x * (x + 1), SAMPLES, lambda x: x * x)
    assert report.cause.endswith("is left out")
    report = found(lambda x: math.sin(x) * x, SAMPLES, lambda x: math.sin(x))
    assert report.cause == ""  # math takes no Values: there is no graph, and no guess


def test_a_graph_with_another_slope_is_not_used():
    half_traced = lambda x: x * (math.sin(x.data) if isinstance(x, Value) else math.sin(x))
    (target,) = targets(half_traced, (0.5,), math.cos, None)
    report = found(half_traced, SAMPLES, math.sin)
    assert graph_of(target, report.failures[0]) is None
    assert report.cause == ""


@primitive(domain=[(-3, 3)])
def bad_tanh(m, x):
    return m.tanh(x)


@bad_tanh.partials
def _(m, z, x):
    return (1 - m.tanh(z) ** 2,)


def test_in_a_function_of_values_the_operation_has_the_cause():
    def model(x, y):
        return bad_tanh(x * y + 1) * y + x

    report = gradcheck(model, PAIRS, domain=(-2, 2), raise_exception=False)
    assert report.cause == "in bad_tanh: taken at the output instead of the input"


def test_a_number_without_history_is_named():
    def model(x, y):
        return x * math.exp(x.data / 2) + y * y

    report = gradcheck(model, PAIRS, domain=(-2, 2), raise_exception=False)
    assert report.cause == (
        "operand 2 of mul depends on x, and has no history: .data, float(...) or detach()"
    )


# Ratios and other derivatives.


@pytest.mark.parametrize(
    ("f", "df", "cause"),
    [
        (lambda x: math.exp(x * x / 4), lambda x: math.exp(x * x / 4), "factor 2/x"),
        (math.sin, lambda x: 0.3 * x * x * math.cos(x), "factor 0.3·x²"),
        (math.atan, lambda x: 1 / (1 + x * x) ** 2, "factor 1/(1+x²)"),
        (math.sin, lambda x: math.cos(x) / 5, "factor 1/5"),
        (math.sin, lambda x: math.cos(x) - 0.2 * x, "off by a term: claimed - true is -x/5"),
        (math.sin, lambda x: math.cos(math.radians(x)), "taken at π/180·x instead of x"),
        (lambda x: math.exp(x) + x * x, lambda x: math.exp(-x) - 2 * x, "taken at -x instead of x"),
        (lambda x: math.sin(x) + x * x, lambda x: 2 - math.sin(x), "the second derivative instead"),
        (
            lambda x: math.sin(x) + x,
            lambda x: x * x / 2 - math.cos(x),
            "the antiderivative instead",
        ),
        (lambda x: math.sin(x) + x * x, lambda x: math.sin(x) + x * x, "the function itself"),
    ],
)
def test_other_simple_mistakes(f, df, cause):
    assert found(f, SAMPLES, df).cause.startswith(cause)


def test_what_fits_nothing_gets_no_cause():
    report = found(math.sin, SAMPLES, lambda x: math.tanh(x) ** 2 - 0.3 * math.exp(x / 3))
    assert report.cause == ""
    assert "likely cause: no simple pattern" in str(report)


@pytest.mark.parametrize(
    ("df", "cause"),
    [
        (
            lambda x, y, z: (math.cos(x) * y, 2 * z, math.sin(x)),
            "partials swapped: those of y and z",
        ),
        (
            lambda x, y, z: (math.sin(x), 2 * z, math.cos(x) * y),
            "partials swapped: x has that of y, y has that of z, z has that of x",
        ),
        (
            lambda x, y, z: (math.cos(z) * y, math.sin(x), 2 * z),
            "arguments mixed up: it is the partial with z for x",
        ),
    ],
)
def test_arguments_in_another_order(df, cause):
    f = lambda x, y, z: math.sin(x) * y + z * z
    samples = [(0.3, 1.2, 0.5), (-0.8, 0.6, 1.1), (1.4, -1.7, -0.6)]
    assert found(f, samples, df).cause == cause


def test_swapped_arguments():
    f = lambda x, y: math.sin(x) * y * y
    assert (
        found(f, PAIRS, lambda x, y: (math.cos(y) * x * x, 2 * math.sin(x) * y)).cause
        == "arguments swapped: it is the partial with x and y exchanged"
    )


def test_a_transposed_matrix():
    def f(w):
        return math.sin(w[0][0]) + 2 * w[0][1] ** 2 + math.exp(w[1][0]) + 5 * w[1][1] ** 3

    def df(w):
        return [[math.cos(w[0][0]), math.exp(w[1][0])], [4 * w[0][1], 15 * w[1][1] ** 2]]

    report = found(f, [([[0.3, 0.8], [1.2, -0.4]],), ([[-0.5, 1.1], [0.4, 0.9]],)], df)
    assert report.cause == "partials swapped: the matrix w is transposed"


def test_a_mean_for_a_sum():
    f = lambda x, y, z: math.sin(x) + math.sin(y) + math.sin(z)
    df = lambda x, y, z: tuple(math.cos(t) / 3 for t in (x, y, z))
    assert found(f, [(0.3, 1.2, -0.4)], df).cause == "factor 1/3: a mean for a sum of 3"


def test_a_branch_that_the_claim_does_not_have():
    f = lambda x: 2 * x if x < 1 else x * x + 1
    report = found(f, [0.3, -0.8, 0.5], lambda x: 2.0)
    assert (report.region, report.cause) == ("x > 1", "constant 2")
    f = lambda x: math.exp(x / 2) + (0.0 if x < 1 else (x - 1) ** 2)
    report = found(f, [0.3, -0.8, 0.5], lambda x: math.exp(x / 2) / 2)
    said = "the function changes at x = 1, the claim goes on as before"
    assert (report.region, report.cause) == ("x > 1", f"wrong branch: {said}")


def test_a_branch_that_only_the_claim_has():
    report = found(math.sin, SAMPLES, lambda x: math.cos(x) if x < 1 else math.exp(x))
    said = "the claim changes at x = 1, the function goes on as before"
    assert (report.region, report.cause) == ("x ≥ 1", f"wrong branch: {said}")


# The tolerance.


def test_tiny_gaps_that_are_alike_are_a_solvers():
    def rough(x):
        return math.cos(x) * (1 + 1e-6 * math.sin(1000 * x + 1))

    report = found(math.sin, SAMPLES, rough)
    option = re.fullmatch(r"solver tolerance\? pass (rtol|atol)=(\S+)", report.cause)
    assert gradcheck(math.sin, SAMPLES, grad=rough, domain=(-3, 3), **{option[1]: float(option[2])})


# Regions.


REGIONS = [
    (lambda x, y: x > 0, "x > 0"),
    (lambda x, y: y < 1.5, "y < 1.5"),
    (lambda x, y: abs(x) > 2, "|x| > 2"),
    (lambda x, y: x > y, "x > y"),
    (lambda x, y: x * y < 0, "x·y < 0"),
    (lambda x, y: 0.5 <= y <= 2, "0.5 ≤ y ≤ 2"),
    (lambda x, y: x < 0 and y < 0, "x < 0 and y < 0"),
    (lambda x, y: x < -1 or x > 2, "x < -1 or x > 2"),
    (lambda x, y: True, "everywhere"),
    (lambda x, y: x == y, "x = y"),
    (lambda x, y: x == 0, "only x = 0"),
]


@pytest.mark.parametrize(
    ("wrong", "region"),
    [pytest.param(*r, marks=[] if " and " in r[1] else pytest.mark.wide) for r in REGIONS],
)
def test_regions_in_plain_words(wrong, region):
    f = lambda x, y: math.exp(x / 3) * math.cosh(y / 2)

    def df(x, y):
        slope = f(x, y) / 3
        return slope * (1.3 if wrong(x, y) else 1.0), math.exp(x / 3) * math.sinh(y / 2) / 2

    assert found(f, PAIRS, df, domain=(-4, 4)).region == region


def test_at_a_tie_the_sum_is_meant():
    both = lambda x, y: (float(x >= y), float(y >= x))
    report = gradcheck(max, (1.0, 2.0), grad=both, raise_exception=False)
    first, _, _, claimed = str(report).splitlines()[:4]
    assert first.endswith("∂/∂x + ∂/∂y is wrong")
    assert claimed.strip() == "claimed: 2.0 (at ties the sum of both is meant: ∂/∂x + ∂/∂y)"
    assert (report.region, report.cause) == ("x = y", "factor 2")


# Names.


def test_the_names_of_the_arguments():
    params = {"w": [1.0, 2.0], "b": 3.0}
    assert argument_names(lambda params, t: 0, (params, 1.0)) == (
        "params['w'][0]", "params['w'][1]", "params['b']", "t",
    )  # fmt: skip
    assert argument_names(lambda a, b: 0, (1.0,)) == ("x",)
    assert argument_names(lambda a, b=2: 0, (1.0,)) == ("a",)
    assert argument_names(lambda *a: 0, (1.0, 2.0)) == ("x", "y")
    assert argument_names(math.atan2, (1.0, 2.0)) in {("y", "x"), ("x", "y")}


def test_the_names_in_a_message():
    report = gradcheck(
        lambda mass, v: mass * v * v, (2.0, 3.0), grad=lambda mass, v: (v * v, mass * v),
        raise_exception=False,
    )  # fmt: skip
    text = str(report)
    assert "∂/∂v is wrong" in text
    assert "argument: v, number 2 of 2" in text
    assert re.search(r"at: mass=\S+, v=\S+", text)


def test_names_of_functions_in_a_line_that_runs():
    assert function_source(math.sin) == "math.sin"
    assert function_source(found) == "found"
    assert function_source(lambda x: x) == "f"
    assert gradient_source(lambda x: x) == "..."
    assert gradient_source(math.cos) == "math.cos"


# The corpora, counted.

# The number systems of the corpus, for Values.
TRACED = SimpleNamespace(
    **{
        **vars(VALUES),
        "pi": math.pi,
        "e": math.e,
        "steps": 6,
        "ncdf": VALUES.normal_cdf,
    }
)

# Causes that are true, and other words than those of the label: each looked at.
TRUE = re.compile(
    r"off by a (factor|term|constant)|factor |wrong branch: the (claim|function) changes|"
    r"the (path|use|inner derivative|local factor|sign|adjoint) .*(left out|twice|flipped|of it)|"
    r"the local factor .* divides|∂.* is taken at the output|constant |"
    r"taken at x - 1 |zero|not finite (where|at a kink)|outside the one-sided|the second derivative |"
    r"the antiderivative |arguments mixed up|the function itself|solver tolerance\?"
)


def counted(cases, traced):
    """How many causes are those of the label, are other true words, are none, and the rest."""
    counts, rest = {"label": 0, "true": 0, "none": 0}, []
    for case in cases:
        if case.beyond or case.stateful or case.nondeterministic:
            continue

        def f(*xs, case=case):
            if traced and any(isinstance(x, Value) for x in xs):
                return case.f.func(TRACED, *xs)
            return case.f(*xs)

        report = gradcheck(
            f, list(case.inputs), grad=case.df, domain=list(case.domain), raise_exception=False
        )
        words = WORDS.get(case.cause, ("wrong branch",) if case.cause == "wrong branch" else ())
        words += ("the path", "the use") if case.cause == "missing term" else ()
        if not report.cause:
            counts["none"] += 1
        elif report.cause.startswith(words or ("?",)):
            counts["label"] += 1
        elif TRUE.match(report.cause):
            counts["true"] += 1
        else:
            rest.append((case.name, report.cause))
    return counts, rest


@pytest.mark.parametrize(
    ("cases", "traced", "fewest", "most"),
    [
        (BUGS[::8], False, 12, 4),
        pytest.param(BUGS[::3], False, 25, 10, marks=pytest.mark.deep),
        (seen.WRONG, True, 10, 12),
        pytest.param(BUGS, False, 85, 22, marks=pytest.mark.deep),
    ],
    ids=["one bug in eight", "one bug in three", "seen, with their graphs", "bugs"],
)
def test_causes_are_right_or_absent(cases, traced, fewest, most):
    counts, rest = counted([c for c in cases if hasattr(c.f, "func") or not traced], traced)
    assert rest == []
    assert counts["label"] >= fewest
    assert counts["none"] <= most
