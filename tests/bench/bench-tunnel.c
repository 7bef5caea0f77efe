/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tunnel carries, against the ssh program's: the same sshd, the same listener, as many connections at a time. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "../sshd-fixture.h"
#include "figures.h"
#include "tunnel/cs-tunnel.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#define CLIENTS 64
#define ROUNDS 5
#define REQUESTS 2000
#define REQUEST_BYTES 600
#define LOAD_BYTES (64 * 1024 * 1024)
#define PIECE (64 * 1024)

/* What each connection does: sends so much, and gets the same back. */
typedef struct {
  guint16 port;
  guint n_requests;
  gsize n_bytes;
  int n_begun;     /* (atomic) */
  int n_failed;    /* (atomic) */
} Traffic;

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Sends and receives at the same time, so that nobody waits for the other one. */
static gboolean
exchange (int         fd,
          const char *piece,
          gsize       n_bytes)
{
  g_autofree char *buffer = g_malloc (PIECE);
  gsize n_sent = 0, n_received = 0;

  while (n_received < n_bytes)
    {
      struct pollfd wait = { .fd = fd, .events = n_sent < n_bytes ? POLLIN | POLLOUT : POLLIN };
      gssize n;

      if (poll (&wait, 1, 60000) <= 0)
        return FALSE;
      if ((wait.revents & POLLOUT) != 0)
        {
          n = send (fd, piece, MIN (n_bytes - n_sent, PIECE), MSG_NOSIGNAL | MSG_DONTWAIT);
          n_sent += n > 0 ? (gsize) n : 0;
        }
      if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        {
          n = recv (fd, buffer, PIECE, MSG_DONTWAIT);
          if (n <= 0)
            return FALSE;
          n_received += (gsize) n;
        }
    }
  return TRUE;
}

static gpointer
run_client (gpointer data)
{
  Traffic *traffic = data;
  g_autofree char *piece = g_malloc0 (PIECE);

  while (g_atomic_int_add (&traffic->n_begun, 1) < (int) traffic->n_requests)
    {
      int fd = connect_to (traffic->port);

      if (fd < 0 || !exchange (fd, piece, traffic->n_bytes))
        g_atomic_int_inc (&traffic->n_failed);
      if (fd >= 0)
        close (fd);
    }
  return NULL;
}

/* Returns requests a second. */
static double
run_traffic (guint16 port,
             guint   n_requests,
             gsize   n_bytes)
{
  Traffic traffic = { .port = port, .n_requests = n_requests, .n_bytes = n_bytes };
  GThread *threads[CLIENTS];
  gint64 begun_us = g_get_monotonic_time ();

  for (guint i = 0; i < CLIENTS; i++)
    threads[i] = g_thread_new ("client", run_client, &traffic);
  for (guint i = 0; i < CLIENTS; i++)
    g_thread_join (threads[i]);
  if (traffic.n_failed > 0)
    g_error ("%d of %u requests failed", traffic.n_failed, n_requests);
  return n_requests * (double) G_USEC_PER_SEC / (g_get_monotonic_time () - begun_us);
}

static gboolean
send_back (GThreadedSocketService *service,
           GSocketConnection      *connection,
           GObject                *source,
           gpointer                data)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));
  g_autofree char *buffer = g_malloc (PIECE);
  gssize n;

  g_socket_set_blocking (g_socket_connection_get_socket (connection), TRUE);
  fcntl (fd, F_SETFL, 0);
  while ((n = recv (fd, buffer, PIECE, 0)) > 0 && send (fd, buffer, (gsize) n, MSG_NOSIGNAL) == n)
    ;
  return TRUE;
}

/* The listener, and the tunnel itself, live on a loop of their own, as in the engine. */
static gpointer
run_loop (gpointer data)
{
  g_main_loop_run (data);
  return NULL;
}

static void
on_changed (gpointer data)
{
}

static CsTunnel *
open_tunnel (Sshd    *sshd,
             guint16  local_port,
             guint16  remote_port)
{
  g_autofree char *fingerprint = sshd_get_fingerprint (sshd);
  CsTunnelConfig config = {
    .host = (char *) "127.0.0.1",
    .port = sshd->port,
    .user = (char *) g_get_user_name (),
    .host_key = fingerprint,
    .remote_port = remote_port,
    .local_port = local_port,
    .public_url = (char *) "https://name.example",
    .data_dir = sshd->data_dir,
  };
  CsTunnel *tunnel = cs_tunnel_new (NULL, on_changed, NULL);

  cs_tunnel_configure (tunnel, &config);
  while (cs_tunnel_get_state (tunnel)->phase != CS_TUNNEL_PHASE_OPEN)
    {
      if (cs_tunnel_get_state (tunnel)->error != NULL)
        g_error ("%s", cs_tunnel_get_state (tunnel)->error);
      g_main_context_iteration (NULL, TRUE);
    }
  return tunnel;
}

/* The key that the tunnel logs in with, in the form that the ssh program reads. */
static GPid
open_ssh (Sshd    *sshd,
          guint16  local_port,
          guint16  remote_port)
{
  g_autofree char *key = sshd_get_file (sshd, "ssh-key");
  g_autofree char *port = g_strdup_printf ("%u", sshd->port);
  g_autofree char *forward = g_strdup_printf ("127.0.0.1:%u:127.0.0.1:%u", remote_port, local_port);
  const char *argv[] = { "ssh", "-F", "none", "-N", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                         "-o", "ExitOnForwardFailure=yes", "-o", "LogLevel=ERROR", "-i", key, "-p", port, "-R", forward,
                         "127.0.0.1", NULL };
  g_autoptr (GError) error = NULL;
  GPid pid = 0;
  int fd;

  if (!g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, sshd_on_spawned, NULL, &pid,
                      &error))
    g_error ("%s", error->message);
  while ((fd = connect_to (remote_port)) < 0)
    {
      if (waitpid (pid, NULL, WNOHANG) != 0)
        g_error ("ssh has ended");
      g_usleep (5000);
    }
  close (fd);
  return pid;
}

static void
make_ssh_key (Sshd *sshd)
{
  g_autofree char *file = sshd_get_file (sshd, "ssh-key");
  const char *argv[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file, NULL };

  sshd_run (argv, NULL);
}

int
main (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autofree char *ssh = g_find_program_in_path ("ssh");
  g_autofree char *settings = NULL;
  g_autoptr (Sshd) sshd = NULL;
  g_autoptr (CsTunnel) tunnel = NULL;
  g_autoptr (GSocketService) listener = NULL;
  double requests[2][ROUNDS], loads[2][ROUNDS];
  guint16 ports[2], local_port;
  gboolean is_met;
  GThread *thread;
  GPid pid;

  if (!sshd_is_there () || ssh == NULL)
    {
      g_print ("skipped: ssh and sshd aren't installed\n");
      return 77;
    }
  g_main_context_push_thread_default (context);
  listener = g_threaded_socket_service_new (CLIENTS * 4);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (listener), CLIENTS * 4);
  local_port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (listener), NULL, NULL);
  g_signal_connect (listener, "run", G_CALLBACK (send_back), NULL);
  g_main_context_pop_thread_default (context);
  thread = g_thread_new ("listener", run_loop, loop);

  sshd = sshd_new ("", FALSE);
  make_ssh_key (sshd);
  settings = g_strdup_printf ("AuthorizedKeysFile %s/tunnel-key.pub %s/ssh-key.pub\n", sshd->data_dir, sshd->dir);
  sshd_put_first (sshd, settings);
  sshd_start (sshd);
  ports[0] = sshd_find_free_port ();
  ports[1] = sshd_find_free_port ();
  tunnel = open_tunnel (sshd, local_port, ports[0]);
  pid = open_ssh (sshd, local_port, ports[1]);

  for (guint which = 0; which < 2; which++)
    run_traffic (ports[which], REQUESTS / 10, REQUEST_BYTES);
  for (guint round = 0; round < ROUNDS; round++)
    {
      for (guint which = 0; which < 2; which++)
        {
          requests[which][round] = run_traffic (ports[which], REQUESTS, REQUEST_BYTES);
          loads[which][round] = run_traffic (ports[which], CLIENTS, LOAD_BYTES / CLIENTS) * (LOAD_BYTES / CLIENTS) / 1e6;
        }
    }
  for (guint which = 0; which < 2; which++)
    {
      requests[which][0] = figures_median (requests[which], ROUNDS);
      loads[which][0] = figures_median (loads[which], ROUNDS);
      g_print ("%s: %.0f requests/s, %.0f MB/s each way, %d at a time\n", which == 0 ? "tunnel" : "ssh -R", requests[which][0],
               loads[which][0], CLIENTS);
    }
  is_met = figures_at_least ("tunnel-requests", requests[0][0] / requests[1][0], 0.5);
  is_met &= figures_at_least ("tunnel-throughput", loads[0][0] / loads[1][0], 0.5);

  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
  g_clear_pointer (&tunnel, cs_tunnel_free);
  g_main_loop_quit (loop);
  g_thread_join (thread);
  g_socket_service_stop (listener);
  return is_met ? 0 : 1;
}
