/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store-fixture.h"
#include "store/cs-store-schema.h"

#include <sys/wait.h>
#include <unistd.h>

#define SCHEMA "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"

static char *
get_file (const char *dir)
{
  return g_build_filename (dir, "callstats.db", NULL);
}

static char *
get_fresh_schema (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  return store_sql_text (fixture->dir, SCHEMA);
}

static void
test_fresh_has_present_format (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  g_assert_cmpint (store_sql_number (fixture->dir, "PRAGMA user_version"), ==, cs_store_schema_get_version ());
  g_assert_cmpuint (cs_store_count_calls (fixture->store), ==, 0);
  g_assert_false (cs_store_has_awaiting (fixture->store));
  store_assert_sound (fixture->dir);
}

/* Version 0 is an empty file. */
static void
test_every_older_version_becomes_the_present_one (void)
{
  g_autofree char *wanted = get_fresh_schema ();

  for (int version = 0; version <= cs_store_schema_get_version (); version++)
    {
      g_autoptr (StoreFixture) fixture = g_new0 (StoreFixture, 1);
      g_autoptr (GError) error = NULL;
      g_autofree char *schema = NULL;
      sqlite3 *db;

      fixture->dir = store_dir_new ();
      db = store_sql_open (fixture->dir);
      cs_store_schema_migrate (db, version, &error);
      g_assert_no_error (error);
      sqlite3_close (db);
      g_assert_cmpint (store_sql_number (fixture->dir, "PRAGMA user_version"), ==, version);

      store_fixture_open (fixture);
      schema = store_sql_text (fixture->dir, SCHEMA);
      g_assert_cmpstr (schema, ==, wanted);
      g_assert_cmpint (store_sql_number (fixture->dir, "PRAGMA user_version"), ==, cs_store_schema_get_version ());
      store_fixture_play (fixture, "0 newCall a\n9000 hangup a cause=cancel", TRUE);
      store_assert_sound (fixture->dir);
    }
}

/* What a version 1 keeps of calls of each kind: answered, missed, forwarded, outgoing, and one that still rings. */
#define VERSION_1_CALLS \
  "0 newCall a from=+4915112345678 to=+4921155550\n" \
  "5000 answer a users=Alice\n" \
  "65000 hangup a cause=normalClearing\n" \
  "100000 newCall b from=0211-99887 to=+4921155550\n" \
  "109000 hangup b cause=noAnswer\n" \
  "200000 newCall c from=anonymous to=+4921155551\n" \
  "203000 hangup c cause=cancel\n" \
  "300000 newCall d dir=out from=+4921155550 to=+441632960000\n" \
  "306000 answer d dir=out\n" \
  "366000 hangup d dir=out cause=normalClearing\n" \
  "400000 newCall e from=+4915112345678 to=+4921155550"

/* Copies the rows of one database into another that is older: of each of its tables the columns that it has. */
static void
copy_rows (const char *from,
           const char *to)
{
  g_autofree char *path = get_file (from);
  g_autofree char *tables = store_sql_text (to, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  g_auto (GStrv) names = g_strsplit (tables, "\n", -1);
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_printf (sql, "ATTACH '%s' AS later;", path);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *query = g_strdup_printf ("SELECT group_concat(name) FROM pragma_table_info('%s')", names[i]);
      g_autofree char *columns = store_sql_text (to, query);

      g_string_append_printf (sql, "INSERT INTO main.%s (%s) SELECT %s FROM later.%s;", names[i], columns, columns, names[i]);
    }
  store_sql (to, sql->str);
}

/* Whoever updates finds all again, and what is new knows the old calls, too. */
static void
test_calls_of_version_1_are_carried_over (void)
{
  static const char *const numbers = "SELECT * FROM number ORDER BY is_own, key, digits";
  g_autoptr (StoreFixture) fresh = store_fixture_new ();
  g_autoptr (StoreFixture) older = g_new0 (StoreFixture, 1);
  g_autofree char *wanted = NULL, *wanted_numbers = NULL, *got = NULL, *got_numbers = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  store_fixture_play (fresh, VERSION_1_CALLS, TRUE);
  store_sql (fresh->dir, "INSERT INTO sync_state VALUES ('exotel-until', '7'); INSERT INTO exophone VALUES ('x', '+91', 'Shop');"
                         "INSERT INTO heartbeat VALUES (1, 2, 0)");
  wanted = store_dump (fresh->dir);
  wanted_numbers = store_sql_text (fresh->dir, numbers);
  g_assert_nonnull (strstr (wanted_numbers, "4915112345678"));
  g_assert_nonnull (strstr (wanted_numbers, "021199887"));

  older->dir = store_dir_new ();
  db = store_sql_open (older->dir);
  cs_store_schema_migrate (db, 1, &error);
  g_assert_no_error (error);
  sqlite3_close (db);
  copy_rows (fresh->dir, older->dir);
  g_assert_cmpint (store_sql_number (older->dir, "SELECT count(*) FROM call"), ==, 5);
  g_assert_cmpint (store_sql_number (older->dir, "SELECT count(*) FROM sqlite_master WHERE name = 'number'"), ==, 0);

  store_fixture_open (older);
  got = store_dump (older->dir);
  got_numbers = store_sql_text (older->dir, numbers);
  g_assert_cmpstr (got, ==, wanted);
  g_assert_cmpstr (got_numbers, ==, wanted_numbers);
  g_assert_cmpint (store_sql_number (older->dir, "SELECT count(*) FROM sync_state WHERE name = 'exotel-until' AND value = '7'"), ==, 1);
  g_assert_cmpint (store_sql_number (older->dir, "SELECT count(*) FROM exophone"), ==, 1);
  g_assert_cmpint (store_sql_number (older->dir, "SELECT count(*) FROM heartbeat"), ==, 1);
  store_assert_sound (older->dir);

  /* The call that rang goes on. */
  store_fixture_play (older, "405000 answer e users=Bob\n465000 hangup e cause=normalClearing", TRUE);
  g_assert_cmpuint (cs_store_count_calls (older->store), ==, 5);
  g_assert_cmpint (store_sql_number (older->dir, "SELECT count(*) FROM call WHERE ended_us IS NULL"), ==, 0);
  store_assert_sound (older->dir);
}

/* Asserts that the folder's database is refused with that code, and that the file stays as it is. */
static void
assert_refused (const char   *dir,
                CsStoreError  code)
{
  g_autofree char *path = get_file (dir), *before = NULL, *after = NULL;
  gsize n_before, n_after;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &before, &n_before, NULL));
  g_assert_null (cs_store_open (dir, &error));
  g_assert_error (error, CS_STORE_ERROR, (int) code);
  g_assert_true (g_file_get_contents (path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_newer_format_is_refused_and_left_alone (void)
{
  static const char *const modes[] = { "PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new ();
      g_autofree char *newer = g_strdup_printf ("%s; PRAGMA user_version = %d", modes[i],
                                                cs_store_schema_get_version () + 1);

      store_fixture_play (fixture, "0 newCall a", TRUE);
      store_fixture_close (fixture);
      store_sql (fixture->dir, newer);
      assert_refused (fixture->dir, CS_STORE_ERROR_NEWER);
    }
}

static void
test_other_file_is_refused_and_left_alone (void)
{
  g_autoptr (StoreFixture) fixture = g_new0 (StoreFixture, 1);
  g_autofree char *path = NULL;
  g_autoptr (GString) letter = g_string_new (NULL);

  for (int i = 0; i < 500; i++)
    g_string_append (letter, "Dear customer, ");
  fixture->dir = store_dir_new ();
  path = get_file (fixture->dir);
  g_assert_true (g_file_set_contents (path, letter->str, letter->len, NULL));
  assert_refused (fixture->dir, CS_STORE_ERROR_CORRUPT);
}

static void
test_failed_migration_leaves_the_older_version (void)
{
  g_autoptr (StoreFixture) fixture = g_new0 (StoreFixture, 1);
  g_autofree char *schema = NULL;
  g_autoptr (GError) error = NULL;

  fixture->dir = store_dir_new ();
  store_sql (fixture->dir, "CREATE TABLE leg (id TEXT)");
  g_assert_null (cs_store_open (fixture->dir, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_FAILED);
  schema = store_sql_text (fixture->dir, "SELECT name FROM sqlite_master");
  g_assert_cmpstr (schema, ==, "leg");
  g_assert_cmpint (store_sql_number (fixture->dir, "PRAGMA user_version"), ==, 0);
}

static void
test_missing_folder_is_an_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cs_store_open ("/nonexistent/callstats", &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IO);
}

/* Opens the store in a process of its own; returns 0, or 1 + the error's code. */
static int
open_elsewhere (const char *dir)
{
  pid_t child = fork ();
  int status = 0;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      GError *error = NULL;
      CsStore *store = cs_store_open (dir, &error);

      _exit (store != NULL ? 0 : 1 + error->code);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
test_second_process_is_refused (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (open_elsewhere (fixture->dir), ==, 1 + CS_STORE_ERROR_IN_USE);
  g_assert_null (cs_store_open (fixture->dir, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, fixture->dir));

  store_fixture_play (fixture, "0 newCall a", TRUE);
  store_fixture_close (fixture);
  g_assert_cmpint (open_elsewhere (fixture->dir), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/open/fresh-has-present-format", test_fresh_has_present_format);
  g_test_add_func ("/store/open/every-older-version-becomes-the-present-one",
                   test_every_older_version_becomes_the_present_one);
  g_test_add_func ("/store/open/calls-of-version-1-are-carried-over", test_calls_of_version_1_are_carried_over);
  g_test_add_func ("/store/open/newer-format-is-refused-and-left-alone", test_newer_format_is_refused_and_left_alone);
  g_test_add_func ("/store/open/other-file-is-refused-and-left-alone", test_other_file_is_refused_and_left_alone);
  g_test_add_func ("/store/open/failed-migration-leaves-the-older-version",
                   test_failed_migration_leaves_the_older_version);
  g_test_add_func ("/store/open/missing-folder-is-an-error", test_missing_folder_is_an_error);
  g_test_add_func ("/store/open/second-process-is-refused", test_second_process_is_refused);
  return g_test_run ();
}
