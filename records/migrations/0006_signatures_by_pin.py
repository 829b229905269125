"""A signature with badge and PIN comes only from a shared tablet at which its signer stands: the database looks too."""

from django.db import migrations, models

CHECK = """
CREATE FUNCTION records_check_pin_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM people_kiosksession AS stood JOIN people_kiosk AS kiosk ON kiosk.id = stood.kiosk_id
    WHERE stood.digest = NEW.session_digest
      AND stood.person_id = NEW.signer_id
      AND stood.ended_at IS NULL
      AND kiosk.revoked_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A signature with a PIN is given at a shared tablet.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER check_pin_signature BEFORE INSERT ON records_signature
    FOR EACH ROW WHEN (NEW.method = 'pin') EXECUTE FUNCTION records_check_pin_signature();
ALTER TABLE records_signature ENABLE ALWAYS TRIGGER check_pin_signature;
"""

NO_CHECK = """
DROP TRIGGER check_pin_signature ON records_signature;
DROP FUNCTION records_check_pin_signature();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_attachment_by_digest"),
        ("people", "0006_kiosks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signature",
            name="method",
            field=models.CharField(
                choices=[
                    ("password", "password"),
                    ("pin", "badge and PIN at a shared tablet"),
                    ("demonstration", "demonstration"),
                ],
                max_length=20,
                verbose_name="method",
            ),
        ),
        migrations.RunSQL(CHECK, NO_CHECK),
    ]
