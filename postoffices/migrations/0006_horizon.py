from django.db import migrations, models


class Migration(migrations.Migration):
    """How many days ahead citizens may book, set on screen."""

    dependencies = [("postoffices", "0005_procedure_hours")]

    operations = [
        migrations.CreateModel(
            name="HorizonRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField(verbose_name="何日先まで")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="変更日時")),
            ],
            options={
                "verbose_name": "予約できる期間の変更",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(id=1), name="horizon_rule_is_single"),
                    models.CheckConstraint(
                        condition=models.Q(days__gte=1, days__lte=366), name="horizon_rule_within_a_year"
                    ),
                ],
            },
        )
    ]
