"""Neural networks on top of ``autograd``: no derivative is written here.

module     Module: parameters by attribute path, state
layers     Neuron, Layer, MLP: the network of the worked example, Z = Σ W·A + B and A = f(Z)
losses     half squared error, mean squared error
training   SGD, and a plain loop over mini-batches
notebook   what a notebook shows of modules and of training
"""

import chalkgrad  # noqa: F401 - raises if autograd is not ours. A chalkgrad.py of yours? Rename it
from nn.layers import MLP, Layer, Neuron
from nn.losses import half_squared_error, mean_squared_error
from nn.module import Module
from nn.training import SGD, History, train

__project__ = "chalkgrad"

__all__ = [
    "MLP",
    "SGD",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "half_squared_error",
    "mean_squared_error",
    "train",
]
