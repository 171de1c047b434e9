"""Nine engines with one mistake each, on the smallest graph that gives it away.

    python examples/broken_engines.py

docs/course/lab.md is the same as a page, with pictures and with what gradcheck says.
"""

from __future__ import annotations

from chalkgrad.lab import BROKEN, CLASSIC, smallest


def main() -> None:
    """A line for each engine, then what the usual test graphs catch."""
    print(f"{'engine':<18} {'graph':<22} {'its gradients':<18} right")
    for name, engine in BROKEN.items():
        graph = smallest(name)
        wrong = [slope for _, slope in engine.numbers(*graph.build())]
        root, leaves = graph.build()
        engine.right(root, leaves)
        right = [leaf.grad for leaf in leaves]
        print(f"{name:<18} {graph!s:<22} {_shown(wrong):<18} {_shown(right)}")
    print()
    for title, graph in CLASSIC.items():
        missed = [name for name in BROKEN if not graph.exposes(name)]
        print(f"{title:<28} misses {', '.join(missed) or 'none'}")


def _shown(slopes: list[float]) -> str:
    return ", ".join(f"{slope:g}" for slope in slopes)


if __name__ == "__main__":
    main()
