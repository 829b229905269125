from django.db import migrations

TYPES = [
    # code, name, has steps, is control plan, when training is unfinished
    ("PO", "Policy", False, False, "record"),
    ("PR", "Procedure", False, False, "warn"),
    ("WI", "Work instruction", True, False, "warn"),
    ("SW", "Standard work", True, False, "block"),
    ("FO", "Form", False, False, "record"),
    ("CP", "Control plan", False, True, "warn"),
]


def make_types(apps, schema_editor):
    types = apps.get_model("documents", "DocumentType").objects.using(schema_editor.connection.alias)
    for code, name, has_steps, is_control_plan, readiness in TYPES:
        types.get_or_create(
            code=code,
            defaults={
                "name": name,
                "has_steps": has_steps,
                "is_control_plan": is_control_plan,
                "readiness": readiness,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunPython(make_types, migrations.RunPython.noop)]
