import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0008_clauses'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['word'], name='search_word'), django.contrib.postgres.indexes.GinIndex(fields=['word'], name='search_word_likeness', opclasses=['gin_trgm_ops'])],
            },
        ),
        migrations.AddField(
            model_name='documenttext',
            name='edition',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
