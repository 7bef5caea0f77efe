/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "config.h"

#include "engine/cs-engine-orders.h"
#include "orders/cs-order-error.h"
#include "raw-client.h"

#include <glib/gstdio.h>

#define LINE "49211555000123"
#define PATIENCE_US (15 * G_USEC_PER_SEC)

/* A running engine whose order line answers, and what the last question to it brought. */
typedef struct {
  char *dir;             /* (owned) */
  CsEngine *engine;      /* (owned) */
  guint16 port;
  GAsyncResult *result;  /* (owned) (nullable) */
} Plant;

static void
on_snapshot (CsEngine *engine,
             gpointer  data)
{
}

static void
plant_start (Plant         *plant,
             gconstpointer  csv_file)
{
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  plant->dir = g_dir_make_tmp ("callstats-test-XXXXXX", NULL);
  plant->engine = cs_engine_new ();
  g_signal_connect (plant->engine, "snapshot", G_CALLBACK (on_snapshot), NULL);
  config->data_dir = g_strdup (plant->dir);
  config->webhook_token = g_strdup ("0123456789abcdef");
  config->public_url = g_strdup ("https://name.example");
  config->public_key_file = g_strdup ("");
  config->timezone = g_strdup ("Europe/Berlin");
  config->stale_minutes = 240;
  config->orders_enabled = TRUE;
  config->orders_digits = 4;
  config->orders_timeout_ms = 5000;
  config->orders_numbers = g_strsplit (LINE, ",", -1);
  config->orders_csv_file = g_strdup (csv_file != NULL ? csv_file : "");
  config->orders_transfer_number = g_strdup ("");
  config->orders_language = g_strdup ("en");
  cs_engine_start (plant->engine, config, &error);
  g_assert_no_error (error);
  snapshot = cs_engine_get_snapshot (plant->engine);
  plant->port = snapshot->webhook_port;
}

static void
plant_stop (Plant         *plant,
            gconstpointer  csv_file)
{
  GDir *dir = g_dir_open (plant->dir, 0, NULL);
  const char *name;

  g_clear_object (&plant->result);
  cs_engine_stop (plant->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (plant->engine);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (plant->dir, name, NULL);

      g_unlink (path);
    }
  g_dir_close (dir);
  g_rmdir (plant->dir);
  g_free (plant->dir);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Plant *plant = data;

  g_set_object (&plant->result, result);
}

static GAsyncResult *
wait_for_result (Plant *plant)
{
  while (plant->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return plant->result;
}

typedef gboolean (*Wish) (const CsSnapshot *snapshot);

static CsSnapshot *
wait_for_snapshot (Plant *plant,
                   Wish   wish)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  while (g_get_monotonic_time () < end_us)
    {
      g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (plant->engine);

      if (wish (snapshot))
        return g_steal_pointer (&snapshot);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_error ("No such snapshot came");
}

/* Sends a push; its answer has to contain the text. */
static void
push (Plant      *plant,
      const char *body,
      const char *expected)
{
  g_autofree char *request = g_strdup_printf ("POST /webhook/sipgate/0123456789abcdef HTTP/1.1\r\nHost: name.example\r\nContent-Type: "
                                              "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                                              strlen (body), body);
  g_autofree char *answer = raw_client_exchange (plant->port, request);

  if (strstr (answer, expected) == NULL)
    g_error ("“%s” isn't in the answer to %s: %s", expected, body, answer);
}

static void
put (Plant        *plant,
     const char   *customer,
     CsOrderState  state)
{
  g_autoptr (CsOrder) order = cs_order_new (customer, "Ann", state, NULL);
  g_autoptr (CsOrder) before = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&plant->result);
  cs_engine_put_order_async (plant->engine, order, order->customer, NULL, on_result, plant);
  cs_engine_put_order_finish (plant->engine, wait_for_result (plant), &before, &error);
  g_assert_no_error (error);
}

static gboolean
has_two_orders (const CsSnapshot *snapshot)
{
  return snapshot->orders.n_book_orders == 2;
}

static void
test_book (Plant         *plant,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) orders = NULL;
  g_autoptr (CsOrder) removed = NULL;
  g_autoptr (CsSnapshot) snapshot = NULL;

  put (plant, "0001", CS_ORDER_RECEIVED);
  put (plant, "0002", CS_ORDER_PENDING);
  snapshot = wait_for_snapshot (plant, has_two_orders);
  g_assert_cmpint (snapshot->orders.origin, ==, CS_ORDERS_FROM_BOOK);
  g_assert_null (snapshot->orders.error);
  g_assert_true (snapshot->orders.is_enabled);

  g_clear_object (&plant->result);
  cs_engine_remove_order_async (plant->engine, "0001", NULL, on_result, plant);
  g_assert_true (cs_engine_remove_order_finish (plant->engine, wait_for_result (plant), &removed, NULL));
  g_assert_cmpstr (removed->customer, ==, "0001");
  g_clear_object (&plant->result);
  cs_engine_search_orders_async (plant->engine, "an", "", 10, NULL, on_result, plant);
  orders = cs_engine_search_orders_finish (plant->engine, wait_for_result (plant), NULL);
  g_assert_cmpuint (orders->len, ==, 1);
}

static void
test_import (Plant         *plant,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (plant->dir, "in.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (CsOrderPreview) preview = NULL;
  g_autoptr (CsOrderImport) import = NULL;
  g_autoptr (CsSnapshot) snapshot = NULL;

  g_assert_true (g_file_set_contents (path, "status,id\nneu,0001\nlost,0002\n", -1, NULL));
  cs_engine_preview_orders_async (plant->engine, file, NULL, NULL, on_result, plant);
  preview = cs_engine_preview_orders_finish (plant->engine, wait_for_result (plant), NULL);
  g_assert_cmpuint (preview->words->len, ==, 1);
  cs_order_mapping_set_word (preview->mapping, g_ptr_array_index (preview->words, 0), CS_ORDER_CANCELLED);
  g_clear_object (&plant->result);
  cs_engine_import_orders_async (plant->engine, file, preview->mapping, NULL, on_result, plant);
  import = cs_engine_import_orders_finish (plant->engine, wait_for_result (plant), NULL);
  g_assert_true (import->is_kept);
  snapshot = wait_for_snapshot (plant, has_two_orders);
  g_assert_false (snapshot->orders.is_importing);
}

static CsOrderStep
try_keys (Plant              *plant,
          CsOrderDialogue    *dialogue,
          const CsOrderRules *rules,
          const char         *keys)
{
  g_autoptr (GError) error = NULL;
  CsOrderStep step = { 0 };

  g_clear_object (&plant->result);
  cs_engine_try_orders_async (plant->engine, dialogue, rules, keys, NULL, on_result, plant);
  cs_engine_try_orders_finish (plant->engine, wait_for_result (plant), &step, &error);
  g_assert_no_error (error);
  return step;
}

/* Tries count nowhere, however many there are. */
static void
test_try_out (Plant         *plant,
              gconstpointer  data)
{
  const CsOrderRules rules = { 4, 5000, "4930123" };
  g_autoptr (CsSnapshot) snapshot = NULL;
  CsOrderDialogue dialogue;
  CsOrderStep step;

  put (plant, "0002", CS_ORDER_PENDING);
  for (int i = 0; i < 20; i++)
    {
      step = cs_order_dialogue_begin (&dialogue, &rules);
      g_assert_cmpint (step.announcement, ==, CS_ANNOUNCEMENT_WELCOME);
      step = try_keys (plant, &dialogue, &rules, "0002");
      g_assert_cmpint (step.announcement, ==, CS_ANNOUNCEMENT_PENDING);
      g_assert_cmpint (try_keys (plant, &dialogue, &rules, "").kind, ==, CS_ORDER_STEP_HANG_UP);
    }
  cs_order_dialogue_begin (&dialogue, &rules);
  g_assert_cmpint (try_keys (plant, &dialogue, &rules, "9999").announcement, ==, CS_ANNOUNCEMENT_NOT_FOUND);
  g_assert_cmpint (try_keys (plant, &dialogue, &rules, "1").announcement, ==, CS_ANNOUNCEMENT_NOT_UNDERSTOOD);
  step = try_keys (plant, &dialogue, &rules, "");
  g_assert_cmpint (step.kind, ==, CS_ORDER_STEP_TRANSFER);
  g_assert_cmpstr (step.text, ==, "4930123");
  snapshot = cs_engine_get_snapshot (plant->engine);
  g_assert_cmpuint (snapshot->orders.n_handled, ==, 0);
  g_assert_cmpuint (snapshot->orders.queries->len, ==, 0);
}

static void
test_try_cancelled (Plant         *plant,
                    gconstpointer  data)
{
  const CsOrderRules rules = { 4, 5000, "" };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  CsOrderDialogue *dialogue = g_new (CsOrderDialogue, 1);
  CsOrderStep step;

  cs_order_dialogue_begin (dialogue, &rules);
  cs_engine_try_orders_async (plant->engine, dialogue, &rules, "0002", cancellable, on_result, plant);
  g_cancellable_cancel (cancellable);
  g_free (dialogue);
  g_assert_false (cs_engine_try_orders_finish (plant->engine, wait_for_result (plant), &step, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
has_caller (const CsSnapshot *snapshot)
{
  return snapshot->active->len == 2 && snapshot->orders.n_running == 1;
}

static gboolean
has_handled_three (const CsSnapshot *snapshot)
{
  return snapshot->orders.n_handled == 3 && snapshot->active->len == 1;
}

/* What the page and the board show of calls. */
static void
test_calls (Plant         *plant,
            gconstpointer  data)
{
  g_autoptr (CsSnapshot) during = NULL, after = NULL;
  CsCall *other, *caller;
  CsOrderQuery *query;

  put (plant, "0002", CS_ORDER_PENDING);
  push (plant, "event=newCall&direction=in&from=4930111&to=4930999999&callId=other", "<Response onAnswer");
  push (plant, "event=newCall&direction=in&from=49301000001&to=" LINE "&callId=a", "announcements/welcome-en.wav");
  during = wait_for_snapshot (plant, has_caller);
  other = g_ptr_array_index (during->active, 0);
  caller = g_ptr_array_index (during->active, 1);
  g_assert_false (other->is_at_order_line);
  g_assert_true (caller->is_at_order_line);

  push (plant, "event=dtmf&callId=a&dtmf=9999", "not-found-en.wav");
  push (plant, "event=dtmf&callId=a&dtmf=0002", "pending-en.wav");
  push (plant, "event=dtmf&callId=a&dtmf=", "<Hangup/>");
  push (plant, "event=hangup&direction=in&callId=a&cause=normalClearing", "<Response/>");
  push (plant, "event=newCall&direction=in&from=anonymous&to=" LINE "&callId=b", "welcome");
  push (plant, "event=hangup&direction=in&callId=b&cause=cancel", "<Response/>");
  push (plant, "event=newCall&direction=in&from=49301000003&to=" LINE "&callId=c", "welcome");
  push (plant, "event=dtmf&callId=c&dtmf=7777", "not-found-en.wav");
  push (plant, "event=hangup&direction=in&callId=c&cause=normalClearing", "<Response/>");

  after = wait_for_snapshot (plant, has_handled_three);
  g_assert_cmpuint (after->orders.n_results[CS_ORDER_RESULT_FOUND], ==, 1);
  g_assert_cmpuint (after->orders.n_results[CS_ORDER_RESULT_NOT_FOUND], ==, 1);
  g_assert_cmpuint (after->orders.n_results[CS_ORDER_RESULT_HUNG_UP], ==, 1);
  g_assert_cmpuint (after->orders.n_running, ==, 0);
  g_assert_cmpuint (after->orders.queries->len, ==, 4);
  query = g_ptr_array_index (after->orders.queries, 0);
  g_assert_cmpstr (query->customer, ==, "7777");
  query = g_ptr_array_index (after->orders.queries, 1);
  g_assert_cmpint (query->result, ==, CS_ORDER_RESULT_HUNG_UP);
  g_assert_null (query->caller);
  query = g_ptr_array_index (after->orders.queries, 2);
  g_assert_cmpint (query->state, ==, CS_ORDER_PENDING);
}

static gboolean
has_nothing (const CsSnapshot *snapshot)
{
  return snapshot->orders.n_handled == 0 && snapshot->orders.queries->len == 0 && snapshot->orders.n_book_orders == 0;
}

/* Whether the bytes are anywhere in a file of the data. */
static gboolean
is_on_disk (Plant      *plant,
            const char *text)
{
  g_autoptr (GDir) dir = g_dir_open (plant->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (plant->dir, name, NULL), *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      if (memmem (bytes, length, text, strlen (text)) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_delete_all (Plant         *plant,
                 gconstpointer  data)
{
  g_autoptr (CsOrder) order = cs_order_new ("0002", "Unforgettable", CS_ORDER_PENDING, NULL), before = NULL;
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  cs_engine_put_order_async (plant->engine, order, order->customer, NULL, on_result, plant);
  g_assert_true (cs_engine_put_order_finish (plant->engine, wait_for_result (plant), &before, NULL));
  push (plant, "event=newCall&direction=in&from=49301000001&to=" LINE "&callId=a", "welcome");
  push (plant, "event=dtmf&callId=a&dtmf=0002", "pending-en.wav");
  push (plant, "event=hangup&direction=in&callId=a&cause=normalClearing", "<Response/>");
  g_assert_true (is_on_disk (plant, "Unforgettable"));

  g_clear_object (&plant->result);
  cs_engine_delete_all_async (plant->engine, NULL, on_result, plant);
  cs_engine_delete_all_finish (plant->engine, wait_for_result (plant), &error);
  g_assert_no_error (error);
  snapshot = wait_for_snapshot (plant, has_nothing);
  g_assert_false (is_on_disk (plant, "Unforgettable"));
}

static gboolean
has_error (const CsSnapshot *snapshot)
{
  return snapshot->orders.error != NULL;
}

static void
test_missing_file (Plant         *plant,
                   gconstpointer  data)
{
  g_autoptr (CsSnapshot) snapshot = wait_for_snapshot (plant, has_error);

  g_assert_cmpint (snapshot->orders.origin, ==, CS_ORDERS_FROM_FILE);
  g_assert_nonnull (strstr (snapshot->orders.error, "“orders.csv”"));
  g_assert_cmpint (snapshot->orders.read_us, ==, CS_UNKNOWN);
}

#define ADD(name, file, func) g_test_add ("/order-engine/" name, Plant, file, plant_start, func, plant_stop)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Trouble with a source is told in the log, too. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  ADD ("book/put-search-remove", NULL, test_book);
  ADD ("book/import-with-preview", NULL, test_import);
  ADD ("try-out/is-the-same-dialogue-and-counts-nowhere", NULL, test_try_out);
  ADD ("try-out/cancelled-touches-nothing", NULL, test_try_cancelled);
  ADD ("calls/are-counted-and-marked", NULL, test_calls);
  ADD ("delete-everything/orders-and-queries-go-too", NULL, test_delete_all);
  ADD ("file/missing-one-is-said", "/nonexistent/orders.csv", test_missing_file);
  return g_test_run ();
}
