/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-secrets.h"

#include "gnome-keyring-fixture.h"
#include "keyring-fixture.h"
#include "secrets-fixture.h"

#include <string.h>

static void
assert_fails (CsSecrets      *secrets,
              CsSecretsError  code,
              const char     *remedy)
{
  g_autoptr (GError) lookup_error = NULL;
  g_autoptr (GError) storage_error = NULL;
  g_autoptr (CsSecretValues) values = look_up (secrets, &lookup_error);

  g_assert_null (values);
  g_assert_error (lookup_error, CS_SECRETS_ERROR, (int) code);
  g_assert_nonnull (strstr (lookup_error->message, remedy));

  g_assert_false (store (secrets, CS_SECRET_EXOTEL_API_KEY, "hidden-word", &storage_error));
  g_assert_error (storage_error, CS_SECRETS_ERROR, (int) code);
  g_assert_nonnull (strstr (storage_error->message, remedy));
  g_assert_null (strstr (storage_error->message, "hidden-word"));
}

/* GLib would start a bus by dbus-launch where there is a display. */
static void
test_no_bus (void)
{
  g_autofree char *launcher = g_build_filename (root, "dbus-launch", NULL);
  g_autofree char *mark = g_build_filename (root, "launched", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\n: >'%s'\nexit 1\n", mark);
  g_autofree char *path = g_strdup_printf ("%s:%s", root, g_getenv ("PATH"));
  g_autoptr (CsSecrets) secrets = cs_secrets_new (DATA_DIR);
  g_autoptr (GError) error = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  g_assert_true (g_file_set_contents (launcher, script, -1, NULL));
  g_assert_cmpint (g_chmod (launcher, 0700), ==, 0);
  g_setenv ("PATH", path, TRUE);
  g_setenv ("DISPLAY", ":99", TRUE);

  assert_found (secrets, "", "", "", "");
  g_assert_false (store (secrets, CS_SECRET_EXOTEL_API_KEY, "key", &error));
  g_assert_error (error, CS_SECRETS_ERROR, CS_SECRETS_ERROR_NO_KEYRING);
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
}

static void
test_no_service (void)
{
  g_autoptr (CsSecrets) secrets = cs_secrets_new (DATA_DIR);
  g_autofree char *dir = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  start_bus ();
  assert_fails (secrets, CS_SECRETS_ERROR_NO_KEYRING, "Install GNOME Keyring");

  /* What came by file is good without it. */
  dir = make_credentials ();
  write_credential (dir, CS_SECRET_EXOTEL_API_KEY, "key", -1);
  assert_found (secrets, "", "", "key", "");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
test_bus_gone (void)
{
  g_autoptr (CsSecrets) secrets = cs_secrets_new (DATA_DIR);

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  assert_fails (secrets, CS_SECRETS_ERROR_NO_KEYRING, "Install GNOME Keyring");
}

static void
test_locked (void)
{
  g_autoptr (CsSecrets) secrets = cs_secrets_new (DATA_DIR);
  LockedKeyring keyring = { 0 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  start_locked_keyring (&keyring, start_bus (), DATA_DIR);
  assert_fails (secrets, CS_SECRETS_ERROR_LOCKED, "Unlock it");
  g_assert_cmpuint (keyring.n_prompts, >=, 1);
  stop_locked_keyring (&keyring);
}

/* Waits until it is on the bus. */
static void
wait_for_keyring (CsSecrets *secrets)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;
  gboolean is_there = FALSE;

  while (!is_there && g_get_monotonic_time () < deadline)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CsSecretValues) values = look_up (secrets, &error);

      is_there = !g_error_matches (error, CS_SECRETS_ERROR, CS_SECRETS_ERROR_NO_KEYRING);
      if (!is_there)
        g_usleep (20000);
    }
  g_assert_true (is_there);
}

static void
test_gnome_keyring (void)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");
  g_autoptr (CsSecrets) one = cs_secrets_new (DATA_DIR);
  g_autoptr (CsSecrets) other = cs_secrets_new (DATA_DIR "-other");
  g_autoptr (GSubprocess) daemon = NULL;
  g_autoptr (GSubprocess) second_daemon = NULL;
  g_autoptr (GSubprocess) locked_daemon = NULL;

  if (program == NULL)
    {
      g_test_skip ("gnome-keyring-daemon isn't installed");
      return;
    }
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  start_bus ();
  daemon = start_gnome_keyring (program, root, "test");
  wait_for_keyring (one);
  assert_stored (one, CS_SECRET_EXOTEL_API_KEY, "key");
  assert_stored (one, CS_SECRET_SIPGATE_TOKEN, "old token");
  assert_stored (one, CS_SECRET_SIPGATE_TOKEN, "token");
  assert_stored (other, CS_SECRET_EXOTEL_API_KEY, "another key");
  assert_found (one, "", "token", "key", "");
  assert_found (other, "", "", "another key", "");
  assert_stored (one, CS_SECRET_EXOTEL_API_KEY, "");
  assert_found (one, "", "token", "", "");
  assert_found (other, "", "", "another key", "");
  stop_gnome_keyring (daemon);

  second_daemon = start_gnome_keyring (program, root, "test");
  wait_for_keyring (one);
  assert_found (one, "", "token", "", "");
  assert_stored (one, CS_SECRET_SIPGATE_TOKEN_ID, "id");
  stop_gnome_keyring (second_daemon);

  /* After a login without a password there is nothing to open it with, and on this bus nobody to ask. */
  locked_daemon = start_gnome_keyring (program, root, NULL);
  wait_for_keyring (one);
  assert_fails (one, CS_SECRETS_ERROR_LOCKED, "Unlock it");
  stop_gnome_keyring (locked_daemon);
}

/* Each test has the Secret Service of another bus, and libsecret asks the first one it found for ever: so each is a program. */
int
main (int   argc,
      char *argv[])
{
  secrets_fixture_init (&argc, &argv);
  g_setenv ("SECRET_BACKEND", "service", TRUE);

  g_test_add_func ("/secrets/keyring/no-bus-is-started", test_no_bus);
  g_test_add_func ("/secrets/keyring/no-service", test_no_service);
  g_test_add_func ("/secrets/keyring/bus-gone", test_bus_gone);
  g_test_add_func ("/secrets/keyring/locked", test_locked);
  g_test_add_func ("/secrets/keyring/gnome-keyring", test_gnome_keyring);

  return secrets_fixture_run ();
}
