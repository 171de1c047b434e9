"""Data that scikit-learn brings with it."""

from __future__ import annotations

from typing import Any

from autograd import MissingDependencyError
from nn.data.tables import Examples


def iris() -> Examples:
    """150 flowers, measured in four ways, of three kinds; needs scikit-learn.

    Raises:
        MissingDependencyError: without scikit-learn, here and below.
    """
    return _known("iris", "species")


def digits() -> Examples:
    """1797 handwritten digits of 8×8 pixels, each from 0 to 16; needs scikit-learn."""
    return _known("digits", "digit")


def breast_cancer() -> Examples:
    """569 tumours, measured in 30 ways, malignant or benign; needs scikit-learn."""
    return _known("breast_cancer", "diagnosis")


def _known(name: str, target: str) -> Examples:
    try:
        from sklearn import datasets
    except ImportError:
        raise MissingDependencyError(
            f"data.{name}: needs scikit-learn: pip install scikit-learn"
        ) from None
    found: Any = getattr(datasets, f"load_{name}")()
    inputs, classes = map(str, found.feature_names), map(str, found.target_names)
    return Examples(found.data.tolist(), found.target.tolist(), [*inputs], target, [*classes])
