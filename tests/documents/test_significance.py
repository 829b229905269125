"""What training a change asks for: a table of changes and verdicts, and what the approver makes of it."""

import pytest

from documents import selectors
from documents import services as documents
from documents.comparing import step_changes
from documents.models import DocumentType
from documents.significance import Changes, is_editorial, is_respelt, propose, weight
from documents.states import TrainingVerdict
from tests.cast import client_for, fresh, refusal, signing, today

ONE = {"key": "a", "position": 1, "what": "Load the ring", "key_point": "By hand", "reason": "It is soft",
       "manual_seconds": 4, "is_safety": False, "is_quality": False, "ppe": "", "tools": ""}  # fmt: skip
TWO = {**ONE, "key": "b", "position": 2, "what": "Grind", "key_point": ""}
SAFE = {**ONE, "is_safety": True}


def steps(before, after):
    return Changes(steps=step_changes(before, after))


def text(before, after):
    return Changes(text_before=before, text_after=after)


TABLE = [
    ("nothing", Changes(), "none"),
    ("the first revision", Changes(is_first=True), "read"),
    ("a safety mark came", steps([ONE], [SAFE]), "practical"),
    ("a safety mark went", steps([SAFE], [ONE]), "practical"),
    ("the key point of a step with a safety mark", steps([SAFE], [{**SAFE, "key_point": "With tongs"}]), "practical"),
    ("protective equipment", steps([ONE], [{**ONE, "ppe": "Gloves"}]), "practical"),
    ("a quality mark", steps([ONE], [{**ONE, "is_quality": True}]), "quiz"),
    ("a key point", steps([ONE], [{**ONE, "key_point": "With tongs"}]), "quiz"),
    ("another order", steps([ONE, TWO], [TWO, ONE]), "quiz"),
    ("another order, safety mark", steps([TWO, SAFE], [SAFE, TWO]), "practical"),
    ("what is done", steps([ONE], [{**ONE, "what": "Load two rings"}]), "read"),
    ("tools", steps([ONE], [{**ONE, "tools": "Tongs"}]), "read"),
    ("a new step without marks", steps([ONE], [ONE, TWO]), "read"),
    ("a new step with a key point", steps([TWO], [TWO, ONE]), "quiz"),
    ("a step with a safety mark is gone", steps([SAFE, TWO], [TWO]), "practical"),
    ("times only", steps([ONE], [{**ONE, "manual_seconds": 5}]), "notify"),
    ("the reason only", steps([ONE], [{**ONE, "reason": "It bends"}]), "notify"),
    ("capitals of a key point", steps([ONE], [{**ONE, "key_point": "by hand!"}]), "none"),
    ("takt", Changes(fields={"takt_seconds"}), "read"),
    ("reaction plan", Changes(fields={"reaction_plan"}), "quiz"),
    ("title", Changes(fields={"title"}), "notify"),
    ("rows of a control plan", Changes(parts={"rows"}), "read"),
    ("punctuation of the text", text("Stop. call", "Stop, call"), "none"),
    ("a word of the text spelt otherwise", text("Call the laeder", "Call the leader"), "notify"),
    ("a number in the text", text("Every 10 rings", "Every 20 rings"), "read"),
    ("another text", text("Stop the line", "Go on and tell the leader"), "read"),
    ("a not came", text("Open it", "Do not open it"), "read"),
]


@pytest.mark.parametrize(("changes", "verdict"), [pytest.param(c, v, id=name) for name, c, v in TABLE])
def test_what_a_change_asks_for(changes, verdict):
    found = propose(changes)
    assert found.verdict == verdict
    assert found.reasons


def test_the_weightiest_reason_comes_first_and_each_once():
    found = propose(steps([ONE, TWO], [{**SAFE, "manual_seconds": 9}, {**TWO, "what": "Grind twice"}]))
    assert found.verdict == TrainingVerdict.PRACTICAL
    assert found.reasons[0] == "Step “Load the ring”: the safety mark changed."
    assert found.reasons[-1] == "Step “Load the ring”: the times changed."


def test_safe_for_unsafe_is_never_called_editorial():
    assert not is_editorial("It is safe", "It is unsafe")
    assert not is_respelt("Never open", "Ever open it")
    assert not is_respelt("Set 10 bar", "Set 16 bar")


def test_verdicts_are_weighed_in_order():
    assert [weight(one) for one in ("none", "notify", "read", "quiz", "practical")] == [0, 1, 2, 3, 4]
    assert [one.asks_training for one in TrainingVerdict] == [False, False, True, True, True]


@pytest.fixture
def second(munich, olga, axel):
    """The draft of a second revision in which a key point changed; the draft asks for reading only."""
    made = documents.create_document(
        by=olga, site=munich, type=DocumentType.objects.get(code="WI"), title="Grind", steps=[ONE, TWO]
    )
    first = selectors.revision_on_its_way(made)
    documents.submit(first, by=olga)
    documents.approve(first, by=axel, signing=signing(first, axel, "approved"))
    documents.issue(first, by=axel, effective_on=today())
    documents.make_effective(first, by=axel)
    changed = [{**ONE, "key_point": "With tongs"}, TWO]
    draft = documents.start_revision(fresh(made), by=olga, reason="r", change_summary="c", steps=changed)
    return documents.submit(draft, by=olga)


def test_less_than_proposed_needs_a_reason_before_it_is_approved(second, axel):
    assert (second.significance_proposed, second.training) == ("quiz", "read")
    with refusal("training-not-explained"):
        documents.approve(second, by=axel, signing=signing(second, axel, "approved"))
    with refusal("override-not-explained"):
        documents.weigh_training(fresh(second), by=axel, training="read")
    weighed = documents.weigh_training(fresh(second), by=axel, training="read", reason="Everybody does so already.")
    assert documents.approve(weighed, by=axel, signing=signing(weighed, axel, "approved")).status == "approved"
    assert fresh(second).significance_reason == "Everybody does so already."


def test_the_proposal_is_confirmed(second, axel):
    weighed = documents.weigh_training(second, by=axel, training="quiz")
    assert (weighed.training, weighed.significance_reason) == ("quiz", "")
    assert documents.approve(weighed, by=axel, signing=signing(weighed, axel, "approved")).status == "approved"


def test_the_author_does_not_decide_the_training(second, olga):
    with refusal("self-weighed"):
        documents.weigh_training(second, by=olga, training="none", reason="It is nothing.")


def test_the_training_is_decided_before_the_first_approval(munich, olga, axel, mona):
    kind = DocumentType.objects.get(code="WI")
    asked = [{"stage": 1, "task": "approve", "whom": "person", "person": one} for one in (axel, mona)]
    documents.set_route(kind, by=axel, steps=asked)
    made = documents.create_document(by=olga, site=munich, type=kind, title="Grind", body="<p>x</p>")
    revision = documents.submit(selectors.revision_on_its_way(made), by=olga)
    documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
    with refusal("already-approved"):
        documents.weigh_training(fresh(revision), by=mona, training="quiz", reason="To be sure.")


def test_the_approver_sees_the_proposal_and_why(second, axel):
    page = client_for(axel)
    shown = page.get(f"{second.get_absolute_url()}do/approve/").content.decode()
    assert "Read and answer questions" in shown
    assert "the key point changed" in shown
    sent = {"training": "quiz", "reason": ""}
    url = f"{second.get_absolute_url()}do/weigh-training/"
    assert "Proposed: Read and answer questions." in page.get(url).text
    assert page.post(url, sent).status_code == 302
    assert fresh(second).training == "quiz"
