/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-error.h"
#include "exotel/cs-exotel-exchange.h"

#define CHUNK_SIZE (64 * 1024)

/* What is read of an answer that is no 200: a message fits, a film doesn't. */
#define MAX_REFUSAL (64 * 1024)

/* One request and its answer. */
typedef struct {
  SoupMessage *message;   /* (owned) */
  char *host;             /* (owned) */
  GCancellable *inner;    /* (owned) ends the request: for the user, or at the deadline */
  GSource *watch;         /* (owned) (nullable) the deadline and the user's cancellable */
  GInputStream *stream;   /* (owned) (nullable) */
  GByteArray *body;       /* (owned) */
  gsize max_body;
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
  g_object_unref (exchange->message);
  g_object_unref (exchange->inner);
  g_clear_object (&exchange->stream);
  g_byte_array_unref (exchange->body);
  g_free (exchange->host);
  g_free (exchange);
}

static gboolean
on_watch (gpointer data)
{
  GTask *task = data;
  Exchange *exchange = g_task_get_task_data (task);

  exchange->is_late = !g_cancellable_is_cancelled (g_task_get_cancellable (task));
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
  g_source_set_static_name (exchange->watch, "[callstats] Exotel deadline");
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
fail (GTask        *task,
      const GError *error)
{
  Exchange *exchange = g_task_get_task_data (task);

  exchange_unwatch (exchange);
  if (exchange->is_late)
    g_task_return_error (task, cs_exotel_client_error_new (CS_EXOTEL_CLIENT_ERROR_TIMEOUT, exchange->host, NULL));
  else
    g_task_return_error (task, cs_exotel_client_error_from_io (error, exchange->host));
}

static void
succeed (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  CsExotelAnswer *answer = g_new0 (CsExotelAnswer, 1);

  exchange_unwatch (exchange);
  answer->status = soup_message_get_status (exchange->message);
  answer->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  answer->date = g_strdup (soup_message_headers_get_one (headers, "Date"));
  answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
  exchange->body = g_byte_array_new ();
  g_task_return_pointer (task, answer, (GDestroyNotify) cs_exotel_answer_free);
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
  gboolean is_refusal = soup_message_get_status (exchange->message) != SOUP_STATUS_OK;

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
      g_task_return_error (task, cs_exotel_client_error_new (CS_EXOTEL_CLIENT_ERROR_TOO_LARGE, exchange->host, NULL));
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
  read_on (g_steal_pointer (&task));
}

/* Frees an answer. */
void
cs_exotel_answer_free (CsExotelAnswer *answer)
{
  g_free (answer->retry_after);
  g_free (answer->date);
  g_bytes_unref (answer->body);
  g_free (answer);
}

/**
 * cs_exotel_exchange_async:
 * @session: a session without an auth manager, so that nothing replaces @authorization
 * @url: a whole address
 * @authorization: the header of that name, which goes to this address and nowhere else: redirects are not followed
 * @max_body: the most bytes of an answer, counted after decompression
 * @deadline_ms: for everything, from the name's resolution to the last byte
 *
 * Makes one GET request, once. Any status is an answer; errors are of %CS_EXOTEL_CLIENT_ERROR, or %G_IO_ERROR_CANCELLED.
 */
void
cs_exotel_exchange_async (SoupSession         *session,
                          const char          *url,
                          const char          *authorization,
                          gsize                max_body,
                          guint                deadline_ms,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);
  SoupMessageHeaders *headers;

  g_task_set_source_tag (task, cs_exotel_exchange_async);
  exchange->message = soup_message_new (SOUP_METHOD_GET, url);
  g_assert (exchange->message != NULL);
  exchange->host = g_strdup (g_uri_get_host (soup_message_get_uri (exchange->message)));
  exchange->inner = g_cancellable_new ();
  exchange->body = g_byte_array_new ();
  exchange->max_body = max_body;
  g_task_set_task_data (task, exchange, exchange_free);

  soup_message_add_flags (exchange->message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (exchange->message);
  soup_message_headers_replace (headers, "Authorization", authorization);
  soup_message_headers_replace (headers, "Accept", "application/json");

  watch (task, deadline_ms);
  soup_session_send_async (session, exchange->message, G_PRIORITY_DEFAULT, exchange->inner, on_sent,
                           g_steal_pointer (&task));
}

CsExotelAnswer *
cs_exotel_exchange_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
