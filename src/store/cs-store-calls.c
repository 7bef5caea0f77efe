/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-private.h"
#include "store/cs-store-row.h"

/* What of a stored call the buckets have counted, and by what others find it. */
typedef struct {
  gint64 quarter;
  int provider;
  char *number_key; /* (owned) */
  int direction;
  int outcome;
  int plain_outcome;
  gboolean is_estimated;
  gint64 wait_us;
  gint64 talk_us;
  gboolean is_counted;
  gint64 seen_us;
  char *peer_key;   /* (owned) (nullable) */
  gboolean is_done;
  gboolean is_connected;
} Counted;

static void
counted_clear (Counted *counted)
{
  g_free (counted->number_key);
  g_free (counted->peer_key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Counted, counted_clear)

static gboolean
read_counted (CsStore  *self,
              gint64    id,
              Counted  *counted,
              GError  **error)
{
  sqlite3_stmt *row = self->statements[GET_COUNTED];
  g_autoptr (GError) local = NULL;

  sqlite3_bind_int64 (row, 1, id);
  if (!cs_sql_next (row, &local))
    {
      if (local == NULL)
        g_set_error (&local, CS_STORE_ERROR, CS_STORE_ERROR_CORRUPT, "A call is missing from the database");
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  counted->quarter = sqlite3_column_int64 (row, 0);
  counted->provider = sqlite3_column_int (row, 1);
  counted->number_key = cs_sql_dup_text (row, 2);
  counted->direction = sqlite3_column_int (row, 3);
  counted->outcome = sqlite3_column_int (row, 4);
  counted->wait_us = cs_sql_get_time (row, 5);
  counted->talk_us = cs_sql_get_time (row, 6);
  counted->is_counted = sqlite3_column_int (row, 7) == CS_CALL_ENDED && !sqlite3_column_int (row, 13);
  counted->seen_us = sqlite3_column_int64 (row, 8);
  counted->peer_key = cs_sql_dup_text (row, 9);
  counted->is_done = sqlite3_column_int (row, 10);
  counted->plain_outcome = sqlite3_column_int (row, 11);
  counted->is_estimated = sqlite3_column_int (row, 12);
  counted->is_connected = sqlite3_column_int (row, 14);
  sqlite3_reset (row);
  return TRUE;
}

static void
describe_counted (CsCall  *call,
                  Counted *counted)
{
  counted->quarter = call->seen_us / 900000000;
  counted->provider = call->provider;
  counted->number_key = cs_number_get_key (call->number);
  if (counted->number_key == NULL)
    counted->number_key = g_strdup ("");
  counted->direction = call->direction;
  counted->outcome = call->outcome;
  counted->wait_us = call->wait_us;
  counted->talk_us = call->talk_us;
  counted->plain_outcome = call->plain_outcome;
  counted->is_estimated = call->is_estimated;
  counted->is_counted = call->state == CS_CALL_ENDED && !call->is_part;
  counted->seen_us = call->seen_us;
  counted->peer_key = cs_number_get_key (call->peer);
  counted->is_connected = call->is_connected;
}

static gboolean
count (CsStore        *self,
       const Counted  *counted,
       int             sign,
       GError        **error)
{
  sqlite3_stmt *add = self->statements[ADD_TO_BUCKET], *clean = self->statements[CLEAN_BUCKET];

  if (!counted->is_counted)
    return TRUE;

  for (int i = 0; i < 2; i++)
    {
      sqlite3_stmt *statement = i == 0 ? add : clean;

      sqlite3_bind_int64 (statement, 1, counted->quarter);
      sqlite3_bind_int (statement, 2, counted->provider);
      cs_sql_bind_text (statement, 3, counted->number_key);
      sqlite3_bind_int (statement, 4, counted->direction);
      sqlite3_bind_int (statement, 5, counted->outcome);
      sqlite3_bind_int (statement, 11, counted->plain_outcome);
    }
  sqlite3_bind_int (add, 6, sign);
  sqlite3_bind_int (add, 7, counted->wait_us == CS_UNKNOWN ? 0 : sign);
  sqlite3_bind_int64 (add, 8, counted->wait_us == CS_UNKNOWN ? 0 : sign * counted->wait_us);
  sqlite3_bind_int (add, 9, counted->talk_us == CS_UNKNOWN ? 0 : sign);
  sqlite3_bind_int64 (add, 10, counted->talk_us == CS_UNKNOWN ? 0 : sign * counted->talk_us);
  sqlite3_bind_int (add, 12, counted->is_estimated ? sign : 0);
  return cs_sql_run (add, error) && (sign > 0 || cs_sql_run (clean, error));
}

/* @call: 0 for all of that caller's that were seen before the time */
static void
tell_settled (CsStore    *self,
              gint64      call,
              const char *peer_key,
              gint64      before_us)
{
  CsNews *news = cs_news_new (CS_NEWS_SETTLED);

  news->call_id = call;
  news->peer_key = g_strdup (peer_key);
  news->at_us = before_us;
  cs_store_tell (self, news);
}

/* Settles what came before a talk with the same number. */
static gboolean
settle_earlier (CsStore        *self,
                const Counted  *talk,
                GError        **error)
{
  sqlite3_stmt *statement = self->statements[SETTLE_EARLIER];

  if (!talk->is_connected || talk->peer_key == NULL)
    return TRUE;
  cs_sql_bind_text (statement, 1, talk->peer_key);
  sqlite3_bind_int64 (statement, 2, talk->seen_us);
  if (!cs_sql_run (statement, error))
    return FALSE;
  if (sqlite3_changes (self->db) > 0)
    tell_settled (self, 0, talk->peer_key, talk->seen_us);
  return TRUE;
}

/* What a talk had settled waits again where that talk turns out to be part of a call that began earlier, or another's. */
static gboolean
reopen_earlier (CsStore        *self,
                const Counted  *old,
                const Counted  *present,
                GError        **error)
{
  sqlite3_stmt *statement = self->statements[REOPEN_EARLIER];

  if (!old->is_connected || old->peer_key == NULL
      || (present != NULL && present->is_connected && present->seen_us >= old->seen_us
          && g_strcmp0 (present->peer_key, old->peer_key) == 0))
    return TRUE;
  cs_sql_bind_text (statement, 1, old->peer_key);
  sqlite3_bind_int64 (statement, 2, old->seen_us);
  return cs_sql_run (statement, error);
}

/* Whether somebody called in vain: what the user is told of. A caller who was content with the order line wasn't. */
static gboolean
is_unanswered (const Counted *counted)
{
  CsPart part;

  if (!counted->is_counted || counted->direction != CS_DIRECTION_INBOUND || counted->is_connected)
    return FALSE;
  part = cs_outcome_get_part ((CsOutcome) counted->outcome);
  return part == CS_PART_MISSED || part == CS_PART_VOICEMAIL || part == CS_PART_BUSY;
}

/* Keeps a number to be searched for. key: of it, as the call has it; nothing happens without one. */
static gboolean
add_number (CsStore     *self,
            gboolean     is_own,
            const char  *key,
            const char  *number,
            GError     **error)
{
  sqlite3_stmt *statement = self->statements[ADD_NUMBER];
  g_autofree char *digits = NULL;

  if (key == NULL || *key == '\0' || number == NULL)
    return TRUE;
  digits = cs_number_get_digits (number);
  sqlite3_bind_int (statement, 1, is_own);
  cs_sql_bind_text (statement, 2, key);
  cs_sql_bind_text (statement, 3, digits);
  return cs_sql_run (statement, error);
}

/* Forgets a caller of whom there is no call any more. */
static gboolean
forget_number (CsStore     *self,
               const char  *key,
               GError     **error)
{
  if (key == NULL)
    return TRUE;
  cs_sql_bind_text (self->statements[FORGET_NUMBER], 1, key);
  return cs_sql_run (self->statements[FORGET_NUMBER], error);
}

/* Takes a call, and its legs if they are not another's by now, out of all tables. */
gboolean
cs_store_remove_call (CsStore  *self,
                      gint64    id,
                      gboolean  with_legs,
                      GError  **error)
{
  g_auto (Counted) counted = { 0 };

  if (!read_counted (self, id, &counted, error) || !count (self, &counted, -1, error))
    return FALSE;
  if (is_unanswered (&counted))
    tell_settled (self, id, NULL, 0);
  sqlite3_bind_int64 (self->statements[DELETE_CALL], 1, id);
  sqlite3_bind_int64 (self->statements[DELETE_LEGS], 1, id);
  return cs_sql_run (self->statements[DELETE_CALL], error)
         && (!with_legs || cs_sql_run (self->statements[DELETE_LEGS], error))
         && forget_number (self, counted.peer_key, error) && reopen_earlier (self, &counted, NULL, error);
}

static gboolean
put_leg (CsStore  *self,
         CsCall   *call,
         CsLeg    *leg,
         GError  **error)
{
  sqlite3_stmt *statement = self->statements[leg->changes & CS_LEG_CHANGED_LINKS ? INSERT_LEG : UPDATE_LEG];

  if (leg->changes == 0)
    return TRUE;

  sqlite3_bind_int (statement, 1, call->provider);
  if (leg->changes & CS_LEG_CHANGED_LINKS)
    {
      sqlite3_bind_int64 (statement, 2, call->id);
      cs_sql_bind_text (statement, 4, leg->parent_id);
      cs_sql_bind_text (statement, 5, leg->xcid);
    }
  cs_sql_bind_text (statement, 3, leg->id);
  sqlite3_bind_int (statement, 6, leg->direction);
  cs_sql_bind_text (statement, 7, leg->from);
  cs_sql_bind_text (statement, 8, leg->to);
  cs_sql_bind_text (statement, 9, leg->diversion);
  cs_sql_bind_text (statement, 10, leg->users);
  cs_sql_bind_text (statement, 11, leg->user_ids);
  cs_sql_bind_time (statement, 12, leg->new_us);
  cs_sql_bind_time (statement, 13, leg->answered_us);
  cs_sql_bind_text (statement, 14, leg->answer_user);
  cs_sql_bind_text (statement, 15, leg->answer_user_id);
  cs_sql_bind_text (statement, 16, leg->answer_number);
  cs_sql_bind_time (statement, 17, leg->ended_us);
  cs_sql_bind_text (statement, 18, leg->causes);
  cs_sql_bind_text (statement, 19, leg->hangup_number);
  cs_sql_bind_text (statement, 20, leg->digits);
  sqlite3_bind_int (statement, 21, leg->record.outcome);
  cs_sql_bind_time (statement, 22, leg->record.started_us);
  cs_sql_bind_time (statement, 23, leg->record.talk_us);
  cs_sql_bind_time (statement, 24, leg->record.told_us);
  cs_sql_bind_text (statement, 25, leg->record_user);
  cs_sql_bind_text (statement, 26, leg->record_user_id);
  cs_sql_bind_text (statement, 27, leg->record_cause);
  leg->changes = 0;
  return cs_sql_run (statement, error);
}

/* Whether the call still waits for somebody to call back: source protocol/sipgate.md §5, rule 6. */
static gboolean
needs_callback (CsStore       *self,
                CsCall        *call,
                const Counted *counted)
{
  sqlite3_stmt *later = self->statements[HAS_LATER_TALK];
  gboolean has_later;

  if (!call->wants_callback || counted->is_done)
    return FALSE;

  cs_sql_bind_text (later, 1, counted->peer_key);
  sqlite3_bind_int64 (later, 2, call->seen_us);
  has_later = cs_sql_next (later, NULL);
  sqlite3_reset (later);
  return !has_later;
}

/* (transfer full) (nullable) */
static char *
find_name (CsStore    *self,
           const char *peer_key)
{
  sqlite3_stmt *row = self->statements[GET_CONTACT_NAME];
  char *name = NULL;

  if (peer_key == NULL)
    return NULL;
  cs_sql_bind_text (row, 1, peer_key);
  if (cs_sql_next (row, NULL))
    name = cs_sql_dup_text (row, 0);
  sqlite3_reset (row);
  return name;
}

static CsNews *
make_news (CsStore       *self,
           const CsCall  *call,
           const Counted *counted)
{
  CsNews *news = cs_news_new (CS_NEWS_UNANSWERED);

  news->call_id = call->id;
  news->peer_key = g_strdup (counted->peer_key);
  news->at_us = call->seen_us;
  news->ended_us = call->ended_us != CS_UNKNOWN ? call->ended_us : call->started_us != CS_UNKNOWN ? call->started_us
                                                                                                  : call->seen_us;
  news->outcome = call->outcome;
  news->peer = cs_number_is_known (call->peer) ? g_strdup (call->peer) : NULL;
  news->name = find_name (self, counted->peer_key);
  news->number = g_strdup (call->number);
  news->can_call_back = call->wants_callback;
  return news;
}

/* Returns the news of a call as it is stored: NULL where nobody called in vain, or was talked with since.
 * (transfer full) (nullable) */
CsNews *
cs_store_make_news (CsStore *self,
                    CsCall  *call)
{
  g_auto (Counted) counted = { 0 };

  describe_counted (call, &counted);
  if (!is_unanswered (&counted) || (call->wants_callback && !call->needs_callback))
    return NULL;
  return make_news (self, call, &counted);
}

/* Tells that the call has become an unanswered one, or is none after all. */
static void
tell_change (CsStore       *self,
             CsCall        *call,
             const Counted *old,
             const Counted *present)
{
  if (is_unanswered (old) == is_unanswered (present) || self->is_rebuilding)
    return;
  if (!is_unanswered (present))
    {
      tell_settled (self, call->id, NULL, 0);
      return;
    }
  /* Somebody has talked with the caller since. */
  if (call->wants_callback && !needs_callback (self, call, present))
    return;
  cs_store_tell (self, make_news (self, call, present));
}

static gboolean
write_call (CsStore        *self,
            CsStoreStatement which,
            CsCall         *call,
            const Counted  *counted,
            GError        **error)
{
  sqlite3_stmt *statement = self->statements[which];

  sqlite3_bind_int64 (statement, 1, call->id);
  sqlite3_bind_int (statement, 2, call->provider);
  sqlite3_bind_int (statement, 3, call->state);
  sqlite3_bind_int (statement, 4, call->direction);
  sqlite3_bind_int (statement, 5, call->outcome);
  sqlite3_bind_int (statement, 6, call->timed_out);
  sqlite3_bind_int64 (statement, 7, call->last_us);
  cs_sql_bind_time (statement, 8, call->started_us);
  cs_sql_bind_time (statement, 9, call->answered_us);
  cs_sql_bind_time (statement, 10, call->ended_us);
  cs_sql_bind_time (statement, 11, call->wait_us);
  cs_sql_bind_time (statement, 12, call->talk_us);
  cs_sql_bind_text (statement, 13, call->from);
  cs_sql_bind_text (statement, 14, call->to);
  cs_sql_bind_text (statement, 15, call->number);
  cs_sql_bind_text (statement, 16, call->offered);
  cs_sql_bind_text (statement, 17, call->answered_by);
  cs_sql_bind_text (statement, 18, call->answered_by_name);
  cs_sql_bind_text (statement, 19, call->answering_number);
  cs_sql_bind_text (statement, 20, call->cause);
  sqlite3_bind_int (statement, 21, call->n_legs);
  sqlite3_bind_int (statement, 22, call->is_connected);
  sqlite3_bind_int (statement, 23, call->wants_callback);
  sqlite3_bind_int (statement, 24, needs_callback (self, call, counted));
  sqlite3_bind_int (statement, 28, call->plain_outcome);
  sqlite3_bind_int (statement, 29, call->is_estimated);
  sqlite3_bind_int (statement, 30, call->is_part);
  sqlite3_bind_int (statement, 31, call->source);
  if (which == INSERT_CALL)
    cs_sql_bind_text (statement, 32, call->record_id);
  if (which != UPDATE_CALL)
    {
      sqlite3_bind_int64 (statement, 25, call->seen_us);
      cs_sql_bind_text (statement, 26, counted->number_key);
      cs_sql_bind_text (statement, 27, counted->peer_key);
    }
  return cs_sql_run (statement, error);
}

/* While calls are derived anew, each takes the id and the tick of the one that held its first leg. */
static gboolean
recall_identity (CsStore *self,
                 CsCall  *call,
                 gint64  *done_us)
{
  CsLeg *leg = g_ptr_array_index (call->legs, 0);
  sqlite3_stmt *row = cs_sql_prepare (self->db,
                                      "SELECT call, done_us FROM temp.old_leg WHERE provider = ?1 AND id = ?2"
                                      " AND call NOT IN (SELECT id FROM call)", NULL);
  gboolean found;

  if (row == NULL)
    return FALSE;
  sqlite3_bind_int (row, 1, call->provider);
  cs_sql_bind_text (row, 2, leg->id);
  found = cs_sql_next (row, NULL);
  if (found)
    {
      call->id = sqlite3_column_int64 (row, 0);
      *done_us = cs_sql_get_time (row, 1);
    }
  sqlite3_finalize (row);
  return found;
}

static gboolean
restore_tick (CsStore  *self,
              gint64    id,
              gint64    done_us,
              GError  **error)
{
  g_autofree char *update = g_strdup_printf ("UPDATE call SET done_us = %" G_GINT64_FORMAT ", callback = 0 WHERE id = %"
                                             G_GINT64_FORMAT, done_us, id);

  return done_us == CS_UNKNOWN || cs_sql_exec (self->db, update, error);
}

static gboolean
put_call (CsStore  *self,
          CsCall   *call,
          GError  **error)
{
  g_auto (Counted) old = { 0 }, counted = { 0 };
  gint64 done_us = CS_UNKNOWN;
  CsStoreStatement which = INSERT_CALL;

  describe_counted (call, &counted);
  if (call->id != 0)
    {
      if (!read_counted (self, call->id, &old, error) || !count (self, &old, -1, error))
        return FALSE;
      counted.is_done = old.is_done;
      which = old.seen_us == counted.seen_us && g_strcmp0 (old.number_key, counted.number_key) == 0
                  && g_strcmp0 (old.peer_key, counted.peer_key) == 0
                ? UPDATE_CALL : UPDATE_CALL_KEYS;
    }
  else if (!self->is_rebuilding || !recall_identity (self, call, &done_us))
    {
      call->id = ++self->last_id;
    }

  if (which != UPDATE_CALL
      && (!add_number (self, FALSE, counted.peer_key, call->peer, error)
          || !add_number (self, TRUE, counted.number_key, call->number, error)))
    return FALSE;
  if (!write_call (self, which, call, &counted, error) || !count (self, &counted, +1, error)
      || !restore_tick (self, call->id, done_us, error))
    return FALSE;
  if (which == UPDATE_CALL_KEYS && g_strcmp0 (old.peer_key, counted.peer_key) != 0
      && !forget_number (self, old.peer_key, error))
    return FALSE;
  for (guint i = 0; i < call->legs->len; i++)
    {
      if (!put_leg (self, call, g_ptr_array_index (call->legs, i), error))
        return FALSE;
    }
  tell_change (self, call, &old, &counted);
  return reopen_earlier (self, &old, &counted, error) && settle_earlier (self, &counted, error);
}

/* Writes what the ledger changed, buckets and call-backs with it, and makes the ledger forget it. */
gboolean
cs_store_put_changes (CsStore       *self,
                      CsCallLedger  *ledger,
                      GError       **error)
{
  g_autoptr (GPtrArray) changed = cs_call_ledger_get_changed (ledger);
  GArray *merged = cs_call_ledger_get_merged (ledger);

  if ((changed->len > 0 || merged->len > 0) && !cs_store_begin (self, error))
    return FALSE;
  for (guint i = 0; i < merged->len; i++)
    {
      if (!cs_store_remove_call (self, g_array_index (merged, gint64, i), FALSE, error))
        return FALSE;
    }
  for (guint i = 0; i < changed->len; i++)
    {
      if (!put_call (self, g_ptr_array_index (changed, i), error))
        return FALSE;
    }
  cs_call_ledger_clear (ledger);
  return TRUE;
}


/* Whether two readings of one record say the same. */
static gboolean
is_same_record (CsCall *a,
                CsCall *b)
{
  return a->source == b->source && a->state == b->state && a->direction == b->direction && a->outcome == b->outcome
         && a->plain_outcome == b->plain_outcome && a->is_estimated == b->is_estimated && a->is_part == b->is_part
         && a->seen_us == b->seen_us && a->started_us == b->started_us && a->answered_us == b->answered_us
         && a->ended_us == b->ended_us && a->wait_us == b->wait_us && a->talk_us == b->talk_us
         && g_strcmp0 (a->from, b->from) == 0 && g_strcmp0 (a->to, b->to) == 0
         && g_strcmp0 (a->number, b->number) == 0 && g_strcmp0 (a->cause, b->cause) == 0;
}

/* Keeps a call that came as a whole, with a record_id and without legs, unless a better authority told of it before.
 * Sets changed where that made a difference. */
gboolean
cs_store_put_record (CsStore   *self,
                     CsCall    *call,
                     gboolean  *changed,
                     GError   **error)
{
  sqlite3_stmt *row = self->statements[FIND_RECORD];
  g_autoptr (CsCall) stored = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (call->record_id != NULL && call->legs->len == 0, FALSE);

  *changed = FALSE;
  sqlite3_bind_int (row, 1, call->provider);
  cs_sql_bind_text (row, 2, call->record_id);
  if (cs_sql_next (row, &local))
    stored = cs_store_row_to_call (row);
  sqlite3_reset (row);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (stored != NULL)
    {
      /* Events may come in any order: what ended has ended. */
      if (stored->source > call->source
          || (stored->source == call->source && stored->state == CS_CALL_ENDED && call->state != CS_CALL_ENDED))
        return TRUE;
      call->id = stored->id;
      if (is_same_record (stored, call) && (call->source != CS_SOURCE_RECORD || cs_call_is_settled (stored)))
        return TRUE;
    }

  *changed = stored == NULL || !is_same_record (stored, call);
  return cs_store_begin (self, error) && put_call (self, call, error);
}
