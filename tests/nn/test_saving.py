"""nn.save and nn.load: what comes back is equal to the bit; what does not fit changes nothing."""

import collections
import copy
import fractions
import math
import random
import struct
import sys

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import autograd
import nn
from autograd import ArgumentError, MissingDependencyError, OperandError, Value

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
FEW = settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
RULES = [nn.SGD, nn.Adagrad, nn.RMSprop, nn.Adam, nn.AdamW, nn.LBFGS]


def bits(x):
    """Something that is equal only for what is the same to the bit and of the same types."""
    if isinstance(x, float) and type(x) is float:
        return struct.pack("<d", x)
    if isinstance(x, (list, tuple)):
        return (type(x), [bits(part) for part in x])
    if isinstance(x, dict):
        return [(type(key), key, bits(part)) for key, part in x.items()]
    if isinstance(x, (np.ndarray, np.generic)):
        return (type(x), x.dtype, x.shape, x.tobytes())
    return (type(x), x)


def everything(model, optimizer=None, schedule=None):
    """All that a refused file must leave as it is."""
    modes = [(m.training, "_frozen" in vars(m)) for m in model.modules()]
    draws = [vars(m)["_random"].getstate() for m in model.modules() if "_random" in vars(m)]
    return bits([
        model.state_dict(), modes, str(draws),
        optimizer and optimizer.state_dict(), schedule and schedule.state_dict(),
    ])  # fmt: skip


def trained(model, optimizer, steps, schedule=None, seed=0):
    draw = random.Random(seed)
    for _ in range(steps):
        x = [draw.random(), draw.random()]

        def closure(x=x):
            optimizer.zero_grad()
            loss = nn.mse_loss(model(x), [0.3])
            loss.backward()
            return loss

        optimizer.step(closure)
        if schedule is not None:
            schedule.step()
    return model


def network():
    model = nn.Sequential(
        nn.Linear(2, 3, seed=1), "tanh", nn.Dropout(0.3, seed=2), nn.MLP(3, [2, 1], seed=3)
    )
    model[0].requires_grad_(False)
    return model


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("rule", RULES)
def test_training_goes_on_as_if_it_had_not_been_interrupted(tmp_path, rule, anew):
    path = tmp_path / "run.npz"
    options = {"momentum": 0.9, "nesterov": True} if rule is nn.SGD else {}
    model = network()
    optimizer = rule(model.parameters(), lr=0.05, **options)
    schedule = nn.StepLR(optimizer, 2, 0.5)
    trained(model, optimizer, 5, schedule)
    optimizer.lr = 0.03  # by hand, against the schedule
    nn.save(path, model, optimizer, schedule)
    if anew:
        saved = nn.load(path)
    else:
        other = network()
        another = rule(other.parameters(), lr=0.7)
        another = another if rule is not nn.SGD else rule(other.parameters(), 0.7, **options)
        saved = nn.load(path, other, another, nn.StepLR(another, 2, 0.5))
        assert saved.model is other and saved.optimizer is another
    assert everything(*vars_of(saved)) == everything(model, optimizer, schedule)
    assert type(saved.optimizer) is rule and saved.schedule.optimizer is saved.optimizer
    assert saved.version == autograd.__version__ and saved.training is None
    again = tmp_path / "again.npz"
    nn.save(again, *vars_of(saved))
    assert again.read_bytes() == path.read_bytes()
    for one in ((model, optimizer, schedule), vars_of(saved)):
        trained(one[0], one[1], 4, one[2], seed=5)
    assert everything(*vars_of(saved)) == everything(model, optimizer, schedule)


def vars_of(saved):
    return saved.model, saved.optimizer, saved.schedule


def test_groups_keep_their_options_and_parameters(tmp_path):
    model = nn.MLP(2, [2, 1], seed=0)
    adam = nn.Adam([
        {"params": model.layers[1].parameters(), "lr": 0.5},
        {"params": model.layers[0].parameters(), "betas": (0.5, 0.75)},
    ])  # fmt: skip
    trained(model, adam, 3)
    nn.save(tmp_path / "a", model, adam)
    new = nn.load(tmp_path / "a").optimizer
    assert bits(new.state_dict()) == bits(adam.state_dict())
    assert [w.label for w in new.parameters] == [w.label for w in adam.parameters]
    other = nn.MLP(2, [2, 1], seed=0)
    with pytest.raises(ArgumentError, match="or in another order"):
        nn.load(tmp_path / "a", other, nn.Adam(other.parameters()))


floats = st.floats(allow_nan=True, allow_subnormal=True) | st.sampled_from([
    struct.unpack("<d", struct.pack("<Q", word))[0]
    for word in (0x7FF8000000ABCDEF, 0xFFF8000000000001, 0x8000000000000000, 1)
])  # fmt: skip
dtypes = st.sampled_from(
    ["<f8", ">f8", "<f4", "<f2", "|b1", "<i8", ">i4", "|u1", "<c16", "<U3", "|S2"]
)


@st.composite
def arrays(draw):
    dtype = np.dtype(draw(dtypes))
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=3)))
    size = math.prod(shape) * dtype.itemsize
    if dtype.kind in "bUS":
        found = np.array(draw(st.lists(st.booleans(), min_size=24, max_size=24)))
        found = np.resize(found, shape).astype(dtype)
    else:
        found = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype).reshape(shape)
    return found.T if draw(st.booleans()) else found[()] if not shape else found


texts = st.text(max_size=5) | st.sampled_from(["$", "class", "\ud800", "\0", '"', "\\u0000", "]]>"])
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(2**4000), 2**4000) | floats | texts
    | arrays() | st.lists(floats, max_size=6),
    lambda inner: st.lists(inner, max_size=4)
    | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(texts | st.integers(-3, 3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


trainings = st.dictionaries(texts, trees, max_size=4)


def check_training(path, training):
    nn.save(path, nn.Neuron(1, seed=0), training=training)
    found = nn.load(path).training
    assert bits(found) == bits(training)
    assert all([x.flags.writeable for x in found.values() if isinstance(x, np.ndarray)])


@FEW
@given(trainings)
def test_training_state_comes_back_equal_to_the_bit(tmp_path_factory, training):
    check_training(tmp_path_factory.mktemp("tree") / "x.npz", training)


@pytest.mark.wide
@MANY
@given(trainings)
def test_much_training_state_comes_back_equal_to_the_bit(tmp_path_factory, training):
    check_training(tmp_path_factory.mktemp("tree") / "x.npz", training)


names = st.sampled_from(["identity", "sigmoid", "tanh", "relu", "exp"])
functions = names | st.sampled_from([autograd.tanh, autograd.softplus])
sizes = st.integers(1, 3)
both = st.fixed_dictionaries({"bias": st.booleans(), "expand": st.booleans()})
parts = st.one_of(
    functions,
    st.builds(lambda n, m, f, o: nn.Layer(n, m, f, **o), sizes, sizes, functions, both),
    st.builds(lambda n, m, f, o: nn.Linear(n, m, activation=f, **o), sizes, sizes, functions, both),
    st.builds(lambda n, f, o: nn.Neuron(n, f, **o), sizes, functions, both),
    st.builds(
        lambda n, ms, f, g, o: nn.MLP(n, ms, f, g, **o),
        sizes, st.lists(sizes, min_size=1, max_size=3), functions, names, both,
    ),
    st.builds(nn.Dropout, st.floats(0, 1), seed=st.integers(0, 3)),
)  # fmt: skip
models = st.recursive(
    parts, lambda inner: st.lists(inner, max_size=4).map(lambda steps: nn.Sequential(*steps)),
    max_leaves=6,
).filter(lambda model: isinstance(model, nn.Module))  # fmt: skip


def check_model(folder, model, draw, twice):
    if twice:
        model = nn.Sequential(model, model)
    numbers = [0.0, -0.0, 5e-324, 1e308, -math.inf, 0.1]
    for w in {id(w): w for w in model.parameters()}.values():
        w.data = draw.choice(numbers)
    for module in model.modules():
        module.training = draw.random() < 0.5
        if draw.random() < 0.3:
            module.requires_grad_(False)
    nn.save(folder / "a", model)
    new = nn.load(folder / "a").model
    assert everything(new) == everything(model)
    assert type(new) is type(model)
    assert [n for n, _ in new.named_parameters()] == [n for n, _ in model.named_parameters()]
    labels = [[w.label for w in m.parameters()] for m in (model, new)]
    assert labels[0] == labels[1]
    nn.save(folder / "b", new)
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()
    if any(len(x.state_dict()) for x in model.modules()):
        other = copy.deepcopy(model).train().requires_grad_()
        assert nn.load(folder / "a", other).model is other
        assert everything(other) == everything(model)


drawn = given(models, st.randoms(use_true_random=False), st.booleans())


@FEW
@drawn
def test_any_model_of_nn_comes_back_from_the_file_alone(tmp_path_factory, model, draw, twice):
    check_model(tmp_path_factory.mktemp("model"), model, draw, twice)


@pytest.mark.wide
@MANY
@drawn
def test_many_models_of_nn_come_back_from_the_file_alone(tmp_path_factory, model, draw, twice):
    check_model(tmp_path_factory.mktemp("model"), model, draw, twice)


class Net(nn.Module):
    """A class of one's own, with everything that there is to keep."""

    def __init__(self, table=(1.0, 2.0), kind=float):
        self.w = Value(2.0, "w")
        self.inner = {"a": nn.Linear(1, 1, activation=Net.squared, seed=0)}
        self.register_buffer("mean", Value(1.0))
        self.register_buffer("table", np.array(table, dtype=kind))
        self.register_buffer("count", 3)
        self.register_buffer("rows", [1.0, [2.0]])
        self.register_buffer("scratch", object(), persistent=False)
        self._draw = np.random.default_rng(3)
        self.same = self._draw
        self._system = random.SystemRandom()

    @staticmethod
    def squared(x):
        return x * x

    def forward(self, x):
        return self.w * x


def test_a_class_of_ones_own_must_be_given(tmp_path):
    path, net = tmp_path / "net.npz", Net()
    net.mean.data, net.count, net.rows[1][0] = -0.0, 7, 5.0
    net.table[:] = [math.nan, 4.0]
    net._draw.random()
    nn.save(path, nn.Sequential(net), training={"epoch": 2})
    with pytest.raises(ArgumentError, match=r"it has a Net \(0\).*nn\.load\(path, model\)"):
        nn.load(path)
    other = Net()
    held = other.mean, other.table, other.rows
    saved = nn.load(path, nn.Sequential(other))
    assert bits(other.state_dict()) == bits(net.state_dict())
    assert held == (other.mean, other.table, other.rows) or held[1] is other.table
    assert other.same is other._draw and other._draw.random() == net._draw.random()
    assert saved.training == {"epoch": 2}
    assert repr(saved) == "<Saved Sequential of 3 parameters; training: epoch>"
    generator = nn.Sequential(Net())
    generator[0].same = 0
    for model, words in (
        (nn.Sequential(Net([1.0])), r"wrong: 0\.table \(needs the size 1, got the size 2\)"),
        (nn.Sequential(Net(kind=int)), r"the buffer 0\.table is of another type"),
        (generator, r"one random generator more or less: 0\.same"),
        (nn.Sequential(Net(), "tanh"), r"has Sequential\(steps=1\), the model Sequential\(steps=2\)"),
        (nn.Sequential("tanh"), r"can't be used: 0: the file has Net\(with=\['inner\.a'\]\), the model 'tanh'\."),
    ):  # fmt: skip
        before = everything(model)
        with pytest.raises(ArgumentError, match=words):
            nn.load(path, model)
        assert everything(model) == before


def test_architectures_that_differ_are_refused_and_the_difference_named(tmp_path):
    path = tmp_path / "m.npz"
    nn.save(path, nn.Sequential(nn.MLP(2, [3, 1], ["tanh", lambda x: x]), nn.Dropout(0.5)))
    told = (
        r"0: the file has MLP\(nin=2, nouts=\[3, 1\], activation=\['tanh', the function <lambda>\]"
    )
    for model, words in (
        (nn.Sequential(nn.MLP(2, [3, 1], "tanh"), nn.Dropout(0.5)), told),
        (nn.Sequential(nn.MLP(2, [4, 1], "tanh"), nn.Dropout(0.5)), told),
        (nn.Sequential(nn.MLP(2, [3, 1], ["tanh", lambda x: x]), nn.Dropout(0.25)),
         r"1: the file has Dropout\(p=0.5\), the model Dropout\(p=0.25\)"),
        (nn.MLP(2, [3, 1]), r": the file has Sequential\(steps=2\), the model MLP\(nin=2, nouts=\[3, 1\]"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=words):
            nn.load(path, model)
    with pytest.raises(ArgumentError, match=r"it has the activation <lambda> \(0\), a function"):
        nn.load(path)
    layer = nn.Linear(1, 1)
    nn.save(path, nn.Sequential(layer, "tanh", layer))
    with pytest.raises(ArgumentError, match=r"2: the file has 0 again, the model Linear\(nin=1"):
        nn.load(path, nn.Sequential(nn.Linear(1, 1), "tanh", nn.Linear(1, 1)))
    loaded = nn.load(path).model
    assert loaded[0] is loaded[2]
    nn.save(path, nn.Sequential(layer, abs))
    with pytest.raises(ArgumentError, match=r"1: the file has the function abs, the model 'tanh'"):
        nn.load(path, nn.Sequential(layer, "tanh"))
    with pytest.raises(ArgumentError, match=r"the activation abs \(1\), a function"):
        nn.load(path)


def changed(change):
    model = nn.MLP(2, [2, 2], seed=0)
    change(model, model.layers)
    return model


@pytest.mark.parametrize("model", [
    changed(lambda m, layers: setattr(m, "extra", Value(1.0))),
    changed(lambda m, layers: m.register_buffer("mean", 1.0)),
    changed(lambda m, layers: setattr(m, "layers", (*layers,))),
    changed(lambda m, layers: setattr(m, "layers", [])),
    changed(lambda m, layers: layers.__setitem__(1, nn.Linear(2, 2))),
    changed(lambda m, layers: layers.__setitem__(1, nn.Layer(3, 2))),
    changed(lambda m, layers: layers.__setitem__(1, nn.Layer(2, 2, bias=False))),
    changed(lambda m, layers: layers.append(layers[1])),
    changed(lambda m, layers: layers.pop(0) and layers.insert(0, nn.Layer(1, 2))),
    changed(lambda m, layers: layers[0].neurons.clear()),
    changed(lambda m, layers: setattr(layers[1], "neurons", [nn.Neuron(2), nn.Neuron(2, "tanh")])),
    changed(lambda m, layers: setattr(layers[1], "neurons", [nn.Linear(2, 1)])),
    changed(lambda m, layers: setattr(layers[1].neurons[0], "bias", layers[1].neurons[1].bias)),
    changed(lambda m, layers: setattr(layers[1].neurons[0], "bias", layers[0].neurons[1].bias)),
    changed(lambda m, layers: setattr(layers[1].neurons[0], "bias", 0.0)),
    changed(lambda m, layers: setattr(layers[1].neurons[0], "note", "mine")),
    nn.Sequential(m := nn.MLP(1, [1]), m.layers[0]),
], ids=range(17))  # fmt: skip
def test_a_model_changed_by_hand_is_not_built_as_if_it_were_not(tmp_path, model):
    nn.save(tmp_path / "m", model)
    with pytest.raises(
        ArgumentError, match=r"changed by hand.*Nothing was changed; make its model"
    ):
        nn.load(tmp_path / "m")
    twin = copy.deepcopy(model)
    for w in twin.parameters():
        w.data = 3.0
    nn.load(tmp_path / "m", twin)
    assert everything(twin) == everything(model)


def nested(n):
    tree = []
    for _ in range(n):
        tree = [tree]
    return tree


def test_what_cannot_be_saved_is_named_and_nothing_written(tmp_path):
    path = tmp_path / "m.npz"
    model = nn.MLP(1, [1], seed=0)
    ring = []
    ring.append(ring)
    for training, words in (
        ({"a": [1, {"b": Value(1.0)}]}, r"training\['a'\]\[1\]\['b'\] is a Value; can be saved: None"),
        ({"a": fractions.Fraction(1, 2)}, r"training\['a'\] is a Fraction"),
        ({"a": {1, 2}}, "is a set"),
        ({"a": collections.OrderedDict()}, "is a OrderedDict"),
        ({"a": np.array([None])}, "NumPy's type object"),
        ({"a": np.ma.array([1.0], mask=[True])}, "is a MaskedArray"),
        ({"a": np.zeros(2, [("x", float)])}, "NumPy's type"),
        ({"a": {2.5: 1}}, r"training\['a'\] has the key 2\.5; use texts"),
        ({"a": 1 << 9000}, "more than 8192 bits"),
        ({"a": ring}, r"training\['a'\]\[0\] is nested more than 64 deep, or holds itself"),
        ({"a": nested(80)}, "nested more than 64 deep"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=words):
            nn.save(path, model, training=training)
    with pytest.raises(OperandError, match="training is 3; it must be a dict"):
        nn.save(path, model, training=3)
    tower = nn.Sequential("tanh")
    for _ in range(100):
        tower = nn.Sequential(tower)
    with pytest.raises(ArgumentError, match=r"0\.0\.0.* is a module in more than"):
        nn.save(path, tower)
    others = nn.SGD([*model.parameters(), Value(3.0, "mine")])
    with pytest.raises(ArgumentError, match=r"changes Value.*mine.*which is not in the model"):
        nn.save(path, model, others)
    with pytest.raises(ArgumentError, match="the schedule is of another optimizer"):
        nn.save(path, model, schedule=nn.StepLR(others, 1))
    net = Net()
    for w in (net.w, net.mean):
        w.data = math.nan
        with pytest.raises(
            ArgumentError, match=r"(w|mean) is nan, which no training can go on from"
        ):
            nn.save(path, net)
        w.data = 1.0
    for args, words in (
        ((3, model), "takes the path of a file"), (("", model), "no path"), (("a\0", model), "no path"),
        ((f"{tmp_path}/", model), "no path"), ((path, None), "takes a path and a model"),
        ((model, path), "takes the path of a file"), ((path, model, model), "must be a Optimizer"),
        ((path, model, None, 3), "must be a Schedule"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, OperandError), match=words):
            nn.save(*args)
    assert not [*tmp_path.iterdir()]


class Sign(nn.Optimizer):
    """An optimiser of one's own."""

    def __init__(self, parameters, lr=0.5):
        super().__init__(parameters, lr=lr, maximize=False)

    def rule(self, m, w, g, memory, lr):
        memory["signs"] = [*memory.get("signs", []), m.sign(g)]
        return w - lr * memory["signs"][-1]


class Halved(nn.StepLR):
    """A schedule of one's own."""

    def __init__(self, optimizer):
        super().__init__(optimizer, 1, 0.5)
        self.way = "down"
        self._is_bad = False

    def load_state_dict(self, state):
        super().load_state_dict(state)
        if self._is_bad:
            raise KeyError("late")


def test_rules_of_ones_own_come_back_into_their_like(tmp_path):
    path = tmp_path / "m.npz"
    model = nn.MLP(2, [1], seed=0)
    sign = Sign(model.parameters())
    halved = Halved(sign)
    trained(model, sign, 3, halved)
    nn.save(path, model, sign, halved)
    saved = nn.load(path)
    assert saved.optimizer is None and saved.schedule is None
    assert saved.model.state_dict() == model.state_dict()
    new = nn.MLP(2, [1], seed=1)
    another = Sign(new.parameters(), lr=3.0)
    late = Halved(another)
    trained(new, another, 1)
    late.way = "up"
    with pytest.raises(ArgumentError, match="way is 'up', and 'down' in the file"):
        nn.load(path, new, another, late)
    late.way, late._is_bad = "down", True
    before = everything(new, another, late)
    with pytest.raises(ArgumentError, match=r"KeyError\('late'\)\)\. Nothing was changed"):
        nn.load(path, new, another, late)
    assert everything(new, another, late) == before
    saved = nn.load(path, new, another)
    assert saved.schedule is None and saved.optimizer is another
    assert bits(another.state_dict()) == bits(sign.state_dict())
    assert before != everything(new, another, late)


def test_a_class_of_the_same_name_is_not_taken_for_nns(tmp_path):
    class StepLR(nn.StepLR):
        def rate(self, lr, t):
            return 1.0

    Mine = type("Adam", (Sign,), {})
    path, model = tmp_path / "m.npz", nn.MLP(2, [1], seed=0)
    mine = Mine(model.parameters())
    nn.save(path, model, mine, StepLR(mine, 1))
    assert nn.load(path).optimizer is None and nn.load(path).schedule is None
    adam = nn.Adam(model.parameters())
    with pytest.raises(ArgumentError, match="is Adam, and Adam of a class of your own in the file"):
        nn.load(path, model, adam)
    nn.save(path, model, adam, StepLR(adam, 1))
    assert nn.load(path).optimizer and nn.load(path).schedule is None
    nn.save(path, model, adam)
    with pytest.raises(ArgumentError, match="is Adam of a class of your own, and Adam in the file"):
        nn.load(path, model, mine)
    net = type("MLP", (nn.MLP,), {})(2, [1], seed=0)
    with pytest.raises(
        ArgumentError,
        match=r"the file has MLP\(nin=2, .*, the model MLP\(.*\) of your own, or changed by hand",
    ):
        nn.load(path, net)


def test_what_does_not_fit_changes_nothing(tmp_path):
    path = tmp_path / "m.npz"
    net = nn.Sequential(Net(), nn.Dropout(0.5, seed=1))
    sgd = nn.SGD(net.parameters(), lr=0.5, momentum=0.5)
    schedule = nn.CosineAnnealingLR(sgd, 10)
    schedule.step()
    nn.save(path, net, sgd, schedule)

    def fresh(table=(1.0, 2.0), rule=nn.SGD, t=10, kind=nn.CosineAnnealingLR):
        model = nn.Sequential(Net(table), nn.Dropout(0.5, seed=2)).eval()
        model[0].inner["a"].requires_grad_(False)
        model[0].w.data = math.nan
        optimizer = rule([w for _, w in nn.search.named(model)], lr=0.25)
        return model, optimizer, kind(optimizer, t)

    for make, words in (
        (lambda: fresh(table=[1.0]), r"wrong: 0\.table"),
        (lambda: fresh(rule=nn.Adam), "the optimizer is Adam, and SGD in the file"),
        (lambda: fresh(rule=lambda ws, lr: nn.SGD(ws[:1], lr)), "has 1 parameters, and 3 in the file"),
        (lambda: fresh(t=9), "the schedule's T_max is 9, and 10 in the file"),
        (lambda: fresh(kind=nn.StepLR), "the schedule is StepLR, and CosineAnnealingLR in the file"),
    ):  # fmt: skip
        model, optimizer, plan = make()
        optimizer.state[optimizer.parameters[0]] = {"momentum_buffer": 1.0}
        before = everything(model, optimizer, plan)
        with pytest.raises(ArgumentError, match=words + ".*Nothing was changed; give a model"):
            nn.load(path, model, optimizer, plan)
        assert everything(model, optimizer, plan) == before
    nn.save(path, net)
    model, optimizer, plan = fresh()
    with pytest.raises(
        ArgumentError, match=r"was saved without optimizer.*load it without optimizer="
    ):
        nn.load(path, model, optimizer)
    with pytest.raises(ArgumentError, match="the schedule is of another optimizer"):
        nn.load(path, model, None, plan)
    with pytest.raises(ArgumentError, match="give its model, too"):
        nn.load(path, None, optimizer)
    with pytest.raises(OperandError, match="model is 3; it must be a Module"):
        nn.load(path, 3)


def test_frozen_layers_are_freed_and_generators_shared_as_they_were(tmp_path):
    draw = random.Random(5)
    model = nn.Sequential(nn.Linear(1, 1), nn.Dropout(seed=draw), nn.Dropout(seed=draw))
    nn.save(tmp_path / "m", model, training={"x": np.float64(0.1), "y": np.str_("a")})
    twin = nn.Sequential(nn.Linear(1, 1), nn.Dropout(), nn.Dropout()).requires_grad_(False)
    for saved in (nn.load(tmp_path / "m", twin), nn.load(tmp_path / "m")):
        assert saved.model[1]._random is saved.model[2]._random
        assert len(saved.model.parameters()) == 2
        assert bits(saved.training) == bits({"x": np.float64(0.1), "y": np.str_("a")})
        assert everything(saved.model) == everything(model)
        nn.save(tmp_path / "n", saved.model, training=saved.training)
        assert (tmp_path / "n").read_bytes() == (tmp_path / "m").read_bytes()
    both = nn.Dropout(seed=draw)
    apart = nn.Sequential(nn.Linear(1, 1), both, nn.Dropout())
    nn.save(tmp_path / "m", apart)
    model.requires_grad_(False)
    with pytest.raises(ArgumentError, match="generator"):
        nn.load(tmp_path / "m", model)


def test_an_interruption_in_the_middle_of_loading_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    model = network()
    adam = nn.Adam(model.parameters())
    trained(model, adam, 2)
    nn.save(path, model, adam)
    other = network().eval()
    another = nn.Adam(other.parameters(), lr=0.5)

    def interrupted(module, *, frozen):
        monkeypatch.undo()
        module.requires_grad_(not frozen)
        raise KeyboardInterrupt

    other[3].requires_grad_(False)
    before = everything(other, another)
    monkeypatch.setattr("nn.saving.state.freeze", interrupted)
    with pytest.raises(KeyboardInterrupt):
        nn.load(path, other, another)
    assert everything(other, another) == before


def test_lbfgs_is_given_back_only_what_it_remembers():
    model = nn.MLP(2, [2, 1], seed=0)
    lbfgs = nn.LBFGS(model.parameters(), lr=0.1)
    assert trained(model, lbfgs, 3)
    good = lbfgs.state_dict()
    other = nn.LBFGS(nn.MLP(2, [2, 1], seed=1).parameters())
    before = bits(other.state_dict())
    for change in (
        {"slope": [1.0]}, {"direction": 3.0}, {"pairs": [([1.0] * 9, [1.0] * 9)]}, {"pairs": 3},
        {"pairs": [([1.0] * 9, [1.0] * 8, 1.0)]}, {"t": [1.0]}, {"more": 1.0}, {"scale": 1},
    ):  # fmt: skip
        bad = copy.deepcopy(good)
        bad["state"][0] |= change
        with pytest.raises(ArgumentError, match=r"the memory is not of 9 parameters\. Nothing was"):
            other.load_state_dict(bad)
        assert bits(other.state_dict()) == before
    for state in ({}, {"pairs": [], "scale": 1.0}, good["state"][0]):
        other.load_state_dict({**good, "state": {0: state}})
        assert bits(other.state_dict()) == bits({**good, "state": {0: state}})


@pytest.mark.parametrize("state", [{}, None, {"last_epoch": -1}, {"last_epoch": 1.5}])
def test_a_schedule_is_given_back_only_an_epoch(state):
    schedule = nn.StepLR(nn.SGD([Value(1.0)]), 2)
    with pytest.raises(ArgumentError, match=r"StepLR: last_epoch is .* a whole number from 0"):
        schedule.load_state_dict(state)
    assert schedule.last_epoch == 0


def test_without_numpy_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    for call, who in ((lambda: nn.save(tmp_path / "m", nn.Neuron(1)), "save"), (lambda: nn.load("m"), "load")):  # fmt: skip
        with pytest.raises(
            MissingDependencyError, match=rf"^nn\.{who} needs NumPy: pip install numpy$"
        ):
            call()
