"""gradcheck of PyTorch's and JAX's functions: layers that are right, derivatives that are wrong."""

import pytest

from autograd import ArgumentError, gradcheck, gradgradcheck

pytestmark = pytest.mark.peers


def report_of(*args, **options):
    return gradcheck(*args, **options, raise_exception=False)


# PyTorch.


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small tensors: threads would only wait for each other
    yield torch
    torch.set_num_threads(threads)


DTYPES = ["float64", "float32", "float16", "bfloat16"]

LAYERS = {
    "linear": lambda nn: (nn.Linear(6, 3), (4, 6)),
    "conv": lambda nn: (nn.Conv2d(2, 3, 3, padding=1), (2, 2, 5, 5)),
    "layer norm": lambda nn: (nn.LayerNorm(6), (4, 6)),
    "batch norm": lambda nn: (nn.BatchNorm1d(6), (4, 6)),
    "group norm": lambda nn: (nn.GroupNorm(2, 4), (3, 4, 5)),
    "max pool": lambda nn: (nn.MaxPool2d(2), (2, 2, 6, 6)),
    "gelu": lambda nn: (nn.GELU(), (4, 6)),
    "prelu": lambda nn: (nn.PReLU(), (4, 6)),
    "log softmax": lambda nn: (nn.LogSoftmax(1), (4, 6)),
    "mlp": lambda nn: (nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2)), (4, 6)),
    "lstm": lambda nn: (nn.LSTM(4, 3, batch_first=True), (2, 5, 4)),
    "encoder": lambda nn: (
        nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True), (2, 5, 4),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dtype"),
    [(name, dtype) for name in LAYERS for dtype in DTYPES[: 4 if len(name) < 7 else 2]],
)
def test_layers_are_right(torch, name, dtype):
    layer, shape = LAYERS[name](torch.nn)
    dtype = getattr(torch, dtype)
    report = gradcheck(layer.to(dtype), torch.randn(shape, dtype=dtype))
    assert report.counts["ok"] and not report.counts["inconclusive"]
    assert ("precision" in str(report)) == (dtype != torch.float64)


@pytest.mark.parametrize("name", ["max pool", "mlp", "prelu"])
@pytest.mark.parametrize("fill", [0.0, 1.0])
def test_layers_at_kinks_and_ties_are_right(torch, name, fill):
    layer, shape = LAYERS[name](torch.nn)
    assert gradcheck(layer.double(), torch.full(shape, fill, dtype=torch.float64))


FUNCTIONS = {
    "attention": lambda F, q: F.scaled_dot_product_attention(q, q + 1, q * q),
    "amax": lambda F, q: (q.round() + 0 * q).amax(-1),
    "norm": lambda F, q: q.norm(dim=-1),
    "sort": lambda F, q: q.sort(dim=-1).values,
    "std": lambda F, q: q.std(0),
    "cumprod": lambda F, q: q.cumprod(-1),
    "logsumexp": lambda F, q: q.logsumexp(-1),
    "index": lambda F, q: q[:, [0, 0, 2]].sum(0),
    "masked": lambda F, q: q.masked_fill(q > 0, -1e9).softmax(-1),
}


@pytest.mark.parametrize("dtype", DTYPES[:2])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_right(torch, name, dtype):
    f, functional = FUNCTIONS[name], torch.nn.functional
    q = torch.randn(2, 5, 4, dtype=getattr(torch, dtype))
    assert gradcheck(lambda q: f(functional, q), q)


def test_cross_entropy_and_an_embedding(torch):
    f, target = torch.nn.functional.cross_entropy, torch.tensor([0, 1, 5, 2])
    assert gradcheck(f, (torch.randn(4, 6).double(), target))
    index = torch.tensor([[1, 2], [2, 9]])
    assert gradcheck(torch.nn.Embedding(10, 4), index)
    assert gradcheck(torch.nn.Embedding(10, 4, padding_idx=2), torch.tensor([1, 3]))


def linear(torch, backward, forward=None):
    """x·Wᵀ + b as a Function with a backward of one's own."""

    class Linear(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, weight, bias):
            ctx.save_for_backward(x, weight)
            return x @ weight.t() + bias

    Linear.backward = staticmethod(lambda ctx, g: backward(torch, *ctx.saved_tensors, g))
    if forward is not None:
        Linear.forward = staticmethod(forward)
    return Linear.apply


def right(torch, x, w, g):
    return g @ w, g.t() @ x, g.sum(0)


def one_wrong(torch, x, w, g):
    found = (g.t() @ x).clone()
    found[2, 0] *= 1.5
    return g @ w, found, g.sum(0)


def one_nan(torch, x, w, g):
    found = (g.t() @ x).clone()
    found[2, 0] = float("nan")
    return g @ w, found, g.sum(0)


def only_first_order(torch, x, w, g):
    return g @ w.detach(), g.t() @ x.detach(), g.sum(0)


def in_place(torch, x, w, g):
    found = right(torch, x, w, g)
    g.mul_(2)
    return found


WRONG = {
    "ignores the upstream gradient": (
        lambda torch, x, w, g: right(torch, x, w, torch.ones_like(g)),
        "x", "the upstream gradient is ignored",
    ),
    "a mean": (lambda t, x, w, g: (g @ w, g.t() @ x, g.mean(0)), "bias", "factor 1/5, a length"),
    "the first of the batch": (lambda t, x, w, g: (g @ w, g.t() @ x, g[0]), "bias", ""),
    "no gradient": (lambda t, x, w, g: (g @ w, None, g.sum(0)), "weight", "zero"),
    "one element": (one_wrong, "weight", ""),
    "nan": (one_nan, "weight", "not finite"),
    "a sign": (lambda t, x, w, g: (-g @ w, g.t() @ x, g.sum(0)), "x", "sign flipped"),
}  # fmt: skip


def arguments(torch, dtype="float64"):
    kind = {"dtype": getattr(torch, dtype)}
    return torch.randn(5, 4, **kind), torch.randn(3, 4, **kind), torch.randn(3, **kind)


@pytest.mark.parametrize("dtype", DTYPES[:3])
def test_a_right_function(torch, dtype):
    assert gradcheck(linear(torch, right), arguments(torch, dtype))


@pytest.mark.parametrize("dtype", DTYPES[:3])
@pytest.mark.parametrize("name", WRONG)
def test_wrong_functions(torch, name, dtype):
    backward, argument, cause = WRONG[name]
    report = report_of(linear(torch, backward), arguments(torch, dtype))
    assert argument in report.wrong
    assert report.cause.startswith(cause)
    assert "Linear's derivative is wrong" in str(report)


def test_the_element_that_is_wrong(torch):
    report = report_of(linear(torch, one_wrong), arguments(torch))
    assert "argument weight, element (2, 0): claimed" in str(report)
    assert report.wrong == {"weight": (1, 12, True)}


def test_a_transposed_matrix(torch):
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x @ w

    transposed = linear(torch, lambda torch, x, w, g: (g @ w.t(), g.t() @ x), forward)
    report = report_of(transposed, (torch.randn(4, 4).double(), torch.randn(4, 4).double()))
    assert report.cause == "transposed: the gradient of w"


def test_wrong_only_in_the_second_derivative(torch):
    assert gradgradcheck(linear(torch, right), arguments(torch))
    f = linear(torch, only_first_order)
    assert gradcheck(f, arguments(torch))
    report = report_of(f, arguments(torch), order=2)
    assert "wrong only in the second derivative" in report.cause
    assert gradgradcheck(torch.tanh, torch.tensor(0.3).double())
    assert gradgradcheck(torch.nn.LayerNorm(6).double(), torch.randn(4, 6).double())
    assert gradgradcheck(torch.relu, torch.tensor([0.0, 1.0, -1.0]).double())


def test_a_backward_without_a_second_derivative(torch):
    from torch.autograd.function import once_differentiable

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @once_differentiable
        def backward(ctx, g):
            return 2 * g * ctx.saved_tensors[0]

    assert gradcheck(Square.apply, torch.randn(3).double())
    assert not report_of(Square.apply, torch.randn(3).double(), order=2)


def test_what_is_changed_in_place(torch):
    assert "upstream gradient" in report_of(linear(torch, in_place), arguments(torch)).problem
    x = torch.randn(3).double()
    before = x.clone()
    assert "changes argument x" in report_of(lambda x: x.mul_(2).sum(), x).problem
    assert torch.equal(x, before)


def test_random_numbers(torch):
    x = torch.randn(5, 5).double()
    assert "not repeatable" in report_of(torch.nn.Dropout(0.5), x).problem
    assert gradcheck(torch.nn.Dropout(0.5).eval(), x)

    def seeded(x):
        torch.manual_seed(0)
        return torch.nn.functional.dropout(x, 0.5)

    assert gradcheck(seeded, x)


def test_a_result_that_left_the_graph(torch):
    report = report_of(lambda x: (x * x).detach().sum(), torch.randn(3).double())
    assert report.cause.startswith("zero: the result has left the graph")


def test_what_requires_grad_is_checked(torch):
    a, b = torch.randn(3).double().requires_grad_(), torch.randn(3).double()
    cut = lambda a, b: (a * b.detach()).sum()
    report = gradcheck(cut, (a, b))
    assert "not checked: b, which does not require grad" in str(report)
    assert list(report_of(cut, (a.detach(), b)).wrong) == ["b"]
    assert a.grad is None


def test_a_module_as_an_argument(torch):
    model, x = torch.nn.Linear(6, 3), torch.randn(4, 6)
    before = {name: p.clone() for name, p in model.named_parameters()}
    assert gradcheck(lambda model, x: model(x).logsumexp(1).mean(), (model, x))
    report = report_of(
        lambda model, x: (model(x) + model.bias.detach()).logsumexp(1).mean(), (model, x)
    )
    assert list(report.wrong) == ["model.bias"]
    assert all(torch.equal(before[name], p) for name, p in model.named_parameters())


def test_structures_layouts_and_other_arguments(torch):
    w, b = torch.randn(3, 4).double().t(), torch.randn(()).double()
    f = lambda p, index, mode: {"a": p["w"][index] * 2, "b": [p["b"].exp()]}
    assert gradcheck(f, ({"w": w, "b": b}, torch.tensor([0, 1]), "mean"))
    strides = []
    assert gradcheck(lambda w: strides.append(w.stride()) or (w**2).sum(), w)
    assert set(strides) == {w.stride()}
    assert gradcheck(lambda w: (w**2).sum(), torch.ones(1, 3).double().expand(4, 3))
    assert gradcheck(lambda a, b: (a * b).sum(), [w, w + 1])


def test_a_claimed_gradient(torch):
    f, x = (lambda x: (x**2).sum()), torch.randn(3, 2)
    assert gradcheck(f, x, grad=lambda x: 2 * x)
    assert report_of(f, x, grad=lambda x: 3 * x).cause == "off by a factor of 1.5"


def test_refusals(torch):
    cases = [
        (torch.sin, torch.randn(3).to(torch.complex64), "complex"),
        (lambda x: torch.complex(x, x), torch.randn(3), "complex"),
        (torch.sin, torch.eye(3).to_sparse(), "sparse"),
        (lambda x: float(x.sum()), torch.randn(3), r"no tensor of floats, but float.*item"),
        (torch.argmax, torch.randn(3), "no tensor of floats"),
        (lambda x, y: x, torch.randn(3), "raises TypeError at the given inputs.*a tuple"),
        (torch.sin, torch.tensor([1, 2]), "no array of floats"),
    ]
    for f, x, said in cases:
        with pytest.raises(ArgumentError, match=said):
            gradcheck(f, x)


def test_a_scalar_that_ignores_the_upstream_gradient(torch):
    class Sine(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.sin()

        @staticmethod
        def backward(ctx, g):  # noqa: ARG004 - that is the mistake
            return ctx.saved_tensors[0].cos()

    for x in (torch.tensor(0.3).double(), torch.tensor([0.3]).double(), torch.tensor(0.3)):
        assert not report_of(Sine.apply, x)


@pytest.mark.wide
def test_arguments_that_have_no_names_have_numbers(torch):
    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *args):
            ctx.save_for_backward(*args)
            return args[0] * args[1]

        @staticmethod
        def backward(ctx, g):
            x, w = ctx.saved_tensors
            return 2 * g * w, g * x

    x, w = (torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True) for _ in range(2))
    report = gradcheck(Product.apply, (x, w), raise_exception=False)
    assert "argument 1, element" in str(report)


def test_single_precision_inside_is_linear(torch):
    x = torch.randn(4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    report = gradcheck(
        lambda x: x.float().sin().double(), x.requires_grad_(), raise_exception=False
    )
    assert "linear" not in str(report)


def test_a_million_inputs(torch):
    report = gradcheck(lambda x: (torch.sin(x) * x).mean(), torch.randn(1000, 1000))
    assert report.evaluations < 400


# JAX.


@pytest.fixture(params=[False, True], ids=["float32", "float64"])
def jax(request):
    jax = pytest.importorskip("jax")
    with jax.enable_x64(request.param):
        yield jax


def arrays(jax):
    keys = jax.random.split(jax.random.PRNGKey(0), 3)
    shapes = ((5, 4), (4, 3), (3,))
    return [jax.random.normal(k, s) for k, s in zip(keys, shapes, strict=True)]


def test_jax_functions_are_right(jax):
    jnp = jax.numpy
    x, w, b = arrays(jax)
    step = jax.jit(lambda p, x: jnp.tanh(x @ p["w"] + p["b"]))
    assert gradcheck(step, ({"w": w, "b": b}, x))
    assert gradcheck(jax.nn.relu, jnp.zeros((3, 4)))
    assert gradcheck(lambda x: jnp.max(x, axis=1), jnp.ones((3, 4)))
    assert gradcheck(lambda x: jnp.sort(x, axis=1), x)
    assert gradcheck(lambda x: jax.nn.log_softmax(x)[jnp.arange(5), [0, 1, 2, 3, 0]].mean(), x)
    assert gradcheck(lambda x, i, s: x[i] * s, (x, 2, 3))
    assert gradcheck(lambda x: jnp.sum(jnp.sin(x)), x.astype(jnp.bfloat16))
    assert gradcheck(lambda x: jnp.sum(x**2), x, grad=lambda x: 2 * x)
    assert not report_of(lambda x: jnp.sum(x**2), x, grad=lambda x: x)


def product(jax, backward):
    @jax.custom_vjp
    def product(x, w):
        return x @ w

    product.defvjp(lambda x, w: (x @ w, (x, w)), backward)
    return product


def test_custom_vjp(jax):
    jnp = jax.numpy
    x, w, _ = arrays(jax)
    good = product(jax, lambda r, g: (g @ r[1].T, r[0].T @ g))
    assert gradcheck(good, (x, w))
    assert gradcheck(jax.jit(good), (x, w))
    ignores = product(jax, lambda r, g: (g @ r[1].T, r[0].T @ jnp.ones_like(g)))
    report = report_of(ignores, (x, w))
    assert list(report.wrong) == ["w"] and "upstream gradient is ignored" in report.cause
    for change in (lambda g: g.at[2, 0].multiply(1.2), lambda g: g.at[2, 0].set(jnp.nan)):
        wrong = product(jax, lambda r, g, change=change: (g @ r[1].T, change(r[0].T @ g)))
        report = report_of(jax.jit(wrong), (x, w))
        assert report.wrong == {"w": (1, 12, True)}
        assert "argument w, element (2, 0): claimed" in str(report)


def test_custom_jvp(jax):
    jnp = jax.numpy
    x = arrays(jax)[0][:2, :2]

    def sine(rule):
        f = jax.custom_jvp(lambda x: jnp.sin(x))
        f.defjvps(rule)
        return f

    assert gradgradcheck(sine(lambda t, z, x: t * jnp.cos(x)), x)
    report = report_of(sine(lambda t, z, x: 2 * t * jnp.cos(x)), x)
    assert report.cause == "factor 2" and report.wrong == {"x": (4, 4, True)}
    frozen = sine(lambda t, z, x: t * jax.lax.stop_gradient(jnp.cos(x)))
    assert gradcheck(frozen, x)
    assert "second derivative" in report_of(frozen, x, order=2).cause


def test_jax_refusals(jax):
    x = arrays(jax)[0]
    with pytest.raises(ArgumentError, match="argument x is complex"):
        gradcheck(lambda x: x, x * 1j)
    with pytest.raises(ArgumentError, match="returns no array of floats"):
        gradcheck(lambda x: x > 0, x)
