"""Challenges, attempts and what a signature keeps of both.

Waived for the migration linter (Makefile): the two unique indexes on signatures are built under a lock. No installation
had signatures by challenge before, and those for demonstration are few thousands: the lock lasts moments.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed_name', models.CharField(max_length=150)),
                ('session_digest', models.CharField(max_length=64)),
                ('client_ip', models.GenericIPAddressField(null=True)),
                ('at', models.DateTimeField()),
                ('locked_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='signature',
            name='client_ip',
            field=models.GenericIPAddressField(null=True),
        ),
        migrations.AddField(
            model_name='signature',
            name='new_state',
            field=models.CharField(blank=True, db_default='', max_length=24, verbose_name='state after'),
        ),
        migrations.AddField(
            model_name='signature',
            name='previous_state',
            field=models.CharField(blank=True, db_default='', max_length=24, verbose_name='state before'),
        ),
        migrations.AddField(
            model_name='signature',
            name='session_digest',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='signature',
            name='signer_username',
            field=models.CharField(blank=True, db_default='', max_length=150, verbose_name='user name'),
        ),
        migrations.AddField(
            model_name='signature',
            name='time_zone',
            field=models.CharField(blank=True, db_default='', max_length=60, verbose_name='time zone'),
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce_digest', models.CharField(max_length=64, unique=True)),
                ('session_digest', models.CharField(max_length=64)),
                ('record_version', models.PositiveIntegerField()),
                ('content_digest', models.CharField(max_length=64)),
                ('meaning', models.CharField(choices=[('authored', 'Authored'), ('reviewed', 'Reviewed'), ('approved', 'Approved'), ('released', 'Released'), ('acknowledged', 'Read and understood'), ('verified', 'Verified'), ('waived', 'Waived'), ('rejected', 'Rejected')], max_length=20)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='signature',
            name='challenge',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='records.challenge'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(condition=models.Q(('meaning__in', ['authored', 'reviewed', 'approved', 'released', 'rejected'])), fields=('record', 'record_version', 'meaning', 'signer'), name='signed_once_a_version'),
        ),
        migrations.AddField(
            model_name='signingattempt',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signingattempt',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record'),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.CheckConstraint(condition=models.Q(('meaning__in', ['authored', 'reviewed', 'approved', 'released', 'acknowledged', 'verified', 'waived', 'rejected'])), name='known_meaning_of_challenge'),
        ),
        migrations.AddIndex(
            model_name='signingattempt',
            index=models.Index(fields=['person', '-at'], name='attempts_by_person'),
        ),
    ]
