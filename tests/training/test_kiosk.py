"""The shared tablet: badge, only what changed, sign with the PIN; and nothing of one person for the next."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents import services as documents
from evidence.models import Event
from people import services as people
from people.models import KioskSession
from people.selectors import pin_is_right
from records.models import Signature, SigningAttempt
from tests.cast import client_for, fresh, person, queries, refusal, signing
from tests.training import station as at
from training import services as training
from training.models import Acknowledgement, Assignment, Reading


def begin(tablet: Client, assignment: Assignment) -> Reading:
    at.come(tablet)
    tablet.post(f"/kiosk/open/{assignment.uuid}/")
    return Reading.objects.get(assignment=assignment, ended_at=None)


def on(tablet: Client, reading: Reading):
    place = fresh(reading).place
    return tablet.post(f"/kiosk/read/{reading.uuid}/on/", {"place": place})


def sign(tablet: Client, reading: Reading, *, username: str = at.BADGE, pin: str = at.PIN):
    url = f"/kiosk/sign/{reading.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    return tablet.post(url, {"username": username, "password": pin, "challenge": challenge})


def test_the_first_screen_shows_titles_and_no_more(tablet, rings, sam, lyon, welding, system, axel):
    page = tablet.get("/kiosk/").content.decode()
    assert "Ring grinder 1" in page
    assert "Grind rings" in page
    assert "Load the ring" not in page
    assert "Pedro" not in page


def test_another_browser_is_no_tablet(rings):
    page = Client().get("/kiosk/").content.decode()
    assert "This is no shared tablet yet" in page
    assert "Grind rings" not in page
    assert at.come(Client()).status_code == 403


def test_the_whole_path_from_badge_to_signature(tablet, changed, pedro, kiosk):
    assert at.come(tablet).url == "/kiosk/mine/"
    assert "Grind rings" in tablet.get("/kiosk/mine/").content.decode()
    reading = begin(tablet, changed)
    page = tablet.get(f"/kiosk/read/{reading.uuid}/").content.decode()
    assert "<ins> with both hands</ins>" in page
    assert "Grind to 74.00" not in page  # it has not changed
    assert on(tablet, reading).url == f"/kiosk/read/{reading.uuid}/"
    assert tablet.get(f"/kiosk/read/{reading.uuid}/").url == f"/kiosk/sign/{reading.uuid}/"
    assert sign(tablet, reading).url == f"/kiosk/done/{reading.uuid}/"
    assert "Signed" in tablet.get(f"/kiosk/done/{reading.uuid}/").content.decode()
    line = Acknowledgement.objects.get(assignment=changed)
    assert fresh(changed).status == "passed"
    assert (line.person, line.kiosk, line.station) == (pedro, kiosk[0], "G-1 Ring grinder 1")
    assert (line.seen, line.seen_digest) == (["load"], fresh(reading).digest)
    assert line.opened_at <= line.read_at <= line.acknowledged_at
    assert set(line.dwell) == {"load"}
    assert line.signature.method == "pin"
    assert line.signature.note == "G-1 Ring grinder 1"


def test_the_manifestation_says_that_a_pin_signed(tablet, changed, pedro):
    reading = begin(tablet, changed)
    on(tablet, reading)
    sign(tablet, reading)
    page = client_for(pedro).get(changed.get_absolute_url()).content.decode()
    assert "Badge and PIN at a shared tablet" in page
    assert "G-1 Ring grinder 1" in page


@pytest.mark.parametrize(("username", "pin"), [("B-1", at.PIN), ("sven", at.PIN), (at.BADGE, "1111")])
def test_another_badge_or_pin_signs_nothing(tablet, changed, sven, username, pin):
    at.give(sven, badge="B-1", pin="8624")
    reading = begin(tablet, changed)
    on(tablet, reading)
    answer = sign(tablet, reading, username=username, pin=pin)
    assert answer.status_code == 422
    assert "Badge or PIN is not right" in answer.content.decode()
    assert pin not in answer.content.decode().replace("B-4711", "")
    assert fresh(changed).status == "opened"
    assert SigningAttempt.objects.count() == 1


def test_wrong_pins_lock_signing(tablet, changed, pedro):
    reading = begin(tablet, changed)
    on(tablet, reading)
    for _try in range(settings.SIGNING_FAILURES):
        sign(tablet, reading, pin="1111")
    answer = sign(tablet, reading)
    assert "you can sign again at" in answer.content.decode()
    assert fresh(changed).status == "opened"


def test_a_password_is_no_pin_and_a_pin_no_password(tablet, changed, pedro):
    reading = begin(tablet, changed)
    on(tablet, reading)
    assert sign(tablet, reading, pin="a good long password").status_code == 422
    url = f"/training/assignments/{changed.uuid}/acknowledge/"
    client = client_for(pedro)
    challenge = client.get(url).context["form"]["challenge"].value()
    sent = {"username": at.BADGE, "password": at.PIN, "challenge": challenge}
    assert client.post(url, sent).status_code == 422


def test_a_tablets_session_opens_nothing_else(tablet, changed):
    at.come(tablet)
    for url in ("/", "/training/mine/", "/documents/", changed.get_absolute_url(), "/accounts/"):
        assert tablet.get(url).status_code == 302, url
    for url in ("/api/v1/assignments/", "/api/v1/people/"):
        assert tablet.get(url).status_code in (401, 403), url
    challenge = f"/api/v1/assignments/{changed.uuid}/acknowledge/challenge/"
    assert tablet.post(challenge, "{}", content_type="application/json").status_code in (401, 403)


def test_the_next_person_sees_nothing_of_the_last(tablet, changed, munich, pedro):
    lena = person("lena", munich, "operator")
    at.give(lena, badge="B-2")
    reading = begin(tablet, changed)
    at.come(tablet, "B-2")
    assert "Grind rings" not in tablet.get("/kiosk/mine/").content.decode()
    assert tablet.get(f"/kiosk/read/{reading.uuid}/").status_code == 404
    assert KioskSession.objects.filter(person=pedro, ended_at=None).count() == 0
    assert tablet.get("/kiosk/mine/")["Cache-Control"].find("no-store") >= 0


def test_a_cookie_of_the_last_person_is_dead_at_once(tablet, changed, munich):
    lena = person("lena", munich, "operator")
    at.give(lena, badge="B-2")
    at.come(tablet)
    old = at.secret_of(tablet)
    at.come(tablet, "B-2")
    tablet.cookies[at.person_cookie()] = old
    assert tablet.get("/kiosk/mine/").url == "/kiosk/"


def test_the_lock_ends_the_session_on_the_server(tablet, changed):
    at.come(tablet)
    secret = at.secret_of(tablet)
    tablet.post("/kiosk/lock/")
    tablet.cookies[at.person_cookie()] = secret
    assert tablet.get("/kiosk/mine/").url == "/kiosk/"


@pytest.mark.parametrize(
    ("column", "seconds"), [("seen_at", "KIOSK_IDLE_SECONDS"), ("started_at", "KIOSK_SESSION_SECONDS")]
)
def test_a_session_that_rests_or_lasts_too_long_is_over(tablet, changed, column, seconds):
    at.come(tablet)
    row = KioskSession.objects.get(ended_at=None)
    KioskSession.objects.filter(pk=row.pk).update(
        **{column: getattr(row, column) - timedelta(seconds=getattr(settings, seconds) + 1)}
    )
    assert tablet.get("/kiosk/mine/").url == "/kiosk/"


def test_a_signing_dialog_dies_with_the_session(tablet, changed, pedro):
    """The same challenge, sent from another session of the same person."""
    reading = begin(tablet, changed)
    on(tablet, reading)
    url = f"/kiosk/sign/{reading.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    at.come(tablet)
    answer = tablet.post(url, {"username": at.BADGE, "password": at.PIN, "challenge": challenge})
    assert "not yours or not known" in answer.content.decode()
    assert fresh(changed).status == "opened"


def test_a_tablet_that_was_revoked_is_none(tablet, kiosk, changed, sven):
    at.come(tablet)
    people.revoke_kiosk(kiosk[0], by=sven)
    assert "This is no shared tablet yet" in tablet.get("/kiosk/").content.decode()
    assert tablet.get("/kiosk/mine/").url == "/kiosk/"
    with refusal("already-revoked"):
        people.revoke_kiosk(kiosk[0], by=sven)


def test_what_is_sent_twice_is_done_once(tablet, changed):
    """The answer was lost on its way, and the tablet sends it again."""
    reading = begin(tablet, changed)
    begin(tablet, changed)
    assert Reading.objects.count() == 1
    for _try in range(2):
        tablet.post(f"/kiosk/read/{reading.uuid}/on/", {"place": "0"})
    assert fresh(reading).place == 1
    url = f"/kiosk/sign/{reading.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    sent = {"username": at.BADGE, "password": at.PIN, "challenge": challenge}
    assert [tablet.post(url, sent).url for _try in range(2)] == [f"/kiosk/done/{reading.uuid}/"] * 2
    assert Acknowledgement.objects.filter(assignment=changed).count() == 1
    assert Signature.objects.filter(method="pin").count() == 1


def test_a_reload_stays_at_the_same_step(rings, olga, axel, tablet):
    at.next_revision(rings, olga, changed=2)
    changed = Assignment.objects.get(revision=at.issue(rings, olga, axel))
    reading = begin(tablet, changed)
    on(tablet, reading)
    for _load in range(2):
        assert tablet.get(f"/kiosk/read/{reading.uuid}/").context["no"] == 2
    at.come(tablet)
    tablet.post(f"/kiosk/open/{changed.uuid}/")
    assert tablet.get(f"/kiosk/read/{reading.uuid}/").context["no"] == 2


def test_the_code_of_a_standard_leads_straight_to_it(tablet, changed, rings):
    assert tablet.get(f"/kiosk/d/{rings.number}/").url == f"/kiosk/?standard={rings.number}"
    assert rings.title in tablet.get(f"/kiosk/?standard={rings.number}").content.decode()
    answer = at.come(tablet, standard=rings.number)
    assert answer.url == f"/kiosk/read/{Reading.objects.get(assignment=changed).uuid}/"


def test_what_was_superseded_meanwhile_is_not_signed(tablet, changed, rings, olga, axel, system):
    reading = begin(tablet, changed)
    on(tablet, reading)
    url = f"/kiosk/sign/{reading.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    documents.make_effective(fresh(changed.revision), by=system)
    at.next_revision(rings, olga, changed=3)
    at.issue(rings, olga, axel)
    answer = tablet.post(url, {"username": at.BADGE, "password": at.PIN, "challenge": challenge})
    assert "is no longer in force" in answer.content.decode()
    assert fresh(changed).status == "replaced"


def test_a_screen_asks_the_database_little_however_many_steps_there_are(tablet, rings, olga, axel, system):
    """The figure of the issue: eight for a screen, twenty for the signing one."""
    counts = []
    for changed_steps, count in ((1, 3), (20, 30)):
        at.next_revision(rings, olga, changed=changed_steps, count=count)
        revision = at.issue(rings, olga, axel)
        assignment = Assignment.objects.get(revision=revision)
        reading = begin(tablet, assignment)
        screen = _asked(tablet, f"/kiosk/read/{reading.uuid}/")
        while fresh(reading).read_at is None:
            on(tablet, reading)
        last = _asked(tablet, f"/kiosk/sign/{reading.uuid}/")
        mine = _asked(tablet, "/kiosk/mine/")
        counts.append((len(screen), len(last), len(mine), _asked_when_signing(tablet, reading)))
        documents.make_effective(fresh(revision), by=system)
    assert counts[0] == counts[1]
    assert counts[0][0] <= 8
    assert counts[0][1] <= 20
    assert counts[0][2] <= 8
    assert counts[0][3] <= 20


def _asked(tablet: Client, url: str) -> list[str]:
    """What a screen asks, without the note every few seconds that somebody is still there."""
    return [sql for sql in queries(tablet, url) if not sql.startswith('UPDATE "people_kiosk')]


def _asked_when_signing(tablet: Client, reading: Reading) -> int:
    """Badge and PIN are sent: what is asked of the database and written to it, savepoints apart."""
    url = f"/kiosk/sign/{reading.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    with CaptureQueriesContext(connection) as caught:
        answer = tablet.post(url, {"username": at.BADGE, "password": at.PIN, "challenge": challenge})
    assert answer.url == f"/kiosk/done/{reading.uuid}/"
    return sum("SAVEPOINT" not in query["sql"] for query in caught)


def test_a_stranger_does_not_stand_at_this_tablet(tablet, lyon):
    stranger = person("lea", lyon, "operator")
    at.give(stranger, badge="B-9")
    assert at.come(tablet, "B-9").status_code == 422
    assert at.come(tablet, "no such badge").status_code == 422


def test_name_and_pin_will_do_and_wrong_ones_are_counted(tablet, rings, pedro):
    assert "Pedro Press" in tablet.get("/kiosk/names/").content.decode()
    typed = {"username": "pedro", "pin": "1111"}
    for _try in range(settings.PIN_FAILURES):
        assert "Name or PIN is not right" in tablet.post("/kiosk/come/", typed).content.decode()
    answer = tablet.post("/kiosk/come/", {"username": "pedro", "pin": at.PIN})
    assert "Too many wrong PINs" in answer.content.decode()
    assert Event.objects.filter(verb="locked", subject_key=pedro.pk).count() == 1


def test_a_first_pin_is_changed_before_anything_else(tablet, munich, changed, pedro, sven):
    reading = begin(tablet, changed)
    on(tablet, reading)
    people.give_pin(pedro, by=sven, pin="8520")
    assert at.come(tablet).url == "/kiosk/pin/"
    assert "given to you by somebody who knows it" in tablet.get("/kiosk/pin/").content.decode()
    for url in ("/kiosk/mine/", f"/kiosk/read/{reading.uuid}/", f"/kiosk/sign/{reading.uuid}/", "/kiosk/assess/"):
        assert tablet.get(url).url == "/kiosk/pin/"
    for url in (f"/kiosk/open/{changed.uuid}/", f"/kiosk/sign/{reading.uuid}/"):
        assert tablet.post(url, {"username": at.BADGE, "password": "8520"}).url == "/kiosk/pin/"
    assert fresh(changed).status == "opened"
    wrong = {"before": "9999", "pin": "6042", "again": "6042"}
    assert tablet.post("/kiosk/pin/", wrong).status_code == 422
    assert tablet.post("/kiosk/pin/", {**wrong, "before": "8520"}).url == "/kiosk/mine/"
    assert sign(tablet, reading, pin="6042").url == f"/kiosk/done/{reading.uuid}/"


@pytest.mark.parametrize(
    "pin", ["123", "1111", "1234", "9876", "1212", "1985", "2026", "12a4", "٣٤٧٩", "4711", "123123"]
)
def test_an_easy_pin_is_refused(pedro, pin):
    pedro.badge = at.BADGE
    with refusal("pin-not-digits" if pin in ("123", "12a4", "٣٤٧٩") else "pin-too-easy"):
        people.choose_pin(pedro, by=pedro, pin=pin)


def test_a_pin_is_kept_as_a_hash_and_nobody_chooses_another_persons(pedro, sven):
    people.choose_pin(pedro, by=pedro, pin=at.PIN)
    assert at.PIN not in pedro.pin.secret
    assert pin_is_right(pedro, at.PIN)
    assert not pin_is_right(sven, at.PIN)
    with refusal("not-yours"):
        people.choose_pin(pedro, by=sven, pin="8520")
    with refusal("pin-as-before"):
        people.choose_pin(pedro, by=pedro, pin=at.PIN)


def test_a_supervisor_enrols_the_tablet_and_is_gone(station, sven, pedro, sam):
    client = client_for(sven)
    answer = client.post("/kiosk/enrol/", {"station": station.pk, "name": "Tablet 2"})
    assert answer.url == "/kiosk/"
    assert "Ring grinder 1" in client.get("/kiosk/").content.decode()
    assert client.get("/training/mine/").status_code == 302
    assert re.fullmatch(r"[\w-]{64}", client.cookies[at.tablet_cookie()].value)
    assert client.cookies[at.tablet_cookie()]["httponly"]
    assert client_for(pedro).get("/kiosk/enrol/").status_code == 403
    assert client_for(sam).post("/kiosk/enrol/", {"station": station.pk, "name": "x"}).status_code == 422


def test_a_pin_signs_only_where_somebody_stands(changed, pedro):
    """Neither a script nor another session with the right PIN: the service asks who stands at a tablet."""
    training.open_assignment(changed, by=pedro)
    given = replace(signing(changed.revision, pedro, "acknowledged", at.PIN), at_kiosk=True)
    with refusal("kiosk-session-over"):
        training.acknowledge(changed, by=pedro, signing=given)


@pytest.mark.parametrize(("checked", "noted"), [(True, False), (False, True)])
def test_a_standard_is_read_in_the_language_of_the_person(tablet, changed, pedro, olga, checked, noted):
    steps = {"load": {"what": "Cargar el anillo con ambas manos"}}
    documents.translate(changed.revision, by=olga, language="es", title="Rectificar", steps=steps, checked=checked)
    pedro.language = "es"
    pedro.save()
    reading = begin(tablet, changed)
    page = tablet.get(f"/kiosk/read/{reading.uuid}/").content.decode()
    assert all(said in page for said in ("ambas manos", '<h1 lang="es">Rectificar</h1>'))
    assert "Rectificar" in tablet.get("/kiosk/mine/").content.decode()
    assert ("Nobody has compared this translation" in page) is noted
    tablet.post(f"/kiosk/read/{reading.uuid}/language/", {"language": "en"})
    page = tablet.get(f"/kiosk/read/{reading.uuid}/").content.decode()
    assert "with both hands" in page
    assert "ambas manos" not in page
    assert '<h1 lang="en">Grind rings</h1>' in page


def test_a_language_without_a_translation_shows_the_original_and_says_so(tablet, changed, pedro):
    pedro.language = "pl"
    pedro.save()
    reading = begin(tablet, changed)
    page = tablet.get(f"/kiosk/read/{reading.uuid}/").content.decode()
    assert "not translated into your language yet" in page
    assert "with both hands" in page


def test_the_codes_of_a_station_are_printed_by_a_supervisor(kiosk, rings, sven, pedro, sam):
    url = f"/kiosks/{kiosk[0].uuid}/sheet/"
    page = client_for(sven).get(url).content.decode()
    assert rings.title in page
    assert "data:image/svg+xml" in page
    assert client_for(pedro).get(url).status_code == 403
    assert client_for(sam).get(url).status_code == 404


def test_hostile_input_is_refused_and_never_a_fault(tablet, changed):
    reading = begin(tablet, changed)
    on = f"/kiosk/read/{reading.uuid}/on/"
    assert {tablet.post(on, {"place": place}).status_code for place in ("", "-1", "99999999", "x", "٣")} == {302}
    assert fresh(reading).place == 0
    assert tablet.post(f"/kiosk/read/{reading.uuid}/nonsense/").status_code == 404
    assert tablet.get(f"/kiosk/read/{reading.uuid}/photo/{'0' * 64}/").status_code == 404
    assert tablet.post(f"/kiosk/read/{reading.uuid}/language/", {"language": "<script>"}).status_code == 302
    assert at.come(tablet, "x" * 5000).status_code == 422
    assert tablet.post("/kiosk/come/", {"username": "x" * 5000, "pin": "y" * 5000}).status_code == 422
