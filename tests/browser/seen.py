"""What a page or a picture shows, read from Chromium and from a PNG."""

import io
import re
from pathlib import Path

from PIL import Image

GEOMETRY = (Path(__file__).parent / "geometry.js").read_text(encoding="utf-8")


def geometry(browser):
    """Boxes, edges and frames with their places on the screen, see geometry.js."""
    return browser.run(GEOMETRY)


def image(png):
    return Image.open(io.BytesIO(png)).convert("RGB")


def colours(picture):
    """How many there are, about."""
    return len(picture.resize((400, 225)).getcolors(400 * 225))


def colour(css):
    """rgb(...) as three numbers."""
    return tuple(int(float(x)) for x in re.findall(r"[\d.]+", css)[:3])


def near(one, other, by=6):
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def contrast(one, other):
    """WCAG's ratio of two colours, 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(rgb):
    parts = [c / 255 for c in rgb]
    r, g, b = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def brightness(picture):
    """The mean of all pixels, 0 to 255."""
    small = picture.convert("L").resize((1, 1), Image.Resampling.BOX)
    return small.getpixel((0, 0))
