"""What a person is shown: only what changed since the revision they knew, or all of it."""

from hypothesis import given
from hypothesis import strategies as st

from documents import services as documents
from documents.selectors import revision_on_its_way
from people import services as people
from tests.cast import fresh, person, today
from tests.training import station as at
from training import selectors
from training import services as training
from training.models import Assignment, Reading

WORDS = st.lists(st.sampled_from(["load", "the", "ring", "with", "both", "hands"]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_marks_say_both_texts_again(before, after):
    left, right = selectors.marks(before, after)
    assert "".join(text for _kind, text in left) == before
    assert "".join(text for _kind, text in right) == after
    assert [text for kind, text in left if kind == "same"] == [text for kind, text in right if kind == "same"]


@given(WORDS)
def test_what_is_the_same_has_no_marks(text):
    left, right = selectors.marks(text, text)
    assert {kind for kind, _text in left + right} <= {"same"}
    assert selectors.text_changes(f"<p>{text}</p>", f"<p>{text}</p>") == []


def test_paragraphs_lose_their_format_and_not_their_words():
    assert selectors.paragraphs("<h2>A</h2><ul><li>b <b>c</b></li><li>d</li></ul>e<br>f") == ["A", "b c", "d", "e", "f"]


def test_only_what_changed_is_shown(changed, pedro):
    shown = training.begin_reading(changed, by=pedro).screens
    assert [(one["key"], one["change"]) for one in shown] == [("load", "changed")]
    assert shown[0]["rows"][0]["after"] == [["same", "Load the ring"], ["new", " with both hands"]]


def test_two_languages_are_not_compared_word_by_word(changed, pedro, olga):
    said = {"load": {"what": "Cargar el anillo con ambas manos"}}
    documents.translate(
        changed.revision, by=olga, language="es", title="Rectificar", steps=said, reaction_plan="Llamar"
    )
    shown = training.begin_reading(changed, by=pedro, language="es").screens
    assert [(one["key"], one["change"]) for one in shown] == [("load", "changed")], "the plan only got a translation"
    assert [(row["before"], row["after"]) for row in shown[0]["rows"]] == [
        ([["same", "Load the ring"]], [["same", "Cargar el anillo con ambas manos"]]),
        ([["same", "Face down"]], [["same", "Face down"]]),
    ]


def test_a_changed_text_is_shown_whole_where_only_the_new_one_is_translated(rings, pedro, olga, axel):
    documents.start_revision(rings, by=olga, reason="Rings fell", change_summary="Plan", body="<p>Hold it.</p>")
    draft = revision_on_its_way(rings)
    documents.translate(draft, by=olga, language="es", title="Rectificar", body="<p>Sujetar.</p>")
    mine = Assignment.objects.get(revision=at.issue(rings, olga, axel))
    (shown,) = training.begin_reading(mine, by=pedro, language="es").screens
    assert (shown["kind"], shown["text"], shown["title"]) == ("whole", "<p>Sujetar.</p>", "Rectificar")


def test_all_of_it_on_request_and_back(changed, pedro):
    reading = training.begin_reading(changed, by=pedro)
    assert len(training.show_otherwise(reading, by=pedro, is_whole=True).screens) == 3
    assert len(training.show_otherwise(reading, by=pedro, is_whole=False).screens) == 1


def test_who_never_knew_it_sees_all(changed, munich, grinder, axel):
    nina = person("nina", munich, "operator")
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    mine = Assignment.objects.get(person=nina)
    reading = training.begin_reading(mine, by=nina)
    assert [one["change"] for one in reading.screens] == ["same"] * 3
    assert reading.since is None


def test_a_step_that_is_left_out_is_said_too(rings, olga, axel, pedro):
    at.next_revision(rings, olga, changed=0, count=2)
    mine = Assignment.objects.get(revision=at.issue(rings, olga, axel))
    shown = training.begin_reading(mine, by=pedro).screens
    assert [(one["key"], one["change"]) for one in shown] == [("measure", "removed")]


def test_dwell_is_what_the_server_saw_and_a_step_counts_once(changed, pedro):
    reading = training.begin_reading(changed, by=pedro)
    training.turn_page(reading, by=pedro, place=0)
    first = fresh(reading).dwell
    training.turn_page(reading, by=pedro, place=0)
    assert fresh(reading).dwell == first
    assert 0 <= first["load"] <= 300


def test_the_digest_is_that_of_what_is_shown(changed, pedro):
    reading = training.begin_reading(changed, by=pedro)
    assert reading.digest == selectors.screens_digest(reading.screens, changed.revision.number)
    whole = training.show_otherwise(reading, by=pedro, is_whole=True)
    assert whole.digest != reading.digest


def test_one_reading_of_an_assignment(changed, pedro):
    assert training.begin_reading(changed, by=pedro) == training.begin_reading(changed, by=pedro)
    assert Reading.objects.count() == 1
