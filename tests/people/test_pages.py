"""People, sites, processes and job roles: pages and the REST door."""

import pytest

from people.models import ApiToken, Appointment, Holding, JobRole, Process, Shift, Site, Station, User
from people.states import Authority
from tests.cast import api_for, client_for, fresh, in_days, person, queries, today

PAGES = ("/people/", "/sites/", "/processes/", "/job-roles/", "/stations/", "/shifts/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_those_who_keep_people(cast, grinder, path):
    seen = {name: client_for(user).get(path).status_code for name, user in cast.items()}
    assert seen == {
        "olga": 403, "axel": 200, "ines": 403, "pedro": 403, "sven": 200, "mona": 403, "aud": 403, "ada": 200,
        "sam": 200,
    }  # fmt: skip


@pytest.mark.parametrize("path", [f"{path}new/" for path in PAGES])
def test_only_administrators_add(cast, path):
    allowed = {name for name, user in cast.items() if client_for(user).get(path).status_code == 200}
    assert allowed == {"ada", "sam"}


def test_strangers_see_nothing_of_each_other(cast, grinder, sam):
    stranger = client_for(sam)
    for path in PAGES:
        text = stranger.get(path).content.decode()
        assert "Pedro" not in text
        assert "MUC/" not in text
    assert stranger.get("/people/pedro/").status_code == 404
    assert stranger.get("/people/pedro/do/take-role/").status_code == 404
    assert stranger.get("/api/v1/people/pedro/").status_code == 404
    listed = stranger.get("/api/v1/people/").json()["results"]
    assert [row["username"] for row in listed] == ["sam"]


def test_person_is_registered_with_a_role_and_an_authority(ada, grinder):
    browser = client_for(ada)
    made = browser.post(
        "/people/new/",
        {"site": "MUC", "username": "nina", "full_name": "Nina Newcomer", "password": "grind-9-rings-now"},
    )
    assert made["Location"] == "/people/nina/", made.content.decode()
    took = browser.post("/people/nina/do/take-role/", {"job_role": "MUC/GRINDER", "since": today().isoformat()})
    assert took.status_code == 302, took.content.decode()
    assert browser.post("/people/nina/do/appoint/", {"authority": "operator", "site": "MUC"}).status_code == 302
    nina = User.objects.get(username="nina")
    assert nina.check_password("grind-9-rings-now")
    assert nina.appointments.get().authority == Authority.OPERATOR
    page = browser.get("/people/nina/").content.decode()
    assert "Ring grinder" in page
    holding = Holding.objects.get()
    left = browser.post(f"/people/nina/roles/{holding.pk}/leave/", {"until": in_days(10).isoformat()})
    assert left.status_code == 302
    assert fresh(holding).until == in_days(10)
    assert holding.history.first().actor_name == "Ada Admin"
    assert browser.post(f"/people/nina/appointments/{nina.appointments.get().pk}/dismiss/").status_code == 302
    assert not Appointment.objects.filter(person=nina).exists()


def test_supervisor_gives_roles_but_no_authority(sven, pedro, grinder):
    browser = client_for(sven)
    took = browser.post("/people/pedro/do/take-role/", {"job_role": "GRINDER", "since": today().isoformat()})
    assert took.status_code == 302, took.content.decode()
    assert browser.get("/people/pedro/do/appoint/").status_code == 403
    assert browser.get("/people/pedro/do/deactivate/").status_code == 403
    assert browser.post("/people/pedro/tokens/new/").status_code == 403


def test_administrator_of_one_site_gives_no_authority_at_another(ada, pedro, lyon):
    """Ada reads records in Lyon, but administers Munich only."""
    Appointment.objects.create(person=ada, authority=Authority.AUDITOR, site=lyon)
    answer = client_for(ada).post("/people/pedro/do/appoint/", {"authority": "administrator", "site": "LYS"})
    assert answer.status_code == 422
    assert not Appointment.objects.filter(person=pedro, site=lyon).exists()
    assert client_for(ada).post("/api/v1/people/", {}, content_type="application/json").status_code == 400
    refused = api_for(ada).post("people/", {"site": "LYS", "username": "x", "full_name": "X"})
    assert refused.status_code == 403


def test_deactivated_person_is_out_and_roles_end(ada, pedro, grinder):
    Holding.objects.create(person=pedro, job_role=grinder, since=in_days(-100))
    inside = client_for(pedro)
    assert client_for(ada).post("/people/pedro/do/deactivate/", {"on": today().isoformat()}).status_code == 302
    assert not fresh(pedro).is_active
    assert Holding.objects.get().until == today()
    assert inside.get("/work/").status_code == 302
    assert "Left" in client_for(ada).get("/people/").content.decode()


def test_nobody_deactivates_or_appoints_themselves(ada):
    browser = client_for(ada)
    assert browser.post("/people/ada/do/deactivate/", {"on": today().isoformat()}).status_code == 422
    assert browser.get("/people/ada/do/appoint/").status_code == 403
    assert fresh(ada).is_active


TOKEN = {"name": "Line 1", "site": "MUC", "scopes": ["read"], "days": "30"}


def test_token_is_shown_once_and_revoked(ada, munich):
    person("mes", munich, Authority.INTEGRATION)
    browser = client_for(ada)
    Appointment.objects.create(person=User.objects.get(username="mes"), authority=Authority.AUDITOR, site=munich)
    page = browser.post("/people/mes/tokens/new/", TOKEN).content.decode()
    token = ApiToken.objects.get()
    secret = page.split('<code class="hf-digest">')[1].split("</code>")[0]
    assert secret.startswith(token.token_key)
    assert secret not in browser.get("/people/mes/").content.decode()
    header = {"Authorization": f"Token {secret}"}
    browser.logout()
    assert browser.get("/api/v1/metrics/", headers=header).status_code == 200
    assert client_for(ada).post(f"/people/mes/tokens/{token.token_key}/end/").status_code == 302
    assert browser.get("/api/v1/metrics/", headers=header).status_code == 401


def test_only_integration_accounts_get_tokens(ada, pedro):
    answer = client_for(ada).post("/people/pedro/tokens/new/", TOKEN)
    assert "Only an active integration account of that site" in answer.content.decode()
    assert ApiToken.objects.count() == 0


NEW_PERSON = {"site": "MUC", "username": "nina", "full_name": "Nina"}
BAD_PEOPLE = [
    {}, {**NEW_PERSON, "username": ""}, {**NEW_PERSON, "username": "Nina Ü"}, {**NEW_PERSON, "username": "n" * 61},
    {**NEW_PERSON, "site": "XXX"}, {**NEW_PERSON, "site": "LYS"}, {**NEW_PERSON, "email": "no mail"},
    {**NEW_PERSON, "password": "123"}, {**NEW_PERSON, "full_name": ""}, {**NEW_PERSON, "username": "ADA"},
    {**NEW_PERSON, "username": "ada"},
]  # fmt: skip


@pytest.mark.parametrize("data", BAD_PEOPLE)
def test_bad_people_are_refused_and_nothing_is_written(ada, sam, data):
    before = User.objects.count()
    page = client_for(ada).post("/people/new/", data)
    assert page.status_code == 422
    assert "Please check" in page.content.decode()
    assert api_for(ada).post("people/", data).status_code in (400, 409)
    assert User.objects.count() == before


@pytest.mark.parametrize(
    ("path", "data", "model"),
    [
        ("sites", {"code": "muc-2", "name": "X", "parent": "MUC"}, Site),
        ("sites", {"code": "MUC", "name": "X", "parent": "MUC"}, Site),
        ("sites", {"code": "NEW", "name": "X", "parent": "LYS"}, Site),
        ("sites", {"code": "NEW", "name": "X"}, Site),
        ("sites", {"code": "NEW", "name": "X", "parent": "MUC", "time_zone": "Mars/North"}, Site),
        ("processes", {"site": "MUC", "code": "GRIND", "name": "X", "owner": "olga"}, Process),
        ("processes", {"site": "MUC", "code": "NEW", "name": "X", "owner": "sam"}, Process),
        ("processes", {"site": "MUC", "code": "a b", "name": "X", "owner": "olga"}, Process),
        ("job-roles", {"site": "MUC", "code": "GRINDER", "name": "X"}, JobRole),
        ("job-roles", {"site": "MUC", "code": "NEW", "name": "X", "process": "LYS/WELD"}, JobRole),
        ("job-roles", {"site": "MUC", "code": "NEW"}, JobRole),
        ("stations", {"site": "MUC", "code": "NEW", "name": "X", "process": "LYS/WELD"}, Station),
        ("stations", {"site": "LYS", "code": "NEW", "name": "X"}, Station),
        ("shifts", {"site": "MUC", "name": "early", "starts": "06:00", "ends": "06:00", "weekdays": [0]}, Shift),
        ("shifts", {"site": "MUC", "name": "early", "starts": "06:00", "ends": "14:00", "weekdays": [7]}, Shift),
        ("shifts", {"site": "MUC", "name": "early", "starts": "06:00", "ends": "14:00"}, Shift),
    ],
)
def test_bad_places_are_refused_and_nothing_is_written(ada, grinder, welding, path, data, model):
    before = model.objects.count()
    assert client_for(ada).post(f"/{path}/new/", data).status_code == 422
    assert api_for(ada).post(f"{path}/", data).status_code in (400, 409)
    assert model.objects.count() == before


@pytest.mark.parametrize(
    "data",
    [{}, {"job_role": "MUC/GRINDER"}, {"job_role": "MUC/GRINDER", "since": "yesterday"},
     {"job_role": "LYS/X", "since": "2026-01-01"},
     {"job_role": "MUC/GRINDER", "since": "2026-02-30"}, {"job_role": 7, "since": "2026-01-01"}],
)  # fmt: skip
def test_bad_roles_are_refused(ada, pedro, grinder, data):
    assert api_for(ada).post("people/pedro/take-role/", data).status_code == 400
    assert client_for(ada).post("/people/pedro/do/take-role/", data).status_code == 422
    assert Holding.objects.count() == 0


def test_role_over_the_api(ada, pedro, grinder):
    api = api_for(ada)
    took = api.post("people/pedro/take-role/", {"job_role": "MUC/GRINDER", "since": today().isoformat()})
    assert took.status_code == 201, took.content
    key = took.json()["id"]
    assert api.post("people/pedro/take-role/", {"job_role": "GRINDER", "since": "2026-01-01"}).status_code == 409
    early = api.post(f"people/pedro/roles/{key}/leave/", {"until": in_days(-3).isoformat()})
    assert early.json()["code"] == "dates-out-of-order"
    assert api.post(f"people/pedro/roles/{key}/leave/", {"until": in_days(3).isoformat()}).status_code == 200
    assert api.get("people/pedro/").json()["holdings"][0]["until"] == in_days(3).isoformat()


def test_list_asks_the_same_of_one_and_thirty(ada, munich, grinder):
    browser = client_for(ada)
    one = queries(browser, "/people/")
    for number in range(30):
        user = person(f"p{number}", munich, Authority.OPERATOR)
        Holding.objects.create(person=user, job_role=grinder, since=today())
    thirty = queries(browser, "/people/")
    assert len(one) == len(thirty) <= 10, "\n".join(thirty)
    assert len(queries(browser, "/people/p1/")) <= 12


def test_a_request_that_is_sent_again_adds_one_person_and_one_role(ada, munich, grinder):
    """The first answer was lost on its way."""
    client, headers = api_for(ada).client, {"Idempotency-Key": "start-of-shift"}

    def sent(path: str, body: dict[str, str], **more):
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers, **more)

    one = {"site": "MUC", "username": "nora", "full_name": "Nora New"}
    answers = [sent("people/", one) for _try in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert sent("people/", {**one, "username": "other"}).status_code in (409, 422)
    headers["Idempotency-Key"] = "role"
    role = {"job_role": "MUC/GRINDER", "since": today().isoformat()}
    roles = [sent("people/nora/take-role/", role) for _try in range(2)]
    assert [answer.status_code for answer in roles] == [201, 201], roles[0].json()
    assert client.get("/api/v1/people/nora/").json()["holdings"] == [roles[0].json()]
