"""What a browser keeps after the right 取件码: a short proof for this one visit, signed, and nothing else.

It names no code and opens no other visit; a changed code or half an hour ends it. Pure: the key and the time are given.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from sjj.inspections.models import Inspection

LASTS = timedelta(minutes=30)
COOKIE = "visit"


def make_pass(key: str, inspection: Inspection, now: datetime) -> str:
    """A pass for the record of this visit from now on."""
    until = str(int((now + LASTS).timestamp()))
    return f"{until}.{_mark(key, inspection, until)}"


def is_pass(key: str, shown: str, inspection: Inspection, now: datetime) -> bool:
    """Whether this is a pass of ours for this visit that has not run out."""
    until, _, mark = shown.partition(".")
    right = _mark(key, inspection, until)
    if not hmac.compare_digest(right.encode(), mark.encode()):
        return False
    return int(until) > now.timestamp()  # a number: we have signed it


def _mark(key: str, inspection: Inspection, until: str) -> str:
    words = "\n".join(("visit-pass", inspection.visit_token, inspection.pickup_code, until))
    return hmac.new(key.encode(), words.encode(), sha256).hexdigest()
