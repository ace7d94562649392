"""The QR label of an entity: the address an officer's phone opens at the gate, as a picture.

Pure: the address is given in. It carries the token and nothing else about the entity.
"""

from io import BytesIO

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

QUIET_ZONE = 2  # modules; the label's own white margin makes up the rest of the four of ISO 18004


def scan_address(base: str, token: str) -> str:
    """What the QR code says: the scan page of this token."""
    return f"{base.rstrip('/')}/field/scan/{token}"


def qr_svg(text: str) -> bytes:
    """A QR code as an SVG picture."""
    code = QRCode(border=QUIET_ZONE, error_correction=ERROR_CORRECT_M, image_factory=SvgPathImage)
    code.add_data(text)
    out = BytesIO()
    code.make_image().save(out)
    return out.getvalue()
