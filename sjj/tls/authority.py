"""A certificate authority for one office's intranet, and the server's certificate that it signs.

The authority can only speak for private addresses and for the names it was made for (name constraints): whoever
stole its key could not pose as a bank to the phones that trust it. Its key is readable by its owner alone and
never leaves the machine. Nothing here asks the network for anything.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
SERVER_DAYS = 397  # what browsers accept at most
RENEW_BEFORE = timedelta(days=60)
BACKDATED = timedelta(days=1)  # for phones whose clock is behind

PRIVATE_NAMES = ("localhost", "local", "lan", "internal", "intranet", "home.arpa")
PRIVATE_NETWORKS = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)

Address = IPv4Address | IPv6Address
Host = str | Address


class TlsRefused(Exception):
    """It cannot be done this way; the message may be shown."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the four files of an installation lie."""

    folder: Path

    @property
    def ca_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.crt"


def host(text: str) -> Host:
    """A host name or an address. Raises TlsRefused."""
    text = text.strip().rstrip(".").lower()
    try:
        return ip_address(text)
    except ValueError:
        pass
    labels = text.split(".")
    good = all(
        one.isascii() and one.replace("-", "").isalnum() and one.strip("-") == one and len(one) < 64
        for one in labels
    )
    if not good or len(text) > 200:
        raise TlsRefused(f"“{text}”不是主机名或 IP 地址")
    return text


def make_authority(files: Files, hosts: Iterable[Host], office: str, now: datetime) -> None:
    """A new authority; every phone must install it anew."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"随机检本地根证书 {office}"[:64])])
    since = now - BACKDATED
    usage = {"key_cert_sign": True, "crl_sign": True}
    builder = (
        _begun(name, name, key, since, since + timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(**usage), critical=True)
        .add_extension(x509.NameConstraints(_permitted(hosts), None), critical=True)
    )
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_key(files.ca_key, key)
    _write(files.ca, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), 0o644)


def issue(files: Files, hosts: Iterable[Host], now: datetime) -> None:
    """A new certificate for these hosts, signed by the authority. Raises TlsRefused for what it may not sign."""
    authority = read(files.ca)
    wanted = list(dict.fromkeys(hosts))
    if outside := [str(one) for one in wanted if not is_permitted(one, authority)]:
        raise TlsRefused(
            f"现有的根证书不能为 {'、'.join(outside)} 签发。加上 --new-ca 重做根证书，然后每台手机都要重新安装。"
        )
    signer = serialization.load_pem_private_key(files.ca_key.read_bytes(), None)
    if not isinstance(signer, EllipticCurvePrivateKey):
        raise TlsRefused("根证书的密钥不是本程序所做，请加上 --new-ca 重做")
    key, since = generate_private_key(SECP256R1()), now - BACKDATED
    until = min(since + timedelta(days=SERVER_DAYS), authority.not_valid_after_utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(wanted[0])[:64])])
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = (
        _begun(name, authority.subject, key, since, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in wanted]), critical=False)
    )
    made = builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    _write_key(files.key, key)
    _write(files.certificate, made + files.ca.read_bytes(), 0o644)


def read(path: Path) -> x509.Certificate:
    """The (first) certificate of a file. Raises TlsRefused."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise TlsRefused(f"读不出证书 {path.name}，请先运行：sjj tls") from problem


def hosts_of(certificate: x509.Certificate) -> list[Host]:
    """The names and addresses that a certificate is for, in its order."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [one.value for one in found if isinstance(one, x509.DNSName | x509.IPAddress)]


def is_due(files: Files, hosts: Iterable[Host], now: datetime) -> bool:
    """Whether the server's certificate is missing, ends soon, is for other hosts or of another authority."""
    if not files.certificate.is_file() or not files.key.is_file():
        return True
    certificate = read(files.certificate)
    try:
        certificate.verify_directly_issued_by(read(files.ca))
    except Exception:  # any way in which a signature can be wrong
        return True
    return certificate.not_valid_after_utc - now < RENEW_BEFORE or not set(hosts) <= set(
        hosts_of(certificate)
    )


def is_permitted(wanted: Host, authority: x509.Certificate) -> bool:
    """Whether an authority may speak for this host."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    for one in constraints.permitted_subtrees or []:
        if isinstance(wanted, str):
            if isinstance(one, x509.DNSName) and f".{wanted}".endswith(f".{one.value}"):
                return True
        elif isinstance(one, x509.IPAddress) and wanted in one.value:
            return True
    return False


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate as phones show it: pairs of digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _begun(
    name: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _permitted(hosts: Iterable[Host]) -> list[x509.GeneralName]:
    names = {*PRIVATE_NAMES, *(one for one in hosts if isinstance(one, str))}
    alone = {ip_network(one) for one in hosts if not isinstance(one, str) and not _is_private(one)}
    networks: list[IPv4Network | IPv6Network] = [*PRIVATE_NETWORKS, *sorted(alone, key=str)]
    return [*map(x509.DNSName, sorted(names)), *map(x509.IPAddress, networks)]


def _is_private(address: Address) -> bool:
    return any(address in network for network in PRIVATE_NETWORKS)


def _general(one: Host) -> x509.GeneralName:
    return x509.DNSName(one) if isinstance(one, str) else x509.IPAddress(one)


def _write_key(path: Path, key: EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, text, 0o600)


def _write(path: Path, data: bytes, mode: int) -> None:
    """In one step, and never readable by others for a moment."""
    temporary = path.with_name(f".{uuid4().hex}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
