"""Loaded once into the process from which racing processes are forked: everything that an application imports."""

from dih.factory import create_app
from tests.support.settings import FOR_TESTS

create_app({**FOR_TESTS, "SQLALCHEMY_DATABASE_URI": "sqlite://"})
