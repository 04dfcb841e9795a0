"""The peer: what a good team writes in an afternoon. One process, FastAPI on uvicorn (uvloop, httptools), SQLite with WAL and synchronous=FULL.

It checks the signature, refuses a repeat by its primary key, and inserts the raw message: one INSERT and one COMMIT before 204. PEER_FORM
chooses how: `def`, as FastAPI's documentation writes handlers that block (a thread pool, one connection behind a lock), or `async`, which
syncs on the event loop and lets nobody else in meanwhile, but is faster here because it saves the thread.
"""
import base64
import hashlib
import hmac
import os
import sqlite3
import threading
import time

from fastapi import Depends, FastAPI, Request, Response

KEY = base64.b64decode(os.environ["PEER_KEY"])
store, lock = sqlite3.connect(os.environ["PEER_DATABASE"], isolation_level=None, check_same_thread=False), threading.Lock()
store.execute("PRAGMA journal_mode = WAL")
store.execute("PRAGMA synchronous = FULL")
store.execute("CREATE TABLE IF NOT EXISTS inbound (id TEXT PRIMARY KEY, body BLOB NOT NULL, received_at REAL NOT NULL)")
app = FastAPI(openapi_url=None)


def take(request, body):
    ident, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    expected = "v1," + base64.b64encode(hmac.new(KEY, f"{ident}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    if not hmac.compare_digest(expected, request.headers.get("webhook-signature", "")) or not stamp.isdigit() or abs(time.time() - int(stamp)) > 300:
        return Response(status_code=401)
    with lock:
        store.execute("INSERT OR IGNORE INTO inbound VALUES (?, ?, ?)", (ident, body, time.time()))   # autocommit: one transaction, synced
    return Response(status_code=204)


async def raw(request: Request) -> bytes:
    return await request.body()


if os.environ.get("PEER_FORM", "def") == "def":
    @app.post("/channels/partner")
    def partner(request: Request, body: bytes = Depends(raw)):
        return take(request, body)
else:
    @app.post("/channels/partner")
    async def partner(request: Request):
        return take(request, await request.body())
