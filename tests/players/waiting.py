"""Waiting for something to become true, with an end."""
import socket
import time


def free_port():
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


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
