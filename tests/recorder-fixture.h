/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-recorder.h"
#include "store-fixture.h"

/* A recorder on a store of its own, and clients that wait for its answers. */

typedef struct {
  StoreFixture *fixture; /* (owned) its ledger isn't used */
  CsRecorder *recorder;  /* (owned) */
  guint n_changes;
  guint n_kept;
  guint n_refused;
} Desk;

/* Somebody who waits for an answer. */
typedef struct {
  Desk *desk;
  char *leg_id; /* (owned) */
} Client;

static inline void
on_changed (gpointer data)
{
  Desk *desk = data;

  desk->n_changes++;
}

static inline Desk *
desk_new (void)
{
  Desk *self = g_new0 (Desk, 1);

  self->fixture = store_fixture_new ();
  self->recorder = cs_recorder_new (self->fixture->store, on_changed, self);
  cs_recorder_set_stale (self->recorder, 240);
  self->n_changes = 0;
  return self;
}

static inline void
desk_free (Desk *self)
{
  g_clear_pointer (&self->recorder, cs_recorder_free);
  store_fixture_free (self->fixture);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

static inline gint64
count_events (Desk       *desk,
              const char *leg_id)
{
  g_autofree char *query = g_strdup_printf ("SELECT count(*) FROM event WHERE leg = '%s'", leg_id);

  return store_sql_number (desk->fixture->dir, query);
}

/* Whoever is told that it was kept finds it, over another connection, at that moment. */
static inline void
on_recorded (gboolean is_kept,
             gpointer data)
{
  Client *client = data;

  if (is_kept)
    {
      client->desk->n_kept++;
      g_assert_cmpint (count_events (client->desk, client->leg_id), >, 0);
    }
  else
    {
      client->desk->n_refused++;
    }
  g_free (client->leg_id);
  g_free (client);
}

static inline void
record_event (Desk              *desk,
              const CsCallEvent *event)
{
  g_autoptr (GBytes) body = store_make_body (event);
  Client *client = g_new0 (Client, 1);

  client->desk = desk;
  client->leg_id = g_strdup (event->leg_id);
  cs_recorder_record (desk->recorder, event, body, on_recorded, client);
}

/* Records an event as fixture_event_parse() reads it, but for the time, which is now. */
static inline void
record (Desk       *desk,
        const char *text)
{
  g_autofree char *timed = g_strconcat ("0 ", text, NULL);
  g_autoptr (FixtureEvent) event = fixture_event_parse (timed);

  record_event (desk, event->event);
}

static inline void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Nobody has an answer yet, unless this machine took so long that the group was committed for its age. */
static inline void
assert_nobody_answered (Desk   *desk,
                        gint64  began_us)
{
  if (g_get_monotonic_time () - began_us < 5 * G_TIME_SPAN_MILLISECOND)
    g_assert_cmpuint (desk->n_kept, ==, 0);
}
