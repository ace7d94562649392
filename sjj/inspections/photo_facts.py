"""What stands beside a photo that came with an ordinary form: its words, and its camera's time and place.

The picture itself is never touched; a photo of an earlier record keeps what that record says of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import FormField

from sjj.files.shots import shot_of

PREFIX = "caption-"
LONGEST = 60  # characters: a line or two beneath a picture on paper


def captions_in(formdata: Mapping[str, Any]) -> dict[str, str]:
    """The words of photos as a form brought them, by SHA-256."""
    found = {name.removeprefix(PREFIX): formdata[name] for name in formdata if name.startswith(PREFIX)}
    return {
        sha256: " ".join(text.split())[:LONGEST] for sha256, text in found.items() if isinstance(text, str)
    }


def captions_of(record: Mapping[str, Any]) -> dict[str, str]:
    """The words that a record gives to its photos."""
    return {row["sha256"]: row.get("caption") or "" for row in record.get("photos") or []}


def give_captions(form: Any, captions: Mapping[str, str]) -> None:
    """Let every list of photos in the form know the words of each."""
    for field in form:
        if hasattr(field, "captions"):
            field.captions = captions
        elif isinstance(field, FormField):
            give_captions(field.form, captions)


class PhotoFacts(Mapping[str, dict[str, Any]]):
    """The row of a record for any photo, by SHA-256: what is `known` from an earlier one, else its camera's word."""

    def __init__(self, known: Mapping[str, dict[str, Any]], captions: Mapping[str, str]) -> None:
        self._known, self._captions = known, captions

    def __getitem__(self, sha256: str) -> dict[str, Any]:
        row = dict(self._known.get(sha256) or {"sha256": sha256, **shot_of(sha256)})
        if sha256 in self._captions:
            row["caption"] = self._captions[sha256]
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
