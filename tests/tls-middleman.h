/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* Somebody between a database and those who ask it: passes all on, with a certificate of his own instead of the database's, and could
 * read everything. */
typedef struct {
  GSocketService *service;       /* (owned) with a thread for each connection */
  GTlsCertificate *certificate;  /* (owned) */
  guint16 port;                  /* of 127.0.0.1 */
  guint16 database_port;
  int n_secured;                 /* (atomic) connections that came as far as being secured with his certificate */
  int n_open;                    /* (atomic) */
} TlsMiddleman;

/* Passes one packet of the database's protocol on: three bytes of length, one of order, and the rest. */
static inline gboolean
tls_middleman_pass_packet (GIOStream *from,
                           GIOStream *to)
{
  GInputStream *input = g_io_stream_get_input_stream (from);
  guchar packet[1024];
  gsize n, length;

  if (!g_input_stream_read_all (input, packet, 4, &n, NULL, NULL) || n < 4)
    return FALSE;
  length = packet[0] | packet[1] << 8 | packet[2] << 16;
  return length <= sizeof packet - 4 && g_input_stream_read_all (input, packet + 4, length, &n, NULL, NULL) && n == length
         && g_output_stream_write_all (g_io_stream_get_output_stream (to), packet, 4 + length, NULL, NULL, NULL);
}

static inline gboolean
tls_middleman_on_certificate (void)
{
  return TRUE;
}

/* Ends with either side, and then ends the other. */
static inline void
tls_middleman_pass_all (GIOStream *from,
                        GIOStream *to)
{
  char buffer[4096];
  gssize n;

  while ((n = g_input_stream_read (g_io_stream_get_input_stream (from), buffer, sizeof buffer, NULL, NULL)) > 0
         && g_output_stream_write_all (g_io_stream_get_output_stream (to), buffer, (gsize) n, NULL, NULL, NULL))
    ;
}

typedef struct {
  GIOStream *client;
  GIOStream *database;
  GSocket *socket;     /* of the client */
} TlsMiddlemanWay;

static inline gpointer
tls_middleman_pass_back (gpointer data)
{
  TlsMiddlemanWay *way = data;

  tls_middleman_pass_all (way->database, way->client);
  g_socket_shutdown (way->socket, TRUE, TRUE, NULL);
  return NULL;
}

static inline void
tls_middleman_stand_between (TlsMiddleman      *self,
                             GSocketConnection *connection)
{
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GSocketConnection) onward = NULL;
  g_autoptr (GIOStream) client = NULL, database = NULL;
  TlsMiddlemanWay way;
  GThread *back;

  g_socket_client_set_enable_proxy (socket_client, FALSE);
  onward = g_socket_client_connect_to_host (socket_client, "127.0.0.1", self->database_port, NULL, NULL);
  /* The database introduces itself, and is asked for a secured connection. */
  if (onward == NULL || !tls_middleman_pass_packet (G_IO_STREAM (onward), G_IO_STREAM (connection))
      || !tls_middleman_pass_packet (G_IO_STREAM (connection), G_IO_STREAM (onward)))
    return;
  client = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  database = g_tls_client_connection_new (G_IO_STREAM (onward), NULL, NULL);
  g_signal_connect (database, "accept-certificate", G_CALLBACK (tls_middleman_on_certificate), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (client), NULL, NULL)
      || !g_tls_connection_handshake (G_TLS_CONNECTION (database), NULL, NULL))
    return;
  g_atomic_int_inc (&self->n_secured);

  way = (TlsMiddlemanWay) { client, database, g_socket_connection_get_socket (connection) };
  back = g_thread_new ("pass-back", tls_middleman_pass_back, &way);
  tls_middleman_pass_all (client, database);
  g_socket_shutdown (g_socket_connection_get_socket (onward), TRUE, TRUE, NULL);
  g_thread_join (back);
}

static inline gboolean
tls_middleman_on_run (GThreadedSocketService *service,
                      GSocketConnection      *connection,
                      GObject                *source,
                      gpointer                data)
{
  TlsMiddleman *self = data;

  g_atomic_int_inc (&self->n_open);
  tls_middleman_stand_between (self, connection);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_atomic_int_add (&self->n_open, -1);
  return TRUE;
}

static inline TlsMiddleman *
tls_middleman_new (guint16     database_port,
                   const char *certificate_path,
                   const char *key_path)
{
  TlsMiddleman *self = g_new0 (TlsMiddleman, 1);
  g_autoptr (GError) error = NULL;

  self->database_port = database_port;
  self->certificate = g_tls_certificate_new_from_files (certificate_path, key_path, &error);
  g_assert_no_error (error);
  self->service = g_threaded_socket_service_new (-1);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_signal_connect (self->service, "run", G_CALLBACK (tls_middleman_on_run), self);
  g_socket_service_start (self->service);
  return self;
}

/* Nobody may be connected any more. */
static inline void
tls_middleman_free (TlsMiddleman *self)
{
  g_socket_service_stop (self->service);
  while (g_atomic_int_get (&self->n_open) > 0)
    g_usleep (1000);
  g_object_unref (self->service);
  g_object_unref (self->certificate);
  g_free (self);
}
