/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What durability costs: the whole way of a push, from the gate to the commit, against the same gate with a handler that
 * does nothing, under the same load. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine.h"
#include "figures.h"
#include "load.h"
#include "server/cs-gate.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#define KEY_BITS 4096
#define MAX_ROUNDS 50
#define BUSY_CLIENTS 16
#define CROWD_CLIENTS 64

/* A gate on a thread of its own, as the engine's is. */
typedef struct {
  GMainContext *context; /* (owned) */
  GMainLoop *loop;       /* (owned) */
  GThread *thread;       /* (owned) */
  guint16 port;          /* (atomic by the thread's start and the ready flag) */
  int is_ready;          /* (atomic) */
} BareGate;

typedef struct {
  LoadResult results[MAX_ROUNDS];
  guint n_rounds;
} Rounds;

static CsGateVerdict
let_in (CsGateRequest *request,
        gpointer       data)
{
  return (CsGateVerdict) { .max_body = 64 * 1024 };
}

static void
do_nothing (CsGateRequest *request,
            gpointer       data)
{
  static const char answer[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n";
  g_autoptr (GBytes) body = g_bytes_new_static (answer, strlen (answer));

  cs_gate_request_answer (request, 200, "application/xml", body);
}

static void
on_refused (CsRefusal   refusal,
            const char *text,
            gpointer    data)
{
  g_error ("The bare gate refused: %s", text);
}

static gpointer
run_gate (gpointer data)
{
  static const CsGateHooks hooks = { .examine = let_in, .serve = do_nothing, .refused = on_refused };
  BareGate *self = data;
  g_autoptr (CsGate) gate = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (self->context);
  gate = cs_gate_new (&hooks, NULL);
  if (!cs_gate_listen (gate, 0, &error))
    g_error ("%s", error->message);
  self->port = cs_gate_get_port (gate);
  g_atomic_int_set (&self->is_ready, TRUE);
  g_main_loop_run (self->loop);
  g_clear_pointer (&gate, cs_gate_free);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
bare_gate_start (BareGate *self)
{
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("bare gate", run_gate, self);
  while (!g_atomic_int_get (&self->is_ready))
    g_usleep (1000);
}

static void
bare_gate_stop (BareGate *self)
{
  g_main_loop_quit (self->loop);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
}

static CsEngine *
start_engine (const char *data_dir,
              const char *public_key_file,
              guint16    *port)
{
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (CsEngine) engine = cs_engine_new ();
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  config->data_dir = g_strdup (data_dir);
  config->webhook_token = g_strdup (LOAD_TOKEN);
  config->public_url = g_strdup ("https://name.example");
  config->verify_signature = public_key_file != NULL;
  config->public_key_file = g_strdup (public_key_file != NULL ? public_key_file : "");
  config->timezone = g_strdup ("Europe/Berlin");
  config->journal_days = 30;
  config->stale_minutes = 240;
  if (!cs_engine_start (engine, config, &error))
    g_error ("%s", error->message);
  snapshot = cs_engine_get_snapshot (engine);
  if (snapshot->webhook_error != NULL)
    g_error ("%s", snapshot->webhook_error);
  *port = snapshot->webhook_port;
  return g_steal_pointer (&engine);
}

static void
write_pem (const char           *path,
           const gnutls_datum_t *pem)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, (const char *) pem->data, pem->size, &error))
    g_error ("%s", error->message);
  gnutls_free (pem->data);
}

/* Writes a key of the kind of sipgate's. */
static void
make_key (const char *private_file,
          const char *public_file)
{
  gnutls_x509_privkey_t key;
  gnutls_privkey_t abstract;
  gnutls_pubkey_t public;
  gnutls_datum_t pem;

  gnutls_x509_privkey_init (&key);
  gnutls_privkey_init (&abstract);
  gnutls_pubkey_init (&public);
  if (gnutls_x509_privkey_generate (key, GNUTLS_PK_RSA, KEY_BITS, 0) != GNUTLS_E_SUCCESS
      || gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem) != GNUTLS_E_SUCCESS)
    g_error ("No key could be made");
  write_pem (private_file, &pem);
  if (gnutls_privkey_import_x509 (abstract, key, 0) != GNUTLS_E_SUCCESS
      || gnutls_pubkey_import_privkey (public, abstract, 0, 0) != GNUTLS_E_SUCCESS
      || gnutls_pubkey_export2 (public, GNUTLS_X509_FMT_PEM, &pem) != GNUTLS_E_SUCCESS)
    g_error ("No public key could be made");
  write_pem (public_file, &pem);
  gnutls_pubkey_deinit (public);
  gnutls_privkey_deinit (abstract);
  gnutls_x509_privkey_deinit (key);
}

/* A round of load; no two rounds tell of the same call. */
static void
add_round (Rounds     *rounds,
           Load       *load,
           guint16     port,
           guint       n_clients,
           guint       n_requests,
           gboolean    is_signed)
{
  static guint64 next_serial = 1;
  LoadPlan plan = { .port = port, .n_clients = n_clients, .n_requests = n_requests, .first_serial = next_serial,
                    .is_signed = is_signed };
  LoadResult *result = &rounds->results[rounds->n_rounds++];

  next_serial += n_requests;
  *result = load_run (load, &plan);
  if (result->n_refused > 0)
    g_error ("%u of %u requests were refused", result->n_refused, n_requests);
}

typedef enum {
  PER_SECOND,
  P50,
  P99,
} Figure;

static double
get_figure (const LoadResult *result,
            Figure            figure)
{
  switch (figure)
    {
    case PER_SECOND:
      return result->per_second;
    case P50:
      return result->p50_ms;
    case P99:
      return result->p99_ms;
    }
  return 0;
}

static double
get_median (const Rounds *rounds,
            Figure        figure)
{
  double values[MAX_ROUNDS];

  for (guint i = 0; i < rounds->n_rounds; i++)
    values[i] = get_figure (&rounds->results[i], figure);
  return figures_median (values, rounds->n_rounds);
}

/* Each round is compared with the one that ran next to it: what else the machine does then weighs on both. */
static double
get_median_ratio (const Rounds *durable,
                  const Rounds *bare)
{
  double ratios[MAX_ROUNDS];

  for (guint i = 0; i < durable->n_rounds; i++)
    ratios[i] = durable->results[i].per_second / bare->results[i].per_second;
  return figures_median (ratios, durable->n_rounds);
}

static void
print_rounds (const char   *name,
              const Rounds *rounds)
{
  g_print ("%-28s %6.0f requests/s  p50 %6.2f ms  p99 %6.2f ms\n", name, get_median (rounds, PER_SECOND),
           get_median (rounds, P50), get_median (rounds, P99));
}

int
main (void)
{
  guint n_rounds = MIN (figures_size ("BENCH_ROUNDS", 7), MAX_ROUNDS);
  guint n_requests = figures_size ("BENCH_REQUESTS", 4000);
  g_autofree char *dir = figures_make_dir (), *signed_dir = figures_make_dir ();
  g_autofree char *private_file = g_build_filename (dir, "private.pem", NULL);
  g_autofree char *public_file = g_build_filename (dir, "public.pem", NULL);
  g_autoptr (Load) load = NULL;
  g_autoptr (CsEngine) engine = NULL, signed_engine = NULL;
  BareGate gate = { NULL };
  Rounds warm_up = { 0 }, bare = { 0 }, durable = { 0 }, bare_signed = { 0 }, durable_signed = { 0 };
  Rounds bare_idle = { 0 }, idle = { 0 }, bare_crowd = { 0 }, crowd = { 0 };
  guint16 port, signed_port;
  gboolean is_met;

  make_key (private_file, public_file);
  load = load_new (private_file);
  bare_gate_start (&gate);
  engine = start_engine (dir, NULL, &port);
  signed_engine = start_engine (signed_dir, public_file, &signed_port);

  add_round (&warm_up, load, gate.port, BUSY_CLIENTS, n_requests, FALSE);
  add_round (&warm_up, load, port, BUSY_CLIENTS, n_requests, FALSE);
  for (guint i = 0; i < n_rounds; i++)
    {
      add_round (&bare, load, gate.port, BUSY_CLIENTS, n_requests, FALSE);
      add_round (&durable, load, port, BUSY_CLIENTS, n_requests, FALSE);
      add_round (&bare_idle, load, gate.port, 1, n_requests / 10, FALSE);
      add_round (&idle, load, port, 1, n_requests / 10, FALSE);
      add_round (&bare_crowd, load, gate.port, CROWD_CLIENTS, n_requests, FALSE);
      add_round (&crowd, load, port, CROWD_CLIENTS, n_requests, FALSE);
    }
  /* Signing takes far longer than verifying: fewer requests. */
  for (guint i = 0; i < MIN (n_rounds, 5); i++)
    {
      add_round (&bare_signed, load, gate.port, BUSY_CLIENTS, n_requests / 10, TRUE);
      add_round (&durable_signed, load, signed_port, BUSY_CLIENTS, n_requests / 10, TRUE);
    }

  print_rounds ("nothing, 1 at a time", &bare_idle);
  print_rounds ("durable, 1 at a time", &idle);
  print_rounds ("nothing, 16 at a time", &bare);
  print_rounds ("durable, 16 at a time", &durable);
  print_rounds ("nothing, 64 at a time", &bare_crowd);
  print_rounds ("durable, 64 at a time", &crowd);
  print_rounds ("nothing, signed, 16", &bare_signed);
  print_rounds ("durable, verified, 16", &durable_signed);
  is_met = figures_at_least ("durable/nothing requests a second, 16 at a time", get_median_ratio (&durable, &bare), 0.60);
  is_met = figures_at_most ("p99 of 64 at a time/idle p50", get_median (&crowd, P99) / get_median (&idle, P50), 10) && is_met;
  g_print ("verified/nothing requests a second, 16 at a time %.2f\n", get_median_ratio (&durable_signed, &bare_signed));

  cs_engine_stop (engine);
  cs_engine_stop (signed_engine);
  bare_gate_stop (&gate);
  figures_remove_dir (dir);
  figures_remove_dir (signed_dir);
  return is_met ? 0 : 1;
}
