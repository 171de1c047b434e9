"""Without PyTorch the bridge says what to install; tests/peers has the rest."""

import sys

import pytest

import nn
from autograd import MissingDependencyError


def test_without_pytorch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for call, who in (
        (nn.MLP(1, [1]).to_torch, "to_torch"),
        (lambda: nn.to_torch(nn.MLP(1, [1])), "to_torch"),
        (lambda: nn.from_torch(3), "from_torch"),
    ):
        with pytest.raises(
            MissingDependencyError, match=f"^{who} needs PyTorch: pip install torch$"
        ):
            call()
