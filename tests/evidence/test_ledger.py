"""The ledger: every write enters it, with who and why; whatever is changed behind its back is found and named."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection, connections, models, transaction

from capa import services as capas
from capa.models import Capa
from evidence.context import NOBODY, AuditContext, acting, in_force
from evidence.ledger import anchors, controlled, sealing, verifying
from evidence.models import Event
from people.models import Appointment, Site, User
from records.models import Record
from tests.cast import client_for, fresh
from tests.evidence.tampering import entries, faults, owner, rewritten, seal_all, switch
from training.models import Assignment


def test_every_table_says_what_it_is():
    """A new model without a declaration fails here, by its name."""
    assert controlled.undeclared() == []


def test_every_table_of_a_record_or_with_history_is_watched():
    names = {table.name for table in controlled.tables()}
    assert {"records_record", "capa_capa", "documents_step", "people_user", "people_user_groups"} <= names
    assert {"people_historicaluser", "records_signature", "evidence_event", "metrics_measurement"} <= names


def test_a_created_row_enters_with_its_image(capa, olga):
    *_, made = entries("capa_capa")
    assert (made["op"], made["key"], made["new"]["problem"]) == ("insert", capa.pk, "p")
    assert (made["actor"], made["name"], made["login"]) == (None, "tests", "qms_app")


def test_a_change_enters_with_old_and_new_and_who_and_why(capa, olga):
    with acting(olga, reason="wrong word", request_id="r-1"):
        capas.edit_capa(capa, by=olga, title="Wide rings", due=capa.due)
    *_, changed = entries("records_record", "update")
    assert changed["old"] == {"title": "Rings", "version": 1}
    assert (changed["new"]["title"], changed["new"]["version"]) == ("Wide rings", 2)
    assert (changed["actor"], changed["name"]) == (olga.pk, "Olga Owner")
    assert (changed["reason"], changed["request"]) == ("wrong word", "r-1")


def test_a_row_written_without_a_change_leaves_nothing(capa):
    before = len(entries("capa_capa"))
    fresh(capa).save()
    assert len(entries("capa_capa")) == before


def test_the_ledger_keeps_no_password(olga):
    *_, made = entries("people_user", "insert")
    assert made["new"]["username"] == "olga"
    assert made["new"]["password"] not in ("", olga.password)
    assert len(made["new"]["password"]) == 64


def _save(user: User) -> None:
    user.shift = "late"
    user.save()


WRITES = {
    "save": _save,
    "update": lambda user: User.objects.filter(pk=user.pk).update(shift="late"),
    "bulk_update": lambda user: User.objects.bulk_update([_with_shift(user)], ["shift"]),
    "F()": lambda user: User.objects.filter(pk=user.pk).update(shift=models.F("username")),
    "update_or_create": lambda user: User.objects.update_or_create(pk=user.pk, defaults={"shift": "late"}),
    "raw SQL": lambda user: connection.cursor().execute("UPDATE people_user SET shift = 'x' WHERE id = %s", [user.pk]),
    "without history": lambda user: _with_shift(user)._save_table and _base_save(user),
}


def _with_shift(user: User) -> User:
    user.shift = "late"
    return user


def _base_save(user: User) -> None:
    models.Model.save_base(_with_shift(user), raw=True)


@pytest.mark.parametrize("way", WRITES)
def test_every_way_to_write_leaves_exactly_one_entry(way, olga):
    """Also those that history does not see."""
    before = len(entries("people_user", "update"))
    WRITES[way](olga)
    changed = entries("people_user", "update")[before:]
    assert [(entry["old"]["shift"], entry["name"]) for entry in changed] == [("", "tests")]


def test_a_thousand_rows_at_once_are_a_thousand_entries(munich):
    Site.objects.bulk_create([Site(code=f"S{n}", name="S", parent=munich) for n in range(1000)])
    assert len({entry["key"] for entry in entries("people_site", "insert")}) == 1001


def test_a_deletion_and_its_cascade_enter(munich, olga):
    appointment = olga.appointments.first()
    appointment.delete()
    *_, gone = entries("people_appointment", "delete")
    assert (gone["key"], gone["old"]["person_id"]) == (appointment.pk or gone["key"], olga.pk)


def test_what_joins_people_with_groups_enters_too(olga):
    group = olga.groups.create(name="friends")
    assert entries("people_user_groups")[-1]["new"]["group_id"] == group.pk


def test_history_and_events_enter_once_a_statement_with_a_digest(capa):
    *_, entry = entries("evidence_event")
    assert (entry["op"], entry["rows"], len(entry["digest"])) == ("append", 1, 64)
    assert entry["keys"] == [Event.objects.latest("id").pk]
    assert entries("capa_historicalcapa")[-1]["rows"] == 1


def test_nobody_writes_nothing(munich):
    """A transaction that names no actor is refused by the database."""
    with in_force(AuditContext(NOBODY)), pytest.raises(ProgrammingError, match="needs an actor"), transaction.atomic():
        Site.objects.create(code="X", name="X")
    assert not Site.objects.filter(code="X").exists()


def test_what_is_rolled_back_leaves_no_trace(munich, capa, olga):
    before = len(entries("records_record"))
    with transaction.atomic():
        capas.open_capa(by=olga, site=munich, title="Never", problem="p")
        transaction.set_rollback(True)
    assert (len(entries("records_record")), Event.objects.filter(note__contains="Never").count()) == (before, 0)


REFUSED = [
    "INSERT INTO ledger.raw (at, relation, op, payload, digest) VALUES (now(), 'x', 'insert', '', '')",
    "UPDATE ledger.raw SET payload = ''",
    "DELETE FROM ledger.raw",
    "TRUNCATE ledger.raw",
    "UPDATE ledger.seal SET rows = 0",
    "INSERT INTO ledger.epoch (n, above_id, reason) VALUES (9, 0, '')",
    "SELECT ledger.seal_rows()",
    "UPDATE evidence_event SET note = ''",
    "DELETE FROM evidence_event",
    "TRUNCATE evidence_event",
    "UPDATE capa_historicalcapa SET problem = ''",
    "DELETE FROM capa_historicalcapa",
    "TRUNCATE capa_historicalcapa",
    "UPDATE records_signature SET note = ''",
    "DELETE FROM records_signature",
    "DELETE FROM metrics_measurement",
    "TRUNCATE capa_capa",
    "ALTER TABLE capa_capa DISABLE TRIGGER ledger_update",
    "DROP TRIGGER ledger_update ON capa_capa",
    "ALTER TABLE evidence_event DISABLE TRIGGER ALL",
    "CREATE OR REPLACE FUNCTION ledger.head(relation text, op text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    "CREATE FUNCTION ledger.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP SCHEMA ledger CASCADE",
    "SET ROLE qms_ledger",
    "SET ROLE qms_owner",
    "SET session_replication_role = replica",
    "UPDATE people_site SET id = id + 1000",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_cannot_get_at_it(statement, capa):
    """Whatever somebody does who has taken over the application's login."""
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("name", ["clean_old_history", "clean_duplicate_history", "populate_history"])
def test_commands_that_rewrite_history_are_refused(name):
    with pytest.raises(CommandError, match="History is evidence"):
        call_command(name, "--auto")


def test_history_is_not_switched_off(olga):
    """No setting, and no attribute of an instance."""
    olga.skip_history_when_saving = True
    with pytest.raises(RuntimeError, match="History"), transaction.atomic():
        olga.save()


def test_the_setting_that_switches_history_off_fails_the_start():
    program = "from django.conf import settings; settings.SIMPLE_HISTORY_ENABLED = False\n"
    program += "import django; django.setup(); from django.core.management import call_command; call_command('check')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode != 0, "evidence.E001" in done.stderr) == (True, True)


def test_the_chain_covers_everything_and_says_so(sealed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger.raw")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT sum(rows) FROM ledger.seal")
        assert cursor.fetchone()[0] == rows


def test_two_sealers_at_once_make_one_chain(sealed, olga_again):
    assert [fault for fault in verifying.verify(connection) if fault.check in ("chain", "batch", "range")] == []


@pytest.fixture
def olga_again(sealed):
    """Forty changes while two sealers race each other."""
    olga = User.objects.get(username="olga")

    def race() -> None:
        for _number in range(20):
            sealing.seal()
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        racing = [pool.submit(race) for _number in range(2)]
        for number in range(40):
            with acting(olga):
                capas.edit_capa(fresh(sealed), by=olga, title=f"Rings {number}", due=sealed.due)
        for future in racing:
            future.result()
    seal_all()


TAMPERING = {
    "one character of a payload": (
        ["UPDATE ledger.raw SET payload = replace(payload, 'Rings', 'Kings') WHERE id = {row}"],
        {"digest: ledger row {row} (records_record)"},
    ),
    "a payload and its digest": (
        [
            "UPDATE ledger.raw SET payload = replace(payload, 'Rings', 'Kings') WHERE id = {row}",
            "UPDATE ledger.raw SET digest = sha256(convert_to(payload, 'UTF8')) WHERE id = {row}",
        ],
        {"batch: batch {batch}"},
    ),
    "only a time": (
        [
            'UPDATE ledger.raw SET payload = regexp_replace(payload, \'at":"[^"]*\', \'at":"2001-01-01\')'
            " WHERE id = {row}"
        ],
        {"digest: ledger row {row} (records_record)"},
    ),
    "who it was, beside the payload": (
        ["UPDATE ledger.raw SET actor = 4711 WHERE id = {row}"],
        {"columns: ledger row {row} (records_record)"},
    ),
    "one row taken out": (["DELETE FROM ledger.raw WHERE id = {row}"], {"batch: batch {batch}"}),
    "one row slipped in": (
        [
            "INSERT INTO ledger.raw (xid, at, relation, op, key, actor, payload, digest)"
            " SELECT xid, at, relation, op, key, actor, payload, digest FROM ledger.raw WHERE id = {row}"
        ],
        {"batch: batch {batch}"},
    ),
    "two rows swapped": (
        [
            "UPDATE ledger.raw AS one SET digest = two.digest, payload = two.payload, key = two.key"
            " FROM ledger.raw AS two"
            " WHERE one.id IN ({row}, {other}) AND two.id IN ({row}, {other}) AND one.id <> two.id"
        ],
        {"batch: batch {batch}"},
    ),
    "a batch counted anew": (["UPDATE ledger.seal SET rows = rows - 1 WHERE n = {batch}"], {"chain: batch {batch}"}),
    "a live row": (["UPDATE records_record SET title = 'Kings' WHERE id = {key}"], {"live: records_record {key}"}),
    "a live row taken out": (["DELETE FROM people_appointment"], {"live: people_appointment {appointment}"}),
    "a row of history": (
        [
            "UPDATE capa_historicalcapa SET problem = 'q'"
            " WHERE history_id = (SELECT max(history_id) FROM capa_historicalcapa)"
        ],
        {"appended: capa_historicalcapa"},
    ),
    "a row of history slipped in": (
        [
            "CREATE TEMP TABLE copied AS SELECT * FROM capa_historicalcapa LIMIT 1",
            "UPDATE copied SET history_id = 4711",
            "INSERT INTO capa_historicalcapa SELECT * FROM copied",
        ],
        {"appended: capa_historicalcapa 4711"},
    ),
    "an event taken out": (["DELETE FROM evidence_event WHERE id = {event}"], {"appended: evidence_event"}),
    "a trigger switched off": (
        ["ALTER TABLE capa_capa DISABLE TRIGGER ledger_update"],
        {"trigger: ledger_update on public.capa_capa"},
    ),
    "a trigger that replication would skip": (
        ["ALTER TABLE capa_capa ENABLE TRIGGER ledger_update"],
        {"trigger: ledger_update on public.capa_capa"},
    ),
    "a function replaced": (
        ["CREATE OR REPLACE FUNCTION ledger.head(relation text, op text) RETURNS text LANGUAGE sql AS 'SELECT $1'"],
        {"function: ledger.head"},
    ),
    "a privilege given": (["GRANT UPDATE ON evidence_event TO qms_app"], {"privilege: public.evidence_event"}),
    "a privilege on one column": (
        ["GRANT UPDATE (note) ON evidence_event TO qms_app"],
        {"privilege: public.evidence_event"},
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_and_its_place_named(what, sealed):
    """Done by the owner of the tables, triggers off and on again."""
    statements, expected = TAMPERING[what]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger.raw WHERE relation = 'records_record' AND payload LIKE '%Rings%' ORDER BY id"
        )
        row, other = (number for (number,) in cursor.fetchall()[:2])
        cursor.execute("SELECT s.n FROM ledger.seal AS s, LATERAL ledger.rows_of(s) AS r WHERE r.id = %s", [row])
        batch = cursor.fetchone()[0]
    names = {
        "row": row, "other": other, "batch": batch, "key": sealed.pk, "event": Event.objects.latest("id").pk,
        "appointment": Appointment.objects.get().pk,
    }  # fmt: skip
    switch("DISABLE")
    for statement in statements:
        owner(statement.format(**names))
    switch("ENABLE ALWAYS")
    found = faults()
    for sentence in expected:
        assert any(fault.startswith(sentence.format(**names)) for fault in found), found


def test_anchored_heads_stand_in_the_chain(anchored):
    assert len(anchored.read_text().splitlines()) == 2
    assert verifying.verify(connection, anchored=anchored) == []


def test_an_unchanged_head_is_not_anchored_twice(anchored):
    assert anchors.anchor(connections["sealer"]) is None
    assert len(anchored.read_text().splitlines()) == 2


def test_a_chain_rewritten_correctly_is_found_by_its_anchors(anchored):
    """The one thing that only an anchor outside the database can tell."""
    rewritten()
    inside = {fault.check for fault in verifying.verify(connection)}
    assert inside & {"chain", "batch", "digest"} == set()
    assert {fault.check for fault in verifying.verify(connection, anchored=anchored)} >= {"anchor"}


def test_a_head_kept_on_paper_is_found_in_the_chain_or_missed(anchored):
    head = anchors.head(connection)
    with connection.cursor() as cursor:
        assert list(verifying.check_head(cursor, head)) == []
        wrong = anchors.Head(head.batch, "0" * 64, "")
        assert [fault.check for fault in verifying.check_head(cursor, wrong)] == ["anchor"]
        beyond = anchors.Head(head.batch + 1, head.hash, "")
        assert [fault.what for fault in verifying.check_head(cursor, beyond)] == [
            "it is gone: the end of the chain was cut off"
        ]


@pytest.mark.parametrize(
    "change", [lambda text: text.replace('"batch": ', '"batch": 1'), lambda text: text[:-5], str.upper]
)
def test_a_forged_anchor_file_is_refused_rather_than_believed(change, anchored):
    anchored.write_text(change(anchored.read_text()))
    assert [fault.check for fault in verifying.verify(connection, anchored=anchored)] == ["anchor"]


def test_a_line_that_was_cut_off_is_told_and_anchoring_goes_on(anchored):
    anchored.write_text(anchored.read_text()[:-20] + "\n")
    assert [fault.check for fault in verifying.verify(connection, anchored=anchored)] == ["anchor"]
    assert anchors.anchor(connections["sealer"]) == anchors.head(connection)
    assert len(anchored.read_text().splitlines()) == 3


def test_an_unsealed_row_is_a_fault_after_a_minute(sealed):
    olga = User.objects.get(username="olga")
    with acting(olga):
        capas.edit_capa(fresh(sealed), by=olga, title="Round rings", due=sealed.due)
    with connection.cursor() as cursor:
        assert {fault.check for fault in verifying.check_sealed(cursor, patience=0)} == {"unsealed"}
        assert list(verifying.check_sealed(cursor)) == []


def test_a_restore_into_another_cluster_begins_a_new_epoch(sealed):
    """There, transactions count from the beginning; sealing goes on and the chain stays whole."""
    switch("DISABLE")
    owner("UPDATE ledger.raw SET xid = (xid::text::bigint + 1000000000)::text::xid8")
    owner("UPDATE ledger.raw SET payload = jsonb_set(payload::jsonb, '{transaction}', xid::text::jsonb)::text")
    owner("UPDATE ledger.raw SET digest = sha256(convert_to(payload, 'UTF8'))")
    owner("DELETE FROM ledger.seal")
    switch("ENABLE ALWAYS")
    owner(
        "INSERT INTO ledger.seal SELECT 1, 1, '0', '3000000000', count(*),"
        " sha256(string_agg(digest, ''::bytea ORDER BY id)), sha256(''::bytea), sha256('x'), clock_timestamp()"
        " FROM ledger.raw"
    )
    switch("DISABLE")
    owner("UPDATE ledger.seal SET hash = sha256(previous || convert_to(ledger.header(seal), 'UTF8'))")
    switch("ENABLE ALWAYS")
    assert faults() == set()
    olga = User.objects.get(username="olga")
    with acting(olga):
        capas.edit_capa(fresh(sealed), by=olga, title="In a new house", due=sealed.due)
    seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, reason FROM ledger.epoch ORDER BY n")
        assert cursor.fetchall() == [(1, "installed"), (2, "restored into another cluster")]
    assert faults() == set()


def test_verify_ledger_tells_its_verdict_by_its_exit_code(sealed, capsys):
    call_command("verify_ledger")
    assert capsys.readouterr().out.startswith("The ledger is whole. Head ")
    owner("ALTER TABLE capa_capa DISABLE TRIGGER ledger_update")
    with pytest.raises(CommandError) as told:
        call_command("verify_ledger", "--json")
    assert told.value.returncode == 1
    assert json.loads(capsys.readouterr().out)["faults"][0]["place"] == "ledger_update on public.capa_capa"


def test_a_visitor_can_look_at_the_login_page(client, db):
    assert client.get("/accounts/login/").status_code == 200


def test_a_request_enters_with_its_number(capa, olga):
    answer = client_for(olga).post(f"{capa.get_absolute_url()}comment/", {"text": "Seen."})
    assert answer.status_code == 302
    *_, entry = entries("records_comment")
    assert (entry["request"], entry["name"]) == (answer["X-Request-Id"], "Olga Owner")


def test_thousands_of_lines_moved_at_once_enter(db):
    assert {table.record for table in controlled.tables() if table.name == Assignment._meta.db_table} == {
        "requirement_id"
    }


def test_rows_lead_to_their_record_and_site():
    found = {table.name: (table.record, table.site) for table in controlled.tables()}
    assert found["capa_capa"] == ("record_ptr_id", "")
    assert found["records_record"] == ("id", "site_id")
    assert found["records_action"] == ("record_id", "")
    assert found["people_appointment"] == ("", "site_id")
    assert {model for model in Record.__subclasses__() if model._meta.db_table not in found} == set()
    assert Capa._meta.db_table in found
