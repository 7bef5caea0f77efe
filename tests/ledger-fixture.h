/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-ledger.h"

#include <string.h>

/* What the tests of calls and their ledger share: events written as text, a store that is nothing but memory, and the
 * description of a call that expectations are written in. */

#define FIXTURE_STALE_US (G_GINT64_CONSTANT (240) * 60 * G_USEC_PER_SEC)
#define FIXTURE_START_US (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)
#define FIXTURE_CALLER "492111234567"
#define FIXTURE_OWN "4915791234567"

/* How the ledger is used: the result must be the same in all of them. */
typedef enum {
  FIXTURE_ONE_TRANSACTION,
  FIXTURE_COMMIT_EACH,
  FIXTURE_COMMIT_EACH_WITH_CLOCK, /* the clock advances to each event's arrival before it is applied */
} FixtureMode;

#define FIXTURE_N_MODES 3

typedef struct {
  FixtureMode mode;
  CsCallLedger *ledger; /* (owned) */
  GHashTable *calls;    /* (owned) gint64 id → CsCall without legs */
  GHashTable *legs;     /* (owned) "provider id" → FixtureLeg */
  gint64 last_id;
} Fixture;

/* A row of the store's table of legs. */
typedef struct {
  CsProvider provider;
  gint64 call_id;
  CsLeg *leg; /* (owned) */
} FixtureLeg;

/* An event and the time since the start at which it arrives. */
typedef struct {
  CsCallEvent *event; /* (owned) */
  gint64 at_us;
} FixtureEvent;

static inline void
fixture_event_free (FixtureEvent *self)
{
  cs_call_event_free (self->event);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureEvent, fixture_event_free)

static inline void
fixture_leg_free (FixtureLeg *self)
{
  cs_leg_free (self->leg);
  g_free (self);
}

static inline void
fixture_replace (char       **field,
                 const char  *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/* Reads "0 newCall a parent=b xcid=x dir=out users=Alice,Bob ids=w0,w1": milliseconds, kind, leg, and any fields. What
 * isn't said is as in a fresh incoming call of a known number, whose leg names itself as parent. */
static inline FixtureEvent *
fixture_event_parse (const char *text)
{
  static const char *const kinds[] = { "newCall", "answer", "hangup", "dtmf", "other", NULL };
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  FixtureEvent *self = g_new0 (FixtureEvent, 1);
  CsCallEvent *event;
  guint kind = 0;

  while (g_strcmp0 (kinds[kind], words[1]) != 0)
    g_assert_nonnull (kinds[kind++]);

  event = cs_call_event_new (CS_PROVIDER_SIPGATE, kind, words[2]);
  event->direction = strstr (text, " dir=out") != NULL ? CS_DIRECTION_OUTBOUND : CS_DIRECTION_INBOUND;
  event->parent_id = g_strdup (words[2]);
  event->from = g_strdup (event->direction == CS_DIRECTION_OUTBOUND ? FIXTURE_OWN : FIXTURE_CALLER);
  event->to = g_strdup (event->direction == CS_DIRECTION_OUTBOUND ? FIXTURE_CALLER : FIXTURE_OWN);

  for (char **word = words + 3; *word != NULL; word++)
    {
      g_auto (GStrv) field = g_strsplit (*word, "=", 2);
      const char *value = field[1] != NULL && *field[1] != '\0' ? field[1] : NULL;

      if (g_str_equal (field[0], "parent"))
        fixture_replace (&event->parent_id, value);
      else if (g_str_equal (field[0], "xcid"))
        fixture_replace (&event->xcid, value);
      else if (g_str_equal (field[0], "from"))
        fixture_replace (&event->from, value);
      else if (g_str_equal (field[0], "to"))
        fixture_replace (&event->to, value);
      else if (g_str_equal (field[0], "diversion"))
        fixture_replace (&event->diversion, value);
      else if (g_str_equal (field[0], "number"))
        fixture_replace (&event->answering_number, value);
      else if (g_str_equal (field[0], "cause"))
        fixture_replace (&event->cause, value);
      else if (g_str_equal (field[0], "digits"))
        fixture_replace (&event->digits, field[1]);
      else if (g_str_equal (field[0], "users"))
        event->users = g_strsplit (value, ",", -1);
      else if (g_str_equal (field[0], "ids"))
        event->user_ids = g_strsplit (value, ",", -1);
      else if (g_str_equal (field[0], "full"))
        event->full_user_ids = g_strsplit (value, ",", -1);
      else
        g_assert_cmpstr (field[0], ==, "dir");
    }

  self->event = event;
  self->at_us = g_ascii_strtoll (words[0], NULL, 10) * 1000;
  return self;
}

/* Reads one event a line. (transfer full) (element-type FixtureEvent) */
static inline GPtrArray *
fixture_events_parse (const char *text)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_event_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    g_ptr_array_add (events, fixture_event_parse (*line));
  return events;
}

static inline void
fixture_copy_facts (CsLeg       *to,
                    const CsLeg *from)
{
  to->direction = from->direction;
  to->new_us = from->new_us;
  to->answered_us = from->answered_us;
  to->ended_us = from->ended_us;
  fixture_replace (&to->from, from->from);
  fixture_replace (&to->to, from->to);
  fixture_replace (&to->diversion, from->diversion);
  fixture_replace (&to->users, from->users);
  fixture_replace (&to->user_ids, from->user_ids);
  fixture_replace (&to->answer_user, from->answer_user);
  fixture_replace (&to->answer_user_id, from->answer_user_id);
  fixture_replace (&to->answer_number, from->answer_number);
  fixture_replace (&to->causes, from->causes);
  fixture_replace (&to->hangup_number, from->hangup_number);
  fixture_replace (&to->digits, from->digits);
}

static inline void
fixture_copy_links (CsLeg       *to,
                    const CsLeg *from)
{
  fixture_replace (&to->parent_id, from->parent_id);
  fixture_replace (&to->xcid, from->xcid);
}

/* Reads a call and all its legs out of the store. (transfer full) */
static inline CsCall *
fixture_load (Fixture *self,
              gint64   id)
{
  const CsCall *row = g_hash_table_lookup (self->calls, &id);
  CsCall *call = cs_call_new (row->provider);
  GHashTableIter iter;
  gpointer value;

  call->id = id;
  call->timed_out = row->timed_out;
  call->seen_us = row->seen_us;
  call->last_us = row->last_us;

  g_hash_table_iter_init (&iter, self->legs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      FixtureLeg *stored = value;

      if (stored->call_id == id)
        {
          CsLeg *leg = cs_leg_new (stored->leg->id);

          fixture_copy_facts (leg, stored->leg);
          fixture_copy_links (leg, stored->leg);
          g_ptr_array_add (call->legs, leg);
        }
    }
  cs_call_evaluate (call);
  return call;
}

/* A CsCallFinder. */
static inline CsCall *
fixture_find (CsProvider  provider,
              CsLegField  field,
              const char *value,
              gpointer    user_data)
{
  Fixture *self = user_data;
  gint64 first = G_MAXINT64;
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->legs);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      FixtureLeg *stored = item;
      CsLeg *leg = stored->leg;
      gboolean is_match = FALSE;

      switch (field)
        {
        case CS_LEG_ID:
          is_match = g_str_equal (leg->id, value);
          break;
        case CS_LEG_PARENT_ID:
          is_match = g_strcmp0 (leg->parent_id, value) == 0 && !g_str_equal (leg->id, value);
          break;
        case CS_LEG_XCID:
          is_match = g_strcmp0 (leg->xcid, value) == 0;
          break;
        case CS_LEG_ORPHAN_XCID:
          is_match = leg->parent_id == NULL && g_strcmp0 (leg->xcid, value) == 0;
          break;
        }
      if (is_match && stored->provider == provider)
        first = MIN (first, stored->call_id);
    }
  return first != G_MAXINT64 ? fixture_load (self, first) : NULL;
}

static inline Fixture *
fixture_new (FixtureMode mode)
{
  Fixture *self = g_new0 (Fixture, 1);

  self->mode = mode;
  self->calls = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) cs_call_unref);
  self->legs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fixture_leg_free);
  self->ledger = cs_call_ledger_new (fixture_find, self);
  return self;
}

static inline void
fixture_free (Fixture *self)
{
  cs_call_ledger_free (self->ledger);
  g_hash_table_unref (self->calls);
  g_hash_table_unref (self->legs);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static inline void
fixture_append_ms (GString    *text,
                   const char *name,
                   gint64      duration_us)
{
  if (duration_us == CS_UNKNOWN)
    g_string_append_printf (text, " %s=-", name);
  else
    g_string_append_printf (text, " %s=%" G_GINT64_FORMAT, name, duration_us / 1000);
}

/* What a call came to, in one line: "inbound missed wait=22000 talk=- by=- legs=1 cause=cancel callback". */
static inline char *
fixture_describe (const CsCall *call)
{
  GString *text = g_string_new (cs_direction_get_name (call->direction));

  g_string_append_printf (text, " %s", cs_outcome_get_name (call->outcome));
  fixture_append_ms (text, "wait", call->wait_us);
  fixture_append_ms (text, "talk", call->talk_us);
  g_string_append_printf (text, " by=%s legs=%u cause=%s%s", call->answered_by != NULL ? call->answered_by : "-",
                          call->n_legs, call->cause != NULL ? call->cause : "-",
                          call->wants_callback ? " callback" : "");
  return g_string_free (text, FALSE);
}

/* What no order of arrival may change. */
static inline char *
fixture_describe_result (const CsCall *call)
{
  return g_strdup_printf ("%s %s legs=%u%s", cs_direction_get_name (call->direction),
                          cs_outcome_get_name (call->outcome), call->n_legs, call->wants_callback ? " callback" : "");
}

static inline void
fixture_write (Fixture *self,
               CsCall  *call)
{
  gint64 id = call->id != 0 ? call->id : ++self->last_id;
  CsCall *row = cs_call_new (call->provider);
  g_autoptr (CsCall) stored = NULL;
  g_autofree char *was = NULL, *is = NULL;

  row->timed_out = call->timed_out;
  row->seen_us = call->seen_us;
  row->last_us = call->last_us;
  g_hash_table_insert (self->calls, g_memdup2 (&id, sizeof id), row);

  /* The store writes of a leg only what is said to have changed. */
  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);
      g_autofree char *key = g_strdup_printf ("%d %s", call->provider, leg->id);
      FixtureLeg *entry = g_hash_table_lookup (self->legs, key);

      if (entry == NULL)
        {
          entry = g_new0 (FixtureLeg, 1);
          entry->provider = call->provider;
          entry->leg = cs_leg_new (leg->id);
          g_hash_table_insert (self->legs, g_steal_pointer (&key), entry);
        }
      if (leg->changes & CS_LEG_CHANGED_FACTS)
        fixture_copy_facts (entry->leg, leg);
      if (leg->changes & CS_LEG_CHANGED_LINKS)
        {
          entry->call_id = id;
          fixture_copy_links (entry->leg, leg);
        }
    }

  stored = fixture_load (self, id);
  was = fixture_describe (call);
  is = fixture_describe (stored);
  g_assert_cmpstr (is, ==, was);
}

/* Stores what changed; after that the ledger holds nothing. */
static inline void
fixture_commit (Fixture *self)
{
  g_autoptr (GPtrArray) changed = cs_call_ledger_get_changed (self->ledger);
  GArray *merged = cs_call_ledger_get_merged (self->ledger);

  for (guint i = 0; i < changed->len; i++)
    fixture_write (self, g_ptr_array_index (changed, i));
  for (guint i = 0; i < merged->len; i++)
    g_assert_true (g_hash_table_remove (self->calls, &g_array_index (merged, gint64, i)));
  cs_call_ledger_clear (self->ledger);
}

/* Lets the clock end what is due. Time in microseconds since the start. */
static inline void
fixture_advance (Fixture *self,
                 gint64   at_us)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    cs_call_ledger_adopt (self->ledger, fixture_load (self, *(gint64 *) key));
  cs_call_ledger_advance (self->ledger, FIXTURE_START_US + at_us, FIXTURE_STALE_US);
  if (self->mode != FIXTURE_ONE_TRANSACTION)
    fixture_commit (self);
}

/* Time in microseconds since the start. Returns what the ledger returned. */
static inline gboolean
fixture_apply (Fixture           *self,
               const CsCallEvent *event,
               gint64             at_us)
{
  gboolean has_told;

  if (self->mode == FIXTURE_COMMIT_EACH_WITH_CLOCK)
    fixture_advance (self, at_us);
  has_told = cs_call_ledger_apply (self->ledger, event, FIXTURE_START_US + at_us);
  if (self->mode != FIXTURE_ONE_TRANSACTION)
    fixture_commit (self);
  return has_told;
}

/* The process ends after its last commit, and another one goes on. */
static inline void
fixture_restart (Fixture *self)
{
  fixture_commit (self);
  cs_call_ledger_free (self->ledger);
  self->ledger = cs_call_ledger_new (fixture_find, self);
}

static inline int
fixture_compare_seen (gconstpointer a,
                      gconstpointer b)
{
  const CsCall *left = *(CsCall *const *) a, *right = *(CsCall *const *) b;

  return (left->seen_us > right->seen_us) - (left->seen_us < right->seen_us);
}

/* Commits, and returns all calls, oldest first. (transfer full) (element-type CsCall) */
static inline GPtrArray *
fixture_get_calls (Fixture *self)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
  GHashTableIter iter;
  gpointer key;

  fixture_commit (self);
  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (calls, fixture_load (self, *(gint64 *) key));
  g_ptr_array_sort (calls, fixture_compare_seen);
  return calls;
}

static inline int
fixture_compare_texts (gconstpointer a,
                       gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Commits, and describes all calls, one a line, in alphabetic order. (transfer full) */
static inline char *
fixture_describe_all (Fixture *self,
                      char *(*describe) (const CsCall *))
{
  g_autoptr (GPtrArray) calls = fixture_get_calls (self);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < calls->len; i++)
    g_ptr_array_add (lines, describe (g_ptr_array_index (calls, i)));
  g_ptr_array_sort (lines, fixture_compare_texts);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* What holds of every call at any time. */
static inline void
fixture_check_call (const CsCall *call)
{
  g_assert_cmpuint (call->legs->len, >, 0);
  g_assert_cmpuint (call->legs->len, ==, call->n_legs);
  g_assert_true ((call->state == CS_CALL_ENDED) == cs_outcome_is_ended (call->outcome));
  g_assert_true (call->wait_us == CS_UNKNOWN || call->wait_us >= 0);
  g_assert_true (call->talk_us == CS_UNKNOWN || call->talk_us >= 0);
  g_assert_true (call->state == CS_CALL_ENDED || call->ended_us == CS_UNKNOWN);
  g_assert_true (call->outcome != CS_OUTCOME_STALE || call->timed_out);
  g_assert_true (call->outcome != CS_OUTCOME_FORWARDED || call->timed_out);
  g_assert_cmpint (call->seen_us, !=, CS_UNKNOWN);
  g_assert_cmpint (call->seen_us, <=, call->last_us);
  if (call->wants_callback)
    {
      g_assert_cmpint (call->state, ==, CS_CALL_ENDED);
      g_assert_cmpint (call->direction, ==, CS_DIRECTION_INBOUND);
      g_assert_cmpint (call->outcome, !=, CS_OUTCOME_ANSWERED);
      g_assert_null (call->answered_by);
    }
}

/* Commits, and checks that the calls are sound and that each leg is in exactly one of them. */
static inline void
fixture_check (Fixture *self)
{
  g_autoptr (GPtrArray) calls = fixture_get_calls (self);
  guint n_legs = 0;

  for (guint i = 0; i < calls->len; i++)
    {
      CsCall *call = g_ptr_array_index (calls, i);

      fixture_check_call (call);
      n_legs += call->legs->len;
    }
  g_assert_cmpuint (n_legs, ==, g_hash_table_size (self->legs));
}
