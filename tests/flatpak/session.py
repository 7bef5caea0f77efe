# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak in a session: started and stopped, called from outside, and used by keyboard and accessible tree."""

import json
import os
import socket
import subprocess
import time
import urllib.parse
import urllib.request

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

from desktop import BackgroundDesktop, NotificationDaemon  # noqa: E402

APP = "com.example.CallStats"
PATH = "/com/example/CallStats"
TOKEN = "flatpak-test-token-0123456789"
Role = Atspi.Role


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


def has_state(node, state):
    return node.get_state_set().contains(state)


def xdotool(*arguments):
    return subprocess.run(["xdotool", *arguments], check=False, capture_output=True, text=True).stdout.strip()


def is_shown(name):
    """Whether an X window of that name is to be seen."""
    return xdotool("search", "--onlyvisible", "--name", name)


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
        self.desktop = BackgroundDesktop(self.bus, os.path.join(work, "portals"))
        self.database, self.n_callers = None, 0
        self.log, self.log_start = os.path.join(work, "app.log"), 0
        self.process = None
        self.settings = os.path.expanduser(f"~/.var/app/{APP}/config/glib-2.0/settings/keyfile")
        self.change_settings(webhook_port=str(self.webhook_port), api_port=str(self.api_port), webhook_token=f"'{TOKEN}'",
                             sipgate_verify_signature="false", tunnel_mode="'none'")
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

    def change_settings(self, **settings):
        """While the program isn't running."""
        group = "com/example/CallStats"
        file = GLib.KeyFile()
        os.makedirs(os.path.dirname(self.settings), exist_ok=True)
        if os.path.exists(self.settings):
            file.load_from_file(self.settings, GLib.KeyFileFlags.NONE)
        for name, value in settings.items():
            file.set_value(group, name.replace("_", "-"), value)
        file.save_to_file(self.settings)

    def start(self, command=("flatpak", "run", "--user", APP)):
        with open(self.log, "ab") as log:
            self.log_start = log.tell()
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for("the local interface answers", lambda: self.get("/api/health"))

    def restart(self, **settings):
        self.stop()
        self.change_settings(**settings)
        self.start()

    def stop(self):
        self.act("quit", [])
        self.process.wait(timeout=20)

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        if self.database is not None:
            self.database.stop()
        subprocess.run(["flatpak", "kill", APP], check=False, stderr=subprocess.DEVNULL)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.api_port}{path}", timeout=5) as answer:
            return json.load(answer)

    def push(self, **fields):
        body = urllib.parse.urlencode(fields).encode()
        url = f"http://127.0.0.1:{self.webhook_port}/webhook/sipgate/{TOKEN}"
        with urllib.request.urlopen(url, body, timeout=5) as answer:
            assert answer.status == 200, answer.status
            return answer.read()

    def miss_call(self, call_id, number):
        self.push(event="newCall", direction="in", callId=call_id, origCallId=call_id, to="492111234567", **{"from": number})
        self.push(event="hangup", direction="in", callId=call_id, cause="cancel", to="492111234567", **{"from": number})

    def activate(self):
        """As the desktop does it when somebody clicks on the program; the bus starts it where it isn't running."""
        self.bus.call_sync(APP, PATH, "org.freedesktop.Application", "Activate", GLib.Variant("(a{sv})", ({},)), None,
                           Gio.DBusCallFlags.NONE, 30000, None)

    def act(self, name, parameters):
        self.bus.call_sync(APP, PATH, "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", (name, parameters, {})), None,
                           Gio.DBusCallFlags.NO_AUTO_START, 10000, None)


def show_preferences(session, page):
    """Returns the program's accessible tree and the X window of the preferences, which has the keyboard then."""
    session.act("preferences-page", [GLib.Variant("s", page)])
    app = wait_for("the window is accessible", find_app)
    window = wait_for("the window of the preferences", lambda: is_shown("Preferences"))
    xdotool("windowfocus", "--sync", window)
    return app, window


def wait_for_row(app, name, role=None):
    """Waits until something whose name begins so is to be seen, of that role if one is given, and returns it."""
    return wait_for(name, lambda: find(app, lambda node: node.get_name().startswith(name) and role in (None, node.get_role())
                                       and has_state(node, Atspi.StateType.SHOWING)))


def type_secret(session, page, name, text):
    """Goes to a row by keyboard, types into it, and waits until it says that it is stored."""
    app, _ = show_preferences(session, page)
    entry = wait_for_row(app, name, Role.TEXT)

    def is_reached():
        entry.clear_cache()
        if has_state(entry, Atspi.StateType.FOCUSED):
            return True
        xdotool("key", "Tab")
        return False

    wait_for(f"the keyboard reaches {name}", is_reached)
    xdotool("type", text)
    xdotool("key", "Return")
    wait_for_row(app, "Stored")
