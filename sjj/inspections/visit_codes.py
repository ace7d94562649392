"""The two codes of a visit: what its own page is reached by, and what the record is picked up with.

Both come from the operating system's generator; neither can be worked out from anything else.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
PICKUP_LENGTH = 8  # 40 bits, and few tries are allowed


def new_token() -> str:
    """An unguessable token of 43 characters for an address."""
    return secrets.token_urlsafe(32)


def in_groups(code: str) -> str:
    """A 取件码 as it is printed and read out: four and four."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def new_pickup_code() -> str:
    """取件码: eight characters that can be read out and typed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PICKUP_LENGTH))
