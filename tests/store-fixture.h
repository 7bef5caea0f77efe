/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ledger-fixture.h"
#include "store/cs-store-reader.h"
#include "store/cs-store.h"

#include <glib/gstdio.h>

/* What the tests of the store and of the engine share: a folder of their own, a store with its ledger that is used as
 * the recorder uses it, and a look at the file past the code under test. */

typedef struct {
  char *dir;            /* (owned) */
  CsStore *store;       /* (owned) (nullable) */
  CsCallLedger *ledger; /* (owned) (nullable) */
} StoreFixture;

static inline char *
store_dir_new (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("callstats-test-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

static inline void
store_dir_free (char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
  g_free (path);
}

static inline sqlite3 *
store_sql_open (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "callstats.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  return db;
}

/* Runs statements over a connection of their own. */
static inline void
store_sql (const char *dir,
           const char *sql)
{
  sqlite3 *db = store_sql_open (dir);
  char *message = NULL;

  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* Returns what a query finds: a row a line, columns parted by "|". (transfer full) */
static inline char *
store_sql_text (const char *dir,
                const char *query)
{
  sqlite3 *db = store_sql_open (dir);
  GString *text = g_string_new (NULL);
  sqlite3_stmt *row = NULL;
  int result;

  sqlite3_prepare_v2 (db, query, -1, &row, NULL);
  g_assert_cmpstr (sqlite3_errmsg (db), ==, "not an error");
  while ((result = sqlite3_step (row)) == SQLITE_ROW)
    {
      if (text->len > 0)
        g_string_append_c (text, '\n');
      for (int column = 0; column < sqlite3_column_count (row); column++)
        {
          const char *value = (const char *) sqlite3_column_text (row, column);

          g_string_append_printf (text, "%s%s", column > 0 ? "|" : "", value != NULL ? value : "NULL");
        }
    }
  g_assert_cmpint (result, ==, SQLITE_DONE);
  sqlite3_finalize (row);
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

static inline gint64
store_sql_number (const char *dir,
                  const char *query)
{
  g_autofree char *text = store_sql_text (dir, query);

  return g_ascii_strtoll (text, NULL, 10);
}

/* Returns all that is stored. (transfer full) */
static inline char *
store_dump (const char *dir)
{
  static const char *const queries[] = {
    "SELECT id, at_us, provider, kind, leg, hex(body) FROM event ORDER BY id",
    "SELECT * FROM call ORDER BY id",
    "SELECT * FROM leg ORDER BY provider, id",
    "SELECT * FROM call_bucket ORDER BY 1, 2, 3, 4, 5",
  };
  GString *dump = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *text = store_sql_text (dir, queries[i]);

      g_string_append_printf (dump, "%s\n--\n", text);
    }
  return g_string_free (dump, FALSE);
}

/* Returns the problems that --check finds, one a line. (transfer full) */
static inline char *
store_find_problems (const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (dir, &error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  guint64 n_calls = 0;

  g_assert_no_error (error);
  cs_store_reader_check (reader, problems, &n_calls, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_calls, ==, store_sql_number (dir, "SELECT count(*) FROM call"));
  g_ptr_array_add (problems, NULL);
  return g_strjoinv ("\n", (char **) problems->pdata);
}

static inline void
store_assert_sound (const char *dir)
{
  g_autofree char *problems = store_find_problems (dir);

  g_assert_cmpstr (problems, ==, "");
}

static inline void
store_fixture_open (StoreFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->store = cs_store_open (self->dir, &error);
  g_assert_no_error (error);
  self->ledger = cs_call_ledger_new (cs_store_find_call, self->store);
}

static inline void
store_fixture_close (StoreFixture *self)
{
  g_clear_pointer (&self->ledger, cs_call_ledger_free);
  g_clear_pointer (&self->store, cs_store_close);
}

static inline StoreFixture *
store_fixture_new (void)
{
  StoreFixture *self = g_new0 (StoreFixture, 1);

  self->dir = store_dir_new ();
  store_fixture_open (self);
  return self;
}

static inline void
store_fixture_free (StoreFixture *self)
{
  store_fixture_close (self);
  store_dir_free (self->dir);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreFixture, store_fixture_free)

static inline void
store_append_field (GString    *body,
                    const char *name,
                    const char *value)
{
  g_autofree char *escaped = value != NULL ? g_uri_escape_string (value, NULL, FALSE) : NULL;

  if (escaped != NULL)
    g_string_append_printf (body, "&%s=%s", name, escaped);
}

/* Returns the push that the event could have been decoded from. (transfer full) */
static inline GBytes *
store_make_body (const CsCallEvent *event)
{
  static const char *const kinds[] = { "newCall", "answer", "hangup", "dtmf", "other" };
  gboolean is_list = event->kind == CS_CALL_EVENT_NEW_CALL;
  GString *body = g_string_new ("event=");

  g_string_append (body, kinds[event->kind]);
  if (event->direction != CS_DIRECTION_UNKNOWN)
    store_append_field (body, "direction", event->direction == CS_DIRECTION_OUTBOUND ? "out" : "in");
  store_append_field (body, "callId", event->leg_id);
  store_append_field (body, "origCallId", event->parent_id);
  store_append_field (body, "xcid", event->xcid);
  store_append_field (body, "from", event->from);
  store_append_field (body, "to", event->to);
  store_append_field (body, "diversion", event->diversion);
  store_append_field (body, "answeringNumber", event->answering_number);
  store_append_field (body, "cause", event->cause);
  store_append_field (body, "dtmf", event->digits);
  for (guint i = 0; event->users != NULL && event->users[i] != NULL; i++)
    store_append_field (body, is_list ? "user%5B%5D" : "user", event->users[i]);
  for (guint i = 0; event->user_ids != NULL && event->user_ids[i] != NULL; i++)
    store_append_field (body, is_list ? "userId%5B%5D" : "userId", event->user_ids[i]);
  return g_string_free_to_bytes (body);
}

/* Applies an event as the recorder does. Time in microseconds UTC. Returns whether it told anything. */
static inline gboolean
store_fixture_apply (StoreFixture      *self,
                     const CsCallEvent *event,
                     gint64             at_us)
{
  gboolean has_told = cs_call_ledger_apply (self->ledger, event, at_us);
  g_autoptr (GError) error = NULL;

  if (has_told || event->kind == CS_CALL_EVENT_DTMF || event->kind == CS_CALL_EVENT_OTHER)
    {
      g_autoptr (GBytes) body = store_make_body (event);

      cs_store_add_event (self->store, event, at_us, body, &error);
      g_assert_no_error (error);
    }
  return has_told;
}

static inline void
store_fixture_put (StoreFixture *self)
{
  g_autoptr (GError) error = NULL;

  cs_store_put_changes (self->store, self->ledger, &error);
  g_assert_no_error (error);
}

static inline void
store_fixture_commit (StoreFixture *self)
{
  g_autoptr (GError) error = NULL;

  store_fixture_put (self);
  cs_store_commit (self->store, &error);
  g_assert_no_error (error);
}

/* Lets the clock end what is due, until nothing is. Time in microseconds UTC. */
static inline void
store_fixture_advance (StoreFixture *self,
                       gint64        now_us)
{
  g_autoptr (GError) error = NULL;
  guint n_changed;

  do
    {
      g_autoptr (GPtrArray) changed = NULL;

      store_fixture_commit (self);
      cs_store_load_due (self->store, self->ledger, now_us, FIXTURE_STALE_US, &error);
      g_assert_no_error (error);
      cs_call_ledger_advance (self->ledger, now_us, FIXTURE_STALE_US);
      changed = cs_call_ledger_get_changed (self->ledger);
      n_changed = changed->len;
      store_fixture_commit (self);
    }
  while (n_changed > 0);
}

/* Applies events, one a line, as fixture_event_parse() reads them; commits after each or after all. */
static inline void
store_fixture_play (StoreFixture *self,
                    const char   *text,
                    gboolean      commits_each)
{
  g_autoptr (GPtrArray) events = fixture_events_parse (text);

  for (guint i = 0; i < events->len; i++)
    {
      FixtureEvent *event = g_ptr_array_index (events, i);

      store_fixture_apply (self, event->event, FIXTURE_START_US + event->at_us);
      if (commits_each)
        store_fixture_commit (self);
    }
  store_fixture_commit (self);
}
