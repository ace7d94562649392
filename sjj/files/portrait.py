"""A face for a certificate: the square of a picture that holds it, small, upright, without anything but the pixels.

The picture it was cut from is not kept.
"""

import io

from PIL import Image, ImageOps

from sjj.files.content import FORMATS, HEIC, JPEG, PNG, BadFile, examine

PORTRAIT_TYPES = frozenset({JPEG, PNG, HEIC})
SIDE, LEAST = 480, 120  # pixels
QUALITY = 88
ABOVE = 0.12  # of what is cut off a tall picture, how much goes above: heads stand high in a portrait


def square(data: bytes) -> bytes:
    """The square as JPEG bytes. Raises BadFile."""
    content = examine(data, PORTRAIT_TYPES)
    with Image.open(io.BytesIO(data), formats=[FORMATS[content.media_type]]) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    side = min(upright.size)
    if side < LEAST:
        raise BadFile(f"照片太小，短边不足 {LEAST} 像素")
    left, top = (upright.width - side) // 2, round((upright.height - side) * ABOVE)
    cut = upright.crop((left, top, left + side, top + side)).resize((min(side, SIDE),) * 2)
    pixels = Image.new("RGB", cut.size, "white")
    pixels.paste(cut, mask=cut)
    written = io.BytesIO()
    pixels.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
