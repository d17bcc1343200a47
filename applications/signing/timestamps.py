"""RFC 3161 time-stamps from the service of the installation."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

SECONDS = 20
MOST_ANSWER = 200_000


class HttpTimeStamper(TimeStamper):
    """Asks the service at `url`. Raises TimestampRequestError when there is no usable answer."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """One request; the worker that waits for it has nothing else to do meanwhile."""
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, req.dump(), {"Content-Type": "application/timestamp-query"})
            answer = connection.getresponse()
            data = answer.read(MOST_ANSWER)
        except (OSError, HTTPException) as error:
            raise TimestampRequestError("the time-stamp service does not answer") from error
        finally:
            connection.close()
        if answer.status != 200 or answer.getheader("Content-Type") != "application/timestamp-reply":
            raise TimestampRequestError(f"the time-stamp service answered {answer.status} without a time-stamp")
        return tsp.TimeStampResp.load(data)
