/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-gate-sockets.h"

#define MAX_SOCKETS 16
#define MAX_INCOMING 4096
#define KEEPALIVE_SECONDS 30

struct _CsGateSockets
{
  CsGateSocketFunc opened;  /* (nullable) */
  CsGateSocketFunc closed;  /* (nullable) */
  gpointer user_data;
  GPtrArray *sockets;       /* (owned) (element-type CsGateSocket) */
};

struct _CsGateSocket
{
  CsGateSockets *sockets;
  SoupWebsocketConnection *websocket; /* (owned) */
};

static void
socket_free (CsGateSocket *socket)
{
  g_signal_handlers_disconnect_by_data (socket->websocket, socket);
  g_object_unref (socket->websocket);
  g_free (socket);
}

static void
on_closed (SoupWebsocketConnection *websocket,
           CsGateSocket            *socket)
{
  CsGateSockets *self = socket->sockets;

  if (self->closed != NULL)
    self->closed (socket, self->user_data);
  g_ptr_array_remove_fast (self->sockets, socket);
}

/* Makes an empty set. opened and closed, where there are any, are called with each socket. */
CsGateSockets *
cs_gate_sockets_new (CsGateSocketFunc opened,
                     CsGateSocketFunc closed,
                     gpointer         user_data)
{
  CsGateSockets *self = g_new0 (CsGateSockets, 1);

  self->opened = opened;
  self->closed = closed;
  self->user_data = user_data;
  self->sockets = g_ptr_array_new_with_free_func ((GDestroyNotify) socket_free);
  return self;
}

/* Lets go of all of them; nobody is told. */
void
cs_gate_sockets_free (CsGateSockets *self)
{
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

/* Takes a connection that became a WebSocket, unless there are too many. */
void
cs_gate_sockets_take (CsGateSockets           *self,
                      SoupWebsocketConnection *websocket)
{
  CsGateSocket *socket;

  if (self->sockets->len >= MAX_SOCKETS)
    {
      soup_websocket_connection_close (websocket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "Too many listeners");
      return;
    }

  socket = g_new0 (CsGateSocket, 1);
  socket->sockets = self;
  socket->websocket = g_object_ref (websocket);
  g_ptr_array_add (self->sockets, socket);
  soup_websocket_connection_set_max_incoming_payload_size (websocket, MAX_INCOMING);
  soup_websocket_connection_set_keepalive_interval (websocket, KEEPALIVE_SECONDS);
  g_signal_connect (websocket, "closed", G_CALLBACK (on_closed), socket);
  if (self->opened != NULL)
    self->opened (socket, self->user_data);
}

/* Sends text to the listener, unless it is going. */
void
cs_gate_socket_send (CsGateSocket *socket,
                     const char   *text)
{
  if (soup_websocket_connection_get_state (socket->websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (socket->websocket, text);
}
