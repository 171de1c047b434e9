"""compile with the arrays of PyTorch and JAX, and JAX's sharded over two devices."""

import importlib.util
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from tests.compiler.test_arrays import REDUCTIONS, W, X, Y, flat, step

pytestmark = pytest.mark.peers


def assert_alike(found, expected, kind, rtol=1e-11):
    for a, b in zip(flat(found), flat(expected), strict=True):
        assert isinstance(a, kind)
        assert tuple(a.shape) == np.shape(b)
        np.testing.assert_allclose(np.asarray(a), b, rtol=rtol, atol=rtol)


@REDUCTIONS
def test_tensors_of_pytorch(reduce):
    torch = pytest.importorskip("torch")
    expected = step(reduce, backend="numpy")(W, X, Y)
    tensors = [tuple(map(torch.from_numpy, layer)) for layer in W]
    found = step(reduce)(tensors, torch.from_numpy(X), torch.from_numpy(Y))
    assert_alike(found, expected, torch.Tensor)
    small = [tuple(torch.from_numpy(a).float() for a in layer) for layer in W]
    found = step(reduce)(small, torch.from_numpy(X).float(), torch.from_numpy(Y).float())
    assert {a.dtype for a in flat(found)} == {torch.float32}
    assert_alike(found, expected, torch.Tensor, rtol=1e-4)


@REDUCTIONS
def test_arrays_of_jax(reduce):
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        expected = step(reduce, backend="numpy")(W, X, Y)
        arrays = [tuple(map(jax.numpy.asarray, layer)) for layer in W]
        assert_alike(
            step(reduce)(arrays, jax.numpy.asarray(X), jax.numpy.asarray(Y)), expected, jax.Array
        )
        assert_alike(step(reduce)(W, jax.numpy.asarray(X), Y), expected, jax.Array)


SHARDED = """
    import jax
    jax.config.update("jax_enable_x64", True)
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec
    from tests.compiler.test_arrays import W, X, Y, flat, step

    assert len(jax.devices()) == 2
    batch = NamedSharding(Mesh(jax.devices(), "b"), PartitionSpec("b"))
    x, y = jax.device_put(X, batch), jax.device_put(Y, batch)
    values, slopes = step(None)(W, x, y)
    assert len(values.sharding.device_set) == 2, values.sharding
    assert values.sharding.shard_shape(values.shape) == (25,), values.sharding
    found, expected = step("mean")(W, x, y), step("mean", backend="numpy")(W, X, Y)
    for a, b in zip(flat(found), flat(expected), strict=True):
        np.testing.assert_allclose(np.asarray(a), b, rtol=1e-11, atol=1e-14)
    print("sharded")
"""


def test_a_batch_sharded_by_jax_is_computed_where_its_shards_are(root):
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SHARDED)],
        env={"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "PATH": "", "PYTHONPATH": str(root)},
        capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    assert done.stdout.strip() == "sharded", done.stderr[-2000:]
