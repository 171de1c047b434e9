"""Simplification: from what was recorded to what is worth computing.

    spelled    one spelling of each number; what no output depends on is gone
    lowered    rows that are made of others, as those others: a logsumexp, a user's own operation
    collected  sums of products as one ``dot`` each, differences with their sign inside

The sums keep their order, so no overflow appears or disappears. The sign of a zero is kept wherever
it can matter: it doesn't to a result, nor to what is only added and multiplied on the way to one.
"""

from __future__ import annotations

from typing import Any

from autograd.compiler.builder import (
    ADD,
    COMPARE,
    DIV,
    DOT,
    MUL,
    NEG,
    SUB,
    SUM,
    WHERE,
    Builder,
    Place,
)
from autograd.compiler.program import CAREFUL, Program, live, rewritten
from autograd.compiler.symbols import NATIVE, lower
from autograd.primitives import Primitive

Term = tuple[Place | None, Place]  # a product w·x, or x alone
SUMS = frozenset((ADD, SUB, SUM, DOT))


def spelled(program: Program, spelling: int) -> Program:
    """One spelling of each number."""

    def step(b: Builder, place: Place, new: list[Any]) -> Place:
        return b.emit(program.ops[place], tuple([new[x] for x in program.operands[place]]))

    return rewritten(program, step, spelling)


def lowered(program: Program, *, kept: frozenset[Primitive] = NATIVE) -> Program:
    """What backends run: the careful spelling, and rows made of others taken apart."""

    def step(b: Builder, place: Place, new: list[Any]) -> Place:
        return lower(b, program.ops[place], tuple([new[x] for x in program.operands[place]]), kept)

    return rewritten(program, step, CAREFUL)


def collected(program: Program) -> Program:
    """Sums of products as dots, one instruction each."""
    wanted = live(program)
    signed = _sign_of_zero_matters(program, wanted)
    inside, terms = _sums(program, wanted)

    def step(b: Builder, place: Place, new: list[Any]) -> Place | None:
        if inside[place]:
            return None
        if place in terms:
            found = [(None if w is None else _factor(b, w, new), new[x]) for w, x in terms[place]]
            return _emit_sum(b, found, signed=signed[place])
        op, operands = program.ops[place], tuple([new[x] for x in program.operands[place]])
        return b.emit(op, operands) if signed[place] else _with_sign_inside(b, op, operands)

    return rewritten(program, step, wanted=wanted)


MINUS_ONE: Place = -1  # the factor of what is subtracted


def _factor(b: Builder, w: Place, new: list[Any]) -> Place:
    place: Place = b.constant(-1.0) if w == MINUS_ONE else new[w]
    return place


def _with_sign_inside(b: Builder, op: Any, operands: tuple[Place, ...]) -> Place:
    """-(y - x) is x - y but for the sign of a zero."""
    x = operands[-1]
    if b.ops[x] is SUB:
        if op is NEG:
            return b.emit(SUB, b.operands[x][::-1])
        factor = b.numbers.get(operands[0], 0.0)
        if op is MUL and factor < 0:
            return b.emit(MUL, (b.constant(-factor), b.emit(SUB, b.operands[x][::-1])))
    return b.emit(op, operands)


def _sign_of_zero_matters(program: Program, wanted: list[bool]) -> list[bool]:
    """For each place, whether -0 there and 0 there can lead to results that differ."""
    result = [False] * len(program.ops)
    for place in range(len(result) - 1, len(program.inputs) - 1, -1):
        if not wanted[place]:
            continue
        op, operands = program.ops[place], program.operands[place]
        if op in SUMS or op is MUL or op is NEG:
            passes_on = operands  # to where the sum or the product goes
        elif op in COMPARE:
            continue  # 0 and -0 are equal
        elif op is WHERE:
            passes_on = operands[1:]
        elif op is DIV:
            passes_on = operands[:1]
            result[operands[1]] = True  # 1 / -0 is -inf
        else:
            passes_on = ()
            for x in operands:
                result[x] = True
        if result[place]:
            for x in passes_on:
                result[x] = True
    return result


def _sums(program: Program, wanted: list[bool]) -> tuple[list[bool], dict[Place, list[Term]]]:
    """Which places are inside a larger sum, and the terms of each sum that is not.

    A sum is taken apart along its first operand, in which Python's ``a + b + c`` nests, so the order
    of the additions stays. Products are taken in wherever they stand, if nobody else uses them.
    """
    users = [0] * len(program.ops)
    for place, operands in enumerate(program.operands):
        if wanted[place]:
            for x in operands:
                users[x] += 1
    for place in program.outputs:
        users[place] += 1
    ops, all_operands = program.ops, program.operands
    inside = [False] * len(ops)
    terms: dict[Place, list[Term]] = {}

    def product(x: Place) -> Term:
        if ops[x] is MUL and users[x] == 1:
            inside[x] = True
            w, y = all_operands[x]
            return w, y
        return None, x

    for root in range(len(ops) - 1, len(program.inputs) - 1, -1):
        if not wanted[root] or inside[root] or ops[root] not in SUMS:
            continue
        found: list[Term] = []  # last term first
        place = root
        while True:
            op, operands = ops[place], all_operands[place]
            if op is ADD:
                found.append(product(operands[1]))
            elif op is SUB:
                found.append((MINUS_ONE, operands[1]))
            elif op is SUM:
                found += [product(x) for x in reversed(operands)]
                break
            else:
                n = len(operands) // 2
                found += zip(operands[:n][::-1], operands[n : 2 * n][::-1], strict=True)
                if len(operands) % 2:
                    found.append((None, operands[-1]))  # the bias, which comes first
                break
            first = operands[0]
            if users[first] == 1 and ops[first] in SUMS:
                inside[first] = True
                place = first
                continue
            found.append(product(first))
            break
        taken_apart = place != root or any([w is not None and w != MINUS_ONE for w, _ in found])
        if taken_apart or ops[root] not in {ADD, SUB}:
            terms[root] = found[::-1]
    return inside, terms


def _emit_sum(b: Builder, terms: list[Term], *, signed: bool) -> Place:
    """Σ of the terms in their order: as a sum, a product, or a dot, whose bias comes first."""
    if all([w is None for w, _ in terms]):
        if len(terms) == 2:
            return b.emit(ADD, (terms[0][1], terms[1][1]))
        return b.emit(SUM, tuple([x for _, x in terms]))
    if len(terms) == 1 and not signed:
        ((w, x),) = terms
        return b.emit(MUL, (w, x)) if w is not None else x
    bias: tuple[Place, ...] = ()
    if terms[0][0] is None:
        bias, terms = (terms[0][1],), terms[1:]
    elif len(terms) == 2 and terms[1][0] is None:  # a·b + c is c + a·b
        bias, terms = (terms[1][1],), terms[:1]
    ws = [b.constant(1.0) if w is None else w for w, _ in terms]
    return b.emit(DOT, (*ws, *[x for _, x in terms], *bias))
