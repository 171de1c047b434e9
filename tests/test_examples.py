"""Every example runs, and reaches what it says."""

import numpy as np
import pytest


@pytest.mark.wide
def test_newton_and_its_kin(example, capsys):
    module = example("newton")
    assert module.newton(module.rosenbrock, np.array([-1.2, 1.0])) == pytest.approx([1.0, 1.0])
    assert module.gauss_newton(module.decay, np.array([1.0, 1.0])) == pytest.approx([2.0, 0.5])
    assert module.hessian_free(module.rosenbrock, np.full(20, -0.5)) == pytest.approx(np.ones(20))
    module.main()
    assert "largest error" in capsys.readouterr().out


def test_two_moons_are_learnt_alike_eagerly_and_compiled(example, capsys):
    module = example("two_moons_compiled")
    _, eager, _ = module.run(compiled=False, epochs=5)
    _, compiled, _ = module.run(compiled=True, epochs=5)
    assert compiled.losses == pytest.approx(eager.losses, rel=1e-12)
    module.main(epochs=2)
    assert "times as fast" in capsys.readouterr().out


def test_every_example_has_a_test(root):
    names = {path.stem for path in (root / "examples").glob("*.py")}
    tests = "".join(path.read_text(encoding="utf-8") for path in (root / "tests").rglob("*.py"))
    assert all(f'example("{name}")' in tests for name in names)


def test_each_broken_engine_is_shown_beside_the_right_one(example, capsys):
    example("broken_engines").main()
    out = capsys.readouterr().out
    assert "recursion          c=a+a; L=c+c           6                  4" in out
    assert "a·b + a                      misses recursion, breadth first" in out
