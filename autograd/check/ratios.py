"""Causes that are a factor or a term: the claim is the truth times c·u^k, or plus it.

``u`` is an argument, the output, or something simple made of one. A fit in c and k has to hold at
all points to the estimate's precision, with k a small whole number or half of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from autograd.check.evidence import Cause, Evidence
from autograd.check.judge import Finding

CONSTANTS = (
    (1.0, ""),  # with a minus: "sign flipped"
    (2.0, "2"),
    (0.5, "1/2"),
    (math.log(10.0), "ln 10"),
    (1 / math.log(10.0), "1/ln 10"),
    (math.log(2.0), "ln 2"),
    (1 / math.log(2.0), "1/ln 2"),
    (math.pi, "π"),
    (1 / math.pi, "1/π"),
    (180 / math.pi, "180/π: degrees"),
    (math.pi / 180, "π/180: degrees"),
    (math.sqrt(2.0), "√2"),
    (1 / math.sqrt(2.0), "1/√2"),
    *[(float(k), f"{k}") for k in range(3, 13)],
    *[(1.0 / k, f"1/{k}") for k in range(3, 13)],
)
EXPONENTS = {1.0: "", 2.0: "²", 3.0: "³", 0.5: "^(1/2)", 1.5: "^(3/2)"}
FUNCTIONS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("(1-#)", lambda x: 1 - x),
    ("(1+#)", lambda x: 1 + x),
    ("(1-#²)", lambda x: 1 - x * x),
    ("(1+#²)", lambda x: 1 + x * x),
    ("ln #", math.log),
    ("exp(#)", math.exp),
    ("sin #", math.sin),
    ("cos #", math.cos),
    ("cosh #", math.cosh),
)
POWERS = (1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, -1.5)


def times(factor: float) -> Callable[[Finding], tuple[float, float]]:
    """The prediction that the claim is the truth times a factor."""
    return lambda f: (factor * f.found.value, abs(factor) * f.found.bar)


def constant_factors(evidence: Evidence) -> Iterator[Cause]:
    """Known numbers that the claim over the truth is, at all points."""
    need = 1 if evidence.tied or evidence.region.is_a_point else 3
    for constant, name in CONSTANTS:
        for sign in (1, -1):
            if (sign, constant) == (1, 1.0):
                continue
            text = f"factor {'-' * (sign < 0)}{name}" if name else "sign flipped"
            predicts = times(sign * constant)
            if need and evidence.explained(predicts, need):
                yield Cause(text + _mean(evidence, sign * constant), predicts)


def _mean(evidence: Evidence, factor: float) -> str:
    n = evidence.target.n
    if n < 3 or factor not in {1 / n, float(n)}:
        return ""
    for f in evidence.sharp[:3]:  # so in all arguments?
        claims = evidence.target.claim(*f.point)
        for j, claim in enumerate(claims):
            found = evidence.slope(f, f.point[j], j)
            if found is None or abs(claim - factor * found.value) > 1e-6 * abs(claim):
                return ""
    return f": a mean for a sum of {n}" if factor < 1 else f": a sum for a mean of {n}"


def off_by_a_factor(evidence: Evidence) -> Iterator[Cause]:
    """One number that is nothing known."""
    values = [f.found.value for f in evidence.sharp]
    if len(values) < 3 or min(map(abs, values)) == 0:
        return
    best = min(evidence.sharp, key=lambda f: f.found.bar / abs(f.found.value))
    ratio = best.claimed / best.found.value
    if ratio and evidence.explained(times(ratio)):
        bar = max(best.found.bar / abs(best.found.value), 1e-10)
        digits = max(4, min(10, int(-math.log10(bar))))
        yield Cause(f"off by a factor of {ratio:.{digits}g}", times(ratio))


@dataclass(frozen=True)
class _Base:
    """What a power is taken of."""

    of: Callable[[Finding], float]
    text: str
    words: tuple[str, str, str] = ("", "", "")  # of the powers 1, -1 and 2
    note: str = ""


def _bases(evidence: Evidence) -> Iterator[_Base]:
    value, i = evidence.target.value, evidence.index
    names = evidence.target.names

    def output(f: Finding) -> float:
        return value(*f.point)

    def of(j: int, made: Callable[[float], float]) -> Callable[[Finding], float]:
        return lambda f: made(f.point[j])

    def of_output(made: Callable[[float], float]) -> Callable[[Finding], float]:
        return lambda f: made(value(*f.point))

    y = next(name for name in ("y", "f", "the output") if name not in names)
    own = (": the argument itself", ": one over the argument", "")
    yield _Base(of(i, float), names[i], own)
    yield _Base(output, y, (": the output", ": one over the output", ": the output squared"))
    less = (": one less the output", ": one over one less the output", "")
    yield _Base(lambda f: 1 - output(f), f"(1-{y})", less)
    more = (": one and the output", ": one over one and the output", "")
    yield _Base(lambda f: 1 + output(f), f"(1+{y})", more)
    arguments = [j for j in range(evidence.target.n) if j != i][:8]
    for j in arguments:
        yield _Base(of(j, float), names[j], ("other", "other", "other"))
    for j in [i, *arguments]:
        for text, made in FUNCTIONS:
            yield _Base(of(j, made), text.replace("#", names[j]))
    for text, made in FUNCTIONS:
        if text in {"exp(#)", "(1-#²)", "ln #", "cos #"}:
            yield _Base(of_output(made), text.replace("#", y), note=f": {y} is the output")
    for j in arguments:
        for sign, text in ((-1, f"({names[i]}-{names[j]})"), (1, f"({names[i]}+{names[j]})")):
            yield _Base(_sum(i, j, sign), text)


def _sum(i: int, j: int, sign: int) -> Callable[[Finding], float]:
    return lambda f: f.point[i] + sign * f.point[j]


@dataclass(frozen=True)
class _Fit:
    base: _Base
    power: float
    constant: float
    absolute: bool

    def at(self, f: Finding) -> float:
        u = self.base.of(f)
        raised = abs(u) ** self.power
        return self.constant * raised * (-1 if u < 0 and not self.absolute else 1)

    @property
    def cost(self) -> tuple[bool, bool, float, bool]:
        """Simple ones first."""
        known = any(math.isclose(abs(self.constant), c, rel_tol=1e-7) for c, _ in CONSTANTS)
        return abs(self.constant) != 1, not known, POWERS.index(self.power), bool(self.absolute)


def _fit(evidence: Evidence, base: _Base, targets: list[float]) -> _Fit | None:
    """c and k with targets = c·u^k, from two points; None where that is no small k."""
    pairs = []
    for f, t in zip(evidence.sharp, targets, strict=True):
        try:
            u = base.of(f)
        except (ArithmeticError, ValueError):
            continue
        if u and t and math.isfinite(u) and 1e-200 < abs(t) < 1e200:
            pairs.append((u, t, f.found.bar / abs(t)))
    if len(pairs) < max(3, 0.6 * len(targets)):
        return None
    us, targets = [u for u, _, _ in pairs], [t for _, t, _ in pairs]
    logs = [math.log(abs(u)) for u in us]
    low, high = logs.index(min(logs)), logs.index(max(logs))
    if logs[high] - logs[low] < 1e-3:
        return None
    rise = math.log(abs(targets[high])) - math.log(abs(targets[low]))
    slope = rise / (logs[high] - logs[low])
    if abs(slope) > 4:
        return None
    power = round(2 * slope) / 2
    if power not in POWERS or abs(slope - power) > 1e-3:
        return None
    signs = [math.copysign(1.0, t) for t in targets]
    below = [u < 0 for u in us]
    best = min(range(len(us)), key=lambda k: pairs[k][2])
    constant = targets[best] / abs(us[best]) ** power
    if len(set(signs)) > 1:  # the sign is that of u
        odd = power % 2 == 1
        if not odd or len({s * math.copysign(1, u) for s, u in zip(signs, us, strict=True)}) > 1:
            return None
        absolute, constant = False, math.copysign(constant, constant * us[best])
    elif power % 2 == 1 and all(below):
        absolute, constant = False, -constant
    else:
        absolute = any(below)
    simple = _simple(constant)
    return _Fit(base, power, simple, absolute)


def _simple(constant: float) -> float:
    for known, _ in CONSTANTS:
        if math.isclose(abs(constant), known, rel_tol=1e-7):
            return math.copysign(known, constant)
    return constant


def power_factors(evidence: Evidence) -> Iterator[Cause]:
    """The claim over the truth is c·u^k; first those where c is 1."""
    whole = evidence
    evidence = whole.only(lambda f: f.found.bar < 1e-6 * abs(f.found.value) and f.claimed != 0)
    for fit in _fits(evidence, lambda f: f.claimed / f.found.value):

        def predicts(f: Finding, fit: _Fit = fit) -> tuple[float, float]:
            factor = fit.at(f)
            return factor * f.found.value, abs(factor) * f.found.bar

        said = whole if fit.power > 0 else whole.only(partial(_defined, fit))
        if said.explained(predicts):
            yield Cause("factor " + _written(evidence, fit), predicts, fit.cost[0] is False)


def _defined(fit: _Fit, f: Finding) -> bool:
    try:
        return fit.base.of(f) != 0
    except (ArithmeticError, ValueError):
        return False


def unit_factors(evidence: Evidence) -> Iterator[Cause]:
    """Those of :func:`power_factors` that are u^k itself."""
    return (cause for cause in power_factors(evidence) if cause.simple)


def power_terms(evidence: Evidence) -> Iterator[Cause]:
    """The claim less the truth is c·u^k."""
    whole = evidence
    evidence = whole.only(lambda f: f.found.bar < 1e-6 * abs(f.claimed - f.found.value))
    if len(evidence.sharp) < 4:
        return
    for fit in _fits(evidence, lambda f: f.claimed - f.found.value):

        def predicts(f: Finding, fit: _Fit = fit) -> tuple[float, float]:
            return f.found.value + fit.at(f), f.found.bar

        if whole.explained(predicts) and all(
            abs(fit.at(f) - (f.claimed - f.found.value)) <= 8 * f.found.bar + 1e-6 * abs(fit.at(f))
            for f in evidence.sharp
        ):
            term = _written(evidence, fit).partition(":")[0]
            yield Cause(f"off by a term: claimed - true is {term}", predicts)


def off_by_a_constant(evidence: Evidence) -> Iterator[Cause]:
    """The claim less the truth is one number."""
    if len(evidence.sharp) < 3:
        return
    best = min(evidence.sharp, key=lambda f: f.found.bar)
    gap = best.claimed - best.found.value
    bars = max(f.found.bar for f in evidence.sharp)

    def predicts(f: Finding) -> tuple[float, float]:
        return f.found.value + gap, f.found.bar + best.found.bar

    if bars < 1e-4 * abs(gap) and evidence.explained(predicts):
        yield Cause(f"off by a constant, {gap:.6g}", predicts)


def _fits(evidence: Evidence, wanted: Callable[[Finding], float]) -> list[_Fit]:
    targets = [wanted(f) for f in evidence.sharp]
    if len(targets) < 3:
        return []
    found = [_fit(evidence, base, targets) for base in _bases(evidence)]
    return sorted((f for f in found if f is not None), key=lambda f: f.cost)


def _written(evidence: Evidence, fit: _Fit) -> str:
    base, k = fit.base.text, fit.power
    if fit.absolute and k % 2:
        base = f"|{base.strip('()')}|"
    known = {c: name for c, name in CONSTANTS if name}
    number = abs(fit.constant)
    digits = known.get(number, f"{number:.6g}").partition(":")[0]
    scale = "" if number == 1 else digits
    minus = "-" if fit.constant < 0 else ""
    if fit.base.words[0] == "other" and not scale and not minus and k in {1, -1}:
        return f"of the other argument, {base}" if k == 1 else f"1 over the other argument, {base}"
    exponent = EXPONENTS[abs(k)]
    powered = base + exponent
    words = fit.base.note
    if not scale and not minus and fit.base.words[0] != "other":
        words += fit.base.words[(1, -1, 2).index(k)] if k in {1, -1, 2} else ""
    below = scale.removeprefix("1/") if scale.startswith("1/") else ""  # c is 1/below
    if k > 0:
        plain = base.strip("()") if base.startswith("(") and not exponent and not scale else powered
        product = f"{powered}/{below}" if below else f"{scale}·{powered}" if scale else plain
        return minus + product + words
    return minus + (f"1/({below}·{powered})" if below else f"{scale or 1}/{powered}") + words
