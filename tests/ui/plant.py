"""A small plant for the pages: two sites, four people, documents to list. Made through the services."""

from dataclasses import dataclass
from typing import Any

from django import forms

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from evidence.context import acting
from people import services as people
from people.models import Site, User
from people.states import Authority
from records import services as records
from ui.forms import PersonField, ProcessField, ReasonForm, RowForm, RowsField, SiteField, VerbForm
from ui.registry import Column, NotRegistered, RecordPage, page_of, register_page
from ui.verbs import Verb

PASSWORD = "correct horse battery"


class OpenForm(VerbForm):
    title = forms.CharField(max_length=200)
    site = SiteField()
    process = ProcessField(required=False)
    kind = forms.ModelChoiceField(DocumentType.objects.all(), to_field_name="code")


class StepRow(RowForm):
    what = forms.CharField(max_length=300)
    seconds = forms.DecimalField(required=False, min_value=0)


class EditForm(VerbForm):
    title = forms.CharField(max_length=200)
    owner = PersonField()
    steps = RowsField(StepRow, required=False)

    def initial_from(self, record: Any) -> dict[str, Any]:
        return {"title": record.title, "owner": record.owner.username}


def open_document(*, by: User, title: str, site: Site, kind: DocumentType, process: Any = None) -> Document:
    return records.open_record(Document, by=by, site=site, title=title, process=process, type=kind, code=kind.code)


def edit(record: Any, *, by: User, title: str, owner: User, steps: list[dict[str, Any]]) -> Any:
    return records.amend(record, by=by, title=title, owner=owner)


def yes(user: User, subject: Any) -> bool:
    return True


CREATE = Verb("open", open_document, OpenForm, label="Open a document", may=lambda user, site: True)
VERBS = (
    Verb("edit", edit, EditForm, label="Edit", may=yes),
    Verb("retire", documents.retire, ReasonForm),
)
REVISION_VERBS = (Verb("submit", documents.submit, VerbForm), Verb("approve", documents.approve, VerbForm))


def pages() -> None:
    """Give documents and revisions pages, unless their app does."""
    columns = (
        Column("number"),
        Column("title"),
        Column("status"),
        Column("site"),
        Column("owner"),
        Column("opened_at"),
    )
    for model, noun, create, verbs in (
        (Document, "document", CREATE, VERBS),
        (Revision, "revision", None, REVISION_VERBS),
    ):
        try:
            page_of(model)
        except NotRegistered:
            register_page(
                RecordPage(
                    model=model, icon="files", section="standards", noun=noun, nouns=f"{noun}s",
                    queryset=lambda model=model: model.objects.select_related("site", "owner"),
                    columns=columns, create=create, verbs=verbs, about="What is done, and how.",
                )
            )  # fmt: skip


@dataclass
class Plant:
    munich: Site
    lyon: Site
    olga: User
    axel: User
    sam: User
    aud: User
    kind: DocumentType

    def documents(self, count: int, *, site: Site | None = None) -> list[Document]:
        with acting(self.olga):
            where = site or self.munich
            titles = (f"Grind rings, step {number:02d}" for number in range(count))
            return [open_document(by=self.olga, title=title, site=where, kind=self.kind) for title in titles]

    def revision(self, document: Document) -> Revision:
        with acting(self.olga):
            return documents.start_revision(document, by=self.olga, reason="The gauge was replaced in March.")


def build() -> Plant:
    """Everything above, in the current database."""
    pages()
    system = people.ensure_system_user()
    with acting(system):
        munich = people.add_site(by=system, code="MUC", name="Munich")
        lyon = people.add_site(by=system, code="LYS", name="Lyon")
        made = {name: _person(system, name, site) for name, site in _cast(munich, lyon)}
        people.appoint(made["olga"], authority=Authority.ENGINEER, site=munich, by=system)
        people.appoint(made["axel"], authority=Authority.QUALITY_MANAGER, site=munich, by=system)
        people.appoint(made["aud"], authority=Authority.AUDITOR, site=munich, by=system)
        people.appoint(made["sam"], authority=Authority.QUALITY_MANAGER, site=lyon, by=system)
        people.add_process(by=system, site=munich, code="GRIND", name="Grinding", owner=made["axel"])
        kind, _made = DocumentType.objects.get_or_create(code="XWI", defaults={"name": "Instruction"})
    return Plant(munich=munich, lyon=lyon, kind=kind, **made)


def _cast(munich: Site, lyon: Site) -> list[tuple[str, Site]]:
    return [("olga", munich), ("axel", munich), ("aud", munich), ("sam", lyon)]


def _person(system: User, name: str, site: Site) -> User:
    full = {"olga": "Olga Owner", "axel": "Axel Approver", "aud": "Audrey Auditor", "sam": "Sam Stranger"}[name]
    return people.add_person(by=system, username=name, full_name=full, site=site, password=PASSWORD)
