/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-order-line-private.h"

#include <string.h>

#define SWEEP_SECONDS 60
#define MAILBOX "voicemail"

G_STATIC_ASSERT ((int) CS_ORDER_RESULT_FOUND == (int) CS_ORDER_FOUND);
G_STATIC_ASSERT ((int) CS_ORDER_RESULT_REFUSED == (int) CS_ORDER_REFUSED);

/* A push on its way through. */
typedef struct {
  CsCallEvent *event;     /* (unowned) until it is done */
  GBytes *body;           /* (unowned) */
  gint64 at_us;
  CsOrderReply *reply;    /* (owned) (nullable) */
  CsOrderTakenFunc done;
  gpointer user_data;
} Push;

/* A look-up, and the pushes that wait for it: one, unless the provider repeats it meanwhile. */
struct _Query
{
  CsOrderLine *line;
  Visit *visit;
  char *customer;            /* (owned) */
  GPtrArray *pushes;         /* (owned) (element-type Push) */
};

/* What one step changes in the store. */
typedef struct {
  const Visit *put;       /* (nullable) */
  const char *remove;     /* (nullable) leg */
  CsOrderQuery log[2];
  guint n_log;
} Change;

static void
visit_free (gpointer data)
{
  Visit *visit = data;

  g_free (visit->leg);
  g_free (visit->caller);
  g_free (visit);
}

static gboolean
write_change (CsStore  *store,
              gpointer  data,
              GError  **error)
{
  Change *change = data;

  for (guint i = 0; i < change->n_log; i++)
    {
      if (!cs_store_add_query (store, &change->log[i], error))
        return FALSE;
    }
  if (change->put != NULL)
    {
      const Visit *visit = change->put;
      CsStoreDialogue row = { visit->leg, visit->caller, visit->dialogue.phase, visit->dialogue.n_tries,
                              visit->dialogue.n_asked, (char *) visit->dialogue.entered, visit->result, visit->at_us };

      return cs_store_put_dialogue (store, &row, error);
    }
  return change->remove == NULL || cs_store_remove_dialogue (store, change->remove, error);
}

/* The list is shared with snapshots, so a new one takes its place. */
static void
remember_query (CsOrderLine        *self,
                const CsOrderQuery *query)
{
  GPtrArray *queries = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_order_query_free);
  GPtrArray *old = self->state.queries;

  g_ptr_array_add (queries, cs_order_query_copy (query));
  for (guint i = 0; i < old->len && queries->len < CS_ORDERS_N_QUERIES; i++)
    g_ptr_array_add (queries, cs_order_query_copy (g_ptr_array_index (old, i)));
  g_ptr_array_unref (old);
  self->state.queries = queries;
}

static void
log_result (CsOrderLine   *self,
            Change        *change,
            Visit         *visit,
            const char    *customer,
            CsOrderResult  result,
            int            state,
            gint64         at_us)
{
  CsOrderQuery *query = &change->log[change->n_log++];

  *query = (CsOrderQuery) { at_us, visit->leg, visit->caller, (char *) customer, result, state };
  visit->result = MIN (visit->result, (int) result);
  remember_query (self, query);
}

/* Counts afresh where another day has begun. */
static void
turn_day (CsOrderLine *self,
          gint64       now_us)
{
  gint64 day_us = cs_day_get_start (self->zone, now_us);
  g_autoptr (GError) error = NULL;

  if (day_us == self->day_us)
    return;
  self->day_us = day_us;
  self->state.n_handled = 0;
  if (!cs_store_count_order_calls (self->store, day_us, self->state.n_results, &error))
    g_warning ("The calls at the order line can't be counted: %s", error->message);
  for (int i = 0; i < CS_N_ORDER_RESULTS; i++)
    self->state.n_handled += self->state.n_results[i];
}

/* The call has left the line. Where nothing came of it, reason says how it ended. Takes the visit out of the table; it lives as
 * long as the change. */
static Visit *
end_visit (CsOrderLine   *self,
           Change        *change,
           Visit         *visit,
           CsOrderResult  reason,
           gint64         at_us)
{
  if (visit->result == CS_N_ORDER_RESULTS)
    log_result (self, change, visit, NULL, reason, -1, at_us);
  turn_day (self, at_us);
  self->state.n_results[visit->result]++;
  self->state.n_handled++;
  change->put = NULL;
  change->remove = visit->leg;
  g_hash_table_steal (self->visits, visit->leg);
  return visit;
}

static CsOrderReply *
make_reply (CsOrderLine       *self,
            const CsOrderStep *step)
{
  CsOrderReply *reply = g_new0 (CsOrderReply, 1);

  reply->kind = step->kind;
  reply->is_of_dialogue = TRUE;
  if (step->announcement >= 0)
    reply->announcement = cs_announcement_get_file (step->announcement, self->language);
  reply->max_digits = step->max_digits;
  reply->timeout_ms = step->timeout_ms;
  reply->number = g_strdup (step->text);
  return reply;
}

static void
on_recorded (gboolean is_kept,
             gpointer data)
{
  g_autofree Push *push = data;

  push->done (is_kept, g_steal_pointer (&push->reply), push->user_data);
}

/* Records the event and the change in one transaction, and answers after that. Takes the push. */
static void
record (CsOrderLine *self,
        Push        *push,
        Change      *change)
{
  cs_recorder_record_with (self->recorder, push->event, push->body, push->at_us, change != NULL ? write_change : NULL, change,
                           on_recorded, push);
}

/* The step is what comes next in the visit. Takes the push. */
static void
finish_step (CsOrderLine       *self,
             Visit             *visit,
             const CsOrderStep *step,
             Change            *change,
             Push              *push)
{
  Visit *ended = NULL;

  visit->at_us = push->at_us;
  push->reply = make_reply (self, step);
  change->put = visit;
  if (visit->dialogue.phase == CS_ORDER_PHASE_OVER || visit->has_left)
    ended = end_visit (self, change, visit, visit->has_left ? CS_ORDER_RESULT_HUNG_UP : CS_ORDER_RESULT_GAVE_UP, push->at_us);
  record (self, push, change);
  g_clear_pointer (&ended, visit_free);
}

static void
finish_query (Query          *query,
              CsOrderFinding  finding,
              CsOrderState    state)
{
  CsOrderLine *self = query->line;
  Visit *visit = query->visit;
  CsOrderStep step = cs_order_dialogue_take_result (&visit->dialogue, finding, state, &self->rules);
  Change change = { 0 };
  Push *first = g_ptr_array_index (query->pushes, 0);

  visit->query = NULL;
  self->n_waiting -= query->pushes->len;
  log_result (self, &change, visit, query->customer, (CsOrderResult) finding, finding == CS_ORDER_FOUND ? (int) state : -1,
              first->at_us);
  for (guint i = 1; i < query->pushes->len; i++)
    {
      Push *push = g_ptr_array_index (query->pushes, i);

      push->reply = make_reply (self, &step);
      record (self, push, NULL);
    }
  finish_step (self, visit, &step, &change, first);
}

static void
on_looked_up (CsOrderFinding finding,
              CsOrderState   state,
              gpointer       data)
{
  Query *query = data;

  finish_query (query, finding, state);
  g_ptr_array_unref (query->pushes);
  g_free (query->customer);
  g_free (query);
}

/* Takes the push. */
static void
look_up (CsOrderLine *self,
         Visit       *visit,
         const char  *customer,
         Push        *push)
{
  Query *query = g_new0 (Query, 1);

  query->line = self;
  query->visit = visit;
  query->customer = g_strdup (customer);
  query->pushes = g_ptr_array_new ();
  g_ptr_array_add (query->pushes, push);
  self->n_waiting++;
  visit->query = query;
  cs_order_line_look_up (self, query->customer, on_looked_up, query);
}

static void
take_keys (CsOrderLine *self,
           Visit       *visit,
           Push        *push)
{
  g_autofree char *key = cs_number_get_key (visit->caller);
  g_autofree char *customer = NULL;
  const char *caller = key != NULL ? key : "";
  Change change = { 0 };
  CsOrderStep step;

  if (visit->query != NULL)
    {
      g_ptr_array_add (visit->query->pushes, push);
      self->n_waiting++;
      return;
    }
  step = cs_order_dialogue_take_keys (&visit->dialogue, push->event->digits, &self->rules);
  if (step.kind == CS_ORDER_STEP_LOOK_UP && cs_order_limit_is_free (self->limit, caller, push->at_us))
    {
      cs_order_limit_add (self->limit, caller, push->at_us);
      look_up (self, visit, step.text, push);
      return;
    }
  if (step.kind == CS_ORDER_STEP_LOOK_UP)
    {
      customer = g_strdup (step.text);
      log_result (self, &change, visit, customer, CS_ORDER_RESULT_REFUSED, -1, push->at_us);
      step = cs_order_dialogue_take_result (&visit->dialogue, CS_ORDER_REFUSED, CS_ORDER_RECEIVED, &self->rules);
    }
  finish_step (self, visit, &step, &change, push);
}

/* Whether the line answers a new call: it came in for one of its numbers, and not on its way to the mailbox. */
static gboolean
is_for_line (CsOrderLine       *self,
             const CsCallEvent *event)
{
  g_autofree char *key = NULL;

  if (!self->state.is_enabled || event->direction != CS_DIRECTION_INBOUND)
    return FALSE;
  if (event->users != NULL && g_strv_length (event->users) == 1 && g_ascii_strcasecmp (event->users[0], MAILBOX) == 0)
    return FALSE;
  key = cs_number_get_key (event->to);
  return key != NULL && g_hash_table_contains (self->numbers, key);
}

static void
begin_visit (CsOrderLine *self,
             Push        *push)
{
  Visit *visit = g_new0 (Visit, 1);
  CsOrderStep step = cs_order_dialogue_begin (&visit->dialogue, &self->rules);
  Change change = { 0 };

  visit->leg = g_strdup (push->event->leg_id);
  visit->caller = cs_number_is_known (push->event->from) ? g_strdup (push->event->from) : NULL;
  visit->result = CS_N_ORDER_RESULTS;
  g_hash_table_insert (self->visits, visit->leg, visit);
  push->event->asks_keys = TRUE;
  finish_step (self, visit, &step, &change, push);
}

/* Takes the push. */
static void
take_new_call (CsOrderLine *self,
               Visit       *visit,
               Push        *push)
{
  if (visit != NULL && visit->query == NULL)
    {
      CsOrderStep step = cs_order_dialogue_ask_again (&visit->dialogue, &self->rules);
      Change change = { 0 };

      finish_step (self, visit, &step, &change, push);
    }
  /* What is repeated after the call's end, or told too late, begins nothing. */
  else if (visit == NULL && is_for_line (self, push->event)
           && !cs_recorder_knows (self->recorder, push->event->provider, push->event->leg_id))
    begin_visit (self, push);
  else
    record (self, push, NULL);
}

/* Takes the push. */
static void
take_end (CsOrderLine   *self,
          Visit         *visit,
          CsOrderResult  reason,
          Push          *push)
{
  Change change = { 0 };
  Visit *ended;

  if (visit == NULL || visit->query != NULL)
    {
      if (visit != NULL)
        visit->has_left = TRUE;
      record (self, push, NULL);
      return;
    }
  ended = end_visit (self, &change, visit, reason, push->at_us);
  record (self, push, &change);
  visit_free (ended);
}

/* Calls that nothing was heard of for so long aren't at the line any more. */
static void
sweep (CsOrderLine *self)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (GPtrArray) stale = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->visits);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Visit *visit = value;

      if (visit->query == NULL && now_us - visit->at_us >= self->stale_us)
        g_ptr_array_add (stale, visit);
    }
  for (guint i = 0; i < stale->len; i++)
    {
      Change change = { 0 };
      Visit *ended = end_visit (self, &change, g_ptr_array_index (stale, i), CS_ORDER_RESULT_HUNG_UP, now_us);

      cs_recorder_write (self->recorder, write_change, &change, NULL, NULL);
      visit_free (ended);
    }
}

static gboolean
on_sweep (gpointer data)
{
  sweep (data);
  return G_SOURCE_CONTINUE;
}

/* Brings back the calls that were at the line, and what counts for the limits. */
static void
load (CsOrderLine *self)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) dialogues = cs_store_get_dialogues (self->store, &error);
  g_autoptr (GPtrArray) queries = NULL;

  if (dialogues != NULL)
    queries = cs_store_get_queries (self->store, now_us - CS_ORDER_LIMIT_SPAN_US, G_MAXINT, &error);
  if (queries != NULL)
    self->state.queries = cs_store_get_queries (self->store, 0, CS_ORDERS_N_QUERIES, &error);
  if (self->state.queries == NULL)
    {
      g_warning ("What callers asked for can't be read: %s", error->message);
      self->state.queries = g_ptr_array_new ();
      return;
    }

  for (guint i = 0; i < dialogues->len; i++)
    {
      CsStoreDialogue *row = g_ptr_array_index (dialogues, i);
      Visit *visit = g_new0 (Visit, 1);

      visit->leg = g_strdup (row->leg);
      visit->caller = g_strdup (row->caller);
      visit->dialogue.phase = row->phase == CS_ORDER_PHASE_ASKING ? CS_ORDER_PHASE_ASKING : CS_ORDER_PHASE_LEAVING;
      visit->dialogue.n_tries = row->n_tries;
      visit->dialogue.n_asked = row->n_asked;
      g_strlcpy (visit->dialogue.entered, row->entered, sizeof visit->dialogue.entered);
      visit->result = CLAMP (row->result, 0, CS_N_ORDER_RESULTS);
      visit->at_us = row->at_us;
      g_hash_table_insert (self->visits, visit->leg, visit);
    }
  for (guint i = queries->len; i > 0; i--)
    {
      CsOrderQuery *query = g_ptr_array_index (queries, i - 1);
      g_autofree char *key = cs_number_get_key (query->caller);

      if (query->result <= CS_ORDER_RESULT_UNAVAILABLE)
        cs_order_limit_add (self->limit, key != NULL ? key : "", query->at_us);
    }
}

/* Store and recorder outlive the line. changed is called when its state is another one, and with the recorder's commits. */
CsOrderLine *
cs_order_line_new (CsStore               *store,
                   CsRecorder            *recorder,
                   const char            *data_dir,
                   CsRecorderChangedFunc  changed,
                   gpointer               user_data)
{
  CsOrderLine *self = g_new0 (CsOrderLine, 1);

  self->store = store;
  self->recorder = recorder;
  self->changed = changed;
  self->user_data = user_data;
  self->data_dir = g_strdup (data_dir);
  self->rules = (CsOrderRules) { 8, 5000, "" };
  self->language = g_strdup ("en");
  self->zone = g_time_zone_new_local ();
  self->stale_us = G_MAXINT64;
  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->visits = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, visit_free);
  self->look_ups = g_hash_table_new (NULL, NULL);
  self->limit = cs_order_limit_new ();
  self->sweeper = g_timeout_source_new_seconds (SWEEP_SECONDS);
  g_source_set_callback (self->sweeper, on_sweep, self, NULL);
  g_source_attach (self->sweeper, g_main_context_get_thread_default ());
  load (self);
  return self;
}

void
cs_order_line_free (CsOrderLine *self)
{
  cs_order_line_close (self);
  g_source_destroy (self->sweeper);
  g_source_unref (self->sweeper);
  g_hash_table_unref (self->visits);
  g_hash_table_unref (self->look_ups);
  g_hash_table_unref (self->numbers);
  cs_order_limit_free (self->limit);
  g_time_zone_unref (self->zone);
  cs_orders_state_clear (&self->state);
  g_free (self->data_dir);
  g_free (self->transfer);
  g_free (self->language);
  g_free (self->look_up_error);
  g_free (self);
}

/* Takes changed settings; calls at the line go on by them. */
void
cs_order_line_configure (CsOrderLine          *self,
                         const CsEngineConfig *config)
{
  g_autofree char *transfer_key = cs_number_get_key (config->orders_transfer_number);

  g_hash_table_remove_all (self->numbers);
  for (guint i = 0; config->orders_numbers != NULL && config->orders_numbers[i] != NULL; i++)
    {
      char *key = cs_number_get_key (config->orders_numbers[i]);

      if (key != NULL)
        g_hash_table_add (self->numbers, key);
    }
  self->state.is_enabled = config->orders_enabled && g_hash_table_size (self->numbers) > 0;
  g_free (self->transfer);
  /* Handed over to the line itself, a caller would never get out. */
  self->transfer = g_strdup (transfer_key != NULL && !g_hash_table_contains (self->numbers, transfer_key)
                             ? config->orders_transfer_number : "");
  g_free (self->language);
  self->language = g_strdup (config->orders_language != NULL && *config->orders_language != '\0' ? config->orders_language : "en");
  self->rules = (CsOrderRules) { CLAMP (config->orders_digits, 1, CS_ORDER_MAX_DIGITS), MAX (config->orders_timeout_ms, 1),
                                 self->transfer };
  self->stale_us = MAX (config->stale_minutes, 1) * G_TIME_SPAN_MINUTE;
  g_time_zone_unref (self->zone);
  self->zone = cs_day_get_zone (config->timezone);
  self->day_us = CS_UNKNOWN;
  cs_order_line_choose_source (self, config);
  sweep (self);
}

/* Records an event of sipgate's, and says what it is answered with. event and body stay until done is called. */
void
cs_order_line_take (CsOrderLine       *self,
                    CsCallEvent       *event,
                    GBytes            *body,
                    CsOrderTakenFunc   done,
                    gpointer           user_data)
{
  Visit *visit = g_hash_table_lookup (self->visits, event->leg_id);
  Push *push = g_new (Push, 1);

  *push = (Push) { event, body, cs_recorder_get_stamp (self->recorder), NULL, done, user_data };
  switch (event->kind)
    {
    case CS_CALL_EVENT_NEW_CALL:
      take_new_call (self, visit, push);
      break;
    case CS_CALL_EVENT_DTMF:
      if (visit != NULL && !visit->has_left)
        {
          take_keys (self, visit, push);
          break;
        }
      /* Nobody at the line: whoever it is, there is nothing to say. */
      push->reply = g_new0 (CsOrderReply, 1);
      push->reply->kind = CS_ORDER_STEP_HANG_UP;
      record (self, push, NULL);
      break;
    case CS_CALL_EVENT_HANGUP:
      take_end (self, visit, CS_ORDER_RESULT_HUNG_UP, push);
      break;
    case CS_CALL_EVENT_ANSWER:
    case CS_CALL_EVENT_RECORD:
    case CS_CALL_EVENT_OTHER:
      record (self, push, NULL);
      break;
    }
}

/* How many pushes wait for a look-up: none of them will be recorded soon. */
guint
cs_order_line_get_n_waiting (CsOrderLine *self)
{
  return self->n_waiting;
}

/* (transfer none) */
const CsOrdersState *
cs_order_line_get_state (CsOrderLine *self)
{
  turn_day (self, g_get_real_time ());
  self->state.n_running = g_hash_table_size (self->visits);
  cs_order_line_describe_source (self);
  return &self->state;
}

void
cs_order_reply_free (CsOrderReply *reply)
{
  g_free (reply->announcement);
  g_free (reply->number);
  g_free (reply);
}
