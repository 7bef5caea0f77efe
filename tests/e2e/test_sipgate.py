# SPDX-License-Identifier: GPL-3.0-or-later
"""The sipgate account from outside: what pushes didn't tell is filled from the history that the fake sipgate keeps."""

import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import tempfile

import harness
from harness import App, call_events, case, event, new_id, new_number


@contextlib.contextmanager
def account(items=(), token=None, **settings):
    """Yields a running program that uses the account, and a function that adds to the history; at its end nobody has read the
    credentials anywhere."""
    with tempfile.TemporaryDirectory(prefix="callstats-sipgate-") as folder:
        history = pathlib.Path(folder, "history")
        history.write_text("".join(json.dumps(one) + "\n" for one in items))
        fake = subprocess.Popen([os.environ["FAKE_SIPGATE"], str(history)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            words = dict(word.split("=", 1) for word in fake.stdout.readline().split()[1:])
            credentials = pathlib.Path(folder, "credentials")
            credentials.mkdir()
            pathlib.Path(credentials, "sipgate-token-id").write_text(words["id"] + "\n")
            pathlib.Path(credentials, "sipgate-token").write_text((token or words["token"]) + "\n")

            def add(*more):
                with history.open("a") as file:
                    file.writelines(json.dumps(one) + "\n" for one in more)

            with App({"sipgate-api-url": f"'{words['url']}'", **settings},
                     env={"CREDENTIALS_DIRECTORY": str(credentials), "G_MESSAGES_DEBUG": "callstats"}) as app:
                yield app, add
                for path in [pathlib.Path(app.dir, "callstats.db"), pathlib.Path(app.dir, "callstats.db-wal"),
                             pathlib.Path(app.log_path)]:
                    assert not path.exists() or (token or words["token"]).encode() not in path.read_bytes(), path
        finally:
            fake.stdin.close()
            fake.wait(10)
            fake.stdout.close()


def item(call_id, from_, ago, duration=0, direction="INCOMING", status="PICKUP", call_status="SUCCESS", responder="w0"):
    created = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": new_id("entry"), "callId": call_id, "type": "CALL", "source": "+" + from_, "target": "+4921112345678",
            "created": created, "lastModified": created, "duration": duration, "direction": direction, "status": status,
            "callStatus": call_status, "responder": responder, "responderAlias": "Alice"}


def missed(call_id, from_, ago):
    return item(call_id, from_, ago, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", None)


def find(app, from_):
    return next((call for call in app.calls() if call["from"] == from_), None)


def is_settled(app, from_, outcome):
    call = find(app, from_)
    return call is not None and call["outcome"] == outcome


@case("/sipgate/history/unseen-calls-are-added")
def _():
    answered, unanswered, anonymous = new_number(), new_number(), "anonymous"
    with account([item(new_id(), answered, 3600, 42), missed(new_id(), unanswered, 1800),
                  {**missed(new_id(), "1", 900), "source": anonymous}]) as (app, _add):
        app.wait_for(lambda: len(app.calls()) == 3)
        call = find(app, answered)
        assert (call["outcome"], call["answeredBy"], call["talkSeconds"]) == ("answered", "w0", 42), call
        call = find(app, unanswered)
        assert (call["outcome"], call["callback"], call["waitSeconds"]) == ("missed", True, None), call
        assert find(app, anonymous)["callback"] is False
        app.check(in_running=True)


@case("/sipgate/history/a-gap-is-filled-after-a-restart")
def _():
    whole, cut, lost, late = new_number(), new_number(), new_number(), new_number()
    ids = {name: new_id() for name in ("whole", "cut", "lost", "late")}
    with account() as (app, add):
        app.send(*call_events("answered", whole, "4921112345678", ids["whole"]))
        app.send(event("newCall", ids["cut"], cut, user=["Alice"], userId=["w0"]))
        app.kill()
        add(item(ids["whole"], whole, 5, 3), item(ids["cut"], cut, 5, 61), missed(ids["lost"], lost, 3),
            missed(ids["late"], late, 2))
        app.start()
        app.wait_for(lambda: is_settled(app, cut, "answered") and is_settled(app, lost, "missed"))
        assert find(app, cut)["talkSeconds"] == 61 and find(app, cut)["answeredBy"] == "w0", find(app, cut)
        assert find(app, whole)["talkSeconds"] == 3
        # The push that was underway all the time tells of the same call.
        app.send(*call_events("missed", late, "4921112345678", ids["late"]))
        assert len(app.calls()) == 4
        before = sorted((call["from"], call["outcome"], call["talkSeconds"], call["startedAt"]) for call in app.calls())
        app.restart()
        app.wait_for(lambda: app.query("SELECT count(*) FROM sync_state WHERE name = 'sipgate-until'")[0][0] == 1)
        assert sorted((call["from"], call["outcome"], call["talkSeconds"], call["startedAt"]) for call in app.calls()) == before
        metrics = app.json("/api/dashboard?provider=sipgate")["metrics"]
        assert (metrics["totalCalls"], metrics["answered"], metrics["missed"]) == (4, 2, 2), metrics
        assert app.query("SELECT sum(n) FROM call_bucket")[0][0] == 4

        assert app.stop() == 0
        rebuilt = app.run("--rebuild")
        assert rebuilt.returncode == 0, rebuilt
        app.check()
        app.start()
        assert sorted((call["from"], call["outcome"], call["talkSeconds"], call["startedAt"]) for call in app.calls()) == before


@case("/sipgate/history/a-wrong-token-disturbs-nothing")
def _():
    number = new_number()
    with account([missed(new_id(), new_number(), 60)], token="another-secret") as (app, _add):
        app.send(*call_events("answered", number, "4921112345678"))
        app.wait_for(lambda: "refuses the token" in app.log())
        assert [call["from"] for call in app.calls()] == [number]
        app.check(in_running=True)


if __name__ == "__main__":
    harness.main()
