"""A visit in WebKit, on line and off: the record arrives once, and every byte is the one that the phone kept."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.e2e.phone_form import Visit, photo_file, visit_of
from tests.e2e.stored import records, stored_bytes
from tests.live import LiveServer
from tests.makers.inspections import make_inspection
from tests.webkit.driver import Browser
from tests.webkit.hands import (
    download,
    expect_draft,
    expect_kept,
    fill_points,
    fill_scene,
    kept_bytes,
    open_task,
    sign_all,
    sign_in,
    submit,
    submit_short,
    take_photo,
    tap,
)

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def visit(app: Flask) -> Visit:
    """One inspection to be made."""
    return visit_of(make_inspection())


@pytest.fixture
def server(visit: Visit, live_server: LiveServer) -> LiveServer:
    """The server that knows it."""
    return live_server.start()


def assert_arrived(kept: dict[str, bytes]) -> dict[str, Any]:
    """One record, whole; every file of it is byte for byte what the phone kept. What it says."""
    [one] = records()
    assert (one.missing, one.kept_code) == ((), "")
    assert one.files == set(kept)
    assert {sha: stored_bytes(sha) for sha in kept} == kept
    return one.record


def test_a_visit_is_filled_in_kept_over_a_reload_signed_and_received_once(
    phone: Browser, server: LiveServer, visit: Visit, tmp_path: Path
) -> None:
    sign_in(phone, server.address, visit)
    assert phone.run("return [innerWidth, innerHeight]") == [390, 844]
    phone.open(f"{server.address}/field/")
    open_task(phone)
    fill_points(phone)
    take_photo(phone, photo_file(tmp_path), "answers-1-photos", "answers-1-files")
    fill_scene(phone)
    phone.sees("[data-draft]", "已存手机")
    expect_kept(phone, "厂长")

    phone.tell("/refresh")
    expect_draft(phone, 1, "problem")
    phone.sees('[data-photos="answers-1-photos"] [data-sha] .mark-sent', "已存")
    tap(phone, "checkin-method", "manual")
    phone.type('input[name="checkin-reason"]', "码被撕了")
    sign_all(phone, visit)
    kept = kept_bytes(phone)
    assert len(kept) == 4  # one photo, three signatures
    submit(phone)
    phone.sees("[data-sealed-title]", "服务器已收", within=30)

    record = assert_arrived(kept)
    assert [row["value"] for row in record["answers"]] == ["ok", "problem", "ok", "ok"]
    assert [row["due"] for row in record["problems"]] == ["2026-12-20"]
    assert kept_bytes(phone) == {}


def test_without_a_server_the_form_opens_and_the_record_waits_until_it_is_back(
    phone: Browser, server: LiveServer, visit: Visit, tmp_path: Path
) -> None:
    sign_in(phone, server.address, visit)
    download(phone, server.address)
    server.kill()
    phone.open(f"{server.address}/field/")
    open_task(phone)
    phone.sees("[data-net]", "没有连上服务器")
    tap(phone, "outcome", "not_found")
    take_photo(phone, photo_file(tmp_path, size=(800, 600)))
    phone.type('textarea[name="narrative"]', "原址已无人经营。")
    submit_short(phone)
    phone.sees("[data-sealed-title]", "已提交，存在手机里")
    kept = kept_bytes(phone)
    assert len(kept) == 1
    phone.open(f"{server.address}/field/outbox")
    phone.sees("[data-local-list] .chip", "待发送")
    assert records() == []

    server.start()
    phone.sees("[data-local-list] .chip", "服务器已收", within=60)
    assert assert_arrived(kept)["outcome"] == "not_found"
