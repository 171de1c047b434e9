"""What both halves of the collected cases use: samples, domains, formulas."""

from . import case

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


def call(m, spot, strike, vol, time):
    """Black and Scholes without interest."""
    s = vol * m.sqrt(time)
    d = m.log(spot / strike) / s
    return spot * m.ncdf(d + s / 2) - strike * m.ncdf(d - s / 2)


def lennard_jones(s, energy, sigma):
    """The energy, and its slope times the distance."""
    q = (sigma / s) ** 6
    return 4 * energy * (q * q - q), -24 * energy * (2 * q * q - q)
