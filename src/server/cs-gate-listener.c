/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-gate-listener.h"

#define BACKLOG 256
#define ACCEPTS_PER_TURN 16
#define PAUSE_MS 100
#define FULL_PAUSE_MS 2

struct _CsGateListener
{
  GSocket *socket;  /* (owned) */
  GSource *source;  /* (owned) readable, or the pause after a failure */
  CsGateRoomFunc has_room;
  CsGateAcceptFunc accept;
  gpointer user_data;
};

static void watch (CsGateListener *self);

static void
set_source (CsGateListener *self,
            GSource        *source,
            GSourceFunc     callback)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  self->source = source;
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static gboolean
on_pause_over (gpointer data)
{
  watch (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      data)
{
  CsGateListener *self = data;

  for (int i = 0; i < ACCEPTS_PER_TURN; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) accepted = NULL;

      /* Nobody has to leave for someone who isn't there. */
      if (i > 0 && g_socket_condition_check (self->socket, G_IO_IN) == 0)
        return G_SOURCE_CONTINUE;
      /* Who comes to a full house waits at the door, in the backlog. */
      if (!self->has_room (self->user_data))
        {
          set_source (self, g_timeout_source_new (FULL_PAUSE_MS), on_pause_over);
          return G_SOURCE_REMOVE;
        }

      accepted = g_socket_accept (self->socket, NULL, &error);
      if (accepted != NULL)
        {
          self->accept (accepted, self->user_data);
          continue;
        }
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
        continue;

      /* Out of descriptors or of memory. The connection stays in the backlog and would wake this up without end. */
      g_debug ("Connections can't be accepted for the moment: %s", error->message);
      set_source (self, g_timeout_source_new (PAUSE_MS), on_pause_over);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
watch (CsGateListener *self)
{
  set_source (self, g_socket_create_source (self->socket, G_IO_IN, NULL), G_SOURCE_FUNC (on_readable));
}

/* Listens on 127.0.0.1; port 0 takes any free one. Before each accept has_room is asked; accepted sockets are handed out
 * on the thread-default context. */
CsGateListener *
cs_gate_listener_new (guint16            port,
                      CsGateRoomFunc     has_room,
                      CsGateAcceptFunc   accept,
                      gpointer           user_data,
                      GError           **error)
{
  g_autoptr (CsGateListener) self = g_new0 (CsGateListener, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  self->has_room = has_room;
  self->accept = accept;
  self->user_data = user_data;
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (self->socket == NULL)
    return NULL;
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_listen_backlog (self->socket, BACKLOG);
  if (!g_socket_bind (self->socket, address, TRUE, error) || !g_socket_listen (self->socket, error))
    return NULL;

  watch (self);
  return g_steal_pointer (&self);
}

void
cs_gate_listener_free (CsGateListener *self)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
  g_free (self);
}

/* The port it listens on, where 0 was asked for, too. */
guint16
cs_gate_listener_get_port (CsGateListener *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, NULL);

  return address != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}
