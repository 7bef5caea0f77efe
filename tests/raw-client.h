/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <string.h>

/* A client that sends what it likes, when it likes, and keeps this thread's main context going while it waits. */

typedef struct {
  GSocket *socket;    /* (owned) */
  GString *received;  /* (owned) */
  gboolean is_closed; /* by the other side */
} RawClient;

#define RAW_CLIENT_PATIENCE_US (15 * G_USEC_PER_SEC)

static inline RawClient *
raw_client_new (guint16   port,
                GError  **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) socket = NULL;
  RawClient *self;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL || !g_socket_connect (socket, address, NULL, error))
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  self = g_new0 (RawClient, 1);
  self->socket = g_steal_pointer (&socket);
  self->received = g_string_new (NULL);
  return self;
}

static inline void
raw_client_free (RawClient *self)
{
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_string_free (self->received, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawClient, raw_client_free)

/* Takes what has arrived, and lets the main context do what it has to. */
static inline void
raw_client_turn (RawClient *self)
{
  char buffer[4096];
  gssize n = -1;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (!self->is_closed)
    {
      g_autoptr (GError) error = NULL;

      n = g_socket_receive (self->socket, buffer, sizeof buffer, NULL, &error);
      if (n > 0)
        g_string_append_len (self->received, buffer, n);
      else
        self->is_closed = n == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    }
  if (n <= 0)
    g_usleep (500);
}

/* Sends as much as the other side takes. */
static inline void
raw_client_send (RawClient  *self,
                 const char *text,
                 gssize      size)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  size = size < 0 ? (gssize) strlen (text) : size;
  while (size > 0 && !self->is_closed && g_get_monotonic_time () < end_us)
    {
      gssize n = g_socket_send (self->socket, text, size, NULL, NULL);

      if (n > 0)
        {
          text += n;
          size -= n;
        }
      else
        {
          raw_client_turn (self);
        }
    }
}

/* Waits until the other side has hung up; returns whether it has. */
static inline gboolean
raw_client_wait (RawClient *self)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  while (!self->is_closed && g_get_monotonic_time () < end_us)
    raw_client_turn (self);
  return self->is_closed;
}

/* Waits until that text has arrived; returns whether it has. */
static inline gboolean
raw_client_wait_for (RawClient  *self,
                     const char *text)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  while (g_strstr_len (self->received->str, self->received->len, text) == NULL && !self->is_closed
         && g_get_monotonic_time () < end_us)
    raw_client_turn (self);
  return g_strstr_len (self->received->str, self->received->len, text) != NULL;
}

/* Sends a request over a connection of its own; returns all that came back. (transfer full) */
static inline char *
raw_client_exchange (guint16     port,
                     const char *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RawClient) client = raw_client_new (port, &error);

  g_assert_no_error (error);
  raw_client_send (client, request, -1);
  g_assert_true (raw_client_wait (client));
  return g_strdup (client->received->str);
}
