"""Photos and signatures of the demo, painted by the program: small, plausible, and marked 演示.

The two characters of the mark are strokes of our own, so that no Chinese font is needed. Nothing here is a
picture of anything.
"""

import io
import math
from functools import cache
from random import Random

from PIL import Image, ImageDraw

from sjj.demo.words import chooser

PHOTO = (960, 720)
SIGNATURE = (480, 180)
INK = (24, 28, 40)
_HORIZON = 330

Point = tuple[float, float]
# 演 and 示 on a grid of sixteen by sixteen.
_MARK: tuple[tuple[tuple[Point, ...], ...], ...] = (
    (
        ((2, 2), (4, 3.5)),
        ((1, 6), (3, 7.5)),
        ((1, 14.5), (4, 9.5)),
        ((10.5, 0.8), (10.5, 2.4)),
        ((6, 5), (6, 3), (15, 3), (15, 5)),
        ((8, 5.6), (13, 5.6)),
        ((7, 7.4), (14, 7.4), (14, 12), (7, 12), (7, 7.4)),
        ((7, 9.7), (14, 9.7)),
        ((10.5, 5.6), (10.5, 12)),
        ((9, 13), (6.5, 15.2)),
        ((12, 13), (14.6, 15.2)),
    ),
    (
        ((4, 2.5), (12, 2.5)),
        ((1.5, 6.5), (14.5, 6.5)),
        ((8, 6.5), (8, 14.5), (6.2, 13.4)),
        ((5, 8.8), (2, 13)),
        ((11, 8.8), (14, 13)),
    ),
)


def photo(theme: str, *seed: str) -> bytes:
    """A JPEG of a yard: hills and log piles (forestry), or a works with tanks and a chimney (ecology)."""
    rng = chooser("photo", theme, *seed)
    image = _sky(rng)
    draw = ImageDraw.Draw(image)
    _hills(draw, rng)
    draw.rectangle((0, _HORIZON + 110, *PHOTO), fill=_shade(rng, (148, 134, 108)))
    _shed(draw, rng)
    (_logs if theme == "forestry" else _works)(draw, rng)
    image = Image.blend(image, _grain(), 0.06)
    draw_mark(ImageDraw.Draw(image), (PHOTO[0] - 150, 24), 56, (255, 255, 255), 5)
    return _saved(image, "JPEG", quality=68)


@cache
def _grain() -> Image.Image:
    """What makes it look taken by a phone; the same for all, it is slow to make."""
    return Image.effect_noise(PHOTO, 42).convert("RGB")


@cache
def signature(name: str) -> bytes:
    """A PNG of somebody's signature; the same name always signs alike."""
    rng = chooser("signature", name)
    image = Image.new("RGB", SIGNATURE, "white")
    draw = ImageDraw.Draw(image)
    step = min(120, (SIGNATURE[0] - 120) // max(1, len(name)))
    for number in range(len(name)):
        _character(draw, rng, 40 + number * step, step)
    draw_mark(draw, (SIGNATURE[0] - 62, SIGNATURE[1] - 34), 24, (170, 174, 182), 2)
    return _saved(image, "PNG", optimize=True)


def draw_mark(
    draw: ImageDraw.ImageDraw, at: Point, size: int, colour: tuple[int, int, int], width: int
) -> None:
    """演示, so that nobody takes the picture for a real one."""
    for place, strokes in enumerate(_MARK):
        left, top, unit = at[0] + place * size * 1.15, at[1], size / 16
        for stroke in strokes:
            line = [(left + x * unit, top + y * unit) for x, y in stroke]
            draw.line(line, fill=colour, width=width, joint="curve")


def _saved(image: Image.Image, kind: str, **more: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def _shade(rng: Random, colour: tuple[int, int, int], by: int = 14) -> tuple[int, ...]:
    change = rng.randint(-by, by)
    return tuple(max(0, min(255, part + change)) for part in colour)


def _sky(rng: Random) -> Image.Image:
    gradient = Image.new("RGB", (1, 2))
    gradient.putpixel((0, 0), _shade(rng, (132, 170, 208)))  # type: ignore[arg-type]
    gradient.putpixel((0, 1), _shade(rng, (226, 230, 226)))  # type: ignore[arg-type]
    return gradient.resize(PHOTO, Image.Resampling.BILINEAR)


def _hills(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for row, colour in enumerate(((122, 140, 128), (96, 118, 92))):
        start, height = rng.uniform(0, 6), rng.randint(50, 110)
        base = _HORIZON + row * 50
        ridge = [
            (x, base - height * (0.5 + 0.5 * math.sin(start + x / (150 - 30 * row))))
            for x in range(0, PHOTO[0] + 20, 20)
        ]
        draw.polygon([(0, PHOTO[1]), *ridge, (PHOTO[0], PHOTO[1])], fill=_shade(rng, colour))


def _shed(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    left, top = rng.randint(60, 260), rng.randint(290, 350)
    width, height = rng.randint(300, 420), rng.randint(150, 190)
    draw.rectangle((left, top, left + width, top + height), fill=_shade(rng, (196, 188, 172)))
    roof = ((left - 24, top), (left + width / 2, top - rng.randint(50, 90)), (left + width + 24, top))
    draw.polygon(roof, fill=_shade(rng, (150, 82, 66)))
    door = left + rng.randint(30, width - 120)
    draw.rectangle((door, top + 50, door + 90, top + height), fill=_shade(rng, (86, 92, 104)))
    for number in range(2):
        window = left + 20 + number * (width - 90)
        draw.rectangle((window, top + 30, window + 50, top + 76), fill=_shade(rng, (150, 176, 190)))


def _logs(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    left, bottom, radius = rng.randint(420, 560), rng.randint(600, 660), rng.randint(20, 27)
    for row in range(4):
        for column in range(9 - row):
            x = left + column * radius * 2 + row * radius
            y = bottom - row * radius * 1.75
            draw.ellipse(
                (x, y, x + radius * 2, y + radius * 2), fill=_shade(rng, (186, 146, 96)), outline=(96, 70, 44)
            )
            draw.ellipse(
                (x + radius - 4, y + radius - 4, x + radius + 4, y + radius + 4), fill=(150, 110, 70)
            )


def _works(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    chimney = rng.randint(640, 860)
    draw.polygon(
        ((chimney, 520), (chimney + 10, 190), (chimney + 36, 190), (chimney + 46, 520)),
        fill=_shade(rng, (168, 164, 160)),
    )
    for number in range(3):
        left = 440 + number * 130 + rng.randint(-10, 10)
        top = rng.randint(470, 510)
        draw.rectangle((left, top, left + 96, 640), fill=_shade(rng, (150, 168, 176)))
        draw.ellipse((left, top - 18, left + 96, top + 18), fill=_shade(rng, (176, 190, 196)))
    draw.rectangle((60, 600, 330, 660), fill=_shade(rng, (92, 118, 116)))


def _character(draw: ImageDraw.ImageDraw, rng: Random, left: int, step: int) -> None:
    for _ in range(rng.randint(4, 6)):
        start = (left + rng.uniform(0, step * 0.7), rng.uniform(34, 120))
        end = (start[0] + rng.uniform(-20, step * 0.6), start[1] + rng.uniform(-16, 46))
        bend = (rng.uniform(start[0], end[0] + 24), rng.uniform(28, 144))
        draw.line(
            [_curve(start, bend, end, t / 12) for t in range(13)],
            fill=INK,
            width=rng.randint(3, 5),
            joint="curve",
        )


def _curve(start: Point, bend: Point, end: Point, t: float) -> Point:
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return a * start[0] + b * bend[0] + c * end[0], a * start[1] + b * bend[1] + c * end[1]
