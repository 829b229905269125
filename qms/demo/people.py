"""The group, its two works and some forty people on three shifts."""

from datetime import time

from django.contrib.auth.hashers import make_password

from evidence import services as evidence
from metrics import services as metrics
from people import services as people
from people.models import JobRole, Process, User
from people.states import Authority
from qms.demo import PASSWORD
from qms.demo.plant import Plant

A = Authority
STAFF = (
    # user name, full name, home, appointed at, authorities
    ("admin", "Adele Minder", "GRP", "GRP", (A.ADMINISTRATOR,)),
    ("mona", "Mona Ferrari", "GRP", "GRP", (A.MANAGER,)),
    ("aud", "Aud Lindqvist", "GRP", "GRP", (A.AUDITOR,)),
    ("axel", "Axel Brandt", "MUC", "MUC", (A.QUALITY_MANAGER,)),
    ("olga", "Olga Petrova", "MUC", "MUC", (A.ENGINEER, A.PROCESS_OWNER)),
    ("sven", "Sven Aalto", "MUC", "MUC", (A.SUPERVISOR,)),
    ("paula", "Paula Weiss", "MUC", "MUC", (A.PROCESS_OWNER, A.SUPERVISOR)),
    ("erik", "Erik Vogel", "MUC", "MUC", (A.ENGINEER,)),
    ("ines", "Ines Moreau", "MUC", "MUC", (A.INTERNAL_AUDITOR,)),
    ("sam", "Sam Kowalski", "GDN", "GDN", (A.QUALITY_MANAGER,)),
    ("wanda", "Wanda Nowak", "GDN", "GDN", (A.PROCESS_OWNER, A.ENGINEER)),
    ("tomek", "Tomek Zielinski", "GDN", "GDN", (A.SUPERVISOR,)),
    ("iga", "Iga Wojcik", "GDN", "GDN", (A.INTERNAL_AUDITOR,)),
)
OPERATORS = {
    "RING": ("pedro:Pedro Alvarez", "lena:Lena Hofmann", "mikael:Mikael Strand", "aisha:Aisha Rahman",
             "jonas:Jonas Keller", "rosa:Rosa Conti", "dmitri:Dmitri Volkov"),
    "PRESS": ("klaus:Klaus Berger", "yusuf:Yusuf Demir", "hanna:Hanna Schubert", "luis:Luis Ortega",
              "petra:Petra Novak", "ravi:Ravi Menon"),
    "ASSY": ("carla:Carla Bianchi", "bjorn:Bjorn Dahl", "nadia:Nadia Haddad", "felix:Felix Maier", "ewa:Ewa Lis"),
    "COOL": ("otto:Otto Lang", "mei:Mei Tanaka"),
    "FILL": ("marek:Marek Dudek", "zofia:Zofia Krol", "piotr:Piotr Mazur", "ania:Ania Pawlak", "jan:Jan Sikora",
             "kasia:Kasia Wrona", "oskar:Oskar Bielak"),
}  # fmt: skip
SHIFTS = ("early", "late", "night")
HOURS = {"early": (6, 14), "late": (14, 22), "night": (22, 6)}
STATIONS = {
    "RING": (("RING-1", "Ring grinder 1"), ("RING-2", "Ring grinder 2")),
    "PRESS": (("PRESS-1", "Forging press 1"),),
    "ASSY": (("ASSY-A", "Assembly bench A"), ("ASSY-B", "Assembly bench B")),
    "COOL": (("COOL-1", "Coolant plant"),),
    "FILL": (("FILL-1", "Filler and seamer 1"),),
}
PROCESSES = {
    # code: site, name, owner, job role
    "RING": ("MUC", "Ring finishing", "olga", "Ring finishing operator"),
    "PRESS": ("MUC", "Forging press", "paula", "Press operator"),
    "ASSY": ("MUC", "Assembly", "paula", "Assembler"),
    "COOL": ("MUC", "Coolant and machines", "olga", "Machine attendant"),
    "FILL": ("GDN", "Can filling", "wanda", "Filling operator"),
}


def settle(plant: Plant) -> None:
    """Make sites, people, processes and roles, as they were before the story begins."""
    hashed = make_password(PASSWORD)
    with evidence.demonstrating(plant.system, at=plant.now):
        group = people.add_site(by=plant.system, code="GRP", name="Holdfast demo group")
        plant.sites = {"GRP": group} | {
            code: people.add_site(by=plant.system, code=code, name=name, parent=group, time_zone=zone, country=country)
            for code, name, zone, country in (
                ("MUC", "Munich works", "Europe/Berlin", "DE"),
                ("GDN", "Gdansk works", "Europe/Warsaw", "PL"),
            )
        }
        for site in ("MUC", "GDN"):
            for name, (starts, ends) in HOURS.items():
                people.add_shift(
                    by=plant.system, site=plant.sites[site], name=name, starts=time(starts), ends=time(ends),
                    weekdays=range(5),
                )  # fmt: skip
        for username, full_name, home, where, authorities in STAFF:
            person = _person(plant, username, full_name, home, hashed)
            for authority in authorities:
                people.appoint(person, authority=authority, site=plant.sites[where], by=plant.system)
        gauge = _person(plant, "gauge-pc", "Gauge computer of cell 3", "MUC", hashed)
        people.appoint(gauge, authority=A.INTEGRATION, site=plant.sites["MUC"], by=plant.system)
        metrics.create_source(
            by=plant.system, site=plant.sites["MUC"], code="GAUGE", name="Gauge computer", account=gauge
        )
        for code, (site, name, owner, role) in PROCESSES.items():
            _process(plant, code, site, name, owner, role, hashed)


def _person(plant: Plant, username: str, full_name: str, home: str, hashed: str, shift: str = "") -> User:
    email = f"{username}@example.com" if not shift else ""
    person = people.add_person(
        by=plant.system, username=username, full_name=full_name, site=plant.sites[home], email=email, shift=shift
    )
    person.password = hashed
    person.save()
    plant.people[username] = person
    return person


def _process(plant: Plant, code: str, site: str, name: str, owner: str, role: str, hashed: str) -> None:
    where = plant.sites[site]
    process = people.add_process(by=plant.system, site=where, code=code, name=name, owner=plant.people[owner])
    for station, called in STATIONS[code]:
        people.add_station(by=plant.system, site=where, code=station, name=called, process=process)
    job_role = people.add_job_role(by=plant.system, site=where, code=f"{code}-OP", name=role, process=process)
    for number, entry in enumerate(OPERATORS[code]):
        username, full_name = entry.split(":")
        person = _person(plant, username, full_name, site, hashed, SHIFTS[number % 3])
        people.appoint(person, authority=A.OPERATOR, site=where, by=plant.system)
        people.take_role(person, job_role=job_role, since=plant.on(0), by=plant.system)


def newcomer(plant: Plant, username: str, full_name: str, code: str) -> User:
    """Somebody joins a process in the middle of the story."""
    job_role = role(code)
    with evidence.demonstrating(plant.people["admin"], at=plant.now):
        person = _person(plant, username, full_name, job_role.site.code, make_password(PASSWORD), "late")
        people.appoint(person, authority=A.OPERATOR, site=job_role.site, by=plant.people["admin"])
        people.take_role(person, job_role=job_role, since=plant.today, by=plant.people["admin"])
    return person


def process(code: str) -> Process:
    return Process.objects.select_related("site", "owner").get(code=code)


def role(code: str) -> JobRole:
    return JobRole.objects.select_related("site").get(code=f"{code}-OP")
