/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-secrets.h"

#include "secrets-fixture.h"

#include <sys/stat.h>

/* A data folder that no other test has. (transfer full) */
static CsSecrets *
make_secrets (void)
{
  static guint n;
  g_autofree char *data_dir = g_strdup_printf ("/home/somebody/%u", n++);

  return cs_secrets_new (data_dir);
}

static void
count_change (CsSecrets *secrets,
              guint     *n)
{
  (*n)++;
}

static void
test_new (void)
{
  CsSecrets *secrets = cs_secrets_new (DATA_DIR);

  g_assert_finalize_object (secrets);
}

static void
test_nothing_stored (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();

  assert_found (secrets, "", "", "", "");
}

static void
test_stored (void)
{
  g_autoptr (CsSecrets) secrets = cs_secrets_new (DATA_DIR);
  g_autoptr (CsSecrets) again = cs_secrets_new (DATA_DIR);
  guint n_changes = 0;

  g_signal_connect (secrets, "changed", G_CALLBACK (count_change), &n_changes);
  assert_stored (secrets, CS_SECRET_SIPGATE_TOKEN_ID, "token-ABC");
  assert_stored (secrets, CS_SECRET_SIPGATE_TOKEN, "01234567-89ab");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "Schlüssel");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_TOKEN, " with space ");

  g_assert_cmpuint (n_changes, ==, 4);
  assert_found (secrets, "token-ABC", "01234567-89ab", "Schlüssel", " with space ");
  assert_found (again, "token-ABC", "01234567-89ab", "Schlüssel", " with space ");
}

static void
test_replaced (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();

  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "old");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "new");

  assert_found (secrets, "", "", "new", "");
}

static void
test_cleared (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  guint n_changes = 0;

  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "key");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_TOKEN, "token");
  g_signal_connect (secrets, "changed", G_CALLBACK (count_change), &n_changes);
  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "");
  assert_found (secrets, "", "", "", "token");

  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "");
  g_assert_cmpuint (n_changes, ==, 2);
}

static void
test_other_data_dir (void)
{
  g_autoptr (CsSecrets) one = make_secrets ();
  g_autoptr (CsSecrets) other = make_secrets ();

  assert_stored (one, CS_SECRET_EXOTEL_API_KEY, "of the one");
  assert_found (other, "", "", "", "");

  assert_stored (other, CS_SECRET_EXOTEL_API_KEY, "of the other");
  assert_stored (other, CS_SECRET_EXOTEL_API_KEY, "");
  assert_found (one, "", "", "of the one", "");
}

static void
test_data_dir_not_utf8 (void)
{
  g_autoptr (CsSecrets) one = cs_secrets_new ("/home/caf\xe9");
  g_autoptr (CsSecrets) other = cs_secrets_new ("/home/caf\xe8");

  assert_stored (one, CS_SECRET_EXOTEL_API_KEY, "key");

  assert_found (one, "", "", "key", "");
  assert_found (other, "", "", "", "");
}

static void
test_cancelled (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) lookup = NULL;
  g_autoptr (GAsyncResult) storage = NULL;
  g_autoptr (GError) lookup_error = NULL;
  g_autoptr (GError) storage_error = NULL;

  cs_secrets_lookup_all_async (secrets, cancellable, on_ready, &lookup);
  cs_secrets_store_async (secrets, CS_SECRET_EXOTEL_API_KEY, "key", cancellable, on_ready, &storage);
  g_cancellable_cancel (cancellable);
  wait_for (&lookup);
  wait_for (&storage);

  g_assert_null (cs_secrets_lookup_all_finish (secrets, lookup, &lookup_error));
  g_assert_error (lookup_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (cs_secrets_store_finish (secrets, storage, &storage_error));
  g_assert_error (storage_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_fill (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (CsSecretValues) values = NULL;
  g_autoptr (CsSecretValues) none = look_up (secrets, NULL);

  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "key");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_TOKEN, "token");
  values = look_up (secrets, NULL);

  cs_secret_values_fill (values, config);
  g_assert_cmpstr (config->exotel_api_key, ==, "key");
  g_assert_cmpstr (config->exotel_api_token, ==, "token");

  cs_secret_values_fill (none, config);
  g_assert_cmpstr (config->exotel_api_key, ==, "");
  g_assert_cmpstr (config->exotel_api_token, ==, "");
}

static void
test_files_absent (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  g_autofree char *dir = NULL;
  g_autoptr (CsSecretValues) values = NULL;

  g_assert_null (cs_secrets_lookup_files (secrets));
  g_setenv ("CREDENTIALS_DIRECTORY", "", TRUE);
  g_assert_null (cs_secrets_lookup_files (secrets));

  dir = make_credentials ();
  values = cs_secrets_lookup_files (secrets);
  assert_values (values, "", "", "", "");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
test_files_win (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  g_autofree char *dir = make_credentials ();
  g_autoptr (CsSecretValues) files = NULL;

  assert_stored (secrets, CS_SECRET_SIPGATE_TOKEN, "from the keyring");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_KEY, "from the keyring");
  assert_stored (secrets, CS_SECRET_EXOTEL_API_TOKEN, "from the keyring");
  write_credential (dir, CS_SECRET_EXOTEL_API_KEY, "from the file\n", -1);
  write_credential (dir, CS_SECRET_EXOTEL_API_TOKEN, "", -1);

  assert_found (secrets, "", "from the keyring", "from the file", "");
  files = cs_secrets_lookup_files (secrets);
  assert_values (files, "", "", "from the file", "");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
test_files_text (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  g_autofree char *dir = make_credentials ();
  g_autofree char *longest = g_strnfill (4096, 'x');
  const struct {
    const char *bytes;
    const char *text;
  } cases[] = {
    { "key", "key" },
    { "key\n", "key" },
    { "key\r\n", "key" },
    { "key\n\n", "key" },
    { " key ", " key " },
    { "\n", "" },
    { "Schlüssel\n", "Schlüssel" },
    { longest, longest },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsSecretValues) values = NULL;

      write_credential (dir, CS_SECRET_SIPGATE_TOKEN_ID, cases[i].bytes, -1);
      values = cs_secrets_lookup_files (secrets);
      assert_values (values, cases[i].text, "", "", "");
    }
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
assert_file_reported (CsSecrets  *secrets,
                      const char *reason)
{
  g_autofree char *message = g_strdup_printf ("The credential exotel-api-key can't be used: %s", reason);
  g_autoptr (CsSecretValues) values = NULL;
  g_autoptr (CsSecretValues) again = NULL;

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, message);
  values = cs_secrets_lookup_files (secrets);
  g_test_assert_expected_messages ();
  assert_values (values, "", "", "", "");

  /* Once is enough. */
  again = cs_secrets_lookup_files (secrets);
  assert_values (again, "", "", "", "");
}

/* The warning is the whole text: nothing of the content is in it. */
static void
test_files_unusable (void)
{
  g_autofree char *too_long = g_strnfill (4097, 'x');
  const struct {
    const char *bytes;
    gssize length;
    const char *reason;
  } cases[] = {
    { too_long, -1, "it has more than 4096 bytes" },
    { "key\nother", -1, "it is not a line of text" },
    { "\xff\xfekey", -1, "it is not a line of text" },
    { "key\0key", 7, "it is not a line of text" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsSecrets) secrets = make_secrets ();
      g_autofree char *dir = make_credentials ();

      write_credential (dir, CS_SECRET_EXOTEL_API_KEY, cases[i].bytes, cases[i].length);
      assert_file_reported (secrets, cases[i].reason);
    }
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
test_files_not_files (void)
{
  g_autoptr (CsSecrets) secrets = make_secrets ();
  g_autoptr (CsSecrets) others = make_secrets ();
  g_autofree char *dir = make_credentials ();
  g_autofree char *path = g_build_filename (dir, names[CS_SECRET_EXOTEL_API_KEY], NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_file_reported (secrets, "it is not a file");

  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_file_reported (others, "it is not a file");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *keyring = NULL;

  secrets_fixture_init (&argc, &argv);
  keyring = g_build_filename (root, "test.keyring", NULL);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);

  g_test_add_func ("/secrets/new", test_new);
  g_test_add_func ("/secrets/nothing-stored", test_nothing_stored);
  g_test_add_func ("/secrets/stored", test_stored);
  g_test_add_func ("/secrets/replaced", test_replaced);
  g_test_add_func ("/secrets/cleared", test_cleared);
  g_test_add_func ("/secrets/data-dir/another-sees-nothing", test_other_data_dir);
  g_test_add_func ("/secrets/data-dir/not-utf8", test_data_dir_not_utf8);
  g_test_add_func ("/secrets/cancelled", test_cancelled);
  g_test_add_func ("/secrets/fill", test_fill);
  g_test_add_func ("/secrets/files/absent", test_files_absent);
  g_test_add_func ("/secrets/files/win", test_files_win);
  g_test_add_func ("/secrets/files/text", test_files_text);
  g_test_add_func ("/secrets/files/unusable", test_files_unusable);
  g_test_add_func ("/secrets/files/not-files", test_files_not_files);

  return secrets_fixture_run ();
}
