"""Transforms: functions of functions.

gradients  grad, value_and_grad, vjp, jvp, jacobian
forward    forward mode: Values that carry tangents along
second     hessian, hvp: forward over reverse
duals      numbers x + ẋε, the number system that second derivatives are read in
"""

from autograd.transforms.gradients import grad, jacobian, jvp, value_and_grad, vjp
from autograd.transforms.second import hessian, hvp

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]
