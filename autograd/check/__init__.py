"""The gradient checker.

estimate    a numerical derivative with an honest error bar
target      what is checked: a function and its claimed partials
    stairs, where a function moves in steps
judge       the verdict on one claim
search      where to look
probe       what is wrong before any number is compared
survey      the check of one function
tensors     the check of functions of arrays
explain     what a failure is: region, cause and place
    witnesses, guesses, regions, bounds    where it is wrong, in words
    evidence                       what a cause must explain
    diagnose                       the first cause that does
        ratios, elsewhere, branches    of a function of numbers
        graphs, mutants, recorded      of one that is a graph
locate      the node to blame in a graph
higher      second derivatives, forward mode
names       what messages call the arguments
report      what was found, and the error that says it
gradcheck   all of these together
"""

from autograd.check.estimate import Estimate, estimate
from autograd.check.gradcheck import gradcheck, gradgradcheck
from autograd.check.locate import Suspect, locate
from autograd.check.report import GradcheckError, Report

check_grads = gradcheck  # as JAX and HIPS call it

__all__ = [
    "Estimate",
    "GradcheckError",
    "Report",
    "Suspect",
    "check_grads",
    "estimate",
    "gradcheck",
    "gradgradcheck",
    "locate",
]
