"""An officer's phone in tests: signed in, pinged, sending records and files as the contract says."""

from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from sjj.accounts.models import User
from tests.visitor import Visitor

PIECE = 262_144


class Phone:
    """One signed-in phone; every answer must be JSON or empty, and never a redirect."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.client = app.test_client()
        self.headers: dict[str, str] = {}
        if user is not None:
            visitor = Visitor(app)
            visitor.client = self.client
            visitor.sign_in(user)
            told = self.get("/field/ping").get_json()
            self.headers = {"X-CSRFToken": told["csrf"], "X-Field-User": told["user"]}

    def get(self, path: str) -> TestResponse:
        """GET."""
        return _checked(self.client.get(path))

    def form(self, inspection: object) -> dict[str, Any]:
        """What a record of the inspection is checked against."""
        answer = self.get(f"/field/inspections/{inspection}.json")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def put(self, uid: UUID | str, record: Any, **headers: str) -> TestResponse:
        """Send a record, or bytes as they are."""
        path = f"/field/submissions/{uid}"
        merged = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(record, bytes):
            return _checked(
                self.client.put(path, data=record, headers=merged, content_type="application/json")
            )
        return _checked(self.client.put(path, json=record, headers=merged))

    def state(self, uid: UUID | str) -> TestResponse:
        """Ask where a record stands."""
        return self.get(f"/field/submissions/{uid}")

    def head(self, name: str) -> TestResponse:
        """How much of a file is there."""
        return self.client.head(f"/field/files/{name}")

    def patch(self, name: str, offset: object, total: object, data: bytes, **headers: str) -> TestResponse:
        """Send a piece of a file."""
        given = {"Upload-Offset": str(offset), "Upload-Length": str(total)}
        merged = self.headers | given | {name.replace("_", "-"): value for name, value in headers.items()}
        return _checked(self.client.patch(f"/field/files/{name}", data=data, headers=merged))

    def send_file(self, name: str, data: bytes) -> TestResponse:
        """Send a whole file in pieces."""
        for offset in range(0, len(data), PIECE):
            answer = self.patch(name, offset, len(data), data[offset : offset + PIECE])
        return answer


def _checked(answer: TestResponse) -> TestResponse:
    assert answer.status_code not in (301, 302, 303, 307, 308), "a call was redirected"
    if answer.status_code >= 400:
        assert "code" in answer.get_json(), answer.text
    return answer
