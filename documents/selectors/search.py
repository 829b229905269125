"""Finding documents by their words: ranked, with the passage, and nearly right where nothing is right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import Coalesce
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from documents.models import AttachedText, Document, DocumentText, Revision
from documents.selectors.spelling import put_right
from people.models import User
from people.selectors import sites_where
from people.states import Authority
from records.models import Attachment
from records.selectors import needle, site_ids, words_of

DRAFT_READERS = (
    Authority.ENGINEER, Authority.PROCESS_OWNER, Authority.QUALITY_MANAGER, Authority.SUPERVISOR, Authority.MANAGER,
)  # fmt: skip
A_PAGE, MOST_PAGES = 20, 50
LIKE_ENOUGH = "0.35"  # share of letter triples in common; below it, "grinding" would also find "binding"
BEGIN, END = "\x02", "\x03"
PASSAGE = f"StartSel={BEGIN}, StopSel={END}, MaxFragments=2, MaxWords=22, MinWords=8, FragmentDelimiter= … "
READ_FOR_PASSAGE = 20_000

PASSAGES = f"""
SELECT document_id, ts_headline('simple', concat_ws(' … ', left(in_force, {READ_FOR_PASSAGE}),
    left(files, {READ_FOR_PASSAGE}), CASE WHEN document_id = ANY(%s) THEN left(draft, {READ_FOR_PASSAGE}) END),
    to_tsquery('simple', %s), %s)
FROM documents_documenttext WHERE document_id = ANY(%s)
"""


@dataclass(frozen=True)
class Hit:
    """A document that was found, with the passage that says why."""

    document: Document
    title: SafeString
    passage: SafeString


@dataclass(frozen=True)
class Findings:
    """One page of hits. `is_near`: nothing has these words, these are like them; `instead` says which were taken."""

    hits: list[Hit]
    total: int
    is_near: bool = False
    instead: str = ""


def found_by(documents: QuerySet[Document], words: str, user: User) -> QuerySet[Document]:
    """Those of `documents` that have all the words; in their drafts only where the user works on drafts."""
    if not (query := _query(words)):
        return documents.none()
    drafts = Q(text__draft_words=query, site__in=sites_where(user, *DRAFT_READERS))
    return documents.filter(Q(text__words=query) | drafts)


def _query(words: str) -> SearchQuery | None:
    text = needle(words)
    return SearchQuery(text, search_type="raw", config="simple") if text else None


def search(user: User, words: str, *, page: int = 1) -> Findings:
    """The best hits first, of all documents that the user sees; what is like the words where there are none."""
    found = _exactly(user, words, page)
    return found if found.hits or page > 1 else _nearly(user, words)


def _exactly(user: User, words: str, page: int = 1) -> Findings:
    """Documents that have all the words."""
    query = _query(words)
    if query is None:
        return Findings([], 0)
    first = A_PAGE * (min(max(page, 1), MOST_PAGES) - 1)
    ranked = list(_ranked(_matching(user, query), query)[first : first + A_PAGE])
    total = ranked[0][1] if ranked else 0
    return Findings(_hits([key for key, _total in ranked], needle(words), user), min(total, A_PAGE * MOST_PAGES))


def _matching(user: User, query: SearchQuery) -> QuerySet[DocumentText]:
    """The texts that match, at the sites that the user sees."""
    seen, drafting = site_ids(user, Document), sites_where(user, *DRAFT_READERS)
    found = Q(words=query)
    if drafting:
        found |= Q(draft_words=query, document__site__in=drafting)
    return DocumentText.objects.filter(found, document__site__in=seen)


def _ranked(matching: QuerySet[DocumentText], query: SearchQuery) -> QuerySet[Any, tuple[int, int]]:
    """Their keys, the best first, each with how many there are: ranking has read them all anyhow."""
    rank = Coalesce(SearchRank(F("words"), query), 0.0)
    counted = matching.annotate(rank=rank, total=Window(Count("*")))
    return counted.order_by("-rank", "-document").values_list("document", "total")


def _hits(keys: Sequence[int], tsquery: str, user: User) -> list[Hit]:
    """The documents with these keys in that order; the passages are read for this page only."""
    if not keys:
        return []
    rows = Document.objects.select_related("type", "process").defer("search", "search_text").in_bulk(keys)
    current = Revision.objects.filter(document__in=keys, effective_at__isnull=False, superseded_at__isnull=True)
    numbers = dict(current.values_list("document", "no"))
    for key, row in rows.items():
        row.current_no = numbers.get(key)  # type: ignore[attr-defined]
    drafting = sites_where(user, *DRAFT_READERS)
    open_drafts = [key for key in keys if key in rows and rows[key].site_id in drafting]
    with connection.cursor() as cursor:
        cursor.execute(PASSAGES, [open_drafts, tsquery, PASSAGE, list(keys)])
        passages = dict(cursor.fetchall())
    beginnings = tuple(part.removesuffix(":*").casefold() for part in tsquery.split(" & "))
    return [
        Hit(rows[key], _title(rows[key].title, beginnings), marked(passages.get(key, "")))
        for key in keys
        if key in rows
    ]


def _title(title: str, beginnings: tuple[str, ...]) -> SafeString:
    """A title with the words marked that begin with one of those that were asked."""
    clean = title.replace(BEGIN, "").replace(END, "")
    found = re.sub(
        r"\w+", lambda word: _between(word[0]) if word[0].casefold().startswith(beginnings) else word[0], clean
    )
    return marked(found) or escape(clean)


def _between(word: str) -> str:
    return f"{BEGIN}{word}{END}"


def marked(passage: str | None) -> SafeString:
    """A passage with its words marked; everything else in it is escaped."""
    if not passage or BEGIN not in passage:
        return mark_safe("")
    shown = escape(passage).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(shown)  # noqa: S308 - escaped above; the marks are ours


def _nearly(user: User, words: str) -> Findings:
    """A slip of the finger is forgiven: in any text where it can be put right, else in number and title."""
    meant = put_right(words_of(words), is_seen=partial(_is_seen, user))
    if meant:
        instead = " ".join(meant)
        found = _exactly(user, instead)
        if found.hits:
            return replace(found, is_near=True, instead=instead)
    return _alike(user, words)


def _is_seen(user: User, word: str) -> bool:
    query = _query(word)
    return query is not None and _matching(user, query).exists()


def _alike(user: User, words: str) -> Findings:
    """Documents whose number or title is like the words."""
    if not words_of(words):
        return Findings([], 0)
    likeness = TrigramWordSimilarity(words[:200], "heading")
    texts = DocumentText.objects.filter(document__site__in=site_ids(user, Document))
    near = texts.filter(heading__trigram_word_similar=words[:200]).annotate(likeness=likeness)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKE_ENOUGH])
        keys = list(near.order_by("-likeness", "-document").values_list("document", flat=True)[:A_PAGE])
    return Findings(_hits(keys, needle(words), user), len(keys), is_near=True)


def unread_files(kinds: Sequence[str], *, record_id: int | None = None) -> QuerySet[Attachment]:
    """Files of documents and revisions whose text no job has read yet."""
    files = Attachment.objects.filter(record__kind__in=kinds).exclude(pk__in=AttachedText.objects.values("attachment"))
    return files.filter(record=record_id) if record_id else files
