"""Numbers of people that may not stand in a text which everybody will read: ID and phone numbers.

Refuses by shape alone (GB 11643-1999; 11-digit mobile, area code and number): better one number too many
than one person's number on a public page. Looks nothing up.
"""

import re
import unicodedata

from sjj.rules.identity import mask_phone

_ID_OR_PHONE = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{17}[0-9Xx]|1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}[ -]?[0-9]{7,8})"
    r"(?![0-9A-Za-z])"
)


def personal_number_problem(text: str) -> str | None:
    """Why a sentence may not be published: it seems to carry an ID or phone number."""
    if _ID_OR_PHONE.search(unicodedata.normalize("NFKC", text)):  # full-width digits are read as numbers too
        return "这段文字会公开，请不要写身份证号或电话号码"
    return None


def mask_personal_numbers(text: str) -> str:
    """A text for the public with any ID or phone number inside it masked."""
    wide = unicodedata.normalize("NFKC", text)
    return _ID_OR_PHONE.sub(lambda found: mask_phone(found[0]), wide) if _ID_OR_PHONE.search(wide) else text
