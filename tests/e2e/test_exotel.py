# SPDX-License-Identifier: GPL-3.0-or-later
"""Exotel from outside: heartbeats, call events, and the records of an account that the fake Exotel keeps."""

import contextlib
import datetime
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.parse

import harness
from harness import TOKEN, App, call_events, case, new_number, table

HEARTBEAT = f"/webhook/heartbeat/{TOKEN}"
CALL = f"/webhook/exotel-call/{TOKEN}"
JSON = {"Content-Type": "application/json"}
INDIA = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
PHONE = "01139585476"
SAMPLE_HOURS = [12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0]
PARTS = ["answered", "voicemail", "missed", "busy", "failed", "callAttempts", "other"]


class Fake:
    """The fake Exotel as a program beside, and the credentials it wants as files."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.process = subprocess.Popen([os.environ["FAKE_EXOTEL"], "--until-eof", *self.options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("ready "), line
        words = dict(word.split("=", 1) for word in line.split()[1:])
        self.url, self.sid, self.key, self.token = (words[name] for name in ("url", "sid", "key", "token"))
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@contextlib.contextmanager
def account(url, sid="fakesid1", key="fake-key-b6d41", token="fake-token-7f20c", days=2, **settings):
    """Yields a running program that uses that account; at its end nobody has read the credentials anywhere."""
    with tempfile.TemporaryDirectory(prefix="callstats-credentials-") as folder:
        pathlib.Path(folder, "exotel-api-key").write_text(key + "\n")
        pathlib.Path(folder, "exotel-api-token").write_text(token + "\n")
        app = App({"exotel-base-url": f"'{url}'", "exotel-account-sid": f"'{sid}'", "exotel-history-days": days,
                   "exotel-refresh-seconds": 15, **settings},
                  env={"CREDENTIALS_DIRECTORY": folder, "G_MESSAGES_DEBUG": "callstats"})
        with app:
            yield app
            assert_secret(app, key, token)


def assert_secret(app, *secrets):
    app.query("SELECT count(*) FROM call")
    texts = {"stderr": app.log().encode()}
    texts.update({path.name: path.read_bytes() for path in pathlib.Path(app.dir).iterdir() if path.is_file()})
    for name, text in texts.items():
        for secret in secrets:
            assert secret.encode() not in text, f"a secret stands in {name}"


def post(app, path, body, headers=JSON, timeout=30):
    body = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return app.post(body, path, headers, timeout=timeout)


def beat(app, body):
    answer = post(app, HEARTBEAT, body)
    assert answer.status == 200 and json.loads(answer.body) == {"received": True}, answer
    return app.json("/api/health")


def heartbeat(status="OK", incoming=None, outgoing=None, data=None):
    return {"timestamp": "2025-01-15T10:30:00Z", "status_type": status, "incoming_affected": incoming,
            "outgoing_affected": outgoing, "data": data}


def sid():
    return new_number().zfill(32)


def naive(seconds_ago=0):
    return (datetime.datetime.now(INDIA) - datetime.timedelta(seconds=seconds_ago)).strftime("%Y-%m-%d %H:%M:%S")


def day(ago):
    return (datetime.datetime.now(INDIA) - datetime.timedelta(days=ago)).date().isoformat()


def yesterday(app, **query):
    query = {"provider": "exotel", "start": day(1), "end": day(1), **query}
    return app.json("/api/dashboard/range?" + urllib.parse.urlencode(query))["metrics"]


# Heartbeats


@case("/exotel/heartbeat/unknown-before-the-first")
def _():
    with App() as app:
        unknown = {"status": "UNKNOWN", "lastUpdated": None, "details": []}
        assert app.json("/api/health") == unknown
        assert app.json("/api/dashboard")["health"] == unknown
        for body in (b"", b"{", b"[]", b"17", b'"OK"', b"null", b"{}", b"\xff\xfe", b'{"status_type":"OK"} x',
                     b"[" * 100000, b'{"status_type":"OK","data":' + b'{"a":' * 40 + b"1" + b"}" * 41):
            answer = post(app, HEARTBEAT, body)
            assert answer.status == 400, (body[:40], answer)
        assert app.json("/api/health") == unknown


@table("/exotel/heartbeat/status/", [
    ("ok", "OK", "OK"), ("warning", "WARNING", "WARNING"), ("critical", "CRITICAL", "CRITICAL"),
    ("too-large", "PAYLOAD_TOO_LARGE", "UNKNOWN")])
def _(told, shown):
    with App() as app:
        before = datetime.datetime.now(datetime.timezone.utc)
        health = beat(app, heartbeat(told))
        assert health["status"] == shown and health["details"] == [], health
        at = datetime.datetime.fromisoformat(health["lastUpdated"].replace("Z", "+00:00"))
        assert abs((at - before).total_seconds()) < 10, health
        assert app.json("/api/dashboard")["health"] == health
        # What can't be understood changes nothing.
        assert post(app, HEARTBEAT, b'{"status_type":').status == 400
        assert app.json("/api/health") == health
        app.restart()
        assert app.json("/api/health") == health


CONNECTIVITY = {"incoming_call": {"status": "major_outage"}, "outgoing_call": {"status": "active"}}


@table("/exotel/heartbeat/shape/", [
    ("with-connectivity", {"phone_number": PHONE, "connectivity": CONNECTIVITY}),
    ("connectivity-alone", {"connectivity": CONNECTIVITY}),
    ("direct", CONNECTIVITY)])
def _(entry):
    with App() as app:
        health = beat(app, heartbeat("WARNING", [PHONE], None, {PHONE: entry}))
        assert health["status"] == "WARNING" and len(health["details"]) == 1, health
        detail = health["details"][0]
        assert (detail["id"], detail["incoming"], detail["outgoing"]) == (PHONE, "major_outage", "active"), detail
        assert (detail["incomingAffected"], detail["outgoingAffected"]) == (True, False), detail
        app.restart()
        assert app.json("/api/health") == health
        assert beat(app, heartbeat("OK"))["details"] == []


@case("/exotel/heartbeat/simple-payload-and-wrong-types")
def _():
    with App() as app:
        health = beat(app, {"Status": "WARNING", "ExoPhones": [PHONE]})
        assert health["status"] == "WARNING", health
        for body in (heartbeat("OK", 17, {"a": 1}, [1, 2]), heartbeat("OK", [None, 3, {}], "x", {"a": 7, "b": None, "c": []})):
            assert beat(app, body)["status"] == "OK"
        for told in ("SOMETHING_NEW", 17, ["OK"]):
            assert beat(app, heartbeat(told))["status"] == "UNKNOWN", told


@case("/exotel/heartbeat/route")
def _():
    with App() as app:
        connection = app.raw(f"GET {HEARTBEAT} HTTP/1.1\r\nHost: tunnel.example\r\n\r\n".encode())
        assert connection.status == 200 and json.loads(connection.body) == {"received": True}, connection
        for method in ("PUT", "DELETE", "PATCH"):
            answer = app.raw(f"{method} {HEARTBEAT} HTTP/1.1\r\nHost: tunnel.example\r\nContent-Length: 0\r\n\r\n".encode())
            assert answer.status == 405 and "POST" in answer.headers["allow"], answer
        for path in (HEARTBEAT[:-1], HEARTBEAT + "x", HEARTBEAT + "/", "/webhook/heartbeat/", f"/webhook/heartbeat/{TOKEN.lower()}"):
            assert post(app, path, heartbeat()).status == 404, path
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", None):
            assert post(app, HEARTBEAT, heartbeat(), {"Content-Type": kind}).status == 415, kind
        assert app.json("/api/health")["status"] == "UNKNOWN"
        assert post(app, HEARTBEAT, heartbeat(), {"Content-Type": "application/json; charset=utf-8"}).status == 200


@case("/exotel/heartbeat/size")
def _():
    limit = 10 * 1024 * 1024
    text = json.dumps(heartbeat("CRITICAL"))
    with App() as app:
        head = f"POST {HEARTBEAT} HTTP/1.1\r\nHost: tunnel.example\r\nContent-Type: application/json\r\n"
        assert app.raw(f"{head}Content-Length: {limit + 1}\r\n\r\n".encode()).status == 413
        assert app.json("/api/health")["status"] == "UNKNOWN"
        memory = app.memory_kb()
        assert post(app, HEARTBEAT, text + " " * (limit - len(text))).status == 200
        assert app.json("/api/health")["status"] == "CRITICAL"
        assert harness.is_sanitized() or app.memory_kb() - memory < 64 * 1024, (memory, app.memory_kb())


# Call events


def status_callback(call_id, kind="terminal", status="completed", **more):
    return {"CallSid": call_id, "EventType": kind, "Status": status, "From": "09812345678", "To": PHONE,
            "PhoneNumberSid": PHONE, "Direction": "inbound", "StartTime": naive(60), **more}


def passthru(call_id, **more):
    return {"CallSid": call_id, "CallFrom": "09812345678", "CallTo": PHONE, "Direction": "incoming", "CallType": "completed",
            "StartTime": naive(60), "CurrentTime": naive(), "EndTime": "1970-01-01 05:30:00", **more}


def multipart(fields):
    parts = "".join(f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    return parts + "--cut--\r\n", {"Content-Type": "multipart/form-data; boundary=cut"}


@table("/exotel/call/form/", [("json", "json"), ("multipart", "multipart"), ("urlencoded", "urlencoded"), ("query", "query")])
def _(form):
    with App() as app:
        fields = status_callback(sid(), ConversationDuration="30")
        if form == "json":
            answer = post(app, CALL, fields)
        elif form == "multipart":
            answer = post(app, CALL, *multipart(fields))
        elif form == "urlencoded":
            answer = post(app, CALL, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        else:
            fields = passthru(fields["CallSid"], DialCallStatus="completed", DialCallDuration="30", DialWhomNumber="09800000001")
            answer = app.raw(f"GET {CALL}?{urllib.parse.urlencode(fields)} HTTP/1.1\r\nHost: tunnel.example\r\n\r\n".encode())
        assert answer.status == 200, answer
        calls = app.calls(provider="exotel")
        assert len(calls) == 1, calls
        assert (calls[0]["provider"], calls[0]["outcome"], calls[0]["direction"]) == ("exotel", "answered", "inbound"), calls
        assert form == "query" or calls[0]["talkSeconds"] == 30, calls
        assert app.calls(provider="sipgate") == []
        app.restart()
        assert app.calls(provider="exotel") == calls


@case("/exotel/call/runs-and-ends")
def _():
    with App() as app:
        call_id = sid()
        assert post(app, CALL, status_callback(call_id, "answered", "in-progress")).status == 200
        metrics = app.json("/api/dashboard?provider=exotel")["metrics"]
        assert (metrics["active"], metrics["totalCalls"]) == (1, 0), metrics
        for _ in range(2):
            assert post(app, CALL, status_callback(call_id, ConversationDuration=12)).status == 200
        metrics = app.json(f"/api/dashboard/range?provider=exotel&start={day(1)}&end={day(0)}")["metrics"]
        assert (metrics["active"], metrics["totalCalls"], metrics["answered"]) == (0, 1, 1), metrics
        assert len(app.calls()) == 1


@case("/exotel/call/of-a-pair-counts-once")
def _():
    with App() as app:
        parent, child = sid(), sid()
        for kind, active, ended in (("answered", 1, 0), ("terminal", 0, 1)):
            for fields in ({"CallSid": parent}, {"CallSid": child, "ParentCallSid": parent}):
                status = "in-progress" if kind == "answered" else "completed"
                assert post(app, CALL, {**status_callback(parent, kind, status, ConversationDuration=9), **fields}).status == 200
            metrics = app.json(f"/api/dashboard/range?provider=exotel&start={day(1)}&end={day(0)}")["metrics"]
            assert (metrics["active"], metrics["totalCalls"]) == (active, ended), metrics
            assert len(app.calls()) == 1


@case("/exotel/call/is-listed-by-the-rule-that-was-asked-for")
def _():
    with App() as app:
        assert post(app, CALL, status_callback(sid(), Leg1Status="completed", Leg2Status="no-answer", ConversationDuration=0)).status == 200
        for query, outcomes in (({}, ["missed"]), ({"rule": "talk"}, ["missed"]), ({"rule": "status"}, ["answered"]),
                                ({"rule": "status", "status": "answered"}, ["answered"]), ({"rule": "status", "status": "missed"}, []),
                                ({"rule": "talk", "status": "missed"}, ["missed"])):
            assert [call["outcome"] for call in app.calls(**query)] == outcomes, query


@case("/exotel/call/nonsense")
def _():
    with App() as app:
        for body, headers in ((b"", JSON), (b"{", JSON), (b"{}", JSON), (b"[]", JSON), (b'{"CallSid":""}', JSON),
                              (b"[" * 5000, JSON), (b"x", {"Content-Type": "multipart/form-data; boundary=cut"}),
                              (b"x", {"Content-Type": "multipart/form-data"})):
            assert post(app, CALL, body, headers).status == 400, (body[:30], headers)
        assert app.raw(f"GET {CALL}?a=b HTTP/1.1\r\nHost: tunnel.example\r\n\r\n".encode()).status == 400
        assert post(app, CALL, b"x", {"Content-Type": "text/plain"}).status == 415
        assert post(app, CALL + "x", status_callback(sid())).status == 404
        assert app.calls() == []


# Records


def wait_for_calls(app, n):
    app.wait_for(lambda: app.query("SELECT count(*) FROM call WHERE provider = 1")[0][0] >= n, 30)


@case("/exotel/records/sample-day-comes-out-to-the-figure")
def _():
    with Fake("--sample-day") as fake, account(fake.url, fake.sid, fake.key, fake.token) as app:
        wait_for_calls(app, 1247)
        for rule in ("talk", "status"):
            metrics = yesterday(app, rule=rule)
            assert [metrics[name] for name in ("totalCalls", "answered", "missed", "busy", "failed")] == [1247, 976, 189, 52, 30], metrics
            assert [metrics[name] for name in ("answerRate", "avgDuration", "peakHour")] == ["78.3%", "2m 14s", "11:00"], metrics
            assert metrics["hourlyDistribution"] == SAMPLE_HOURS, metrics
            assert metrics["estimated"] is False, metrics
        app.wait_for(lambda: yesterday(app)["complete"])
        assert yesterday(app)["missing"] is None
        assert yesterday(app, provider="sipgate")["totalCalls"] == 0

        phones = [yesterday(app, number=number) for number in (PHONE, "08047104000", "02246091234")]
        assert sum(metrics["totalCalls"] for metrics in phones) == 1247 and all(m["totalCalls"] > 400 for m in phones)
        assert yesterday(app, number="+91" + PHONE[1:]) == phones[0]
        assert yesterday(app, number="09999999999")["totalCalls"] == 0
        assert yesterday(app, direction="inbound")["totalCalls"] == 1247
        assert yesterday(app, direction="outbound")["totalCalls"] == yesterday(app, direction="outbound-api")["totalCalls"] == 0
        assert yesterday(app, status="missed")["totalCalls"] == yesterday(app, status="missed")["missed"] == 189
        assert yesterday(app, status="busy", number=PHONE)["totalCalls"] == phones[0]["busy"]
        assert len(app.calls(provider="exotel", status="failed")) == 30
        assert len(app.calls(provider="exotel", number=PHONE)) == phones[0]["totalCalls"]

        # A call of sipgate's stands beside them, and in none of their figures.
        app.send(*call_events("answered", new_number(), new_number()))
        assert len(app.calls(provider="sipgate")) == 1 and len(app.calls(provider="exotel")) == 1247
        assert len(app.calls(provider="all")) == 1248
        bars = app.json(f"/api/dashboard/range?provider=exotel&start={day(1)}&end={day(1)}")["bars"]
        assert bars["labels"][0] == "Answered" and sum(bars["data"]) == 1247, bars
        for bad in ("provider=x", "rule=x", "status=x", "direction=x"):
            app.json(f"/api/dashboard?{bad}", 400)

        app.restart()
        assert yesterday(app)["totalCalls"] == 1247
        assert app.check() == 1248
        assert app.query("SELECT count(*) FROM exophone") == [(3,)]


@case("/exotel/records/goes-on-after-a-kill")
def _():
    with Fake("--calls=1500", "--days=2", "--delay=20") as fake, account(fake.url, days=3) as app:
        app.wait_for(lambda: app.query("SELECT count(*) FROM call")[0][0] >= 300, 30)
        assert app.json("/api/dashboard?provider=exotel")["metrics"]["complete"] is False
        app.kill()
        n_calls = app.query("SELECT count(*) FROM call")[0][0]
        assert 300 <= n_calls < 1500, n_calls
        app.start()
        wait_for_calls(app, 1500)
        app.wait_for(lambda: app.json("/api/dashboard?provider=exotel")["metrics"]["complete"])
        metrics = app.json(f"/api/dashboard/range?provider=exotel&start={day(3)}&end={day(0)}")["metrics"]
        assert metrics["totalCalls"] == sum(metrics[part] for part in PARTS) == 1500, metrics
        assert app.check() == 1500


@case("/exotel/records/without-credentials-nobody-is-asked")
def _():
    with hostile(lambda handler: handler.send_error(500)) as (url, seen):
        with App({"exotel-base-url": f"'{url}'", "exotel-account-sid": "'fakesid1'"}) as app:
            time.sleep(1)
            assert app.json("/api/dashboard?provider=exotel")["metrics"]["totalCalls"] == 0
        assert seen == []


# Somebody in Exotel's place


@contextlib.contextmanager
def hostile(answer):
    """Yields the address of a server that answers every request in that way, and the list of paths it was asked for."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            with contextlib.suppress(ConnectionError):
                answer(self)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer_with(status, body=b"", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    return answer


PAGE = b'{"Calls":[%s],"Metadata":{"Total":1,"NextPageUri":null}}'


@table("/exotel/hostile/", [
    ("html", answer_with(200, b"<html>Hello</html>", Content_Type="text/html")),
    ("nothing", answer_with(200, Content_Type="application/json")),
    ("unauthorized", answer_with(401, b'{"RestException":{"Status":401,"Message":"no"}}')),
    ("forbidden", answer_with(403, b"\xff\x00<x>")),
    ("not-found", answer_with(404)),
    ("deep", answer_with(200, b"[" * 200000)),
    ("wrong-types", answer_with(200, b'{"Calls":{"a":1},"Metadata":[]}')),
    ("wrong-records", answer_with(200, PAGE % b'{"Sid":["x"],"DateCreated":{},"Status":7}')),
    ("redirect", None)])
def _(answer):
    with hostile(answer_with(200, PAGE % b"")) as (elsewhere, strangers):
        with hostile(answer or answer_with(302, Location=elsewhere + "/v1/Accounts/fakesid1/Calls.json")) as (url, seen):
            with account(url) as app:
                app.wait_for(lambda: seen)
                app.send(*call_events("answered", new_number(), new_number()))
                assert beat(app, heartbeat("OK"))["status"] == "OK"
                assert post(app, CALL, status_callback(sid(), ConversationDuration=5)).status == 200
                time.sleep(0.5)
                metrics = app.json("/api/dashboard?provider=exotel")["metrics"]
                assert metrics["complete"] is False, metrics
                assert len(app.calls()) == 2
        assert strangers == []


if __name__ == "__main__":
    harness.main()
