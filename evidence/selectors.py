from evidence.models import Installation


def is_demo_database() -> bool:
    """Whether this database was made by the `demo` command."""
    return Installation.objects.filter(is_demo=True).exists()
