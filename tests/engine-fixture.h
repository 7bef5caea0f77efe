/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "raw-client.h"
#include "store-fixture.h"

/* What the tests of a running engine share: one on a folder of its own, and events that are posted to it. */

#define TOKEN "0123456789abcdef0123456789abcdef"

/* An engine on a folder of its own, and what it told. */
typedef struct {
  char *dir;              /* (owned) */
  CsEngine *engine;       /* (owned) */
  CsEngineConfig *config; /* (owned) */
  guint n_snapshots;
} Plant;

static inline void
on_snapshot (CsEngine *engine,
             gpointer  data)
{
  Plant *plant = data;

  g_assert_true (engine == plant->engine);
  plant->n_snapshots++;
}

static inline CsEngineConfig *
make_config (const char *dir)
{
  CsEngineConfig *config = cs_engine_config_new ();

  config->data_dir = g_strdup (dir);
  config->api_enabled = TRUE;
  config->webhook_token = g_strdup (TOKEN);
  config->public_url = g_strdup ("");
  config->public_key_file = g_strdup ("");
  config->timezone = g_strdup ("Europe/Berlin");
  config->stale_minutes = 240;
  config->exotel_base_url = g_strdup ("");
  config->exotel_account_sid = g_strdup ("");
  config->exotel_api_key = g_strdup ("");
  config->exotel_api_token = g_strdup ("");
  config->exotel_timezone = g_strdup ("Asia/Kolkata");
  return config;
}

/* An engine that isn't running yet. */
static inline Plant *
plant_new (void)
{
  Plant *self = g_new0 (Plant, 1);

  self->dir = store_dir_new ();
  self->config = make_config (self->dir);
  self->engine = cs_engine_new ();
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (on_snapshot), self);
  return self;
}

static inline void
start (Plant *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cs_engine_start (self->engine, self->config, &error));
  g_assert_no_error (error);
}

static inline Plant *
plant_new_running (void)
{
  Plant *self = plant_new ();

  start (self);
  return self;
}

static inline void
plant_free (Plant *self)
{
  cs_engine_stop (self->engine);
  /* A signal may still be on its way; it holds the engine. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->engine);
  cs_engine_config_free (self->config);
  store_dir_free (self->dir);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Plant, plant_free)

typedef gboolean (*Wish) (const CsSnapshot *snapshot);

/* Waits until a snapshot is as wished. (transfer full) */
static inline CsSnapshot *
wait_for (Plant *plant,
          Wish   wish)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

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

static inline char *
post_to (guint       port,
         const char *token,
         const char *body)
{
  g_autofree char *request
    = g_strdup_printf ("POST /webhook/sipgate/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\n\r\n%s", token, strlen (body), body);

  return raw_client_exchange (port, request);
}

/* Posts an event, as fixture_event_parse() reads it but for the time; returns the status. */
static inline guint
post (Plant      *plant,
      const char *text)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (plant->engine);
  g_autofree char *timed = g_strconcat ("0 ", text, NULL);
  g_autoptr (FixtureEvent) event = fixture_event_parse (timed);
  g_autoptr (GBytes) bytes = store_make_body (event->event);
  g_autofree char *body = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *answer = post_to (snapshot->webhook_port, TOKEN, body);

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 "));
  return g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}
