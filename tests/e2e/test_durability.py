# SPDX-License-Identifier: GPL-3.0-or-later
"""Acknowledged means kept: whatever kills the program, and whenever, what it has answered with 200 is there."""

import collections
import contextlib
import os
import random
import signal
import threading
import time

import harness
from harness import App, call_events, case, event, new_id, new_number

N_ROUNDS = int(os.environ.get("CALLSTATS_KILLS", "50"))
N_SENDERS = 8

# What answer and hangup have to lead to, once they are acknowledged.
ENDS = ["answered", "missed", "busy", "voicemail", None]


class Load:
    """Eight telephones that call as fast as they are answered, and remember what was acknowledged."""

    def __init__(self, app):
        self.app, self.stopping = app, threading.Event()
        self.sent, self.acknowledged, self.refused = collections.Counter(), [], []
        self.lock, self.threads = threading.Lock(), []

    def _send(self, seed):
        rng = random.Random(seed)
        while not self.stopping.is_set():
            call_id, number, ending = new_id(), new_number(), rng.choice(ENDS)
            for body in call_events(ending or "ringing", new_number(), number, call_id):
                kind = body.split("&", 1)[0].removeprefix("event=")
                with self.lock:
                    self.sent[call_id, kind] += 1
                try:
                    status = self.app.post(body, timeout=10).status
                except OSError:
                    return
                if status is None:
                    return
                if status != 200:
                    self.refused.append(status)
                    return
                with self.lock:
                    self.acknowledged.append((call_id, kind))

    def start(self):
        self.stopping.clear()
        self.threads = [threading.Thread(target=self._send, args=(random.random(),)) for _ in range(N_SENDERS)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


NAMES = ("newCall", "answer", "hangup", "dtmf")


def assert_all_kept(app, load, whole_calls):
    assert not load.refused, f"refused under load: {load.refused}"
    kept = {(leg, NAMES[kind]) for leg, kind in app.query("SELECT leg, kind FROM event")}
    lost = [entry for entry in load.acknowledged if entry not in kept]
    assert not lost, f"{len(lost)} of {len(load.acknowledged)} acknowledged events are lost: {lost[:5]}"
    strange = [entry for entry in kept if entry not in load.sent]
    assert not strange, f"events that nobody sent: {strange[:5]}"
    n_calls = app.query("SELECT count(DISTINCT leg) FROM event")[0][0]
    assert len(whole_calls) == n_calls, f"{len(whole_calls)} calls for {n_calls}"
    n_hangups = sum(kind == "hangup" for _, kind in kept)
    assert sum(call["endedAt"] is not None for call in whole_calls) == n_hangups


@case(f"/durability/kill-9-under-load/{N_ROUNDS}-rounds")
def _():
    rng = random.Random()
    with App() as app:
        load = Load(app)
        for number in range(N_ROUNDS):
            load.start()
            time.sleep(rng.uniform(0.02, 0.45))
            app.process.send_signal(signal.SIGKILL)
            app.process.wait()
            load.stop()
            app.process.stdout.close()
            if number % 10 == 9:
                app.check()
            app.start()
        app.check()
        assert len(load.acknowledged) > 20 * N_ROUNDS, f"only {len(load.acknowledged)} events in {N_ROUNDS} rounds"
        assert_all_kept(app, load, app.calls())
        print(f"# {N_ROUNDS} kills, {len(load.acknowledged)} acknowledged events", flush=True)


@case("/durability/kill-9/log-half-written-is-no-loss")
def _():
    """A power cut leaves a last page half written: all that was committed before is there."""
    with App() as app:
        numbers = [new_number() for _ in range(30)]
        for number in numbers:
            app.send(*call_events("missed", new_number(), number))
        app.kill()
        path = app.dir + "/callstats.db-wal"
        with open(path, "ab") as log:
            log.write(os.urandom(2000))
        app.start()
        assert {call["number"] for call in app.calls()} == set(numbers)
        app.check()


@case("/durability/SIGTERM-under-load")
def _():
    with App() as app:
        load = Load(app)
        for sign in (signal.SIGTERM, signal.SIGINT) * 3:
            load.start()
            time.sleep(0.4)
            app.process.send_signal(sign)
            status = app.process.wait(20)
            load.stop()
            app.process.stdout.close()
            assert status == 0, f"it ended with {status}: {app.log()[-500:]}"
            app.check()
            app.start()
        assert load.acknowledged
        assert_all_kept(app, load, app.calls())


@case("/durability/SIGTERM/right-after-the-ready-line")
def _():
    for _ in range(20):
        with App() as app:
            assert app.stop() == 0


@case("/durability/SIGTERM/with-idle-connections-ends-soon")
def _():
    with App() as app, contextlib.ExitStack() as stack:
        for port in [app.port] * 20 + [app.api_port] * 20:
            stack.enter_context(harness.socket.create_connection(("127.0.0.1", port)))
        time.sleep(0.2)
        began = time.monotonic()
        assert app.stop() == 0
        assert time.monotonic() - began < 5


@harness.table("/durability/restart-in-mid-call/", [("by-SIGTERM", False), ("by-kill-9", True)])
def _(is_killed):
    with App() as app:
        number, call_id, peer = new_number(), new_id(), new_number()
        bodies = call_events("answered", peer, number, call_id)
        for i, body in enumerate(bodies):
            app.send(body)
            before = app.calls(number=number)
            if is_killed:
                app.kill()
                app.start()
            else:
                app.restart()
            assert app.calls(number=number) == before
            assert before[0]["outcome"] == ["ringing", "talking", "answered"][i]
        call = app.calls(number=number)[0]
        assert call["waitSeconds"] is not None and call["talkSeconds"] is not None and call["answeredBy"] == "w0"
        # What came before the restart is known: it comes again without effect.
        app.send(*bodies)
        assert app.calls(number=number) == [call]
        app.check()


@case("/durability/restart-in-mid-call/forwarded-leg-comes-after-it")
def _():
    with App() as app:
        number, a, b = new_number(), new_id(), new_id()
        app.send(event("newCall", a, to=number, origCallId=a), event("hangup", a, to=number, origCallId=a, cause="forwarded"))
        app.restart()
        app.send(event("newCall", b, to=number, origCallId=a, user=["voicemail"], diversion=number),
                 event("answer", b, to=number, origCallId=a, user="voicemail"),
                 event("hangup", b, to=number, origCallId=a, cause="normalClearing"))
        calls = app.calls(number=number)
        assert [(call["outcome"], call["legs"]) for call in calls] == [("voicemail", 2)], calls
        app.check()


if __name__ == "__main__":
    harness.main(workers=3)
