# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that vanish, stall, drip, crowd, lie or babble cost nothing but their own connections."""

import concurrent.futures
import contextlib
import random
import socket
import struct
import time

import harness
from harness import FORM, PATH, TOKEN, App, call_events, case, event, new_id, new_number

MAX_SECONDS = 12.5
MIN_SECONDS = 9


def head(length, path=PATH):
    return (f"POST {path} HTTP/1.1\r\nHost: tunnel.example\r\nContent-Type: {FORM}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def refused_request():
    body = event("newCall", new_id("refused")).encode()
    return head(len(body) + 1) + body


def connect(app, timeout=20, port=None):
    return socket.create_connection(("127.0.0.1", port or app.port), timeout=timeout)


def reset_on_close(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_until_cut(s):
    """Returns what came and the seconds until the other side closed."""
    began, data = time.monotonic(), b""
    with contextlib.suppress(ConnectionError):
        while part := s.recv(65536):
            data += part
    return data, time.monotonic() - began


def assert_serves(app, seconds=4.0):
    """Real calls get in, quickly, and nothing of the others did."""
    number = new_number()
    began = time.monotonic()
    app.send(*call_events("answered", new_number(), number))
    took = time.monotonic() - began
    assert took < seconds, f"three events took {took:.2f} s"
    assert [call["outcome"] for call in app.calls(number=number)] == ["answered"]


def assert_unharmed(app):
    assert_serves(app)
    app.wait_for(lambda: app.n_descriptors() < 40, timeout=15)
    assert app.query("SELECT count(*) FROM event WHERE leg LIKE 'refused%'") == [(0,)]
    app.check()
    limit = 500_000 if harness.is_sanitized() else 80_000
    assert app.memory_kb() < limit, f"{app.memory_kb()} KB"


def start():
    return App(env={"MALLOC_ARENA_MAX": "2"})


# Vanishing


@case("/hostile/vanish/in-the-head")
def _():
    with start() as app:
        whole = head(100)
        for cut in range(0, len(whole), 3):
            with connect(app) as s:
                s.sendall(whole[:cut])
                if cut % 2:
                    reset_on_close(s)
        assert_unharmed(app)


@case("/hostile/vanish/in-the-body")
def _():
    with start() as app:
        whole = refused_request()
        begin = whole.index(b"\r\n\r\n") + 4
        for cut in range(begin, len(whole) + 1):
            with connect(app) as s:
                s.sendall(whole[:cut])
                if cut % 2:
                    reset_on_close(s)
        assert_unharmed(app)


@case("/hostile/vanish/before-the-answer")
def _():
    with start() as app:
        number, ids = new_number(), [new_id() for _ in range(300)]
        for i, call_id in enumerate(ids):
            body = event("newCall", call_id, to=number).encode()
            with connect(app) as s:
                s.sendall(head(len(body)) + body)
                if i % 2:
                    reset_on_close(s)
        assert_unharmed(app)
        # Whether the event of a sender who has gone is kept is left open; a call is there with its event or not at all.
        n_events = app.query("SELECT count(*) FROM event WHERE leg IN (" + ",".join("?" * len(ids)) + ")", *ids)[0][0]
        assert len(app.calls(number=number)) == n_events


@case("/hostile/vanish/while-being-refused")
def _():
    with start() as app:
        for i in range(200):
            with connect(app) as s, contextlib.suppress(ConnectionError):
                s.sendall(head(10**7, path="/wrong" if i % 3 else PATH) + b"x" * (i * 1000))
                if i % 2:
                    reset_on_close(s)
        assert_unharmed(app)


# Dawdling


def stalls():
    body = event("newCall", new_id("refused")).encode()
    return {
        "nothing": b"",
        "half-a-line": b"POST /web",
        "half-a-head": head(10)[:-2],
        "no-body": head(len(body)),
        "half-a-body": head(len(body)) + body[:-1],
        "half-a-chunk": head(1).replace(b"Content-Length: 1", b"Transfer-Encoding: chunked") + b"50\r\nevent=",
        "refused-and-silent": head(10**6, path="/wrong"),
    }


@harness.table("/hostile/stall/", [(name, data) for name, data in stalls().items()])
def _(data):
    with start() as app:
        with connect(app) as s:
            s.sendall(data)
            _, seconds = read_until_cut(s)
            assert seconds < MAX_SECONDS, f"cut after {seconds:.1f} s"
            if b"/wrong" not in data:
                assert seconds > MIN_SECONDS, f"cut after {seconds:.1f} s"
        assert_unharmed(app)


@harness.table("/hostile/drip/", [("head", b"", head(10)), ("body", head(60), b"event=newCall&callId=refused-drip" + b"x" * 27)])
def _(at_once, in_drops):
    with start() as app:
        with connect(app) as s:
            s.sendall(at_once)
            s.settimeout(0.5)
            began = time.monotonic()
            with contextlib.suppress(ConnectionError):
                for i in range(len(in_drops)):
                    s.sendall(in_drops[i:i + 1])
                    try:
                        if s.recv(4096) == b"":
                            break
                    except TimeoutError:
                        pass
            seconds = time.monotonic() - began
        assert MIN_SECONDS < seconds < MAX_SECONDS, f"cut after {seconds:.1f} s"
        assert_unharmed(app)


@case("/hostile/drip/many-at-once-don't-hold-up-calls")
def _():
    with start() as app, contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(connect(app)) for _ in range(150)]
        for byte in head(10)[:6]:
            for s in sockets:
                s.sendall(bytes([byte]))
            assert_serves(app, seconds=3)
            time.sleep(0.1)


@case("/hostile/answer-not-read")
def _():
    with start() as app, contextlib.ExitStack() as stack:
        for _ in range(100):
            s = stack.enter_context(socket.socket())
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            s.connect(("127.0.0.1", app.port))
            body = event("newCall", new_id()).encode()
            s.sendall(head(len(body)) + body)
        assert_serves(app)


# Crowds


@case("/hostile/crowd/600-idle-connections-and-real-events-get-in")
def _():
    with start() as app, contextlib.ExitStack() as stack:
        for i in range(600):
            stack.enter_context(connect(app))
            if i % 100 == 99:
                assert_serves(app, seconds=3)
        assert app.n_descriptors() < 320, f"{app.n_descriptors()} descriptors"
        for _ in range(10):
            assert_serves(app, seconds=3)
        stack.close()
        assert_unharmed(app)


@case("/hostile/crowd/idle-api-connections-don't-hold-up-calls")
def _():
    with start() as app, contextlib.ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(connect(app, port=app.api_port))
        assert_serves(app, seconds=3)


@case("/hostile/crowd/connections-that-come-and-go")
def _():
    with start() as app:
        def go(_):
            for _ in range(250):
                with connect(app):
                    pass
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(go, range(4)))
        assert_unharmed(app)


@case("/hostile/descriptors/64-are-enough-to-survive-200-connections")
def _():
    with App(wrapper=["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"]) as app:
        assert_serves(app)
        with contextlib.ExitStack() as stack:
            for port in (app.port, app.api_port):
                for _ in range(100):
                    stack.enter_context(connect(app, port=port))
            time.sleep(0.5)
            began = app.cpu_seconds()
            time.sleep(3)
            used = app.cpu_seconds() - began
            assert used < 1.0, f"{used:.2f} s of processor time in 3 s of waiting"
        app.wait_for(lambda: app.n_descriptors() < 40)
        for _ in range(20):
            assert_serves(app)
        app.check()


# Lies


@case("/hostile/smuggling/nothing-hidden-is-served")
def _():
    with start() as app:
        hidden = head(60) + event("newCall", new_id("refused")).encode()
        visible = event("newCall", new_id()).encode()
        line = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\n".encode()
        for more in (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                     b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                     b"Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
                     b"Transfer-Encoding:\tchunked\r\nContent-Length: 0\r\n\r\n",
                     b"X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
                     b"Content-Length: 0\r\nContent-Length: 400\r\n\r\n",
                     b"Content-Length: 0\r\n\r\n",
                     b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",
                     b"Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n",
                     b"Content-Length: %d\r\nConnection: keep-alive, Content-Length\r\n\r\n%s" % (len(visible), visible)):
            answer = app.raw(line + more + hidden, finish=True)
            assert answer.raw.count(b"HTTP/1.1 ") <= 1, answer
        assert_unharmed(app)


@case("/hostile/chunks/broken-ones-are-not-kept")
def _():
    with start() as app:
        line = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        for size in (b"zz", b"-1", b"", b"ffffffffffffffffff", b"7fffffffffffffff", b"0x10", b" ", b"5 5"):
            answer = app.raw(line + size + b"\r\n" + event("newCall", new_id("refused")).encode() + b"\r\n0\r\n\r\n", finish=True)
            assert answer.status is None or answer.status >= 400, f"{size}: {answer}"
        assert_unharmed(app)


@case("/hostile/form/slow-to-decode-bodies-are-not-slow")
def _():
    with start() as app:
        began = time.monotonic()
        for body in ("&" * 65000, "a&" * 32000, "user[]=&" * 8000, "%41" * 21000, "a[" * 32000, "=" * 65000,
                     "user" + "[0]" * 20000 + "=x", "+" * 65000):
            app.post("event=x&callId=refused&x=%zz&" + body[:65000])
            app.send(event("newCall", new_id()) + "&" + body[:60000])
        took = time.monotonic() - began
        assert took < 3, f"{took:.1f} s"


@case("/hostile/fuzz/2000-connections-of-random-bytes")
def _():
    generator = random.Random(20261120)
    pieces = [b"\r\n", b"\n", b"\r\n\r\n", b":", b" ", b"\0", b"%", b"HTTP/1.1", b"POST ", b"GET ", PATH.encode(), b"Host: a\r\n",
              b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Content-Type: application/x-www-form-urlencoded\r\n",
              b"Expect: 100-continue\r\n", b"Upgrade: websocket\r\n", b"Range: bytes=0-\r\n", b"9" * 30, b"\xff\xfe", b"event=newCall",
              b"&callId=refused", b"&direction=in", b"a" * 5000, b"http://[::1", b"//", b"/..", b"?#"]

    def make_garbage():
        kind = generator.random()
        if kind < 0.3:
            return generator.randbytes(generator.randrange(2000))
        if kind < 0.7:
            return b"".join(generator.choice(pieces) for _ in range(generator.randrange(40)))
        data = bytearray(refused_request())
        for _ in range(generator.randrange(1, 8)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        # A change that left the request whole would be a call.
        return bytes(data).replace(TOKEN.encode(), TOKEN.encode()[:-1] + b"~")

    with start() as app:
        garbage = [(make_garbage(), app.port if i % 4 else app.api_port, generator.random() < 0.3) for i in range(2000)]

        def throw(item):
            data, port, is_rude = item
            with contextlib.suppress(OSError):
                with connect(app, port=port) as s:
                    s.sendall(data)
                    if is_rude:
                        reset_on_close(s)
                        return
                    s.shutdown(socket.SHUT_WR)
                    read_until_cut(s)

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(throw, garbage))
        assert_unharmed(app)


@case("/hostile/fuzz/bodies-of-random-fields")
def _():
    generator = random.Random(20261121)
    names = ["event", "direction", "from", "to", "callId", "origCallId", "xcid", "user", "user[]", "userId[]", "fullUserId[]",
             "answeringNumber", "diversion", "cause", "dtmf"]
    values = ["newCall", "answer", "hangup", "dtmf", "in", "out", "", "voicemail", "4930123", "anonymous", "normalClearing",
              "forwarded", "cancel", "\ud7ff\U0010ffff", "x" * 500, "'; DROP TABLE call; --", "%s%n", "\u202e", "\x1b[31m"]
    with start() as app:
        def throw(seed):
            rng = random.Random(seed)
            for _ in range(60):
                fields = [(rng.choice(names), rng.choice(values)) for _ in range(rng.randrange(12))]
                fields += [("event", rng.choice(values[:4])), ("callId", f"fuzz-{rng.randrange(40)}"),
                           ("origCallId", f"fuzz-{rng.randrange(40)}")]
                fields += [("direction", rng.choice(["in", "out"]))]
                status = app.post(harness.urllib.parse.urlencode(fields)).status
                assert status in (200, 400), status
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(throw, [generator.random() for _ in range(16)]))
        assert_unharmed(app)
        before = app.calls()
        app.restart()
        assert app.calls() == before
        assert app.stop() == 0
        rebuilt = app.run("--rebuild")
        assert rebuilt.returncode == 0, rebuilt
        app.check()
        app.start()
        assert app.calls() == before


if __name__ == "__main__":
    harness.main(workers=14)
