from django.db import migrations, models

# The same pass over the rows of a statement also tells which metrics have values that their watches do not know yet.
POINTS = """
CREATE OR REPLACE FUNCTION metrics_measurement_points() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  wrong text;
BEGIN
  WITH said AS MATERIALIZED (
    SELECT batch_id, metric_id, source_id, count(*) AS rows, count(corrects_id) AS corrections,
      min(observed_at) AS first, max(observed_at) AS last
    FROM fresh GROUP BY batch_id, metric_id, source_id
  ), part AS (
    INSERT INTO metrics_batchpart (batch_id, rows) SELECT batch_id, sum(rows) FROM said GROUP BY batch_id
  ), stretch AS (
    INSERT INTO metrics_touched (metric_id, first, last)
    SELECT metric_id, min(first), max(last) FROM said GROUP BY metric_id
  ), unknown AS (
    INSERT INTO metrics_newpart (metric_id, batch_id, first, corrects)
    SELECT metric_id, batch_id, min(first), sum(corrections) > 0 FROM said GROUP BY metric_id, batch_id
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

    dependencies = [("metrics", "0006_gauges_plans_objectives")]

    operations = [
        migrations.CreateModel(
            name="NewPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric_id", models.BigIntegerField()),
                ("batch_id", models.BigIntegerField()),
                ("first", models.DateTimeField()),
                ("corrects", models.BooleanField()),
            ],
        ),
        migrations.AddField(model_name="watchstate", name="memory", field=models.BinaryField(null=True)),
        migrations.AddField(
            model_name="watchstate", name="key", field=models.CharField(blank=True, db_default="", max_length=64)
        ),
        migrations.AddField(model_name="watchstate", name="pending_period", field=models.IntegerField(null=True)),
        migrations.AddField(model_name="watchstate", name="pending_total", field=models.FloatField(null=True)),
        migrations.AddField(model_name="watchstate", name="pending_weight", field=models.FloatField(null=True)),
        migrations.RunSQL(POINTS, migrations.RunSQL.noop),
    ]
