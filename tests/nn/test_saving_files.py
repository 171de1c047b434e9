"""The files of nn.save: damaged, foreign or forged ones are refused; a whole one is always there."""

import errno
import hashlib
import io
import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import ArgumentError
from nn.saving import architecture, file, state, values
from tests.sampling import spread

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals, modes and limits are of POSIX")


def small(seed=0):
    model = nn.MLP(1, [1], "tanh", seed=seed)
    sgd = nn.SGD(model.parameters(), lr=0.5, momentum=0.5)
    model([1.0])[0].backward()
    sgd.step()
    return model, sgd


def everything(model, sgd):
    return repr((model.state_dict(), sgd.state_dict(), [m.training for m in model.modules()]))


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "small.npz"
    nn.save(path, *small(), training={"losses": [0.5, 0.25, 0.125, 2.0], "a": np.arange(3.0)})
    return path


def refused(path, words="Nothing was changed"):
    model, sgd = small(seed=1)
    before = everything(model, sgd)
    with pytest.raises(ArgumentError, match=words) as caught:
        nn.load(path, model, sgd)
    text = str(caught.value)
    assert "\n" not in text and repr(str(path)) in text and "Nothing was changed; " in text
    assert everything(model, sgd) == before
    with pytest.raises(ArgumentError, match="Nothing was changed"):
        nn.load(path)


def test_numpy_reads_the_file_and_equal_content_has_equal_bytes(saved, tmp_path):
    with np.load(saved, allow_pickle=False) as found:
        assert found.files == ["chalkgrad", "floats", "array_1", "array_2"]
        told = json.loads(found["chalkgrad"].tobytes())
        assert found["array_1"].tolist() == [*small()[0].state_dict().values()]
    assert told["format"] == 1 and told["architecture"]["class"] == "MLP"
    nn.save(
        tmp_path / "b", *small(), training={"losses": [0.5, 0.25, 0.125, 2.0], "a": np.arange(3.0)}
    )
    assert (tmp_path / "b").read_bytes() == saved.read_bytes()
    assert zipfile.ZipFile(saved).testzip() is None
    assert {info.date_time for info in zipfile.ZipFile(saved).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def flipped(path, step):
    content, draw = path.read_bytes(), random.Random(0)
    with path.open("r+b", buffering=0) as handle:
        for k in range(0, len(content), step):
            for byte in (content[k] ^ draw.randrange(1, 256), content[k]):
                handle.seek(k)
                handle.write(bytes([byte]))
                if byte != content[k]:
                    with pytest.raises(
                        ArgumentError, match=r"(damaged|not written by nn\.save).* Nothing"
                    ):
                        nn.load(path)
    assert nn.load(path).training["losses"] == [0.5, 0.25, 0.125, 2.0]


def test_a_flipped_byte_is_refused(saved):
    flipped(saved, 11)


@pytest.mark.wide
def test_a_flipped_byte_anywhere_is_refused(saved):
    flipped(saved, 1)


def cut(path, step):
    content = path.read_bytes()
    for k in range(len(content) - 1, -1, -step):
        os.truncate(path, k)
        with pytest.raises(ArgumentError, match=r"is damaged or cut short.*its sum is wrong"):
            nn.load(path)
    path.write_bytes(content + b"\0")
    refused(path, "its sum is wrong")


def test_a_file_cut_short_is_refused(saved):
    cut(saved, 11)


@pytest.mark.wide
def test_a_file_cut_short_anywhere_is_refused(saved):
    cut(saved, 1)


def summed(content):
    """The same with the right sum: what only someone who knows the format can make."""
    content = content[:-64]
    return bytes(content) + hashlib.sha256(content).hexdigest().encode()


def taken_or_refused(path):
    """Taken, and fit to train on; or refused with everything as it was: then the reason."""
    model, sgd = small(seed=1)
    before = everything(model, sgd)
    reasons = []
    for args in ((), (model, sgd)):
        try:
            found = nn.load(path, *args)
        except ArgumentError as error:
            reasons.append(str(error))
            assert "Nothing was changed" in reasons[-1] and "\n" not in reasons[-1]
            assert everything(model, sgd) == before
            continue
        found.model([1.0])
        if found.optimizer is not None:
            found.optimizer.step()
    return reasons


def forged(path, content, k, flip):
    bad = bytearray(content)
    bad[k] ^= flip
    path.write_bytes(summed(bad))
    return taken_or_refused(path)


@pytest.mark.parametrize("step", [101, *spread([7, 1])])
def test_forged_bytes_are_refused_or_harmless(saved, step):
    content, draw = saved.read_bytes(), random.Random(0)
    for k in range(0, len(content) - 64, step):
        forged(saved, content, k, draw.randrange(1, 256))


def tree_of(path):
    text, arrays = file.read(str(path))
    return values.unpacked(text, arrays)


def put(path, tree):
    path.write_bytes(file.written(*values.packed(tree)))


WRONG = (None, -1, 10**9, "tanh", [], {}, [[1]], {"class": "os.system"}, float("nan"), True)


@pytest.mark.parametrize("step", [29, *spread([3, 1])])
def test_a_forged_text_is_refused_wherever_it_is_wrong(saved, step):
    """Every part of the text is replaced by things of other types and sizes."""
    spots = [[]]
    for at in spots:  # which grows
        x = tree_of_small()
        for key in at:
            x = x[key]
        keys = [*x] if isinstance(x, dict) else range(len(x)) if isinstance(x, list) else ()
        spots += [[*at, key] for key in keys if [*at, key] != ["training"]]
    reasons = set()
    for at, wrong in [(at, wrong) for at in spots[1:] for wrong in WRONG][::step]:
        owner = tree = tree_of_small()
        for key in at[:-1]:
            owner = owner[key]
        owner[at[-1]] = wrong
        put(saved, tree)
        reasons |= {*taken_or_refused(saved)}
    assert len(reasons) > 5


def test_other_versions_are_told(saved):
    tree = tree_of(saved)
    tree.update(format=2, chalkgrad="9.0")
    put(saved, tree)
    refused(
        saved, r"written by chalkgrad 9\.0 in format 2, and chalkgrad .* reads format 1.*; update"
    )
    for version in (None, "1", True, 1.0):
        tree.update(format=version)
        put(saved, tree)
        refused(saved, "has other content than nn.save writes")
    saved.write_bytes(file.written("[" * 5000 + "]" * 5000, values.packed({})[1]))
    refused(saved, "has other content")
    for text in ("NaN", '{"$": "floats", "n": 1000000000000}', '{"$": "array"}', '{"$": "number"}',
                 '{"$": "float", "bits": "zz"}', "[" * 200 + "]" * 200, '{"$": "exec"}', "3", "{", '{"$": "tuple"}'):  # fmt: skip
        saved.write_bytes(file.written(text, [np.zeros(0)]))
        refused(saved, "has other content")
    for arrays in (
        [np.zeros(2)],
        [np.zeros((0, 2))],
        [np.zeros(0, "<f4")],
        [np.zeros(0), np.zeros(2)],
    ):
        saved.write_bytes(file.written('{"format": 1, "chalkgrad": "0"}', arrays))
        refused(saved, "has other content")
    tree = tree_of_small()
    put(saved, tree)
    nn.load(saved)
    del tree["optimizer"]["state"]["param_groups"][0]["lr"]
    put(saved, tree)
    refused(saved, "can't be used: SGD: load_state_dict: missing: lr")


def tree_of_small():
    model, sgd = small()
    return {
        "format": 1, "chalkgrad": "0.1.0", "architecture": architecture.described(model),
        "model": state.of_model(model), "optimizer": state.of_optimizer(sgd, model),
        "schedule": None, "training": None,
    }  # fmt: skip


def test_a_forged_schedule_and_memory_are_refused(saved):
    tree = tree_of_small()
    tree["schedule"] = {
        "rule": "StepLR",
        "custom": False,
        "options": {"step_size": 2, "gamma": 0.5},
        "state": {},
    }
    put(saved, tree)
    with pytest.raises(ArgumentError, match="last_epoch is None"):
        nn.load(saved)
    tree["schedule"]["state"] = {"last_epoch": 1}
    put(saved, tree)
    with pytest.raises(ArgumentError, match="no first rate for the schedule"):
        nn.load(saved)
    tree = tree_of_small()
    tree["optimizer"]["state"]["param_groups"][0]["params"] = [0, 0]
    put(saved, tree)
    refused(saved, "groups are not of all its parameters")
    tree = tree_of_small()
    tree["optimizer"]["state"]["state"]["columns"]["momentum_buffer"][1][0] = [1.0]
    put(saved, tree)
    refused(saved, "what the optimizer remembers are no numbers")
    tree = tree_of_small()
    tree["model"]["training"] = ["layers.7"]
    put(saved, tree)
    refused(saved, r"there is no module 'layers\.7'")
    tree["model"]["numbers"] = tree["model"]["numbers"].astype("<f4")
    tree["model"]["training"] = []
    put(saved, tree)
    refused(saved, "the numbers of the parameters are of another kind")
    tree = tree_of_small()
    tree["architecture"] = {"class": "\n\x1b[31m\u202e" + "x" * 9999, "custom": True, "modules": {}}
    put(saved, tree)
    refused(saved, r"has +.31m +xxxx")
    with pytest.raises(ArgumentError) as caught:
        nn.load(saved)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 1500
    tree = tree_of_small()
    tree["architecture"]["class"] = "Popen"
    put(saved, tree)
    refused(saved, "other content|has Popen")
    tree = tree_of_small()
    tree["architecture"]["nouts"] = [10**9, 10**9]
    tree["architecture"]["activation"] *= 2
    put(saved, tree)
    refused(saved, "other|has MLP")


def test_foreign_files_are_refused(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, w=np.zeros(3))
    numpys = path.read_bytes()
    pickled = io.BytesIO()
    np.savez(pickled, chalkgrad=np.array([print], dtype=object))
    for content in (b"hello", b"P", b"PK\x05\x06" + bytes(18), numpys, bytes(5000), b"\x93NUMPY"):
        path.write_bytes(content)
        refused(path, r"was not written by nn\.save|its sum is wrong")
    path.write_bytes(b"")
    refused(path, "damaged or cut short")
    path.write_bytes(pickled.getvalue())
    refused(path, "Nothing was changed")


def members(path, change=None, names=None, **options):
    """The file anew by zipfile, with the right sum at its end."""
    with zipfile.ZipFile(path) as archive:
        found = [(info.filename, archive.read(info)) for info in archive.infolist()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        archive.comment = b"chalkgrad nn.save sha256 " + bytes(64)
        for k, (name, content) in enumerate(found):
            info = zipfile.ZipInfo((names or {}).get(k, name))
            info.compress_type = archive.compression if k else zipfile.ZIP_STORED
            if change is not None:
                content = change(k, info, content)
            archive.writestr(info, content)
    path.write_bytes(summed(out.getvalue()))


def test_forged_archives_are_refused(saved):
    good = saved.read_bytes()
    members(saved)
    nn.load(saved)  # the same by other hands is as good

    def npy(header, body=b""):
        text = repr(header).encode().ljust(118) if isinstance(header, dict) else header
        return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body

    huge = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    objects = {"descr": "|O", "fortran_order": False, "shape": (1,)}
    below = {"descr": "<f8", "fortran_order": False, "shape": (-1, -1)}

    def second(content):
        return lambda k, info, old: content if k == 1 else old

    def extra(k, info, content):
        info.extra = b"\x01\x00\x00\x00"
        return content

    def noted(k, info, content):
        info.comment = b"x"
        return content

    for change, options in (
        (second(npy(huge, bytes(8))), {}),
        (second(npy(objects, bytes(8))), {}),
        (second(npy(below, bytes(8))), {}),
        (second(npy(b"__import__('os').abort()")), {}),
        (second(npy(huge)[:9]), {}),
        (second(b"\x93NUMPY\x02\x00" + bytes(20)), {}),
        (second(b""), {}),
        (extra, {}),
        (noted, {}),
        (None, {"compression": zipfile.ZIP_DEFLATED}),
        (second(bytes(10**7)), {"compression": zipfile.ZIP_DEFLATED}),
        (None, {"names": {1: "../floats.npy"}}),
        (None, {"names": {1: "/etc/floats.npy"}}),
        (None, {"names": {2: "array_2.npy", 3: "array_1.npy"}}),
        (None, {"names": {1: "Floats.npy"}}),
        (lambda k, info, old: npy(huge | {"shape": (1,)}, bytes(8)) if k == 0 else old, {}),
    ):
        saved.write_bytes(good)
        members(saved, change, **options)
        refused(saved, "Nothing was changed")
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        places = [info.header_offset for info in archive.infolist()]
    # the second member of the directory shows to the first one's place, as in bombs of overlaps
    at = good.index(b"PK\x01\x02", good.index(b"PK\x01\x02") + 4)
    saved.write_bytes(summed(good[: at + 42] + places[0].to_bytes(4, "little") + good[at + 46 :]))
    refused(saved, "has other content")
    links = bytearray(good)
    links[at + 38 : at + 42] = ((stat.S_IFLNK | 0o777) << 16).to_bytes(4, "little")
    saved.write_bytes(summed(links))
    nn.load(saved)  # nothing is ever unpacked to a disk
    big = bytearray(good)
    big[at + 20 : at + 28] = (2**31).to_bytes(4, "little") * 2
    saved.write_bytes(summed(big))
    refused(saved, "has other content")


def test_sizes_beyond_the_format_are_refused(saved, monkeypatch):
    monkeypatch.setattr(file, "MOST", 100)
    with pytest.raises(ArgumentError, match=r"more than 2 GB, or 65,000 arrays, in one file"):
        nn.save(saved.with_name("b"), small()[0])
    with pytest.raises(ArgumentError, match=r"more than 2 GB, which nn\.save never writes"):
        nn.load(saved)


def test_errors_of_the_disk_are_one_line_and_leave_the_old_file(saved, monkeypatch):
    old = saved.read_bytes()
    other = small(seed=5)[0]

    def full(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def interrupted(number):
        raise KeyboardInterrupt

    def denied(self, target):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    for where, name, f, kind, words in (
        (
            os,
            "fsync",
            full,
            OSError,
            "can't write the file .No space left on device.: '.*small.npz'",
        ),
        (Path, "replace", denied, PermissionError, "can't write the file .Permission denied.: "),
        (os, "fsync", interrupted, KeyboardInterrupt, None),
        (os, "access", lambda *_: False, PermissionError, "the file there is not to be written"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, f)
            with pytest.raises(kind, match=words) as caught:
                nn.save(saved, other)
        assert "\n" not in str(caught.value)
        assert saved.read_bytes() == old and [*saved.parent.iterdir()] == [saved]
    for path, kind in (
        (saved.parent / "no" / "x.npz", FileNotFoundError),
        (saved / "x.npz", NotADirectoryError if os.name == "posix" else OSError),
        (saved.parent, IsADirectoryError),
    ):
        with pytest.raises(kind, match=r"nn\.save: can't write the file \("):
            nn.save(path, other)
    assert [*saved.parent.iterdir()] == [saved]
    with pytest.raises(FileNotFoundError, match=r"nn\.load: can't read the file \(No such file"):
        nn.load(saved.parent / "none.npz")
    refused(saved.parent, "is no file but a folder or a device")


@POSIX
def test_links_modes_and_devices(saved, tmp_path):
    link = tmp_path / "latest.npz"
    link.symlink_to(saved.name)
    saved.chmod(0o640)
    nn.save(link, small(seed=7)[0])
    assert link.is_symlink() and stat.S_IMODE(saved.stat().st_mode) == 0o640
    assert nn.load(link).model.state_dict() == small(seed=7)[0].state_dict()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for device in (fifo, Path(os.devnull)):
        with pytest.raises(OSError, match="there is a folder or a device"):
            nn.save(device, small()[0])
        refused(device, "is no file but a folder or a device")
    assert not Path(os.devnull).is_file()
    umask = os.umask(0o077)
    try:
        nn.save(tmp_path / "new", small()[0])
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    nn.save(os.fsencode(tmp_path / ("n" * 250)), small()[0])
    assert not list(tmp_path.glob("*.partial")) and not list(tmp_path.glob(".*"))


def test_threads_that_save_to_one_path_leave_a_whole_file(tmp_path):
    path = tmp_path / "m.npz"
    models = [small(seed=k)[0] for k in range(4)]
    threads = [
        threading.Thread(target=lambda m=m: [nn.save(path, m) for _ in range(5)]) for m in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert nn.load(path).model.state_dict() in [model.state_dict() for model in models]
    assert [*tmp_path.iterdir()] == [path]


LOOP = """
import sys, nn
path, seed = sys.argv[1], int(sys.argv[2])
k = 0
while True:
    model = nn.MLP(8, [8, 1], seed=seed)
    for w in model.parameters():
        w.data = float(k)
    nn.save(path, model, training={"k": k, "seed": seed})
    k += 1
    print(k, flush=True)
"""


def started(path, seed, root):
    process = subprocess.Popen(
        [sys.executable, "-c", LOOP, str(path), str(seed)], stdout=subprocess.PIPE, cwd=root
    )
    assert process.stdout.readline() == b"1\n"
    return process


def whole(path):
    saved = nn.load(path)
    assert {*saved.model.state_dict().values()} == {float(saved.training["k"])}
    return saved


@POSIX
@pytest.mark.parametrize("count", spread([3, 20]))
def test_a_process_killed_at_any_moment_leaves_a_whole_file(tmp_path, root, count):
    path, draw = tmp_path / "m.npz", random.Random(count)
    for seed in range(count):
        process = started(path, seed, root)
        with process:
            time.sleep(draw.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            said = process.stdout.read().split()
        last = int(said[-1]) if said else 1
        assert whole(path).training["seed"] == seed
        assert whole(path).training["k"] >= last - 1


@pytest.mark.wide
def test_processes_that_save_to_one_path_leave_a_whole_file(tmp_path, root):
    path = tmp_path / "m.npz"
    processes = [started(path, seed, root) for seed in (1, 2)]
    seeds = set()
    until = time.monotonic() + 30.0
    while len(seeds) < 2 and time.monotonic() < until:
        seeds.add(whole(path).training["seed"])
    for process in processes:
        with process:
            process.kill()
            process.stdout.read()
    assert seeds == {1, 2}
    whole(path)


@pytest.mark.wide
@POSIX
def test_a_disk_that_is_full_leaves_the_old_file_and_one_line(saved, root):
    code = """
import resource, signal, sys, nn
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    nn.save(sys.argv[1], nn.MLP(8, [8, 1]))
except OSError as error:
    print(error)
"""
    old = saved.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", code, str(saved)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nn.save: can't write the file (" in done.stdout and done.stdout.count("\n") == 1
    assert saved.read_bytes() == old and [*saved.parent.iterdir()] == [saved]


@pytest.mark.wide
def test_another_process_writes_the_same_bytes(tmp_path, root):
    code = """
import sys, nn
model = nn.Sequential(nn.MLP(2, [3, 1], "tanh", seed=1), nn.Dropout(0.5, seed=2)).eval()
model[0].layers[0].requires_grad_(False)
nn.save(sys.argv[1], model, nn.Adam(model.parameters()), training={"a": {"b": 1.5}})
"""
    found = set()
    for seed in ("1", "2"):
        path = tmp_path / seed
        env = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(path)], cwd=root, env=env, check=True)
        found.add(path.read_bytes())
    assert len(found) == 1
