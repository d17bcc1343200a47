from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counters", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="key",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="受付の鍵"),
        ),
    ]
