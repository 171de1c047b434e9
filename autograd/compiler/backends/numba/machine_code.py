"""Machine code that is kept for other processes: whole files, or none.

numba keeps code too, but raises where a file of it is damaged or can't be written. Here a file
begins with a checksum of the rest: what is damaged is compiled again, and what can't be kept is
compiled in each process. Both are said in one line. Of several processes one compiles, and the
others wait for what it keeps.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LONGEST_WAIT = 120.0  # seconds for another process to compile; then this one does
CHECKSUM = hashlib.sha256().digest_size
_said: set[str] = set()


def say(line: str) -> None:
    """One line to whoever watches, once in a process."""
    if line not in _said and sys.stderr is not None:
        _said.add(line)
        with contextlib.suppress(OSError, ValueError):  # it is closed
            sys.stderr.write(f"chalkgrad: {line}\n")
            sys.stderr.flush()


def folder() -> Path | None:
    """The user's cache folder, or None where there is none, for a user without a home."""
    given = [os.environ.get(name, "") for name in ("XDG_CACHE_HOME", "LOCALAPPDATA")]
    for path in filter(os.path.isabs, given):  # "all paths must be absolute", says XDG
        return Path(path) / "chalkgrad"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_absolute() or home == Path(home.anchor):  # HOME is empty: it became "/"
        return None
    return home / ".cache" / "chalkgrad"


def installed(function: Any, name: str, text: str) -> None:
    """Let a function of numba's keep its machine code here.

    Args:
        function: what ``njit`` gave.
        name: of the files: it stands for all that the code depends on, but for the processor.
        text: the source, which is kept beside the code for debuggers.
    """
    if hasattr(function, "overloads"):  # it hasn't where NUMBA_DISABLE_JIT is set
        function._cache = MachineCode(f"{name}.{function.py_func.__name__}", name, text)  # noqa: SLF001


class MachineCode:
    """What numba asks for machine code before it compiles, and gives it when it has."""

    def __init__(self, name: str, source_name: str, text: str) -> None:
        self._name, self._source_name, self._text = name, source_name, text
        self._lock = contextlib.ExitStack()
        self.folder = folder()

    @property
    def cache_path(self) -> str | None:
        """Where it is kept, by numba's name for it."""
        return None if self.folder is None else str(self.folder)

    def flush(self) -> None:
        """Nothing: a file is replaced when it is stale."""

    disable = enable = flush

    def load_overload(self, signature: Any, target: Any) -> Any:
        """The function for this signature, or None: then numba compiles it and saves it."""
        target.refresh()
        path = self._path(signature, target.codegen())
        found = self._loaded(path, target)
        if found is None:
            self._lock.enter_context(alone(self.folder))
            found = self._loaded(path, target)  # another process may have compiled it meanwhile
            if found is not None:
                self._lock.close()
        if found is None and sys.stderr is not None and sys.stderr.isatty():
            say(
                "numba compiles the interpreter for this computer, once; that takes about 10 s. "
                "(Ahead of time: python -m autograd warm)"
            )
        return found

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled."""
        from numba.core import serialize

        numbas: Any = serialize
        with self._lock:
            path = self._path(signature, compiled.codegen)
            if path is None:
                say("there is no home to keep machine code in; each process compiles it.")
                return
            try:
                write(path, numbas.dumps(compiled._reduce()))  # noqa: SLF001
                write_whole(path.with_name(f"{self._source_name}.py"), self._text.encode())
            except OSError as error:
                say(f"can't keep machine code in {path.parent}: {error.strerror}.")

    def _path(self, signature: Any, codegen: Any) -> Path | None:
        if self.folder is None:
            return None
        key = hashlib.sha256(f"{signature} {codegen.magic_tuple()}".encode()).hexdigest()[:16]
        return self.folder / f"{self._name}.{key}.code"

    def _loaded(self, path: Path | None, target: Any) -> Any:
        from numba.core import compiler

        numbas: Any = compiler
        try:
            if path is not None and path.exists():
                reduced = pickle.loads(read(path))  # noqa: S301 - the user's own, written here
                return numbas.CompileResult._rebuild(target, *reduced)  # noqa: SLF001
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is made anew
            say(f"{path} can't be used; it is compiled again.")
        return None


def read(path: Path) -> bytes:
    """What was written.

    Raises:
        ValueError: when it is not that.
    """
    return checked(path.read_bytes())


def checked(content: bytes) -> bytes:
    """What the checksum stands for, that a file begins with."""
    found = content[CHECKSUM:]
    if hashlib.sha256(found).digest() != content[:CHECKSUM]:
        raise ValueError("damaged")
    return found


def signed(content: bytes) -> bytes:
    """It, after its checksum."""
    return hashlib.sha256(content).digest() + content


def write(path: Path, content: bytes) -> None:
    """Write it with its checksum."""
    write_whole(path, signed(content))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a folder that was made for it is left only with it."""
    with _there(path.parent):
        partial = path.with_name(f"{uuid.uuid4().hex}.partial")
        try:
            partial.write_bytes(content)
            partial.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink()
            raise


@contextlib.contextmanager
def _there(place: Path) -> Iterator[None]:
    """A folder, and those that it is in: what had to be made and stays empty goes again."""
    missing = [folder for folder in (place, *place.parents) if not folder.exists()]
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    finally:
        with contextlib.suppress(OSError):  # it is not empty
            for made in missing:
                made.rmdir()


@contextlib.contextmanager
def alone(place: Path | None) -> Iterator[None]:
    """Only one process at a time, where the system has such locks and the folder can be written."""
    if fcntl is None or place is None:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_there(place))
            handle = os.open(place, os.O_RDONLY)
            stack.callback(os.close, handle)
            wanted = os.access(place, os.W_OK)  # else nobody keeps what the others wait for
        except OSError:
            wanted = False
        end = time.monotonic() + LONGEST_WAIT
        while wanted and time.monotonic() < end:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stack.callback(fcntl.flock, handle, fcntl.LOCK_UN)  # also of processes forked since
                break
            except BlockingIOError:
                time.sleep(0.05)
            except OSError:  # this file system has no locks
                break
        yield
