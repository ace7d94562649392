"""When and where a stored picture was taken, as its camera wrote into it. Reads only; what makes no sense is not there.

Only for pictures that came with an ordinary form: a phone with script says it itself, beside the picture.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import Image

from sjj.database import db
from sjj.files.content import FORMATS, IMAGES
from sjj.files.models import StoredFile
from sjj.files.store import original_path

_MORE, _PLACE, _TAKEN, _ZONE = 0x8769, 0x8825, 0x9003, 0x9011
_BEIJING = timezone(timedelta(hours=8))
_YEARS = range(2000, 2100)


def shot_of(digest: str) -> dict[str, Any]:
    """taken_at, lat and lon of a stored picture: those that are known, as a record says them."""
    row = db.session.get(StoredFile, digest)
    if row is None or row.media_type not in IMAGES:
        return {}
    try:
        with Image.open(original_path(digest), formats=[FORMATS[row.media_type]]) as picture:
            exif = picture.getexif()
            shot, place = exif.get_ifd(_MORE), exif.get_ifd(_PLACE)
        return _time(shot) | _place(place)
    except Exception:
        return {}


def _time(shot: Any) -> dict[str, Any]:
    try:
        local = datetime.strptime(str(shot.get(_TAKEN, "")).strip(" \0"), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return {}
    zone = _zone(str(shot.get(_ZONE, "")).strip(" \0"))
    taken = local.replace(tzinfo=zone).astimezone(_BEIJING)
    return {"taken_at": taken.isoformat()} if taken.year in _YEARS else {}


def _zone(text: str) -> timezone:
    """The picture's own zone; Beijing where it names none."""
    try:
        named = datetime.strptime(text, "%z").utcoffset()
    except ValueError:
        return _BEIJING
    return timezone(named) if named is not None else UTC


def _place(place: Any) -> dict[str, Any]:
    try:
        lat, lon = _degrees(place[2], place[1], "S"), _degrees(place[4], place[3], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    known = abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon)
    return {"lat": round(lat, 6), "lon": round(lon, 6)} if known else {}


def _degrees(parts: Any, side: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return (degrees + minutes / 60 + seconds / 3600) * (-1 if str(side).startswith(negative) else 1)
