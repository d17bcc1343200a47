from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

UNEXPLAINED = {
    "referred": "other",
    "missing_papers": "other_papers",
    "system_trouble": "other",
    "withdrawn": "other",
}


def explain(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Visits that ended before a reason was asked for get the one that says no more than that."""
    visits = apps.get_model("counters", "Visit").objects.filter(reason="")
    for outcome, reason in UNEXPLAINED.items():
        visits.filter(outcome=outcome).update(reason=reason)


class Migration(migrations.Migration):
    dependencies = [("counters", "0003_day_and_money")]

    operations = [
        migrations.RunPython(explain, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome__in", ["missing_papers", "referred", "system_trouble", "withdrawn"]), _negated=True
                    ),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="visit_outcome_has_reason",
            ),
        ),
    ]
