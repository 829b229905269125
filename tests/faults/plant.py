"""`python -m tests.faults.plant`: people, a metric and a record to write to; prints how to log in as JSON."""

import json
import os
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
django.setup()

from django.db import transaction
from django.test import Client

from capa import services as capas
from evidence.context import acting
from metrics import services as metrics
from people import services as people
from people.models import User
from people.states import Authority
from tests.cast import token_for

WRITERS = 8


def account(name: str, authority: str, *, site, by) -> User:
    user = people.add_person(by=by, username=name, full_name=name.title(), site=site, password="long-enough-2026")
    people.appoint(user, authority=authority, site=site, by=by)
    return user


def session(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies["sessionid"].value


def build() -> dict:
    system = people.ensure_system_user()
    with acting(system), transaction.atomic():
        site = people.add_site(by=system, code="MUC", name="Munich")
        boss = account("boss", Authority.QUALITY_MANAGER, site=site, by=system)
        writers = [account(f"writer{number}", Authority.ENGINEER, site=site, by=system) for number in range(WRITERS)]
        robot = account("robot", Authority.INTEGRATION, site=site, by=system)
        metrics.create_source(by=boss, site=site, code="mes", name="Machine data", account=robot)
        metric = metrics.create_metric(by=boss, site=site, title="Scrap", direction="lower", unit="%")
        record = capas.raise_nonconformity(
            by=boss, site=site, title="Target", description="Remarks go here.", detected_on=date(2026, 1, 5)
        )
        token = token_for(robot)
        return {
            "writers": [{"name": user.username, "session": session(user)} for user in writers],
            "token": str(token),
            "metric": metric.number,
            "record": record.number,
            "record_id": record.pk,
        }


if __name__ == "__main__":
    print(json.dumps(build()))
