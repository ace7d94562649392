"""The page that tells how a phone comes to trust this server, and the certificate it installs.

Open to everybody: whoever needs it cannot be asked to type a password over a connection that is not trusted yet.
A certificate is public by its nature; the keys have no address.
"""

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, abort

from sjj.tls.authority import Files, TlsRefused, fingerprint, read
from sjj.web import instance_folder, page, public

bp = Blueprint("tls", __name__, url_prefix="/tls")


def _files() -> Files:
    files = Files(instance_folder() / "tls")
    if not files.ca.is_file():
        abort(404)
    return files


@bp.get("/")
@public
def trust() -> Response:
    """What to do on a phone or a computer."""
    try:
        authority = read(_files().ca)
    except TlsRefused:
        abort(404)
    return page("tls/trust.html", fingerprint=fingerprint(authority), until=authority.not_valid_after_utc)


@bp.get("/ca.crt")
@public
def ca() -> Response:
    """The authority's certificate, as phones install it."""
    try:
        data = read(_files().ca).public_bytes(Encoding.DER)
    except TlsRefused:
        abort(404)
    response = Response(data, mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = "attachment; filename=sjj-ca.crt"
    return response
