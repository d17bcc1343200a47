"""Mails for tests, as mail programs write them."""

from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import make_msgid
from io import BytesIO

from PIL import Image

WRITER = "mihon0001@example.jp"
DESK = "callcenter@example.lg.jp"
OFFICES_DESK = "helpdesk@example.lg.jp"
BOUNCE = """\
From: MAILER-DAEMON@mail.example.jp
To: madoguchi@example.lg.jp
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp

Final-Recipient: rfc822; mihon0001@example.jp
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: x

--b--
"""


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


def jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()
