/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "history.h"
#include "scripted-call.h"
#include "sipgate/cs-sipgate-event.h"
#include "store/cs-store.h"

#include <string.h>

/* So many calls are written in one transaction. */
#define BATCH 2000
#define STEP_US (20 * G_USEC_PER_SEC)
#define FIRST_HOUR 8
#define BUSINESS_HOURS 10
/* As long as the journal is kept by default. */
#define JOURNAL_US (30 * G_TIME_SPAN_DAY)

typedef struct {
  CsStore *store;       /* (owned) */
  CsCallLedger *ledger; /* (owned) */
  gint64 now_us;
  guint n_written;
} Writer;

static void
finish_batch (Writer *self)
{
  g_autoptr (GError) error = NULL;

  if (!cs_store_put_changes (self->store, self->ledger, &error) || !cs_store_commit (self->store, &error))
    g_error ("%s", error->message);
}

static void
write_event (Writer            *self,
             const CsCallEvent *event,
             GBytes            *body,
             gint64             at_us)
{
  g_autoptr (GError) error = NULL;

  cs_call_ledger_apply (self->ledger, event, at_us);
  if (at_us >= self->now_us - JOURNAL_US && !cs_store_add_event (self->store, event, at_us, body, &error))
    g_error ("%s", error->message);
}

static void
end_call (Writer *self)
{
  if (++self->n_written % BATCH == 0)
    finish_batch (self);
}

static void
write_scripted (Writer   *self,
                guint64   serial,
                gboolean  never_ends,
                gint64    at_us)
{
  ScriptedCall call = scripted_call_make (serial, never_ends);
  g_autofree char *body = NULL;

  /* Random ids would make writing, which isn't measured, several times as long. */
  call.is_ordered = TRUE;
  body = scripted_call_next (&call);
  for (; body != NULL; at_us += STEP_US)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_take (body, strlen (body));
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCallEvent) event = cs_sipgate_event_parse (bytes, &error);

      if (event == NULL)
        g_error ("%s", error->message);
      write_event (self, event, bytes, at_us);
      body = scripted_call_next (&call);
    }
  end_call (self);
}

static void
write_missed (Writer *self,
              guint   number,
              gint64  at_us)
{
  g_autofree char *id = g_strdup_printf ("missed-%u", number);
  g_autofree char *caller = g_strdup_printf ("4989%08u", number);
  g_autoptr (GBytes) body = g_bytes_new_static ("event", 5);

  for (CsCallEventKind kind = CS_CALL_EVENT_NEW_CALL; kind <= CS_CALL_EVENT_HANGUP; kind += CS_CALL_EVENT_HANGUP)
    {
      g_autoptr (CsCallEvent) event = cs_call_event_new (CS_PROVIDER_SIPGATE, kind, id);

      event->direction = CS_DIRECTION_INBOUND;
      event->from = g_strdup (caller);
      event->to = g_strdup ("492214710900");
      event->cause = kind == CS_CALL_EVENT_HANGUP ? g_strdup ("cancel") : NULL;
      write_event (self, event, body, at_us + kind * G_USEC_PER_SEC);
    }
  end_call (self);
}

static gint64
get_time (const HistoryPlan *plan,
          guint              call,
          gint64             now_us)
{
  gint64 first_us = (now_us / G_TIME_SPAN_DAY - plan->n_days) * G_TIME_SPAN_DAY + FIRST_HOUR * G_TIME_SPAN_HOUR;
  double day = (double) call * plan->n_days / plan->n_calls;

  return first_us + (gint64) day * G_TIME_SPAN_DAY
         + (gint64) ((day - (gint64) day) * BUSINESS_HOURS * G_TIME_SPAN_HOUR);
}

/* Writes a database into an empty folder. */
void
history_write (const char        *data_dir,
               const HistoryPlan *plan,
               gint64             now_us)
{
  g_autoptr (GError) error = NULL;
  Writer writer = { .store = cs_store_open (data_dir, &error), .now_us = now_us };

  if (writer.store == NULL)
    g_error ("%s", error->message);
  writer.ledger = cs_call_ledger_new (cs_store_find_call, writer.store);

  for (guint i = 0; i < plan->n_calls; i++)
    write_scripted (&writer, i, FALSE, get_time (plan, i, now_us));
  for (guint i = 0; i < plan->n_callbacks; i++)
    write_missed (&writer, i, now_us - G_TIME_SPAN_HOUR - (gint64) i * 1000);
  for (guint i = 0; i < plan->n_running; i++)
    write_scripted (&writer, plan->n_calls + i, TRUE, now_us - G_TIME_SPAN_HOUR + (gint64) i * 1000);

  finish_batch (&writer);
  cs_call_ledger_free (writer.ledger);
  cs_store_close (writer.store);
}
