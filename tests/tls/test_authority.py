"""https on an intranet: what the certificates promise, who may read the keys, and a real handshake with them."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from sjj.tls.authority import (
    Files,
    TlsRefused,
    fingerprint,
    host,
    hosts_of,
    is_due,
    issue,
    make_authority,
    read,
)
from sjj.tls.cli import tls
from sjj.web import instance_folder
from tests.chromium import CHROMIUM, QUIET, shared_browser
from tests.live import ROOT
from tests.postgres import free_port
from tests.visitor import Visitor

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
HERE = [host("sjj.example.gov.cn"), host("10.1.2.3"), host("localhost"), host("127.0.0.1")]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """An authority and a certificate for HERE."""
    made = Files(tmp_path / "tls")
    make_authority(made, HERE, "试点县林业局", NOW)
    issue(made, HERE, NOW)
    return made


def handshake(files: Files, name: str) -> None:
    """Client and server shake hands over `name`; the client trusts the authority and nothing else."""
    client, server = ssl.create_default_context(cafile=files.ca), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    pipes = [ssl.MemoryBIO() for _ in range(2)]
    ends = [
        client.wrap_bio(pipes[0], pipes[1], server_hostname=name),
        server.wrap_bio(pipes[1], pipes[0], server_side=True),
    ]
    for end in (*ends, *ends):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue


def test_the_certificate_is_trusted_by_who_trusts_the_authority_for_these_hosts_only(files: Files) -> None:
    certificate, authority = read(files.certificate), read(files.ca)
    assert hosts_of(certificate) == HERE
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=397)
    assert authority.not_valid_after_utc > NOW + timedelta(days=3600)
    assert certificate.not_valid_before_utc < NOW - timedelta(hours=12), "a phone's clock may be behind"
    for path in (files.ca_key, files.key):
        assert path.stat().st_mode & 0o777 == 0o600
    assert files.folder.stat().st_mode & 0o777 == 0o700


def test_hands_are_shaken_by_name_and_by_address(tmp_path: Path) -> None:
    files = Files(tmp_path / "tls")
    make_authority(files, HERE, "试点县林业局", datetime.now(UTC))
    issue(files, HERE, datetime.now(UTC))
    for name in ("sjj.example.gov.cn", "localhost", "10.1.2.3", "127.0.0.1"):
        handshake(files, name)
    for stranger in ("bank.example.com", "10.1.2.4"):
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(files, stranger)


def test_a_stolen_authority_cannot_speak_for_others(tmp_path: Path) -> None:
    now, files = datetime.now(UTC), Files(tmp_path / "tls")
    make_authority(files, HERE, "试点县林业局", now)
    for stranger in ("bank.example.com", "8.8.8.8", "example.gov.cn"):
        with pytest.raises(TlsRefused, match="--new-ca"):
            issue(files, [host(stranger)], now)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sjj.tls.authority.is_permitted", lambda *_: True)  # what a thief would do
            issue(files, [host(stranger)], now)
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
            handshake(files, stranger)


def test_it_is_renewed_when_it_is_due_and_not_before(files: Files) -> None:
    assert not is_due(files, HERE, NOW + timedelta(days=300))
    assert is_due(files, HERE, NOW + timedelta(days=340))
    assert is_due(files, [*HERE, host("10.1.2.4")], NOW)
    other = Files(files.folder.parent / "other")
    make_authority(other, HERE, "别的局", NOW)
    other.ca.replace(files.ca)
    assert is_due(files, HERE, NOW), "it was signed by another authority"
    files.certificate.unlink()
    assert is_due(files, HERE, NOW)


@pytest.mark.parametrize("text", ["", "a b", "-x", "x_y", "http://x", "x" * 64, "主机", "1.2.3.4/8"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(TlsRefused):
        host(text)


def test_one_command_makes_them_and_leaves_them_alone(app: Flask, visitor: Visitor) -> None:
    assert visitor.client.get("/tls/").status_code == 404
    assert visitor.client.get("/tls/ca.crt").status_code == 404
    runner = app.test_cli_runner()
    first = runner.invoke(tls, ["--name", "sjj.example.gov.cn", "--name", "10.1.2.3"])
    assert first.exit_code == 0, first.output
    files = Files(instance_folder() / "tls")
    before = files.certificate.read_bytes()
    again = runner.invoke(tls)
    assert again.exit_code == 0, again.output
    assert "没有改动" in again.output or files.certificate.read_bytes() != before
    assert hosts_of(read(files.certificate))[:2] == [host("sjj.example.gov.cn"), host("10.1.2.3")]
    assert runner.invoke(tls, ["--name", "bank.example.com"]).exit_code == 1
    assert "不是主机名" in runner.invoke(tls, ["--name", "a b"]).output
    given = visitor.client.get("/tls/ca.crt")
    assert given.mimetype == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(given.data) == read(files.ca)
    assert fingerprint(read(files.ca)) in visitor.open("/tls/").get_text()
    assert fingerprint(read(files.ca)) in first.output
    assert runner.invoke(tls, ["--new-ca", "--name", "bank.example.com"]).exit_code == 0
    assert x509.load_der_x509_certificate(given.data) != read(files.ca)


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[int, Files]]:
    """`sjj tls` and `sjj serve --tls` as an administrator runs them."""
    (tmp_path / "sjj.db").write_bytes(sqlite_template.read_bytes())
    port, environ = free_port(), os.environ | {"SJJ_INSTANCE": str(tmp_path)}
    environ["SJJ_PUBLIC_URL"] = f"https://localhost:{port}"
    command = [sys.executable, "-m", "sjj"]
    subprocess.run(
        [*command, "tls", "--name", "localhost"], env=environ, check=True, capture_output=True, cwd=ROOT
    )
    process = subprocess.Popen(
        [*command, "serve", "--tls", "--port", str(port)],
        env=environ, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < end
            time.sleep(0.1)
        yield port, Files(tmp_path / "tls")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.e2e
def test_a_phone_that_trusts_only_the_authority_works_off_line(
    served: tuple[int, Files], pytestconfig: pytest.Config
) -> None:
    port, files = served
    trusting = ssl.create_default_context(cafile=files.ca)
    for name in ("localhost", "127.0.0.1"):
        connection = HTTPSConnection(name, port, context=trusting, timeout=30)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        assert answer.status == 200
        assert "Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"]
        connection.close()
    stranger = HTTPSConnection("localhost", port, context=ssl.create_default_context(), timeout=30)
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/sign-in")
    key = read(files.certificate).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    known = f"--ignore-certificate-errors-spki-list={b64encode(sha256(key).digest()).decode()}"
    chromium = shared_browser(pytestconfig).browser_type
    browser = chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET, known])
    page = browser.new_page()
    page.goto(f"https://localhost:{port}/sign-in")
    script = "navigator.serviceWorker.register('/field/worker.js', {scope: '/field/'}).then(one => one.scope)"
    assert page.evaluate(script) == f"https://localhost:{port}/field/"
    assert page.evaluate("window.isSecureContext")
    browser.close()
