"""What this checker's report says for a cause of the corpus: how its own cause begins."""

WORDS = {
    "sign": ("sign flipped",),
    "factor 2": ("factor 2",),
    "factor 1/2": ("factor 1/2",),
    "factor ln 10": ("factor ln 10", "factor 1/ln 10"),
    "factor pi": ("factor π", "factor 1/π"),
    "factor x": ("factor x:",),
    "factor 1/x": ("factor 1/x:",),
    "factor y": (
        "factor y:",
        "factor 1/y:",
        "factor f:",
        "factor 1/f:",
    ),  # f where y is an argument
    "factor 1-y": ("factor 1-y:", "factor 1/(1-y):"),
    "factor other argument": ("factor of the other argument", "factor 1 over the other argument"),
    "swapped": ("partials swapped",),
    "at the output instead of the input": ("taken at the output instead of the input",),
    "zero": ("zero",),
    "constant": ("constant",),
    "additive": ("off by a constant",),
}


def diagnosis(case, cause: str) -> str:
    """Is the cause that a report names that of the case's label: right, wrong, or none named."""
    return "none" if not cause else "right" if cause.startswith(WORDS[case.cause]) else "wrong"
