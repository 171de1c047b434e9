"""Simplification: from what was recorded to what is worth computing.

    spelled    one spelling of each number; what no output depends on is gone
    lowered    rows that are made of others, as those others: a logsumexp, a user's own operation
    exact      what Python runs: the careful spelling, rows as they are
    collected  sums of products as one ``dot`` each, differences with their sign inside

The sums keep their order, so no overflow appears or disappears. The sign of a zero is kept wherever
it can matter: it doesn't to a result, nor to what is only added and multiplied on the way to one.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from functools import cache
from itertools import product
from typing import Any

from autograd.compiler.program.instructions import (
    ADD,
    CONSTANT,
    DOT,
    MUL,
    NEG,
    SPELLED,
    SUB,
    SUM,
    Builder,
    Place,
)
from autograd.compiler.program.lowering import KEPT, NATIVE, SIGMOID, WHOLE, lower
from autograd.compiler.program.program import CAREFUL, Program, live, rewritten
from autograd.maths import read
from autograd.primitives import Primitive

Term = tuple[Place | None, Place]  # a product w·x, or x alone
SUMS = frozenset((ADD, SUB, SUM, DOT))


def spelled(program: Program, spelling: int) -> Program:
    """One spelling of each number."""
    chosen = _spellings(program)

    def step(b: Builder, place: Place, new: list[Any]) -> Place:
        operands = program.operands[place]
        moved = tuple([new[x] for x in operands])
        # What emit wrote can get shorter only where another spelling comes in.
        return (b.add if chosen.isdisjoint(operands) else b.emit)(program.ops[place], moved)

    return rewritten(program, step, spelling)


def lowered(program: Program, *, kept: Container[Primitive] = NATIVE) -> Program:
    """What backends run: the careful spelling, and rows made of others taken apart."""
    chosen = _spellings(program)

    def step(b: Builder, place: Place, new: list[Any]) -> Place:
        moved = tuple([new[x] for x in program.operands[place]])
        return lower(b, program.ops[place], moved, kept)

    usual = {op for op in {*program.ops} if op in kept and op is not CONSTANT and op is not SPELLED}
    same = [
        op in usual and chosen.isdisjoint(operands)
        for op, operands in zip(program.ops, program.operands, strict=True)
    ]
    return rewritten(program, step, CAREFUL, same=same)


def exact(program: Program) -> Program:
    """What Python runs, with the labels: rows as they are, so what it gives is what eager gives.

    Raises:
        GraphError: when a user's rule can't be read for arrays; the other backends need that.
    """
    if any([op.origin[0] and op not in KEPT for op in program.ops]):
        lowered(program)
    return collected(lowered(program, kept=WHOLE), keep_labels=True)


def _spellings(program: Program) -> set[Place]:
    return {place for place, op in enumerate(program.ops) if op is SPELLED}


def collected(program: Program, *, keep_labels: bool = False) -> Program:
    """Sums of products as dots, one instruction each.

    With ``keep_labels`` what has a name of its own stays an instruction of its own.
    """
    wanted = live(program)
    signed = _sign_of_zero_matters(program, wanted)
    named = {p for p, label in program.labels.items() if keep_labels and label[0] != "∂"}
    inside, terms = _sums(program, wanted, named, signed)

    def step(b: Builder, place: Place, new: list[Any]) -> Place | None:
        if inside[place]:
            return None
        if place in terms:
            found = [
                (None, new[x]) if w is None else _constant_first(b, _factor(b, w, new), new[x])
                for w, x in terms[place]
            ]
            if not signed[place]:
                return _emit_sum(b, found)
            has_bias = program.ops[place] is DOT and len(program.operands[place]) % 2
            start = found.pop(0)[1] if has_bias else b.constant(0.0)
            return _added_up(b, found, start)
        op, operands = program.ops[place], tuple([new[x] for x in program.operands[place]])
        if (op is NEG or op is MUL) and not signed[place]:
            return _with_sign_inside(b, op, operands)
        return b.add(op, operands)  # the program was made by emit: nothing is there twice

    changed = {ADD, SUB, CONSTANT, SPELLED, NEG, MUL} | SUMS
    same = [op not in changed and not inside[place] for place, op in enumerate(program.ops)]
    return rewritten(program, step, wanted=wanted, same=same)


MINUS_ONE: Place = -1  # the factor of what is subtracted


def _constant_first(b: Builder, w: Place, x: Place) -> Term:
    if x in b.numbers and w not in b.numbers:
        w, x = x, w
    return (None, x) if b.numbers.get(w) == 1.0 else (w, x)


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
    return b.add(op, operands)


def _sign_of_zero_matters(program: Program, wanted: list[bool]) -> list[bool]:
    """For each place, whether -0 there and 0 there can lead to results that differ."""
    result = [False] * len(program.ops)
    for place in range(len(result) - 1, len(program.inputs) - 1, -1):
        if not wanted[place]:
            continue
        op, operands = program.ops[place], program.operands[place]
        told_apart, passed_on = signs_of_zero(op)
        if op.arity is None and (result[place] or op.origin[0]):  # a user's own is not asked
            told_apart = range(len(operands))
        for i in told_apart:
            result[operands[i]] = True
        if result[place]:
            for i in passed_on:
                result[operands[i]] = True
    return result


def _added_up(b: Builder, terms: list[Term], start: Place) -> Place:
    """Σ of the terms, one addition after another: 0 + -0 is 0, and here that matters."""
    for w, x in terms:
        start = b.emit(ADD, (start, x if w is None else b.emit(MUL, (w, x))))
    return start


OTHERS = (-math.inf, -2.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.5, math.inf)


@cache
def signs_of_zero(op: Primitive) -> tuple[Sequence[int], Sequence[int]]:
    """Where it matters whether an operand is 0 or -0.

    The operands for which 0 and -0 give different results, and those for which only the sign of a
    zero result differs. Asked of the rule itself: 1 / -0 is -inf, where 1 / 0 is inf; sin(-0)
    is -0; exp(-0) is exp(0).
    """
    told_apart, passed_on = [], []
    for i in range(op.arity or 0):
        try:
            for others in product(OTHERS, repeat=(op.arity or 1) - 1):
                x, y = [read(op.forward, *others[:i], zero, *others[i:]) for zero in (0.0, -0.0)]
                if x != y and not (x != x and y != y):
                    told_apart.append(i)
                    break
                if math.copysign(1.0, x) != math.copysign(1.0, y):
                    passed_on.append(i)
        except Exception:  # noqa: BLE001 - a user's rule may raise anything
            told_apart.append(i)
    return told_apart, passed_on


def _sums(
    program: Program, wanted: list[bool], named: set[Place], signed: list[bool]
) -> tuple[list[bool], dict[Place, list[Term]]]:
    """Which places are inside a larger sum, and the terms of each sum that is not.

    A sum is taken apart along its first operand, in which Python's ``a + b + c`` nests, or along
    its second if only that is a sum; so the order of the additions stays. Products that nobody else
    uses are taken in.
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

    def term(x: Place) -> Term:
        if ops[x] is MUL and users[x] == 1 and x not in named:
            inside[x] = True
            w, y = all_operands[x]
            return w, y
        return None, x

    def expands(x: Place) -> bool:
        return users[x] == 1 and ops[x] in SUMS and x not in named

    for root in range(len(ops) - 1, len(program.inputs) - 1, -1):
        if not wanted[root] or inside[root] or ops[root] not in SUMS:
            continue
        if signed[root] and ops[root] in {ADD, SUB}:
            continue
        found: list[Term] = []  # last term first
        place = root
        while True:
            op, operands = ops[place], all_operands[place]
            if op is ADD:
                if not expands(operands[0]) and expands(operands[1]):
                    operands = operands[::-1]  # b + (x + y) is (x + y) + b, to the bit
                found.append(term(operands[1]))
            elif op is SUB:
                found.append((MINUS_ONE, operands[1]))
            elif op is SUM:
                found += [term(x) for x in reversed(operands)]
                break
            else:
                n = len(operands) // 2
                found += zip(operands[:n][::-1], operands[n : 2 * n][::-1], strict=True)
                if len(operands) % 2:
                    found.append((None, operands[-1]))  # the bias, which comes first
                break
            first = operands[0]
            if expands(first):
                inside[first] = True
                place = first
                continue
            found.append(term(first))
            break
        taken_apart = place != root or any([w is not None and w != MINUS_ONE for w, _ in found])
        if taken_apart or ops[root] not in {ADD, SUB}:
            terms[root] = found[::-1]
    return inside, terms


def _emit_sum(b: Builder, terms: list[Term]) -> Place:
    """Σ of the terms in their order: as a sum, a product, or a dot, whose bias comes first.

    The 0 that a loop begins with is left out: the sign of a zero does not matter here.
    """
    if len(terms) > 1 and terms[0][0] is None and b.numbers.get(terms[0][1]) == 0.0:
        terms = terms[1:]
    if all([w is None for w, _ in terms]):
        if len(terms) == 2:
            return b.emit(ADD, (terms[0][1], terms[1][1]))
        return b.emit(SUM, tuple([x for _, x in terms]))
    if len(terms) == 1:
        ((w, x),) = terms
        return b.emit(MUL, (w, x)) if w is not None else x
    bias: tuple[Place, ...] = ()
    if terms[0][0] is None:
        bias, terms = (terms[0][1],), terms[1:]
    elif len(terms) == 2 and terms[1][0] is None:  # a·b + c is c + a·b
        bias, terms = (terms[1][1],), terms[:1]
    ws = [b.constant(1.0) if w is None else w for w, _ in terms]
    return b.emit(DOT, (*ws, *[x for _, x in terms], *bias))


def sigmoid_pairs(program: Program, places: set[Place]) -> dict[Place, Place | None]:
    """σ(x) -> σ(-x) where both are computed; σ(-x) -> None, for it is done already."""
    plus = {program.operands[p][0]: p for p in places if program.ops[p] is SIGMOID}
    found: dict[Place, Place | None] = {}
    for x, place in plus.items():
        if program.ops[x] is NEG and program.operands[x][0] in plus:
            first = plus[program.operands[x][0]]
            if first < place and first not in found:  # -x may stand there twice
                found[first], found[place] = place, None
    return found
