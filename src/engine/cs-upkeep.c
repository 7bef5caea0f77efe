/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-upkeep.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-history.h"
#include "store/cs-store-reader.h"
#include "store/cs-store.h"

/* Calls held in memory at a time. */
#define BATCH 500

typedef struct {
  CsStore *store;
  CsCallLedger *ledger;
  guint64 n_events;
  GError *error;
} Rebuild;

static gboolean
on_event (gint64           at_us,
          CsProvider       provider,
          CsCallEventKind  kind,
          GBytes          *body,
          gpointer         data)
{
  Rebuild *rebuild = data;
  g_autoptr (CsCallEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  if (provider != CS_PROVIDER_SIPGATE)
    return TRUE;
  event = kind == CS_CALL_EVENT_RECORD ? cs_sipgate_history_read (body, &error) : cs_sipgate_event_parse (body, &error);
  /* A stricter decoder than the one that accepted it takes nothing away but this event. */
  if (event == NULL)
    {
      g_warning ("An event in the journal can't be read any more: %s", error->message);
      return TRUE;
    }

  cs_call_ledger_apply (rebuild->ledger, event, at_us);
  rebuild->n_events++;
  return rebuild->n_events % BATCH != 0 || cs_store_put_changes (rebuild->store, rebuild->ledger, &rebuild->error);
}

static gboolean
end_overdue (Rebuild *rebuild,
             guint    stale_minutes)
{
  gint64 now_us = g_get_real_time (), stale_us = stale_minutes * G_TIME_SPAN_MINUTE;
  gboolean has_more = TRUE;

  while (has_more)
    {
      g_autoptr (GPtrArray) changed = NULL;

      if (!cs_store_load_due (rebuild->store, rebuild->ledger, now_us, stale_us, &rebuild->error))
        return FALSE;
      cs_call_ledger_advance (rebuild->ledger, now_us, stale_us);
      changed = cs_call_ledger_get_changed (rebuild->ledger);
      has_more = changed->len > 0;
      if (!cs_store_put_changes (rebuild->store, rebuild->ledger, &rebuild->error))
        return FALSE;
    }
  return TRUE;
}

/* Verifies the database in the folder. problems takes sentences, one for each kind of fault found. */
gboolean
cs_upkeep_check (const char  *data_dir,
                 guint64     *n_calls,
                 GPtrArray   *problems,
                 GError     **error)
{
  g_autoptr (GError) local = NULL;
  /* Opening it as its only user brings an older format up to date. A running program has done that. */
  g_autoptr (CsStore) store = cs_store_open (data_dir, &local);
  g_autoptr (CsStoreReader) reader = NULL;

  if (store == NULL && !g_error_matches (local, CS_STORE_ERROR, CS_STORE_ERROR_IN_USE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  reader = cs_store_reader_open (data_dir, error);
  return reader != NULL && cs_store_reader_check (reader, problems, n_calls, error);
}

/* Derives every call that the journal covers anew, all or nothing. */
gboolean
cs_upkeep_rebuild (const char  *data_dir,
                   guint        stale_minutes,
                   guint64     *n_events,
                   guint64     *n_calls,
                   GError     **error)
{
  g_autoptr (CsStore) store = cs_store_open (data_dir, error);
  g_autoptr (CsCallLedger) ledger = NULL;
  Rebuild rebuild = { 0 };

  if (store == NULL || !cs_store_forget_derived (store, error))
    return FALSE;
  ledger = cs_call_ledger_new (cs_store_find_call, store);
  rebuild.store = store;
  rebuild.ledger = ledger;
  if (!cs_store_read_journal (store, on_event, &rebuild, &rebuild.error)
      || !cs_store_put_changes (store, ledger, &rebuild.error) || !end_overdue (&rebuild, stale_minutes)
      || !cs_store_commit (store, &rebuild.error))
    {
      cs_store_rollback (store);
      g_propagate_error (error, rebuild.error);
      return FALSE;
    }

  *n_events = rebuild.n_events;
  *n_calls = cs_store_count_calls (store);
  return TRUE;
}
