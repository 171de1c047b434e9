"""animate: pictures one after the other, as GIF or as a page; animate_training: those of a run."""

from __future__ import annotations

import base64
import html
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd import ArgumentError, OperandError, Value
from viz.axes import matplotlib_of, numbers_of
from viz.boundary import Plane, ends_of, paint, plane_of, points_of, targets_of
from viz.dot import one_line
from viz.files import write_whole
from viz.plots import plot_loss
from viz.scene import PALETTE

if TYPE_CHECKING:
    from nn import SGD, History

DPI = 100
COLOURS = 255
FRAMES = 40  # about how many of a training run are shown
REST = 2.0  # seconds that a GIF stays at its last frame before it begins again


def animate(
    frames: Iterable[Any],
    path: str | os.PathLike[str],
    *,
    seconds: float = 0.15,
    title: str = "Animation",
) -> Path:
    """Write plots one after the other: a GIF, or a page that plays them; by the suffix.

    The page is one file, needs no network, and can be stopped and stepped through. The same frames
    give the same bytes. The file is written whole or not at all; returns its path.

    Args:
        frames: Figures or Axes of matplotlib, of one size. A generator may change one figure and
            yield it again: each is drawn at once.
        path: ends in .gif or .html.
        seconds: for each frame, at least 0.02; the last one of a GIF stays for 2 s.
        title: what it is called, for those who hear the page.

    Raises:
        ArgumentError: for another suffix, no frame, or frames of several sizes.
        OperandError: when a frame is none.
        OSError: when the path can't be written; a file there stays as it was.
        MissingDependencyError: without matplotlib.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> frames = (plot_loss([1.0, 0.5, 0.2][:k]) for k in (1, 2, 3))
    >>> animate(frames, Path(folder.name) / "loss.gif").name
    'loss.gif'
    >>> folder.cleanup()
    """
    path = _checked("animate", path, seconds)
    images: list[Any] = []
    captions: list[str] = []
    for frame in frames:
        figure = getattr(frame, "figure", frame)
        if not hasattr(figure, "savefig"):
            raise OperandError(
                f"animate: frame {len(images)} is {type(frame).__name__}; it must be a Figure or "
                "Axes of matplotlib, as the functions plot_… give them."
            )
        with io.BytesIO() as file:
            # no bbox_inches: "tight" of a user's settings would make frames of several sizes
            figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
            images.append(_image_of(file.getvalue()))
        if images[-1].size != images[0].size:
            raise ArgumentError(
                f"animate: frame {len(images) - 1} has {_size(images[-1])} pixels, frame 0 "
                f"{_size(images[0])}; all must be of one size."
            )
        captions.append(figure.get_suptitle())
    if not images:
        raise ArgumentError("animate: there is no frame.")
    writer = _gif if path.suffix.lower() == ".gif" else _page
    write_whole(path, writer(images, captions, seconds, title))
    return path


def animate_training(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: Callable[[Any, Any], Value],
    optimizer: SGD,
    epochs: int,
    path: str | os.PathLike[str],
    every: int | None = None,
    resolution: int = 60,
    levels: Sequence[float] = (0.5,),
    seconds: float = 0.15,
    **options: Any,
) -> History:
    """Train a model of two inputs and write how its decision boundary and its loss change.

    Args:
        model: a module; see :func:`plot_decision_boundary`.
        X: the examples, two inputs each.
        y: their targets, such as the loss takes them.
        loss: ``loss(outputs, target)``.
        optimizer: makes the steps.
        epochs: how many at the most.
        path: ends in .gif or .html; see :func:`animate`.
        every: a frame each so many epochs; None for about 40 frames. The first frame is the model
            before, the last one the model after training.
        resolution: of the boundary.
        levels: of one output, where to draw lines.
        seconds: for each frame.
        options: further ones of ``nn.train``, such as ``batch_size``.

    Returns:
        what ``nn.train`` gives. The model is trained.

    Raises:
        ArgumentError: for what does not fit, before anything is trained.
        AnomalyError: as ``nn.train``; nothing is written then.
        OSError: when the path can't be written.
        MissingDependencyError: without matplotlib.

    >>> import tempfile
    >>> from nn import MLP, SGD, half_squared_error
    >>> folder, model = tempfile.TemporaryDirectory(), MLP(2, [2, 1], seed=1)
    >>> corners, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> sgd = SGD(model.parameters(), lr=1.0)
    >>> history = animate_training(
    ...     model, corners, targets, loss=half_squared_error, optimizer=sgd, epochs=2,
    ...     resolution=5, path=Path(folder.name) / "xor.gif")
    >>> len(history.losses)
    2
    >>> folder.cleanup()
    """
    from nn import train  # a page that draws expressions does without nn

    what = "animate_training"
    matplotlib_of(what)
    path = _checked(what, path, seconds)
    points, lines = points_of(what, X), numbers_of(f"{what}: levels", levels)
    if every is not None and (not isinstance(every, int) or every < 1):
        raise ArgumentError(f"{what}: every is {every!r}; it must be a whole number from 1 on.")
    step = every or max(1, epochs // FRAMES)
    planes = {0: plane_of(what, model, points, resolution)}
    targets = targets_of(what, y, len(points), len(planes[0].outputs))
    watch = options.pop("each_epoch", None)

    def look(losses: list[float]) -> None:
        if len(losses) % step == 0:
            planes[len(losses)] = plane_of(what, model, points, resolution)
        if watch is not None:
            watch(losses)

    history = train(
        model, X, y, loss=loss, optimizer=optimizer, epochs=epochs, each_epoch=look, **options
    )
    last = len(history.losses)
    if last not in planes:
        planes[last] = plane_of(what, model, points, resolution)
    animate(
        _training_frames(planes, history.losses, points, targets, lines),
        path,
        seconds=seconds,
        title=f"Training over {last} epochs: decision boundary and loss",
    )
    return history


def _training_frames(
    planes: dict[int, Plane],
    losses: list[float],
    points: list[list[float]],
    targets: list[float],
    levels: list[float],
) -> Iterable[Any]:
    """One figure, drawn anew for each frame at fixed places, so that nothing jumps."""
    figure = matplotlib_of("animate_training").figure.Figure(figsize=(10.4, 4.8))
    one = len(planes[0].outputs) == 1
    left = figure.add_axes((0.065, 0.12, 0.38, 0.7))
    bar = figure.add_axes((0.46, 0.12, 0.014, 0.7)) if one else None
    right = figure.add_axes((0.615, 0.12, 0.37, 0.7))
    ends = ends_of(list(planes.values()))
    plot_loss(losses, right)
    scale, room = right.get_yscale(), right.get_ylim()
    for epoch, plane in planes.items():
        left.clear()
        right.clear()
        shades = paint(left, plane, points, targets, levels, ends)
        if bar is not None:
            bar.clear()
            figure.colorbar(shades, cax=bar, label="output")
        plot_loss(losses, right, log=scale == "log")
        for line in right.get_lines():  # the whole curve, pale: it is no run of its own
            line.set(color=PALETTE["line"][0], alpha=0.35, marker="", gid=None)
        if epoch:
            plot_loss(losses[:epoch], right, log=scale == "log")
            right.plot(epoch, losses[epoch - 1], "o", color=right.xaxis.label.get_color(), zorder=3)
        right.set(xlim=(0, len(losses) + 1), ylim=room)
        number = f"mean loss {losses[epoch - 1]:.3g}" if epoch else "not trained yet"
        figure.suptitle(f"epoch {epoch}: {number}")
        yield figure


def _checked(what: str, path: str | os.PathLike[str], seconds: float) -> Path:
    matplotlib_of(what)
    path = Path(path)
    if path.suffix.lower() not in (".gif", ".html"):
        raise ArgumentError(
            f"{what}: can't write {path.name!r}: the suffix must be one of .gif, .html."
        )
    if not path.parent.is_dir():  # said before hours of training
        raise FileNotFoundError(2, f"{what}: there is no such folder", str(path.parent))
    if not 0.02 <= Value(seconds).data <= 600.0:
        raise ArgumentError(f"{what}: seconds is {seconds!r}; it must be from 0.02 to 600.")
    return path


def _gif(images: list[Any], captions: list[str], seconds: float, title: str) -> bytes:
    # one table of colours for all frames, of the last one: with others, flat areas would flicker
    table = images[-1].quantize(COLOURS)
    images = [image.quantize(palette=table, dither=0) for image in images]
    wait = round(1000 * seconds)
    waits = [*[wait] * (len(images) - 1), max(wait, round(1000 * REST))]
    with io.BytesIO() as file:
        options = {"save_all": True, "append_images": images[1:], "loop": 0, "optimize": False}
        images[0].save(file, format="GIF", duration=waits, **options)
        return file.getvalue()


def _page(images: list[Any], captions: list[str], seconds: float, title: str) -> bytes:
    words = [one_line(c) or f"frame {k} of {len(captions)}" for k, c in enumerate(captions, 1)]
    shown = "".join(
        f'<img src="data:image/png;base64,{_encoded(image)}" '
        f'alt="{html.escape(text)}"{" hidden" * (k > 0)}>\n'
        for k, (image, text) in enumerate(zip(images, words, strict=True))
    )
    page = _PAGE.replace("WIDTH", str(images[0].width)).replace("WAIT", str(round(1000 * seconds)))
    page = page.replace("LAST", str(len(images) - 1)).replace("FIRST", html.escape(words[0]))
    head, _, tail = page.partition("IMAGES")
    head = head.replace("NAME", html.escape(one_line(title)))
    return f"{head}{shown}{tail}".encode("utf-8", "replace")


def _encoded(image: Any) -> str:
    with io.BytesIO() as file:
        image.quantize(COLOURS).save(file, format="PNG")  # a quarter of the size in full colours
        return base64.b64encode(file.getvalue()).decode()


def _size(image: Any) -> str:
    return f"{image.width} × {image.height}"


def _image_of(picture: bytes) -> Any:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("RGB")


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>NAME</title>
<meta name="viewport" content="width=device-width">
<style>
body{font:16px "DejaVu Sans",Verdana,sans-serif;margin:1em auto;padding:0 1em;max-width:WIDTHpx;
color:#0f172a;background:#fff}
img{width:100%;height:auto;background:#fff}img[hidden]{display:none}
form{display:flex;gap:.8em;align-items:center;margin-top:.6em}input{flex:1}button{font:inherit}
@media (prefers-color-scheme:dark){body{color:#e2e8f0;background:#0f172a}}
</style></head><body>
<main aria-label="NAME">
IMAGES<form><button type="button">play</button>
<input type="range" min="0" max="LAST" value="0" aria-label="frame">
<output aria-live="off">FIRST</output></form></main>
<script>
const images=document.querySelectorAll("img"),play=document.querySelector("button"),
slider=document.querySelector("input"),words=document.querySelector("output");
let timer=0;
function show(k){images.forEach((image,i)=>{image.hidden=i!=k});slider.value=k;
words.textContent=images[k].alt}
function stop(){clearInterval(timer);timer=0;play.textContent="play"}
function start(){if(+slider.value==LAST)show(0);play.textContent="stop";
timer=setInterval(()=>{if(+slider.value==LAST)stop();else show(+slider.value+1)},WAIT)}
play.onclick=()=>timer?stop():start();
slider.oninput=()=>{stop();show(+slider.value)};
if(!matchMedia("(prefers-reduced-motion: reduce)").matches)start();
</script></body></html>
"""
