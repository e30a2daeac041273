"""The catalogue: filters in the address, counts, empty states, a constant number of queries."""

import pytest

from dih.catalogue import queries
from dih.catalogue.models import Service, ServicePartner
from dih.catalogue.queries import Filters
from dih.extensions.database import db
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import Area, Category, TargetGroup
from tests.support import stages
from tests.support.counting import counted


@pytest.fixture
def seeded(context, now):
    stages.seeded(now)


def codes(client) -> list[str]:
    return [link["href"].removeprefix("/services/") for link in client.page.select(".service-card h3 a")]


@pytest.mark.parametrize("language", ["ro", "en"])
def test_all_services_by_category(seeded, client, language):
    assert client.get(f"/services?lang={language}").status_code == 200
    assert len(codes(client)) == len(queries.services()) >= 15
    headings = [heading.get_text(strip=True) for heading in client.page.select("main h2")]
    assert headings[0] == {"ro": "Testare înainte de investiție", "en": "Test before invest"}[language]
    assert len(headings) == len(Category)


def test_each_filter_narrows_and_stays_chosen(seeded, client):
    for address, filters in (
        ("category=skills", Filters(category=Category.SKILLS)),
        ("area=robotics", Filters(area=Area.ROBOTICS)),
        ("technology=iot", Filters(technology="iot")),
        ("partner=ccibn", Filters(partner="ccibn")),
        ("target_group=health_organisation", Filters(target_group=TargetGroup.HEALTH_ORGANISATION)),
        ("category=skills&partner=uo", Filters(category=Category.SKILLS, partner="uo")),
    ):
        _narrows_and_stays(client, address, filters)


def _narrows_and_stays(client, address, filters):
    client.get(f"/services?{address}")
    expected = [service.code for service in queries.services(filters)]
    assert codes(client) == expected
    assert 0 < len(expected) < len(queries.services())
    for pair in address.split("&"):
        name, value = pair.split("=")
        assert client.page.select_one(f"select[name={name}] option[selected]")["value"] == value
    count = client.page.select_one(".services-count").get_text(strip=True)
    assert str(len(queries.services())) in count
    assert client.page.select_one(".filters a[href='/services']") is not None


def test_a_filter_that_does_not_exist_filters_nothing(seeded, client):
    for address in ("category=nonsense", "area=%00", "partner='--", "technology=" + "x" * 5000):
        assert client.get(f"/services?{address}").status_code == 200
        assert len(codes(client)) == len(queries.services())


def test_nothing_fits(seeded, client):
    client.get("/services?category=skills&technology=digital_twins")
    assert codes(client) == []
    assert "Niciun serviciu" in client.page.select_one(".empty-state").get_text()


def test_an_empty_catalogue_says_so(context, client):
    client.get("/services")
    assert "în pregătire" in client.page.select_one(".empty-state").get_text()


def test_a_service_no_longer_offered_is_hidden_but_known(seeded, client):
    with unit_of_work():
        db.session.query(Service).filter_by(code="SEC-AUDIT").update({"active": False})
    client.get("/services")
    assert "SEC-AUDIT" not in codes(client)
    assert client.get("/services/SEC-AUDIT").status_code == 404
    assert queries.by_code("SEC-AUDIT").active is False


def test_partners_come_in_their_order(seeded):
    assert [partner.code for partner in queries.by_code("DIG-MATURITY").partners] == ["clujit", "ccibn", "uo"]
    assert queries.partners()[0].code == "clujit"
    assert queries.by_code("none") is None
    assert queries.by_ids([]) == queries.by_codes([]) == {}


def test_five_or_fifty_services_take_the_same_queries(seeded, client, app):
    with counted() as few:
        client.get("/services")
    with unit_of_work():
        model = queries.by_code("SEC-AUDIT")
        for number in range(50):
            service = Service(
                code=f"MORE-{number}", name=dict(model.name), summary=dict(model.summary),
                deliverables=dict(model.deliverables), category=model.category, area=model.area,
                technologies=list(model.technologies), target_groups=list(model.target_groups),
                price_cents=100, person_days=1, duration_weeks=1,
            )  # fmt: skip
            db.session.add(service)
            db.session.flush()
            db.session.add(ServicePartner(service_id=service.id, partner_id=model.partners[0].id))
    with counted() as many:
        client.get("/services")
    assert len(codes(client)) >= 60
    assert many.number == few.number <= 4, many.statements
