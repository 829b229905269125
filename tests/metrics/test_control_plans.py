"""Control plans and what can fail: a document whose rows are approved with it."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from capa import services as capas
from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import redline_of, where_used
from metrics import selectors
from metrics import services as metrics
from metrics.fmea import Score
from metrics.models import ControlPlan, ControlPlanRow, FailureMode
from tests.cast import Api, client_for, fresh, refusal

SCORES = st.integers(1, 10)
FAILURE = {
    "mode": "Bore too wide", "effect": "Ring leaks", "severity": 7, "cause": "Tool worn", "occurrence": 4,
    "detection": 5,
}  # fmt: skip
ROW = {"characteristic": "Bore", "reaction_plan": "Stop and sort"}


@given(SCORES, SCORES, SCORES)
def test_an_action_is_asked_for_exactly_by_the_rule(severity, occurrence, detection):
    """S ≥ 9, or S·O ≥ 40, or RPN ≥ 100."""
    score = Score(severity, occurrence, detection)
    assert score.rpn == severity * occurrence * detection
    assert score.asks_for_action == (severity in (9, 10) or severity * occurrence >= 40 or score.rpn >= 100)


@given(SCORES, SCORES, SCORES, st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1)]))
def test_a_worse_score_never_asks_for_less(severity, occurrence, detection, step):
    worse = [min(10, score + more) for score, more in zip((severity, occurrence, detection), step, strict=True)]
    assert Score(*worse).asks_for_action >= Score(severity, occurrence, detection).asks_for_action


@pytest.mark.parametrize("scores", [(0, 5, 5), (5, 11, 5), (5, 5, -1)])
def test_scores_are_from_one_to_ten(scores):
    with pytest.raises(ValueError, match="1 to 10"):
        Score(*scores)


@pytest.fixture
def standard(munich, olga):
    sort = DocumentType.objects.get(code="SW")
    steps = [{"what": "Clamp the ring", "key": "clamp"}, {"what": "Grind the bore", "key": "grind"}]
    return documents.create_document(by=olga, site=munich, type=sort, title="Grinding a ring", steps=steps)


@pytest.fixture
def draft(munich, olga):
    sort = DocumentType.objects.get(code="CP")
    plan = documents.create_document(by=olga, site=munich, type=sort, title="Control plan of the grinder")
    return plan.revisions.get()


def begun_anew(draft, axel, olga):
    """The next draft after the first one came into force."""
    put_in_force(draft)
    return documents.start_revision(fresh(draft.document), by=olga, reason="new gauge")


def put_in_force(revision):
    at = revision.opened_at
    Revision.objects.filter(pk=revision.pk).update(status="effective", approved_at=at, issued_at=at, effective_at=at)
    return fresh(revision)


def test_a_plan_is_written_in_the_browser(draft, standard, scrap, munich, olga):
    client, url = client_for(olga), draft.get_absolute_url()
    gauge = metrics.create_gauge(by=olga, site=munich, title="Bore gauge", sort="Bore gauge")
    head = {"phase": "safe-launch", "part": "Piston ring", "part_number": "74-1", "team": "Olga, Sven"}
    assert client.post(f"{url}do/describe-plan/", head).status_code == 302
    row = {
        **ROW, "process_no": "20", "operation": "Grinding", "standard": standard.number, "step": "2",
        "instrument": gauge.number, "metric": scrap.number, "special": "CC", "control": "chart", "about": "product",
        "reaction_document": standard.number, "sample_size": "5", "frequency": "every hour",
    }  # fmt: skip
    assert client.post(f"{url}do/draft-row/", row).status_code == 302
    kept = ControlPlanRow.objects.get()
    assert (kept.step_key, kept.instrument, kept.reaction_document) == ("grind", gauge, standard)
    assert client.post(f"{url}do/draft-failure-mode/", {**FAILURE, "row": "1"}).status_code == 302
    assert FailureMode.objects.get().row_key == kept.key
    panel = client.get(f"{url}panel/control-plan/").content.decode()
    told = ("Safe launch", "Piston ring", "Bore gauge", "step 2. Grind the bore", "140", "none planned")
    for words in (*told, "1 of them has none"):
        assert words in panel
    wrong = client.post(f"{url}do/draft-row/", {**row, "characteristic": "Length", "step": "9"})
    assert (wrong.status_code, "no such step" in wrong.content.decode()) == (422, True)


def test_a_row_is_changed_and_taken_out_in_the_browser(draft, olga):
    row = metrics.draft_row(draft, by=olga, **ROW)
    client, url = client_for(olga), f"{draft.get_absolute_url()}control-plan/rows/{row.key}/"
    form = client.get(f"{url}edit/").context["form"]
    assert form["characteristic"].value() == "Bore"
    sent = {**ROW, "specification": "74.00 ± 0.01", "version": form["version"].value()}
    assert client.post(f"{url}edit/", sent).status_code == 302
    assert fresh(row).specification == "74.00 ± 0.01"
    stale = client.post(f"{url}edit/", {**sent, "specification": "another"})
    assert (stale.status_code, fresh(row).specification) == (422, "74.00 ± 0.01")
    assert client.post(f"{url}drop/", {}).status_code == 302
    assert not ControlPlanRow.objects.exists()
    assert client.get(f"{url}edit/").status_code == 404


def test_rows_are_carried_to_the_next_revision_and_stay_gone_when_all_are_taken_out(draft, olga, axel):
    metrics.describe_plan(draft, by=olga, part="Ring")
    row = metrics.draft_row(draft, by=olga, **ROW)
    metrics.draft_failure_mode(draft, by=olga, **FAILURE)
    second = begun_anew(draft, axel, olga)
    plan = selectors.plan_of(second, olga)
    assert ([one.row for one in plan.rows], plan.head.part) == ([row], "Ring"), "inherited until something changes"
    metrics.edit_row(second, key=row.key, by=olga, special="CC")
    assert [(one.key, one.special) for one in selectors.rows_of(fresh(second))] == [(row.key, "CC")]
    assert fresh(row).special == "", "the revision before says what it said"
    assert ControlPlan.objects.get(revision=second).part == "Ring"
    assert FailureMode.objects.filter(revision=second).count() == 1
    metrics.drop_row(fresh(second), key=row.key, by=olga)
    assert list(selectors.rows_of(second)) == []


def test_only_a_draft_is_changed_and_only_a_control_plan_has_rows(draft, standard, olga):
    row = metrics.draft_row(draft, by=olga, **ROW)
    with refusal("not-a-control-plan"):
        metrics.draft_row(standard.revisions.get(), by=olga, **ROW)
    in_force = put_in_force(draft)
    for change in (
        lambda: metrics.edit_row(in_force, key=row.key, by=olga, special="CC"),
        lambda: metrics.drop_row(in_force, key=row.key, by=olga),
        lambda: metrics.describe_plan(in_force, by=olga),
        lambda: metrics.draft_failure_mode(in_force, by=olga, **FAILURE),
    ):
        with refusal("not-a-draft"):
            change()


def test_the_approval_covers_head_rows_and_failure_modes(draft, olga):
    metrics.draft_row(draft, by=olga, **ROW)
    rows_alone = selectors.signed_rows(draft)
    assert [set(row) for row in rows_alone] == [{"key", "position", *ControlPlanRow.FIELDS}], "as it was signed before"
    metrics.describe_plan(fresh(draft), by=olga, part="Ring")
    metrics.draft_failure_mode(fresh(draft), by=olga, **FAILURE)
    covered = fresh(draft).signed_content()["control plan"]
    assert covered[0] == rows_alone[0]
    assert covered[1] == {"head": {"phase": "production", "part": "Ring"}}
    assert covered[2]["failure mode"]["mode"] == "Bore too wide"


def test_the_redline_tells_what_changed_in_the_rows(draft, scrap, olga, axel):
    row = metrics.draft_row(draft, by=olga, metric=scrap, **ROW)
    second = begun_anew(draft, axel, olga)
    metrics.edit_row(second, key=row.key, by=olga, frequency="every hour")
    changed = [diff for diff in redline_of(fresh(draft), fresh(second)).parts if "Bore" in diff.after]
    assert ["every hour" in diff.after and "every hour" not in diff.before for diff in changed] == [True]
    assert f"metric: {scrap.number}" in changed[0].after, "records by their numbers, not by their keys"


def test_a_row_whose_step_is_gone_says_so(draft, standard, olga, axel):
    metrics.draft_row(draft, by=olga, standard=standard, step_key="grind", **ROW)
    put_in_force(draft)
    first = put_in_force(standard.revisions.get())
    used = where_used(standard, olga).uses
    assert [(one.kind, "step 2. Grind the bore" in one.label) for one in used] == [("Row of a control plan", True)]
    panel = client_for(olga).get(f"{first.get_absolute_url()}panel/controlled-by/").content.decode()
    assert "Step 2. Grind the bore" in panel
    next_one = documents.start_revision(
        fresh(standard), by=olga, reason="simpler", steps=[{"what": "Clamp the ring", "key": "clamp"}]
    )
    Revision.objects.filter(pk=first.pk).update(status="superseded", superseded_at=first.opened_at)
    put_in_force(next_one)
    assert [one.is_step_gone for one in selectors.plan_of(fresh(draft), olga).rows] == [True]
    panel = client_for(olga).get(f"{next_one.get_absolute_url()}panel/controlled-by/").content.decode()
    assert "its step is not in this revision" in panel


def test_a_failure_mode_is_scored_again_with_evidence_after_something_was_done(draft, olga):
    made = metrics.draft_failure_mode(draft, by=olga, **FAILURE)
    after = {"severity": 7, "occurrence": 2, "detection": 3}
    with refusal("no-action"):
        metrics.score_again(fresh(draft), key=made.key, by=olga, evidence_found="Eight weeks without it", **after)
    metrics.edit_failure_mode(fresh(draft), key=made.key, by=olga, action="Change the tool every 400 rings")
    with refusal("evidence-missing"):
        metrics.score_again(fresh(draft), key=made.key, by=olga, evidence_found=" ", **after)
    metrics.score_again(fresh(draft), key=made.key, by=olga, evidence_found="Eight weeks without it", **after)
    found = fresh(made)
    assert (found.score.rpn, found.score_after.rpn, found.asks_for_action) == (140, 42, False)


@pytest.mark.parametrize("facts", [{"severity": 0}, {"detection": 11}, {"severity_after": 5}])
def test_the_database_takes_no_score_that_cannot_be(draft, olga, facts):
    made = metrics.draft_failure_mode(draft, by=olga, **FAILURE)
    with pytest.raises(IntegrityError), transaction.atomic():
        FailureMode.objects.filter(pk=made.pk).update(**facts)


def test_a_capa_answers_a_failure_mode_and_shows_it(draft, munich, grinding, olga):
    capa = capas.open_capa(by=olga, site=munich, title="Bores too wide", problem="See the plan", process=grinding)
    metrics.draft_failure_mode(draft, by=olga, answer=capa, **FAILURE)
    panel = client_for(olga).get(f"{capa.get_absolute_url()}panel/failure-modes/").content.decode()
    assert ("Bore too wide" in panel, draft.number in panel, "asks for action" in panel) == (True, True, True)
    assert selectors.plan_of(draft, olga).unanswered == 0


def test_the_plan_over_the_api(draft, standard, olga):
    api, base = Api(olga), f"revisions/{draft.number}"
    assert api.post(f"{base}/draft-row/", {**ROW, "standard": standard.number, "step": "1"}).status_code == 200
    read = api.get(f"{base}/control-plan/")
    row = read.json()["rows"][0]
    assert (row["characteristic"], row["standard"], row["step_key"]) == ("Bore", standard.number, "clamp")
    edit = f"{base}/control-plan/rows/{row['key']}/edit/"
    assert api.post(edit, {"special": "CC"}, match="").status_code == 428
    changed = api.post(edit, {"special": "CC"}, match=read["ETag"])
    assert [(one["special"], one["step_key"]) for one in changed.json()["rows"]] == [("CC", "clamp")]
    assert api.post(edit, {"special": "SC"}, match=read["ETag"]).status_code == 412
    assert api.post(edit, {"specials": "SC"}).status_code == 400
    assert api.post(f"{base}/control-plan/rows/nothing/edit/", {}).status_code == 404
    assert api.post(f"{base}/draft-failure-mode/", {**FAILURE, "severity": 11}).status_code == 400
    assert api.post(f"{base}/draft-failure-mode/", {**FAILURE, "answer": draft.number}).status_code == 200
    failure = api.get(f"{base}/control-plan/").json()["failure_modes"][0]
    assert (failure["rpn"], failure["asks_for_action"], failure["answer"]) == (140, True, draft.number)
    again = f"{base}/control-plan/failure-modes/{failure['key']}/score-again/"
    body = {"severity": 7, "occurrence": 1, "detection": 5, "evidence_found": "A trial of 400"}
    assert api.post(again, body).json()["failure_modes"][0]["rpn_after"] == 35
    dropped = api.post(f"{base}/control-plan/rows/{row['key']}/drop/")
    assert (dropped.status_code, dropped.json()["rows"]) == (200, [])


@pytest.mark.parametrize(("who", "status"), [("axel", 200), ("aud", 403), ("pedro", 403), ("sam", 404)])
def test_who_may_edit_a_row(request, draft, olga, who, status):
    row = metrics.draft_row(draft, by=olga, **ROW)
    url = f"{draft.get_absolute_url()}control-plan/rows/{row.key}/edit/"
    assert client_for(request.getfixturevalue(who)).get(url).status_code == status


def test_plan_and_paper_take_the_same_number_of_queries_with_many_rows(
    draft, standard, scrap, munich, olga, django_assert_max_num_queries
):
    gauge = metrics.create_gauge(by=olga, site=munich, title="Bore gauge", sort="Bore gauge")
    for number in range(25):
        metrics.draft_row(
            draft, by=olga, characteristic=f"Bore {number}", reaction_plan="Stop", metric=scrap, standard=standard,
            step_key="grind", instrument=gauge,
        )  # fmt: skip
        metrics.draft_failure_mode(draft, by=olga, **{**FAILURE, "mode": f"Bore {number} too wide"})
    client, url = client_for(olga), draft.get_absolute_url()
    row = ControlPlanRow.objects.first()
    asked = (
        (f"{url}panel/control-plan/", 15),
        (f"{url}control-plan/rows/{row.key}/edit/", 20),
        (f"{url}record.pdf", 45),
        (f"/api/v1/revisions/{draft.number}/control-plan/", 12),
    )
    for address, most in asked:
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
