#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses the installed Flatpak as a person would, through the real portals, and prints TAP.

Runs in a session bus and on a display of its own. Arguments: the folder to work in, the number of the first case. The number of the last
one is left in the file last-case.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

APP = "com.example.CallStats"
PATH = "/com/example/CallStats"
TOKEN = "flatpak-test-token-0123456789"
NOTIFICATIONS = """<node><interface name="org.freedesktop.Notifications">
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/></method>
</interface></node>"""


class NotificationDaemon:
    """Keeps what is shown: a list of (title, body)."""

    def __init__(self, bus):
        self.shown = []
        interface = Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS).interfaces[0]
        bus.register_object("/org/freedesktop/Notifications", interface, self.on_call, None, None)
        Gio.bus_own_name_on_connection(bus, "org.freedesktop.Notifications", Gio.BusNameOwnerFlags.NONE, None, None)

    def on_call(self, bus, sender, path, interface, method, parameters, invocation):
        if method == "Notify":
            arguments = parameters.unpack()
            self.shown.append((arguments[3], arguments[4]))
            invocation.return_value(GLib.Variant("(u)", (len(self.shown),)))
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (["actions", "body"],)))
        elif method == "GetServerInformation":
            invocation.return_value(GLib.Variant("(ssss)", ("test", "test", "1", "1.2")))
        else:
            invocation.return_value(None)


def wait_for(what, condition, seconds=30):
    """Lets the bus work until the condition holds, and returns what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        while GLib.MainContext.default().iteration(False):
            pass
        try:
            result = condition()
        except (OSError, GLib.Error):
            result = None
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


def find(node, matches):
    if node is None:
        return None
    if matches(node):
        return node
    for i in range(node.get_child_count()):
        found = find(node.get_child_at_index(i), matches)
        if found is not None:
            return found
    return None


def xdotool(*arguments):
    return subprocess.run(["xdotool", *arguments], check=False, capture_output=True, text=True).stdout.strip()


def find_app():
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(i)
        if child is not None and child.get_name() in (APP, "callstats", "CallStats"):
            return child
    return None


class Session:
    def __init__(self, work):
        self.work = work
        self.webhook_port, self.api_port = self.take_ports()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.daemon = NotificationDaemon(self.bus)
        self.process = None
        self.write_settings()
        # The keyring that the portal asks for the key of the application's secrets.
        subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets", "--daemonize"], input=b"test", check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def take_ports():
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        ports = [taken.getsockname()[1] for taken in sockets]
        for taken in sockets:
            taken.close()
        return ports

    def write_settings(self):
        folder = os.path.expanduser(f"~/.var/app/{APP}/config/glib-2.0/settings")
        os.makedirs(folder)
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write(f"[com/example/CallStats]\nwebhook-port={self.webhook_port}\napi-port={self.api_port}\n"
                       f"webhook-token='{TOKEN}'\nsipgate-verify-signature=false\ntunnel-mode='none'\n")

    def start(self):
        with open(os.path.join(self.work, "app.log"), "ab") as log:
            self.process = subprocess.Popen(["flatpak", "run", "--user", APP], stdout=log, stderr=log)
        wait_for("the local interface answers", lambda: self.get("/api/health"))

    def stop(self):
        self.act("quit", [])
        self.process.wait(timeout=20)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.api_port}{path}", timeout=5) as answer:
            return json.load(answer)

    def push(self, **fields):
        body = urllib.parse.urlencode(fields).encode()
        url = f"http://127.0.0.1:{self.webhook_port}/webhook/sipgate/{TOKEN}"
        with urllib.request.urlopen(url, body, timeout=5) as answer:
            assert answer.status == 200, answer.status

    def miss_call(self, call_id, number):
        self.push(event="newCall", direction="in", callId=call_id, origCallId=call_id, to="492111234567", **{"from": number})
        self.push(event="hangup", direction="in", callId=call_id, cause="cancel", to="492111234567", **{"from": number})

    def act(self, name, parameters):
        self.bus.call_sync(APP, PATH, "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", (name, parameters, {})), None,
                           Gio.DBusCallFlags.NO_AUTO_START, 10000, None)


def check_calls(session):
    session.start()
    session.miss_call("a", "4915112345678")
    session.push(event="newCall", direction="in", callId="b", origCallId="b", to="492111234567", **{"from": "4930111222"})
    session.push(event="answer", direction="in", callId="b", user="Alice", userId="w0", to="492111234567", **{"from": "4930111222"})
    session.push(event="hangup", direction="in", callId="b", cause="normalClearing", to="492111234567", **{"from": "4930111222"})
    assert session.get("/api/dashboard")["bars"]["data"] == [1, 0, 0, 1], session.get("/api/dashboard")


def check_notification(session):
    wait_for("the missed call is shown", lambda: any("5112345678" in "".join(filter(str.isdigit, title + body))
                                                     for title, body in session.daemon.shown))


def check_picture(session):
    path = os.path.join(session.work, "window.png")

    def is_drawn():
        subprocess.run(f"xwd -silent -root | convert xwd:- '{path}'", shell=True, check=False, stderr=subprocess.DEVNULL)
        colours = subprocess.run(["identify", "-format", "%k", path], check=False, capture_output=True, text=True).stdout
        return int(colours or 0) > 50

    wait_for("more than fifty colours on the display", is_drawn)


def check_secret(session):
    session.act("preferences-page", [GLib.Variant("s", "exotel")])
    app = wait_for("the window is accessible", find_app)

    entry = wait_for("the row of the key", lambda: find(app, lambda node: node.get_name() == "API key"
                                                        and node.get_editable_text_iface() is not None))
    place = entry.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    window = wait_for("the window of the preferences", lambda: xdotool("search", "--onlyvisible", "--name", "Preferences"))
    xdotool("windowfocus", "--sync", window)
    xdotool("mousemove", "--sync", "--window", window, str(place.x + place.width // 2), str(place.y + place.height // 2), "click", "1")
    xdotool("type", "portal-key-123")
    xdotool("key", "Return")
    keyring = os.path.expanduser(f"~/.var/app/{APP}/data/keyrings/default.keyring")
    wait_for("the keyring of the application", lambda: os.path.getsize(keyring) > 0)
    with open(keyring, "rb") as file:
        assert b"portal-key-123" not in file.read()
    settings = os.path.expanduser(f"~/.var/app/{APP}/config/glib-2.0/settings/keyfile")
    with open(settings, "rb") as file:
        assert b"portal-key-123" not in file.read()


def check_restart(session):
    session.stop()
    session.start()
    assert session.get("/api/dashboard")["bars"]["data"] == [1, 0, 0, 1]


def check_secret_is_found(session):
    session.act("preferences-page", [GLib.Variant("s", "exotel")])
    app = wait_for("the window is accessible", find_app)
    wait_for("the key's mark", lambda: find(app, lambda node: node.get_name() == "Stored"
                                            and node.get_state_set().contains(Atspi.StateType.SHOWING)))


def check_activation(session):
    session.stop()
    session.bus.call_sync(APP, PATH, "org.freedesktop.Application", "Activate", GLib.Variant("(a{sv})", ({},)), None,
                          Gio.DBusCallFlags.NONE, 30000, None)
    wait_for("the local interface answers", lambda: session.get("/api/health"))
    session.act("quit", [])


CASES = [
    ("calls-are-received-from-outside", check_calls),
    ("missed-call-is-notified-through-the-portal", check_notification),
    ("window-is-drawn", check_picture),
    ("secret-is-kept-through-the-portal", check_secret),
    ("calls-survive-a-restart", check_restart),
    ("secret-is-found-again", check_secret_is_found),
    ("bus-starts-it", check_activation),
]


def main(work, first):
    session = Session(work)
    failed = False
    for number, (name, check) in enumerate(CASES, int(first)):
        with open(os.path.join(work, "last-case"), "w", encoding="utf-8") as file:
            file.write(str(number))
        try:
            check(session)
            print(f"ok {number} /flatpak/{name}", flush=True)
        except (AssertionError, OSError, GLib.Error, subprocess.SubprocessError) as fault:
            print(f"not ok {number} /flatpak/{name}\n# {type(fault).__name__}: {fault}", flush=True)
            subprocess.run(f"xwd -silent -root | convert xwd:- '{work}/failed-{number}.png'", shell=True, check=False)
            failed = True
    if session.process is not None and session.process.poll() is None:
        session.process.terminate()
    subprocess.run(["flatpak", "kill", APP], check=False, stderr=subprocess.DEVNULL)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
