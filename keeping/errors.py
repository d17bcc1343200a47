"""What the commands of this room refuse, in sentences for the person at the terminal."""

from audit.errors import Refused


class BackupRefused(Refused):
    message = "バックアップを作れませんでした。"


class RestoreRefused(Refused):
    message = "復元できませんでした。"
