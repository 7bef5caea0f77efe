/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-bookmark.h"
#include "engine/cs-sipgate-account-private.h"
#include "store/cs-store-health.h"

#include <glib/gi18n.h>
#include <string.h>

#define TICK_US (10 * G_USEC_PER_SEC)
/* The clock of the day went on without ours: the machine slept. */
#define SLEPT_US G_TIME_SPAN_MINUTE

/* A call being started. */
typedef struct {
  CsSipgateClient *client; /* (owned) */
  char *caller;            /* (owned) "" for the token's owner */
  char *callee;            /* (owned) */
} Dial;

static void
dial_free (gpointer data)
{
  Dial *dial = data;

  g_object_unref (dial->client);
  g_free (dial->caller);
  g_free (dial->callee);
  g_free (dial);
}

/* The clock of all waits: microseconds, faster than the world's in tests. */
gint64
cs_sipgate_account_get_now (CsSipgateAccount *self)
{
  return (gint64) (g_get_monotonic_time () / self->limits.time_scale);
}

/* Says that something is under way, or no more. */
void
cs_sipgate_account_note_activity (CsSipgateAccount *self)
{
  self->state.activity = self->client == NULL                              ? CS_SIPGATE_OFF
                         : self->fill != NULL || self->url_job != NULL ? CS_SIPGATE_BUSY
                                                                         : CS_SIPGATE_IDLE;
  self->changed (self->user_data);
}

static gboolean
has_slept (CsSipgateAccount *self)
{
  gint64 real_us = g_get_real_time (), tick_us = g_get_monotonic_time ();
  gboolean slept = real_us - self->tick_real_us - (tick_us - self->tick_us) > SLEPT_US;

  self->tick_real_us = real_us;
  self->tick_us = tick_us;
  return slept;
}

static gboolean
on_tick (gpointer data)
{
  CsSipgateAccount *self = data;

  if (has_slept (self))
    self->next_fill_us = self->next_url_us = 0;
  if (self->fill == NULL
      && (cs_sipgate_account_get_now (self) >= self->next_fill_us
          || (self->n_failures == 0 && cs_sipgate_account_has_stuck (self))))
    cs_sipgate_account_begin_fill (self);
  cs_sipgate_account_attend_urls (self);
  return G_SOURCE_CONTINUE;
}

static void
stop (CsSipgateAccount *self)
{
  if (self->tick != NULL)
    g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  cs_sipgate_account_drop_fill (self);
  cs_sipgate_account_drop_urls (self);
  g_clear_object (&self->client);
}

static void
start (CsSipgateAccount *self)
{
  self->n_failures = 0;
  self->next_fill_us = self->next_url_us = self->last_reap_us = 0;
  self->wants_check = TRUE;
  has_slept (self);
  self->tick = g_timeout_source_new (MAX (TICK_US / 1000 * self->limits.time_scale, 1));
  g_source_set_callback (self->tick, on_tick, self, NULL);
  g_source_attach (self->tick, g_main_context_get_thread_default ());
  cs_sipgate_account_begin_fill (self);
}

static gboolean
is_same_account (const CsEngineConfig *a,
                 const CsEngineConfig *b)
{
  return a != NULL && g_strcmp0 (a->sipgate_api_url, b->sipgate_api_url) == 0
         && g_strcmp0 (a->sipgate_token_id, b->sipgate_token_id) == 0 && g_strcmp0 (a->sipgate_token, b->sipgate_token) == 0;
}

static gboolean
is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

/* Another token may be another account's: its history has been read up to no time yet, and its former addresses aren't known. */
static void
adopt_account (CsSipgateAccount *self)
{
  g_autofree char *known = cs_store_get_state (self->store, CS_SIPGATE_ACCOUNT_STATE);
  /* The token's id is a secret, too. */
  g_autofree char *account = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->config->sipgate_token_id, -1);

  if (g_strcmp0 (known, account) == 0)
    return;
  cs_bookmark_set (self->recorder, CS_SIPGATE_UNTIL_STATE, NULL);
  cs_bookmark_set (self->recorder, CS_SIPGATE_FORMER_STATE, NULL);
  cs_bookmark_set (self->recorder, CS_SIPGATE_REGISTERED_STATE, NULL);
  cs_bookmark_set (self->recorder, CS_SIPGATE_ACCOUNT_STATE, account);
  cs_recorder_commit (self->recorder);
}

/* Makes an account that does nothing until it is configured. Store and recorder outlive it. changed is called when the state is
 * another. */
CsSipgateAccount *
cs_sipgate_account_new (CsStore               *store,
                        CsRecorder            *recorder,
                        CsRecorderChangedFunc  changed,
                        gpointer               user_data)
{
  CsSipgateAccount *self = g_new0 (CsSipgateAccount, 1);

  self->store = store;
  self->recorder = recorder;
  self->changed = changed;
  self->user_data = user_data;
  cs_sipgate_limits_init (&self->limits);
  cs_sipgate_state_init (&self->state);
  return self;
}

void
cs_sipgate_account_free (CsSipgateAccount *self)
{
  stop (self);
  /* The recorder would tell a dropped fill later that something was kept. */
  cs_recorder_commit (self->recorder);
  g_clear_pointer (&self->config, cs_engine_config_free);
  cs_sipgate_state_clear (&self->state);
  g_free (self->url);
  g_free (self);
}

/* Sets what may be taken of time and memory, from the next account that is configured on. */
void
cs_sipgate_account_set_limits (CsSipgateAccount      *self,
                               const CsSipgateLimits *limits)
{
  self->limits = *limits;
}

/* Takes what is set. Another account or token begins anew at once. */
void
cs_sipgate_account_configure (CsSipgateAccount     *self,
                              const CsEngineConfig *config)
{
  g_autoptr (CsEngineConfig) old = g_steal_pointer (&self->config);
  g_autoptr (GError) error = NULL;

  self->config = cs_engine_config_copy (config);
  if (is_same_account (old, config))
    return;

  stop (self);
  cs_sipgate_state_clear (&self->state);
  cs_sipgate_state_init (&self->state);
  self->knows_wish = FALSE;
  if (is_set (config->sipgate_token_id) && is_set (config->sipgate_token))
    {
      self->client = cs_sipgate_client_new (config->sipgate_api_url, config->sipgate_token_id, config->sipgate_token, &self->limits,
                                            &error);
      if (self->client == NULL)
        self->state.error = g_strdup (error->message);
    }
  if (self->client != NULL)
    {
      self->cancellable = g_cancellable_new ();
      adopt_account (self);
      start (self);
    }
  cs_sipgate_account_note_activity (self);
}

/* Looks for what was missed without waiting for the next turn: pushes couldn't come for a while. */
void
cs_sipgate_account_fill (CsSipgateAccount *self)
{
  self->next_fill_us = 0;
  cs_sipgate_account_begin_fill (self);
}

static void
on_call_started (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cs_sipgate_client_start_call_finish (CS_SIPGATE_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
is_digits (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

/* user: (nullable) whose telephone rings, where the caller is a number */
static void
start_call (GTask      *task,
            const char *user)
{
  Dial *dial = g_task_get_task_data (task);
  gboolean is_number = is_digits (*dial->caller == '+' ? dial->caller + 1 : dial->caller);

  cs_sipgate_client_start_call_async (dial->client, *dial->caller != '\0' ? dial->caller : user, is_number ? user : NULL,
                                      dial->callee, g_task_get_cancellable (task), on_call_started, g_object_ref (task));
}

static void
on_user (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *user = cs_sipgate_client_ask_user_finish (CS_SIPGATE_CLIENT (source), result, &error);

  if (user == NULL)
    g_task_return_error (task, error);
  else
    start_call (task, user);
}

/**
 * cs_sipgate_account_call_async:
 * @number: whom to call
 *
 * Lets sipgate ring the telephone that is set for it, else that of the token's owner, and connect it with @number once it is
 * answered. Fails with %G_IO_ERROR_NOT_SUPPORTED where no account is set: then another program has to dial; with
 * %G_IO_ERROR_INVALID_ARGUMENT for what is no number; else with %CS_SIPGATE_CLIENT_ERROR.
 */
void
cs_sipgate_account_call_async (CsSipgateAccount    *self,
                               const char          *number,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *callee = cs_number_dup_dialled (number);
  Dial *dial;

  g_task_set_source_tag (task, cs_sipgate_account_call_async);
  if (callee == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s", _("This is no number that can be called."));
      return;
    }
  if (self->client == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                               _("CallStats can’t start calls without a sipgate account. Enter its token in Preferences."));
      return;
    }

  dial = g_new0 (Dial, 1);
  dial->client = g_object_ref (self->client);
  dial->caller = g_strdup (self->config->sipgate_caller != NULL ? self->config->sipgate_caller : "");
  dial->callee = g_steal_pointer (&callee);
  g_task_set_task_data (task, dial, dial_free);
  if (*dial->caller != '\0' && !is_digits (*dial->caller == '+' ? dial->caller + 1 : dial->caller))
    start_call (task, NULL);
  else
    cs_sipgate_client_ask_user_async (dial->client, cancellable, on_user, g_object_ref (task));
}

/* Whether what was begun by one of the three above was done. */
gboolean
cs_sipgate_account_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* (transfer none) */
const CsSipgateState *
cs_sipgate_account_get_state (CsSipgateAccount *self)
{
  return &self->state;
}
