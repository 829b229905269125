"""Numbers without gaps, whoever opens records at the same moment."""

import threading
from contextvars import copy_context

from django.db import connections, transaction

from capa import services as capas
from capa.models import Capa
from people.models import Appointment, Site, User
from people.states import Authority
from tests.cast import refusal


def test_eight_threads_leave_no_gap(committed_db):
    """Each fifth record is given up half-way: its number is given to the next."""
    site = Site.objects.create(code="MUC", name="Munich")
    olga = User.objects.create(username="olga", password="!", full_name="Olga", site=site)
    Appointment.objects.create(person=olga, authority=Authority.ENGINEER, site=site)
    gate, faults = threading.Barrier(8), []

    def open_some():
        gate.wait()
        try:
            for number in range(10):
                with transaction.atomic():
                    capas.open_capa(by=olga, site=site, title=f"C{number}", problem="p")
                    if number % 5 == 4:
                        transaction.set_rollback(True)
        except Exception as fault:  # told to the test below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=[open_some]) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    given = sorted(Capa.objects.values_list("number", flat=True))
    assert [int(number.rsplit("-", 1)[1]) for number in given] == list(range(1, 65))


def test_each_site_and_kind_counts_for_itself(munich, lyon, olga, sam, grinding):
    numbers = [
        capas.open_capa(by=by, site=site, title="C", problem="p").number
        for by, site in ((olga, munich), (sam, lyon), (olga, munich))
    ]
    assert [number.split("-")[0] + number[-5:] for number in numbers] == ["MUC-0001", "LYS-0001", "MUC-0002"]


def test_a_process_of_another_site_is_refused(munich, lyon, olga, grinding, welding):
    """Also for somebody who sees both sites."""
    with refusal("process-elsewhere"):
        capas.open_capa(by=olga, site=munich, title="C", problem="p", process=welding)
    capa = capas.open_capa(by=olga, site=munich, title="C", problem="p", process=grinding)
    with refusal("process-elsewhere"):
        capas.edit_capa(capa, by=olga, process=welding)
    line = Site.objects.create(code="MUCL", name="Line 1", parent=munich)
    assert capas.open_capa(by=olga, site=line, title="C", problem="p", process=grinding).site == line
