"""The WSGI entry for servers that look for one; `sjj serve` does not need it."""

from sjj.app import create_app

app = create_app()
