"""What the outbox refuses."""

from audit.errors import Refused


class ResendRefused(Refused):
    message = "この通知は再送できません。状態が「届いたか不明」「送信できません」「不達」の通知だけ、もう一度送れます。"
