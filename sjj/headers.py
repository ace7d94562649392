"""Security headers on every answer. No inline script or style is ever allowed."""

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# The page's own scanner compiles WebAssembly from our own file; no other page may.
POLICY_OF_THE_SCANNER = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


def set_security_headers(app: Flask) -> None:
    """Add the headers to every response of `app`."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "same-origin")
        headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["X-Frame-Options"] = "DENY"
        if g.get("user") is not None and request.endpoint != "static":
            if headers.get("Cache-Control") == "no-cache" and response.mimetype != "text/javascript":
                del headers["Cache-Control"]  # what Flask says of every file: a shared phone would keep it
            headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
