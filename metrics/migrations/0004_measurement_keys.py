import uuid

import django.db.models.deletion
from django.db import migrations, models

# Each index that a measurement is entered into costs a fifth of taking it in, and an event for each foreign key is kept
# until the transaction ends. The uuid becomes the only key, and the trigger of 0003 looks up in one pass all that the
# rows of a statement point at, the values that they correct among them.
KEYS = """
CREATE TEMPORARY TABLE measurement_keys ON COMMIT DROP AS
  SELECT old.id, old.uuid FROM metrics_measurement old
  WHERE EXISTS (SELECT FROM metrics_measurement m WHERE m.corrects_id = old.id);
CREATE FUNCTION pg_temp.measurement_key(bigint) RETURNS uuid LANGUAGE sql STABLE AS
  'SELECT uuid FROM pg_temp.measurement_keys WHERE id = $1';
ALTER TABLE metrics_measurement ALTER COLUMN corrects_id TYPE uuid USING pg_temp.measurement_key(corrects_id);
ALTER TABLE metrics_measurement DROP CONSTRAINT metrics_measurement_pkey;
ALTER TABLE metrics_measurement DROP CONSTRAINT metrics_measurement_uuid_key;
ALTER TABLE metrics_measurement ADD CONSTRAINT metrics_measurement_pkey PRIMARY KEY (uuid);
ALTER TABLE metrics_measurement DROP COLUMN id;
"""
POINTS = """
CREATE OR REPLACE FUNCTION metrics_measurement_points() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  wrong text;
BEGIN
  WITH said AS MATERIALIZED (
    SELECT batch_id, metric_id, source_id, count(*) AS rows, count(corrects_id) AS corrections
    FROM fresh GROUP BY batch_id, metric_id, source_id
  ), part AS (
    INSERT INTO metrics_batchpart (batch_id, rows) SELECT batch_id, sum(rows) FROM said GROUP BY batch_id
  )
  SELECT min(CASE
    WHEN NOT EXISTS (SELECT FROM metrics_metric m WHERE m.record_ptr_id = said.metric_id) THEN 'metric'
    WHEN NOT EXISTS (SELECT FROM metrics_source s WHERE s.id = said.source_id) THEN 'source'
    WHEN said.corrections > 0 AND EXISTS (
      SELECT FROM fresh f WHERE f.corrects_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM metrics_measurement m WHERE m.uuid = f.corrects_id)
    ) THEN 'value'
  END) INTO wrong FROM said;
  IF wrong IS NOT NULL THEN
    RAISE foreign_key_violation USING MESSAGE = 'a measurement of a ' || wrong || ' that does not exist',
      CONSTRAINT = 'measurement_of_a_' || wrong, TABLE = 'metrics_measurement';
  END IF;
  RETURN NULL;
END $body$;
"""


class Migration(migrations.Migration):

    dependencies = [("metrics", "0003_many_measurements")]

    operations = [
        migrations.RemoveConstraint(model_name="measurement", name="measurement_corrects_another"),
        migrations.AlterField(
            model_name="measurement",
            name="corrects",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by", to="metrics.measurement", verbose_name="corrects",
            ),
        ),
        migrations.AlterModelOptions(
            name="measurement", options={"ordering": ("observed_at", "recorded_at", "uuid")}
        ),
        migrations.RunSQL(
            KEYS,
            state_operations=[
                migrations.RemoveField(model_name="measurement", name="id"),
                migrations.AlterField(
                    model_name="measurement",
                    name="uuid",
                    field=models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects__isnull", False)), fields=("corrects",), name="measurement_corrected_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrects", models.F("uuid")), _negated=True), name="measurement_corrects_another"
            ),
        ),
        migrations.RunSQL(POINTS, migrations.RunSQL.noop),
    ]
