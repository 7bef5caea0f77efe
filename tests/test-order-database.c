/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine.h"
#include "order-database-fixture.h"
#include "store-fixture.h"

static void
test_query (void)
{
  static const struct {
    const char *query;
    gboolean is_good;
  } cases[] = {
    { CS_ORDER_DATABASE_QUERY, TRUE },
    { "  select state\nfrom orders\nwhere number=? order by changed desc", TRUE },
    { "SELECT(x) FROM y WHERE z = ?", TRUE },
    { "", FALSE },
    { "SELECT", FALSE },
    { "SELECT 1", FALSE },
    { "SELECT a FROM b WHERE c = ? AND d = ?", FALSE },
    { "SELECTED ?", FALSE },
    { "UPDATE customer SET order_status = ?", FALSE },
    { "DELETE FROM customer WHERE id = ?", FALSE },
    { "(SELECT ?)", FALSE },
    { "SELECT \xff ?", FALSE },
  };
  g_autofree char *blanks = g_strnfill (5000, ' ');
  g_autofree char *huge = g_strconcat ("SELECT ?", blanks, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *problem = cs_order_database_get_query_problem (cases[i].query);
      CsOrderDatabaseSettings settings = { "", 0, "", "", "", "", CS_ORDER_TLS_AUTO, "", cases[i].query };
      g_autoptr (GError) error = NULL;
      g_autoptr (CsOrderSource) source = cs_order_database_new (&settings, &error);

      g_test_message ("case %zu", i);
      g_assert_true ((problem == NULL) == cases[i].is_good);
      g_assert_true ((source != NULL) == cases[i].is_good);
      if (!cases[i].is_good)
        g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
    }
  g_assert_nonnull (cs_order_database_get_query_problem (huge));
}

static void
test_states (void)
{
  static const char *const queries[] = {
    CS_ORDER_DATABASE_QUERY,
    "SELECT number FROM customer WHERE id = ?",
    "SELECT word FROM customer WHERE id = ?",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      CsOrderDatabaseSettings settings = make_settings (queries[i]);
      CsOrderSource *source = make_source (&settings);

      assert_state (source, "00000001", CS_ORDER_RECEIVED);
      assert_state (source, "00000002", CS_ORDER_PENDING);
      assert_state (source, "00000003", CS_ORDER_FULFILLED);
      assert_state (source, "00000004", CS_ORDER_CANCELLED);
      assert_not_found (source, "00000005");
      assert_not_found (source, "1");
      g_assert_finalize_object (source);
    }
}

static void
test_hostile_data (void)
{
  static const struct {
    const char *customer;
    const char *part;   /* of the error; NULL: not found */
  } cases[] = {
    { "1", NULL },                                /* NULL */
    { "2", "“”" },                                /* nothing */
    { "3", "“Robert'); DROP TABLE customer;--”" },
    { "4", "“%s%n%s%n <b>&amp;</b>”" },
    { "5", "which is no state" },                 /* NULs */
    { "6", "which is no state" },                 /* bytes that are no text */
    { "7", "which is no state" },                 /* 300 KiB */
    { "8", "which is no state" },                 /* a line break */
    { "9", "“4”" },
    { "10", "“-1”" },
    { "11", "“18446744073709551616”" },
    { "12", "“pending\xef\xbf\xbdx”" },
  };
  CsOrderDatabaseSettings settings = make_settings ("SELECT value FROM hostile WHERE id = ?");
  g_autoptr (CsOrderSource) source = make_source (&settings);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("row %s", cases[i].customer);
      if (cases[i].part == NULL)
        assert_not_found (source, cases[i].customer);
      else
        assert_fails (source, cases[i].customer, CS_ORDER_ERROR_CONTENT, cases[i].part);
      /* It goes on with the next. */
      assert_state (source, "100", CS_ORDER_FULFILLED);
    }
}

static void
test_huge_value (void)
{
  CsOrderDatabaseSettings settings = make_settings ("SELECT REPEAT('x', 5000000 * ?)");
  g_autoptr (CsOrderSource) source = make_source (&settings);

  g_autoptr (Answer) answer = look_up (source, "1");

  g_assert_nonnull (answer->error);
  g_assert_cmpuint (strlen (answer->error->message), <, 1000);
  assert_fails (source, "0", CS_ORDER_ERROR_CONTENT, "“”");
}

/* The first row counts, and the others, however many, aren't waited for. */
static void
test_many_rows (void)
{
  CsOrderDatabaseSettings settings
    = make_settings ("SELECT c.number FROM customer c, hostile a, hostile b, hostile d WHERE a.id > ? "
                     "ORDER BY c.id DESC, c.number");
  CsOrderDatabaseSettings limited = make_settings ("SELECT number FROM customer WHERE id > ? ORDER BY id DESC LIMIT 4");
  g_autoptr (CsOrderSource) source = make_source (&settings), other = make_source (&limited);

  assert_state (other, "0", CS_ORDER_CANCELLED);
  assert_state (other, "0", CS_ORDER_CANCELLED);
  assert_state (source, "0", CS_ORDER_CANCELLED);
}

/* This query finds something for any text: what isn't a number of digits is never asked for. */
static void
test_hostile_numbers (void)
{
  static const char *const numbers[] = {
    "", " ", "1 ", "1 OR 1=1", "'", "' OR ''='", "\\", "%", "_", "1;", "-1", "+1", "1e1", "0x1", "1.0", "*", "#", "١", "\xff", "1\n",
    "?", "NULL", "123456789012345678901234567890123",
  };
  CsOrderDatabaseSettings settings = make_settings ("SELECT 2 FROM DUAL WHERE ? IS NOT NULL");
  g_autoptr (CsOrderSource) source = make_source (&settings);

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    assert_not_found (source, numbers[i]);
  assert_state (source, "1", CS_ORDER_FULFILLED);
  assert_state (source, "12345678901234567890", CS_ORDER_FULFILLED);
}

static void
test_refused (void)
{
  CsOrderDatabaseSettings password = make_settings (CS_ORDER_DATABASE_QUERY), user = password, database = password;
  CsOrderDatabaseSettings table = make_settings ("SELECT a FROM nowhere WHERE b = ?");
  CsOrderDatabaseSettings column = make_settings ("SELECT a FROM customer WHERE id = ?");
  CsOrderDatabaseSettings syntax = make_settings ("SELECT FROM WHERE ?");
  CsOrderDatabaseSettings literal = make_settings ("SELECT '?'");
  CsOrderDatabaseSettings columns = make_settings ("SELECT id, word FROM customer WHERE id = ?");
  CsOrderDatabaseSettings secret = make_settings ("SELECT value FROM vault.secret WHERE id = ?");
  CsOrderDatabaseSettings several = make_settings ("SELECT 1; DELETE FROM customer WHERE id = ?");
  CsOrderDatabaseSettings missing = password;

  password.password = "wrong";
  assert_settings_fail (&password, "the user “reader” or the password");
  password.password = "";
  assert_settings_fail (&password, "the user “reader” or the password");
  user.user = "nobody %s";
  assert_settings_fail (&user, "the user “nobody %s” or the password");
  database.database = "elsewhere";
  assert_settings_fail (&database, "“reader”");
  assert_settings_fail (&secret, "“reader”");
  assert_settings_fail (&table, "Check the query.");
  assert_settings_fail (&column, "Check the query.");
  assert_settings_fail (&syntax, "Check the query.");
  assert_settings_fail (&literal, "one ?");
  assert_settings_fail (&columns, "one column");
  assert_settings_fail (&several, "Check the query.");
  missing.socket = "/nonexistent/socket";
  assert_settings_fail (&missing, "can’t be reached");
}

/* Whatever the query calls, our connection changes nothing. */
static void
test_read_only (void)
{
  CsOrderDatabaseSettings settings = make_settings ("SELECT spoil(?)");
  CsOrderDatabaseSettings reading = make_settings (CS_ORDER_DATABASE_QUERY);
  g_autoptr (CsOrderSource) source = make_source (&settings), other = make_source (&reading);

  assert_fails (source, "1", CS_ORDER_ERROR_UNAVAILABLE, "can’t be asked");
  assert_state (other, "00000001", CS_ORDER_RECEIVED);
}

/* What “Test” tells. */
typedef struct {
  gboolean is_done;
  CsAnnouncement announcement;
  GError *error;        /* (owned) (nullable) */
} Trial;

static void
on_tried (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Trial *trial = data;

  trial->announcement = cs_engine_test_order_database_finish (CS_ENGINE (source), result, &trial->error);
  trial->is_done = TRUE;
}

static Trial
try_engine (CsEngine             *engine,
            const CsEngineConfig *config,
            const char           *customer)
{
  Trial trial = { 0 };

  cs_engine_test_order_database_async (engine, config, customer, NULL, on_tried, &trial);
  while (!trial.is_done)
    g_main_context_iteration (NULL, TRUE);
  return trial;
}

static void
test_engine (void)
{
  g_autofree char *dir = store_dir_new ();
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (GError) error = NULL;
  CsEngine *engine = cs_engine_new ();
  Trial trial;

  config->data_dir = g_strdup (dir);
  config->webhook_token = g_strdup ("0123456789abcdef0123456789abcdef");
  config->public_url = g_strdup ("");
  config->timezone = g_strdup ("Europe/Berlin");
  config->exotel_timezone = g_strdup ("Asia/Kolkata");
  config->exotel_account_sid = g_strdup ("");
  config->stale_minutes = 240;
  config->orders_db_socket = g_strdup (server->socket);
  config->orders_db_name = g_strdup ("shop");
  config->orders_db_user = g_strdup ("reader");
  config->orders_db_password = g_strdup (PASSWORD);
  config->orders_db_query = g_strdup (CS_ORDER_DATABASE_QUERY);

  trial = try_engine (engine, config, "00000003");
  g_assert_error (trial.error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_error (&trial.error);

  cs_engine_start (engine, config, &error);
  g_assert_no_error (error);
  trial = try_engine (engine, config, "00000003");
  g_assert_no_error (trial.error);
  g_assert_cmpint (trial.announcement, ==, CS_ANNOUNCEMENT_FULFILLED);
  trial = try_engine (engine, config, "12345678");
  g_assert_no_error (trial.error);
  g_assert_cmpint (trial.announcement, ==, CS_ANNOUNCEMENT_NOT_FOUND);

  g_free (config->orders_db_password);
  config->orders_db_password = g_strdup ("wrong");
  trial = try_engine (engine, config, "00000003");
  g_assert_error (trial.error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_assert_cmpint (trial.announcement, ==, CS_ANNOUNCEMENT_TRY_LATER);
  g_clear_error (&trial.error);

  g_free (config->orders_db_query);
  config->orders_db_query = g_strdup ("DELETE FROM customer WHERE id = ?");
  trial = try_engine (engine, config, "00000003");
  g_assert_error (trial.error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_clear_error (&trial.error);

  cs_engine_stop (engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (engine);
  store_dir_free (g_steal_pointer (&dir));
}

static void
add_tests (void)
{
  g_test_add_func ("/order-database/numbers-and-words-are-states", test_states);
  g_test_add_func ("/order-database/hostile-data", test_hostile_data);
  g_test_add_func ("/order-database/huge-value", test_huge_value);
  g_test_add_func ("/order-database/many-rows", test_many_rows);
  g_test_add_func ("/order-database/hostile-numbers-are-not-asked-for", test_hostile_numbers);
  g_test_add_func ("/order-database/what-is-refused-says-why", test_refused);
  g_test_add_func ("/order-database/nothing-is-written", test_read_only);
  g_test_add_func ("/order-database/test-tells-what-a-caller-would-hear", test_engine);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-database/query/one-select-with-one-mark", test_query);
  return run_on_server ("/order-database/server", add_tests);
}
