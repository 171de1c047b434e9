"""Neural networks on top of ``autograd``: no derivative is written here.

module     Module: parameters by attribute path, buffers, state; and what it stands on:
           search (where Values are), replacing (copies with others), state, shown (repr)
layers, mlp   Neuron, Layer, MLP: the network of the worked example, Z = Σ W·A + B, A = f(Z)
sequential Sequential, Dropout
init       weights by the formulas of Glorot and He, with PyTorch's names
activations   functions by name
losses     half squared error, mean squared error
training   SGD, and a plain loop over mini-batches
notebook   what a notebook shows of modules and of training
"""

import chalkgrad  # noqa: F401 - raises if autograd is not ours. A chalkgrad.py of yours? Rename it
from nn import init as init  # a module, so not in __all__
from nn.layers import Layer, Linear, Neuron
from nn.losses import half_squared_error, mean_squared_error
from nn.mlp import MLP
from nn.module import Module
from nn.sequential import Dropout, Sequential
from nn.training import SGD, History, train

__project__ = "chalkgrad"

__all__ = [
    "MLP",
    "SGD",
    "Dropout",
    "History",
    "Layer",
    "Linear",
    "Module",
    "Neuron",
    "Sequential",
    "half_squared_error",
    "mean_squared_error",
    "train",
]
