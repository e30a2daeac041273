"""Makes the people of the hub and its partners known on the database of the environment; for journeys.

python -m tests.support.staff
"""

from dih.demo.people import hire, password_hash
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from tests.support.live_wsgi import app

if __name__ == "__main__":
    with app.app_context():
        hashed = password_hash()
        with unit_of_work():
            hire(clock.now(), hashed)
