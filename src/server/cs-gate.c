/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-gate-fault.h"
#include "server/cs-gate-head.h"
#include "server/cs-gate-listener.h"
#include "server/cs-gate-sockets.h"
#include "server/cs-gate.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/resource.h>

#define MAX_CONNECTIONS 256
#define MIN_CONNECTIONS 8
/* How many places are made free at a time when all are taken. */
#define ROOM 8
/* Descriptors that the rest of the process needs: databases, event loops, log. */
#define RESERVED_DESCRIPTORS 40
#define REQUEST_SECONDS 10
#define ANSWER_SECONDS 10
#define CONNECTION_KEY "cs-gate-connection"
#define REQUEST_KEY "cs-gate-request"
#define NOT_UNDERSTOOD "The request can't be understood"

struct _CsGate
{
  CsGateHooks hooks;
  gpointer user_data;
  SoupServer *server;       /* (owned) */
  CsGateListener *listener; /* (owned) (nullable) */
  guint16 port;
  guint max_connections;
  GQueue connections;       /* (element-type Connection) oldest first */
  int n_asking;             /* (atomic) those of them that have no answer yet */
  CsGateSockets *sockets;   /* (owned) */
};

/* One accepted connection; freed with its stream. */
typedef struct {
  CsGate *gate;       /* (nullable) NULL after the gate is gone */
  GSocket *socket;    /* (owned) */
  GSocketAddress *remote; /* (owned) */
  GIOStream *stream;  /* (owned) (nullable) until the head has come; then SoupServer's */
  GSource *head;      /* (owned) (nullable) the wait for it */
  GSource *deadline;  /* (owned) (nullable) */
  GList link;
  gboolean is_asking; /* has no answer yet */
  gboolean is_read;   /* the request is complete: it isn't the client that we wait for */
} Connection;

struct _CsGateRequest
{
  gatomicrefcount ref_count;
  CsGate *gate;
  SoupServerMessage *message; /* (owned) */
  GBytes *body;               /* (owned) (nullable) */
  gsize max_body;
  gsize n_received;
  gboolean faults_in_json;    /* as the gate's, which may be gone when the answer comes */
  gboolean is_paused;
  gboolean is_answered;
  gboolean is_gone;
};

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
connection_cut (Connection *connection)
{
  clear_source (&connection->deadline);
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

static void
connection_stop_asking (Connection *connection)
{
  if (connection->is_asking && connection->gate != NULL)
    g_atomic_int_add (&connection->gate->n_asking, -1);
  connection->is_asking = FALSE;
}

static void
on_stream_gone (gpointer  data,
                GObject  *stream)
{
  Connection *connection = data;

  clear_source (&connection->deadline);
  clear_source (&connection->head);
  if (connection->gate != NULL)
    {
      g_queue_unlink (&connection->gate->connections, &connection->link);
      connection_stop_asking (connection);
    }
  g_object_set_data (G_OBJECT (connection->remote), CONNECTION_KEY, NULL);
  g_object_unref (connection->remote);
  g_object_unref (connection->socket);
  g_free (connection);
}

static gboolean
on_deadline (gpointer data)
{
  Connection *connection = data;

  if (connection->gate != NULL && !connection->is_read)
    connection->gate->hooks.refused (CS_REFUSAL_TIMEOUT, "The request was not complete in time", connection->gate->user_data);
  connection_cut (connection);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (Connection *connection,
              guint       seconds)
{
  clear_source (&connection->deadline);
  connection->deadline = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (connection->deadline, on_deadline, connection, NULL);
  g_source_attach (connection->deadline, g_main_context_get_thread_default ());
}

static Connection *
get_connection (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return remote != NULL ? g_object_get_data (G_OBJECT (remote), CONNECTION_KEY) : NULL;
}

/* When all places are taken, those who have kept us waiting longest for their requests make room. It is there when
 * their streams are gone, a turn of the loop later. */
static gboolean
has_room (gpointer data)
{
  CsGate *self = data;
  guint n_leaving = 0;

  if (self->connections.length < self->max_connections)
    return TRUE;

  for (GList *l = self->connections.head; l != NULL && n_leaving < ROOM; l = l->next)
    {
      Connection *connection = l->data;

      if (connection->is_read)
        continue;
      if (connection->deadline != NULL)
        connection_cut (connection);
      n_leaving++;
    }
  return FALSE;
}

/* Only what is beyond doubt comes to SoupServer's eyes. */
static void
on_head_came (CsGateHeadState  state,
              const char      *fault_text,
              gpointer         data)
{
  Connection *connection = data;
  CsGate *self = connection->gate;
  g_autoptr (GIOStream) stream = g_steal_pointer (&connection->stream);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (connection->socket, NULL);
  g_autoptr (GError) error = NULL;
  CsGateFault fault = { .text = fault_text, .in_json = self->hooks.faults_in_json };

  clear_source (&connection->head);
  if (connection->deadline == NULL || local == NULL)
    return;

  switch (state)
    {
    case CS_GATE_HEAD_PARTIAL:
      return;
    case CS_GATE_HEAD_WHOLE:
      if (!soup_server_accept_iostream (self->server, stream, local, connection->remote, &error))
        g_debug ("A connection was lost: %s", error->message);
      return;
    case CS_GATE_HEAD_WRONG:
      fault.status = SOUP_STATUS_BAD_REQUEST;
      break;
    case CS_GATE_HEAD_TOO_LARGE:
      fault.status = SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE;
      break;
    }
  self->hooks.refused (state == CS_GATE_HEAD_WRONG ? CS_REFUSAL_MALFORMED : CS_REFUSAL_SIZE, fault.text, self->user_data);
  connection_stop_asking (connection);
  cs_gate_fault_send (&fault, stream, connection->socket);
}

static void
on_accept (GSocket  *socket,
           gpointer  data)
{
  CsGate *self = data;
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  Connection *connection;

  if (remote == NULL)
    return;

  connection = g_new0 (Connection, 1);
  connection->gate = self;
  connection->socket = g_object_ref (socket);
  connection->remote = g_object_ref (remote);
  connection->stream = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  connection->link.data = connection;
  g_queue_push_tail_link (&self->connections, &connection->link);
  g_atomic_int_inc (&self->n_asking);
  connection->is_asking = TRUE;
  g_object_weak_ref (G_OBJECT (connection->stream), on_stream_gone, connection);
  /* SoupServer tells of a message nothing but the address that it was given. */
  g_object_set_data (G_OBJECT (remote), CONNECTION_KEY, connection);
  set_deadline (connection, REQUEST_SECONDS);
  connection->head = cs_gate_head_await (socket, on_head_came, connection);
}

/* Answers over SoupServer's head, which would first read the whole body: the connection is taken from it. */
static void
refuse (CsGateRequest *request,
        guint          status,
        CsRefusal      refusal,
        const char    *text,
        const char    *allow)
{
  CsGate *gate = request->gate;
  Connection *connection = get_connection (request->message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (request->message);
  gboolean is_bare = g_strcmp0 (soup_server_message_get_method (request->message), "HEAD") == 0;
  CsGateFault fault = { status, text, allow, is_bare, gate->hooks.faults_in_json };

  request->is_answered = TRUE;
  gate->hooks.refused (refusal, text, gate->user_data);
  if (connection != NULL)
    connection_stop_asking (connection);
  if (stream != NULL && connection != NULL)
    cs_gate_fault_send (&fault, stream, connection->socket);
}

/* SoupServer refused the head by itself, so that nobody here was asked. */
static void
on_answering (SoupServerMessage *message,
              gpointer           data)
{
  CsGate *self = data;

  if (g_object_get_data (G_OBJECT (message), REQUEST_KEY) == NULL)
    self->hooks.refused (CS_REFUSAL_MALFORMED, NOT_UNDERSTOOD, self->user_data);
}

/* SoupServer answers what it can't read by a bare status. What it finds prepared goes with it. */
static void
on_started (SoupServer        *server,
            SoupServerMessage *message,
            gpointer           data)
{
  CsGate *self = data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *type;
  char *body = cs_gate_fault_word (NOT_UNDERSTOOD, self->hooks.faults_in_json, &type);

  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Content-Type", type);
  soup_message_body_append_take (soup_server_message_get_response_body (message), (guchar *) body, strlen (body));
  g_signal_connect (message, "wrote-headers", G_CALLBACK (on_answering), data);
}

static void
on_got_chunk (SoupServerMessage *message,
              GBytes            *chunk,
              CsGateRequest     *request)
{
  request->n_received += g_bytes_get_size (chunk);
  if (request->n_received > request->max_body && !request->is_answered)
    refuse (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, CS_REFUSAL_SIZE, "The request is too large", NULL);
}

static void
on_head (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           data)
{
  CsGate *self = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  CsGateRequest *request = g_new0 (CsGateRequest, 1);
  CsGateVerdict verdict;

  soup_message_headers_remove (soup_server_message_get_response_headers (message), "Content-Type");
  soup_message_headers_remove (soup_server_message_get_response_headers (message), "Connection");
  soup_message_body_truncate (soup_server_message_get_response_body (message));
  g_atomic_ref_count_init (&request->ref_count);
  request->gate = self;
  request->message = message;
  request->faults_in_json = self->hooks.faults_in_json;
  /* The message owns the request until its end; whoever answers later holds both. */
  g_object_set_data_full (G_OBJECT (message), REQUEST_KEY, request, (GDestroyNotify) cs_gate_request_unref);

  verdict = self->hooks.examine (request, self->user_data);
  request->max_body = verdict.max_body;
  if (verdict.status != 0)
    {
      refuse (request, verdict.status, verdict.refusal, verdict.text, verdict.allow);
      return;
    }
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers) > (goffset) verdict.max_body)
    {
      refuse (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, CS_REFUSAL_SIZE, "The request is too large", NULL);
      return;
    }

  /* SoupServer would cut the answer up by itself, and in some versions reads beyond it. Source: CVE-2026-2443. */
  soup_message_headers_remove (headers, "Range");
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), request);
}

/* Nobody is there to answer any more. */
static void
on_client_gone (SoupServerMessage *message,
                CsGateRequest     *request)
{
  request->is_gone = TRUE;
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  CsGate *self = data;
  g_autoptr (CsGateRequest) request = NULL;
  Connection *connection = get_connection (message);

  request = g_object_get_data (G_OBJECT (message), REQUEST_KEY);
  if (request == NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
      return;
    }
  cs_gate_request_ref (request);
  if (request->is_answered)
    return;

  if (connection != NULL)
    {
      connection->is_read = TRUE;
      set_deadline (connection, ANSWER_SECONDS);
    }
  request->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  self->hooks.serve (request, self->user_data);
  if (!request->is_answered)
    {
      request->is_paused = TRUE;
      g_object_ref (message);
      g_signal_connect (message, "disconnected", G_CALLBACK (on_client_gone), request);
      soup_server_message_pause (message);
    }
}

static void
on_socket_opened (SoupServer              *server,
                  SoupServerMessage       *message,
                  const char              *path,
                  SoupWebsocketConnection *websocket,
                  gpointer                 data)
{
  CsGate *self = data;
  Connection *connection = get_connection (message);

  if (connection != NULL)
    {
      connection->is_read = TRUE;
      clear_source (&connection->deadline);
    }
  cs_gate_sockets_take (self->sockets, websocket);
}

static guint
get_max_connections (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return MAX_CONNECTIONS;
  if (limit.rlim_cur < RESERVED_DESCRIPTORS + MIN_CONNECTIONS)
    return MIN_CONNECTIONS;
  return MIN (limit.rlim_cur - RESERVED_DESCRIPTORS, MAX_CONNECTIONS);
}

/* Makes a gate that doesn't listen yet. The hooks are called on the thread-default main context of now. */
CsGate *
cs_gate_new (const CsGateHooks *hooks,
             gpointer           user_data)
{
  CsGate *self = g_new0 (CsGate, 1);

  self->hooks = *hooks;
  self->user_data = user_data;
  self->max_connections = get_max_connections ();
  self->sockets = cs_gate_sockets_new (hooks->socket_opened, hooks->socket_closed, user_data);
  g_queue_init (&self->connections);
  /* Raw, because a path that needs decoding to become ours isn't ours. */
  self->server = soup_server_new ("server-header", NULL, "raw-paths", TRUE, NULL);
  g_signal_connect (self->server, "request-started", G_CALLBACK (on_started), self);
  soup_server_add_early_handler (self->server, NULL, on_head, self, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  return self;
}

/* Cuts what is still open. */
void
cs_gate_free (CsGate *self)
{
  cs_gate_close (self);
  cs_gate_sockets_free (self->sockets);
  soup_server_disconnect (self->server);
  for (GList *l = self->connections.head; l != NULL;)
    {
      Connection *connection = l->data;

      l = l->next;
      connection_cut (connection);
      g_queue_unlink (&self->connections, &connection->link);
      connection->gate = NULL;
      if (connection->stream != NULL)
        g_object_unref (g_steal_pointer (&connection->stream));
    }
  g_object_unref (self->server);
  g_free (self);
}

/* Listens on 127.0.0.1:port; 0 takes any free port. */
gboolean
cs_gate_listen (CsGate   *self,
                guint16   port,
                GError  **error)
{
  CsGateListener *listener = cs_gate_listener_new (port, has_room, on_accept, self, error);

  if (listener == NULL)
    return FALSE;
  g_clear_pointer (&self->listener, cs_gate_listener_free);
  self->listener = listener;
  self->port = cs_gate_listener_get_port (listener);
  return TRUE;
}

/* Lets nobody in any more; who is in gets an answer. */
void
cs_gate_close (CsGate *self)
{
  g_clear_pointer (&self->listener, cs_gate_listener_free);
  self->port = 0;
}

/* The port, or 0 while it doesn't listen. */
guint16
cs_gate_get_port (CsGate *self)
{
  return self->port;
}

guint
cs_gate_get_n_connections (CsGate *self)
{
  return self->connections.length;
}

/* How many of those who are connected have no answer yet. Any thread may ask, as long as the gate is there. */
guint
cs_gate_get_n_asking (CsGate *self)
{
  return g_atomic_int_get (&self->n_asking);
}

/* Lets requests for this path become WebSockets, after examine let them in. SoupServer asks only the handlers of the
 * longest path that fits, so the one for all paths has to stand here again. */
void
cs_gate_add_socket_path (CsGate     *self,
                         const char *path)
{
  soup_server_add_early_handler (self->server, path, on_head, self, NULL);
  soup_server_add_websocket_handler (self->server, path, NULL, NULL, on_socket_opened, self, NULL);
}

CsGateRequest *
cs_gate_request_ref (CsGateRequest *request)
{
  g_atomic_ref_count_inc (&request->ref_count);
  return request;
}

void
cs_gate_request_unref (CsGateRequest *request)
{
  if (!g_atomic_ref_count_dec (&request->ref_count))
    return;
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

const char *
cs_gate_request_get_method (CsGateRequest *request)
{
  return soup_server_message_get_method (request->message);
}

/* The path as it was sent, not decoded. */
const char *
cs_gate_request_get_path (CsGateRequest *request)
{
  return g_uri_get_path (soup_server_message_get_uri (request->message));
}

/* The encoded query. (nullable) */
const char *
cs_gate_request_get_query (CsGateRequest *request)
{
  return g_uri_get_query (soup_server_message_get_uri (request->message));
}

/* The header's value; of several, all, comma-separated. (nullable) */
const char *
cs_gate_request_get_header (CsGateRequest *request,
                            const char    *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (request->message), name);
}

/* The whole body. (transfer none) */
GBytes *
cs_gate_request_get_body (CsGateRequest *request)
{
  return request->body;
}

/* Answers a request, once, from serve or later. The client may have gone; that is no error. */
void
cs_gate_request_answer (CsGateRequest *request,
                        guint          status,
                        const char    *content_type,
                        GBytes        *body)
{
  SoupServerMessage *message = request->message;
  Connection *connection = get_connection (message);
  SoupMessageHeaders *headers;

  g_return_if_fail (!request->is_answered);

  headers = soup_server_message_get_response_headers (message);
  request->is_answered = TRUE;
  if (connection != NULL)
    connection_stop_asking (connection);
  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, "Connection", "close");
  if (content_type != NULL)
    soup_message_headers_set_content_type (headers, content_type, NULL);
  if (g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);

  if (request->is_paused)
    {
      request->is_paused = FALSE;
      if (!request->is_gone)
        soup_server_message_unpause (message);
      g_object_unref (message);
    }
}

/* Answers with one line of text, worded as the gate's own faults are. */
void
cs_gate_request_answer_text (CsGateRequest *request,
                             guint          status,
                             const char    *text)
{
  const char *type;
  char *words = cs_gate_fault_word (text, request->faults_in_json, &type);
  g_autoptr (GBytes) body = g_bytes_new_take (words, strlen (words));

  cs_gate_request_answer (request, status, type, body);
}
