"""Newton's method, Gauss-Newton, and a Hessian-free optimiser, each in a few lines.

python examples/newton.py
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

import autograd as ag
from autograd import Value, grad, hessian, hvp, jacobian


def rosenbrock(x: Any) -> Value:
    """A long, bent valley with its lowest point at (1, 1, ..., 1)."""
    return ag.sum([100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in pairwise(x)])


def newton(f: Any, x: np.ndarray, steps: int = 50) -> np.ndarray:
    """x ← x - H⁻¹·∇f: quadratic convergence near the minimum (Nocedal and Wright 2006, ch. 3)."""
    for _ in range(steps):
        step = np.linalg.solve(hessian(f)(x), grad(f)(x))
        x = x - step
        if np.abs(step).max() < 1e-12:
            break
    return x


def gauss_newton(residuals: Any, x: np.ndarray, steps: int = 50) -> np.ndarray:
    """x ← x - (JᵀJ)⁻¹·Jᵀr, for a sum of squares: no second derivatives (ch. 10)."""
    for _ in range(steps):
        j = np.array(jacobian(residuals)(x))
        r = np.array([value.data for value in residuals([Value(v) for v in x])])
        x = x - np.linalg.lstsq(j, r)[0]
    return x


def hessian_free(f: Any, x: np.ndarray, steps: int = 60) -> np.ndarray:
    """Newton's step by conjugate gradients on products H·v, the Hessian never built (ch. 7).

    Stops along a direction of negative curvature, and halves the step until f gets smaller.
    """
    for _ in range(steps):
        g = grad(f)(x)
        if np.abs(g).max() < 1e-10:
            break
        p, r = np.zeros_like(x), -g
        d = r.copy()
        for _ in range(2 * len(x)):
            hd = hvp(f, x, d)
            curvature = d @ hd
            if curvature <= 0:
                p = p if p.any() else r
                break
            alpha = (r @ r) / curvature
            p, old = p + alpha * d, r @ r
            r = r - alpha * hd
            if r @ r < 1e-24:
                break
            d = r + (r @ r) / old * d
        t = 1.0
        while f(list(x + t * p)) >= f(list(x)) and t > 1e-10:
            t /= 2
        x = x + t * p
    return x


def decay(parameters: Any) -> list[Value]:
    """Residuals of a·exp(-b·t) against five measurements made with a = 2, b = 0.5."""
    a, b = parameters
    return [a * ag.exp(-b * t) - 2.0 * np.exp(-0.5 * t) for t in range(5)]


def main() -> None:
    """Run all three."""
    print("Newton, Rosenbrock in 2:       ", newton(rosenbrock, np.array([-1.2, 1.0])))
    print("Gauss-Newton, decay (2, 0.5):  ", gauss_newton(decay, np.array([1.0, 1.0])))
    x = hessian_free(rosenbrock, np.full(20, -0.5))
    print("Hessian-free, Rosenbrock in 20:", f"largest error {np.abs(x - 1).max():.1e}")


if __name__ == "__main__":
    main()
