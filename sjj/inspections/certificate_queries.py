"""亮证 and 给企业看: what an officer's phone shows to the people of an enterprise. Reads only.

Each page is complete in itself: photos and codes travel inside it, so that it opens in a valley as it does at
the office.
"""

import base64
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

from sjj.files.store import NoCopy, copy_of
from sjj.inspections.models import Inspection
from sjj.registers.models import Officer

SHOWN = 320  # pixels of a photo's long side
QR_MODULE, QR_BORDER = 6, 4


@dataclass(frozen=True, slots=True)
class Certificate:
    """One officer's 执法证 as it is held up; `photo` is an address that holds the picture itself, or ""."""

    name: str
    post: str
    agency: str
    number: str
    issuer: str
    until: date | None
    photo: str
    why_not: str

    @property
    def is_valid(self) -> bool:
        """Whether the officer may inspect on the strength of it."""
        return not self.why_not


def certificates_of(inspection: Inspection, day: date) -> list[Certificate]:
    """The certificates of the team as it is today."""
    return [certificate_of(member.officer, day) for member in inspection.team if member.left_at is None]


def certificate_of(officer: Officer, day: date) -> Certificate:
    """One officer's certificate, judged on a day."""
    return Certificate(
        name=officer.name,
        post=officer.post,
        agency=officer.agency.name,
        number=officer.certificate_no,
        issuer=officer.issuer,
        until=officer.certificate_until,
        photo=_photo(officer.photo_sha256),
        why_not=_why_not(officer, day),
    )


def _why_not(officer: Officer, day: date) -> str:
    if officer.may_inspect_on(day):
        return ""
    if not officer.certificate_no or officer.certificate_until is None:
        return "执法证未登记"
    return "执法证已过期" if officer.certificate_until < day else "不在岗"


def _photo(sha256: str) -> str:
    if not sha256:
        return ""
    try:
        return _inside("image/jpeg", copy_of(sha256, SHOWN).read_bytes())
    except (NoCopy, OSError):
        return ""


def code_picture(address: str) -> str:
    """The QR code of an address, as a picture that stands inside the page; "" for no address."""
    if not address:
        return ""
    code = QRCode(
        border=QR_BORDER, box_size=QR_MODULE, error_correction=ERROR_CORRECT_M, image_factory=PilImage
    )
    code.add_data(address)
    written = BytesIO()
    code.make_image().save(written, "PNG", optimize=True)
    return _inside("image/png", written.getvalue())


def _inside(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
