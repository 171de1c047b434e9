"""What all tests share."""

import importlib
import importlib.util
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine, and as much time as it takes.
settings.register_profile(
    "everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everywhere")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items):
    """In another order, if TEST_ORDER has a number: files, and the tests in each, are shuffled."""
    if seed := os.environ.get("TEST_ORDER"):
        files = {}
        for item in items:
            files.setdefault(item.nodeid.partition("::")[0], []).append(item)
        shuffled = list(files.values())
        rng = random.Random(int(seed))
        rng.shuffle(shuffled)
        for tests in shuffled:
            rng.shuffle(tests)
        items[:] = [item for tests in shuffled for item in tests]


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
