/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-http-address.h"
#include "http/cs-http-exchange.h"
#include "http/cs-retry.h"
#include "json/cs-json.h"
#include "sipgate/cs-sipgate-client.h"

#include <glib/gi18n.h>
#include <string.h>

/* Without one byte in this time a connection is dead. */
#define IO_SECONDS 15
#define IDLE_SECONDS 30

/* A name such as "w0". */
#define MAX_USER 64

/* libsoup has no name for it. */
#define TOO_MANY_REQUESTS 429

/*
 * CsSipgateClient: asks sipgate's REST interface (protocol/sipgate.md §8).
 *
 * Each request is made once: what repeats it, and when, is for those who know what it is good for; get_wait() says how long
 * sipgate wants to be left alone.
 */
struct _CsSipgateClient
{
  GObject parent_instance;

  SoupSession *session;   /* (owned) */
  CsSipgateLimits limits;
  char *api_url;          /* (owned) */
  char *host;             /* (owned) for messages */
  char *authorization;    /* (owned) the header; wiped when freed */
  gint64 blocked_until_us; /* monotonic: sipgate said to wait */
};

G_DEFINE_FINAL_TYPE (CsSipgateClient, cs_sipgate_client, G_TYPE_OBJECT)

/* A credential is one word of visible ASCII: nothing else can be a part of the header. */
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

static void
note_wait (CsSipgateClient    *self,
           const CsHttpAnswer *answer)
{
  gint64 wait_us = cs_retry_get_wait (CS_RETRY_MAX_DOUBLINGS + 1, g_random_double ());
  gboolean is_told = cs_retry_parse_after (answer->retry_after, answer->date, g_get_real_time (), &wait_us);

  if (answer->status == TOO_MANY_REQUESTS || (answer->status >= SOUP_STATUS_INTERNAL_SERVER_ERROR && is_told))
    self->blocked_until_us = g_get_monotonic_time () + (gint64) (wait_us * self->limits.time_scale);
}

static void
on_exchanged (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GTask) task = data;
  CsSipgateClient *self = g_task_get_source_object (task);
  CsSipgateAsk ask = GPOINTER_TO_INT (g_task_get_task_data (task));
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHttpAnswer) answer = cs_http_exchange_finish (result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (answer == NULL)
    {
      g_task_return_error (task, cs_sipgate_client_error_from_io (error, ask, self->host));
      return;
    }
  note_wait (self, answer);
  if (SOUP_STATUS_IS_SUCCESSFUL (answer->status))
    g_task_return_pointer (task, g_bytes_ref (answer->body), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, cs_sipgate_client_error_from_status (answer->status, ask, self->host));
}

static void
send_request (CsSipgateClient     *self,
              CsSipgateAsk         ask,
              const char          *method,
              const char          *path,
              GBytes              *json,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data,
              gpointer             tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *url = g_strconcat (self->api_url, path, NULL);
  const CsHttpRequest request = { method, url, self->authorization, json };

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, GINT_TO_POINTER (ask), NULL);
  cs_http_exchange_async (self->session, &request, self->limits.max_body, self->limits.deadline_ms, cancellable, on_exchanged, task);
}

static GBytes *
receive (CsSipgateClient  *self,
         GAsyncResult     *result,
         GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A friendly status came with something else than what was asked for. */
static void
set_unreadable (CsSipgateClient  *self,
                GAsyncResult     *result,
                const GError     *reason,
                GError          **error)
{
  CsSipgateAsk ask = GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result)));

  if (reason != NULL)
    g_debug ("sipgate's answer can't be read: %s", reason->message);
  g_propagate_error (error, cs_sipgate_client_error_new (CS_SIPGATE_CLIENT_ERROR_UNREADABLE, ask, self->host));
}

static void
cs_sipgate_client_finalize (GObject *object)
{
  CsSipgateClient *self = CS_SIPGATE_CLIENT (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_free (self->api_url);
  g_free (self->host);
  if (self->authorization != NULL)
    explicit_bzero (self->authorization, strlen (self->authorization));
  g_free (self->authorization);
  G_OBJECT_CLASS (cs_sipgate_client_parent_class)->finalize (object);
}

static void
cs_sipgate_client_class_init (CsSipgateClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_sipgate_client_finalize;
}

static void
cs_sipgate_client_init (CsSipgateClient *self)
{
}

/* Sets the limits for the real sipgate. A page of a thousand items takes about a megabyte. */
void
cs_sipgate_limits_init (CsSipgateLimits *limits)
{
  limits->deadline_ms = 30 * 1000;
  limits->max_body = 8 * 1024 * 1024;
  limits->page_items = CS_SIPGATE_PAGE_ITEMS;
  limits->time_scale = 1.0;
}

/**
 * cs_sipgate_client_new:
 * @api_url: where the interface is: https, or http to this very computer
 * @limits: (nullable): %NULL for those of the real sipgate
 *
 * Makes a client that works in the thread-default main context of each call's thread; all calls must come from one. The credentials
 * stay in memory, are sent to @api_url alone, and are wiped with the client.
 *
 * Returns: (transfer full): the client, or %NULL with %CS_SIPGATE_CLIENT_ERROR_SETTINGS where the settings can't be used
 */
CsSipgateClient *
cs_sipgate_client_new (const char             *api_url,
                       const char             *token_id,
                       const char             *token,
                       const CsSipgateLimits  *limits,
                       GError                **error)
{
  g_autoptr (CsSipgateClient) self = NULL;
  const char *reason;

  if (!is_secret (token_id) || strchr (token_id, ':') != NULL || !is_secret (token))
    {
      g_propagate_error (error, cs_sipgate_client_error_new (CS_SIPGATE_CLIENT_ERROR_SETTINGS, CS_SIPGATE_ASK_USER, ""));
      return NULL;
    }

  self = g_object_new (CS_TYPE_SIPGATE_CLIENT, NULL);
  self->api_url = cs_http_address_check (api_url, &reason);
  if (self->api_url == NULL)
    {
      g_set_error (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_SETTINGS,
                   _("The address set for sipgate’s interface can’t be used. %s"), reason);
      return NULL;
    }
  if (limits != NULL)
    self->limits = *limits;
  else
    cs_sipgate_limits_init (&self->limits);
  self->host = cs_http_address_get_host (self->api_url);
  self->authorization = cs_http_build_authorization (token_id, token);
  self->session = cs_http_session_new (self->api_url, IO_SECONDS, IDLE_SECONDS);
  return g_steal_pointer (&self);
}

/* How long sipgate wants not to be asked, in microseconds; 0 where it may be asked. */
gint64
cs_sipgate_client_get_wait (CsSipgateClient *self)
{
  return MAX (self->blocked_until_us - g_get_monotonic_time (), 0);
}

/* Asks whose token it is: a test of the credentials. */
void
cs_sipgate_client_ask_user_async (CsSipgateClient     *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  send_request (self, CS_SIPGATE_ASK_USER, SOUP_METHOD_GET, "/authorization/userinfo", NULL, cancellable, callback, user_data,
                cs_sipgate_client_ask_user_async);
}

/* Returns the user's name, such as "w0". (transfer full) */
char *
cs_sipgate_client_ask_user_finish (CsSipgateClient  *self,
                                   GAsyncResult     *result,
                                   GError          **error)
{
  g_autoptr (GBytes) body = receive (self, result, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) object = body != NULL ? cs_json_parse (body, &local) : NULL;
  g_autofree char *user = object != NULL ? cs_json_dup_text (object, "sub") : NULL;

  if (body == NULL)
    return NULL;
  if (user == NULL || strlen (user) > MAX_USER)
    {
      set_unreadable (self, result, local, error);
      return NULL;
    }
  return g_steal_pointer (&user);
}

/* Asks for a page of the calls and voicemails of a span of time, in microseconds UTC. */
void
cs_sipgate_client_fetch_history_async (CsSipgateClient     *self,
                                       gint64               from_us,
                                       gint64               to_us,
                                       guint                offset,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (from_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) to = g_date_time_new_from_unix_utc (to_us / G_USEC_PER_SEC + 1);
  g_autofree char *from_text = g_date_time_format (from, "%Y-%m-%dT%H%%3A%M%%3A%SZ");
  g_autofree char *to_text = g_date_time_format (to, "%Y-%m-%dT%H%%3A%M%%3A%SZ");
  g_autofree char *path = g_strdup_printf ("/history?types=CALL&types=VOICEMAIL&from=%s&to=%s&limit=%u&offset=%u", from_text, to_text,
                                           self->limits.page_items, offset);

  send_request (self, CS_SIPGATE_ASK_HISTORY, SOUP_METHOD_GET, path, NULL, cancellable, callback, user_data,
                cs_sipgate_client_fetch_history_async);
}

CsSipgateHistoryPage *
cs_sipgate_client_fetch_history_finish (CsSipgateClient  *self,
                                        GAsyncResult     *result,
                                        GError          **error)
{
  g_autoptr (GBytes) body = receive (self, result, error);
  g_autoptr (GError) local = NULL;
  CsSipgateHistoryPage *page = body != NULL ? cs_sipgate_history_parse (body, &local) : NULL;

  if (local != NULL)
    set_unreadable (self, result, local, error);
  return page;
}

/* Asks where calls are reported. */
void
cs_sipgate_client_get_settings_async (CsSipgateClient     *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  send_request (self, CS_SIPGATE_ASK_SETTINGS, SOUP_METHOD_GET, "/settings/sipgateio", NULL, cancellable, callback, user_data,
                cs_sipgate_client_get_settings_async);
}

CsSipgateSettings *
cs_sipgate_client_get_settings_finish (CsSipgateClient  *self,
                                       GAsyncResult     *result,
                                       GError          **error)
{
  g_autoptr (GBytes) body = receive (self, result, error);
  g_autoptr (GError) local = NULL;
  CsSipgateSettings *settings = body != NULL ? cs_sipgate_settings_parse (body, &local) : NULL;

  if (local != NULL)
    set_unreadable (self, result, local, error);
  return settings;
}

/* Sends the settings back, changed. Whether sipgate took them is only told by asking for them again. */
void
cs_sipgate_client_put_settings_async (CsSipgateClient     *self,
                                      GBytes              *settings,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  send_request (self, CS_SIPGATE_ASK_CHANGE, SOUP_METHOD_PUT, "/settings/sipgateio", settings, cancellable, callback, user_data,
                cs_sipgate_client_put_settings_async);
}

gboolean
cs_sipgate_client_put_settings_finish (CsSipgateClient  *self,
                                       GAsyncResult     *result,
                                       GError          **error)
{
  g_autoptr (GBytes) body = receive (self, result, error);

  return body != NULL;
}

/* Asks which calls run. */
void
cs_sipgate_client_list_calls_async (CsSipgateClient     *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  send_request (self, CS_SIPGATE_ASK_CALLS, SOUP_METHOD_GET, "/calls", NULL, cancellable, callback, user_data,
                cs_sipgate_client_list_calls_async);
}

/* Returns the callIds of the calls that were picked up and run: others aren't listed. (transfer full) (element-type utf8) */
GHashTable *
cs_sipgate_client_list_calls_finish (CsSipgateClient  *self,
                                     GAsyncResult     *result,
                                     GError          **error)
{
  g_autoptr (GBytes) body = receive (self, result, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) object = body != NULL ? cs_json_parse (body, &local) : NULL;
  JsonArray *calls = object != NULL ? cs_json_get_array (object, "data") : NULL;
  GHashTable *ids;

  if (body == NULL)
    return NULL;
  if (calls == NULL)
    {
      set_unreadable (self, result, local, error);
      return NULL;
    }
  ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonNode *node = json_array_get_element (calls, i);
      JsonObject *call = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      char *id = call != NULL ? cs_json_dup_text (call, "callId") : NULL;

      if (id != NULL)
        g_hash_table_add (ids, id);
    }
  return ids;
}

/* Lets sipgate ring the caller, and connect it with the callee once it is answered. device_id: (nullable) where the caller is a
 * number, whose telephone it is. */
void
cs_sipgate_client_start_call_async (CsSipgateClient     *self,
                                    const char          *caller,
                                    const char          *device_id,
                                    const char          *callee,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autoptr (GBytes) body = NULL;
  char *text;

  json_object_set_string_member (object, "caller", caller);
  json_object_set_string_member (object, "callee", callee);
  if (device_id != NULL)
    json_object_set_string_member (object, "deviceId", device_id);
  json_node_init_object (node, object);
  text = json_to_string (node, FALSE);
  body = g_bytes_new_take (text, strlen (text));
  send_request (self, CS_SIPGATE_ASK_CALL, SOUP_METHOD_POST, "/sessions/calls", body, cancellable, callback, user_data,
                cs_sipgate_client_start_call_async);
}

gboolean
cs_sipgate_client_start_call_finish (CsSipgateClient  *self,
                                     GAsyncResult     *result,
                                     GError          **error)
{
  g_autoptr (GBytes) body = receive (self, result, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) object = body != NULL ? cs_json_parse (body, &local) : NULL;
  g_autofree char *session = object != NULL ? cs_json_dup_text (object, "sessionId") : NULL;

  if (body == NULL)
    return FALSE;
  if (session == NULL)
    set_unreadable (self, result, local, error);
  return session != NULL;
}
