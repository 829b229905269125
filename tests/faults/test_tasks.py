"""Tasks are done once, whoever is killed, and what cannot be done is given up with an alarm. On real workers."""

import signal
import time

import pytest

from qms.embedded.runtime import Canary
from tests.faults.conftest import sized
from tests.faults.rig import Rig, until

MINUTE = 60.0


@pytest.fixture(scope="module", autouse=True)
def second_worker(rig: Rig) -> None:
    """Another worker, with another clock in it."""
    rig.supervisor.add(rig.worker("second"))


def remark(rig: Rig, text: str, wait: float = 0.0) -> str:
    return rig.ask_for("faults.remark", record_id=rig.plant["record_id"], text=text, wait=wait)


@pytest.mark.xdist_group("faults")
def test_what_nobody_was_told_of_is_done_within_a_minute(rig: Rig) -> None:
    """Committed, then dead before the broker heard of it."""
    message = remark(rig, "never nudged")
    assert until(lambda: rig.done(message), seconds=MINUTE) <= MINUTE
    assert rig.remarks("never nudged") == 1


@pytest.mark.xdist_group("faults")
def test_a_worker_killed_in_the_middle_of_a_task_leaves_one_effect(rig: Rig, keep_result) -> None:
    """The effect is written, the worker dies before the commit; another does it."""
    kills = sized(1, 15)
    for number in range(kills):
        message = remark(rig, f"killed {number}", wait=3.0)
        until(lambda message=message: _is_running(rig, message), seconds=MINUTE, every=0.05)
        for name in ("worker", "second"):
            process = rig.process(name)
            if process is not None:
                process.send_signal(signal.SIGKILL)
        until(lambda message=message: rig.done(message), seconds=2 * MINUTE)
        assert rig.remarks(f"killed {number}") == 1
    keep_result("killed_in_a_task", {"kills": kills, "effects": kills})


def _is_running(rig: Rig, message: str) -> bool:
    """Whether a worker holds the row: it is in the middle of the task."""
    free = "SELECT 1 FROM jobs_outboxmessage WHERE id = %s FOR UPDATE SKIP LOCKED"
    started = rig.sql("SELECT attempts > 0 FROM jobs_outboxmessage WHERE id = %s", message)[0][0]
    return bool(started) and not rig.sql(free, message)


@pytest.mark.xdist_group("faults")
def test_delivered_ten_times_on_two_workers_one_effect(rig: Rig) -> None:
    """Also while the first delivery is still at work."""
    message = remark(rig, "ten times", wait=2.0)
    code = f"from qms.celery import app; [app.send_task('jobs.deliver', args=['{message}']) for _ in range(10)]"
    rig.python("-c", code)
    until(lambda: rig.done(message), seconds=MINUTE)
    rig.python("-c", code)
    time.sleep(3)
    assert rig.remarks("ten times") == 1


@pytest.mark.xdist_group("faults")
def test_two_clocks_take_each_slot_once(rig: Rig) -> None:
    """Both workers have a clock in them; what is due is claimed once."""
    slots = dict(rig.sql("SELECT job, count(DISTINCT slot) FROM jobs_periodicclaim GROUP BY 1"))
    asked = dict(rig.sql("SELECT task, count(*) FROM jobs_outboxmessage WHERE task = ANY(%s) GROUP BY 1", list(slots)))
    assert {"jobs.canary", "capa.remind"} <= set(slots)
    assert asked == slots


@pytest.mark.xdist_group("faults")
def test_the_canary_comes_through_after_the_broker_was_killed_and_emptied(rig: Rig) -> None:
    """The workers are not started again, and take tasks within a minute."""
    with rig.broker() as client:
        client.flushall()
    workers = {name: until_running(rig, name) for name in ("worker", "second")}
    broker = rig.process("valkey")
    assert broker is not None
    broker.kill()
    message = rig.ask_for("jobs.canary")
    assert until(lambda: rig.done(message), seconds=MINUTE) <= MINUTE
    assert {name: until_running(rig, name) for name in workers} == workers
    assert Canary(rig.environment["DATABASE_URL"], every=0)(running=1000.0)


def until_running(rig: Rig, name: str) -> int:
    until(lambda: rig.process(name) is not None, seconds=MINUTE)
    process = rig.process(name)
    return process.pid if process else 0


@pytest.mark.xdist_group("faults")
def test_a_task_that_kills_its_worker_is_given_up_after_three_times(rig: Rig) -> None:
    """Parked, an alarm for those who must know, and the queue moves on."""
    deadly = rig.ask_for("faults.deadly")
    parked = "SELECT crashes FROM jobs_outboxmessage WHERE id = %s AND parked_at IS NOT NULL"
    until(lambda: bool(rig.sql(parked, deadly)), seconds=5 * MINUTE, every=0.5)
    assert rig.sql(parked, deadly) == [(3,)]
    after = remark(rig, "after the poison")
    until(lambda: rig.done(after), seconds=2 * MINUTE)
    told = "SELECT count(*) FROM records_notification WHERE key = %s"
    until(lambda: rig.sql(told, f"parked-{deadly}") == [(1,)], seconds=2 * MINUTE)


ASK_FOR_A_CHAIN = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
import django
django.setup()
from evidence.context import acting
from jobs import services
from people.models import User
boss = User.objects.get(username="boss")
with acting(boss):
    services.start_job("Chain", by=boss, task="ui.keep_chain", plural="nonconformities", number="{number}")
"""


@pytest.mark.xdist_group("faults")
def test_a_long_job_survives_the_end_of_its_worker_and_leaves_one_file(rig: Rig) -> None:
    """In short: the PDF of a chain, its workers killed in the middle."""
    rig.python("-c", ASK_FOR_A_CHAIN.format(number=rig.plant["record"]))
    message = str(rig.sql("SELECT id FROM jobs_outboxmessage WHERE task = 'ui.keep_chain'")[0][0])
    until(lambda: rig.done(message) or _is_running(rig, message), seconds=MINUTE, every=0.05)
    assert not rig.done(message)
    for name in ("worker", "second"):
        process = rig.process(name)
        if process is not None:
            process.send_signal(signal.SIGKILL)
    until(lambda: rig.done(message), seconds=2 * MINUTE)
    assert rig.sql("SELECT finished_at IS NOT NULL, failed FROM jobs_job") == [(True, False)]
    assert rig.sql("SELECT count(*) FROM records_attachment") == [(1,)]
    kept = list((rig.var / "media").rglob("*"))
    assert [path.read_bytes()[:5] for path in kept if path.is_file()] == [b"%PDF-"]
