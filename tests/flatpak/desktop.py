# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a desktop that the portals turn to and that a session of the test's own lacks."""

import glob
import os
import shutil

from gi.repository import Gio, GLib

PORTALS = "/usr/share/xdg-desktop-portal/portals"
BACKEND = "org.freedesktop.impl.portal.desktop.callstats"
NOTIFICATIONS = """<node><interface name="org.freedesktop.Notifications">
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/></method>
</interface></node>"""
BACKGROUND = """<node>
  <interface name="org.freedesktop.impl.portal.Background">
    <method name="GetAppState"><arg type="a{sv}" direction="out"/></method>
    <method name="NotifyBackground"><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/></method>
    <method name="EnableAutostart"><arg type="s" direction="in"/><arg type="b" direction="in"/><arg type="as" direction="in"/>
      <arg type="u" direction="in"/><arg type="b" direction="out"/></method>
  </interface>
  <interface name="org.freedesktop.impl.portal.Access">
    <method name="AccessDialog"><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/></method>
  </interface>
</node>"""


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


class BackgroundDesktop:
    """Says, in the place of a shell, who may run in the background and start with the session; GTK's portals know nothing of it.

    The portal in front of it is the real one, with its store of permissions.
    """

    def __init__(self, bus, folder):
        self.bus = bus
        self.autostarts = []     # (application, whether it is to start, its command line, flags), in the order they came
        self.questions = []      # what the user was asked: (title, why)
        self.allows = True       # what the user answers
        self.starts = True       # whether something can be started with the session
        for interface in Gio.DBusNodeInfo.new_for_xml(BACKGROUND).interfaces:
            bus.register_object("/org/freedesktop/portal/desktop", interface, self.on_call, None, None)
        Gio.bus_own_name_on_connection(bus, BACKEND, Gio.BusNameOwnerFlags.NONE, None, None)

        # The portal looks in one folder, which is told to whatever the bus starts from now on.
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for path in glob.glob(os.path.join(PORTALS, "*.portal")):
            shutil.copy(path, folder)
        with open(os.path.join(folder, "callstats.portal"), "w", encoding="utf-8") as file:
            file.write(f"[portal]\nDBusName={BACKEND}\nUseIn=gnome\n"
                       "Interfaces=org.freedesktop.impl.portal.Background;org.freedesktop.impl.portal.Access;\n")
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "UpdateActivationEnvironment",
                      GLib.Variant("(a{ss})", ({"XDG_DESKTOP_PORTAL_DIR": folder},)), None, Gio.DBusCallFlags.NONE, 10000, None)

    def on_call(self, bus, sender, path, interface, method, parameters, invocation):
        arguments = parameters.unpack()
        if method == "EnableAutostart":
            self.autostarts.append(arguments)
            invocation.return_value(GLib.Variant("(b)", (self.starts and arguments[1],)))
        elif method == "AccessDialog":
            self.questions.append((arguments[3], arguments[4]))
            invocation.return_value(GLib.Variant("(ua{sv})", (0 if self.allows else 1, {})))
        elif method == "NotifyBackground":
            invocation.return_value(GLib.Variant("(ua{sv})", (1, {"result": GLib.Variant("u", 1)})))
        else:
            invocation.return_value(GLib.Variant("(a{sv})", ({},)))

    def set_permission(self, app_id, permission):
        """As the user does it in the desktop's settings: yes, no or ask."""
        self.bus.call_sync("org.freedesktop.impl.portal.PermissionStore", "/org/freedesktop/impl/portal/PermissionStore",
                           "org.freedesktop.impl.portal.PermissionStore", "SetPermission",
                           GLib.Variant("(sbssas)", ("background", True, "background", app_id, [permission])), None,
                           Gio.DBusCallFlags.NONE, 10000, None)
