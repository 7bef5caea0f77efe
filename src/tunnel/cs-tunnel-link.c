/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libssh/callbacks.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is moved at a time. OpenSSH takes no longer packets. */
#define PIECE (32 * 1024)

struct _CsTunnelLink
{
  ssh_channel channel;                            /* (owned) */
  struct ssh_channel_callbacks_struct callbacks;
  int fd;                                         /* to the listener; -1 once it is closed */
  guint linger_ms;
  gint64 linger_end_us;                           /* monotonic; 0 while the listener goes on */
  GByteArray *to_local;                           /* (owned) at most a piece: read, and not taken yet */
  GByteArray *to_remote;                          /* (owned) the same the other way */
  gboolean is_connecting;
  gboolean is_stuck;                              /* the listener takes nothing more just now: the rest waits in the channel */
  gboolean is_done;                               /* both sides have ended, or one has gone: to be closed */
  gboolean local_has_ended;                       /* no more comes from the listener, and the server was told */
  gboolean remote_has_ended;                      /* no more comes from the server … */
  gboolean remote_end_is_told;                    /* … and the listener was told */
  gboolean remote_has_closed;
  gboolean is_closed;                             /* we have closed the channel as well */
};

/* One piece for all links of a thread. */
static _Thread_local guint8 piece[PIECE];

static gboolean
is_patience_asked (void)
{
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* How much the listener took; all where it is gone. */
static gsize
hand_over (CsTunnelLink *self,
           const void   *data,
           gsize         length)
{
  gssize n = send (self->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0 && !is_patience_asked ())
    {
      self->is_done = TRUE;
      return length;
    }
  n = MAX (n, 0);
  self->is_stuck = (gsize) n < length;
  return (gsize) n;
}

/* Calls nothing of libssh, which calls it in the middle of its work. */
static int
on_data (ssh_session session,
         ssh_channel channel,
         void       *data,
         uint32_t    length,
         int         is_stderr,
         void       *user_data)
{
  CsTunnelLink *self = user_data;

  if (self->fd < 0 || self->is_done || is_stderr)
    return (int) length;
  if (self->is_connecting || self->is_stuck)
    return 0;
  return (int) hand_over (self, data, length);
}

static void
on_eof (ssh_session session,
        ssh_channel channel,
        void       *user_data)
{
  CsTunnelLink *self = user_data;

  self->remote_has_ended = TRUE;
}

static void
on_close (ssh_session session,
          ssh_channel channel,
          void       *user_data)
{
  CsTunnelLink *self = user_data;

  self->remote_has_ended = TRUE;
  self->remote_has_closed = TRUE;
}

static void
connect_local (CsTunnelLink *self,
               guint16       port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (self->fd < 0)
    {
      self->is_done = TRUE;
      return;
    }
  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &(int) { 1 }, sizeof (int));
  if (connect (self->fd, (struct sockaddr *) &address, sizeof address) == 0)
    return;
  self->is_connecting = errno == EINPROGRESS;
  self->is_done = !self->is_connecting;
}

static void
finish_connecting (CsTunnelLink *self)
{
  int failure = 0;
  socklen_t length = sizeof failure;

  if (getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &failure, &length) != 0 || failure != 0)
    self->is_done = TRUE;
  self->is_connecting = FALSE;
  /* What came meanwhile waits in the channel. */
  self->is_stuck = TRUE;
}

/* What waits for the listener goes there, as far as it takes it. */
static void
unstick (CsTunnelLink *self)
{
  self->is_stuck = FALSE;
  while (!self->is_stuck && !self->is_done)
    {
      gsize n_taken;

      if (self->to_local->len == 0)
        {
          int n;

          /* The call may hear of more data, which has to come after this. */
          self->is_stuck = TRUE;
          n = ssh_channel_read_nonblocking (self->channel, piece, sizeof piece, 0);
          self->is_stuck = FALSE;
          if (n <= 0)
            return;
          g_byte_array_append (self->to_local, piece, (guint) n);
        }
      n_taken = hand_over (self, self->to_local->data, self->to_local->len);
      g_byte_array_remove_range (self->to_local, 0, (guint) n_taken);
    }
}

static void
send_rest (CsTunnelLink *self)
{
  int n = ssh_channel_write (self->channel, self->to_remote->data, self->to_remote->len);

  if (n < 0)
    self->is_done = TRUE;
  else
    g_byte_array_remove_range (self->to_remote, 0, (guint) n);
}

static void
read_local (CsTunnelLink *self)
{
  guint32 window = ssh_channel_window_size (self->channel);
  gssize n;
  int n_sent;

  if (window == 0)
    return;
  n = recv (self->fd, piece, MIN (window, sizeof piece), MSG_DONTWAIT);
  if (n == 0)
    {
      self->local_has_ended = TRUE;
      return;
    }
  if (n < 0)
    {
      self->is_done |= !is_patience_asked ();
      return;
    }
  n_sent = ssh_channel_write (self->channel, piece, (guint32) n);
  if (n_sent < 0)
    self->is_done = TRUE;
  else if (n_sent < n)
    g_byte_array_append (self->to_remote, piece + n_sent, (guint) (n - n_sent));
}

static void
close_local (CsTunnelLink *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

/* Whether the listener has everything that came from the server. */
static gboolean
local_has_all (CsTunnelLink *self)
{
  return !self->is_connecting && !self->is_stuck && self->to_local->len == 0;
}

static gboolean
has_end_to_tell (CsTunnelLink *self)
{
  return self->remote_has_ended && !self->remote_end_is_told && local_has_all (self);
}

/* Each side hears of the other's end when it has everything that came before. */
static void
pass_ends_on (CsTunnelLink *self,
              gint64        now_us)
{
  if (has_end_to_tell (self))
    {
      shutdown (self->fd, SHUT_WR);
      self->remote_end_is_told = TRUE;
    }
  if (self->local_has_ended && self->to_remote->len == 0 && self->linger_end_us == 0)
    {
      ssh_channel_send_eof (self->channel);
      self->linger_end_us = now_us + self->linger_ms * 1000;
    }
  if (self->linger_end_us != 0 && (self->remote_end_is_told || now_us >= self->linger_end_us))
    self->is_done = TRUE;
  if (self->remote_has_closed && local_has_all (self))
    self->is_done = TRUE;
}

/* Connects a channel, which it takes, to a port on 127.0.0.1. linger_ms: how long the server may keep the channel after the
 * listener has closed its connection. */
CsTunnelLink *
cs_tunnel_link_new (ssh_channel channel,
                    guint16     local_port,
                    guint       linger_ms)
{
  CsTunnelLink *self = g_new0 (CsTunnelLink, 1);

  self->channel = channel;
  self->linger_ms = linger_ms;
  self->to_local = g_byte_array_new ();
  self->to_remote = g_byte_array_new ();
  self->callbacks.userdata = self;
  self->callbacks.channel_data_function = on_data;
  self->callbacks.channel_eof_function = on_eof;
  self->callbacks.channel_close_function = on_close;
  ssh_callbacks_init (&self->callbacks);
  ssh_set_channel_callbacks (channel, &self->callbacks);
  connect_local (self, local_port);
  return self;
}

/* Not from a callback of libssh. */
void
cs_tunnel_link_free (CsTunnelLink *self)
{
  close_local (self);
  ssh_remove_channel_callbacks (self->channel, &self->callbacks);
  ssh_channel_free (self->channel);
  g_byte_array_unref (self->to_local);
  g_byte_array_unref (self->to_remote);
  g_free (self);
}

/* The socket to wait for, or -1. */
int
cs_tunnel_link_get_fd (CsTunnelLink *self)
{
  return self->fd;
}

/* What to wait for at the socket, as poll() calls it; 0 for nothing. may_send: whether the connection to the server takes
 * more. */
short
cs_tunnel_link_get_events (CsTunnelLink *self,
                           gboolean      may_send)
{
  short events = 0;

  if (self->fd < 0)
    return 0;
  if (self->is_connecting)
    return POLLOUT;
  if (self->is_stuck)
    events |= POLLOUT;
  if (may_send && !self->local_has_ended && self->to_remote->len == 0 && ssh_channel_window_size (self->channel) > 0)
    events |= POLLIN;
  return events;
}

/* When to be pumped even if nothing happens at the socket: monotonic, 0 for never. */
gint64
cs_tunnel_link_get_due (CsTunnelLink *self,
                        gboolean      may_send)
{
  gboolean has_work = self->is_done ? may_send && !self->is_closed : has_end_to_tell (self);

  if (has_work)
    return 1;
  return self->is_done ? 0 : self->linger_end_us;
}

/* Moves on what can be moved; events is what poll() said of the socket. */
void
cs_tunnel_link_pump (CsTunnelLink *self,
                     short         events,
                     gboolean      may_send,
                     gint64        now_us)
{
  if (self->fd >= 0 && !self->is_done)
    {
      if (self->is_connecting && events != 0)
        finish_connecting (self);
      if (self->is_stuck && events != 0 && !self->is_done)
        unstick (self);
      if (may_send && self->to_remote->len > 0)
        send_rest (self);
      else if (may_send && (events & (POLLIN | POLLHUP | POLLERR)) != 0 && !self->local_has_ended && !self->is_done)
        read_local (self);
      pass_ends_on (self, now_us);
    }
  if (self->is_done)
    {
      close_local (self);
      /* Told again as long as the connection to the server was too busy. */
      if (may_send && !self->is_closed)
        self->is_closed = ssh_channel_close (self->channel) != SSH_AGAIN;
    }
}

/* Whether both sides have closed, so that it can be freed. A channel that the server keeps has to be kept here as well. */
gboolean
cs_tunnel_link_is_over (CsTunnelLink *self)
{
  return self->is_closed && self->remote_has_closed;
}
