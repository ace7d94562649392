"""Re-encoded copies of pictures: smaller, upright, and without anything but the pixels."""

import io
from pathlib import Path

from PIL import Image, ImageOps

from sjj.files.content import FORMATS

SIZES = frozenset({320, 640, 1600})  # long sides in pixels; nothing else is made
QUALITY = 82


class NoCopy(Exception):
    """There is no picture of this name to copy, or not in this size."""


def make_copy(original: Path, media_type: str, size: int) -> bytes:
    """The copy as JPEG bytes. Raises NoCopy for a size that we do not make."""
    if size not in SIZES:
        raise NoCopy(str(size))
    with Image.open(original, formats=[FORMATS[media_type]]) as opened:
        opened.thumbnail((size, size))  # first: turning the full picture would cost its full memory again
        upright = ImageOps.exif_transpose(opened)
        pixels = Image.new("RGB", upright.size, "white")  # a fresh picture carries no metadata along
        shown = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
        pixels.paste(shown, mask=shown if shown.mode == "RGBA" else None)
    written = io.BytesIO()
    pixels.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
