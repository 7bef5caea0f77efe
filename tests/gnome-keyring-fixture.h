/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

/* The real keyring, on a bus of its own, with its files in a folder of the test's. */

/* A bus that has nothing on it. libsecret never lets go of its
 * connection, which taking the bus down would wait for: it ends with the program. Returns its address. (transfer none) */
static inline const char *
start_bus (void)
{
  static GTestDBus *bus = NULL;

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  return g_test_dbus_get_bus_address (bus);
}

/* With a password it is unlocked from the start, without one it is locked. */
static inline GSubprocess *
start_gnome_keyring (const char *program,
                     const char *home,
                     const char *password)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                                        G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *daemon = NULL;
  GOutputStream *input = NULL;

  g_subprocess_launcher_setenv (launcher, "HOME", home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", home, TRUE);
  daemon = g_subprocess_launcher_spawn (launcher, &error, program, "--components=secrets", "--foreground",
                                        password != NULL ? "--unlock" : NULL, NULL);
  g_assert_no_error (error);

  /* The password is all of its standard input. */
  input = g_subprocess_get_stdin_pipe (daemon);
  if (password != NULL)
    g_assert_true (g_output_stream_write_all (input, password, strlen (password), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (input, NULL, NULL));
  return daemon;
}

/* Waits until it is on the bus: libsecret stumbles where it comes while it is asked. */
static inline void
wait_for_gnome_keyring (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  gboolean is_there = FALSE;

  g_assert_no_error (error);
  while (!is_there && g_get_monotonic_time () < deadline)
    {
      g_autoptr (GVariant) reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                                                "org.freedesktop.DBus", "NameHasOwner",
                                                                g_variant_new ("(s)", "org.freedesktop.secrets"), NULL,
                                                                G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

      g_assert_no_error (error);
      g_variant_get (reply, "(b)", &is_there);
      if (!is_there)
        g_usleep (5000);
    }
  g_assert_true (is_there);
}

static inline void
stop_gnome_keyring (GSubprocess *daemon)
{
  g_subprocess_send_signal (daemon, SIGTERM);
  g_assert_true (g_subprocess_wait (daemon, NULL, NULL));
}
