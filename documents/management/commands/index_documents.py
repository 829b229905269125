"""`manage.py index_documents`: the words by which documents are found, all of them drawn anew."""

from typing import Any

from django.core.management.base import BaseCommand

from documents import services
from evidence.context import acting, clock
from people.selectors import system_user


class Command(BaseCommand):
    help = "Draw the search index of documents anew, with the text of their files. Search goes on meanwhile."

    def handle(self, **options: Any) -> None:
        system, drawn = system_user(), 0
        with acting(system, reason="index_documents"):
            services.forget_index(by=system)
            while some := services.index_forgotten(on=clock().date(), by=system):
                drawn += some
                self.stdout.write(f"{drawn} documents and files drawn")
        self.stdout.write("Done.")
