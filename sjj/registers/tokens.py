"""The unguessable token that an entity's QR code carries. Says nothing about the entity; never reused."""

import secrets

TOKEN_BYTES = 24


def new_token() -> str:
    """A fresh token, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)
