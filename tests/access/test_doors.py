"""Every door, tried by everybody."""

import pytest

from tests.doors import ACTORS, DOORS, EVERYBODY, NOBODY, routes, visits

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(routes()) == sorted(DOORS)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_gets_in(pairs, client_of, actor):
    client, wrong = client_of(actor), []
    for visit in visits(pairs):
        answer = client.get(visit.address).status_code
        if answer != visit.expected(actor):
            wrong.append(f"{visit.address}: {answer}, not {visit.expected(actor)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", ACTORS)
def test_nothing_but_what_a_door_takes(pairs, client_of, actor):
    client, wrong = client_of(actor), []
    for visit in visits(pairs):
        for method in UNSAFE:
            if method in visit.door.takes:
                continue
            answer = client.generic(method, visit.address).status_code
            if answer not in refusals(visit, actor):
                wrong.append(f"{method} {visit.address}: {answer}")
    assert not wrong, "\n".join(wrong)


def refusals(visit, actor):
    """How a method that a door does not take may be refused."""
    if actor in visit.door.leads_on:
        return {302, 405}
    if actor in visit.door.opens_for and actor not in NOBODY and (visit.is_api or actor != "token"):
        return {405}
    if visit.door.opens_for >= EVERYBODY:
        return {405}
    return {401, 403} if visit.is_api else {302, 403, 405}


@pytest.mark.parametrize("actor", ACTORS)
def test_forms_are_for_those_who_get_in(pairs, client_of, actor):
    client = client_of(actor)
    for visit in visits(pairs):
        if "POST" in visit.door.takes and actor not in visit.door.opens_for:
            assert client.post(visit.address).status_code in {302, 403}, visit.address


def test_refused_pages_lead_to_the_sign_in(client):
    response = client.get("/organizations/")
    assert response.headers["Location"] == "/sign-in/?next=/organizations/"
