"""Every page that a demo account can reach by links opens, keeps the house rules, and swaps as it reloads."""

import pytest
from flask import Flask

from tests.demo.conftest import DEMO_PASSWORD
from tests.demo.crawler import Walk
from tests.visitor import Visitor

pytestmark = pytest.mark.slow

LEAST = {"auditor": 3, "security": 4, "admin": 8, "leader": 15, "zf-lin-01": 5, "zf-huan-02": 5}


ACCOUNTS = (
    *("admin", "security", "auditor", "leader"),
    *("clerk-lin", "clerk-huan", "approver-lin", "supervisor-huan"),
    *("zf-lin-01", "zf-huan-02"),
)
ON_BOTH = ("clerk-lin", "zf-huan-02")  # their pages ask nearly every query; what a role may see is the same
WALKS = [
    *(pytest.param("sqlite", name, id=f"sqlite-{name}") for name in ACCOUNTS),
    *(
        pytest.param("postgresql", name, id=f"postgresql-{name}", marks=pytest.mark.postgresql)
        for name in ON_BOTH
    ),
]


@pytest.mark.parametrize(("filled", "username"), WALKS, indirect=["filled"])
def test_all_pages_of_this_account(demo_app: Flask, username: str) -> None:
    walk = Walk(Visitor(demo_app).sign_in(username, DEMO_PASSWORD)).from_("/")
    assert not walk.troubles, "\n".join(walk.troubles)
    assert len(walk.opened) >= LEAST.get(username, 40)


def test_all_pages_of_the_public(demo_app: Flask) -> None:
    walk = Walk(Visitor(demo_app)).from_("/public/")
    assert not walk.troubles, "\n".join(walk.troubles)
    assert len(walk.opened) >= 20
