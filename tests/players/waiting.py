"""Waiting for something to become true, with an end."""
import random
import socket
import time


_given = set()


def free_port():
    """A TCP port of 127.0.0.1 that nobody has at this moment, and that was not given before. Below those that the kernel lends to outgoing connections: one of them could take it
    before the server does."""
    while True:
        port = random.randint(12_000, 32_000)
        if port in _given:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port


def wait_for(what, look, limit=10.0, every=0.03):
    """Calls `look` until it gives something true, and returns that; after `limit` seconds an AssertionError says what was waited for."""
    end = time.monotonic() + limit
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= end:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(every)
