"""The database itself refuses a signature that answers no challenge.

What this stops: a management shell, a job, a token or a forgotten line of code that inserts a signature. No privilege
of the application helps it, because the functions belong to the owner of the tables and the triggers are always on.

What it cannot stop: an application that was taken over. It may insert a challenge for any active person and answer
it, for the database never sees a password. Such a row still names the session and the address it claims, and stays:
the application can neither change nor remove a challenge that was used, or a signature.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION records_time_challenge() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.session_digest !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'A challenge belongs to a session.' USING ERRCODE = 'check_violation';
    END IF;
    NEW.made_at := clock_timestamp();
    NEW.expires_at := NEW.made_at + interval '5 minutes';
    RETURN NEW;
END $$;

CREATE FUNCTION records_check_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.method = 'demonstration' THEN
        IF NEW.challenge_id IS NULL AND EXISTS (SELECT FROM evidence_installation WHERE is_demo) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Only a demo database signs for demonstration.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM FROM records_challenge AS shown JOIN people_user AS person ON person.id = shown.user_id
    WHERE shown.id = NEW.challenge_id
      AND shown.user_id = NEW.signer_id
      AND shown.session_digest = NEW.session_digest
      AND shown.record_id = NEW.record_id
      AND shown.record_version = NEW.record_version
      AND shown.content_digest = NEW.content_digest
      AND shown.meaning = NEW.meaning
      AND shown.expires_at > clock_timestamp()
      AND person.is_active AND NOT person.is_system;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A signature answers a challenge: its own person, session, record, version, content and meaning.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER time_challenge BEFORE INSERT ON records_challenge
    FOR EACH ROW EXECUTE FUNCTION records_time_challenge();
ALTER TABLE records_challenge ENABLE ALWAYS TRIGGER time_challenge;
CREATE TRIGGER check_signature BEFORE INSERT ON records_signature
    FOR EACH ROW EXECUTE FUNCTION records_check_signature();
ALTER TABLE records_signature ENABLE ALWAYS TRIGGER check_signature;
"""

NO_FUNCTIONS = """
DROP TRIGGER check_signature ON records_signature;
DROP TRIGGER time_challenge ON records_challenge;
DROP FUNCTION records_check_signature();
DROP FUNCTION records_time_challenge();
"""

# Used once: a unique index on the signature's challenge. Unused ones may be swept away, none may be changed; and
# nobody is deleted, whether they have signed or not (21 CFR 11.100 a).
PRIVILEGES = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'qms_app' AND rolname <> current_user) THEN
        REVOKE UPDATE, TRUNCATE ON records_challenge FROM qms_app;
        REVOKE UPDATE, TRUNCATE ON records_signingattempt FROM qms_app;
        REVOKE DELETE, TRUNCATE ON people_user FROM qms_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_challenges"),
        ("evidence", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(PRIVILEGES, migrations.RunSQL.noop),
    ]
