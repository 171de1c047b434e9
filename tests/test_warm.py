"""python -m autograd warm: what it says, with a stand-in for what numba compiles."""

from types import SimpleNamespace

import pytest

from autograd.command import warming
from autograd.command.warming import REFUSED, warm


class Lines:
    """A terminal that keeps what is said."""

    def __init__(self):
        self.said = []

    def say(self, line):
        self.said.append(line)

    def styled(self, text, *styles):
        return text


@pytest.fixture
def warmed(monkeypatch):
    """``warmed(folder, misses)``: the exit code, and what was said on both ways."""

    def run(folder, misses):
        calls = []

        def compile(f, **options):
            return lambda x: calls.append((options, x))

        stats = SimpleNamespace(
            cache_path=folder and str(folder), cache_misses={"a": misses} if misses else {}
        )
        both = SimpleNamespace(stats=stats)
        module = SimpleNamespace(__name__="interpreter_1", run_scalars=both, run_lanes=both)
        found = SimpleNamespace(interpreter=lambda: module)
        monkeypatch.setattr(warming, "compiler", SimpleNamespace(compile=compile))
        monkeypatch.setattr(warming, "importlib", SimpleNamespace(import_module=lambda _: found))
        out, notes = Lines(), Lines()
        code = warm(SimpleNamespace(), out, notes)
        assert calls == [
            ({"backend": "numba"}, 2.0),
            ({"backend": "numba", "in_axes": 0}, [2.0, 3.0]),
        ]
        return code, out.said, notes.said

    return run


@pytest.mark.parametrize(("misses", "when"), [(0, "already"), (2, "now, after ")])
def test_machine_code_that_is_kept(warmed, tmp_path, misses, when):
    for name in ("interpreter_1.run_scalars.1.code", "interpreter_1.run_lanes.1.code"):
        (tmp_path / name).write_bytes(b"code")
    code, (line,), notes = warmed(tmp_path, misses)
    assert (code, notes) == (0, [])
    assert f"is machine code {when}" in line and line.endswith(f": {tmp_path}")


def test_machine_code_that_can_not_be_kept(warmed, tmp_path):
    (tmp_path / "interpreter_1.run_lanes.1.code").write_bytes(b"code")
    (tmp_path / "interpreter_2.run_scalars.1.code").write_bytes(b"another version's")
    code, out, (line,) = warmed(tmp_path, 1)
    assert (code, out) == (REFUSED, [])
    assert line == (
        f"refused: the machine code can't be kept in {tmp_path}, so each process has to compile it"
    )


def test_a_user_without_a_home(warmed):
    code, out, (line,) = warmed(None, 1)
    assert (code, out) == (REFUSED, []) and "can't be kept in a home" in line
