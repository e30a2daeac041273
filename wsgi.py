"""The application for gunicorn and for `flask`."""

from dih.factory import create_app

app = create_app()
