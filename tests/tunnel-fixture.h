/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "raw-client.h"
#include "sshd-fixture.h"
#include "tunnel/cs-tunnel.h"

/* A tunnel from an sshd to a listener that sends back what it gets. */

#define BIG (4 * 1024 * 1024)

typedef struct {
  Sshd *sshd;                /* (owned) (nullable) */
  CsTunnel *tunnel;          /* (owned) */
  CsTunnelConfig config;     /* texts of the test */
  GSocketService *listener;  /* (owned) */
  guint n_changes;
  int n_connections;         /* (atomic) that the listener has now */
  int is_released;           /* (atomic) nobody is stalled any more */
} Bore;

/* Quick enough for a test, slow enough for a machine that has a lot to do. */
static const CsTunnelLimits bore_limits = {
  .setup_ms = 15000,
  .announce_ms = 400,
  .change_ms = 20,
  .keepalive_ms = 2000,
  .reply_ms = 15000,
  .probe_ms = 1000,
  .linger_ms = 300,
  .pace = 0.05,
};

static inline void
bore_turn (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (500);
}

#define bore_wait(condition) \
  G_STMT_START { \
    gint64 end_us_ = g_get_monotonic_time () + SSHD_PATIENCE_US; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > end_us_) \
          g_error ("Waited in vain for %s", #condition); \
        bore_turn (); \
      } \
  } G_STMT_END

/* "stall" first: reads nothing else until it is released. "big" first: sends a lot, and nothing else. "close" first: hangs up.
 * Anything else is sent back, until its end. */
static inline gboolean
bore_serve (GThreadedSocketService *service,
            GSocketConnection      *connection,
            GObject                *source,
            gpointer                data)
{
  Bore *self = data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autofree char *buffer = g_malloc0 (65536);
  gssize n;

  g_atomic_int_inc (&self->n_connections);
  n = g_input_stream_read (input, buffer, 5, NULL, NULL);
  if (n == 5 && memcmp (buffer, "stall", 5) == 0)
    {
      while (!g_atomic_int_get (&self->is_released))
        g_usleep (1000);
    }
  else if (n >= 3 && memcmp (buffer, "big", 3) == 0)
    {
      for (guint i = 0; i < BIG / 65536 && g_output_stream_write_all (output, buffer, 65536, NULL, NULL, NULL); i++)
        ;
      n = 0;
    }
  else if (n == 5 && memcmp (buffer, "close", 5) == 0)
    {
      n = 0;
    }
  while (n > 0 && g_output_stream_write_all (output, buffer, (gsize) n, NULL, NULL, NULL))
    n = g_input_stream_read (input, buffer, 65536, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_atomic_int_add (&self->n_connections, -1);
  return TRUE;
}

static inline void
bore_on_changed (gpointer data)
{
  Bore *self = data;

  self->n_changes++;
}

static inline const CsTunnelState *
bore_state (Bore *self)
{
  return cs_tunnel_get_state (self->tunnel);
}

static inline gboolean
bore_is (Bore          *self,
         CsTunnelPhase  phase)
{
  return bore_state (self)->phase == phase;
}

/* Takes sshd, which may be NULL where the server is another one at that port. */
static inline Bore *
bore_new (Sshd    *sshd,
          guint16  port)
{
  Bore *self = g_new0 (Bore, 1);

  self->sshd = sshd;
  self->listener = g_threaded_socket_service_new (400);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->listener), 400);
  g_signal_connect (self->listener, "run", G_CALLBACK (bore_serve), self);
  self->config = (CsTunnelConfig) {
    .host = (char *) "127.0.0.1",
    .port = sshd != NULL ? sshd->port : port,
    .user = (char *) g_get_user_name (),
    .host_key = (char *) "",
    .local_port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->listener), NULL, NULL),
    .public_url = (char *) "",
    .data_dir = sshd != NULL ? sshd->data_dir : (char *) g_get_tmp_dir (),
  };
  self->tunnel = cs_tunnel_new (&bore_limits, bore_on_changed, self);
  return self;
}

static inline void
bore_free (Bore *self)
{
  g_atomic_int_set (&self->is_released, TRUE);
  g_clear_pointer (&self->tunnel, cs_tunnel_free);
  bore_wait (g_atomic_int_get (&self->n_connections) == 0);
  g_socket_service_stop (self->listener);
  g_socket_listener_close (G_SOCKET_LISTENER (self->listener));
  g_object_unref (self->listener);
  g_clear_pointer (&self->sshd, sshd_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bore, bore_free)

/* Opens it by trusting whatever key the server has. */
static inline void
bore_open (Bore *self)
{
  cs_tunnel_configure (self->tunnel, &self->config);
  bore_wait (bore_is (self, CS_TUNNEL_PHASE_ASKING) || bore_is (self, CS_TUNNEL_PHASE_OPEN));
  if (bore_is (self, CS_TUNNEL_PHASE_ASKING))
    {
      g_autofree char *fingerprint = g_strdup (bore_state (self)->fingerprint);

      cs_tunnel_trust (self->tunnel, fingerprint);
    }
  bore_wait (bore_is (self, CS_TUNNEL_PHASE_OPEN));
}

/* A running sshd and an open tunnel whose address is known. */
static inline Bore *
bore_new_open (const char *settings)
{
  Bore *self = bore_new (sshd_new (settings, FALSE), 0);

  sshd_start (self->sshd);
  bore_open (self);
  bore_wait (bore_state (self)->url != NULL);
  return self;
}

/* Connects to the port that the server has opened. */
static inline RawClient *
bore_connect (Bore *self)
{
  const char *port = strrchr (bore_state (self)->url, ':');
  g_autoptr (GError) error = NULL;
  RawClient *client = raw_client_new ((guint16) atoi (port + 1), &error);

  g_assert_no_error (error);
  return client;
}

/* Whether something goes through and comes back. */
static inline gboolean
bore_leads_here (Bore *self)
{
  g_autoptr (RawClient) client = bore_connect (self);

  raw_client_send (client, "hello through the tunnel", -1);
  return raw_client_wait_for (client, "hello through the tunnel");
}

static inline void
bore_assert_leads_here (Bore *self)
{
  g_assert_true (bore_leads_here (self));
}
