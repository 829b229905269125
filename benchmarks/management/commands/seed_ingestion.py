"""`seed_ingestion`: a machine that pushes values; prints its token and the number of its metric."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from evidence.context import acting
from metrics import services as metrics
from metrics.states import Better, Every
from people import services as people
from people.models import Site
from people.states import Authority, Scope


class Command(BaseCommand):
    help = "Make a source, its account and a metric; prints them as JSON."

    def handle(self, **options: Any) -> None:
        system = people.ensure_system_user()
        site = Site.objects.get(code="MAIN")
        with acting(system):
            robot = people.add_person(by=system, username="robot", full_name="Robot", site=site)
            people.appoint(robot, authority=Authority.INTEGRATION, site=site, by=system)
            admin = people.add_person(by=system, username="admin", full_name="Ada", site=site)
            people.appoint(admin, authority=Authority.ADMINISTRATOR, site=site, by=system)
            source = metrics.create_source(by=system, site=site, code="ROBOT", name="Robot", account=robot)
            metric = metrics.create_metric(
                by=system, site=site, title="Bore", direction=Better.LOWER, unit="mm", cadence=Every.WEEK
            )
        with acting(admin):
            _token, secret = people.create_token(
                robot, by=admin, name="robot", site=site, scopes=[Scope.MEASURE], days=30
            )
        told = {"token": secret, "metric": metric.number, "metric_id": metric.pk, "source_id": source.pk}
        self.stdout.write(json.dumps(told))
