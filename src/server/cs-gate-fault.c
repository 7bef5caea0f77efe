/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-api-json.h"
#include "server/cs-gate-fault.h"

#include <libsoup/soup.h>
#include <string.h>

/* What a refused client may still send before its connection is reset; without it, it wouldn't see the answer. */
#define MAX_DRAIN (16 * 1024 * 1024)
#define DRAIN_BYTES 65536

/* The rest of a refused request, on its way to nowhere. */
typedef struct {
  GIOStream *stream; /* (owned) */
  gsize n_left;
} Drain;

static void drain (Drain *self);

static void
drain_free (Drain *self)
{
  g_object_unref (self->stream);
  g_free (self);
}

static void
on_drained (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Drain *self = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (size == 0 || size > self->n_left)
    {
      drain_free (self);
      return;
    }
  self->n_left -= size;
  drain (self);
}

static void
drain (Drain *self)
{
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), DRAIN_BYTES, G_PRIORITY_LOW, NULL, on_drained,
                                   self);
}

/* Returns what the body of a refusal says: one line of text, or the JSON API's object. (transfer full) */
char *
cs_gate_fault_word (const char  *text,
                    gboolean     in_json,
                    const char **content_type)
{
  *content_type = in_json ? "application/json" : "text/plain; charset=utf-8";
  return in_json ? cs_api_json_make_error (text) : g_strconcat (text, "\n", NULL);
}

/* Answers and closes, on the thread-default main context. What the client still sends is read for a while, because
 * closing at once would reset the connection and lose the answer. */
void
cs_gate_fault_send (const CsGateFault *fault,
                    GIOStream         *stream,
                    GSocket           *socket)
{
  g_autofree char *allow = fault->allow != NULL ? g_strdup_printf ("Allow: %s\r\n", fault->allow) : g_strdup ("");
  const char *type;
  g_autofree char *body = cs_gate_fault_word (fault->text, fault->in_json, &type);
  g_autofree char *answer
    = g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%sConnection: close\r\n\r\n%s",
                       fault->status, soup_status_get_phrase (fault->status), type, strlen (body), allow,
                       fault->is_bare ? "" : body);
  Drain *rest = g_new (Drain, 1);

  /* Fits into the socket's empty buffer: it doesn't block. */
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), answer, strlen (answer), NULL, NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  rest->stream = g_object_ref (stream);
  rest->n_left = MAX_DRAIN;
  drain (rest);
}
