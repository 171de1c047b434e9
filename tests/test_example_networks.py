"""The examples of networks reach what they say, in reduced size."""

import pytest


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
