from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("postoffices", "0003_translations"),
        ("reservations", "0009_bucket_in_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="waiter",
            name="confirm_until",
            field=models.DateTimeField(null=True, verbose_name="確認の期限"),
        ),
        migrations.AddField(
            model_name="waiter",
            name="form_key",
            field=models.UUIDField(null=True, unique=True, verbose_name="送信の鍵"),
        ),
        migrations.AddField(
            model_name="waiter",
            name="link_hash",
            field=models.CharField(max_length=64, null=True, unique=True, verbose_name="案内のリンクのハッシュ"),
        ),
        migrations.AddField(
            model_name="waiter",
            name="network_key",
            field=models.CharField(blank=True, max_length=32, verbose_name="ネットワークのハッシュ"),
        ),
        migrations.AlterField(
            model_name="waiter",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "メールアドレスの確認を待っています"),
                    ("waiting", "空きを待っています"),
                    ("offered", "空きをお取りしています"),
                    ("booked", "予約しました"),
                    ("lapsed", "お取りした時間が過ぎました"),
                    ("withdrawn", "取りやめました"),
                    ("over", "希望の期間が過ぎました"),
                    ("unproven", "メールアドレスの確認がないまま終わりました"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="状態",
            ),
        ),
        migrations.AddIndex(
            model_name="waiter",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["confirm_until"], name="waiter_asked"),
        ),
        migrations.AddConstraint(
            model_name="waiter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("contact_key", "procedure"),
                name="waiter_asked_once_per_contact_and_procedure",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "asked"), _negated=True), ("confirm_until__isnull", False), _connector="OR"
                ),
                name="waiter_asked_has_time",
            ),
        ),
        # Links of offers that are open while this is installed go on working.
        migrations.RunSQL(
            "UPDATE reservations_waiter SET link_hash = offer_hash WHERE state = 'offered'", migrations.RunSQL.noop
        ),
    ]
