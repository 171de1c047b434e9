"""Which of a network's own pictures is drawn: the finest that can be read."""

from __future__ import annotations

from viz.networks import scene_of
from viz.readable import SMALLEST
from viz.scene import Scene
from viz.units import Network

MOST_EXAMPLES = 20  # of which one is opened; of more, strips show all of them
LEVELS = {"auto": ("card", "neuron", "layer"), "neuron": ("card", "neuron"), "layer": ("layer",)}
SHOWN = {"card": "examples", "neuron": "neuron", "layer": "layer"}  # by level: the picture of it


def laid_out(
    network: Network, fold: str, digits: int, gradients: bool | str | None
) -> tuple[Scene | None, str]:
    """The finest picture of a network that can be read, and the fold of the boxes beside it."""
    levels = LEVELS[fold]
    if fold == "auto" and network.examples > MOST_EXAMPLES:
        levels = ("layer",)  # the others show one example
    elif fold == "auto" and network.examples == max(len(x.units) for x in network.layers) == 1:
        levels = ("card",)  # a strip would be one cell, without its number
    for level in levels:
        scene = scene_of(network, level, digits=digits, gradients=gradients)
        if scene.smallest_text() >= SMALLEST or level == LEVELS[fold][-1]:
            return scene, SHOWN[level] if level != "card" or network.examples > 1 else "none"
    return None, fold
