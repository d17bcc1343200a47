"""Mails for tests, as mail programs write them."""

from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import make_msgid

WRITER = "mihon0001@example.jp"
DESK = "callcenter@example.lg.jp"
OFFICES_DESK = "helpdesk@example.lg.jp"


def mail(
    text: str = "持ち物を教えてください。",
    *,
    subject: str = "持ち物について",
    sender: str = f"見本 花子 <{WRITER}>",
    to: str = DESK,
    charset: str = "utf-8",
    message_id: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    html: str = "",
    **headers: str,
) -> bytes:
    """A mail; `headers` with underscores for hyphens."""
    body = MIMEText(html or text, "html" if html else "plain", charset)
    message: MIMEText | MIMEMultipart = body
    if files:
        message = MIMEMultipart()
        message.attach(body)
        for name, content in files:
            part = MIMEApplication(content)
            part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
            message.attach(part)
    name, _, address = sender.rpartition("<")
    message["From"] = f"{Header(name.strip(), charset).encode()} <{address}" if name else sender
    message["To"] = to
    message["Subject"] = Header(subject, charset).encode()
    message["Message-ID"] = message_id or make_msgid(domain="example.jp")
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    return message.as_bytes()
