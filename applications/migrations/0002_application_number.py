from django.db import migrations


class Migration(migrations.Migration):
    """Running numbers of application forms; a sequence never gives one twice, whoever asks at once."""

    dependencies = [("applications", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE application_number", "DROP SEQUENCE application_number"),
    ]
