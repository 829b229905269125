"""The redline: nothing is different in equal texts; dropping what is marked gives either text back."""

import io
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from documents import redline, rich_text, selectors
from documents import services as documents
from documents.comparing import Change, step_changes
from documents.models import DocumentType
from documents.redline.marking import _proves
from documents.selectors.comparing import FieldDiff
from documents.states import TrainingVerdict
from records import services as records
from tests.cast import client_for, fresh, queries, signing, today

TABLE = "<table><tbody><tr><th>Size</th><th>Limit</th></tr>{}</tbody></table>"
ROW = "<tr><td>{}</td><td>{}</td></tr>"


def words(html):
    return " ".join(redline.plain(html).split())


def squeezed(text):
    return "".join(text.split())


def test_equal_texts_have_no_difference():
    body = "<h2>A</h2><p>One <b>two</b></p>" + TABLE.format(ROW.format("74", "0.02"))
    found = redline.compare(body, body)
    assert (found.is_changed, found.is_coarse) == (False, False)


def test_words_are_replaced_as_whole_words():
    found = redline.compare("<p>Use the caliper now.</p>", "<p>Use the micrometer now.</p>").html
    assert "<del>caliper</del><ins>micrometer</ins>" in found


def test_a_row_that_came_is_a_row_of_the_same_table():
    before = TABLE.format(ROW.format("74.0", "0.02") + ROW.format("75.0", "0.03"))
    after = TABLE.format(ROW.format("74.0", "0.01") + ROW.format("74.5", "0.02") + ROW.format("75.0", "0.03"))
    found = redline.compare(before, after)
    assert len(found.blocks) == 1
    assert found.html.count("<table") == 1
    assert found.html.count('<tr class="hf-inserted">') == 1
    assert "<del>0.02</del><ins>0.01</ins>" in found.html


def test_bold_that_went_is_a_change_of_form_only():
    found = redline.compare("<p>a <b>x y</b> c</p>", "<p>a x y c</p>")
    assert found.is_changed
    assert '<span class="hf-reformatted">x y</span>' in found.html
    assert "<del>" not in found.html


def test_another_picture_and_another_caption():
    figure = '<figure><img src="/pictures/{}/"><figcaption>{}</figcaption></figure>'
    found = redline.compare(figure.format("a" * 64, "Old gauge"), figure.format("b" * 64, "New gauge"))
    assert "<del><img" in found.html
    assert "<ins><img" in found.html
    assert "<del>Old</del><ins>New</ins>" in found.html


@pytest.mark.parametrize(
    "made",
    [
        "<unit>Grind <del>once</del></unit>",  # the new word is lost
        "<unit>Grind <ins>twice</ins></unit>",  # the old one is
        '<unit>Grind <del>once</del><ins>twice</ins><ins><img src="a"/></ins></unit>',  # a picture came from nowhere
    ],
)
def test_a_comparison_that_does_not_give_both_texts_is_not_believed(made):
    old, new = (etree.fromstring(f"<unit>Grind {word}</unit>") for word in ("once", "twice"))
    assert not _proves(etree.fromstring(made), old, new)
    assert _proves(etree.fromstring("<unit>Grind <del>once</del><ins>twice</ins></unit>"), old, new)


def test_marks_are_not_made_of_what_people_wrote():
    found = redline.compare("<p>a &lt;ins&gt;</p>", "<p>a &lt;script&gt;b</p>").html
    assert "<script" not in found
    assert "&lt;" in found
    assert "<script" not in redline.words("<b>", "<script>")


def test_each_side_shows_its_own():
    block = redline.compare("<p>old same</p>", "<p>new same</p>").blocks[0]
    assert ("new" in block.before, "old" in block.before) == (False, True)
    assert ("new" in block.after, "old" in block.after) == (True, False)


HOSTILE = {
    "the same block very often": ("<p>a</p>" * 5000, "<p>b</p><p>a</p>" * 2500),
    "one endless paragraph": (f"<p>{'a b ' * 20000}</p>", f"<p>{'b a ' * 20000}</p>"),
    "many paragraphs alike": (
        "".join(f"<p>{'x y z ' * 10}{n % 7}</p>" for n in range(2500)),
        "".join(f"<p>{'y x z ' * 10}{n % 5}</p>" for n in range(2500)),
    ),
    "deep lists": ("<ul><li>" * 14 + "a" + "</li></ul>" * 14, "<ul><li>" * 14 + "b" + "</li></ul>" * 14),
    "signs of a private plane": ("<p>\ue001\ue002 \U000f0001 a</p>", "<p>\ue002\U000f0000 b</p>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_seconds_at_most_and_stays_right(name):
    before, after = (rich_text.clean(text) for text in HOSTILE[name])
    began = time.monotonic()
    found = redline.compare(before, after)
    assert time.monotonic() - began < 15  # two seconds on a machine that does nothing else
    assert squeezed(redline.accepted(found.html)) == squeezed(redline.plain(after))
    assert squeezed(redline.rejected(found.html)) == squeezed(redline.plain(before))


WORD = st.sampled_from(["ring", "gauge", "0.02", "a", "turn,", "&amp;", "the"])
INLINE = st.builds(
    lambda tag, words: f"<{tag}>{' '.join(words)}</{tag}>" if tag else " ".join(words),
    st.sampled_from(["", "", "b", "i", "a"]),
    st.lists(WORD, min_size=1, max_size=5),
)
LINE = st.lists(INLINE, max_size=4).map(" ".join)
PARAGRAPH = st.builds(lambda tag, line: f"<{tag}>{line}</{tag}>", st.sampled_from(["p", "h2", "p"]), LINE)
LIST = st.lists(LINE, min_size=1, max_size=4).map(
    lambda items: "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
)
GRID = st.lists(st.tuples(LINE, LINE), min_size=1, max_size=4).map(
    lambda rows: "<table><tbody>" + "".join(ROW.format(*row) for row in rows) + "</tbody></table>"
)
BODY = st.lists(st.one_of(PARAGRAPH, PARAGRAPH, LIST, GRID), max_size=6).map("".join)


@settings(max_examples=150, deadline=None)
@given(BODY, BODY)
def test_taking_the_insertions_gives_the_new_text_and_dropping_them_the_old(before, after):
    found = redline.compare(before, after)
    assert squeezed(redline.accepted(found.html)) == squeezed(redline.plain(after))
    assert squeezed(redline.rejected(found.html)) == squeezed(redline.plain(before))
    assert found.is_changed or before == after or words(before) == words(after)


PLAIN = st.text(alphabet="ab ä0.<>&'-\n", max_size=80)


@given(PLAIN, PLAIN)
def test_the_same_of_plain_words(before, after):
    found = redline.words(before, after)
    assert squeezed(redline.accepted(found)) == squeezed(after)
    assert squeezed(redline.rejected(found)) == squeezed(before)


def step(key, **said):
    return {"key": key, "position": 1, "what": key, **said}


KEYS = st.permutations(["a", "b", "c", "d", "e"])


@given(KEYS, st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), unique=True))
def test_the_steps_that_did_not_move_are_in_order(before, after):
    changes = step_changes([step(key) for key in before], [step(key) for key in after])
    moved = {change.key for change in changes if change.is_moved}
    stayed = [key for key in after if key not in moved]
    assert stayed == sorted(stayed, key=before.index)
    assert {change.key for change in changes if change.change == Change.REMOVED} == set(before) - set(after)


def test_one_step_that_was_put_last_is_the_one_that_moved():
    changes = step_changes([step(key) for key in "abcd"], [step(key) for key in "bcda"])
    assert [(change.key, change.change) for change in changes] == [("a", "moved")]


@pytest.fixture
def two(munich, olga, axel):
    """A revision in effect and the next one in draft."""
    made = documents.create_document(
        by=olga,
        site=munich,
        type=DocumentType.objects.get(code="WI"),
        title="Grind",
        body="<p>Use the caliper.</p>",
        steps=[{"key": "load", "what": "Load"}, {"key": "grind", "what": "Grind", "key_point": "Slowly"}],
    )
    first = selectors.revision_on_its_way(made)
    documents.submit(first, by=olga)
    documents.approve(first, by=axel, signing=signing(first, axel, "approved"))
    documents.issue(first, by=axel, effective_on=today())
    documents.make_effective(first, by=axel)
    second = documents.start_revision(
        fresh(made),
        by=olga,
        reason="Better",
        change_summary="Gauge",
        body="<p>Use the micrometer.</p>",
        steps=[{"key": "grind", "what": "Grind", "key_point": "Very slowly"}, {"key": "gauge", "what": "Gauge"}],
    )
    return first, second


def test_the_page_compares_with_what_was_in_force(two, olga):
    first, second = two
    page = client_for(olga).get(f"{second.get_absolute_url()}redline/")
    found = page.context["redline"]
    assert (found.before.number, found.after.number) == (first.number, second.number)
    text = page.content.decode()
    assert "<del>caliper</del><ins>micrometer</ins>" in text
    assert "<ins>Very slowly</ins>" in text or "<ins>Very </ins>" in text or "<ins>Very" in text
    assert [(one.change.key, one.change.change) for one in found.steps] == [
        ("grind", "changed"), ("gauge", "added"), ("load", "removed"),
    ]  # fmt: skip


def test_every_fact_and_file_that_is_otherwise_is_told_with_both_values(two, olga, grinding):
    first, second = two
    sheet = {"takt_seconds": Decimal(56), "standard_wip": 3, "reaction_plan": "Pull the cord", "training": "practical"}
    draft = documents.edit_revision(fresh(second), by=olga, **sheet)
    records.amend(draft, by=olga, title="Grind rings", process=grinding)
    records.attach(draft, file=io.BytesIO(b"x"), name="list.txt", by=olga)
    found = selectors.redline_of(first, fresh(second))
    assert {one.name: (one.before, one.after) for one in found.facts} == {
        "title": ("Grind", "Grind rings"),
        "process": ("", str(grinding)),
        "takt_seconds": ("", "56.0"),
        "standard_wip": ("", "3"),
        "reaction_plan": ("", "Pull the cord"),
        "training": (TrainingVerdict.READ.label, TrainingVerdict.PRACTICAL.label),
    }
    assert [(one.name, one.before, one.after.split(" ")[0]) for one in found.parts] == [("files", "", "list.txt")]


def test_side_by_side_and_the_other_way_round(two, olga):
    first, second = two
    page = client_for(olga).get(f"{first.get_absolute_url()}redline/?with={second.number}&view=side")
    assert page.context["redline"].before == first
    assert "hf-sides" in page.content.decode()
    field = FieldDiff("takt_seconds", "Takt, s", "60 s <old>", "56 s <new>")
    assert ("60" in field.was, "56" in field.was, "&lt;" in field.was) == (True, False, True)
    assert ("60" in field.now, "56" in field.now) == (False, True), "each side shows its own"


def test_only_revisions_of_the_same_document_are_compared(two, munich, olga, sam):
    _first, second = two
    other = documents.create_document(
        by=olga, site=munich, type=DocumentType.objects.get(code="PR"), title="Other", body="<p>x</p>"
    )
    stranger = selectors.revision_on_its_way(other)
    assert client_for(olga).get(f"{second.get_absolute_url()}redline/?with={stranger.number}").status_code == 404
    assert client_for(sam).get(f"{second.get_absolute_url()}redline/").status_code == 404
    assert "nothing to compare" in client_for(olga).get(f"{stranger.get_absolute_url()}redline/").content.decode()


def test_the_redline_on_paper(two, olga):
    page = client_for(olga).get(f"{two[1].get_absolute_url()}redline.pdf")
    assert (page.status_code, page["Content-Type"]) == (200, "application/pdf")


def test_the_page_asks_no_more_for_more_steps(two, olga):
    _first, second = two
    browser, url = client_for(olga), f"{second.get_absolute_url()}redline/"
    few = len(queries(browser, url))
    documents.edit_revision(fresh(second), by=olga, steps=[{"what": f"Step {number}"} for number in range(40)])
    assert len(queries(browser, url)) == few


def test_the_redline_over_the_api(two, olga):
    answer = client_for(olga).get(f"/api/v1/revisions/{two[1].number}/redline/").json()
    assert (answer["before"], answer["after"]) == (two[0].number, two[1].number)
    assert answer["training"] == "quiz"
    assert {one["key"]: one["change"] for one in answer["steps"]} == {
        "grind": "changed", "gauge": "added", "load": "removed",
    }  # fmt: skip
