"""The application for gunicorn and for `flask`."""

import gc

gc.disable()  # what is loaded stays: to look through it for garbage takes a tenth of the time of loading

from dih.factory import create_app  # noqa: E402

app = create_app()

gc.freeze()
gc.set_threshold(50_000, 20, 50)  # a page leaves little garbage in cycles behind, and makes ten thousands of objects
gc.enable()
