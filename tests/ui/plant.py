"""A small plant for the pages: two sites, four people, documents to list. Made through the services."""

from dataclasses import dataclass

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from evidence.context import acting
from people import services as people
from people.models import Site, User
from people.states import Authority

PASSWORD = "correct horse battery"


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
            return [
                documents.create_document(by=self.olga, title=title, site=where, type=self.kind) for title in titles
            ]

    def revision(self, document: Document) -> Revision:
        """The first revision, a draft of Olga's with nothing in it."""
        return document.revisions.get()


def build() -> Plant:
    """Everything above, in the current database."""
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
    made = people.add_person(by=system, username=name, full_name=full, site=site)
    made.set_password(PASSWORD)  # as if chosen by the person: a first password is changed at the first log-in
    made.save()
    return made
