"""What both halves of the collected cases use: samples, domains, formulas."""

import math

from . import case, exp, floats, log, ncdf, sqrt

# Typical samples and domains.
A = (-1.7, -0.6, 0.3, 0.8, 2.1)
K = (-1.7, -0.6, 0.0, 0.8, 2.1)  # with a kink at 0
P = (0.3, 0.7, 1.4, 2.2, 3.6)
Z = (0.0, 0.7, 1.4, 2.2, 3.6)  # with an edge at 0
S = (-0.7, -0.3, 0.1, 0.4, 0.8)
XY = ((0.5, 1.2), (-1.1, 0.7), (2.3, -0.4), (-0.8, -1.9), (1.6, 2.7))
TIES = ((0.5, 1.2), (-1.1, -1.1), (2.3, -0.4), (0.0, 0.0), (2.7, 2.7))
PQ = ((0.5, 1.2), (1.1, 0.7), (2.3, 0.4), (0.8, 1.9), (1.6, 2.7))
XYZ = ((0.5, 1.2, -0.3), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 0.4), (1.6, 2.7, -1.2))
PQR = ((0.5, 1.2, 0.3), (1.1, 0.7, 0.9), (2.3, 0.4, 1.5), (0.8, 1.9, 0.4), (1.6, 2.7, 1.2))
R = (-10.0, 10.0)
R5 = (-5.0, 5.0)


def adders(wrong, right):
    """What adds to the lists of wrong and of right cases: wrong, gross, right, noisy."""

    def add_wrong(name, cause, g, df, inputs, domain, witness=None, where="everywhere", **fields):
        """One that shows everywhere is witnessed by the second sample."""
        if witness is None:
            witness = inputs[1]
        witness = witness if isinstance(witness, tuple) else (float(witness),)
        wrong.append(
            case(name, g, df, inputs, domain, correct=False, cause=cause, where=where,
                 witness=witness, **fields)
        )  # fmt: skip

    def add_gross(*args, **fields):
        add_wrong(*args, gross=True, **fields)

    def add_right(name, g, df, inputs, domain, **fields):
        right.append(case(name, g, df, inputs, domain, correct=True, **fields))

    def add_noisy(name, g, df, inputs, domain, *, f, **fields):
        """A right one whose forward `f` loses digits that its truth `g` has."""
        add_right(name, g, df, inputs, domain, f=f, note="noisy forward", **fields)

    return add_wrong, add_gross, add_right, add_noisy


def bessel_i(n, x):
    """The modified Bessel function by its series (DLMF 10.25.2), in floats and in mpmath."""
    return sum(
        (x / 2) ** (2 * k + n) / math.factorial(k) / math.factorial(k + n) for k in range(60)
    )


def kepler(m, mean, eccentricity):
    """The eccentric anomaly by Newton's iteration."""
    e = mean + eccentricity * m.sin(mean)
    for _ in range(m.steps):
        e -= (e - eccentricity * m.sin(e) - mean) / (1 - eccentricity * m.cos(e))
    return e


def weibull(m, shape, scale, x):
    p = m.exp(shape * m.log(x / scale))
    return shape * p / x * m.exp(-p)


def weibull_slopes(shape, scale, x):
    p = (x / scale) ** shape
    q = p / x * exp(-p)
    return q * (1 + (1 - p) * log(p)), q * (p - 1) * shape**2 / scale


def log_ncdf(x):
    if x > -30:
        return log(ncdf(x))
    u = 1 / (x * x)
    tail = math.log1p(-u * (1 - u * (3 - u * (15 - u * (105 - 945 * u)))))
    return -x * x / 2 - math.log(-x * math.sqrt(2 * math.pi)) + tail


def half_turn(m, u):
    """Half the rotation angle over its sine, of 3 less the trace."""
    return m.asin(m.sqrt(u) / 2) / m.sqrt(u * (1 - u / 4)) if u else 0.5


def half_turn_slope(u):
    """By its power series up to 0.5."""
    if u > 0.5:
        s, c = sqrt(u * (1 - u / 4)), 1 - u / 2
        return (1 / s - 2 * math.asin(sqrt(u) / 2) * c / (s * s)) / (4 * s)
    return math.fsum(
        k * math.factorial(k) ** 2 / math.factorial(2 * k + 1) * u ** (k - 1) / 2
        for k in range(1, 40)
    )


def softmax_of_three(xs):
    es = [exp(x - max(xs)) for x in xs]
    return [e / sum(es) for e in es]


def smoothed_cross_entropy(m, x, y, z):
    total = m.log(m.exp(x) + m.exp(y) + m.exp(z))
    return total - 0.94 * x - 0.03 * y - 0.03 * z


def agm(m, x):
    """Of 1 and x, and the sum of 2**n c_n**2 / 2 that E needs (DLMF 19.8.6)."""
    a, b, total, power = 1, x, (1 - x * x) / 2, 1
    for _ in range(m.steps):
        a, b, c = (a + b) / 2, m.sqrt(a * b), (a - b) / 2
        total += power * c * c
        power *= 2
    return a, total


def elliptic(k):
    """K and E of the modulus."""
    a, total = agm(floats, sqrt((1 - k) * (1 + k)))
    return math.pi / (2 * a), math.pi / (2 * a) * (1 - total)


def series(terms, x):
    total = 0.0
    for c in reversed(terms):
        total = total * x + c
    return total


def exprel_slope(u):
    """Of expm1(u)/u."""
    if abs(u) > 1:
        return (exp(u) * (u - 1) + 1) / (u * u)
    return series([(k + 1) / math.factorial(k + 2) for k in range(20)], u)


def cubic_root(m, x):
    """Of y**3 + y = x, by Newton's iteration."""
    y = x / (1 + abs(x) ** 0.5) if x else x * 0
    for _ in range(m.steps):
        y -= (y**3 + y - x) / (3 * y * y + 1)
    return y


def bisected(x, width):
    """The root of y**3 + y = x to a width."""
    low, high = -3.0, 3.0
    while high - low > width:
        y = (low + high) / 2
        low, high = (y, high) if y**3 + y < x else (low, y)
    return (low + high) / 2


def versine_slope(x):
    """Of (1 - cos x)/x**2."""
    if abs(x) > 1:
        return (x * math.sin(x) - 2 * (1 - math.cos(x))) / x**3
    terms = [-((-1.0) ** k) * (2 * k + 2) / math.factorial(2 * k + 4) for k in range(10)]
    return x * series(terms, x * x)


def kepler_to(mean, eccentricity, tolerance):
    """Iterated as mean + e sin(E) until it moves less than the tolerance."""
    e = mean
    while True:
        new = mean + eccentricity * math.sin(e)
        if abs(new - e) < tolerance:
            return new
        e = new
