"""The examples of networks reach what they say, in reduced size."""

import pytest


@pytest.mark.wide
def test_building_blocks_learn(example, capsys):
    module = example("building_blocks")
    before, after = module.main(epochs=10)
    assert after < before / 5
    assert "attention" in capsys.readouterr().out


def test_an_embedding_is_the_same_by_number_and_by_value(example):
    import numpy as np

    import autograd as ag

    embedding = example("building_blocks").Embedding(4, 3)
    eager = [[v.data for v in embedding(k)] for k in range(4)]
    assert [[v.data for v in embedding(ag.Value(k))] for k in range(4)] == eager
    compiled = ag.compile(lambda k: embedding(k), in_axes=0)(np.arange(4))
    assert np.array(compiled).T.tolist() == pytest.approx(np.array(eager))


@pytest.mark.wide
def test_the_character_model_learns_and_invents(example, capsys):
    module = example("character_model")
    contexts, following = module.examples(["neon"])
    assert (contexts[1], following) == ([0, 0, 14], [14, 5, 15, 14, 0])
    _, history = module.fit_model(epochs=4, words=module.ELEMENTS[:40])
    assert history.losses[-1] < history.losses[0] - 0.3
    module.main(epochs=1, words=1)
    assert "after:" in capsys.readouterr().out


@pytest.mark.wide
def test_the_network_follows_the_differential_equation(example, tmp_path, monkeypatch, capsys):
    import numpy as np

    module = example("physics_informed")
    model, history = module.solved(epochs=3, moments=20, hidden=4)
    assert history.losses[-1] < history.losses[0] / 10
    assert [v.data for v in model.network([0.5])] != [0.0]
    h, t = 1e-4, 0.7  # the residual is that of differences of the network's own u
    before, at, after = module.positions(model, np.array([t - h, t, t + h]))
    second, first = (after - 2 * at + before) / h**2, (after - before) / (2 * h)
    residual = second + 2 * module.FRICTION * first + module.OMEGA**2 * at
    assert model(t)[0].data == pytest.approx(residual, rel=1e-4, abs=1e-4)
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(module, "OUT", tmp_path)
    module.main(epochs=1)
    assert "exact solution" in capsys.readouterr().out
    assert (tmp_path / "physics_informed.png").stat().st_size > 10_000


def test_the_textbooks_solution_solves_it(example):
    import autograd as ag

    module = example("physics_informed")
    w = (module.OMEGA**2 - module.FRICTION**2) ** 0.5

    def u(t):
        swing = ag.cos(w * t) + module.FRICTION / w * ag.sin(w * t)
        return ag.exp(-module.FRICTION * t) * swing

    for t in (0.0, 0.3, 2.5):
        assert u(t) == pytest.approx(module.exact(t))
        left = ag.grad(ag.grad(u))(t) + 2 * module.FRICTION * ag.grad(u)(t)
        assert left == pytest.approx(-(module.OMEGA**2) * u(t), abs=1e-12)


def test_digits_without_scikit_learn_are_asked_for(example, monkeypatch, capsys):
    import sys

    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    example("digits").main()
    assert capsys.readouterr().out.endswith("pip install scikit-learn\n")


@pytest.mark.wide
def test_digits_of_a_kind_are_told_apart(example, monkeypatch, tmp_path, capsys):
    import numpy as np

    module = example("digits")
    monkeypatch.setattr(module, "OUT", tmp_path)
    draw = np.random.default_rng(0)
    digits = draw.integers(0, 10, 200)  # digit d: column d of 8 lit, or for 8 and 9 a diagonal
    kinds = [np.outer(np.ones(8), np.arange(8) == d) for d in range(8)]
    kinds += [np.eye(8), np.eye(8)[::-1]]
    images = np.array([kinds[d].ravel() for d in digits]) + draw.normal(0, 0.1, (200, 64))
    _, right = module.run(images, digits, epochs=8)
    assert right > 0.9
    assert "of the 40 kept aside" in capsys.readouterr().out


@pytest.mark.wide
def test_the_digits_of_scikit_learn(example, monkeypatch, tmp_path, capsys):
    pytest.importorskip("sklearn", reason="the images come with scikit-learn")
    module = example("digits")
    monkeypatch.setattr(module, "OUT", tmp_path)
    module.main(epochs=2)
    images, digits = module.images_and_digits()
    assert images.shape == (1797, 64) and images.max() == 1.0 and set(digits) == set(range(10))
    model, _ = module.fit_model(images[:600], digits[:600], epochs=8)
    assert (module.guesses(model, images[600:900]) == digits[600:900]).mean() > 0.8


@pytest.mark.wide
def test_two_moons_are_fitted(example, monkeypatch, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    module = example("two_moons")
    monkeypatch.setattr(module, "OUT", tmp_path)
    module.main(epochs=12)
    assert "History of 12 epochs" in capsys.readouterr().out
    assert (tmp_path / "two_moons_fit.png").stat().st_size > 10_000
    _, history = module.trained(epochs=12)
    assert len(history.validation) == 12 and history.metrics["accuracy"][-1] > 0.8
