"""A revision in other languages: bound to it, marked when it has changed, and never a change of what was approved."""

import pytest

from documents import selectors
from documents import services as documents
from documents.models import DocumentType, Revision, Translation
from evidence.context import acting
from evidence.refusals import Stale
from records.selectors import content_digest
from tests.cast import api_for, client_for, fresh, queries, refusal


@pytest.fixture
def draft(munich, olga):
    steps = [{"key": "a", "what": "Clamp", "key_point": "Until it clicks"}, {"key": "b", "what": "Grind"}]
    with acting(olga):
        document = documents.create_document(
            by=olga, site=munich, type=DocumentType.objects.get(code="SW"), title="Ring", steps=steps, body="<p>Hi</p>"
        )
    return Revision.objects.get(document=document)


def german(draft, by, **more):
    facts = {
        "language": "de", "title": "Ring", "body": "<p>Hallo</p>", "steps": {"a": {"what": "Spannen"}},
        "shown": selectors.text_digest(draft), "checked": True, **more,
    }  # fmt: skip
    with acting(by):
        return documents.translate(draft, by=by, **facts)


def test_a_translation_leaves_what_is_signed_as_it_is(draft, olga):
    before, version = content_digest(draft), draft.version
    german(draft, olga)
    assert (content_digest(fresh(draft)), fresh(draft).version) == (before, version)


def test_readers_get_their_language_and_the_original_where_a_text_is_missing(draft, olga):
    german(draft, olga)
    assert [(one.what, one.key_point) for one in selectors.steps_in(draft, "de")] == [
        ("Spannen", "Until it clicks"),
        ("Grind", ""),
    ]
    assert [one.what for one in selectors.steps_in(draft, "pl")] == ["Clamp", "Grind"]
    assert selectors.translation_of(draft, "pl") is None


def test_a_translation_is_stale_when_the_text_changes(draft, olga):
    made = german(draft, olga)
    assert selectors.is_checked(made, selectors.text_digest(draft))
    with acting(olga):
        documents.edit_revision(draft, by=olga, body="<p>Other</p>")
    assert not selectors.is_checked(fresh(made), selectors.text_digest(fresh(draft)))
    page = client_for(olga).get(f"/revisions/{draft.number}/in/de/").content.decode()
    assert "has changed since this translation was compared" in page


def test_nobody_declares_that_he_compared_with_a_text_he_did_not_see(draft, olga):
    shown = selectors.text_digest(draft)
    with acting(olga):
        documents.edit_revision(draft, by=olga, body="<p>Other</p>")
    with pytest.raises(Stale):
        german(draft, olga, shown=shown)


def test_unknown_steps_and_foreign_pictures_are_refused(draft, olga):
    with refusal("unknown-step"):
        german(draft, olga, steps={"zz": {"what": "Nothing"}})
    with refusal("picture-unknown"):
        german(draft, olga, body=f'<p><img src="/pictures/{"0" * 64}/"></p>')


def test_what_is_withdrawn_is_not_translated(draft, olga):
    with acting(olga):
        documents.withdraw(draft, by=olga, reason="Not needed")
    with refusal("not-translatable"):
        german(draft, olga)


def test_a_translation_is_written_beside_the_original_in_the_browser(draft, olga):
    client = client_for(olga)
    page = client.get(f"/revisions/{draft.number}/translate/de/")
    sent = {
        "language": "de", "title": "Ring schleifen", "body": "<p>Hallo</p>", "steps-count": "2", "steps-0-key": "a",
        "steps-0-what": "Spannen", "steps-1-key": "b", "steps-1-what": "Schleifen", "checked": "on",
        "shown": page.context["form"]["shown"].value(),
    }  # fmt: skip
    answer = client.post(f"/revisions/{draft.number}/translate/de/", sent, follow=True)
    assert answer.status_code == 200
    assert "Schleifen" in answer.content.decode()
    assert Translation.objects.get().checked_by == olga
    assert "Deutsch" in client.get(f"/revisions/{draft.number}/").content.decode()


def test_over_the_api_a_translation_is_replaced_only_by_who_read_it(draft, olga, pedro, sam):
    api, path = api_for(olga), f"revisions/{draft.number}/translations/"
    body = {"language": "de", "title": "Ring", "steps": [{"key": "a", "what": "Spannen"}]}
    assert api.post(path, body).status_code == 201
    tag = api.get(path).json()["results"][0]["etag"]
    assert api.post(path, body, match="").status_code == 428
    assert api.post(path, {**body, "title": "Neu"}, match=tag).status_code == 200
    assert api.post(path, body, match=tag).status_code == 412
    assert api.post(path, {**body, "language": "klingon"}).status_code == 400
    assert api_for(pedro).post(path, body).status_code == 403
    assert api_for(sam).get(path).status_code == 404
    assert api_for(pedro).get(path).json()["results"][0]["title"] == "Neu"


def test_an_operator_reads_his_language_and_translates_nothing(draft, olga, pedro):
    german(draft, olga)
    client = client_for(pedro)
    page = client.get(f"/revisions/{draft.number}/in/de/").content.decode()
    assert "Spannen" in page
    assert "Edit the translation" not in page
    assert client.get(f"/revisions/{draft.number}/translate/de/").status_code == 403
    assert client.get(f"/revisions/{draft.number}/in/fr/").status_code == 404


def test_pages_ask_no_more_of_the_database_for_more_steps(draft, olga):
    german(draft, olga)
    client = client_for(olga)
    urls = [f"/revisions/{draft.number}/{rest}" for rest in ("", "in/de/", "translate/de/", "do/edit/")]
    few = [len(queries(client, url)) for url in urls]
    with acting(olga):
        documents.edit_revision(
            fresh(draft), by=olga, steps=[{"what": f"Step {no}", "manual_seconds": no} for no in range(40)]
        )
    assert [len(queries(client, url)) for url in urls] == few


def test_who_saves_a_translation_second_is_told_and_loses_nothing(draft, olga):
    client, url = client_for(olga), f"/revisions/{draft.number}/translate/de/"
    sent = {"language": "de", "title": "Mein Titel", "steps-count": "0", "checked": "on"}
    sent |= {name: client.get(url).context["form"][name].value() for name in ("shown", "seen")}
    german(draft, olga, title="Ihr Titel")
    answer = client.post(url, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody else has translated this meanwhile" in page
    assert "Mein Titel" in page
    assert f'href="/revisions/{draft.number}/in/de/"' in page
    assert Translation.objects.get().title == "Ihr Titel"
    again = {name: answer.context["form"][name].value() for name in ("shown", "seen")}
    assert client.post(url, {**sent, **again}).status_code == 302
    assert Translation.objects.get().title == "Mein Titel"


def test_who_translated_an_older_text_compares_again_and_loses_nothing(draft, olga):
    client, url = client_for(olga), f"/revisions/{draft.number}/translate/de/"
    sent = {"language": "de", "title": "Mein Titel", "steps-count": "0", "checked": "on"}
    sent |= {name: client.get(url).context["form"][name].value() for name in ("shown", "seen")}
    with acting(olga):
        documents.edit_revision(draft, by=olga, body="<p>Other</p>")
    answer = client.post(url, sent)
    assert "The text has changed since you began" in answer.content.decode()
    assert not answer.context["form"]["checked"].value()
    again = {name: answer.context["form"][name].value() for name in ("shown", "seen")}
    assert client.post(url, {**sent, **again}).status_code == 302
