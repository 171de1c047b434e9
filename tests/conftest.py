"""What all tests share."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine, and as much time as it takes.
settings.register_profile(
    "everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everywhere")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def example():
    """``example(name)`` imports a file of ``examples/`` without running its main."""

    def load(name):
        spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        import sys

        sys.modules[name] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    return load
