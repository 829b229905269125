"""Files of values that came, how files of a kind are read, and the metrics that they can be about."""

from collections.abc import Mapping

from django.db.models import Count, QuerySet

from metrics.models import Batch, ImportLayout, Measurement, Metric, ValueImport
from metrics.states import MetricStatus
from people.models import Site, User
from people.selectors import visible_site_ids


def value_imports(user: User) -> QuerySet[ValueImport]:
    """Imports at the sites of `user`, the newest first."""
    found = ValueImport.objects.filter(site__in=visible_site_ids(user))
    return found.select_related("site", "made_by", "batch__received_from")


def import_layouts(user: User) -> QuerySet[ImportLayout]:
    return ImportLayout.objects.filter(site__in=visible_site_ids(user)).select_related("site", "kept_by")


def metrics_of_batch(batch: Batch) -> list[tuple[Metric, int]]:
    """The metrics that a batch brought values of, each with how many."""
    rows = Measurement.objects.filter(batch=batch).order_by().values_list("metric").annotate(n=Count("uuid"))
    numbers = dict(rows)
    return [(metric, numbers[metric.pk]) for metric in Metric.objects.filter(pk__in=numbers).order_by("number")]


class MetricsAt:
    """The metrics of a site by number, and those that are measured also by name; one that two have leads nowhere."""

    def __init__(self, site: Site) -> None:
        rows = list(Metric.objects.filter(site=site).select_related("site").order_by("number"))
        self.active = [row for row in rows if row.status == MetricStatus.ACTIVE and not row.is_derived]
        self._by_number = {metric.number: metric for metric in rows}
        names: dict[str, str] = {}
        for metric in self.active:
            names[_tidy(metric.title)] = "" if _tidy(metric.title) in names else metric.number
        self.numbers: Mapping[str, str] = names | {number.casefold(): number for number in self._by_number}

    def number(self, text: str) -> str:
        """The number that is meant, or the text itself."""
        return self.numbers.get(_tidy(text)) or text

    def find(self, number: str) -> Metric | None:
        return self._by_number.get(number)


def _tidy(text: str) -> str:
    return " ".join(text.casefold().split())
