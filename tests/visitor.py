"""A test's browser: it opens pages, submits their forms as they stand, and holds each page to the house rules."""

import re
from collections import Counter
from contextvars import Context
from hashlib import blake2b
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sjj.accounts.models import User
from sjj.database import db

PASSWORD = "right-horse-7"
TOKEN = re.compile(rb'name="csrf_token" value="[^"]+"')
LEAKED = re.compile(r"\bNone\b|\bundefined\b|\{\{|\{%|<[A-Z]\w+ object|\bTrue\b|\bFalse\b")
_FINE: set[bytes] = (
    set()
)  # pages that kept the rules, but for their tokens: the same page is not checked twice


class OutsideClient(FlaskClient):
    """A test client whose requests share nothing with the test: neither its context nor its transaction."""

    def open(self, *arguments: Any, **more: Any) -> Any:
        """Send a request as a browser would, from outside."""
        db.session.commit()
        return Context().run(super().open, *arguments, **more)


class HouseRule(AssertionError):
    """A page breaks one of the rules that every page keeps."""


class Visitor:
    """One person with a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.response: TestResponse | None = None
        self.page = BeautifulSoup("", "html.parser")

    def sign_in(self, user: User | str, password: str = PASSWORD) -> "Visitor":
        """Sign in through the form."""
        self.open("/sign-in")
        name = user if isinstance(user, str) else user.username
        self.submit(username=name, password=password, status=303)
        return self

    def open(self, path: str, status: int = 200, **more: Any) -> BeautifulSoup:
        """Open a page and check it."""
        return self._take(self.client.get(path, **more), status)

    def post(self, path: str, status: int = 303, **data: Any) -> BeautifulSoup:
        """Post values with the token of the page that is open."""
        data.setdefault("csrf_token", self.csrf())
        multipart = "multipart/form-data"
        return self._take(self.client.post(path, data=data, content_type=multipart), status)

    def submit(self, form: str = "main form, form", status: int = 303, **values: Any) -> BeautifulSoup:
        """Fill in and send the page's (first matching) form; other controls keep what they show."""
        found = self._form(form)
        data = {**controls(found), **values}
        return self._take(
            self.client.post(
                str(found["action"]) or self._path(), data=data, content_type="multipart/form-data"
            ),
            status,
        )

    def follow(self) -> BeautifulSoup:
        """Go where the last answer points."""
        assert self.response is not None
        return self.open(self.response.headers["Location"])

    def csrf(self) -> str:
        """The token of the open page, or of the sign-in page."""
        field = self.page.select_one('input[name="csrf_token"]')
        if field is None:
            page = BeautifulSoup(self.client.get("/account/password").data, "html.parser")
            field = page.select_one('input[name="csrf_token"]')
        assert field is not None
        return str(field["value"])

    def text(self) -> str:
        """What the page says, white space folded."""
        return re.sub(r"\s+", " ", self.page.get_text(" ")).strip()

    def _form(self, selector: str) -> Tag:
        forms = [f for f in self.page.select(selector) if str(f.get("method", "get")).lower() == "post"]
        forms = [f for f in forms if "sign-out" not in str(f["action"])] or forms
        assert forms, f"no form to send on {self._path()}"
        return forms[0]

    def _path(self) -> str:
        assert self.response is not None
        return self.response.request.full_path.rstrip("?")

    def _take(self, response: TestResponse, status: int) -> BeautifulSoup:
        self.response = response
        assert response.status_code == status, (
            f"{response.request.method} {response.request.path}: {response.status_code}, expected {status}\n"
            + response.get_data(as_text=True)[:3000]
        )
        if response.mimetype == "text/html" and response.data:
            self.page = BeautifulSoup(response.data, "html.parser")
            seen = blake2b(TOKEN.sub(b"", response.data)).digest()
            if self.page.find("html") is not None and seen not in _FINE:
                check_house_rules(self.page, response.request.path)
                _FINE.add(seen)
        return self.page


def controls(form: Tag) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    data: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), str(control.get("type", "text"))
        if control.name == "textarea":
            data[name] = control.get_text()
        elif control.name == "select":
            chosen = [str(o.get("value", "")) for o in control.select("option[selected]")]
            if not control.has_attr("multiple") and not chosen:
                chosen = [str(o.get("value", "")) for o in control.select("option")[:1]]
            data[name] = chosen if control.has_attr("multiple") else "".join(chosen)
        elif kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                value = str(control.get("value", "on"))
                data[name] = [*data[name], value] if isinstance(data.get(name), list) else [value]
        elif kind not in ("submit", "button", "file"):
            data[name] = str(control.get("value", ""))
    return data


def check_house_rules(page: BeautifulSoup, path: str) -> None:
    """Every page: one h1, a title that begins with it, labels, unique ids, form actions, nothing leaked."""
    tags = list(page.find_all(True))
    problems = [problem for rule in RULES for problem in rule(page, tags)]
    if problems:
        raise HouseRule(f"{path}: " + "; ".join(problems))


def _named(tags: list[Tag], *names: str) -> list[Tag]:
    return [tag for tag in tags if tag.name in names]


def _one_heading(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    headings = _named(tags, "h1")
    if len(headings) != 1:
        return [f"{len(headings)} h1"]
    heading = re.sub(r"\s+", " ", headings[0].get_text(" ")).strip()
    title = page.title.get_text().strip() if page.title else ""
    return (
        []
        if heading and title.replace(" ", "").startswith(heading.replace(" ", ""))
        else [f"title “{title}” / h1 “{heading}”"]
    )


def _language(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    return [] if [one.get("lang") for one in _named(tags, "html")][:1] == ["zh-Hans"] else ["no lang"]


def _labels(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    problems = []
    named = {str(label["for"]) for label in _named(tags, "label") if label.has_attr("for")}
    for control in _named(tags, "input", "select", "textarea"):
        if control.get("type") in ("hidden", "submit", "button") or control.get("id") in named:
            continue
        if not (control.get("aria-label") or control.get("aria-labelledby") or control.find_parent("label")):
            problems.append(f"no label on {control.get('name') or control}")
    return problems


def _unique_ids(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    ids = Counter(str(tag["id"]) for tag in tags if tag.has_attr("id"))
    return [f"id twice: {name}" for name in sorted(ids) if ids[name] > 1]


def _form_actions(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    problems = []
    for form in _named(tags, "form"):
        if not form.has_attr("action"):
            problems.append(f"form without action: {form.attrs}")
        is_post = str(form.get("method", "get")).lower() == "post"
        if is_post and not form.find("input", attrs={"name": "csrf_token"}):
            problems.append(f"form without token: {form.get('action')}")
        if form.has_attr("hx-post") and form["hx-post"] != form.get("action"):
            problems.append(f"hx-post differs from action: {form['hx-post']}")
    return problems


def _nothing_leaked(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    leaked = LEAKED.findall(page.get_text(" "))
    return [f"leaked: {word}" for word in sorted(set(leaked))]


def _no_inline_code(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    problems = [
        f"inline script: {tag.get_text()[:40]}"
        for tag in _named(tags, "script")
        if not tag.get("src") and tag.get("type") != "application/json"
    ]
    problems += ["style element" for _ in _named(tags, "style")]
    for tag in tags:
        problems += ["inline style"] if tag.has_attr("style") else []
        problems += [f"handler {name}" for name in tag.attrs if name.startswith("on")]
    return problems


RULES = (_one_heading, _language, _labels, _unique_ids, _form_actions, _nothing_leaked, _no_inline_code)
