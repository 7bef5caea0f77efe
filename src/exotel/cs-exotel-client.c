/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-private.h"
#include "exotel/cs-exotel-error.h"
#include "http/cs-http-address.h"
#include "http/cs-retry.h"

#include <string.h>

/* A try that fails by the network or by a fault of Exotel's is repeated so often, one that comes too early more often: the waits
 * are 1, 2, 4 and 1, 2, 4, 8, 16 s. */
#define MAX_RETRIES 3
#define MAX_RATE_RETRIES 5

/* A longer wait than this isn't sat out: whoever asked hears of it, and no request goes before it is over. */
#define MAX_WAIT_US (5 * 60 * G_USEC_PER_SEC)

/* Without one byte in this time a connection is dead. */
#define IO_SECONDS 20
#define IDLE_SECONDS 30

#define INDIA_SECONDS (5 * 3600 + 30 * 60)

/* libsoup has no name for it. */
#define TOO_MANY_REQUESTS 429

G_DEFINE_FINAL_TYPE (CsExotelClient, cs_exotel_client, G_TYPE_OBJECT)

/* One GET with its repetitions. */
typedef struct {
  char *url;              /* (owned) */
  char *host;             /* (owned) */
  CsExotelPatience patience;
  guint n_failed;
  guint n_too_many;
  gboolean has_place;     /* in the schedule, and waits for its turn */
} Get;

static void get_try (GTask *task);

static void
get_free (gpointer data)
{
  Get *get = data;

  g_free (get->url);
  g_free (get->host);
  g_free (get);
}

static void
free_secret (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* The clock of all waits: microseconds, faster than the world's in tests. */
static gint64
client_get_now (CsExotelClient *self)
{
  return (gint64) (g_get_monotonic_time () / self->limits.time_scale);
}

static gboolean
is_secret (const char *text)
{
  if (text == NULL || *text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isgraph (*text))
        return FALSE;
    }
  return TRUE;
}

static gboolean
on_wait_over (gpointer data)
{
  get_try (data);
  return G_SOURCE_REMOVE;
}

/* Goes on with the task (transfer full) in @wait_us of the client's clock, or as soon as it is cancelled. */
static void
get_wait (GTask  *task,
          gint64  wait_us)
{
  CsExotelClient *self = g_task_get_source_object (task);
  double milliseconds = wait_us * self->limits.time_scale / 1000;
  g_autoptr (GSource) source = g_timeout_source_new ((guint) milliseconds + 1);

  if (g_task_get_cancellable (task) != NULL)
    {
      g_autoptr (GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }
  g_source_set_static_name (source, "[callstats] Exotel wait");
  g_source_set_callback (source, on_wait_over, task, NULL);
  g_source_attach (source, g_task_get_context (task));
}

/* Returns the wait before the next try, or -1 where there is none. */
static gint64
get_plan_retry (CsExotelClient       *self,
                Get                  *get,
                const CsHttpAnswer *answer)
{
  gboolean is_too_many = answer != NULL && answer->status == TOO_MANY_REQUESTS;
  guint n_tried = is_too_many ? ++get->n_too_many : ++get->n_failed;
  gint64 told_us = 0, wait_us = cs_retry_get_wait (n_tried, g_random_double ());

  if (answer != NULL && cs_retry_parse_after (answer->retry_after, answer->date, g_get_real_time (), &told_us))
    wait_us = MAX (wait_us, told_us);

  /* What one request was told holds for all. */
  if (is_too_many || told_us > 0)
    self->blocked_until_us = MAX (self->blocked_until_us, client_get_now (self) + wait_us);

  if (get->patience == CS_EXOTEL_PATIENCE_ONE_TRY || n_tried > (is_too_many ? MAX_RATE_RETRIES : MAX_RETRIES)
      || wait_us > MAX_WAIT_US)
    return -1;
  return wait_us;
}

static gboolean
is_worth_another_try (const CsHttpAnswer *answer,
                      const GError         *error)
{
  if (answer != NULL)
    return answer->status == TOO_MANY_REQUESTS || answer->status >= SOUP_STATUS_INTERNAL_SERVER_ERROR;

  return g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_NETWORK)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_NAME)
         || g_error_matches (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_TIMEOUT);
}

static void
on_exchanged (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GTask) task = data;
  CsExotelClient *self = g_task_get_source_object (task);
  Get *get = g_task_get_task_data (task);
  g_autoptr (GError) io_error = NULL, error = NULL;
  g_autoptr (CsHttpAnswer) answer = cs_http_exchange_finish (result, &io_error);
  gint64 wait_us = -1;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (io_error != NULL)
    error = cs_exotel_client_error_from_io (io_error, get->host);
  if (is_worth_another_try (answer, error))
    wait_us = get_plan_retry (self, get, answer);

  if (wait_us >= 0)
    get_wait (g_steal_pointer (&task), wait_us);
  else if (answer != NULL)
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) cs_http_answer_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes a place in the schedule, where the request has none. Returns how long to wait until it may go. */
static gint64
get_take_turn (CsExotelClient *self,
               Get            *get)
{
  gint64 now_us = client_get_now (self), wait_us = 0;

  if (self->blocked_until_us > now_us)
    return self->blocked_until_us - now_us;
  if (!get->has_place)
    wait_us = cs_token_bucket_reserve (&self->bucket, now_us);
  get->has_place = wait_us > 0;
  return wait_us;
}

/* Sends the request, now or when it is its turn. (transfer full) */
static void
get_try (GTask *data)
{
  g_autoptr (GTask) task = data;
  CsExotelClient *self = g_task_get_source_object (task);
  Get *get = g_task_get_task_data (task);
  gint64 wait_us;

  if (g_task_return_error_if_cancelled (task))
    {
      if (get->has_place)
        cs_token_bucket_give_back (&self->bucket);
      return;
    }

  wait_us = get_take_turn (self, get);
  if (wait_us > MAX_WAIT_US)
    g_task_return_error (task, cs_exotel_client_error_new (CS_EXOTEL_CLIENT_ERROR_RATE, get->host, NULL));
  else if (wait_us > 0)
    get_wait (g_steal_pointer (&task), wait_us);
  else
    {
      const CsHttpRequest request = { SOUP_METHOD_GET, get->url, self->authorization, NULL };

      cs_http_exchange_async (self->session, &request, self->limits.max_body, self->limits.deadline_ms,
                              g_task_get_cancellable (task), on_exchanged, g_object_ref (task));
    }
}

static gboolean
add_candidates (CsExotelClient     *self,
                const char         *base_url,
                const char *const  *base_urls,
                GError            **error)
{
  const char *const chosen[] = { base_url, NULL };
  gboolean is_chosen = base_url != NULL && *base_url != '\0';

  for (const char *const *url = is_chosen ? chosen : base_urls; *url != NULL; url++)
    {
      char *checked = cs_exotel_query_check_base (*url, error);

      if (checked == NULL)
        return FALSE;
      g_ptr_array_add (self->candidates, checked);
    }
  if (is_chosen)
    self->base_url = g_strdup (g_ptr_array_index (self->candidates, 0));
  return TRUE;
}

static gboolean
client_set_up (CsExotelClient        *self,
               const CsExotelConfig  *config,
               GError               **error)
{
  if (!is_secret (config->api_key) || strchr (config->api_key, ':') != NULL || !is_secret (config->api_token))
    {
      g_propagate_error (error, cs_exotel_client_error_new (CS_EXOTEL_CLIENT_ERROR_SETTINGS, "", NULL));
      return FALSE;
    }
  if (!cs_exotel_query_check_sid (config->account_sid, error)
      || !add_candidates (self, config->base_url, self->limits.base_urls, error))
    return FALSE;

  self->account_sid = g_strdup (config->account_sid);
  self->api_key = g_strdup (config->api_key);
  self->api_token = g_strdup (config->api_token);
  self->authorization = cs_http_build_authorization (config->api_key, config->api_token);
  self->zone = config->zone != NULL ? g_time_zone_ref (config->zone) : g_time_zone_new_offset (INDIA_SECONDS);
  cs_token_bucket_init (&self->bucket, self->limits.per_minute, self->limits.burst);
  return TRUE;
}

static void
cs_exotel_client_finalize (GObject *object)
{
  CsExotelClient *self = CS_EXOTEL_CLIENT (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_ptr_array_unref (self->candidates);
  g_free (self->base_url);
  g_free (self->account_sid);
  free_secret (self->api_key);
  free_secret (self->api_token);
  free_secret (self->authorization);

  G_OBJECT_CLASS (cs_exotel_client_parent_class)->finalize (object);
}

static void
cs_exotel_client_class_init (CsExotelClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_exotel_client_finalize;
}

static void
cs_exotel_client_init (CsExotelClient *self)
{
  self->candidates = g_ptr_array_new_with_free_func (g_free);
}

/* Sets the limits for the real Exotel: fewer than its 200 requests in any minute (protocol/exotel.md §1). */
void
cs_exotel_limits_init (CsExotelLimits *limits)
{
  static const char *const regions[] = { "https://api.exotel.com", "https://api.in.exotel.com", NULL };

  limits->base_urls = regions;
  limits->per_minute = 170;
  limits->burst = 20;
  limits->deadline_ms = 30 * 1000;
  limits->max_body = 16 * 1024 * 1024;
  limits->max_pages = 5000;
  limits->time_scale = 1.0;
}

/**
 * cs_exotel_client_new:
 * @config: what to ask whom; copied
 * @error: %CS_EXOTEL_CLIENT_ERROR_SETTINGS
 *
 * Makes a client that works in the thread-default main context of each call's thread; all calls must come from one. The
 * credentials stay in memory, are sent to the addresses of @config alone, and are wiped with the client.
 *
 * Returns: (transfer full): the client, or %NULL where the settings can't be used
 */
CsExotelClient *
cs_exotel_client_new (const CsExotelConfig  *config,
                      GError               **error)
{
  g_autoptr (CsExotelClient) self = NULL;

  g_return_val_if_fail (config != NULL, NULL);

  self = g_object_new (CS_TYPE_EXOTEL_CLIENT, NULL);
  if (config->limits != NULL)
    self->limits = *config->limits;
  else
    cs_exotel_limits_init (&self->limits);
  if (!client_set_up (self, config, error))
    return NULL;

  self->session = cs_http_session_new (g_ptr_array_index (self->candidates, 0), IO_SECONDS, IDLE_SECONDS);
  return g_steal_pointer (&self);
}

/* Makes a GET request, which waits its turn and is repeated as @patience says. Any last answer is a result; errors are of
 * %CS_EXOTEL_CLIENT_ERROR, or %G_IO_ERROR_CANCELLED. */
void
cs_exotel_client_get_async (CsExotelClient      *self,
                            const char          *url,
                            CsExotelPatience     patience,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Get *get = g_new0 (Get, 1);

  g_task_set_source_tag (task, cs_exotel_client_get_async);
  get->url = g_strdup (url);
  get->host = cs_http_address_get_host (url);
  get->patience = patience;
  g_task_set_task_data (task, get, get_free);
  get_try (task);
}

CsHttpAnswer *
cs_exotel_client_get_finish (CsExotelClient  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Tells the user what an answer other than 200 means. (transfer full) */
GError *
cs_exotel_client_explain (CsExotelClient       *self,
                          const char           *base_url,
                          const CsHttpAnswer *answer)
{
  g_autofree char *host = cs_http_address_get_host (base_url);
  const char *const secrets[] = { self->api_key, self->api_token, self->authorization + strlen ("Basic "), NULL };

  return cs_exotel_client_error_from_answer (answer->status, answer->body, host, secrets);
}

/* Tells the user what an answer means that came with 200 and couldn't be read, for the @reason the parser gave.
 * (transfer full) */
GError *
cs_exotel_client_explain_unreadable (CsExotelClient       *self,
                                     const char           *base_url,
                                     const CsHttpAnswer *answer,
                                     const GError         *reason)
{
  g_autofree char *host = cs_http_address_get_host (base_url);

  /* A refusal may come with a friendly status. */
  if (g_error_matches (reason, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_REFUSED))
    {
      CsHttpAnswer refusal = *answer;

      refusal.status = SOUP_STATUS_BAD_REQUEST;
      return cs_exotel_client_explain (self, base_url, &refusal);
    }
  return cs_exotel_client_error_new (CS_EXOTEL_CLIENT_ERROR_UNREADABLE, host, NULL);
}
