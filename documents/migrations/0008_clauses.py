from django.db import migrations

STANDARD, EDITION = "ISO 9001", "2015"

# Numbers are the standard's, the words are ours.
CLAUSES = (
    ("4", "Context"),
    ("4.1", "Internal and external issues"),
    ("4.2", "Interested parties"),
    ("4.3", "Scope of the system"),
    ("4.4", "The system and its processes"),
    ("5", "Leadership"),
    ("5.1", "Commitment, focus on customers"),
    ("5.2", "Quality policy"),
    ("5.3", "Roles and authorities"),
    ("6", "Planning"),
    ("6.1", "Risks and opportunities"),
    ("6.2", "Quality objectives"),
    ("6.3", "Planned changes"),
    ("7", "Support"),
    ("7.1", "Resources"),
    ("7.1.1", "Resources in general"),
    ("7.1.2", "People"),
    ("7.1.3", "Infrastructure"),
    ("7.1.4", "Working environment"),
    ("7.1.5", "Measuring equipment"),
    ("7.1.6", "Knowledge"),
    ("7.2", "Competence"),
    ("7.3", "Awareness"),
    ("7.4", "Communication"),
    ("7.5", "Documents and records"),
    ("7.5.1", "Which are needed"),
    ("7.5.2", "Making and updating them"),
    ("7.5.3", "Controlling them"),
    ("8", "Operation"),
    ("8.1", "Planning of operation"),
    ("8.2", "Requirements of customers"),
    ("8.3", "Design and development"),
    ("8.4", "Suppliers and what they provide"),
    ("8.5", "Production and service"),
    ("8.5.1", "Controlled conditions"),
    ("8.5.2", "Identification and traceability"),
    ("8.5.3", "Property of customers and suppliers"),
    ("8.5.4", "Preservation"),
    ("8.5.5", "After delivery"),
    ("8.5.6", "Changes in production"),
    ("8.6", "Release"),
    ("8.7", "Nonconforming output"),
    ("9", "Evaluation"),
    ("9.1", "Monitoring and measuring"),
    ("9.1.1", "What is measured, how and when"),
    ("9.1.2", "Satisfaction of customers"),
    ("9.1.3", "Analysis"),
    ("9.2", "Internal audit"),
    ("9.3", "Management review"),
    ("10", "Improvement"),
    ("10.1", "Improvement in general"),
    ("10.2", "Nonconformity and corrective action"),
    ("10.3", "Continual improvement"),
)


def add_clauses(apps, schema_editor):
    clauses = apps.get_model("documents", "Clause").objects.using(schema_editor.connection.alias)
    for position, (number, title) in enumerate(CLAUSES, start=1):
        clauses.get_or_create(
            standard=STANDARD,
            edition=EDITION,
            number=number,
            defaults={"code": f"{STANDARD}:{EDITION} {number}", "title": title, "position": position},
        )


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_register_and_copies")]

    operations = [migrations.RunPython(add_clauses, migrations.RunPython.noop)]
