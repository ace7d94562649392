"""Re-encoded copies of pictures: smaller, upright, and without anything but the pixels."""

import io
from collections.abc import Collection
from pathlib import Path

from PIL import Image, ImageOps

from sjj.files.content import FORMATS

SIZES = frozenset({320, 640, 1600})  # long sides in pixels; nothing else is made
QUALITY = 82


class NoCopy(Exception):
    """There is no picture of this name to copy, or not in this size."""


def make_copies(original: Path, media_type: str, sizes: Collection[int]) -> dict[int, bytes]:
    """The copies as JPEG bytes by size; the picture is decoded once. Raises NoCopy for a size we do not make."""
    if unknown := set(sizes) - SIZES:
        raise NoCopy(str(unknown))
    made, pixels = {}, None
    for size in sorted(sizes, reverse=True):
        if pixels is None:
            pixels = _upright(original, media_type, size)
        else:
            pixels.thumbnail((size, size))
        made[size] = _as_jpeg(pixels)
    return made


def _upright(original: Path, media_type: str, size: int) -> Image.Image:
    with Image.open(original, formats=[FORMATS[media_type]]) as opened:
        opened.thumbnail((size, size))  # first: turning the full picture would cost its full memory again
        upright = ImageOps.exif_transpose(opened)
        pixels = Image.new("RGB", upright.size, "white")  # a fresh picture carries no metadata along
        shown = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
        pixels.paste(shown, mask=shown if shown.mode == "RGBA" else None)
    return pixels


def _as_jpeg(pixels: Image.Image) -> bytes:
    written = io.BytesIO()
    pixels.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
