"""Make docs/step.gif, the page that steps: ``python tools/step_gif.py``. Needs Chromium."""

# ruff: noqa: T201 - a script, which prints

from __future__ import annotations

import io
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograd import Value, sigmoid  # noqa: E402 - of the checkout this file stands in
from tools.chromium import Browser, found  # noqa: E402
from viz import stepper  # noqa: E402

SIZE = (1180, 640)
MILLISECONDS = 900


def main() -> int:
    """Step through the README's expression and keep what is seen."""
    if not found():
        print("no Chromium is installed")
        return 1
    w, x, b = Value(-3.0, label="w"), Value(0.5, label="x"), Value(2.0, label="b")
    loss = (1 - sigmoid(w * x + b)) ** 2
    loss.label = "L"
    frames = []
    with tempfile.TemporaryDirectory() as folder, closing(Browser()) as browser:
        browser.look_like("light", *SIZE)
        browser.open(stepper(loss).save(Path(folder, "step.html")))
        seen = b""
        while (picture := browser.screenshot()) != seen and len(frames) < 40:
            frames.append(Image.open(io.BytesIO(picture)).convert("RGB").quantize(48))
            seen = picture
            browser.press("ArrowRight")
    path = ROOT / "docs" / "step.gif"
    first, *rest = frames
    options = {"duration": MILLISECONDS, "loop": 0, "optimize": True}
    first.save(path, save_all=True, append_images=rest, **options)
    print(f"{path.relative_to(ROOT)}: {len(frames)} pictures, {path.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
