"""Machine code that is kept, in whatever state the folder is: damaged, gone, full, in the way.

What numba compiles is stood for by a number, so that ten thousand folders can be tried; the tests
with real machine code are in test_machine_code.py.
"""

import errno
import pickle
import random
from pathlib import Path

import pytest

from autograd.compiler.backends.numba import machine_code
from autograd.compiler.backends.numba.machine_code import MachineCode, alone
from tests.compiler.test_machine_code import damaged
from tests.sampling import spread

pytest.importorskip("numba")
VALUE = 6.0
ERRORS = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EROFS, "Read-only file system"),
    OSError(errno.EACCES, "Permission denied"),
]


class Processor:
    """What numba calls a codegen."""

    def magic_tuple(self):
        return ("some", "processor")


class Target:
    """For what numba compiles."""

    def refresh(self):
        pass

    def codegen(self):
        return Processor()


class Compiled:
    """What numba compiled."""

    codegen = Processor()

    def _reduce(self):
        return (VALUE,)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for the code; what is rebuilt is the number."""
    from numba.core.compiler import CompileResult

    monkeypatch.setattr(CompileResult, "_rebuild", staticmethod(lambda target, *found: found[0]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(machine_code, "_said", set())
    return tmp_path / "cache" / "chalkgrad"


def used(signature):
    """As numba does it: look for the code, else compile and keep it. Whether it was there."""
    code = MachineCode("name.f", "name", "the source")
    found = code.load_overload(signature, Target())
    assert found in (None, VALUE)
    if found is None:
        code.save_overload(signature, Compiled())
    return found is not None


def kept(place):
    return sorted(place.glob("*.code")) if place.is_dir() else []


def remove(path):
    if path.is_dir():
        for inside in path.iterdir():
            remove(inside)
        path.rmdir()
    elif path.exists():
        path.unlink()


def change(rng, place):
    """Something happens to the folder, or nothing."""
    kind, codes = rng.randrange(9), kept(place)
    if kind == 0:
        remove(place)
    elif kind == 1:
        remove(place.parent)
    elif kind == 2:
        remove(place)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"mine")
    elif kind == 3 and codes:
        code = rng.choice(codes)
        remove(code)
        code.mkdir()
        (code / "mine").write_bytes(b"mine")
    elif kind == 4 and codes:
        remove(rng.choice(codes))
    elif kind == 5 and place.is_dir():
        remove(place / "name.py")
    elif kind > 5 and codes:
        code = rng.choice(codes)
        if code.is_file() and len(content := code.read_bytes()) > 1:
            code.write_bytes(damaged(content, rng))


def is_empty(place):
    return place.is_dir() and not [*place.iterdir()]


def is_whole(code):
    try:
        return code.is_file() and pickle.loads(machine_code.read(code)) == (VALUE,)
    except ValueError:
        return False


def refusing(monkeypatch, rng):
    """From now on the disk is full, or not to be written."""
    step, error = rng.choice(["write_bytes", "replace", "mkdir"]), rng.choice(ERRORS)
    real = getattr(Path, step)

    def refuse(path, *args, **options):
        if step == "mkdir" and path.exists():
            return real(path, *args, **options)
        if step == "write_bytes":
            real(path, args[0][: rng.randrange(len(args[0]))])
        raise error

    monkeypatch.setattr(Path, step, refuse)


def one_case(seed, place, monkeypatch):
    rng = random.Random(seed)
    remove(place.parent)
    for _ in range(rng.randrange(1, 6)):
        change(rng, place)
        signature = rng.choice(["float64", "int64"])
        was_empty = is_empty(place)
        before = {code for code in kept(place) if is_whole(code)}
        with monkeypatch.context() as patch:
            full = rng.random() < 0.3
            if full:
                refusing(patch, rng)
            was_there = used(signature)
        after = {code for code in kept(place) if is_whole(code)}
        assert before <= after
        if was_there:
            assert before == after
        elif not full and place.is_dir() and all(code.is_file() for code in kept(place)):
            assert len(after) == len(before) + 1
            assert used(signature)
        assert not place.is_dir() or not [*place.glob("*.partial")]
        assert was_empty or not is_empty(place)  # what was made for nothing is gone
        with alone(place):  # nobody has the lock
            pass


@pytest.mark.parametrize("block", spread(range(0, 10_000, 100), usual=100, wide=25))
def test_no_state_of_the_folder_is_an_error(place, monkeypatch, block, capsys):
    monkeypatch.setattr(machine_code, "LONGEST_WAIT", 5.0)
    for seed in range(block, block + 100):
        try:
            one_case(seed, place, monkeypatch)
        except Exception as error:  # noqa: PERF203
            raise AssertionError(f"seed {seed}") from error
    said = capsys.readouterr().err.splitlines()
    assert said and len(said) == len({*said})  # each line once
    assert all(line.startswith("chalkgrad: ") for line in said)
