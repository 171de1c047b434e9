"""nn.to_torch and nn.from_torch: equal outputs and gradients; what the other has not is named."""

import copy
import random
import warnings

import pytest

import nn
from autograd import OperandError, Value
from nn.torch_bridge import ACTIVATIONS

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peers
T = torch.nn


def outputs(ours, theirs, n, rel=1e-12):
    """That both give the same, with the same slopes, for a few examples."""
    draw = random.Random(0)
    for _ in range(5):
        x = [draw.gauss(0.0, 2.0) for _ in range(n)]
        mine, other = (
            [Value(v) for v in x],
            torch.tensor(x, dtype=torch.float64, requires_grad=True),
        )
        one, two = ours(mine), theirs(other)
        assert [v.data for v in one] == pytest.approx(two.tolist(), rel=rel, abs=1e-15)
        loss = sum((v * v for v in one), Value(0.0))
        loss.backward()
        (two * two).sum().backward()
        assert [v.grad for v in mine] == pytest.approx(other.grad.tolist(), rel=1e-9, abs=1e-14)


def numbers(module):
    return [p.tolist() for p in module.parameters()]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_that_both_have(name):
    model = nn.MLP(3, [4, 2], name, seed=0)
    theirs = model.to_torch()
    kinds = [type(step).__name__ for step in theirs]
    kind = ACTIVATIONS[name][0]
    assert kinds == (["Linear", kind] * 2 if name != "identity" else ["Linear", "Linear"])
    rel = 1e-8 if name == "softplus" else 1e-12  # PyTorch's is x from 20 on
    outputs(model, theirs, 3, rel)
    back = nn.from_torch(theirs)
    outputs(back, theirs, 3, rel)
    assert [*back.state_dict().values()] == [*model.state_dict().values()]
    assert nn.from_torch(getattr(T, kind)())[0] == name
    assert isinstance(nn.Sequential(name).to_torch()[0], getattr(T, kind))


def mixed():
    tied = nn.Linear(3, 3, seed=5)
    return nn.Sequential(
        nn.Layer(2, 3, "tanh", seed=1), nn.Dropout(0.25, seed=2), tied, "relu", tied,
        nn.Sequential(nn.MLP(3, [4, 3], ["gelu", "identity"], bias=False, seed=3), "silu"),
        nn.Linear(3, 1, bias=False, seed=4),
    )  # fmt: skip


def test_networks_of_every_kind_go_there_and_back():
    model = mixed()
    model[0].requires_grad_(False)
    model.eval()
    model[1].train()
    theirs = nn.to_torch(model)
    assert theirs[1].p == 0.25 and theirs[1].training and not theirs[0].training
    assert [p.requires_grad for p in theirs[0].parameters()] == [False, False]
    assert theirs[2] is theirs[4] and theirs[6].bias is None
    assert all(p.dtype == torch.float64 for p in theirs.parameters())
    back = nn.from_torch(theirs)
    assert back[1].training and not back.training and not back[0][0].neurons[0].training
    assert back[2] is back[4]
    assert len(back.parameters()) == len(model.parameters())
    assert len(back.state_dict()) == len(model.state_dict())
    assert numbers(nn.to_torch(back)) == numbers(theirs)
    for part in (model, theirs, back):
        part.eval()
    outputs(model, theirs, 2)
    outputs(back, theirs, 2)
    alone = nn.from_torch(T.Linear(2, 3, bias=False))
    assert isinstance(alone, nn.Linear) and alone.neurons[0].bias is None
    assert isinstance(alone.to_torch(), T.Linear)


def test_it_is_trained_there_and_looked_at_here(tmp_path):
    theirs = nn.MLP(2, [3, 1], ["tanh", "sigmoid"], seed=0).to_torch()
    sgd = torch.optim.SGD(theirs.parameters(), lr=0.5)
    for _ in range(3):
        sgd.zero_grad()
        theirs(torch.ones(4, 2, dtype=torch.float64)).sum().backward()
        sgd.step()
    back = nn.from_torch(theirs)
    outputs(back, theirs, 2)
    nn.save(tmp_path / "m.npz", back)
    outputs(nn.load(tmp_path / "m.npz").model, theirs, 2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_numbers_of_any_precision_are_read_as_they_are(dtype):
    theirs = T.Linear(3, 2).to(dtype)
    assert [*nn.from_torch(theirs).state_dict().values()] == [
        x
        for row, b in zip(
            theirs.weight.double().tolist(), theirs.bias.double().tolist(), strict=True
        )
        for x in (*row, b)
    ]


class Mine(nn.Module):
    def forward(self, x):
        return x


def odd_layer():
    layer = nn.Layer(2, 2)
    layer.neurons[1] = nn.Neuron(2, "tanh")
    return layer


def frozen_in_part():
    layer = nn.Layer(2, 2)
    layer.neurons[0].requires_grad_(False)
    return layer


def changed(change):
    module = T.Sequential(T.Linear(2, 2), T.Linear(2, 2))
    change(module)
    return module


class Own(T.Linear):
    pass


@pytest.mark.parametrize(("module", "words"), [
    (nn.Sequential(nn.Sequential("tanh", Mine())), r"to_torch: 0\.1 is a Mine of your own; an MLP, Layer"),
    (nn.Sequential(nn.Neuron(2)), "to_torch: 0 is a Neuron; .* use a Layer of one"),
    (odd_layer(), "to_torch: this is a Layer of your own"),
    (nn.Sequential("tanh", "exp"), "1 has the activation exp, which torch.nn has not; both have identity,"),
    (nn.MLP(2, [1], "erf"), r"layers\.0 has the activation erf"),
    (nn.Sequential(nn.MLP(2, [1, 1], ["tanh", lambda x: x])), r"0\.layers\.1 has the activation the function <lambda>"),
    (nn.Sequential("tanh", frozen_in_part()), "1 is frozen in part"),
    (3, "to_torch: takes a module of nn, got 3"),
])  # fmt: skip
def test_what_pytorch_has_not_is_named(module, words):
    with pytest.raises(OperandError, match=words):
        nn.to_torch(module)


def empty():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return T.Linear(0, 2)


def tied(module):
    module[1].weight = module[0].weight


@pytest.mark.parametrize(("module", "words"), [
    (T.Sequential(T.Linear(2, 2), T.Sequential(T.Conv2d(1, 1, 1))), r"from_torch: 1\.0 is a Conv2d; can come over: Linear, "),
    (Own(2, 2), "this is a Own; can come over"),
    (empty(), "this: Layer: nin is 0; it must be"),
    (T.LeakyReLU(0.5), "this is a LeakyReLU with negative_slope 0.5; ours has 0.01"),
    (T.Sequential(T.GELU(approximate="tanh")), "0 is a GELU with approximate 'tanh'; ours has 'none'"),
    (changed(tied), "1 has the weight of 0, which can't be shared"),
    (changed(lambda m: m[1].bias.requires_grad_(False)), "1 is frozen in part"),
    (changed(lambda m: m[1].register_forward_hook(print)), "1 has hooks or a forward of its own"),
    (changed(lambda m: m.register_forward_pre_hook(print)), "this has hooks"),
    (changed(lambda m: setattr(m[0], "forward", abs)), "0 has hooks or a forward of its own"),
    (changed(lambda m: T.utils.parametrizations.weight_norm(m[0])), "0 is a ParametrizedLinear"),
    (T.Linear(2, 2, device="meta"), r"this\.weight has no real numbers"),
    (T.Linear(2, 2, dtype=torch.complex64), r"this\.weight has no real numbers: torch.complex64"),
    (T.LazyLinear(2), "this is a LazyLinear"),
    (torch.tensor(1.0), "from_torch: takes a module of torch.nn, got tensor"),
])  # fmt: skip
def test_what_we_have_not_is_named(module, words):
    with pytest.raises(OperandError, match=words):
        nn.from_torch(module)


def test_neither_side_is_changed():
    model = mixed()
    before = model.state_dict()
    theirs = model.to_torch()
    with torch.no_grad():
        theirs[0][0].weight += 1.0
    assert model.state_dict() == before
    kept = copy.deepcopy(theirs.state_dict())
    nn.from_torch(theirs)[0][0].neurons[0].weights[0].data = 9.0
    assert all(torch.equal(kept[k], v) for k, v in theirs.state_dict().items())
