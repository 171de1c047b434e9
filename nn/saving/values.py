"""Plain data as JSON and arrays, and back: equal to the bit, and of the same types.

JSON has no nan, no tuples, no keys that are numbers. Such things stand in it as a dict with the key
"$" that says what they are. Lists of floats stand in one array, one after the other.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from typing import Any

from autograd import ArgumentError

DEPTH = 64
_MARK = "$"
_KINDS = "biufcUSmM"  # kinds of arrays that read the same everywhere
_ALLOWED = "None, bool, int, float, str, lists, tuples, dicts and NumPy's arrays and numbers"


def packed(tree: Any) -> tuple[str, list[Any]]:
    """The text, and the arrays that it refers to, the first of them all lists of floats.

    Raises:
        ArgumentError: for anything that is not plain data; it says where it is.
    """
    import numpy as np

    floats: list[float] = []
    arrays: list[Any] = [None]
    plain = _plain(tree, [], floats, arrays)
    arrays[0] = np.array(floats, dtype="<f8")
    text = json.dumps(plain, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text, arrays


def unpacked(text: str, arrays: list[Any]) -> Any:
    """What was packed; raises some error when this is nothing that :func:`packed` gives."""
    first, *others = arrays
    if first.dtype.str != "<f8" or first.ndim != 1:
        raise ValueError("no floats")
    floats, rest = iter(first.tolist()), iter(others)
    tree = _whole(json.loads(text, parse_constant=_refused), floats, rest)
    if [*floats] or [*rest]:
        raise ValueError("more arrays than the text refers to")
    return tree


def _plain(x: Any, path: list[str], floats: list[float], arrays: list[Any]) -> Any:
    if len(path) > DEPTH:
        raise ArgumentError(
            f"nn.save: {_shown(path[:3])} is nested more than {DEPTH} deep, or holds itself."
        )
    kind = type(x)
    if x is None or kind is bool or kind is str:
        return x
    if kind is int:
        if x.bit_length() > 8192:  # Python reads no longer numbers from a text
            raise ArgumentError(f"nn.save: {_shown(path)} has more than 8192 bits.")
        return x
    if kind is float:
        return x if math.isfinite(x) else {_MARK: "float", "bits": struct.pack(">d", x).hex()}
    if kind is list:
        kinds = {*map(type, x)}  # long lists of one kind at once: a model has many parameters
        if kinds == {float} and len(x) > 3:
            floats += x
            return {_MARK: "floats", "n": len(x)}
        if kinds == {str} or (kinds == {int} and max(map(abs, x)) < 2**63):
            return x
        return _plain_parts(x, path, floats, arrays)
    if kind is tuple:
        return {_MARK: "tuple", "of": _plain_parts(x, path, floats, arrays)}
    if kind is dict:
        return _plain_dict(x, path, floats, arrays)
    return _plain_array(x, path, arrays)


def _plain_parts(xs: Any, path: list[str], floats: list[float], arrays: list[Any]) -> list[Any]:
    return [_plain(part, [*path, str(k)], floats, arrays) for k, part in enumerate(xs)]


def _plain_dict(x: Any, path: list[str], floats: list[float], arrays: list[Any]) -> Any:
    for key in x:
        if type(key) is not str and type(key) is not int:
            raise ArgumentError(f"nn.save: {_shown(path)} has the key {key!r}; use texts.")
    if _MARK not in x and all([type(key) is str for key in x]):
        return {key: _plain(part, [*path, key], floats, arrays) for key, part in x.items()}
    pairs = [[key, _plain(part, [*path, str(key)], floats, arrays)] for key, part in x.items()]
    return {_MARK: "dict", "of": pairs}


def _plain_array(x: Any, path: list[str], arrays: list[Any]) -> Any:
    import numpy as np

    if type(x) is not np.ndarray and not isinstance(x, np.generic):
        raise ArgumentError(
            f"nn.save: {_shown(path)} is a {type(x).__name__}; can be saved: {_ALLOWED}."
        )
    dtype = x.dtype
    if dtype.kind not in _KINDS or dtype.char in "gG" or not dtype.itemsize:
        raise ArgumentError(
            f"nn.save: {_shown(path)} is of NumPy's type {dtype}, which can't be read on every "
            "machine; convert it, as by .astype(float)."
        )
    arrays.append(np.asarray(x).astype(dtype.str) if dtype.metadata else np.asarray(x))
    return {_MARK: "array" if type(x) is np.ndarray else "number"}


def _whole(x: Any, floats: Iterator[float], arrays: Iterator[Any], depth: int = 0) -> Any:
    if depth > 2 * DEPTH + 4:
        raise ValueError("nested too deep")
    if isinstance(x, list):
        return [_whole(part, floats, arrays, depth + 1) for part in x]
    if not isinstance(x, dict):
        return x
    if _MARK not in x:
        return {key: _whole(part, floats, arrays, depth + 1) for key, part in x.items()}
    kind = x.pop(_MARK)
    if kind == "float":
        return struct.unpack(">d", bytes.fromhex(x["bits"]))[0]
    if kind == "floats":
        return [next(floats) for _ in range(x["n"])]  # a StopIteration ends it: see below
    if kind == "tuple":
        return tuple([_whole(part, floats, arrays, depth + 1) for part in x["of"]])
    if kind == "dict":
        return {key: _whole(part, floats, arrays, depth + 1) for key, part in x["of"]}
    array = next(arrays)
    if kind == "number" and not array.ndim:
        return array[()]
    if kind != "array":
        raise ValueError(f"no {kind}")
    return array


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _shown(path: list[str]) -> str:
    """A path for people: what the tree's own keys are is not theirs."""
    head, *rest = path or ["what is saved"]
    return head + "".join([f"[{part if part.isdecimal() else repr(part)}]" for part in rest])
