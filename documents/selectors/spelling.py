"""Putting a slip of the finger right: the word that documents have and that is the least of slips away."""

from collections.abc import Callable

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction

from documents.models import SearchWord
from documents.texts import slips

LIKE_ENOUGH = "0.2"  # share of letter triples in common: "guage" and "gauge" have no more; slips are counted after it
MOST_LIKE = 50
LONG = 6  # letters of a word in which two slips are forgiven; in a shorter one, one is
SHORTEST = 4


def put_right(words: list[str], *, is_seen: Callable[[str], bool]) -> list[str] | None:
    """The words with those put right that no document has; None where there is none to put right.

    `is_seen` says whether somebody sees a document with a word: no other word is ever said to them.
    """
    meant = [word if is_seen(word) else _meant(word, is_seen) for word in words]
    if meant == words or None in meant:
        return None
    return [word for word in meant if word]


def _meant(word: str, is_seen: Callable[[str], bool]) -> str | None:
    return next((like for like in _like(word.casefold()) if is_seen(like)), None)


def _like(word: str) -> list[str]:
    """Words of documents that are one or two slips away, the nearest first. A number is never put right."""
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return []
    likeness = TrigramSimilarity("word", word)
    near = SearchWord.objects.filter(word__trigram_similar=word).annotate(likeness=likeness)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [LIKE_ENOUGH])
        found = dict(near.order_by("-likeness").values_list("word", "likeness")[:MOST_LIKE])
    forgiven = 2 if len(word) >= LONG else 1
    counted = sorted((slips(word, like), -likeness, like) for like, likeness in found.items())
    return [like for count, _likeness, like in counted if count <= forgiven]
