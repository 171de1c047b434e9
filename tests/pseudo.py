"""A language that nobody speaks: every text in ⟦⟧, with accents on its letters.

What is then still written in plain letters was not translated, or is a name, a formula or code.
"""

import html
import re
import runpy
import string
from pathlib import Path

from autograd import words

ROOT = Path(__file__).resolve().parent.parent
ACCENTS = str.maketrans(
    string.ascii_letters, "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
)


def accented(text):
    """The text as it is said in that language."""
    parts = re.split(r"(\{\w+\})", text)
    return (
        f"⟦{''.join([part if i % 2 else part.translate(ACCENTS) for i, part in enumerate(parts)])}⟧"
    )


def tool():
    return runpy.run_path(str(ROOT / "tools" / "words.py"))


def catalogue(found=None):
    """All texts of the template in that language."""
    found = found or tool()
    return {text: accented(text) for text, _, _ in found["entries"]()}


def plain_words(text, allowed=()):
    """What is written in plain letters: words of two letters and more that are not allowed."""
    text = re.sub(r"\b0x\w+|\bd\w+/d\w+", "", text)  # an object's address; dL/dx
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - set(allowed))


def text_of(page):
    """What is read in a piece of HTML."""
    page = re.sub(r"<(style|script|title)\b.*?</\1>", "", page, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', page)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", " ", page), *spoken]))


class Asked(dict):
    """A catalogue that remembers what was asked for."""

    def __init__(self, texts):
        super().__init__(texts)
        self.seen = set()

    def get(self, text, default=None):
        self.seen.add(text)
        return super().get(text, default)


def speak(texts):
    """Speak that language, and remember what was asked for."""
    asked = Asked(texts)
    chosen = words.language({})
    words._Spoken.texts = asked
    return chosen, asked
