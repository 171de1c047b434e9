"""The seed text's example: every number of it comes out of the engine."""

import math

import pytest


@pytest.fixture(scope="module")
def rows(example):
    return {row.name: row for row in example("backprop_by_hand").seed_step()[1]}


def test_every_quantity_of_the_seed_is_there(rows):
    assert set(rows) >= {
        "Z_h1", "A_h1", "Z_h2", "A_h2", "Z_o1", "A_o1", "L", "∂L/∂A_o1", "δ_o1", "∂L/∂W31",
        "∂L/∂W41", "∂L/∂B3", "W31_new", "W41_new", "B3_new", "δ_h1", "δ_h2", "∂L/∂W11", "∂L/∂W12",
        "∂L/∂W21", "∂L/∂W22", "∂L/∂B1", "∂L/∂B2", "W11_new", "W12_new", "W21_new", "W22_new",
        "B1_new", "B2_new",
    }  # fmt: skip


def test_engine_and_formula_agree(rows):
    for row in rows.values():
        assert row.by_engine == pytest.approx(row.by_hand, rel=1e-13), row


def test_engine_agrees_to_the_last_digit_the_seed_prints(rows):
    printed = {name: row for name, row in rows.items() if row.printed}
    assert len(printed) == 11
    cut_off = {"δ_h1", "∂L/∂W11"}  # the seed cuts -0.00101598 off, and goes on from -0.00101
    for name in printed.keys() - cut_off:
        digits = len(printed[name].printed.split(".")[1])
        assert f"{printed[name].by_engine:.{digits}f}" == printed[name].printed
    delta, slope = rows["δ_h1"], rows["∂L/∂W11"]
    assert math.trunc(delta.by_engine * 1e5) / 1e5 == float(delta.printed)
    assert float(delta.printed) * 0.05 == pytest.approx(float(slope.printed), rel=1e-12)
    assert abs(slope.by_engine - float(slope.printed)) < 1e-5 * 0.05


def test_two_outputs_are_learnt(example):
    before, after, outputs = example("backprop_by_hand").two_outputs(2000)
    assert after < before / 100
    assert outputs[0] < 0.1 and outputs[1] > 0.9


def test_xor_is_learnt(example):
    _, history, accuracy = example("backprop_by_hand").xor(progress=False)
    assert history.converged and accuracy == 1.0
