"""The pictures that a paper shows: re-encoded copies of photos and signatures, and the code to verify it.

An original never leaves the store; a picture that is not here leaves words in its place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

from sjj.files.store import NoCopy, copy_of
from sjj.inspections.reading import AWAITED, FILE, HERE, LOST, Photo

PRINTED = 640  # pixels of the long side: about 200 to the inch at the width of a paper's column
MOST = 60
QR_MODULE = 8  # pixels
_FATES = {AWAITED: "尚未收到", LOST: "已声明遗失", FILE: "不是图片，另附"}


@dataclass
class Pictures(Mapping[str, bytes]):
    """The pictures of one paper, by the name that its data call them."""

    found: dict[str, bytes] = field(default_factory=dict)

    def __getitem__(self, name: str) -> bytes:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def take(self, photo: Photo) -> tuple[str, str]:
        """The name of the picture's copy, or "" with what to say in its place."""
        if photo.fate != HERE:
            return "", _FATES[photo.fate]
        name = f"{photo.sha256}.jpg"
        if name not in self.found:
            try:
                self.found[name] = copy_of(photo.sha256, PRINTED).read_bytes()
            except (NoCopy, OSError):
                return "", "无法显示"
        return name, ""

    def take_code(self, address: str) -> str:
        """The name of the picture of a QR code; "" for no address."""
        if not address:
            return ""
        code = QRCode(border=2, box_size=QR_MODULE, error_correction=ERROR_CORRECT_M, image_factory=PilImage)
        code.add_data(address)
        written = BytesIO()
        code.make_image().save(written, "PNG")
        self.found["qr.png"] = written.getvalue()
        return "qr.png"
