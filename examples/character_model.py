"""A language model that invents chemical elements, letter by letter.

    python examples/character_model.py

It reads the last three letters and says how likely each letter comes next: Bengio and others' model
(A neural probabilistic language model, 2003), small. Each letter has a vector, the embedding; the
vectors of the three go through a hidden layer; out come 27 logits, the end of the word among them.
Written for one example, trained compiled over all of them; the target is the number of a letter.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from autograd import Value, dot, no_grad, softmax, where
from nn import Adam, History, Layer, Linear, Module, fit

NAMES = """
hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium
aluminium silicon phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium
chromium manganese iron cobalt nickel copper zinc gallium germanium arsenic selenium bromine krypton
rubidium strontium yttrium zirconium niobium molybdenum technetium ruthenium rhodium palladium
silver cadmium indium tin antimony tellurium iodine xenon caesium barium lanthanum cerium
praseodymium neodymium promethium samarium europium gadolinium terbium dysprosium holmium erbium
thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium iridium platinum gold mercury
thallium lead bismuth polonium astatine radon francium radium actinium thorium protactinium uranium
neptunium plutonium americium curium berkelium californium einsteinium fermium mendelevium nobelium
lawrencium rutherfordium dubnium seaborgium bohrium hassium meitnerium darmstadtium roentgenium
copernicium nihonium flerovium moscovium livermorium tennessine oganesson
"""
ELEMENTS = NAMES.split()
LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # the dot stands before a word and ends it
CONTEXT = 3


class CharacterModel(Module):
    """The logits of the next letter, given the numbers of the last three."""

    def __init__(self, size: int = 4, hidden: int = 24, seed: int = 0) -> None:
        draw = random.Random(seed)
        self.embedding = [[Value(draw.gauss(0, 1)) for _ in range(size)] for _ in LETTERS]
        self.hidden = Layer(CONTEXT * size, hidden, "tanh", seed=draw)
        self.out = Linear(hidden, len(LETTERS), seed=draw)

    def forward(self, letters: Sequence[Value | int]) -> list[Value]:
        """Each letter is looked up by a product with a one-hot vector, as programs can do too."""
        vectors = []
        for k in letters:
            hot = [where(k == j, 1.0, 0.0) for j in range(len(LETTERS))]
            vectors += [dot(hot, column) for column in zip(*self.embedding, strict=True)]
        return self.out(self.hidden(vectors))


def examples(words: Sequence[str]) -> tuple[list[list[int]], list[int]]:
    """Every three letters in a row, and the one that follows: ..h → y, .hy → d, hyd → r."""
    contexts, following = [], []
    for word in words:
        context = [0] * CONTEXT
        for letter in f"{word}.":
            k = LETTERS.index(letter)
            contexts.append(context)
            following.append(k)
            context = [*context[1:], k]
    return contexts, following


def fit_model(epochs: int, words: Sequence[str] = ELEMENTS) -> tuple[CharacterModel, History]:
    """The trained model, and its history."""
    model = CharacterModel()
    contexts, following = examples(words)
    history = fit(
        model, contexts, following, loss="cross_entropy", epochs=epochs, batch_size=64,
        optimizer=Adam(model.parameters(), lr=0.01), compile=True,
    )  # fmt: skip
    return model, history


def invented(model: CharacterModel, draw: random.Random, longest: int = 20) -> str:
    """A word: each letter drawn with the probability that the model gives it."""
    context, word = [0] * CONTEXT, ""
    with no_grad():
        while len(word) < longest:
            chances = [p.data for p in softmax(model(context))]
            [k] = draw.choices(range(len(LETTERS)), chances)
            if k == 0:
                break
            word += LETTERS[k]
            context = [*context[1:], k]
    return word


def main(epochs: int = 100, words: int = 12) -> None:
    """Train, and look at words before and after."""
    draw = random.Random(1)
    untrained = CharacterModel()
    model, history = fit_model(epochs)
    print(f"{len(ELEMENTS)} names, {len(examples(ELEMENTS)[0])} letters to be guessed, ", end="")
    print(f"{len(model.parameters())} parameters")
    print(
        f"loss {history.losses[0]:.3f} in epoch 1, {history.losses[-1]:.3f} in epoch {epochs};",
        end="",
    )
    print(f" a guess among {len(LETTERS)} is ln {len(LETTERS)} = {math.log(len(LETTERS)):.3f}")
    print("before:", *(invented(untrained, draw) for _ in range(3)))
    new = [word for word in (invented(model, draw) for _ in range(words)) if word not in ELEMENTS]
    print("after: ", *new)


if __name__ == "__main__":
    main()
