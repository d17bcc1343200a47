"""The stream server as it is served, but looking at sessions several times a second."""

from live.asgi import StreamServer

application = StreamServer(session_seconds=0.3)
