"""The tests themselves reach no other machine."""

import socket

import pytest

from tests.fixtures.network import NetworkBlocked


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("10.0.0.1", 5432)])
def test_connection_to_another_machine_is_refused(address: tuple[str, int]) -> None:
    with socket.socket() as sock, pytest.raises(NetworkBlocked):
        sock.connect(address)


def test_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.jp", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as sock:
        sock.connect(server.getsockname())
