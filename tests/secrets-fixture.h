/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib/gstdio.h>

#include "desktop/cs-secrets.h"

/* What the tests of the secrets share: a folder of their own, waiting for answers, and a program that no bus and no service
 * manager has told of anything. */

#define DATA_DIR "/home/somebody/.local/share/callstats"
#define TIMEOUT_US (30 * G_USEC_PER_SEC)

static const char *const names[CS_N_SECRETS] = {
  [CS_SECRET_SIPGATE_TOKEN_ID] = "sipgate-token-id",
  [CS_SECRET_SIPGATE_TOKEN] = "sipgate-token",
  [CS_SECRET_EXOTEL_API_KEY] = "exotel-api-key",
  [CS_SECRET_EXOTEL_API_TOKEN] = "exotel-api-token",
  [CS_SECRET_ORDERS_DB_PASSWORD] = "orders-db-password",
};

/* Everything the tests write. */
static char *root; /* (owned) */

static inline void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }

  g_assert_cmpint (g_remove (path), ==, 0);
}

static inline void
on_ready (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static inline void
wait_for (GAsyncResult **result)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;

  while (*result == NULL && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_nonnull (*result);
}

static inline CsSecretValues *
look_up (CsSecrets  *secrets,
         GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cs_secrets_lookup_all_async (secrets, NULL, on_ready, &result);
  wait_for (&result);
  return cs_secrets_lookup_all_finish (secrets, result, error);
}

static inline gboolean
store (CsSecrets    *secrets,
       CsSecretKey   key,
       const char   *value,
       GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cs_secrets_store_async (secrets, key, value, NULL, on_ready, &result);
  wait_for (&result);
  return cs_secrets_store_finish (secrets, result, error);
}

static inline void
assert_values (CsSecretValues *values,
               const char     *token_id,
               const char     *token,
               const char     *api_key,
               const char     *api_token)
{
  g_assert_nonnull (values);
  g_assert_cmpstr (values->texts[CS_SECRET_SIPGATE_TOKEN_ID], ==, token_id);
  g_assert_cmpstr (values->texts[CS_SECRET_SIPGATE_TOKEN], ==, token);
  g_assert_cmpstr (values->texts[CS_SECRET_EXOTEL_API_KEY], ==, api_key);
  g_assert_cmpstr (values->texts[CS_SECRET_EXOTEL_API_TOKEN], ==, api_token);
}

static inline void
assert_found (CsSecrets  *secrets,
              const char *token_id,
              const char *token,
              const char *api_key,
              const char *api_token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = look_up (secrets, &error);

  g_assert_no_error (error);
  assert_values (values, token_id, token, api_key, api_token);
}

static inline void
assert_stored (CsSecrets   *secrets,
               CsSecretKey  key,
               const char  *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store (secrets, key, value, &error));
  g_assert_no_error (error);
}

/* A folder as a service manager makes it; it is told to the program. (transfer full) */
static inline char *
make_credentials (void)
{
  char *dir = g_build_filename (root, "credentials-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (dir));
  g_setenv ("CREDENTIALS_DIRECTORY", dir, TRUE);
  return dir;
}

static inline void
write_credential (const char  *dir,
                  CsSecretKey  key,
                  const char  *bytes,
                  gssize       length)
{
  g_autofree char *path = g_build_filename (dir, names[key], NULL);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}

static inline void
secrets_fixture_init (int    *argc,
                      char ***argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (argc, argv, NULL);
  root = g_dir_make_tmp ("callstats-secrets-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("XDG_RUNTIME_DIR", root, TRUE);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
}

static inline int
secrets_fixture_run (void)
{
  int status = g_test_run ();

  remove_tree (root);
  g_clear_pointer (&root, g_free);
  return status;
}
