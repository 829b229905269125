from evidence.management.refused import RefusedCommand


class Command(RefusedCommand):
    help = "Refused: history is evidence."
