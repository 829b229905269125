"""Whom somebody may name: the people of the sites they see, and those whose authority reaches there."""

import pytest

from people import selectors
from people import services as people
from people.states import Authority

pytestmark = pytest.mark.usefixtures("db")


def test_a_manager_of_the_group_can_be_named_at_its_sites_and_no_stranger(system):
    group = people.add_site(by=system, code="GRP", name="Group")
    works = people.add_site(by=system, code="WRK", name="Works", parent=group)
    other = people.add_site(by=system, code="OTH", name="Other works", parent=group)
    olga, mona, sam = (
        people.add_person(by=system, username=name, full_name=name, site=site)
        for name, site in (("olga1", works), ("mona1", group), ("sam1", other))
    )
    people.appoint(olga, authority=Authority.ENGINEER, site=works, by=system)
    people.appoint(mona, authority=Authority.MANAGER, site=group, by=system)
    people.appoint(sam, authority=Authority.QUALITY_MANAGER, site=other, by=system)
    assert set(selectors.visible_people(olga)) == {olga, mona}
    assert selectors.parent_site_ids(olga) == {group.pk}
    assert set(selectors.authorities(mona)) == {group.pk, works.pk, other.pk}
