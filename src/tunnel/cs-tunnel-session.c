/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-announcer.h"
#include "tunnel/cs-tunnel-link.h"
#include "tunnel/cs-tunnel-session.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <libssh/server.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* As many as the listener lets in. */
#define MAX_LINKS 256

/* How long connections that are under way may take to end when the tunnel is closed. */
#define DRAIN_US (G_USEC_PER_SEC / 2)

/* How often data is taken from the server before the links get their turn. */
#define MAX_TURNS 64

#define N_OWN_FDS 2

struct _CsTunnelSession
{
  CsTunnelConfig *config;        /* (owned) */
  CsTunnelLimits limits;
  char *trusted;                 /* (owned) (nullable) a fingerprint */
  CsTunnelReportFunc func;
  gpointer user_data;
  GMainContext *context;         /* (owned) of the maker */
  GAsyncQueue *reports;          /* (owned) (element-type CsTunnelReport) */
  GSource *setup_source;         /* (owned) (nullable) ends the patience with a server that doesn't open the port */
  GThread *thread;               /* (owned) */
  GCancellable *cancellable;     /* (owned) ends the setting up */
  int wake_fd;
  int is_stopped;                /* (atomic) */
  int is_late;                   /* (atomic) the setting up took too long */
  int is_probed;                 /* (atomic) */
  int is_open;                   /* (atomic) nothing blocks any more */

  GMutex mutex;                  /* guards the one below */
  GSocket *socket;               /* (owned) (nullable) while it is being set up, to be shut down from outside */

  /* of the session's thread alone */
  ssh_session ssh;
  ssh_event event;
  GPtrArray *links;              /* (owned) (element-type CsTunnelLink) */
  GArray *fds;                   /* (owned) (element-type struct pollfd) ours, then one of each link */
  guint turn;                    /* which link is the first */
  CsTunnelAnnouncer *announcer;  /* (owned) */
  guint16 open_port;             /* of the server; 0 where it isn't known */
  char *told_url;                /* (owned) (nullable) */
  gboolean silence_is_told;
  struct ssh_counter_struct counter;
  guint64 n_heard;               /* bytes from the server, at the last look */
  gint64 told_us;                /* all of these are monotonic */
  gint64 heard_us;
  gint64 asked_us;               /* 0 while no answer is waited for */
  guint patience_ms;             /* for it */
  gint64 drain_end_us;           /* 0 until it was told to stop */
};

static void
report_free (gpointer data)
{
  CsTunnelReport *report = data;

  g_free (report->url);
  g_clear_error (&report->error);
  cs_tunnel_host_key_clear (&report->host_key);
  g_free (report);
}

/* On the maker's thread. The receiver of the last report may free the session. */
static gboolean
deliver (gpointer data)
{
  CsTunnelSession *self = data;
  CsTunnelReport *report = g_async_queue_pop (self->reports);

  if (report->kind != CS_TUNNEL_REPORT_ADDRESS && self->setup_source != NULL)
    {
      g_source_destroy (self->setup_source);
      g_clear_pointer (&self->setup_source, g_source_unref);
    }
  self->func (self, report, self->user_data);
  report_free (report);
  return G_SOURCE_REMOVE;
}

static void
tell (CsTunnelSession *self,
      CsTunnelReport   report)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_async_queue_push (self->reports, g_memdup2 (&report, sizeof report));
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, self, NULL);
  g_source_attach (source, self->context);
}

static void
wake (CsTunnelSession *self)
{
  if (write (self->wake_fd, &(guint64) { 1 }, sizeof (guint64)) < 0)
    g_assert (errno == EAGAIN);
}

/* From outside: whatever the thread waits for comes to its end. */
static void
interrupt (CsTunnelSession *self)
{
  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->mutex);
  if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  g_mutex_unlock (&self->mutex);
  wake (self);
}

static gboolean
on_late (gpointer data)
{
  CsTunnelSession *self = data;

  g_atomic_int_set (&self->is_late, TRUE);
  interrupt (self);
  return G_SOURCE_REMOVE;
}

/* Connects by GIO, which tries all addresses of a name, and can be told to stop. */
static gboolean
connect_server (CsTunnelSession  *self,
                GError          **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *server = cs_tunnel_config_dup_server (self->config);

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, self->config->host, self->config->port, self->cancellable, &local_error);
  if (connection != NULL)
    {
      g_mutex_lock (&self->mutex);
      self->socket = g_object_ref (g_socket_connection_get_socket (connection));
      g_mutex_unlock (&self->mutex);
      return TRUE;
    }
  if (local_error->domain == G_RESOLVER_ERROR)
    g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                 _("The tunnel server %s can’t be found, so calls can’t be received. Check its name, and whether this computer "
                   "is connected to the Internet."), server);
  else
    g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                 _("The tunnel server %s can’t be reached (%s), so calls can’t be received. Check its name and port, and whether "
                   "this computer is connected to the Internet."), server, local_error->message);
  return FALSE;
}

/* Called by libssh for whatever the server wants; 1 refuses it. */
static int
on_message (ssh_session ssh,
            ssh_message message,
            void       *data)
{
  CsTunnelSession *self = data;
  ssh_channel channel;

  if (ssh_message_type (message) != SSH_REQUEST_CHANNEL_OPEN ||
      ssh_message_subtype (message) != SSH_CHANNEL_FORWARDED_TCPIP || self->links->len >= MAX_LINKS ||
      g_atomic_int_get (&self->is_stopped))
    return 1;
  channel = ssh_message_channel_request_open_reply_accept (message);
  if (channel != NULL)
    g_ptr_array_add (self->links, cs_tunnel_link_new (channel, self->config->local_port, self->limits.linger_ms));
  return 0;
}

/* Asks the server to open the port. sshd takes "" for all of its addresses, where it may (GatewayPorts); services are asked
 * as the ssh program asks them. */
static gboolean
open_port (CsTunnelSession  *self,
           GError          **error)
{
  g_autofree char *server = cs_tunnel_config_dup_server (self->config);
  g_autofree char *reason = NULL;
  const char *address = ssh_get_openssh_version (self->ssh) != 0 ? "" : "localhost";
  int port = 0;

  ssh_set_message_callback (self->ssh, on_message, self);
  if (ssh_channel_listen_forward (self->ssh, address, self->config->remote_port, &port) == SSH_OK)
    {
      self->open_port = self->config->remote_port != 0 ? self->config->remote_port : (guint16) CLAMP (port, 0, G_MAXUINT16);
      return TRUE;
    }
  reason = cs_tunnel_login_explain (self->ssh);
  if (ssh_is_connected (self->ssh))
    g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                 _("The tunnel server %s doesn’t open its port %u for us, so calls can’t be received. Another program may use the "
                   "port, or this user may not open it; ask who runs the server."), server, self->config->remote_port);
  else
    g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                 _("The tunnel server %s has hung up (%s), so calls can’t be received."), server, reason);
  return FALSE;
}

static gboolean
set_up (CsTunnelSession  *self,
        CsTunnelHostKey  *host_key,
        GError          **error)
{
  int fd;

  if (!connect_server (self, error))
    return FALSE;
  fd = fcntl (g_socket_get_fd (self->socket), F_DUPFD_CLOEXEC, 0);
  self->ssh = cs_tunnel_login (self->config, &self->limits, fd, self->trusted, host_key, error);
  if (self->ssh == NULL || !open_port (self, error))
    return FALSE;
  ssh_set_blocking (self->ssh, FALSE);
  /* libssh has made it block. */
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  self->event = ssh_event_new ();
  ssh_event_add_session (self->event, self->ssh);
  self->announcer = cs_tunnel_announcer_new (self->ssh, cs_tunnel_config_is_local (self->config), self->limits.announce_ms);
  ssh_set_counters (self->ssh, &self->counter, NULL);
  self->heard_us = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
may_send (CsTunnelSession *self)
{
  return (ssh_get_status (self->ssh) & SSH_WRITE_PENDING) == 0;
}

static gboolean
is_connected (CsTunnelSession *self)
{
  return ssh_is_connected (self->ssh) && (ssh_get_status (self->ssh) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

/* Lists what to wait for; returns until when, monotonic. */
static gint64
list_fds (CsTunnelSession *self)
{
  gboolean is_free = may_send (self);
  gint64 due_us = self->asked_us != 0 ? self->asked_us + self->patience_ms * 1000
                                      : self->heard_us + self->limits.keepalive_ms * 1000;
  gint64 announcer_due_us = cs_tunnel_announcer_get_due (self->announcer);
  struct pollfd own[N_OWN_FDS] = {
    { .fd = self->wake_fd, .events = POLLIN },
    { .fd = ssh_get_fd (self->ssh), .events = is_free ? POLLIN : POLLIN | POLLOUT },
  };

  if (self->drain_end_us != 0)
    due_us = MIN (due_us, self->drain_end_us);
  if (announcer_due_us != 0)
    due_us = MIN (due_us, announcer_due_us);
  if (g_strcmp0 (self->told_url, cs_tunnel_announcer_get_url (self->announcer)) != 0)
    due_us = MIN (due_us, self->told_us + self->limits.change_ms * 1000);
  g_array_set_size (self->fds, 0);
  g_array_append_vals (self->fds, own, N_OWN_FDS);
  for (guint i = 0; i < self->links->len; i++)
    {
      CsTunnelLink *link = g_ptr_array_index (self->links, i);
      short events = cs_tunnel_link_get_events (link, is_free);
      gint64 link_due_us = cs_tunnel_link_get_due (link, is_free);
      struct pollfd fd = { .fd = events != 0 ? cs_tunnel_link_get_fd (link) : -1, .events = events };

      if (link_due_us != 0)
        due_us = MIN (due_us, link_due_us);
      g_array_append_val (self->fds, fd);
    }
  return due_us;
}

static void
wait_for_something (CsTunnelSession *self)
{
  gint64 left_us = list_fds (self) - g_get_monotonic_time ();
  struct pollfd *fds = (struct pollfd *) self->fds->data;

  if (poll (fds, self->fds->len, left_us > 0 ? (int) MIN (left_us / 1000 + 1, G_MAXINT) : 0) < 0)
    {
      for (guint i = 0; i < self->fds->len; i++)
        fds[i].revents = 0;
    }
}

/* Takes what the server has sent: data goes to its link, and new connections become links. */
static void
hear_server (CsTunnelSession *self)
{
  struct pollfd *fds = (struct pollfd *) self->fds->data;

  if (fds[1].revents == 0)
    return;
  for (guint i = 0; i < MAX_TURNS && ssh_event_dopoll (self->event, 0) == SSH_OK; i++)
    ;
}

/* Links that came meanwhile have nothing listed yet; one after another is pumped first. */
static void
pump_links (CsTunnelSession *self,
            gint64           now_us)
{
  guint n_links = self->links->len, first = n_links > 0 ? self->turn++ % n_links : 0;

  for (guint i = 0; i < n_links; i++)
    {
      guint n = (first + i) % n_links;
      short events = N_OWN_FDS + n < self->fds->len ? g_array_index (self->fds, struct pollfd, N_OWN_FDS + n).revents : 0;

      cs_tunnel_link_pump (g_ptr_array_index (self->links, n), events, may_send (self), now_us);
    }
  for (guint i = self->links->len; i > 0; i--)
    {
      if (cs_tunnel_link_is_over (g_ptr_array_index (self->links, i - 1)))
        g_ptr_array_remove_index (self->links, i - 1);
    }
}

static void
tell_address (CsTunnelSession *self,
              gint64           now_us)
{
  const char *announced = cs_tunnel_announcer_get_url (self->announcer);
  g_autofree char *url = g_strdup (announced);

  if (cs_tunnel_announcer_is_silent (self->announcer) && !self->silence_is_told)
    {
      self->silence_is_told = TRUE;
      if (*self->config->public_url != '\0')
        url = g_strdup (self->config->public_url);
      else if (ssh_get_openssh_version (self->ssh) != 0 && self->open_port != 0)
        url = cs_tunnel_config_dup_url (self->config, self->open_port);
      else
        tell (self, (CsTunnelReport) { .kind = CS_TUNNEL_REPORT_SILENT });
    }
  else if (g_strcmp0 (announced, self->told_url) == 0 ||
           (self->told_us != 0 && now_us < self->told_us + self->limits.change_ms * 1000))
    {
      return;
    }
  if (url == NULL)
    return;
  /* Addresses that change faster than anybody could follow are not told one by one. */
  self->told_us = now_us;
  g_free (self->told_url);
  self->told_url = g_strdup (announced);
  tell (self, (CsTunnelReport) { .kind = CS_TUNNEL_REPORT_ADDRESS, .url = g_steal_pointer (&url) });
}

static void
ask (CsTunnelSession *self,
     guint            patience_ms,
     gint64           now_us)
{
  self->asked_us = now_us;
  self->patience_ms = patience_ms;
  /* The first call may only take note of the last answer. */
  ssh_send_keepalive (self->ssh);
  ssh_send_keepalive (self->ssh);
}

/* Whether the server has given a sign of life in time. */
static gboolean
is_alive (CsTunnelSession *self,
          gint64           now_us)
{
  /* Whatever sends something may also take what has come. */
  if (self->counter.in_bytes != self->n_heard)
    {
      self->n_heard = self->counter.in_bytes;
      self->heard_us = now_us;
      self->asked_us = 0;
    }
  if (g_atomic_int_compare_and_exchange (&self->is_probed, TRUE, FALSE))
    ask (self, self->limits.probe_ms, now_us);
  else if (self->asked_us == 0 && now_us >= self->heard_us + self->limits.keepalive_ms * 1000)
    ask (self, self->limits.reply_ms, now_us);
  return self->asked_us == 0 || now_us < self->asked_us + self->patience_ms * 1000;
}

/* Told to stop, it goes on until the answers that are under way are through. */
static gboolean
is_over (CsTunnelSession *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!g_atomic_int_get (&self->is_stopped))
    return FALSE;
  if (self->drain_end_us == 0)
    self->drain_end_us = now_us + DRAIN_US;
  return self->links->len == 0 || now_us >= self->drain_end_us;
}

static void
keep_open (CsTunnelSession  *self,
           GError          **error)
{
  g_autofree char *server = cs_tunnel_config_dup_server (self->config);

  while (!is_over (self))
    {
      gint64 now_us;
      guint64 ignored;

      wait_for_something (self);
      now_us = g_get_monotonic_time ();
      if (read (self->wake_fd, &ignored, sizeof ignored) > 0)
        g_debug ("The tunnel was woken");
      hear_server (self);
      if (is_connected (self))
        pump_links (self, now_us);
      if (is_connected (self))
        cs_tunnel_announcer_go_on (self->announcer, now_us);
      if (!is_connected (self))
        {
          g_autofree char *reason = cs_tunnel_login_explain (self->ssh);

          g_debug ("The tunnel broke: %s", reason);
          g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                       _("The connection to the tunnel server %s was lost. Calls can’t be received until it is back."), server);
          return;
        }
      tell_address (self, now_us);
      if (!is_alive (self, now_us))
        {
          g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                       _("The tunnel server %s doesn’t answer any more. Calls can’t be received until it is back."), server);
          return;
        }
    }
}

static void
take_down (CsTunnelSession *self)
{
  g_clear_pointer (&self->announcer, cs_tunnel_announcer_free);
  g_ptr_array_set_size (self->links, 0);
  if (self->event != NULL)
    {
      ssh_event_remove_session (self->event, self->ssh);
      g_clear_pointer (&self->event, ssh_event_free);
    }
  /* After ssh_disconnect() nobody would close the connection, because libssh didn't make it. */
  g_clear_pointer (&self->ssh, ssh_free);
}

static gpointer
run (gpointer data)
{
  CsTunnelSession *self = data;
  CsTunnelReport last = { .kind = CS_TUNNEL_REPORT_ENDED };

  if (set_up (self, &last.host_key, &last.error))
    {
      g_atomic_int_set (&self->is_open, TRUE);
      tell (self, (CsTunnelReport) { .kind = CS_TUNNEL_REPORT_OPEN });
      keep_open (self, &last.error);
    }
  else if (g_atomic_int_get (&self->is_late))
    {
      g_autofree char *server = cs_tunnel_config_dup_server (self->config);

      g_clear_error (&last.error);
      last.error = g_error_new (CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                                _("The tunnel server %s doesn’t answer, so calls can’t be received. Check its name and port, and "
                                  "whether this computer is connected to the Internet."), server);
    }
  take_down (self);
  g_mutex_lock (&self->mutex);
  g_clear_object (&self->socket);
  g_mutex_unlock (&self->mutex);
  tell (self, last);
  return NULL;
}

/* Begins to connect. trusted is the fingerprint that the user has confirmed, or NULL. */
CsTunnelSession *
cs_tunnel_session_new (const CsTunnelConfig *config,
                       const CsTunnelLimits *limits,
                       const char           *trusted,
                       CsTunnelReportFunc    func,
                       gpointer              user_data)
{
  CsTunnelSession *self = g_new0 (CsTunnelSession, 1);

  self->config = cs_tunnel_config_copy (config);
  self->limits = *limits;
  self->trusted = g_strdup (trusted);
  self->func = func;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->reports = g_async_queue_new_full (report_free);
  self->cancellable = g_cancellable_new ();
  self->links = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_tunnel_link_free);
  self->fds = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_mutex_init (&self->mutex);
  self->setup_source = g_timeout_source_new (limits->setup_ms);
  g_source_set_callback (self->setup_source, on_late, self, NULL);
  g_source_attach (self->setup_source, self->context);
  self->thread = g_thread_new ("tunnel", run, self);
  return self;
}

/* Stops it, and waits for the end of its thread; no waiting after CS_TUNNEL_REPORT_ENDED. */
void
cs_tunnel_session_free (CsTunnelSession *self)
{
  GSource *source;

  cs_tunnel_session_stop (self);
  g_thread_join (self->thread);
  while ((source = g_main_context_find_source_by_user_data (self->context, self)) != NULL)
    g_source_destroy (source);
  g_clear_pointer (&self->setup_source, g_source_unref);
  g_async_queue_unref (self->reports);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->links);
  g_array_unref (self->fds);
  close (self->wake_fd);
  g_mutex_clear (&self->mutex);
  cs_tunnel_config_free (self->config);
  g_free (self->trusted);
  g_free (self->told_url);
  g_free (self);
}

/* Tells it to end; CS_TUNNEL_REPORT_ENDED follows soon. */
void
cs_tunnel_session_stop (CsTunnelSession *self)
{
  g_atomic_int_set (&self->is_stopped, TRUE);
  if (g_atomic_int_get (&self->is_open))
    wake (self);
  else
    interrupt (self);
}

/* Finds out soon whether the server is still there. */
void
cs_tunnel_session_probe (CsTunnelSession *self)
{
  g_atomic_int_set (&self->is_probed, TRUE);
  wake (self);
}
