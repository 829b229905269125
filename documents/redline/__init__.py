"""What is otherwise in one formatted text than in another. Pure: two sanitised bodies in, marked HTML out.

Blocks (paragraphs, rows, list items) are aligned by difflib from the outside in, so a table stays a table and a row
that came or went is marked as a row. Two blocks that belong together are compared word by word by xmldiff, which
knows bold and links. Whatever is done, dropping what is deleted gives the new text and dropping what is inserted
gives the old one: each compared block is proved to do so, or shown as deleted and inserted as a whole.
"""

from documents.redline.texts import SECONDS, Block, TextDiff, accepted, compare, plain, rejected, words

__all__ = ["SECONDS", "Block", "TextDiff", "accepted", "compare", "plain", "rejected", "words"]
