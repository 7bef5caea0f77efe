/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-settings.h"

#include <glib/gstdio.h>

#include <string.h>

#define GROUP "com/example/CallStats"
#define HAND_MADE_TOKEN "hand-made-token_0123"

/* Everything the tests write; it also stands in for the user's folder. */
static char *root; /* (owned) */

/* A data folder with a settings file as somebody would write it. */
static char *
make_data_dir (const char *lines)
{
  char *dir = g_build_filename (root, "by-hand-XXXXXX", NULL);
  g_autofree char *text = g_strconcat ("[" GROUP "]\n", lines, "\n", NULL);
  g_autofree char *path = NULL;

  g_assert_nonnull (g_mkdtemp (dir));
  path = g_build_filename (dir, "settings.ini", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  return dir;
}

static void
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

static char *
read_raw (const char *dir,
          const char *key)
{
  g_autofree char *path = g_build_filename (dir, "settings.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));

  return g_key_file_get_value (file, GROUP, key, NULL);
}

static guint
get_mode (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);

  return status.st_mode & 0777;
}

static CsEngineConfig *
get_config (const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSettings) settings = cs_settings_new (dir, &error);

  g_assert_no_error (error);

  return cs_settings_get_engine_config (settings);
}

static void
test_new (void)
{
  g_autofree char *dir = make_data_dir ("");
  g_autoptr (GError) error = NULL;
  CsSettings *settings = cs_settings_new (dir, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (cs_settings_get_data_dir (settings), ==, dir);
  g_assert_true (G_IS_SETTINGS (cs_settings_get_gsettings (settings)));
  g_assert_finalize_object (settings);
}

static void
test_defaults (void)
{
  g_autofree char *dir = make_data_dir ("");
  g_autoptr (CsEngineConfig) config = get_config (dir);

  g_assert_cmpstr (config->data_dir, ==, dir);
  g_assert_cmpuint (config->webhook_port, ==, 8080);
  g_assert_cmpuint (config->api_port, ==, 3000);
  g_assert_true (config->api_enabled);
  g_assert_cmpstr (config->public_url, ==, "");
  g_assert_true (config->verify_signature);
  g_assert_cmpstr (config->public_key_file, ==, "");
  g_assert_cmpstr (config->timezone, ==, "");
  g_assert_cmpuint (config->journal_days, ==, 30);
  g_assert_cmpuint (config->call_days, ==, 0);
  g_assert_cmpuint (config->stale_minutes, ==, 240);
  g_assert_cmpstr (config->exotel_base_url, ==, "");
  g_assert_cmpstr (config->exotel_account_sid, ==, "");
  g_assert_cmpstr (config->exotel_api_key, ==, "");
  g_assert_cmpstr (config->exotel_api_token, ==, "");
  g_assert_cmpstr (config->exotel_timezone, ==, "Asia/Kolkata");
  g_assert_cmpuint (config->exotel_refresh_seconds, ==, 60);
  g_assert_cmpuint (config->exotel_history_days, ==, 7);
  g_assert_false (config->is_sample);
}

static void
test_file_by_hand (void)
{
  g_autofree char *dir = make_data_dir ("webhook-port=0\n"
                                        "api-port=65535\n"
                                        "api-enabled=false\n"
                                        "webhook-token='" HAND_MADE_TOKEN "'\n"
                                        "public-url='https://name.example'\n"
                                        "sipgate-verify-signature=false\n"
                                        "sipgate-public-key-file='/keys/other.pem'\n"
                                        "timezone='Europe/Berlin'\n"
                                        "journal-days=0\n"
                                        "call-days=365\n"
                                        "stale-call-minutes=1\n"
                                        "exotel-base-url='https://exotel.example:8443/v1/'\n"
                                        "exotel-account-sid='example-1_a'\n"
                                        "exotel-timezone='America/Port-au-Prince'\n"
                                        "exotel-refresh-seconds=15\n"
                                        "exotel-history-days=180");
  g_autoptr (CsEngineConfig) config = get_config (dir);

  g_assert_cmpuint (config->webhook_port, ==, 0);
  g_assert_cmpuint (config->api_port, ==, 65535);
  g_assert_false (config->api_enabled);
  g_assert_cmpstr (config->webhook_token, ==, HAND_MADE_TOKEN);
  g_assert_cmpstr (config->public_url, ==, "https://name.example");
  g_assert_false (config->verify_signature);
  g_assert_cmpstr (config->public_key_file, ==, "/keys/other.pem");
  g_assert_cmpstr (config->timezone, ==, "Europe/Berlin");
  g_assert_cmpuint (config->journal_days, ==, 0);
  g_assert_cmpuint (config->call_days, ==, 365);
  g_assert_cmpuint (config->stale_minutes, ==, 1);
  g_assert_cmpstr (config->exotel_base_url, ==, "https://exotel.example:8443/v1");
  g_assert_cmpstr (config->exotel_account_sid, ==, "example-1_a");
  g_assert_cmpstr (config->exotel_timezone, ==, "America/Port-au-Prince");
  g_assert_cmpuint (config->exotel_refresh_seconds, ==, 15);
  g_assert_cmpuint (config->exotel_history_days, ==, 180);
}

static void
test_order_database (void)
{
  g_autofree char *dir = make_data_dir ("orders-source='database'\n"
                                        "orders-db-host='db.example'\n"
                                        "orders-db-port=3307\n"
                                        "orders-db-socket='/run/db.socket'\n"
                                        "orders-db-name='shop'\n"
                                        "orders-db-user='reader'\n"
                                        "orders-db-tls='required'\n"
                                        "orders-db-ca-file='/keys/ca.pem'\n"
                                        "orders-db-query='SELECT state FROM orders WHERE number = ?'");
  g_autofree char *other = make_data_dir ("orders-db-tls='off'");
  g_autoptr (CsEngineConfig) config = get_config (dir), defaults = get_config (other);

  g_assert_true (config->orders_in_database);
  g_assert_cmpstr (config->orders_db_host, ==, "db.example");
  g_assert_cmpuint (config->orders_db_port, ==, 3307);
  g_assert_cmpstr (config->orders_db_socket, ==, "/run/db.socket");
  g_assert_cmpstr (config->orders_db_name, ==, "shop");
  g_assert_cmpstr (config->orders_db_user, ==, "reader");
  g_assert_cmpstr (config->orders_db_password, ==, "");
  g_assert_cmpint (config->orders_db_tls, ==, CS_ORDER_TLS_REQUIRED);
  g_assert_cmpstr (config->orders_db_ca_file, ==, "/keys/ca.pem");
  g_assert_cmpstr (config->orders_db_query, ==, "SELECT state FROM orders WHERE number = ?");

  g_assert_false (defaults->orders_in_database);
  g_assert_cmpstr (defaults->orders_db_host, ==, "localhost");
  g_assert_cmpuint (defaults->orders_db_port, ==, 3306);
  g_assert_cmpint (defaults->orders_db_tls, ==, CS_ORDER_TLS_OFF);
  g_assert_cmpstr (defaults->orders_db_query, ==, CS_ORDER_DATABASE_QUERY);
}

static void
test_file_without_quotation_marks (void)
{
  g_autofree char *dir = make_data_dir ("webhook-token=" HAND_MADE_TOKEN "\n"
                                        "public-url=https://name.example:8443");
  g_autoptr (CsEngineConfig) config = get_config (dir);

  g_assert_cmpstr (config->webhook_token, ==, HAND_MADE_TOKEN);
  g_assert_cmpstr (config->public_url, ==, "https://name.example:8443");
}

static void
test_written_key (void)
{
  g_autofree char *dir = g_build_filename (root, "new", "folder", NULL);
  g_autofree char *path = g_build_filename (dir, "settings.ini", NULL);
  g_autofree char *raw = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSettings) settings = cs_settings_new (dir, &error);
  g_autoptr (GSettings) desktop = g_settings_new (APPLICATION_ID);

  g_assert_no_error (error);
  g_assert_cmpuint (get_mode (dir), ==, 0700);

  g_assert_true (g_settings_set_int (cs_settings_get_gsettings (settings), "webhook-port", 9090));
  raw = read_raw (dir, "webhook-port");
  g_assert_cmpstr (raw, ==, "9090");
  g_assert_cmpuint (get_mode (path), ==, 0600);

  /* The desktop's own settings are another matter. */
  g_assert_cmpint (g_settings_get_int (desktop, "webhook-port"), ==, 8080);
}

static void
test_without_data_dir (void)
{
  g_autofree char *dir = g_build_filename (root, "callstats", NULL);
  g_autofree char *file = g_build_filename (dir, "settings.ini", NULL);
  g_autoptr (GSettings) desktop = g_settings_new (APPLICATION_ID);
  g_autoptr (CsEngineConfig) config = NULL;
  g_autofree char *stored = NULL;

  g_assert_true (g_settings_set_int (desktop, "api-port", 3001));
  config = get_config (NULL);
  stored = g_settings_get_string (desktop, "webhook-token");

  g_assert_cmpstr (config->data_dir, ==, dir);
  g_assert_cmpuint (get_mode (dir), ==, 0700);
  g_assert_cmpuint (config->api_port, ==, 3001);
  g_assert_cmpstr (config->webhook_token, ==, stored);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));

  g_settings_reset (desktop, "api-port");
  g_settings_reset (desktop, "webhook-token");
}

static void
test_relative_data_dir (void)
{
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *dir = make_data_dir ("");
  g_autofree char *name = g_path_get_basename (dir);
  g_autoptr (CsEngineConfig) config = NULL;

  g_assert_cmpint (g_chdir (root), ==, 0);
  config = get_config (name);
  g_assert_cmpint (g_chdir (before), ==, 0);

  g_assert_cmpstr (config->data_dir, ==, dir);
}

static void
assert_reported (const char *key)
{
  g_autofree char *message =
    g_strdup_printf ("The setting %s has a value that can't be used; its default is used instead", key);

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, message);
}

/* A query that could do anything but read one order is never asked. */
static void
test_order_query (void)
{
  static const char *const queries[] = {
    "''", "'DELETE FROM orders WHERE id = ?'", "'SELECT state FROM orders'", "'SELECT a FROM b WHERE c = ? OR d = ?'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *line = g_strconcat ("orders-db-query=", queries[i], NULL);
      g_autofree char *dir = make_data_dir (line);
      g_autoptr (CsEngineConfig) config = NULL;

      assert_reported ("orders-db-query");
      config = get_config (dir);
      g_test_assert_expected_messages ();
      g_assert_cmpstr (config->orders_db_query, ==, CS_ORDER_DATABASE_QUERY);
    }
}

static void
test_wrong_values (void)
{
  const struct {
    const char *line;
    const char *key;
  } cases[] = {
    { "webhook-port='abc'", "webhook-port" },
    { "webhook-port=80 80", "webhook-port" },
    { "webhook-port=", "webhook-port" },
    { "webhook-port=-1", "webhook-port" },
    { "webhook-port=65536", "webhook-port" },
    { "webhook-port=99999999999", "webhook-port" },
    { "api-port=3000.5", "api-port" },
    { "api-enabled=maybe", "api-enabled" },
    { "api-enabled=1", "api-enabled" },
    { "tunnel-mode='pigeon'", "tunnel-mode" },
    { "tunnel-host-key='SHA256:short'", "tunnel-host-key" },
    { "tunnel-host-key='MD5:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'", "tunnel-host-key" },
    { "tunnel-remote-port=65536", "tunnel-remote-port" },
    { "public-url='name.example'", "public-url" },
    { "public-url='ftp://name.example'", "public-url" },
    { "public-url='https://'", "public-url" },
    { "public-url='https:///path'", "public-url" },
    { "public-url='https://user:word@name.example'", "public-url" },
    { "public-url='https://name.example/?a=b'", "public-url" },
    { "public-url='https://name.example/#a'", "public-url" },
    { "public-url='https://name.example/a b'", "public-url" },
    { "public-url='https://name.example/\"<&'", "public-url" },
    { "public-url='https://name.example:port'", "public-url" },
    { "public-url=\"https://", "public-url" },
    { "sipgate-verify-signature=no", "sipgate-verify-signature" },
    { "timezone='Atlantis/Capital'", "timezone" },
    { "journal-days=-7", "journal-days" },
    { "call-days='all'", "call-days" },
    { "stale-call-minutes=0", "stale-call-minutes" },
    { "stale-call-minutes=4 h", "stale-call-minutes" },
    { "exotel-base-url='exotel.example'", "exotel-base-url" },
    { "exotel-base-url='http://exotel.example'", "exotel-base-url" },
    { "exotel-base-url='http://127.0.0.1.example'", "exotel-base-url" },
    { "exotel-base-url='http://localhost.example'", "exotel-base-url" },
    { "exotel-base-url='http://192.168.0.1'", "exotel-base-url" },
    { "exotel-base-url='http://0.0.0.0'", "exotel-base-url" },
    { "exotel-base-url='http://127.0.0.1@exotel.example'", "exotel-base-url" },
    { "exotel-base-url='https://key:token@exotel.example'", "exotel-base-url" },
    { "exotel-base-url='https://exotel.example/?a=b'", "exotel-base-url" },
    { "exotel-base-url='https://'", "exotel-base-url" },
    { "exotel-base-url='file://localhost/v1'", "exotel-base-url" },
    { "exotel-account-sid='../other'", "exotel-account-sid" },
    { "exotel-account-sid='a b'", "exotel-account-sid" },
    { "exotel-timezone=''", "exotel-timezone" },
    { "exotel-timezone='Atlantis/Capital'", "exotel-timezone" },
    { "exotel-timezone='+05:30'", "exotel-timezone" },
    { "exotel-timezone='/etc/localtime'", "exotel-timezone" },
    { "exotel-timezone='CET-1CEST,M3.5.0,M10.5.0'", "exotel-timezone" },
    { "exotel-refresh-seconds=1", "exotel-refresh-seconds" },
    { "exotel-refresh-seconds=14", "exotel-refresh-seconds" },
    { "exotel-refresh-seconds=-60", "exotel-refresh-seconds" },
    { "exotel-refresh-seconds=3601", "exotel-refresh-seconds" },
    { "exotel-history-days=181", "exotel-history-days" },
    { "exotel-history-days=-1", "exotel-history-days" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *lines = g_strconcat ("webhook-token='" HAND_MADE_TOKEN "'\n", cases[i].line, NULL);
      g_autofree char *dir = make_data_dir (lines);
      g_autoptr (CsEngineConfig) config = NULL;

      g_test_message ("%s", cases[i].line);
      assert_reported (cases[i].key);
      config = get_config (dir);
      g_test_assert_expected_messages ();

      g_assert_cmpuint (config->webhook_port, ==, 8080);
      g_assert_cmpuint (config->api_port, ==, 3000);
      g_assert_true (config->api_enabled);
      g_assert_cmpstr (config->public_url, ==, "");
      g_assert_true (config->verify_signature);
      g_assert_cmpstr (config->timezone, ==, "");
      g_assert_cmpuint (config->journal_days, ==, 30);
      g_assert_cmpuint (config->call_days, ==, 0);
      g_assert_cmpuint (config->stale_minutes, ==, 240);
      g_assert_cmpstr (config->exotel_base_url, ==, "");
      g_assert_cmpstr (config->exotel_account_sid, ==, "");
      g_assert_cmpstr (config->exotel_timezone, ==, "Asia/Kolkata");
      g_assert_cmpuint (config->exotel_refresh_seconds, ==, 60);
      g_assert_cmpuint (config->exotel_history_days, ==, 7);
      g_assert_cmpstr (config->webhook_token, ==, HAND_MADE_TOKEN);
    }
}

static void
test_alert_rules (void)
{
  g_autofree char *dir = make_data_dir ("webhook-token='" HAND_MADE_TOKEN "'\n"
                                        "notify-health=false\nnotify-quiet-from='20:00'\nnotify-quiet-to='07:30'\n"
                                        "run-in-background=false");
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSettings) settings = cs_settings_new (dir, &error);
  CsAlertRules rules;

  g_assert_no_error (error);
  rules = cs_settings_get_alert_rules (settings);
  g_assert_true (rules.missed);
  g_assert_false (rules.health);
  g_assert_true (rules.receiver);
  g_assert_cmpint (rules.quiet_from, ==, 20 * 60);
  g_assert_cmpint (rules.quiet_to, ==, 7 * 60 + 30);
  g_assert_false (cs_settings_get_run_in_background (settings));
}

/* What the window and the desktop side take, beside the engine. */
static void
test_wrong_values_of_the_desktop (void)
{
  const struct
  {
    const char *line;
    const char *key;
  } cases[] = {
    { "notify-missed=perhaps", "notify-missed" },
    { "notify-quiet-from='8 pm'", "notify-quiet-from" },
    { "notify-quiet-from='24:00'", "notify-quiet-from" },
    { "notify-quiet-from='8:00'", "notify-quiet-from" },
    { "notify-quiet-to='07:60'", "notify-quiet-to" },
    { "notify-quiet-to=7", "notify-quiet-to" },
    { "run-in-background='yes'", "run-in-background" },
    { "autostart=2", "autostart" },
    { "answer-rate-good=101", "answer-rate-good" },
    { "window-width='wide'", "window-width" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *lines = g_strconcat ("webhook-token='" HAND_MADE_TOKEN "'\n", cases[i].line, NULL);
      g_autofree char *dir = make_data_dir (lines);
      g_autoptr (CsSettings) settings = cs_settings_new (dir, NULL);
      g_autoptr (CsEngineConfig) config = NULL;
      CsAlertRules rules;

      g_test_message ("%s", cases[i].line);
      assert_reported (cases[i].key);
      /* It is said at the start, without a window, too. */
      config = cs_settings_get_engine_config (settings);
      g_test_assert_expected_messages ();
      rules = cs_settings_get_alert_rules (settings);
      g_assert_true (cs_settings_get_run_in_background (settings));
      g_assert_true (rules.missed);
      g_assert_cmpint (rules.quiet_from, ==, CS_NO_MINUTE);
      g_assert_cmpint (rules.quiet_to, ==, CS_NO_MINUTE);
      g_assert_cmpint (g_settings_get_int (cs_settings_get_gsettings (settings), "window-width"), ==, 960);
    }
}

static void
test_wrong_value_reported_once (void)
{
  g_autofree char *dir = make_data_dir ("webhook-token='" HAND_MADE_TOKEN "'\n"
                                        "journal-days=-1");
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSettings) settings = cs_settings_new (dir, &error);
  g_autoptr (CsEngineConfig) first = NULL;
  g_autoptr (CsEngineConfig) again = NULL;
  g_autoptr (CsEngineConfig) mended = NULL;

  g_assert_no_error (error);
  assert_reported ("journal-days");
  first = cs_settings_get_engine_config (settings);
  g_test_assert_expected_messages ();

  again = cs_settings_get_engine_config (settings);
  g_assert_cmpuint (again->journal_days, ==, 30);

  g_assert_true (g_settings_set_int (cs_settings_get_gsettings (settings), "journal-days", 90));
  mended = cs_settings_get_engine_config (settings);
  g_assert_cmpuint (mended->journal_days, ==, 90);
}

static void
test_public_url (void)
{
  const struct {
    const char *lines;
    const char *url;
  } cases[] = {
    { "public-url='http://name.example'", "http://name.example" },
    { "public-url='https://name.example/'", "https://name.example" },
    { "public-url='https://name.example///'", "https://name.example" },
    { "public-url='https://name.example/calls/'", "https://name.example/calls" },
    { "public-url='https://[2001:db8::1]:8443'", "https://[2001:db8::1]:8443" },
    { "public-url='https://name.example'\ntunnel-mode='manual'", "https://name.example" },
    { "public-url='https://name.example'\ntunnel-mode='none'", "" },
    { "public-url='https://name.example'\ntunnel-mode='ssh'", "https://name.example" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *dir = make_data_dir (cases[i].lines);
      g_autoptr (CsEngineConfig) config = get_config (dir);

      g_assert_cmpstr (config->public_url, ==, cases[i].url);
    }
}

/* Plain http never leaves this computer with the key. */
static void
test_exotel_base_url (void)
{
  const struct {
    const char *line;
    const char *url;
  } cases[] = {
    { "exotel-base-url=''", "" },
    { "exotel-base-url='https://api.in.exotel.com'", "https://api.in.exotel.com" },
    { "exotel-base-url='https://api.exotel.com//'", "https://api.exotel.com" },
    { "exotel-base-url='http://127.0.0.1:8081'", "http://127.0.0.1:8081" },
    { "exotel-base-url='http://127.1.2.3/v1/'", "http://127.1.2.3/v1" },
    { "exotel-base-url='http://[::1]:8081'", "http://[::1]:8081" },
    { "exotel-base-url='http://localhost:8081/'", "http://localhost:8081" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *dir = make_data_dir (cases[i].line);
      g_autoptr (CsEngineConfig) config = get_config (dir);

      g_assert_cmpstr (config->exotel_base_url, ==, cases[i].url);
    }
}

static void
test_exotel_by_hand_only (void)
{
  g_autofree char *dir = make_data_dir ("exotel-refresh-seconds=0\n"
                                        "exotel-history-days=0");
  g_autoptr (CsEngineConfig) config = get_config (dir);

  g_assert_cmpuint (config->exotel_refresh_seconds, ==, 0);
  g_assert_cmpuint (config->exotel_history_days, ==, 0);
}

static void
assert_new_token (const char *token)
{
  g_assert_cmpuint (strlen (token), ==, 32);
  g_assert_cmpuint (strspn (token, "0123456789abcdef"), ==, 32);
}

static void
test_token_made_and_stored (void)
{
  g_autofree char *dir = make_data_dir ("webhook-token=''");
  g_autofree char *other_dir = g_build_filename (root, "other", NULL);
  g_autoptr (CsEngineConfig) first = get_config (dir);
  g_autoptr (CsEngineConfig) again = get_config (dir);
  g_autoptr (CsEngineConfig) other = get_config (other_dir);
  g_autofree char *raw = read_raw (dir, "webhook-token");
  g_autofree char *quoted = g_strdup_printf ("'%s'", first->webhook_token);

  assert_new_token (first->webhook_token);
  g_assert_cmpstr (raw, ==, quoted);
  g_assert_cmpstr (again->webhook_token, ==, first->webhook_token);
  assert_new_token (other->webhook_token);
  g_assert_cmpstr (other->webhook_token, !=, first->webhook_token);
}

static void
test_token_renewed (void)
{
  g_autofree char *dir = make_data_dir ("webhook-token='" HAND_MADE_TOKEN "'\nwebhook-port=9090");
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSettings) settings = cs_settings_new (dir, &error);
  g_autoptr (CsEngineConfig) config = NULL;
  g_autofree char *raw = NULL;
  g_autofree char *quoted = NULL;

  g_assert_no_error (error);
  cs_settings_renew_token (settings);
  config = cs_settings_get_engine_config (settings);

  assert_new_token (config->webhook_token);
  raw = read_raw (dir, "webhook-token");
  quoted = g_strdup_printf ("'%s'", config->webhook_token);
  g_assert_cmpstr (raw, ==, quoted);
  g_assert_cmpuint (config->webhook_port, ==, 9090);
}

static void
test_token_unusable (void)
{
  const char *tokens[] = { "too-short", "has/a/slash-0123456789", "has a space 0123456789", "Umläute-0123456789" };
  g_autofree char *long_token = g_strnfill (129, 'a');

  for (size_t i = 0; i <= G_N_ELEMENTS (tokens); i++)
    {
      const char *token = i < G_N_ELEMENTS (tokens) ? tokens[i] : long_token;
      g_autofree char *line = g_strdup_printf ("webhook-token='%s'", token);
      g_autofree char *dir = make_data_dir (line);
      g_autoptr (CsEngineConfig) config = NULL;

      assert_reported ("webhook-token");
      config = get_config (dir);
      g_test_assert_expected_messages ();

      assert_new_token (config->webhook_token);
    }
}

/* The desktop's storage may accept a value and lose it later: the address that was given out must stay good. */
static void
test_token_outlives_storage (void)
{
  g_autofree char *dir = make_data_dir ("");
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSettings) settings = cs_settings_new (dir, &error);
  g_autoptr (CsEngineConfig) first = NULL;
  g_autoptr (CsEngineConfig) again = NULL;

  g_assert_no_error (error);
  first = cs_settings_get_engine_config (settings);
  g_settings_reset (cs_settings_get_gsettings (settings), "webhook-token");
  again = cs_settings_get_engine_config (settings);

  assert_new_token (first->webhook_token);
  g_assert_cmpstr (again->webhook_token, ==, first->webhook_token);
}

static void
test_broken_file (void)
{
  g_autofree char *dir = make_data_dir ("");
  g_autofree char *path = g_build_filename (dir, "settings.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  CsSettings *settings;

  g_assert_true (g_file_set_contents (path, "these are not settings", -1, NULL));
  settings = cs_settings_new (dir, &error);

  g_assert_null (settings);
  g_assert_error (error, CS_SETTINGS_ERROR, CS_SETTINGS_ERROR_UNREADABLE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "these are not settings");
}

static void
test_empty_file (void)
{
  g_autofree char *dir = make_data_dir ("");
  g_autofree char *path = g_build_filename (dir, "settings.ini", NULL);
  g_autoptr (CsEngineConfig) config = NULL;

  g_assert_true (g_file_set_contents (path, "", -1, NULL));
  config = get_config (dir);

  g_assert_cmpuint (config->webhook_port, ==, 8080);
}

static void
test_folder_in_the_way (void)
{
  g_autofree char *dir = make_data_dir ("");
  g_autofree char *path = g_build_filename (dir, "settings.ini", NULL);
  g_autoptr (GError) error = NULL;
  CsSettings *settings = cs_settings_new (path, &error);

  g_assert_null (settings);
  g_assert_error (error, CS_SETTINGS_ERROR, CS_SETTINGS_ERROR_NO_FOLDER);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_schema_missing (void)
{
  g_autofree char *schemas = NULL;
  g_autofree char *data_dirs = NULL;

  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;
      CsSettings *settings = cs_settings_new (NULL, &error);

      g_assert_null (settings);
      g_assert_error (error, CS_SETTINGS_ERROR, CS_SETTINGS_ERROR_NO_SCHEMA);
      g_assert_nonnull (strstr (error->message, APPLICATION_ID ".gschema.xml"));
      return;
    }

  schemas = g_strdup (g_getenv ("GSETTINGS_SCHEMA_DIR"));
  data_dirs = g_strdup (g_getenv ("XDG_DATA_DIRS"));
  g_setenv ("GSETTINGS_SCHEMA_DIR", root, TRUE);
  g_setenv ("XDG_DATA_DIRS", root, TRUE);

  g_test_trap_subprocess (NULL, 0, 0);

  g_setenv ("GSETTINGS_SCHEMA_DIR", schemas, TRUE);
  if (data_dirs != NULL)
    g_setenv ("XDG_DATA_DIRS", data_dirs, TRUE);
  else
    g_unsetenv ("XDG_DATA_DIRS");
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);

  root = g_dir_make_tmp ("callstats-settings-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("XDG_DATA_HOME", root, TRUE);

  g_test_add_func ("/settings/new", test_new);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/file-by-hand", test_file_by_hand);
  g_test_add_func ("/settings/file-without-quotation-marks", test_file_without_quotation_marks);
  g_test_add_func ("/settings/written-key-lands-in-group", test_written_key);
  g_test_add_func ("/settings/without-data-dir", test_without_data_dir);
  g_test_add_func ("/settings/relative-data-dir", test_relative_data_dir);
  g_test_add_func ("/settings/wrong-values-take-the-default", test_wrong_values);
  g_test_add_func ("/settings/alert-rules", test_alert_rules);
  g_test_add_func ("/settings/wrong-values-of-the-desktop", test_wrong_values_of_the_desktop);
  g_test_add_func ("/settings/wrong-value-reported-once", test_wrong_value_reported_once);
  g_test_add_func ("/settings/public-url", test_public_url);
  g_test_add_func ("/settings/exotel/base-url", test_exotel_base_url);
  g_test_add_func ("/settings/exotel/by-hand-only", test_exotel_by_hand_only);
  g_test_add_func ("/settings/token/made-and-stored", test_token_made_and_stored);
  g_test_add_func ("/settings/token/renewed", test_token_renewed);
  g_test_add_func ("/settings/token/unusable", test_token_unusable);
  g_test_add_func ("/settings/token/outlives-storage", test_token_outlives_storage);
  g_test_add_func ("/settings/file-broken", test_broken_file);
  g_test_add_func ("/settings/order-database", test_order_database);
  g_test_add_func ("/settings/order-query-must-be-one-select", test_order_query);
  g_test_add_func ("/settings/file-empty", test_empty_file);
  g_test_add_func ("/settings/folder-in-the-way", test_folder_in_the_way);
  g_test_add_func ("/settings/schema-missing", test_schema_missing);

  status = g_test_run ();

  remove_tree (root);
  g_free (root);

  return status;
}
