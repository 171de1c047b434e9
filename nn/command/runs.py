"""The folder of a run: what is in it, where it is written, and how it is read again."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

import autograd
from autograd.command.names import RefusedError
from nn.command.commands import CLASSES, NUMBERS
from nn.command.problems import Problem
from nn.data import Scaling
from nn.saving.file import write_whole

SETTINGS, MODEL, HISTORY = "run.json", "model.npz", "history.csv"
PLOTS = ("loss.png", "boundary.png", "curve.png")
FILES = (SETTINGS, MODEL, HISTORY, *PLOTS)
FORMAT = 1


class Settings(NamedTuple):
    """What run.json has: how the run was trained, and what its numbers stand for.

    Attributes:
        train: the words after ``python -m nn train``.
        digest: of the examples.
        loss, inputs, target, classes, scaling, target_scaling: see Problem.
    """

    train: list[str]
    digest: str
    loss: str
    inputs: list[str]
    target: str
    classes: list[str] | None
    scaling: Scaling | None
    target_scaling: Scaling | None

    @classmethod
    def of(cls, words: list[str], problem: Problem) -> Settings:
        """Those of a run that begins."""
        _, _, inputs, target, classes = problem.examples
        scalings = (problem.scaling, problem.target_scaling)
        return cls(words, problem.digest(), problem.task.loss, inputs, target, classes, *scalings)

    def write(self, folder: Path) -> None:
        """Put run.json into the folder."""
        found: dict[str, Any] = {"chalkgrad": autograd.__version__, "format": FORMAT}
        for key, value in self._asdict().items():
            found[key] = value._asdict() if isinstance(value, Scaling) else value
        found["train"] = shlex.join(self.train)
        text = json.dumps(found, indent=2, ensure_ascii=False)
        put(folder / SETTINGS, f"{text}\n".encode("utf-8", "surrogatepass"))


def settings_in(run: str) -> tuple[Path, Settings]:
    """The folder of a run, and its settings.

    Raises:
        RefusedError: when it is no run, or its run.json is damaged.
        OSError: when it can't be read.
    """
    if not run or "\0" in run:
        raise RefusedError("this is no path of a folder", run)
    folder = Path(run)
    for name in (SETTINGS, MODEL):
        if not (folder / name).is_file():
            raise RefusedError(f"this is no folder of a run: it has no {name}", run)
    try:
        text = (folder / SETTINGS).read_bytes().decode("utf-8", "surrogatepass")
        return folder, _settings(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        raise RefusedError(f"its {SETTINGS} is damaged ({said}); train anew", run) from None


def _settings(found: Any) -> Settings:
    if found["format"] != FORMAT:
        raise ValueError(f"format {FORMAT} is read, not {found['format']!r:.20}")
    inputs = _texts(found["inputs"])
    train, digest, loss, target = _texts(
        [found[key] for key in ("train", "digest", "loss", "target")]
    )
    classes = None if found["classes"] is None else _texts(found["classes"])
    if loss not in (NUMBERS if classes is None else CLASSES + NUMBERS) or (
        classes is not None and (len(classes) < 2 or (loss != CLASSES[0] and len(classes) > 2))
    ):
        raise ValueError(f"{loss!r:.40} is no loss for its target")
    return Settings(
        train=shlex.split(train),
        digest=digest,
        loss=loss,
        inputs=inputs,
        target=target,
        classes=classes,
        scaling=_scaling(found["scaling"], len(inputs)),
        target_scaling=_scaling(found["target_scaling"], 1),
    )


def _texts(found: Any) -> list[str]:
    if not (isinstance(found, list) and all([isinstance(text, str) for text in found])):
        raise TypeError("no list of texts")
    return found


def _scaling(found: Any, n: int) -> Scaling | None:
    if found is None:
        return None
    for numbers in (found["means"], found["deviations"]):
        if not (isinstance(numbers, list) and len(numbers) == n):
            raise TypeError(f"no list of {n} numbers")
        if not all([type(x) is float and abs(x) < float("inf") for x in numbers]):
            raise TypeError("no finite number")
    if not all([x > 0.0 for x in found["deviations"]]):
        raise ValueError("a deviation that is not positive")
    return Scaling(found["means"], found["deviations"])


def place_for(out: str, *, force: bool) -> tuple[Path, Path]:
    """Where a run is to be, and where it is trained.

    Both are the same, but where there is a run that is to be written over: that stays until the new
    one, beside it, is done.

    Raises:
        RefusedError: when there is a run and no ``--force``, or something that is no run.
    """
    if not out or "\0" in out:
        raise RefusedError("this is no path of a folder", out)
    real = Path(os.path.realpath(out))
    files = _files(real, out)
    if MODEL not in files:
        if SETTINGS in files and not force:
            raise RefusedError("a training has begun there; if it was killed, take --force", out)
        return real, real
    if not force:
        raise RefusedError("there is a run: resume it, or write over it by --force", out)
    new = real.with_name(f"{real.name}.new")
    if new.exists():
        raise RefusedError(
            f"{new.name} is in the way, perhaps of a training that was killed: move it away", out
        )
    return real, new


def _files(folder: Path, shown: str) -> list[str]:
    """What is in a folder; refused if that is not of a run."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise RefusedError("there is a file of this name; --out is a folder", shown)
    names = sorted([entry.name for entry in folder.iterdir()])
    others = [name for name in names if name not in FILES and not name.endswith(".partial")]
    if others:
        raise RefusedError(
            f"there are other files, such as {others[0]!r:.60}; take a folder that is empty or new",
            shown,
        )
    return names


def replace(real: Path, new: Path) -> None:
    """Put a run that is done in the place of the one before."""
    if new != real:
        old = real.with_name(f".{real.name}.{token_hex(8)}.old")
        real.rename(old)
        new.rename(real)
        shutil.rmtree(old)


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    write_whole(str(path), content)
