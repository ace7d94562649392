"""What a file really is, told by its bytes and never by its name.

A picture is one only if it can be decoded from its first byte to its last, within a number of pixels that no
decompression bomb keeps to. Whatever also reads as a script or a page is refused: one file, one meaning.
"""

import io
import re
import warnings
from dataclasses import dataclass

from PIL import Image
from pillow_heif import register_heif_opener

from sjj.files.spreadsheets import CSV, SPREADSHEETS, XLS, XLSX, NotATable, claimed, judge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000

JPEG, PNG, WEBP, HEIC, PDF = "image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"
IMAGES = frozenset({JPEG, PNG, WEBP, HEIC})
IMAGES_AND_PDF = IMAGES | {PDF}
EVIDENCE = IMAGES_AND_PDF | SPREADSHEETS  # of an off-site check only; a phone's files are never tables

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_NAMES = {
    JPEG: "JPEG",
    PNG: "PNG",
    WEBP: "WebP",
    HEIC: "HEIC",
    PDF: "PDF",
    XLSX: "XLSX",
    XLS: "XLS",
    CSV: "CSV",
}
_SCRIPT = re.compile(rb"<script[\s>/]|<!doctype html|<\?php\s", re.I)
_PAGE = re.compile(rb"<html[\s>]|<svg[\s>]", re.I)


def _name(letters: str) -> bytes:
    """A pattern of a PDF's name; any letter of it may be spelt by its number, as in /J#61vaScript."""
    return b"".join(rb"(?:%c|#%s)" % (ord(c), f"(?i:{ord(c):02x})".encode()) for c in letters)


_PDF_ACTION = re.compile(rb"/(?:%s|%s)(?!\w)" % (_name("JavaScript"), _name("Launch")))
_HEAD, _TAIL = 1024, 2048

register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class BadFile(Exception):
    """The file is not kept; the message may be shown. `code` is what the field calls answer."""

    def __init__(self, message: str, code: str = "not_allowed") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was found to be what it says; a PDF has no size in pixels."""

    media_type: str
    width: int | None = None
    height: int | None = None


def examine(data: bytes, allowed: frozenset[str]) -> Content:
    """Say what the bytes are. Raises BadFile."""
    if not data:
        raise BadFile("文件是空的")
    if len(data) > MAX_BYTES:
        raise BadFile(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请缩小后再传", "too_large")
    media_type = sniff(data) or (claimed(data) if allowed & SPREADSHEETS else "")
    if media_type not in allowed:
        names = "、".join(_NAMES[one] for one in _NAMES if one in allowed)
        raise BadFile(f"不是可以接收的文件，只收 {names}")
    if _SCRIPT.search(data) or _PAGE.search(data[:_HEAD]):
        raise BadFile("文件里夹带了脚本或网页，不能接收")
    if media_type in SPREADSHEETS:
        return _table(data, media_type)
    return _pdf(data) if media_type == PDF else _image(data, media_type)


def sniff(data: bytes) -> str:
    """The media type that the first bytes claim; "" for anything we do not take."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    return PDF if data.startswith(b"%PDF-") else ""


def _pdf(data: bytes) -> Content:
    tail = data[-_TAIL:]
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise BadFile("PDF 文件不完整，请重新扫描或导出")
    if _PDF_ACTION.search(data):
        raise BadFile("PDF 文件里夹带了可执行的内容，不能接收")
    return Content(PDF)


def _table(data: bytes, media_type: str) -> Content:
    try:
        judge(data, media_type)
    except NotATable as refusal:
        raise BadFile(str(refusal)) from None
    return Content(media_type)


def _image(data: bytes, media_type: str) -> Content:
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise BadFile(f"照片超过 {MAX_PIXELS // 10_000} 万像素，请缩小后再传")
            image.verify()
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as image:
            # A JPEG may be decoded at an eighth of its size: every byte is read and unpacked all the same, only
            # the sums that turn frequencies into pixels are left out. Other kinds pass this by.
            image.draft(image.mode, (1, 1))
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadFile(f"照片超过 {MAX_PIXELS // 10_000} 万像素，请缩小后再传") from None
    except BadFile:
        raise
    except Exception:  # hostile bytes make a decoder fail in any way it can
        raise BadFile("照片已损坏或不完整，请重新拍摄或导出") from None
    return Content(media_type, width, height)
