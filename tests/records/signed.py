"""What signing needs and what it leaves: a revision that waits, its doors and traces, its signatures on paper."""

import csv
import io
import re
from typing import Any

from django.test import Client
from pypdf import PdfReader

from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.models import Event
from people.models import Site, User
from records.models import Signature
from tests.cast import (
    PASSWORD,
    fresh,
)

WRONG = "User name or password is not right. Nothing was signed."


def submitted(author: User, site: Site, title: str = "Grind rings") -> Revision:
    kind = DocumentType.objects.get(code="WI")
    document = documents.create_document(by=author, site=site, type=kind, title=title, body="<p>Load the ring.</p>")
    return documents.submit(revision_on_its_way(document), by=author)


def door(revision: Revision, verb: str = "approve") -> str:
    return f"{revision.get_absolute_url()}do/{verb}/"


def opened(api: Any, revision: Revision, verb: str = "approve") -> dict[str, str]:
    """What a program sends after it has shown the content to its user."""
    answer = api.post(f"revisions/{revision.number}/{verb}/challenge/")
    assert answer.status_code == 201, answer.content
    return {"challenge": answer.json()["challenge"], "username": "axel", "password": PASSWORD}


def traces(revision: Revision) -> tuple[str, int, int]:
    """What no refused signature leaves behind."""
    return fresh(revision).status, Signature.objects.count(), Event.objects.filter(verb="signed").count()


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def squeezed(text: str) -> str:
    """Without the white space that lines and cells are broken with."""
    return re.sub(r"\s+", "", text)


def paper(client: Client, revision: Revision) -> str:
    answer = client.get(f"{revision.get_absolute_url()}record.pdf")
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages))


def table(client: Client, revision: Revision) -> list[list[str]]:
    answer = client.get(f"{revision.get_absolute_url()}signatures.csv")
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
