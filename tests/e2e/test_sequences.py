# SPDX-License-Identifier: GPL-3.0-or-later
"""Sequences of events through the real webhook, judged by what the API says of the calls."""

import concurrent.futures
import json
import random
import time
import urllib.parse

import harness
from harness import App, call_events, case, event, new_id, new_number, table

SCENARIOS = json.loads((harness.HERE.parent / "data" / "scenarios.json").read_text())["scenarios"]
DIRECTIONS = {"in": "inbound", "out": "outbound"}
OPEN = ("ringing", "talking")


def is_as_wanted(call, wanted):
    outcomes = OPEN if wanted["outcome"] == "open_then_stale" else (wanted["outcome"],)
    return (call["outcome"] in outcomes
            and call["direction"] == DIRECTIONS.get(wanted["direction"], wanted["direction"])
            and call["callback"] == wanted.get("callback", call["callback"])
            and call["legs"] == wanted.get("legs", call["legs"])
            and (not wanted.get("by") or (call["answeredBy"] or "").endswith(wanted["by"])))


def judge(bodies, wanted, has_order=True):
    """Posts the events to a program of its own and compares what became of them."""
    with App() as app:
        app.send(*bodies)

        def has_result():
            calls = sorted(app.calls(), key=lambda call: call["startedAt"] or "")
            return len(calls) == len(wanted) and all(map(is_as_wanted, calls, wanted)) and (calls or True)
        # A forwarded call waits for its next leg before it is what it is.
        try:
            calls = app.wait_for(has_result, timeout=5)
        except AssertionError:
            raise AssertionError(f"{app.calls()} instead of {wanted}") from None
        for call, want in zip(calls, wanted):
            for key, field in (("wait_ms", "waitSeconds"), ("talk_ms", "talkSeconds")):
                if key in want and has_order:
                    assert (call[field] is None) == (want[key] is None), f"{field}: {call}"
                assert call[field] is None or call[field] >= 0, f"{field}: {call}"
        dashboard = app.json("/api/dashboard?provider=sipgate")
        ended = [call for call in calls if call["outcome"] not in OPEN]
        assert dashboard["metrics"]["totalCalls"] == len(ended), dashboard
        assert sum(dashboard["bars"]["data"]) == sum(call["direction"] == "inbound" for call in ended), dashboard
        app.check()
        before = app.calls()
        app.stop()
        assert app.run("--rebuild").returncode == 0
        app.start()
        assert app.calls() == before, "derived anew it is something else"


def bodies_of(scenario):
    return [entry["body"] for entry in scenario["events"]]


def is_possible(first, second):
    """Whether the second event may overtake the first. Keys are asked for by the answer to newCall, so they come after it."""
    a, b = (dict(urllib.parse.parse_qsl(body)) for body in (first, second))
    return first != second and not (b["event"] == "dtmf" and a["callId"] == b["callId"] and a["event"] == "newCall")


def swapped():
    for scenario in SCENARIOS:
        bodies = bodies_of(scenario)
        for i in range(len(bodies) - 1):
            if is_possible(bodies[i], bodies[i + 1]):
                order = bodies[:i] + [bodies[i + 1], bodies[i]] + bodies[i + 2:]
                yield f"{scenario['name']}-{i + 1}-{i + 2}", order, scenario["expected_logical_calls"]


@table("/sequences/in-order/", [(s["name"], bodies_of(s), s["expected_logical_calls"]) for s in SCENARIOS])
def _(bodies, wanted):
    judge(bodies, wanted)


@table("/sequences/doubled/", [(s["name"], [b for body in bodies_of(s) for b in (body, body)], s["expected_logical_calls"])
                               for s in SCENARIOS])
def _(bodies, wanted):
    judge(bodies, wanted)


@table("/sequences/neighbours-swapped/", list(swapped()))
def _(bodies, wanted):
    judge(bodies, wanted, has_order=False)


@table("/sequences/all-at-once/", [(s["name"], s) for s in SCENARIOS if s["name"] in (
    "answered", "missed-cancel", "forwarded-busy-to-colleague-answered", "blind-transfer-answered", "internal-in-leg-first", "voicemail")])
def _(scenario):
    """One call's events arrive together, in any order: it is the same call with the same outcome."""
    with App() as app:
        for attempt in range(4):
            suffix = f"x{attempt}"
            bodies = []
            for body in bodies_of(scenario):
                fields = urllib.parse.parse_qsl(body, keep_blank_values=True)
                bodies.append(urllib.parse.urlencode([(k, v + suffix if k in ("callId", "origCallId", "xcid") else v)
                                                      for k, v in fields]))
            random.shuffle(bodies)
            with concurrent.futures.ThreadPoolExecutor(len(bodies)) as pool:
                list(pool.map(app.send, bodies))
        wanted = scenario["expected_logical_calls"]

        def has_result():
            calls = app.calls()
            return len(calls) == 4 * len(wanted) and {call["outcome"] for call in calls} == {want["outcome"] for want in wanted}
        app.wait_for(has_result, timeout=5)
        app.check()


# Times


@case("/sequences/times/are-those-of-the-arrival")
def _():
    with App() as app:
        bodies = call_events("answered", new_number(), new_number())
        for body in bodies[:2]:
            app.send(body)
            time.sleep(0.6)
        app.send(bodies[2])
        call, = app.calls()
        assert 0.55 < call["waitSeconds"] < 1.5 and 0.55 < call["talkSeconds"] < 1.5, call
        missed = call_events("missed", new_number(), new_number())
        app.send(missed[0])
        time.sleep(0.6)
        app.send(missed[1])
        call = app.calls()[0]
        assert 0.55 < call["waitSeconds"] < 1.5 and call["talkSeconds"] is None, call


@case("/sequences/forwarded/is-decided-after-the-grace-time")
def _():
    with App() as app:
        call_id = new_id()
        app.send(event("newCall", call_id), event("hangup", call_id, cause="forwarded"))
        call, = app.calls()
        assert call["outcome"] in OPEN, call
        began = time.monotonic()
        app.wait_for(lambda: app.calls()[0]["outcome"] == "forwarded", timeout=5)
        assert 1 < time.monotonic() - began < 4
        assert app.calls()[0]["callback"] is False
        # A leg that comes after all is what counts.
        late = new_id()
        app.send(*(body + f"&origCallId={call_id}" for body in call_events("answered", "4930123456", "4921112345678", late)))
        call, = app.calls()
        assert (call["outcome"], call["legs"]) == ("answered", 2), call
        app.check()


@case("/sequences/hangup-for-an-unknown-call")
def _():
    with App() as app:
        app.send(event("hangup", new_id(), cause="cancel"))
        call, = app.calls()
        assert (call["outcome"], call["startedAt"], call["waitSeconds"]) == ("missed", None, None), call
        assert app.json("/api/dashboard")["metrics"]["totalCalls"] == 1
        app.check()


@table("/sequences/cause/", [(cause, cause, outcome) for cause, outcome in (
    ("normalClearing", "answered_unattributed"), ("busy", "busy"), ("cancel", "missed"), ("noAnswer", "rejected"),
    ("congestion", "unreachable"), ("notFound", "not_found"), ("somethingNew", "other"),
)])
def _(cause, outcome):
    with App() as app:
        call_id = new_id()
        app.send(event("newCall", call_id), event("hangup", call_id, cause=cause))
        call, = app.calls()
        assert (call["outcome"], call["cause"]) == (outcome, cause), call
        # A second hangup with another cause doesn't make it worse.
        app.send(event("hangup", call_id, cause="somethingElse"))
        assert app.calls()[0]["outcome"] == outcome
        app.check()


@case("/sequences/replay/newCall-after-the-end-opens-nothing")
def _():
    with App() as app:
        bodies = call_events("answered", new_number(), new_number())
        app.send(*bodies)
        before = app.calls()
        app.send(*bodies, *reversed(bodies))
        assert app.calls() == before and app.query("SELECT count(*) FROM event") == [(3,)]


# Who is to be called back


def outcomes_and_callbacks(app):
    return [(call["outcome"], call["callback"]) for call in app.calls()]


@table("/sequences/callback/wanted-after/", [(o, o) for o in ("missed", "busy", "rejected", "unreachable", "not_found", "voicemail")])
def _(outcome):
    with App() as app:
        app.send(*call_events(outcome, new_number(), new_number()))
        assert outcomes_and_callbacks(app) == [(outcome, True)]


@table("/sequences/callback/settled-by-later-talk/", [
    ("incoming", "in", ""), ("outgoing", "out", ""), ("incoming-with-other-spelling", "in", "00"), ("outgoing-with-plus", "out", "+"),
])
def _(direction, prefix):
    with App() as app:
        ours, theirs, stranger = new_number(), new_number(), new_number()
        app.send(*call_events("missed", theirs, ours), *call_events("voicemail", theirs, new_number()),
                 *call_events("missed", stranger, ours))
        assert all(call["callback"] for call in app.calls())
        ends = (prefix + theirs, ours) if direction == "in" else (ours, prefix + theirs)
        bodies = call_events("answered", *ends, direction=direction)
        app.send(bodies[0])
        assert all(call["callback"] for call in app.calls(status="missed")), "ringing is not talking"
        app.send(*bodies[1:])
        assert [call["from"] for call in app.calls() if call["callback"]] == [stranger]
        # Who calls again in vain wants to be called back again.
        app.send(*call_events("missed", theirs, ours))
        assert app.calls()[0]["callback"] is True
        assert sum(call["callback"] for call in app.calls()) == 2
        app.check()


@table("/sequences/callback/not-settled-by/", [
    ("outgoing-in-vain", "missed", "out"), ("outgoing-busy", "busy", "out"), ("another-call-in-vain", "busy", "in"),
    ("voicemail", "voicemail", "in"),
])
def _(outcome, direction):
    with App() as app:
        ours, theirs = new_number(), new_number()
        app.send(*call_events("missed", theirs, ours))
        app.send(*call_events(outcome, *((theirs, ours) if direction == "in" else (ours, theirs)), direction=direction))
        assert app.calls()[-1]["callback"] is True, app.calls()
        app.check()


@case("/sequences/callback/not-settled-by-an-earlier-talk")
def _():
    with App() as app:
        ours, theirs = new_number(), new_number()
        app.send(*call_events("answered", theirs, ours), *call_events("missed", theirs, ours))
        assert outcomes_and_callbacks(app) == [("missed", True), ("answered", False)]


@table("/sequences/callback/impossible-for/", [("anonymous", "anonymous"), ("nobody", ""), ("no-field", None)])
def _(from_):
    with App() as app:
        app.send(*call_events("missed", from_, "4921112345678"), *call_events("voicemail", from_, "4921112345678"))
        assert outcomes_and_callbacks(app) == [("voicemail", False), ("missed", False)]
        app.send(*call_events("answered", from_, "4921112345678"))
        app.check()


@case("/sequences/callback/never-after-an-outgoing-call")
def _():
    with App() as app:
        app.send(*call_events("missed", new_number(), new_number(), direction="out"))
        assert outcomes_and_callbacks(app) == [("not_reached", False)]


# Calls whose hangup got lost


def make_older(app, hours):
    """Sets all that the database says of running calls back in time: nobody can wait for hours here."""
    with app.database(read_only=False) as db:
        us = hours * 3600 * 10**6
        db.execute("UPDATE event SET at_us = at_us - ?", (us,))
        db.execute("UPDATE leg SET new_us = new_us - ?, answered_us = answered_us - ?", (us, us))
        db.execute("UPDATE call SET seen_us = seen_us - ?, last_us = last_us - ?, started_us = started_us - ?,"
                   " answered_us = answered_us - ?", (us,) * 4)
        db.commit()


@table("/sequences/stale/ended-by-the-clock-at-start/", [("ringing", 1), ("talking", 2)])
def _(n_events):
    with App() as app:
        bodies = call_events("answered", new_number(), new_number())
        app.send(*bodies[:n_events])
        app.stop()
        make_older(app, 3)
        app.start()
        assert app.calls()[0]["outcome"] in OPEN, "three hours are not four"
        app.stop()
        make_older(app, 2)
        app.start()
        call, = app.calls()
        assert (call["outcome"], call["endedAt"], call["talkSeconds"]) == ("stale", None, None), call
        metrics = app.json("/api/dashboard")["metrics"]
        assert metrics["active"] == 0
        app.check()
        # The hangup that comes after all tells more than the clock.
        app.send(*bodies[n_events:])
        assert app.calls()[0]["outcome"] == "answered"
        app.check()


@case("/sequences/stale/age-is-a-setting")
def _():
    with App({"stale-call-minutes": 30}) as app:
        app.send(call_events("ringing", new_number(), new_number())[0])
        app.stop()
        make_older(app, 1)
        app.start()
        assert app.calls()[0]["outcome"] == "stale"
        app.check()


if __name__ == "__main__":
    harness.main(workers=6)
