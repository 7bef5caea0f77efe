/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order line with a million orders in the built-in book: how long an import takes, and a caller's push, in peace and while
 * the next import is at work. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-orders.h"
#include "figures.h"
#include "load.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE "49211555000123"

static GAsyncResult *result;

static void
on_result (GObject      *source,
           GAsyncResult *done,
           gpointer      data)
{
  result = g_object_ref (done);
}

static CsEngine *
start_engine (const char *data_dir,
              guint16    *port)
{
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (CsEngine) engine = cs_engine_new ();
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  config->data_dir = g_strdup (data_dir);
  config->webhook_token = g_strdup (LOAD_TOKEN);
  config->public_url = g_strdup ("https://name.example");
  config->public_key_file = g_strdup ("");
  config->timezone = g_strdup ("Europe/Berlin");
  config->journal_days = 30;
  config->stale_minutes = 240;
  config->orders_enabled = TRUE;
  config->orders_digits = 8;
  config->orders_timeout_ms = 5000;
  config->orders_numbers = g_strsplit (LINE, ",", -1);
  config->orders_csv_file = g_strdup ("");
  config->orders_transfer_number = g_strdup ("");
  config->orders_language = g_strdup ("en");
  if (!cs_engine_start (engine, config, &error))
    g_error ("%s", error->message);
  snapshot = cs_engine_get_snapshot (engine);
  *port = snapshot->webhook_port;
  return g_steal_pointer (&engine);
}

/* Numbers in no order, as those of a shop that sorts by name. */
static guint
get_customer (guint64 i)
{
  return (guint) (i * 48271 % 99999989);
}

static void
write_csv (const char *path,
           guint       n_orders)
{
  g_autoptr (GString) text = g_string_sized_new (n_orders * 40);
  g_autoptr (GError) error = NULL;

  g_string_append (text, "customer,status,name\n");
  for (guint i = 0; i < n_orders; i++)
    g_string_append_printf (text, "%08u,%s,\"Customer %u, Ltd.\"\n", get_customer (i), i % 3 == 0 ? "In Bearbeitung" : "FULFILLED", i);
  if (!g_file_set_contents (path, text->str, text->len, &error))
    g_error ("%s", error->message);
}

static void
import_begin (CsEngine   *engine,
              const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();

  mapping->note = -1;
  mapping->is_replacing = TRUE;
  g_clear_object (&result);
  cs_engine_import_orders_async (engine, file, mapping, NULL, on_result, NULL);
}

static void
import_end (CsEngine *engine,
            guint     n_orders)
{
  g_autoptr (CsOrderImport) import = NULL;
  g_autoptr (GError) error = NULL;

  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  import = cs_engine_import_orders_finish (engine, result, &error);
  if (import == NULL)
    g_error ("%s", error->message);
  if (!import->is_kept || import->n_orders != n_orders)
    g_error ("The import isn't complete");
}

/* Sends a push and waits for its answer, which has to contain the text. Returns milliseconds. */
static double
push (guint16     port,
      const char *text,
      const char *body)
{
  g_autofree char *request = g_strdup_printf ("POST " LOAD_PATH " HTTP/1.1\r\nHost: name.example\r\nContent-Type: "
                                              "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                                              strlen (body), body);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  char answer[4096];
  gsize n = 0;
  gssize more;
  gint64 began_us = g_get_monotonic_time ();
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  double ms;

  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0
      || send (fd, request, strlen (request), 0) != (gssize) strlen (request))
    g_error ("The push can't be sent");
  while ((more = recv (fd, answer + n, sizeof answer - 1 - n, 0)) > 0)
    n += more;
  ms = (g_get_monotonic_time () - began_us) / 1000.0;
  close (fd);
  answer[n] = '\0';
  if (strstr (answer, text) == NULL)
    g_error ("“%s” isn't in the answer %s", text, answer);
  return ms;
}

/* How long pushes took, in milliseconds: those by which an order was looked up, and beside them those of the calls' end, which
 * only have to be kept. */
typedef struct {
  GArray *look_ups; /* (owned) (element-type double) */
  GArray *ends;     /* (owned) (element-type double) */
} Times;

static Times
times_new (void)
{
  return (Times) { g_array_new (FALSE, FALSE, sizeof (double)), g_array_new (FALSE, FALSE, sizeof (double)) };
}

static void
times_clear (Times *times)
{
  g_array_unref (times->look_ups);
  g_array_unref (times->ends);
}

/* Leads one call through the line. */
static void
call (guint16 port,
      guint64 serial,
      guint   n_orders,
      Times  *times)
{
  guint64 order = serial * 7919 % n_orders;
  g_autofree char *begin = g_strdup_printf ("event=newCall&direction=in&from=4930%08" G_GUINT64_FORMAT "&to=" LINE "&callId=c%"
                                            G_GUINT64_FORMAT, serial, serial);
  g_autofree char *keys = g_strdup_printf ("event=dtmf&callId=c%" G_GUINT64_FORMAT "&dtmf=%08u", serial, get_customer (order));
  g_autofree char *none = g_strdup_printf ("event=dtmf&callId=c%" G_GUINT64_FORMAT "&dtmf=", serial);
  g_autofree char *end = g_strdup_printf ("event=hangup&direction=in&cause=normalClearing&callId=c%" G_GUINT64_FORMAT, serial);
  double ms;

  push (port, "welcome-en.wav", begin);
  ms = push (port, order % 3 == 0 ? "pending-en.wav" : "fulfilled-en.wav", keys);
  push (port, "<Hangup/>", none);
  g_array_append_val (times->look_ups, ms);
  ms = push (port, "<Response/>", end);
  g_array_append_val (times->ends, ms);
}

static double
get_percentile (GArray *times,
                double  percent)
{
  return figures_percentile ((double *) times->data, times->len, percent);
}

static gboolean
report (const char *name,
        Times      *times)
{
  g_autofree char *title = g_strconcat ("p99 of a look-up, ", name, ", ms", NULL);
  double p99 = get_percentile (times->look_ups, 99), beside = get_percentile (times->ends, 99);

  g_print ("%s: %u look-ups, p50 %.2f ms, p99 %.2f ms, max %.2f ms; without a look-up p50 %.2f ms, p99 %.2f ms\n", name,
           times->look_ups->len, get_percentile (times->look_ups, 50), p99, get_percentile (times->look_ups, 100),
           get_percentile (times->ends, 50), beside);
  /* Where the machine has other work even an idle gate isn't that quick. */
  return figures_at_most (title, p99, MAX (5, 2 * beside));
}

int
main (void)
{
  guint n_orders = figures_size ("BENCH_ORDERS", 1000000);
  guint n_calls = figures_size ("BENCH_REQUESTS", 2000);
  g_autofree char *dir = figures_make_dir ();
  g_autofree char *path = g_build_filename (dir, "orders.csv", NULL);
  Times peace = times_new (), busy = times_new ();
  g_autoptr (CsEngine) engine = NULL;
  guint64 serial = 0;
  gint64 began_us;
  double import_s;
  gboolean is_met;
  guint16 port;

  write_csv (path, n_orders);
  engine = start_engine (dir, &port);
  began_us = g_get_monotonic_time ();
  import_begin (engine, path);
  import_end (engine, n_orders);
  import_s = (g_get_monotonic_time () - began_us) / (double) G_USEC_PER_SEC;

  for (guint i = 0; i < n_calls; i++)
    call (port, serial++, n_orders, &peace);
  import_begin (engine, path);
  while (result == NULL)
    {
      call (port, serial++, n_orders, &busy);
      g_main_context_iteration (NULL, FALSE);
    }
  import_end (engine, n_orders);

  is_met = figures_at_most ("seconds to import the orders", import_s, 10);
  is_met = report ("in peace", &peace) && is_met;
  is_met = report ("while orders are imported", &busy) && is_met;
  cs_engine_stop (engine);
  g_clear_object (&result);
  times_clear (&peace);
  times_clear (&busy);
  figures_remove_dir (dir);
  return is_met ? 0 : 1;
}
