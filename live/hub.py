"""The open streams of one process: who listens to what, and what each has still to be sent.

Everything here runs in one event loop and never waits, so that no slow screen holds up another.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from live.grants import Grant

logger = logging.getLogger(__name__)

# A screen that is this many messages behind does not read any more.
WAITING_MESSAGES = 100
# Long enough for a page to arrive, start its script and open its stream.
REMEMBERED_SECONDS = 60.0
# Web and live processes may stand on machines whose clocks differ a little.
CLOCK_SECONDS = 1.0

RESYNC = b"event: resync\ndata: {}\n\n"


@dataclass(eq=False)
class Client:
    """One open stream. None in `waiting` ends it. `ends_at`: when a link's stream has to ask for entry again."""

    topics: frozenset[str]
    session_key: str
    user_id: int | None
    ends_at: float | None = None
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING_MESSAGES))

    def put(self, event: bytes) -> None:
        """Queue `event`. A client that is too far behind is told to fetch everything anew, and dropped."""
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.end(RESYNC)

    def end(self, last: bytes | None = None) -> None:
        """Send nothing more but `last`, and close the stream."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        if last is not None:
            self.waiting.put_nowait(last)
        self.waiting.put_nowait(None)


@dataclass(frozen=True, slots=True)
class Published:
    at: float
    topic: str
    event: bytes


class Hub:
    """Hands each message to the streams of its topic; remembers the last minute for pages on their way."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.listening_since: float | None = None
        self._by_topic: defaultdict[str, set[Client]] = defaultdict(set)
        self._recent: deque[Published] = deque()

    def join(self, grant: Grant, session_key: str) -> Client:
        """A new stream, which first gets what its page has missed since the grant was made."""
        client = Client(grant.topics, session_key, grant.user_id, grant.ends_at)
        self.clients.add(client)
        for topic in client.topics:
            self._by_topic[topic].add(client)
        for event in self._missed(grant):
            client.put(event)
        return client

    def leave(self, client: Client) -> None:
        self.clients.discard(client)
        for topic in client.topics:
            self._by_topic[topic].discard(client)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def publish(self, message: str) -> None:
        """Hand on one message as it came from PostgreSQL; what is no message of ours is logged and left."""
        try:
            topic = str(json.loads(message)["topic"])
        except (ValueError, TypeError, KeyError):
            logger.warning("a notification on the live channel is no message of ours")
            return
        event = f"data: {message}\n\n".encode()
        self._remember(Published(time.time(), topic, event))
        for client in list(self._by_topic.get(topic, ())):
            self._put(client, event)

    def opened(self) -> None:
        """PostgreSQL is being listened to (again): whoever was here before may have missed something."""
        self.listening_since = time.time()
        self._recent.clear()
        for client in list(self.clients):
            self._put(client, RESYNC)

    def lost(self) -> None:
        self.listening_since = None

    def end_all(self) -> None:
        for client in list(self.clients):
            self.end(client)

    def end(self, client: Client) -> None:
        client.end()
        self.leave(client)

    def _put(self, client: Client, event: bytes) -> None:
        behind = client.waiting.full()
        client.put(event)
        if behind:
            self.leave(client)

    def _missed(self, grant: Grant) -> list[bytes]:
        oldest_known = max(self.listening_since or time.time(), time.time() - REMEMBERED_SECONDS)
        since = grant.made_at - CLOCK_SECONDS
        if since < oldest_known:
            return [RESYNC]
        missed = [held.event for held in self._recent if held.topic in grant.topics and held.at >= since]
        return missed if len(missed) < WAITING_MESSAGES // 2 else [RESYNC]

    def _remember(self, published: Published) -> None:
        self._recent.append(published)
        while self._recent[0].at < published.at - REMEMBERED_SECONDS:
            self._recent.popleft()
