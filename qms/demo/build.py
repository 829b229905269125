"""Make the demo plant: play all stories up to today, in one transaction."""

from datetime import date

from django.db import transaction

from evidence import services as evidence
from evidence.context import acting
from people.selectors import system_user
from qms.demo import (
    authoring,
    bringing,
    deriving,
    measuring,
    people,
    planning,
    quality,
    register,
    reviewing,
    station,
    training,
)
from qms.demo.improvements import ALL, RINGS
from qms.demo.improving import Improving
from qms.demo.plant import Plant


@transaction.atomic
def build(*, today: date) -> Plant:
    """The whole plant or nothing; no job sees it half-made."""
    with acting(system_user(), reason="demo plant"):
        evidence.mark_demo_database()
    plant = Plant(today)
    people.settle(plant)
    under_way = {what.key: Improving(plant, what) for what in ALL}
    rings = under_way[RINGS.key]
    stories = [quality.control_plans(plant)]
    for improving in under_way.values():
        stories += improving.stories()
    stories += [
        quality.complaints(plant, rings),
        quality.ring_capa(plant, rings),
        quality.management_review(plant, "MUC", "axel", 37, ("Carry the gauge check over to the second cell", "olga")),
        quality.management_review(plant, "GDN", "sam", 50, ("Mark the settings of the second seamer too", "wanda")),
        *training.stories(plant),
        quality.slipping_now(plant),
        measuring.unwatched(plant),
        deriving.worked_out(plant),
        bringing.files_of_values(plant),
        *planning.stories(plant, under_way),
        station.at_the_station(plant),
        quality.today(plant),
        authoring.procedure(plant),
        authoring.standard_work(plant),
        reviewing.route(plant),
        reviewing.changes(plant),
        reviewing.deputy(plant),
        *register.stories(plant),
        plant.work(),
    ]
    plant.play(stories)
    quality.trail_review(plant)
    return plant
