def test_city(city):
    from portal.core import indicators, validity
    r = indicators.rates(validity.today(), "city", ["branch-coverage", "work-coverage"])
    assert [(x.met, x.eligible) for x in r] == [(3, 7), (4, 7)]
