"""Transforms: functions of functions.

calls      which arguments, which outputs, and what is made of a function
forward    jvp: Values that carry tangents along
run        one run of a function on fresh variables
gradients  grad, value_and_grad, vjp, jacobian
second     hessian, hvp: forward over reverse
duals      numbers x + ẋε, the number system that second derivatives are read in
"""

from autograd.transforms.forward import jvp
from autograd.transforms.gradients import grad, jacobian, value_and_grad, vjp
from autograd.transforms.second import hessian, hvp

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]
