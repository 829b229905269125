"""Pages of any registered kind, over HTTP."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Document
from tests.ui.plant import PASSWORD
from ui import pdf
from ui.static_files import static_file


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in caught]


def test_list_shows_what_the_user_sees(plant, as_user):
    plant.documents(3)
    text = as_user(plant.olga).get("/documents/").content.decode()
    assert "Grind rings, step 02" in text
    assert "3 records" in text
    assert "Grind rings" not in as_user(plant.sam).get("/documents/").content.decode()


def test_stranger_finds_no_record(plant, as_user):
    document = plant.documents(1)[0]
    sam = as_user(plant.sam)
    for part in ("", "chain/", "actions/", "files/", "timeline/", "history/", "do/edit/", "record.pdf", "chain.pdf"):
        assert sam.get(f"{document.get_absolute_url()}{part}").status_code == 404
    assert sam.get("/search/", {"q": document.number}).status_code == 200


@pytest.mark.parametrize("tab", ["", "chain/", "actions/", "files/", "timeline/", "history/"])
def test_every_tab_opens(plant, as_user, tab):
    document = plant.documents(1)[0]
    page = as_user(plant.olga).get(f"{document.get_absolute_url()}{tab}")
    assert page.status_code == 200
    assert document.number in page.content.decode()


def test_history_shows_a_record_as_it_was_on_a_day(plant, as_user):
    document = plant.documents(1)[0]
    olga, url = as_user(plant.olga), f"{document.get_absolute_url()}history/"
    assert document.title in olga.get(url, {"on": timezone.localdate().isoformat()}).content.decode()
    assert "It was not there yet" in olga.get(url, {"on": "2001-01-01"}).content.decode()
    assert olga.get(url, {"on": "nonsense"}).status_code == olga.get(url, {"on": "9999-12-31"}).status_code == 200


def test_list_asks_as_much_for_thirty_as_for_one(plant, as_user):
    olga = as_user(plant.olga)
    plant.documents(1)
    one = queries(olga, "/documents/")
    plant.documents(29)
    thirty = queries(olga, "/documents/")
    assert len(one) == len(thirty) <= 10, "\n".join(thirty)


def test_record_page_asks_twelve_times_at_most(plant, as_user):
    document = plant.documents(1)[0]
    asked = queries(as_user(plant.olga), document.get_absolute_url())
    assert len(asked) <= 12, "\n".join(asked)


def test_search_by_words_and_by_number(plant, as_user):
    document = plant.documents(4)[0]
    olga = as_user(plant.olga)
    assert olga.get("/search/", {"q": document.number})["Location"] == document.get_absolute_url()
    assert "step 02" in olga.get("/search/", {"q": "grind step 02"}).content.decode()
    assert "step 02" in olga.get("/documents/", {"q": "grind 02"}).content.decode()


def test_filters_narrow_and_show_as_chips(plant, as_user):
    plant.documents(2)
    text = as_user(plant.olga).get("/documents/", {"status": "active", "site": "MUC"}).content.decode()
    assert "Nothing matches" in text
    assert "Status: Active" in text
    text = as_user(plant.olga).get("/documents/", {"due": "true", "external": "unknown"}).content.decode()
    assert "Due for review: Yes" in text
    assert "From outside:" not in text


def test_unknown_site_in_a_filter_is_an_error_not_a_crash(plant, as_user):
    page = as_user(plant.olga).get("/documents/", {"site": "LYS"})
    assert page.status_code == 200
    assert "Select a valid choice" in page.content.decode()


def test_verb_is_done_and_leads_back(plant, as_user):
    document = plant.documents(1)[0]
    done = as_user(plant.olga).post(
        f"{document.get_absolute_url()}do/edit/", {"title": "Grind and wash", "owner": "axel", "version": 1}
    )
    assert done.status_code == 302, done.content.decode()
    fresh = Document.objects.get(pk=document.pk)
    assert (fresh.title, fresh.owner, fresh.version) == ("Grind and wash", plant.axel, 2)


def test_old_version_is_told_and_nothing_is_written(plant, as_user):
    document = plant.documents(1)[0]
    url = f"{document.get_absolute_url()}do/edit/"
    olga = as_user(plant.olga)
    olga.post(url, {"title": "First", "owner": "olga", "version": 1})
    late = olga.post(url, {"title": "Second", "owner": "olga", "version": 1})
    assert late.status_code == 422
    assert "Somebody changed" in late.content.decode()
    assert Document.objects.get(pk=document.pk).title == "First"


def test_missing_fields_are_named_in_a_summary(plant, as_user):
    document = plant.documents(1)[0]
    page = as_user(plant.olga).post(f"{document.get_absolute_url()}do/edit/", {"title": ""})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'href="#id_title"' in text
    assert 'aria-invalid="true"' in text


def test_opening_at_a_strange_site_is_refused(plant, as_user):
    page = as_user(plant.olga).post("/documents/new/", {"title": "X", "site": "LYS", "type": "XWI"})
    assert page.status_code == 422
    assert Document.objects.count() == 0


def test_opening_leads_to_the_new_record(plant, as_user):
    page = as_user(plant.olga).post("/documents/new/", {"title": "Wash rings", "site": "MUC", "type": "XWI"})
    assert page.status_code == 302
    assert page["Location"] == Document.objects.get().get_absolute_url()


def test_auditor_may_not_retire(plant, as_user):
    document = plant.documents(1)[0]
    assert as_user(plant.aud).get(f"{document.get_absolute_url()}do/retire/").status_code == 403


def test_signing_shows_what_is_signed_and_checks_the_password(plant, as_user):
    revision = plant.revision(plant.documents(1)[0])
    olga, axel, url = as_user(plant.olga), as_user(plant.axel), f"{revision.get_absolute_url()}do/"
    assert "present state" in axel.get(f"{url}approve/").content.decode()
    text = f"{'Wipe the seat. ' * 100}\n\nHold the ring by its edge."
    olga.post(f"{url}edit/", {"version": revision.version, "body": text})
    assert olga.post(f"{url}submit/").status_code == 302
    page = axel.get(f"{url}approve/")
    assert "<p>Hold the ring by its edge.</p>" in page.content.decode()
    form = page.context["form"]
    digest = form.dialog.digest
    sent = {"version": form["version"].value(), "challenge": form["challenge"].value(), "username": "axel"}
    wrong = axel.post(f"{url}approve/", {**sent, "password": "guessed"})
    assert wrong.status_code == 422
    assert "User name or password is not right" in wrong.content.decode()
    assert "guessed" not in wrong.content.decode()
    assert axel.post(f"{url}approve/", {**sent, "password": PASSWORD}).status_code == 302
    signature = revision.signatures.get()
    assert (signature.signer, signature.content_digest) == (plant.axel, digest)


def test_actions_are_added_finished_and_verified_by_another(plant, as_user):
    document = plant.documents(1)[0]
    olga, axel = as_user(plant.olga), as_user(plant.axel)
    olga.post(
        f"{document.get_absolute_url()}actions/add/", {"what": "Mark the floor", "who": "olga", "due": "2099-01-01"}
    )
    action = document.actions.get()
    base = f"{document.get_absolute_url()}actions/{action.uuid}"
    assert "Mark the floor" in olga.get("/work/").content.decode()
    assert olga.post(f"{base}/finish/", {"result": "Marked."}).status_code == 302
    assert olga.post(f"{base}/verify/").status_code == 403
    assert axel.post(f"{base}/verify/").status_code == 302
    assert document.actions.get().verified_by == plant.axel


def test_files_come_back_as_attachments(plant, as_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = plant.documents(1)[0]
    olga = as_user(plant.olga)
    file = SimpleUploadedFile("plan.html", b"<script>alert(1)</script>", content_type="text/html")
    assert olga.post(f"{document.get_absolute_url()}files/add/", {"file": file}).status_code == 302
    attachment = document.attachments.get()
    answer = olga.get(f"{document.get_absolute_url()}files/{attachment.uuid}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert as_user(plant.sam).get(f"{document.get_absolute_url()}files/{attachment.uuid}/").status_code == 404


def test_comments_are_escaped_in_the_timeline(plant, as_user):
    document = plant.documents(1)[0]
    olga = as_user(plant.olga)
    olga.post(f"{document.get_absolute_url()}comment/", {"text": "<b>seen</b>"})
    assert "&lt;b&gt;seen" in olga.get(f"{document.get_absolute_url()}timeline/").content.decode()


def test_record_and_chain_as_pdf(plant, as_user):
    document = plant.documents(1)[0]
    for name in ("record.pdf", "chain.pdf"):
        answer = as_user(plant.olga).get(f"{document.get_absolute_url()}{name}")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_paper_is_printed_with_its_style_sheet(caplog):
    assert pdf.from_html('<link rel="stylesheet" href="static:/css/print.css"><h1>MUC-WI-0001</h1>')
    assert not [record for record in caplog.records if "Unsupported stylesheet" in record.getMessage()]


def test_each_font_of_paper_has_a_name_of_its_own():
    """The engine tells them apart by their names: of two with one name the letters of one are drawn for the other."""
    css = static_file("css/print.css").read_text()
    names = re.findall(r'@font-face { font-family: ("[^"]+")', css)
    assert (len(names), len(set(names))) == (4, 4)
    used = re.findall(r'("Inter"[^;]*), sans-serif', css)
    assert {tuple(one.split(", ")) for one in used} == {tuple(names)}


def test_operators_are_offered_only_what_they_see(pedro, olga, as_user):
    page = as_user(pedro).get("/training/mine/", follow=True).content.decode()
    assert 'href="/documents/"' in page
    for hidden in ("/capas/", "/gains/", "/metrics/", "/improvements/"):
        assert f'href="{hidden}"' not in page
    assert 'href="/capas/"' in as_user(olga).get("/work/").content.decode()


def test_fields_that_narrow_a_list_come_when_they_are_wanted(plant, client):
    client.force_login(plant.olga)
    field = b'name="status"'
    assert field not in client.get("/documents/").content
    assert field in client.get("/documents/?filter-fields=1", headers={"HX-Request": "true"}).content
    assert field in client.get("/documents/?status=active").content
