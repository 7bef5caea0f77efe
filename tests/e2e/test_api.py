# SPDX-License-Identifier: GPL-3.0-or-later
"""The local JSON API: who may ask, what the figures are, and that they add up."""

import base64
import contextlib
import datetime
import hashlib
import http.client
import json
import os
import re
import socket
import struct
import threading
import time
import urllib.parse
import zoneinfo

import harness
from harness import PATH, App, call_events, case, event, new_id, new_number, table

PARTS = ["answered", "voicemail", "missed", "busy", "failed", "callAttempts", "other"]
CALL_FIELDS = {"id", "provider", "direction", "from", "to", "number", "startedAt", "answeredAt", "endedAt", "outcome", "answeredBy",
               "answeringNumber", "waitSeconds", "talkSeconds", "legs", "callback", "cause"}
METRIC_FIELDS = {"totalCalls", *PARTS, "active", "answerRate", "avgDuration", "avgDurationSeconds", "avgWaitSeconds", "peakHour",
                 "hourlyDistribution", "estimated", "complete", "missing"}
LABELS = ["Answered by user", "Answered by voicemail", "Rejected or busy", "Missed"]
NUMBERS = ["4921112340001", "4921112340002"]

# One app with calls of every kind, for the cases that only read.
app = App()


def fill():
    for index, number in enumerate(NUMBERS):
        for outcome, n in (("answered", 3), ("voicemail", 2), ("missed", 2), ("busy", 1), ("rejected", 1), ("unreachable", 1),
                           ("not_found", 1), ("ringing", 2)):
            for _ in range(n - index if outcome == "answered" else n):
                app.send(*call_events(outcome, new_number(), number))
    for outcome in ("answered", "missed", "busy"):
        app.send(*call_events(outcome, NUMBERS[0], new_number(), direction="out"))
    ivr = new_id()
    app.send(event("newCall", ivr, to=NUMBERS[0]), event("dtmf", ivr, dtmf="1"), event("hangup", ivr, to=NUMBERS[0], cause="cancel"))
    outer, inner = new_id(), new_id()
    for call_id, direction in ((outer, "out"), (inner, "in")):
        app.send(event("newCall", call_id, NUMBERS[0], NUMBERS[1], direction, origCallId=outer))
    app.send(event("answer", inner, NUMBERS[0], NUMBERS[1], "in", origCallId=outer, user="Bob", userId="w1", answeringNumber=NUMBERS[1]))
    for call_id, direction in ((outer, "out"), (inner, "in")):
        app.send(event("hangup", call_id, NUMBERS[0], NUMBERS[1], direction, origCallId=outer, cause="normalClearing"))


def request(method, path, headers=None, port=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port or app.api_port, timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


def today(zone):
    return datetime.datetime.now(zoneinfo.ZoneInfo(zone)).date()


# Who may ask


@table("/api/method/refused/", [(m, m) for m in ("POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")])
def _(method):
    for path in ("/api/calls", "/api/health", "/api/dashboard", "/api/live"):
        status, headers, _ = request(method, path)
        assert (status, headers["allow"]) == (405, "GET"), (path, status, headers)


@table("/api/host/refused/", [(h, h) for h in (
    "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:3000", "localhost@evil.example", "0.0.0.0",
    "127.0.0.2", "[::2]", "localhostx", "127.0.0.1:80:80x", "")])
def _(host):
    for path in ("/api/calls", "/api/health", "/api/dashboard", "/api/live", "/"):
        status, _, body = request("GET", path, {"Host": host})
        assert status in (400, 403) and b"calls\"" not in body, (path, status)


@table("/api/host/accepted/", [(h, h) for h in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.1:1234", "localhost:3000")])
def _(host):
    assert request("GET", "/api/health", {"Host": host})[0] == 200


@table("/api/origin/refused/", [(o, o) for o in (
    "http://evil.example", "https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
    "http://localhost@evil.example", "http://localhost, http://evil.example", "file://", "http://", "ftp://localhost",
    "chrome-extension://abcdef")])
def _(origin):
    for path in ("/api/calls", "/api/health", "/api/dashboard", "/api/live"):
        status, headers, _ = request("GET", path, {"Origin": origin})
        assert status == 403 and "access-control-allow-origin" not in headers, (path, status)


@table("/api/origin/accepted/", [(o, o) for o in ("http://localhost:8000", "http://127.0.0.1")])
def _(origin):
    assert request("GET", "/api/health", {"Origin": origin})[0] == 200


@table("/api/path/unknown-is-404/", [(p, p) for p in (
    "/", "/api", "/api/", "/api/calls/", "/api/call", "/api/calls/1", "/API/calls", "/api/dashboard/", "/api/dashboard/range/x",
    "/api/live/", "/api/live/x", "/api//calls", PATH, "/api/calls%2f", "/api/calls;x")])
def _(path):
    assert request("GET", path)[0] == 404


@case("/api/disabled-is-not-listening")
def _():
    with App({"api-enabled": "false"}) as own:
        assert own.api_port is None, own.ready_line
        own.send(*call_events("missed", new_number(), new_number()))
        inodes = set()
        for fd in os.listdir(f"/proc/{own.process.pid}/fd"):
            # One that is closed meanwhile was no listener.
            with contextlib.suppress(FileNotFoundError):
                inodes.add(os.readlink(f"/proc/{own.process.pid}/fd/{fd}").removeprefix("socket:[").removesuffix("]"))
        with open("/proc/net/tcp", encoding="ascii") as lines:
            listening = [line.split() for line in lines if line.split()[3] == "0A" and line.split()[9] in inodes]
        assert len(listening) == 1, "only the webhook listener"


@case("/api/listeners-are-on-loopback-only")
def _():
    ports = {f"{port:04X}" for port in (app.port, app.api_port)}
    found = []
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError), open(name, encoding="ascii") as lines:
            found += [line.split()[1] for line in lines if line.split()[3] == "0A" and line.split()[1][-4:] in ports]
    assert len(found) == 2 and all(address.startswith("0100007F:") for address in found), found


# Shapes


def assert_time(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text), text
    age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert abs(age.total_seconds()) < 300, text


@case("/api/health/is-unknown-without-a-source")
def _():
    status, headers, body = request("GET", "/api/health")
    assert status == 200 and headers["content-type"].startswith("application/json")
    health = json.loads(body)
    assert health["status"] == "UNKNOWN" and health["lastUpdated"] is None and health["details"] == [], health


@case("/api/answers-close-and-tell-nothing-of-the-server")
def _():
    _, headers, _ = request("GET", "/api/calls")
    assert headers["connection"] == "close" and "server" not in headers, headers


@case("/api/calls/fields")
def _():
    calls = app.calls()
    assert calls
    for call in calls:
        assert CALL_FIELDS <= set(call), CALL_FIELDS - set(call)
        for field in ("startedAt", "answeredAt", "endedAt"):
            if call[field] is not None:
                assert_time(call[field])
        for field in ("waitSeconds", "talkSeconds"):
            assert call[field] is None or call[field] >= 0, call
        assert call["provider"] == "sipgate" and isinstance(call["id"], str) and isinstance(call["callback"], bool)
        assert (call["outcome"] in ("ringing", "talking")) == (call["endedAt"] is None), call
        if call["outcome"] != "answered":
            assert call["talkSeconds"] is None, call


@case("/api/calls/newest-first")
def _():
    times = [call["startedAt"] for call in app.calls()]
    assert times == sorted(times, reverse=True)


@case("/api/calls/one-answered-call-in-full")
def _():
    with App() as own:
        own.send(*call_events("answered", "4930111222333", "4921199988877"))
        call, = own.calls()
        expected = {"direction": "inbound", "from": "4930111222333", "to": "4921199988877", "number": "4921199988877", "outcome":
                    "answered", "answeredBy": "w0", "answeringNumber": "4921199988877", "legs": 1, "callback": False,
                    "cause": "normalClearing"}
        assert {name: call[name] for name in expected} == expected, call
        own.send(*call_events("busy", "4921199988877", "4930111222333", direction="out"))
        call = own.calls()[0]
        assert (call["direction"], call["number"], call["callback"]) == ("outbound", "4921199988877", False), call


@case("/api/dashboard/fields")
def _():
    for path in ("/api/dashboard", "/api/dashboard?provider=sipgate", "/api/dashboard?provider=exotel"):
        dashboard = app.json(path)
        assert {"health", "metrics", "bars", "generatedAt"} <= set(dashboard)
        assert_time(dashboard["generatedAt"])
        metrics = dashboard["metrics"]
        assert METRIC_FIELDS <= set(metrics), METRIC_FIELDS - set(metrics)
        assert re.fullmatch(r"\d+\.\d%", metrics["answerRate"]) and re.fullmatch(r"\d+m \d+s", metrics["avgDuration"]), metrics
        assert len(metrics["hourlyDistribution"]) == 24 and sum(metrics["hourlyDistribution"]) == metrics["totalCalls"], metrics
        assert len(dashboard["bars"]["labels"]) == len(dashboard["bars"]["data"])


@case("/api/dashboard/counts-what-came")
def _():
    metrics = app.json("/api/dashboard")["metrics"]
    counted = {part: metrics[part] for part in PARTS}
    # 5 answered in, 1 out, 1 internal; missed has the outgoing one that was not reached.
    assert counted == {"answered": 7, "voicemail": 4, "missed": 5, "busy": 5, "failed": 4, "callAttempts": 1, "other": 0}, counted
    assert metrics["active"] == 4 and metrics["totalCalls"] == 26, metrics
    assert metrics["answerRate"] == f"{100 * 7 / 26:.1f}%", metrics
    assert metrics["peakHour"] in ("11:00", "12:00", "13:00"), metrics


@case("/api/bars/are-of-incoming-calls")
def _():
    bars = app.json("/api/dashboard")["bars"]
    assert bars == {"labels": LABELS + ["Other"], "data": [5, 4, 4, 4, 5]}, bars
    assert app.json("/api/dashboard?provider=sipgate")["bars"] == bars


@case("/api/bars/four-where-nothing-else-happened")
def _():
    with App() as own:
        assert own.json("/api/dashboard")["bars"] == {"labels": LABELS, "data": [0, 0, 0, 0]}
        metrics = own.json("/api/dashboard")["metrics"]
        assert metrics["totalCalls"] == 0 and metrics["peakHour"] is None, metrics
        assert metrics["avgWaitSeconds"] is None and metrics["avgDurationSeconds"] is None, "unknown is not 0"
        for outcome in ("answered", "voicemail", "busy", "rejected", "missed"):
            own.send(*call_events(outcome, new_number(), new_number()))
        assert own.json("/api/dashboard")["bars"] == {"labels": LABELS, "data": [1, 1, 2, 1]}


@case("/api/bars/exotel-has-its-own")
def _():
    dashboard = app.json("/api/dashboard?provider=exotel")
    assert dashboard["bars"]["labels"][:4] == ["Answered", "Missed", "Busy", "Failed"], dashboard["bars"]
    assert sum(dashboard["bars"]["data"]) == 0 and dashboard["metrics"]["totalCalls"] == 0


def filters():
    rows = [("none", {})]
    rows += [(f"provider-{p}", {"provider": p}) for p in ("all", "sipgate", "exotel")]
    rows += [(f"direction-{d}", {"direction": d}) for d in ("inbound", "outbound", "internal", "outbound-dial", "outbound-api")]
    rows += [(f"number-{n}", {"number": n}) for n in (*NUMBERS, "00" + NUMBERS[0], "+" + NUMBERS[1], NUMBERS[0][-10:], "4999999999")]
    rows += [(f"status-{s}", {"status": s}) for s in (
        "answered", "answered_unattributed", "voicemail", "ivr_only", "busy", "rejected", "unreachable", "not_found", "missed",
        "not_reached", "forwarded", "failed", "stale", "other", "ringing", "talking")]
    rows += [("all-together", {"provider": "sipgate", "direction": "inbound", "number": NUMBERS[0], "status": "missed"})]
    return rows


@table("/api/filter/", filters())
def _(query):
    """A filter names the same calls in the list, in the figures and in the range of today."""
    chosen = app.calls(**query)
    expected = []
    for call in app.calls():
        if (query.get("provider", "all") in ("all", call["provider"])
                and query.get("direction", call["direction"]) == call["direction"]
                and query.get("number", call["number"])[-10:] == call["number"][-10:]
                and query.get("status", call["outcome"]) == call["outcome"]):
            expected.append(call)
    assert chosen == expected, f"{len(chosen)} for {len(expected)}"
    ended = [call for call in chosen if call["endedAt"] is not None]
    text = urllib.parse.urlencode(query)
    day = datetime.datetime.now(zoneinfo.ZoneInfo(harness.zone_at_noon())).date()
    for path in (f"/api/dashboard?{text}", f"/api/dashboard/range?start={day}&end={day}&{text}"):
        dashboard = app.json(path)
        metrics = dashboard["metrics"]
        assert metrics["totalCalls"] == len(ended) == sum(metrics[part] for part in PARTS), (path, metrics)
        incoming = [call for call in ended if call["direction"] == "inbound" and call["provider"] == "sipgate"]
        if query.get("provider") != "exotel":
            assert sum(dashboard["bars"]["data"]) == len(incoming), (path, dashboard["bars"])
        assert metrics["active"] == len(chosen) - len(ended), (path, metrics)


@table("/api/filter/wrong-is-400/", [(q, q) for q in (
    "provider=bell", "direction=sideways", "status=great", "rule=golden")])
def _(query):
    for path in ("/api/dashboard", "/api/dashboard/range?start=2026-01-01&end=2026-01-02", "/api/calls"):
        status, headers, body = request("GET", path + ("&" if "?" in path else "?") + query)
        assert status == 400 and headers["content-type"].startswith("application/json"), (path, status)
        assert isinstance(json.loads(body)["error"], str)


@case("/api/range/those-on-the-line-belong-to-no-other-day")
def _():
    day = datetime.datetime.now(zoneinfo.ZoneInfo(harness.zone_at_noon())).date()
    for start, end, active in ((-7, -1, 0), (1, 7, 0), (-7, 7, 4), (0, 0, 4)):
        path = f"/api/dashboard/range?start={day + datetime.timedelta(start)}&end={day + datetime.timedelta(end)}"
        assert app.json(path)["metrics"]["active"] == active, (path, app.json(path)["metrics"])


@case("/api/range/all-there-is")
def _():
    for start, end in (("2000-01-01", "2099-12-31"), ("1970-01-01", "2038-01-19"), ("1900-01-01", "9999-12-31"), ("0001-01-01", "9999-12-31")):
        assert app.json(f"/api/dashboard/range?start={start}&end={end}")["metrics"]["totalCalls"] == 26, (start, end)


@case("/api/faults-are-json-too")
def _():
    for method, path, headers, status in (
            ("GET", "/", {}, 404), ("GET", "/api/none", {}, 404), ("POST", "/api/calls", {}, 405), ("GET", "/api/calls", {"Host": "evil"}, 403),
            ("GET", "/api/calls", {"Origin": "http://evil.example"}, 403), ("GET", "/api/live", {}, 400),
            ("GET", "/api/calls?limit=x", {}, 400), ("GET", "/api/calls", {"Transfer-Encoding": "gzip"}, 400)):
        got, answered, body = request(method, path, headers)
        assert (got, answered["content-type"]) == (status, "application/json"), (method, path, got, answered)
        assert list(json.loads(body)) == ["error"] and json.loads(body)["error"], body
        assert answered["connection"] == "close", answered


@table("/api/rule/accepted/", [("talk", "talk"), ("status", "status")])
def _(rule):
    assert app.json(f"/api/dashboard?rule={rule}")["metrics"]["totalCalls"] == 26


# Ranges


@table("/api/range/wrong-is-400/", [
    ("nothing", ""), ("no-end", "?start=2026-01-01"), ("no-start", "?end=2026-01-01"), ("reversed", "?start=2026-01-02&end=2026-01-01"),
    ("no-date", "?start=yesterday&end=today"), ("empty", "?start=&end="), ("day-that-is-none", "?start=2026-02-30&end=2026-03-01"),
    ("month-that-is-none", "?start=2026-13-01&end=2026-13-02"), ("short", "?start=2026-1-1&end=2026-1-2"),
    ("with-time", "?start=2026-01-01T00:00&end=2026-01-02"), ("spaces", "?start=2026-01-01%20&end=2026-01-02"),
    ("signs", "?start=%2B026-01-01&end=2026-01-02"), ("nul", "?start=2026-01-01%00&end=2026-01-02"),
    ("broken-percent", "?start=%zz&end=2026-01-02"),
])
def _(query):
    status, _, body = request("GET", "/api/dashboard/range" + query)
    if "%zz" in query:
        assert status == 400
        return
    assert status == 400 and set(json.loads(body)) == {"error"}, (status, body)


@case("/api/range/fields-and-past-days")
def _():
    answer = app.json("/api/dashboard/range?start=2020-01-01&end=2020-12-31")
    assert set(answer) == {"metrics", "bars", "generatedAt"} and answer["metrics"]["totalCalls"] == 0, answer
    day = datetime.datetime.now(zoneinfo.ZoneInfo(harness.zone_at_noon())).date()
    for start, end, is_in in ((day, day, True), (day - datetime.timedelta(7), day, True), (day, day + datetime.timedelta(7), True),
                              (day - datetime.timedelta(7), day - datetime.timedelta(1), False),
                              (day + datetime.timedelta(1), day + datetime.timedelta(2), False)):
        total = app.json(f"/api/dashboard/range?start={start}&end={end}")["metrics"]["totalCalls"]
        assert total == (26 if is_in else 0), (start, end, total)


@case("/api/timezone/moves-the-day-and-the-hour")
def _():
    with App() as own:
        own.send(*call_events("missed", new_number(), new_number()))
        seen = datetime.datetime.fromisoformat(own.calls()[0]["startedAt"].replace("Z", "+00:00"))
        for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "Asia/Kathmandu"):
            own.stop()
            own.settings["timezone"] = f"'{name}'"
            own.start()
            local = seen.astimezone(zoneinfo.ZoneInfo(name))
            for offset in (-1, 0, 1):
                day = local.date() + datetime.timedelta(offset)
                metrics = own.json(f"/api/dashboard/range?start={day}&end={day}&provider=sipgate")["metrics"]
                assert metrics["totalCalls"] == (offset == 0), (name, day, metrics)
                if offset == 0:
                    assert metrics["hourlyDistribution"][local.hour] == 1 and metrics["peakHour"] == f"{local.hour:02}:00", (name, metrics)
            if today(name) == local.date():
                assert own.json("/api/dashboard?provider=sipgate")["metrics"]["totalCalls"] == 1


# Pages


@case("/api/calls/pages-without-gaps-or-doubles")
def _():
    with App() as own:
        numbers = [new_number() for _ in range(520)]

        def send(part):
            for number in part:
                own.send(*call_events("missed", number, NUMBERS[0]))
        threads = [threading.Thread(target=send, args=(numbers[i::8],)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole = own.calls()
        assert len(whole) == 520 and {call["from"] for call in whole} == set(numbers)
        assert len(own.json("/api/calls")["calls"]) == 100, "a hundred unless told otherwise"
        assert len(own.json("/api/calls?limit=500")["calls"]) == 500
        assert len(own.json("/api/calls?limit=5000")["calls"]) == 500, "five hundred at the most"
        for limit in (1, 7, 100, 260, 519):
            if limit == 1:
                page = own.json("/api/calls?limit=1")
                assert page["calls"] == whole[:1]
                assert own.json("/api/calls?limit=1&cursor=" + page["next"])["calls"] == whole[1:2]
                continue
            assert own.calls(limit=limit) == whole, limit
        page = own.json("/api/calls?limit=260")
        # Calls that come meanwhile move nothing.
        own.send(*call_events("missed", new_number(), NUMBERS[0]))
        rest = own.json("/api/calls?limit=260&cursor=" + page["next"])
        assert page["calls"] + rest["calls"] == whole and rest["next"] is None
        assert own.json("/api/calls?limit=521")["next"] is not None
        assert own.calls(limit=50, status="missed", number=NUMBERS[0])[1:] == whole


@table("/api/calls/wrong-is-400/", [(q, q) for q in (
    "limit=0", "limit=-1", "limit=many", "limit=", "limit=1.5", "limit=99999999999999999999", "cursor=x", "cursor=", "cursor=1",
    "cursor=-5-3", "cursor=1-2-3", "cursor=99999999999999999999-1", "cursor=1-%27%20OR%201", "limit=+5x")])
def _(query):
    status, _, body = request("GET", "/api/calls?" + query)
    assert status == 400 and set(json.loads(body)) == {"error"}, (status, body)


@case("/api/calls/many-questions-at-once")
def _():
    results = []

    def ask():
        for _ in range(10):
            results.append(request("GET", "/api/calls?limit=500")[0])
    threads = [threading.Thread(target=ask) for _ in range(120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [200] * 1200, {status: results.count(status) for status in set(results)}


# Live


class WebSocket:
    """A client made by hand: it reads text, and can say whatever a hostile one would."""

    def __init__(self, own, headers=None, path="/api/live"):
        key = base64.b64encode(os.urandom(16)).decode()
        all_headers = {"Host": f"127.0.0.1:{own.api_port}", "Upgrade": "websocket", "Connection": "Upgrade",
                       "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", **(headers or {})}
        self.socket = socket.create_connection(("127.0.0.1", own.api_port), timeout=5)
        self.socket.sendall((f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in all_headers.items() if v is not None)
                             + "\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            part = self.socket.recv(4096)
            if not part:
                break
            self.buffer += part
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        if self.status == 101:
            accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
            assert accept in head, head

    def _take(self, n):
        while len(self.buffer) < n:
            part = self.socket.recv(65536)
            if not part:
                raise EOFError
            self.buffer += part
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def read_frame(self):
        first, length = self._take(2)
        assert length < 128, "a server doesn't mask"
        if length == 126:
            length, = struct.unpack(">H", self._take(2))
        elif length == 127:
            length, = struct.unpack(">Q", self._take(8))
        return first & 15, self._take(length)

    def read(self):
        while True:
            kind, data = self.read_frame()
            if kind == 1:
                return json.loads(data)
            if kind == 8:
                raise EOFError

    def send_frame(self, kind, data, masked=True):
        mask = os.urandom(4)
        head = bytes([128 | kind])
        marked = 128 if masked else 0
        head += bytes([marked | len(data)]) if len(data) < 126 else bytes([marked | 127]) + struct.pack(">Q", len(data))
        self.socket.sendall(head + (mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)) if masked else data))

    def is_closed(self):
        with contextlib.suppress(EOFError, ConnectionError):
            while True:
                self.read()
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


@case("/api/live/init-then-data-after-each-change")
def _():
    with App() as own:
        own.send(*call_events("missed", new_number(), new_number()))
        with WebSocket(own) as a, WebSocket(own, {"Origin": f"http://localhost:{own.api_port}"}) as b:
            assert a.status == b.status == 101
            for live in (a, b):
                assert live.read() == {"type": "init", "labels": LABELS, "data": [0, 0, 0, 1]}
            expected = [0, 0, 0, 1]
            for outcome, bar in (("answered", 0), ("voicemail", 1), ("busy", 2), ("missed", 3), ("missed", 3)):
                expected[bar] += 1
                own.send(*call_events(outcome, new_number(), new_number()))
                for live in (a, b):
                    message = live.read()
                    while message["data"] != expected:
                        assert message["type"] == "data"
                        message = live.read()
                    assert message["type"] == "data" and message["data"] == expected
            own.send(*call_events("unreachable", new_number(), new_number()))
            for live in (a, b):
                assert live.read()["data"] == expected + [1]
        # Those who went are forgotten.
        own.send(*call_events("answered", new_number(), new_number()))
        with WebSocket(own) as c:
            assert c.read()["data"] == [2, 1, 1, 3, 1]


@case("/api/live/is-told-soon")
def _():
    with App() as own, WebSocket(own) as live:
        live.read()
        began = time.monotonic()
        own.send(*call_events("missed", new_number(), new_number()))
        while live.read()["data"] != [0, 0, 0, 1]:
            pass
        assert time.monotonic() - began < 2


@table("/api/live/stranger-is-refused/", [
    ("origin", {"Origin": "http://evil.example"}), ("secure-origin", {"Origin": "https://evil.example"}),
    ("no-page", {"Origin": "null"}), ("name-that-was-made-to-point-here", {"Host": "evil.example"}),
    ("both", {"Host": "evil.example", "Origin": "http://evil.example"}),
])
def _(headers):
    with WebSocket(app, headers) as live:
        assert live.status == 403, live.status


@table("/api/live/no-handshake-is-refused/", [
    ("no-upgrade", {"Upgrade": None}), ("other-upgrade", {"Upgrade": "h2c"}), ("no-key", {"Sec-WebSocket-Key": None}),
    ("old-version", {"Sec-WebSocket-Version": "8"}), ("no-version", {"Sec-WebSocket-Version": None}),
])
def _(headers):
    with WebSocket(app, headers) as live:
        assert live.status in (400, 426), live.status


@case("/api/live/other-paths-are-no-websockets")
def _():
    for path in ("/api/live/x", "/api/liv", "/api/calls/live", "/"):
        with WebSocket(app, path=path) as live:
            assert live.status == 404, (path, live.status)


@case("/api/live/closes-when-asked-to-and-when-abused")
def _():
    with App() as own:
        with WebSocket(own) as live:
            live.send_frame(8, struct.pack(">H", 1000))
            assert live.is_closed()
        with WebSocket(own) as live:
            live.read()
            live.send_frame(1, b"hello")
            live.send_frame(9, b"ping")
            while (frame := live.read_frame())[0] != 10:
                pass
            assert frame[1] == b"ping"
            with contextlib.suppress(ConnectionError):
                live.send_frame(1, b"x" * 1_000_000)
            assert live.is_closed()
        with WebSocket(own) as live:
            live.send_frame(1, b"not masked", masked=False)
            assert live.is_closed()
        with WebSocket(own) as live:
            live.socket.sendall(os.urandom(5000))
            assert live.is_closed()
        for _ in range(50):
            WebSocket(own).socket.close()
        own.send(*call_events("missed", new_number(), new_number()))
        with WebSocket(own) as live:
            assert live.read()["data"] == [0, 0, 0, 1]


@case("/api/live/listeners-are-bounded")
def _():
    with App() as own, contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(WebSocket(own)) for _ in range(60)]
        n_open = 0
        for live in sockets:
            with contextlib.suppress(EOFError, ConnectionError):
                live.read()
                n_open += 1
        assert 8 <= n_open < 60, n_open
        own.send(*call_events("missed", new_number(), new_number()))
        assert own.json("/api/health")["status"] == "UNKNOWN"


@case("/api/live/listener-who-does-not-read-holds-nobody-up")
def _():
    with App() as own, WebSocket(own) as deaf, WebSocket(own) as live:
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        for _ in range(40):
            own.send(*call_events("missed", new_number(), new_number()))
        message = live.read()
        while message["data"][3] != 40:
            message = live.read()


if __name__ == "__main__":
    harness.main(workers=6, shared_app=app, prepare=fill)
