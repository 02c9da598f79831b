"""Every door, tried by everybody."""

from itertools import groupby

import pytest

from tests.doors import ACTORS, DOORS, EVERYBODY, NOBODY, RECORDS, routes, visits

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
#: one of each group for whom the same doors open, what they see behind them aside
UNLIKE = sorted({tuple(actor in door.opens_for for door in DOORS.values()): actor for actor in ACTORS}.values())


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(routes()) == sorted({**DOORS, **RECORDS})


#: a secretary each time, the others where there is time
EACH = pytest.mark.parametrize(
    "actor", [pytest.param(actor, marks=() if actor == "lin" else pytest.mark.long) for actor in UNLIKE]
)


@EACH
def test_nothing_but_what_a_door_takes(pairs, client_of, actor):
    client, wrong = client_of(actor), []
    # which row an address names is nothing to a method that no row takes
    for visit in (next(alike) for _, alike in groupby(visits(pairs), key=lambda one: (one.route, one.door))):
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


@EACH
def test_forms_are_for_those_who_get_in(pairs, client_of, actor):
    client = client_of(actor)
    for visit in visits(pairs):
        if "POST" in visit.door.takes and actor not in visit.door.opens_for:
            assert client.post(visit.address).status_code in {302, 403}, visit.address


def test_refused_pages_lead_to_the_sign_in(client):
    response = client.get("/organizations/")
    assert response.headers["Location"] == "/sign-in/?next=/organizations/"
