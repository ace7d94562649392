"""A phone whose office is just writing something large: the record waits on it and goes by itself afterwards."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.phone_form import Visit
from tests.e2e.stored import records
from tests.e2e.valley import chip_of, go_out, make_short_visit, without_network
from tests.inspections.test_contract_busy import another_writer
from tests.live import LiveServer
from tests.proxy import BadNetwork

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.usefixtures("forgive_the_lost_network"),
]


def test_a_record_that_meets_a_large_write_waits_and_goes_by_itself(
    phone: Page,
    phone_context: BrowserContext,
    network: BadNetwork,
    live_server: LiveServer,
    visit: Visit,
    tmp_path: Path,
) -> None:
    go_out(phone, network.address, visit)
    with without_network(phone_context):
        make_short_visit(phone, network.address, visit, tmp_path)
    with another_writer(live_server.instance):
        with phone.expect_response(lambda one: "/field/submissions/" in one.url, timeout=30_000) as told:
            phone.goto(f"{network.address}/field/outbox")
        assert told.value.status == 503
        expect(phone.locator("[data-local-list] .chip")).to_have_text("待发送")
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=30_000)
    assert chip_of(phone) == "服务器已收"
    assert len(records()) == 1
