from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "文書"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from documents.unfinished import versions_unfinished
        from documents.waiting import to_approve, to_publish, to_read, to_rewrite

        waiting.register("documents.read", to_read)
        waiting.register("documents.approve", to_approve)
        waiting.register("documents.write", to_publish)
        waiting.register("documents.write", to_rewrite)
        unfinished.register(versions_unfinished)
