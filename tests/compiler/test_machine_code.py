"""Where machine code is kept: never an error, never a leftover file or folder."""

import errno
import io
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="keeps what numba compiles")

from autograd.compiler.backends.numba import machine_code
from autograd.compiler.backends.numba.machine_code import (
    checked,
    folder,
    installed,
    read,
    signed,
    write,
)
from tests.sampling import spread

TEXT = "from numba import njit\n\n@njit\ndef double(x):\n    return x * factor\n"
HOMES = ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE")


def double(factor=2.0, name="double_2"):
    """A small function of numba's, whose code is kept."""
    space = {"factor": factor, "__name__": __name__}
    exec(TEXT, space)
    installed(space["double"], name, TEXT)
    return space["double"]


def hits(function):
    stats = function.stats
    return sum(stats.cache_hits.values()), sum(stats.cache_misses.values())


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder where it is kept: not made yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(machine_code, "_said", set())
    return tmp_path / "cache" / "chalkgrad"


def code_in(cache):
    (path,) = cache.glob("*.code")
    return path


def test_it_is_kept_and_found_again(cache, capsys):
    first = double()
    assert (first(3.0), hits(first)) == (6.0, (0, 1))
    assert cache.stat().st_mode & 0o077 == 0
    files = {path: path.read_bytes() for path in cache.iterdir()}
    assert sorted([path.suffix for path in files]) == [".code", ".py"]
    again = double()
    assert (again(3.0), hits(again)) == (6.0, (1, 0))
    assert again.stats.cache_path == str(cache)
    assert {path: path.read_bytes() for path in cache.iterdir()} == files
    assert capsys.readouterr() == ("", "")


def damaged(content, rng):
    """Content with something wrong, of every kind."""
    kind = rng.randrange(6)
    if kind == 0:
        return b""
    if kind == 1:
        return content[: rng.randrange(len(content))]
    if kind == 2:
        return rng.randbytes(rng.randrange(1, 2000))
    if kind == 3:
        k = rng.randrange(len(content))
        return content[:k] + bytes([content[k] ^ (1 << rng.randrange(8))]) + content[k + 1 :]
    if kind == 4:
        return content + rng.randbytes(rng.randrange(1, 9))
    k, n = rng.randrange(len(content)), rng.randrange(1, 99)
    return content[:k] + content[k + n :] if k + n < len(content) else content[:k]


@pytest.mark.parametrize("seed", spread(range(12), usual=12))
def test_what_is_damaged_is_compiled_again_and_said_in_a_line(cache, capsys, seed):
    double()(3.0)
    path = code_in(cache)
    content = path.read_bytes()
    path.write_bytes(damaged(content, random.Random(seed)))
    again = double()
    assert (again(3.0), hits(again)) == (6.0, (0, 1))
    assert capsys.readouterr().err == f"chalkgrad: {path} can't be used; it is compiled again.\n"
    assert read(path) and len([*cache.iterdir()]) == 2
    third = double()
    assert (third(3.0), hits(third)) == (6.0, (1, 0))


def test_no_damage_is_overlooked():
    rng = random.Random(5)
    content = signed(rng.randbytes(500))
    assert len(checked(content)) == 500
    for _ in range(10_000):
        with pytest.raises(ValueError, match="damaged"):
            checked(damaged(content, rng))


def test_what_is_whole_and_no_code_is_compiled_again(cache, capsys):
    double()(3.0)
    for content in (b"", b"no pickle", b"N."):
        write(code_in(cache), content)
        again = double()
        assert (again(3.0), hits(again)) == (6.0, (0, 1))
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": ""}, None),
        ({"HOME": "/"}, None),
        ({"HOME": "relative"}, None),
        ({"HOME": "", "XDG_CACHE_HOME": "", "LOCALAPPDATA": ""}, None),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": "relative"}, "/home/a/.cache/chalkgrad"),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": "/b"}, "/b/chalkgrad"),
        ({"HOME": "/home/a", "LOCALAPPDATA": "/c"}, "/c/chalkgrad"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="the paths of other systems")
def test_the_users_folder(environment, expected, monkeypatch):
    for name in HOMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert folder() == (expected and Path(expected))


def test_a_user_without_a_home_compiles_in_each_process(cache, monkeypatch, capsys, tmp_path):
    def home():
        raise RuntimeError("Could not determine home directory.")  # as pathlib says it

    monkeypatch.chdir(tmp_path)
    for name in HOMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", home)
    for _ in range(2):
        function = double()
        assert (function(3.0), hits(function)) == (6.0, (0, 1))
        assert function.stats.cache_path is None
    said = "chalkgrad: there is no home to keep machine code in; each process compiles it.\n"
    assert capsys.readouterr().err == said
    assert [*tmp_path.iterdir()] == []


FULL = OSError(errno.ENOSPC, "No space left on device")
READ_ONLY = OSError(errno.EROFS, "Read-only file system")


@pytest.mark.parametrize("error", [FULL, READ_ONLY], ids=["full", "read-only"])
@pytest.mark.parametrize("step", ["write_bytes", "replace", "mkdir"])
@pytest.mark.parametrize("there", [False, True])
def test_what_can_not_be_written_leaves_nothing(cache, monkeypatch, capsys, error, step, there):
    real = getattr(Path, step)

    def refuse(path, *args, **options):
        if there and step == "mkdir" and path.exists():
            return real(path, *args, **options)
        if step == "write_bytes":
            real(path, args[0][:100])  # the disk is full after some of it
        raise error

    if there:
        cache.mkdir(parents=True)
    monkeypatch.setattr(Path, step, refuse)
    function = double()
    assert (function(3.0), hits(function)) == (6.0, (0, 1))
    assert cache.exists() is there and cache.parent.exists() is there
    if there and step == "mkdir":
        assert len([*cache.iterdir()]) == 2
    else:
        line = f"chalkgrad: can't keep machine code in {cache}: {error.strerror}.\n"
        assert capsys.readouterr().err == line
        assert not there or [*cache.iterdir()] == []


def test_a_file_in_the_place_of_the_folder(cache, capsys):
    cache.parent.mkdir()
    cache.write_text("mine", encoding="utf-8")
    function = double()
    assert (function(3.0), hits(function)) == (6.0, (0, 1))
    assert cache.read_text(encoding="utf-8") == "mine"
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_in_the_place_of_the_file(cache, capsys):
    double()(3.0)
    path = code_in(cache)
    path.unlink()
    (path / "mine").mkdir(parents=True)
    function = double()
    assert (function(3.0), hits(function)) == (6.0, (0, 1))
    assert (path / "mine").exists() and not [*cache.glob("*.partial")]
    assert 1 <= capsys.readouterr().err.count("\n") <= 2


@pytest.mark.wide
@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_limit_on_the_size_of_files(tmp_path):
    code = """
import resource
from tests.compiler.test_machine_code import double
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
print(double()(3.0))
"""
    found = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "c")},
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    assert found.stdout == "6.0\n" and [*tmp_path.iterdir()] == []
    assert "can't keep machine code" in found.stderr and found.stderr.count("\n") == 1


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_is_told_what_takes_so_long(cache, monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    double()(3.0)
    double(3.0, "double_3")(3.0)
    assert screen.getvalue().count("\n") == 1 and "autograd warm" in screen.getvalue()
    machine_code._said.clear()
    double()(3.0)
    assert screen.getvalue().count("\n") == 1  # it is there, so nothing takes long


@pytest.mark.parametrize("broken", ["none", "closed"])
def test_without_a_standard_error(cache, monkeypatch, broken):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", None if broken == "none" else screen)
    monkeypatch.setattr(screen, "write", None)
    screen.write = lambda _: (_ for _ in ()).throw(ValueError("closed"))
    double()(3.0)
    code_in(cache).write_bytes(b"")
    assert double()(3.0) == 6.0


def test_numba_may_be_told_not_to_compile(cache):
    installed(len, "name", TEXT)
    assert not cache.exists()


# Several at once.


def test_six_threads_compile_once(cache):
    function, ready, results = double(), threading.Barrier(6), []

    def job():
        ready.wait(60)
        results.append(function(3.0))

    threads = [threading.Thread(target=job) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert results == [6.0] * 6 and hits(function) == (0, 1)


def test_threads_that_ask_for_the_interpreter_have_one():
    from autograd.compiler.backends.numba.interpreter import interpreter

    ready, found = threading.Barrier(6), []

    def job():
        ready.wait(60)
        found.append(interpreter())

    threads = [threading.Thread(target=job) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert len({id(module) for module in found}) == 1


PROCESS = """
import sys, time
from pathlib import Path
from tests.compiler.test_machine_code import double, hits
from autograd.compiler.backends.numba.machine_code import MachineCode
saving = MachineCode.save_overload
def slowly(self, *args):
    time.sleep(0.5)
    saving(self, *args)
MachineCode.save_overload = slowly
function = double()
print("ready", flush=True)
sys.stdin.readline()
print(function(3.0), *hits(function))
"""


@pytest.mark.wide
@pytest.mark.skipif(machine_code.fcntl is None, reason="the system has no such locks")
def test_of_several_processes_one_compiles_and_the_others_wait(tmp_path):
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    several = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in several:
        assert process.stdout.readline() == "ready\n"
    for process in several:
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [process.communicate(timeout=300) for process in several]
    assert sorted([out for out, _ in found]) == ["6.0 0 1\n", "6.0 1 0\n"]
    assert [err for _, err in found] == [""] * 2
    assert len([*(tmp_path / "cache" / "chalkgrad").iterdir()]) == 2


@pytest.mark.skipif(machine_code.fcntl is None, reason="the system has no such locks")
def test_nobody_waits_for_ever(cache, monkeypatch):
    """A process that hangs has the lock; after some time the others compile too."""
    monkeypatch.setattr(machine_code, "LONGEST_WAIT", 0.2)
    inside, done = threading.Event(), threading.Event()

    def hangs():
        with machine_code.alone(cache):
            inside.set()
            done.wait(60)

    thread = threading.Thread(target=hangs)
    thread.start()
    inside.wait(60)
    began = time.monotonic()
    try:
        assert double()(3.0) == 6.0
        assert time.monotonic() - began > 0.1
    finally:
        done.set()
        thread.join(60)


@pytest.mark.skipif(machine_code.fcntl is None, reason="the system has no such locks")
@pytest.mark.parametrize("what", ["no locks", "not to be written", "none"])
def test_where_there_are_no_locks_all_compile(cache, monkeypatch, what):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    if what == "no locks":
        monkeypatch.setattr(machine_code.fcntl, "flock", refuse)
    elif what == "none":
        monkeypatch.setattr(machine_code, "fcntl", None)
    else:
        monkeypatch.setattr(os, "access", lambda *_: False)
    assert double()(3.0) == 6.0 and len([*cache.iterdir()]) == 2


def test_a_lock_leaves_no_folder(cache):
    with machine_code.alone(cache):
        pass
    assert not cache.parent.exists()
    shutil.rmtree(cache, ignore_errors=True)
    with machine_code.alone(None):
        pass
