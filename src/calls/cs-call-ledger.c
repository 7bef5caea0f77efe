/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call-ledger.h"

#include <string.h>

/* More legs than any call has: one that names the same parent without end doesn't make all its work quadratic. */
#define MAX_LEGS 256

struct _CsCallLedger
{
  CsCallFinder finder;
  gpointer user_data;
  GHashTable *calls;   /* (owned) CsCall, each once */
  GHashTable *changed; /* (owned) those of them that differ from the store's */
  GHashTable *by_leg;  /* (owned) key of a leg's field → CsCall in calls */
  GHashTable *by_id;   /* (owned) gint64 id → CsCall in calls; the ids of merged calls name what they became */
  GArray *merged;      /* (owned) gint64 ids that are no calls any more */
};

static char *
make_key (CsProvider  provider,
          CsLegField  field,
          const char *value)
{
  const char prefix[] = { 'a' + provider, 'a' + field, '\0' };

  return g_strconcat (prefix, value, NULL);
}

/* A call that began earlier keeps its identity. */
static gboolean
is_earlier (CsCall *a,
            CsCall *b)
{
  if ((a->id != 0) != (b->id != 0))
    return a->id != 0;
  return a->seen_us != b->seen_us ? a->seen_us < b->seen_us : a->id < b->id;
}

/* Of calls that have a name in common and yet aren't one, the first is found by it, as in the store: which of them are held here
 * is a matter of chance. */
static void
index_field (CsCallLedger *self,
             CsCall       *call,
             CsLegField    field,
             const char   *value)
{
  g_autofree char *key = make_key (call->provider, field, value);
  CsCall *known = g_hash_table_lookup (self->by_leg, key);

  if (known == NULL || !is_earlier (known, call))
    g_hash_table_insert (self->by_leg, g_steal_pointer (&key), call);
}

static void
index_leg (CsCallLedger *self,
           CsCall       *call,
           CsLeg        *leg)
{
  index_field (self, call, CS_LEG_ID, leg->id);
  if (leg->parent_id != NULL && strcmp (leg->parent_id, leg->id) != 0)
    index_field (self, call, CS_LEG_PARENT_ID, leg->parent_id);
  if (leg->xcid != NULL)
    index_field (self, call, CS_LEG_XCID, leg->xcid);
  if (leg->xcid != NULL && leg->parent_id == NULL)
    index_field (self, call, CS_LEG_ORPHAN_XCID, leg->xcid);
}

/* A leg that learned its parent's name is no orphan any more; others of its call may be. */
static void
unindex_orphan (CsCallLedger *self,
                CsCall       *call,
                CsLeg        *leg)
{
  g_autofree char *key = make_key (call->provider, CS_LEG_ORPHAN_XCID, leg->xcid);

  g_hash_table_remove (self->by_leg, key);
  for (guint i = 0; i < call->legs->len; i++)
    index_leg (self, call, g_ptr_array_index (call->legs, i));
}

static void
index_id (CsCallLedger *self,
          CsCall       *call,
          gint64        id)
{
  if (id != 0)
    g_hash_table_insert (self->by_id, g_memdup2 (&id, sizeof id), call);
}

static CsCall *
find_call (CsCallLedger *self,
           CsProvider    provider,
           CsLegField    field,
           const char   *value)
{
  g_autofree char *key = make_key (provider, field, value);
  CsCall *call = g_hash_table_lookup (self->by_leg, key);
  CsCall *stored;

  if (call != NULL || self->finder == NULL)
    return call;

  stored = self->finder (provider, field, value, self->user_data);
  if (stored == NULL)
    return NULL;

  /* An event of this transaction may have changed what the store still says. */
  cs_call_ledger_adopt (self, stored);
  return g_hash_table_lookup (self->by_leg, key);
}

/* Joins two calls that a later event showed to be one; returns the one that stays. */
static CsCall *
merge (CsCallLedger *self,
       CsCall       *a,
       CsCall       *b)
{
  CsCall *kept = is_earlier (a, b) ? a : b;
  CsCall *gone = kept == a ? b : a;
  GHashTableIter iter;
  gpointer value;

  if (a == b || a->legs->len + b->legs->len > MAX_LEGS)
    return a;

  while (gone->legs->len > 0)
    {
      CsLeg *leg = g_ptr_array_steal_index (gone->legs, 0);

      leg->changes |= CS_LEG_CHANGED_LINKS;
      g_ptr_array_add (kept->legs, leg);
      index_leg (self, kept, leg);
    }
  kept->seen_us = MIN (kept->seen_us, gone->seen_us);
  kept->last_us = MAX (kept->last_us, gone->last_us);

  if (gone->id != 0)
    g_array_append_val (self->merged, gone->id);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (value == gone)
        g_hash_table_iter_replace (&iter, kept);
    }
  g_hash_table_remove (self->changed, gone);
  g_hash_table_remove (self->calls, gone);
  return kept;
}

/* Finds the calls that the leg belongs to by what it names and by what names it, and makes them one.
 * Source: protocol/sipgate.md §5, rule 1: by origCallId, else by xcid. */
static CsCall *
join (CsCallLedger *self,
      CsCall       *call,
      CsLeg        *leg)
{
  CsProvider provider = call->provider;
  CsCall *related[4] = { NULL, NULL, NULL, NULL };

  if (leg->parent_id == NULL)
    {
      related[0] = leg->xcid != NULL ? find_call (self, provider, CS_LEG_XCID, leg->xcid) : NULL;
    }
  else
    {
      if (strcmp (leg->parent_id, leg->id) != 0)
        {
          related[0] = find_call (self, provider, CS_LEG_ID, leg->parent_id);
          if (related[0] == NULL)
            related[0] = find_call (self, provider, CS_LEG_PARENT_ID, leg->parent_id);
        }
      related[1] = leg->xcid != NULL ? find_call (self, provider, CS_LEG_ORPHAN_XCID, leg->xcid) : NULL;
    }
  related[2] = find_call (self, provider, CS_LEG_PARENT_ID, leg->id);

  for (guint i = 0; i < G_N_ELEMENTS (related); i++)
    {
      CsCall *other = related[i];

      /* An earlier turn may have merged it away. */
      if (other != NULL && g_hash_table_contains (self->calls, other))
        call = merge (self, call, other);
    }
  return call;
}

static gboolean
has_open_leg (CsCall *call)
{
  for (guint i = 0; i < call->legs->len; i++)
    {
      if (!cs_leg_has_ended (g_ptr_array_index (call->legs, i)))
        return TRUE;
    }
  return FALSE;
}

/* Settles what the arrival means for the call as a whole. A push of keys may come again at any time, and a record comes late: they
 * don't reopen what the clock ended, and only a push says that somebody is on the line. */
static void
note_arrival (CsCall            *call,
              CsLeg             *leg,
              const CsCallEvent *event,
              gint64             now_us,
              gboolean           links_changed)
{
  if (event->kind == CS_CALL_EVENT_RECORD)
    {
      call->timed_out = call->timed_out && has_open_leg (call);
      if (leg->record.started_us != CS_UNKNOWN)
        call->seen_us = MIN (call->seen_us, leg->record.started_us);
      return;
    }
  if (event->kind != CS_CALL_EVENT_DTMF || links_changed)
    call->timed_out = FALSE;
  call->last_us = MAX (call->last_us, now_us);
}

/* Makes a ledger that holds nothing. The finder, where there is one, lives as long as the ledger. */
CsCallLedger *
cs_call_ledger_new (CsCallFinder finder,
                    gpointer     user_data)
{
  CsCallLedger *self = g_new0 (CsCallLedger, 1);

  self->finder = finder;
  self->user_data = user_data;
  self->calls = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) cs_call_unref, NULL);
  self->changed = g_hash_table_new (NULL, NULL);
  self->by_leg = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->merged = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
cs_call_ledger_free (CsCallLedger *self)
{
  g_hash_table_unref (self->by_leg);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->calls);
  g_array_unref (self->merged);
  g_free (self);
}

/* Applies an event that arrived at now_us. Returns whether it told anything: FALSE for one that was told before (a
 * provider's repetition, or a replay), for a key pressed in a call that nobody knows, and for events without meaning
 * for calls; then nothing has changed. Source: protocol/sipgate.md §5. */
gboolean
cs_call_ledger_apply (CsCallLedger      *self,
                      const CsCallEvent *event,
                      gint64             now_us)
{
  CsCall *call = find_call (self, event->provider, CS_LEG_ID, event->leg_id);
  CsLeg *leg;
  gboolean links_changed = FALSE;

  if (event->kind == CS_CALL_EVENT_OTHER || (call == NULL && event->kind == CS_CALL_EVENT_DTMF))
    return FALSE;

  if (call == NULL)
    {
      call = cs_call_new (event->provider);
      call->seen_us = call->last_us = now_us;
      g_hash_table_add (self->calls, call);
      g_ptr_array_add (call->legs, cs_leg_new (event->leg_id));
      links_changed = TRUE;
    }

  leg = cs_call_get_leg (call, event->leg_id);
  if (!cs_leg_merge (leg, event, now_us))
    return FALSE;

  leg->changes |= CS_LEG_CHANGED_FACTS;
  if (cs_leg_learn_parent (leg, event->parent_id))
    {
      links_changed = TRUE;
      if (leg->xcid != NULL)
        unindex_orphan (self, call, leg);
    }
  links_changed = cs_leg_learn_xcid (leg, event->xcid) || links_changed;
  if (links_changed)
    {
      leg->changes |= CS_LEG_CHANGED_LINKS;
      /* Only then is it indexed: else it would find itself by its own names instead of others. */
      call = join (self, call, leg);
      index_leg (self, call, leg);
    }

  note_arrival (call, leg, event, now_us, links_changed);
  cs_call_evaluate (call);
  g_hash_table_add (self->changed, call);
  return TRUE;
}

/* Takes a stored call into the ledger's hands, unless it is there already; returns the one to work with.
 * call: (transfer full); returns: (transfer none) */
CsCall *
cs_call_ledger_adopt (CsCallLedger *self,
                      CsCall       *call)
{
  CsCall *known = g_hash_table_lookup (self->by_id, &call->id);

  if (known != NULL)
    {
      cs_call_unref (call);
      return known;
    }

  g_hash_table_add (self->calls, call);
  index_id (self, call, call->id);
  for (guint i = 0; i < call->legs->len; i++)
    index_leg (self, call, g_ptr_array_index (call->legs, i));
  return call;
}

/* Lets the clock end what is due among the calls held. Times in microseconds. */
void
cs_call_ledger_advance (CsCallLedger *self,
                        gint64        now_us,
                        gint64        stale_us)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      CsCall *call = key;

      if (!cs_call_is_due (call, now_us, stale_us))
        continue;
      call->timed_out = TRUE;
      cs_call_evaluate (call);
      g_hash_table_add (self->changed, call);
    }
}

/* Returns the call that the leg is part of, or NULL. (transfer none) (nullable) */
CsCall *
cs_call_ledger_find (CsCallLedger *self,
                     CsProvider    provider,
                     const char   *leg_id)
{
  return find_call (self, provider, CS_LEG_ID, leg_id);
}

static int
compare_seen (gconstpointer a,
              gconstpointer b)
{
  const CsCall *left = *(CsCall *const *) a, *right = *(CsCall *const *) b;

  return (left->seen_us > right->seen_us) - (left->seen_us < right->seen_us);
}

/* Returns the calls to store, oldest first. (transfer container) (element-type CsCall) */
GPtrArray *
cs_call_ledger_get_changed (CsCallLedger *self)
{
  GPtrArray *changed = g_ptr_array_sized_new (g_hash_table_size (self->changed));
  GHashTableIter iter;
  gpointer call;

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &call, NULL))
    g_ptr_array_add (changed, call);
  g_ptr_array_sort (changed, compare_seen);
  return changed;
}

/* Returns the ids of stored calls that became part of others. (transfer none) (element-type gint64) */
GArray *
cs_call_ledger_get_merged (CsCallLedger *self)
{
  return self->merged;
}

/* Forgets all: after a commit the store knows it, after a failed one it shall be as if it had never been. */
void
cs_call_ledger_clear (CsCallLedger *self)
{
  g_hash_table_remove_all (self->by_leg);
  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->changed);
  g_hash_table_remove_all (self->calls);
  g_array_set_size (self->merged, 0);
}
