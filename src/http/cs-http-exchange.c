/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-http-address.h"
#include "http/cs-http-exchange.h"

#include <string.h>

#define CHUNK_SIZE (64 * 1024)

/* What is read of an answer that is no success: a message fits, a film doesn't. */
#define MAX_REFUSAL (64 * 1024)

/* One request and its answer. */
typedef struct {
  SoupMessage *message;   /* (owned) */
  GCancellable *inner;    /* (owned) ends the request: for the user, or at the deadline */
  GSource *watch;         /* (owned) (nullable) the deadline and the user's cancellable */
  GInputStream *stream;   /* (owned) (nullable) */
  GByteArray *body;       /* (owned) */
  gsize max_body;
  gboolean has_headers;
  gboolean is_over;       /* nobody waits for it any more */
  gboolean is_late;
} Exchange;

static void read_on (GTask *task);

static void
exchange_unwatch (Exchange *exchange)
{
  if (exchange->watch == NULL)
    return;
  g_source_destroy (exchange->watch);
  g_clear_pointer (&exchange->watch, g_source_unref);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  exchange_unwatch (exchange);
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_object_unref (exchange->message);
  g_object_unref (exchange->inner);
  g_clear_object (&exchange->stream);
  g_byte_array_unref (exchange->body);
  g_free (exchange);
}

static gboolean
on_watch (gpointer data)
{
  GTask *task = data;
  Exchange *exchange = g_task_get_task_data (task);

  exchange->is_late = !g_cancellable_is_cancelled (g_task_get_cancellable (task));
  exchange->is_over = TRUE;
  /* Between the headers and on_sent(), which follows at once, libsoup 3.6 lets go of a request twice where it is cancelled, and
   * crashes. */
  if (!exchange->has_headers || exchange->stream != NULL)
    g_cancellable_cancel (exchange->inner);
  exchange_unwatch (exchange);
  return G_SOURCE_REMOVE;
}

/* One source for both reasons to end a request. It lives in our own context, so that cancelling from another thread, or
 * from within a callback, never runs code of ours there. */
static void
watch (GTask *task,
       guint  deadline_ms)
{
  Exchange *exchange = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  exchange->watch = g_timeout_source_new (deadline_ms);
  g_source_set_static_name (exchange->watch, "[callstats] HTTP deadline");
  g_source_set_callback (exchange->watch, on_watch, task, NULL);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (exchange->watch, cancelled);
    }
  g_source_attach (exchange->watch, g_task_get_context (task));
}

/* What is left of a body must neither be waited for nor kept: its connection is given up. */
static void
drop_rest (Exchange *exchange)
{
  g_cancellable_cancel (exchange->inner);
  if (exchange->stream != NULL)
    g_input_stream_close_async (exchange->stream, G_PRIORITY_DEFAULT, exchange->inner, NULL, NULL);
}

static void
fail (GTask  *task,
      GError *error)
{
  Exchange *exchange = g_task_get_task_data (task);

  exchange_unwatch (exchange);
  if (exchange->is_late)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The answer took too long");
  else
    g_task_return_error (task, g_error_copy (error));
}

static void
succeed (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  CsHttpAnswer *answer = g_new0 (CsHttpAnswer, 1);

  exchange_unwatch (exchange);
  answer->status = soup_message_get_status (exchange->message);
  answer->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  answer->date = g_strdup (soup_message_headers_get_one (headers, "Date"));
  answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
  exchange->body = g_byte_array_new ();
  g_task_return_pointer (task, answer, (GDestroyNotify) cs_http_answer_free);
}

static void
on_chunk (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gboolean is_refusal = !SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (exchange->message));

  if (chunk == NULL)
    {
      fail (task, error);
      return;
    }
  if (g_bytes_get_size (chunk) == 0)
    {
      succeed (task);
      return;
    }

  g_byte_array_append (exchange->body, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  if (is_refusal && exchange->body->len > MAX_REFUSAL)
    {
      drop_rest (exchange);
      succeed (task);
    }
  else if (exchange->body->len > exchange->max_body)
    {
      exchange_unwatch (exchange);
      drop_rest (exchange);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "The answer is too large");
    }
  else
    {
      read_on (g_steal_pointer (&task));
    }
}

static void
read_on (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (exchange->stream, CHUNK_SIZE, G_PRIORITY_DEFAULT, exchange->inner, on_chunk, task);
}

static void
on_got_headers (Exchange *exchange)
{
  exchange->has_headers = TRUE;
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream == NULL)
    {
      fail (task, error);
      return;
    }
  if (exchange->is_over)
    {
      drop_rest (exchange);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody waits for the answer");
      fail (task, error);
      return;
    }
  read_on (g_steal_pointer (&task));
}

/* Frees an answer. */
void
cs_http_answer_free (CsHttpAnswer *answer)
{
  g_free (answer->retry_after);
  g_free (answer->date);
  g_bytes_unref (answer->body);
  g_free (answer);
}

/**
 * cs_http_session_new:
 * @base_url: an address that passed cs_http_address_check()
 * @io_seconds: without one byte in this time a connection is dead
 * @idle_seconds: how long a connection is kept for the next request
 *
 * Makes a session for requests with credentials to one address: it sends the header that is set and no other, and goes by the
 * desktop's proxy, except to this very computer.
 */
SoupSession *
cs_http_session_new (const char *base_url,
                     guint       io_seconds,
                     guint       idle_seconds)
{
  SoupSession *session = soup_session_new_with_options ("timeout", io_seconds,
                                                        "idle-timeout", idle_seconds,
                                                        "user-agent", "CallStats/" PACKAGE_VERSION,
                                                        NULL);

  /* It would put remembered credentials in the place of ours. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);

  /* Nothing for this computer goes through a proxy, least of all credentials in plain http. */
  if (cs_http_address_is_loopback (base_url))
    soup_session_set_proxy_resolver (session, NULL);
  return session;
}

/* Makes the header "Authorization" for a user and password. (transfer full): to be wiped when it is freed */
char *
cs_http_build_authorization (const char *user,
                             const char *password)
{
  g_autofree char *base64 = NULL;
  char *pair = g_strconcat (user, ":", password, NULL);
  char *header;

  base64 = g_base64_encode ((const guchar *) pair, strlen (pair));
  header = g_strconcat ("Basic ", base64, NULL);
  explicit_bzero (pair, strlen (pair));
  g_free (pair);
  explicit_bzero (base64, strlen (base64));
  return header;
}

/**
 * cs_http_exchange_async:
 * @session: one of cs_http_session_new()
 * @request: what to send where; the authorization goes to this address and nowhere else: redirects are not followed
 * @max_body: the most bytes of an answer, counted after decompression
 * @deadline_ms: for everything, from the name's resolution to the last byte
 *
 * Makes one request, once. Any status is an answer. Errors are those of GIO and libsoup; %G_IO_ERROR_TIMED_OUT also at the
 * deadline, %G_IO_ERROR_MESSAGE_TOO_LARGE beyond @max_body.
 */
void
cs_http_exchange_async (SoupSession         *session,
                        const CsHttpRequest *request,
                        gsize                max_body,
                        guint                deadline_ms,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);
  SoupMessageHeaders *headers;

  g_task_set_source_tag (task, cs_http_exchange_async);
  exchange->message = soup_message_new (request->method, request->url);
  g_assert (exchange->message != NULL);
  exchange->inner = g_cancellable_new ();
  exchange->body = g_byte_array_new ();
  exchange->max_body = max_body;
  g_task_set_task_data (task, exchange, exchange_free);

  soup_message_add_flags (exchange->message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (exchange->message);
  if (request->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", request->authorization);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (request->json != NULL)
    soup_message_set_request_body_from_bytes (exchange->message, "application/json", request->json);

  g_signal_connect_swapped (exchange->message, "got-headers", G_CALLBACK (on_got_headers), exchange);
  watch (task, deadline_ms);
  soup_session_send_async (session, exchange->message, G_PRIORITY_DEFAULT, exchange->inner, on_sent,
                           g_steal_pointer (&task));
}

CsHttpAnswer *
cs_http_exchange_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
