"""Neural networks on top of ``autograd``: no derivative is written here.

module          Module: parameters by attribute path, buffers, state; and what it stands on:
                search (where Values are), replacing (copies with others), state, shown (repr)
layers, mlp     Neuron, Layer, MLP: the worked example's Z = Σ W·A + B and A = f(Z)
sequential      Sequential, Dropout
init            weights by the formulas of Glorot and He, with PyTorch's names
activations     functions by name
losses          half squared error, mse, mae, Huber, hinge, binary cross-entropy
classification  cross-entropy, log_softmax and the likelihood of a class, KL divergence
optimisers      SGD, Adagrad, RMSprop, Adam, AdamW: the rules by which parameters change; and what
                they stand on: descent (a step), groups (options), memories
lbfgs           L-BFGS, which sees curvature; line_search, vectors
schedules       the learning rate from epoch to epoch
clipping        gradients that are too large made smaller
fitting         fit: training over mini-batches; training has its older name, train
  batches, rehearsal, fresh    the examples, checked and tried before anything is changed
  steps, compiled       the steps, example by example or by one compiled program
  epochs, history       one epoch, and what a run gave
  metrics, stopping, progress, masks, generators, collector    what else it does
saving          a model, its optimiser and the state of training in one file
data            moons and other made problems, CSV files and tables, scaling, splitting
torch_bridge    networks to PyTorch's and back
command         python -m nn: train, resume, predict

named, targets    what fit and losses are given: checked, and bad input named
notebook          what a notebook shows of modules and of training
"""

import chalkgrad  # noqa: F401 - raises if autograd is not ours. A chalkgrad.py of yours? Rename it
from nn import data as data  # modules, so not in __all__
from nn import init as init
from nn.classification import cross_entropy, kl_div, log_softmax, nll_loss
from nn.clipping import clip_grad_norm_, clip_grad_value_
from nn.descent import Optimizer
from nn.epochs import Epoch
from nn.fitting import fit
from nn.history import History
from nn.layers import Layer, Linear, Neuron
from nn.lbfgs import LBFGS
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    half_squared_error,
    hinge_loss,
    huber_loss,
    l1_loss,
    mean_squared_error,
    mse_loss,
)
from nn.mlp import MLP
from nn.module import Module
from nn.optimisers import SGD, Adagrad, Adam, AdamW, RMSprop
from nn.saving import Saved, load, save
from nn.schedules import CosineAnnealingLR, LinearLR, StepLR
from nn.sequential import Dropout, Sequential
from nn.torch_bridge import from_torch, to_torch
from nn.training import train

__project__ = "chalkgrad"

__all__ = [
    "LBFGS",
    "MLP",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "Dropout",
    "Epoch",
    "History",
    "Layer",
    "Linear",
    "LinearLR",
    "Module",
    "Neuron",
    "Optimizer",
    "RMSprop",
    "Saved",
    "Sequential",
    "StepLR",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "clip_grad_norm_",
    "clip_grad_value_",
    "cross_entropy",
    "fit",
    "from_torch",
    "half_squared_error",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "load",
    "log_softmax",
    "mean_squared_error",
    "mse_loss",
    "nll_loss",
    "save",
    "to_torch",
    "train",
]
