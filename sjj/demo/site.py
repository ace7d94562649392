"""What the demo's officers take along: 常用语, and a painted portrait beside each certificate (nobody's face)."""

import io

from PIL import Image, ImageDraw
from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.demo.words import chooser
from sjj.files.store import keep
from sjj.inspections.phrase_services import take_presets
from sjj.registers.models import Officer

SIDE = 240
_BACK, _SKIN, _COAT = (196, 214, 226), (226, 190, 160), (44, 62, 92)


def equip(cast: Cast) -> None:
    """Give a bureau its phrases and its officers their portraits."""
    take_presets(cast.agency, cast.clerk, cast.days.at(-50, 15))
    for officer in db.session.scalars(select(Officer).where(Officer.agency_id == cast.agency.id)):
        officer.photo_sha256 = keep(portrait(officer.code)).sha256


def portrait(seed: str) -> bytes:
    """A JPEG of a head and shoulders without features, a little different for each."""
    rng = chooser("portrait", seed)
    image = Image.new("RGB", (SIDE, SIDE), _BACK)
    draw = ImageDraw.Draw(image)
    broad, hair = rng.randint(-8, 8), rng.randint(18, 58)
    draw.ellipse((24 - broad, 158, 216 + broad, 340), fill=_COAT)
    draw.rectangle((102, 130, 138, 176), fill=_SKIN)
    draw.ellipse((74 - broad // 2, 40, 166 + broad // 2, 156), fill=_SKIN)
    draw.pieslice((70 - broad // 2, 30, 170 + broad // 2, 60 + 2 * hair), 180, 360, fill=(40, 36, 34))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=80)
    return written.getvalue()
