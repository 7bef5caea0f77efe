/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-private.h"
#include "exotel/cs-exotel-page.h"

/* What the account is asked for: one call of the last hour. */
#define PROBE_SPAN_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* All regions are asked at the same time. */
typedef struct {
  GCancellable *inner;  /* (owned) ends the others when one has won */
  GSource *watch;       /* (owned) (nullable) passes the user's cancelling on */
  GPtrArray *errors;    /* (owned) (element-type GError) of those that failed */
  guint n_open;
  gboolean is_won;
} Probe;

/* One region's question. */
typedef struct {
  GTask *task;          /* (owned) */
  char *base_url;       /* (owned) */
} Question;

static void
probe_unwatch (Probe *probe)
{
  if (probe->watch == NULL)
    return;
  g_source_destroy (probe->watch);
  g_clear_pointer (&probe->watch, g_source_unref);
}

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  probe_unwatch (probe);
  g_object_unref (probe->inner);
  g_ptr_array_unref (probe->errors);
  g_free (probe);
}

static void
question_free (Question *question)
{
  g_object_unref (question->task);
  g_free (question->base_url);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* These say what is wrong whatever another region says, since only the account's own can know it. */
static gboolean
is_specific (const GError *error)
{
  return g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_KYC)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_ADDRESS)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_PLAN);
}

/* These say nothing about the account. */
static gboolean
is_trouble_on_the_way (const GError *error)
{
  return g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_NETWORK)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_NAME)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_TLS)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_TIMEOUT);
}

/* Makes one verdict of all failures (protocol/exotel.md §1): a SID or a key is blamed only where all regions agree.
 * (transfer full) */
static GError *
probe_judge (Probe *probe)
{
  GError *first = g_ptr_array_index (probe->errors, 0);

  for (guint i = 0; i < probe->errors->len; i++)
    {
      if (is_specific (g_ptr_array_index (probe->errors, i)))
        return g_error_copy (g_ptr_array_index (probe->errors, i));
    }
  for (guint i = 1; i < probe->errors->len; i++)
    {
      GError *other = g_ptr_array_index (probe->errors, i);

      if (!g_error_matches (other, first->domain, first->code)
          && !(is_trouble_on_the_way (first) && is_trouble_on_the_way (other)))
        return cs_exotel_client_error_new (CS_EXOTEL_CLIENT_ERROR_MIXED, "", NULL);
    }
  return g_error_copy (first);
}

static GError *
check_answer (CsExotelClient       *self,
              const char           *base_url,
              const CsHttpAnswer *answer)
{
  g_autoptr (CsExotelPage) page = NULL;
  g_autoptr (GError) error = NULL;

  if (answer->status != SOUP_STATUS_OK)
    return cs_exotel_client_explain (self, base_url, answer);

  page = cs_exotel_page_parse (answer->body, self->zone, G_MININT64, G_MAXINT64, &error);
  return page == NULL ? cs_exotel_client_explain_unreadable (self, base_url, answer, error) : NULL;
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsExotelClient *self = CS_EXOTEL_CLIENT (source);
  g_autoptr (Question) question = data;
  GTask *task = question->task;
  Probe *probe = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHttpAnswer) answer = cs_exotel_client_get_finish (self, result, &error);

  probe->n_open--;
  if (probe->is_won)
    return;
  if (g_cancellable_is_cancelled (probe->inner))
    {
      if (probe->n_open == 0)
        g_task_return_error_if_cancelled (task);
      return;
    }

  if (answer != NULL)
    error = check_answer (self, question->base_url, answer);
  if (error == NULL)
    {
      g_free (self->base_url);
      self->base_url = g_strdup (question->base_url);
      probe_unwatch (probe);
      probe->is_won = TRUE;
      g_cancellable_cancel (probe->inner);
      g_task_return_pointer (task, g_strdup (question->base_url), g_free);
      return;
    }

  g_ptr_array_add (probe->errors, g_steal_pointer (&error));
  if (probe->n_open == 0)
    g_task_return_error (task, probe_judge (probe));
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  Probe *probe = data;

  g_cancellable_cancel (probe->inner);
  return G_SOURCE_REMOVE;
}

static void
probe_watch (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);

  if (g_task_get_cancellable (task) == NULL)
    return;
  probe->watch = g_cancellable_source_new (g_task_get_cancellable (task));
  g_source_set_callback (probe->watch, G_SOURCE_FUNC (on_cancelled), probe, NULL);
  g_source_attach (probe->watch, g_task_get_context (task));
}

/**
 * cs_exotel_client_probe_async:
 *
 * Finds the region that knows the account, by asking all of them at the same time for a call; or tries the address that the
 * settings name. Nothing is repeated, so that the user hears soon. The client uses what was found from then on.
 */
void
cs_exotel_client_probe_async (CsExotelClient      *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gint64 now_us = g_get_real_time ();
  CsExotelWindow window;
  Probe *probe;

  g_return_if_fail (CS_IS_EXOTEL_CLIENT (self));

  probe = g_new0 (Probe, 1);
  probe->inner = g_cancellable_new ();
  probe->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
  probe->n_open = self->candidates->len;
  g_task_set_source_tag (task, cs_exotel_client_probe_async);
  g_task_set_task_data (task, probe, probe_free);
  probe_watch (task);

  cs_exotel_window_init (&window, now_us - PROBE_SPAN_US, now_us);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      Question *question = g_new0 (Question, 1);
      g_autofree char *url = NULL;

      question->task = g_object_ref (task);
      question->base_url = g_strdup (g_ptr_array_index (self->candidates, i));
      url = cs_exotel_query_build_calls (question->base_url, self->account_sid, self->zone, &window, 1, FALSE, NULL);
      cs_exotel_client_get_async (self, url, CS_EXOTEL_PATIENCE_ONE_TRY, probe->inner, on_answer, question);
    }
}

/**
 * cs_exotel_client_probe_finish:
 * @error: a %CS_EXOTEL_CLIENT_ERROR that tells a wrong SID, a wrong key, an address that isn't allowed, a missing KYC, a plan,
 *   and troubles of the network apart; %CS_EXOTEL_CLIENT_ERROR_MIXED where the regions contradict each other
 *
 * Returns: (transfer full): the address of the region that knows the account
 */
char *
cs_exotel_client_probe_finish (CsExotelClient  *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
