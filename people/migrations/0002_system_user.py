from django.db import migrations


def make_system_user(apps, schema_editor):
    users = apps.get_model("people", "User").objects.using(schema_editor.connection.alias)
    users.get_or_create(
        username="holdfast", defaults={"full_name": "Holdfast", "is_system": True, "password": "!"}
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(make_system_user, migrations.RunPython.noop)]
