import django_stubs_ext
from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "設定"

    def ready(self) -> None:
        """Let the classes that the type checker knows as generic take their argument at run time too.

        The settings do this for those that can be imported before the models; these two cannot.
        """
        from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm

        django_stubs_ext.monkeypatch(extra_classes=[SetPasswordForm, PasswordChangeForm])
