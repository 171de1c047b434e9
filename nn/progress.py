"""How training is shown while it runs: a bar, plain lines where nothing can move, a live curve."""

from __future__ import annotations

import sys
import warnings
from contextlib import AbstractContextManager, suppress
from time import perf_counter
from typing import Any

from nn.notebook import curve

LINES = 10  # about how many are printed of a run
OFTEN = 0.5  # seconds between two curves
HINT = 'for a bar: pip install "chalkgrad[progress]"'


def progress(epochs: int, title: str, *, wanted: Any, done: int = 0) -> Progress:
    """What shows the epochs, of which ``done`` were made before."""
    if not wanted:
        return Progress()
    live = _notebook_display()
    bar = _bar(epochs, title, done) if live is not None or _is_terminal() else None
    if live is not None:
        return Live(live, Bar(bar) if bar is not None else Lines(epochs, title))
    return Bar(bar) if bar is not None else Lines(epochs, title)


class Progress(AbstractContextManager["Progress"]):
    """Shows nothing; the others show what ``epoch`` is given."""

    def epoch(self, history: Any) -> None:
        """An epoch is done; its numbers are the last of the history."""

    def close(self, history: Any) -> None:
        """Training has ended; also by an error."""

    def __exit__(self, *_: object) -> None:
        self.close(None)


class Bar(Progress):
    """A bar of tqdm."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar

    def epoch(self, history: Any) -> None:
        """One further."""
        self.bar.set_postfix_str(numbers(history), refresh=False)
        self.bar.update(1)

    def close(self, history: Any) -> None:
        """Leave it as it is."""
        self.bar.close()


class Lines(Progress):
    """A line for the first epoch, for each tenth part, and for the last, on standard error."""

    def __init__(self, epochs: int, title: str) -> None:
        self.epochs, self.title = epochs, title
        self.every = max(1, epochs // LINES)
        self.said = 0
        if _tqdm() is None:
            self._print(HINT)

    def epoch(self, history: Any) -> None:
        """Perhaps a line."""
        n = len(history.losses)
        if n == 1 or n % self.every == 0 or n == self.epochs:
            self._say(history)

    def close(self, history: Any) -> None:
        """The last epoch, if it ended before."""
        if history is not None and history.losses and self.said != len(history.losses):
            self._say(history)

    def _say(self, history: Any) -> None:
        self.said = len(history.losses)
        self._print(f"{self.title}: epoch {self.said}/{self.epochs}, {numbers(history)}")

    def _print(self, text: str) -> None:
        with suppress(AttributeError, ValueError):  # there is none under pythonw, or it is closed
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


class Live(Progress):
    """A bar, and under it the curve of the losses, drawn anew twice a second."""

    def __init__(self, display: Any, bar: Progress) -> None:
        self.bar, self.handle = bar, display(_Html(""), display_id=True)
        self.shown_at = perf_counter()

    def epoch(self, history: Any) -> None:
        """Perhaps a new curve."""
        self.bar.epoch(history)
        if perf_counter() - self.shown_at > OFTEN:
            self._show(history)

    def close(self, history: Any) -> None:
        """The whole curve."""
        self.bar.close(history)
        if history is not None:
            self._show(history)

    def _show(self, history: Any) -> None:
        self.shown_at = perf_counter()
        if self.handle is not None:
            self.handle.update(_Html(curve(history.losses, history.validation)))


class _Html:
    """What IPython shows as HTML."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return ""


def numbers(history: Any) -> str:
    """The last loss, the last validation loss and the last metrics, as text."""
    said = [f"loss {history.losses[-1]:.3g}"]
    if history.validation:
        said.append(f"validation {history.validation[-1]:.3g}")
    said += [f"{name} {values[-1]:.3g}" for name, values in history.metrics.items() if values]
    return ", ".join(said)


def _is_terminal() -> bool:
    try:
        return bool(sys.stderr.isatty())
    except (AttributeError, ValueError):  # none, or closed
        return False


def _tqdm() -> Any:
    try:
        with warnings.catch_warnings():  # of a notebook without ipywidgets, which has a bar of text
            warnings.simplefilter("ignore")
            from tqdm import auto
    except ImportError:
        return None
    return auto.tqdm


def _bar(epochs: int, title: str, done: int) -> Any:
    tqdm = _tqdm()
    if tqdm is None:
        return None
    return tqdm(total=epochs, initial=done, desc=title, unit=" epochs", mininterval=0.1)


def _notebook_display() -> Any:
    """IPython's display where it can change what it has shown; else None."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    if running is None or not hasattr(running, "kernel"):
        return None
    from IPython.display import display

    return display
