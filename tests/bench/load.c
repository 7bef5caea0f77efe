/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "load.h"
#include "scripted-call.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long an answer may take. */
#define PATIENCE_MS 20000

struct _Load
{
  pid_t pid;
  int fd;  /* to the child: plans go down, results come back */
};

/* One of those who call at the same time. */
typedef struct {
  GPtrArray *requests; /* (owned) (element-type GString) all it has to say, in order */
  guint n_sent;
  int fd;              /* -1 between two requests */
  gint64 began_us;
  char answer[64];     /* its beginning */
  gsize n_answered;
} Client;

/* What the child knows. */
typedef struct {
  LoadPlan plan;
  gnutls_privkey_t key;   /* (owned) (nullable) */
  Client *clients;        /* (owned) */
  GArray *latencies;      /* (owned) (element-type double) milliseconds */
  guint n_refused;
  int epoll_fd;
} Sender;

static char *
sign (gnutls_privkey_t  key,
      const char       *body)
{
  gnutls_datum_t data = { (guint8 *) body, strlen (body) }, signature;
  char *text;

  if (gnutls_privkey_sign_data2 (key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature) != GNUTLS_E_SUCCESS)
    g_error ("The load can't be signed");
  text = g_base64_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  return text;
}

static GString *
make_request (Sender     *self,
              const char *body)
{
  GString *request = g_string_new ("POST " LOAD_PATH " HTTP/1.1\r\n");

  g_string_append_printf (request, "Host: 127.0.0.1:%u\r\nUser-Agent: sipgate.io\r\n"
                          "Accept: application/xml, text/plain, text/html\r\nX-Forwarded-For: 217.116.118.254\r\n"
                          "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: %zu\r\n",
                          self->plan.port, strlen (body));
  if (self->plan.is_signed)
    {
      g_autofree char *signature = sign (self->key, body);
      g_string_append_printf (request, "X-Sipgate-Signature: %s\r\n", signature);
    }
  g_string_append_printf (request, "\r\n%s", body);
  return request;
}

static void
free_request (gpointer request)
{
  g_string_free (request, TRUE);
}

/* All is written down before the clock starts: while it runs, the sender shall need as little time as can be. */
static void
prepare (Sender *self)
{
  const LoadPlan *plan = &self->plan;
  guint64 serial = plan->first_serial;
  guint n_requests = 0;

  self->clients = g_new0 (Client, plan->n_clients);
  for (guint i = 0; i < plan->n_clients; i++)
    {
      self->clients[i].requests = g_ptr_array_new_with_free_func (free_request);
      self->clients[i].fd = -1;
    }
  for (guint i = 0; n_requests < plan->n_requests; i = (i + 1) % plan->n_clients, serial++)
    {
      ScriptedCall call = scripted_call_make (serial, plan->lost_ends > 0 && serial % plan->lost_ends == 0);
      g_autofree char *body = scripted_call_next (&call);

      while (body != NULL)
        {
          g_ptr_array_add (self->clients[i].requests, make_request (self, body));
          n_requests++;
          g_free (body);
          body = scripted_call_next (&call);
        }
    }
  self->latencies = g_array_sized_new (FALSE, FALSE, sizeof (double), n_requests);
}

static gboolean
begin_request (Sender *self,
               Client *client)
{
  const struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (self->plan.port),
                                       .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
  const GString *request;

  if (client->n_sent == client->requests->len)
    return FALSE;

  request = g_ptr_array_index (client->requests, client->n_sent++);
  client->n_answered = 0;
  client->began_us = g_get_monotonic_time ();
  client->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  /* On loopback a connection is made, and a request as small as this one taken, without waiting for the server. */
  if (client->fd < 0 || connect (client->fd, (const struct sockaddr *) &address, sizeof address) != 0
      || send (client->fd, request->str, request->len, MSG_NOSIGNAL) != (gssize) request->len
      || epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, client->fd, &event) != 0)
    g_error ("A request could not be sent: %s", g_strerror (errno));
  return TRUE;
}

static void
end_request (Sender *self,
             Client *client)
{
  double latency_ms = (g_get_monotonic_time () - client->began_us) / 1000.0;
  static const char good[] = "HTTP/1.1 200 ";

  close (client->fd);
  client->fd = -1;
  g_array_append_val (self->latencies, latency_ms);
  if (client->n_answered < strlen (good) || memcmp (client->answer, good, strlen (good)) != 0)
    self->n_refused++;
}

/* Reads what has come; the server closes the connection after its answer. Returns whether it has. */
static gboolean
read_answer (Client *client)
{
  char buffer[4096];
  gssize n_read = recv (client->fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n_read < 0 && errno == EAGAIN)
    return FALSE;
  if (n_read <= 0)
    return TRUE;
  if (client->n_answered < sizeof client->answer)
    memcpy (client->answer + client->n_answered, buffer, MIN ((gsize) n_read, sizeof client->answer - client->n_answered));
  client->n_answered += n_read;
  return FALSE;
}

/* What is going on while requests are sent. */
typedef struct {
  GPtrArray *idle;   /* (owned) (element-type Client) who may begin a request */
  gint64 began_us;
  guint n_begun;
  guint n_busy;
} Progress;

/* How long until the next request may begin, in milliseconds: 0 for at once. */
static int
get_wait (Sender         *self,
          const Progress *progress)
{
  gint64 due_us;

  if (self->plan.per_second == 0)
    return 0;
  due_us = progress->began_us + (gint64) progress->n_begun * G_USEC_PER_SEC / self->plan.per_second;
  return (int) CLAMP ((due_us - g_get_monotonic_time () + 999) / 1000, 0, 1000);
}

/* Begins what may begin; who has told all is idle no more. Returns how long to wait for more, in milliseconds. */
static int
begin_due (Sender   *self,
           Progress *progress)
{
  while (progress->idle->len > 0)
    {
      int wait_ms = get_wait (self, progress);
      Client *client;

      if (wait_ms > 0)
        return wait_ms;
      client = g_ptr_array_steal_index (progress->idle, progress->idle->len - 1);
      if (begin_request (self, client))
        {
          progress->n_begun++;
          progress->n_busy++;
        }
    }
  return PATIENCE_MS;
}

static void
send_all (Sender *self)
{
  struct epoll_event events[64];
  g_autoptr (GPtrArray) idle = g_ptr_array_new ();
  Progress progress = { .idle = idle, .began_us = g_get_monotonic_time () };
  int wait_ms;

  for (guint i = self->plan.n_clients; i > 0; i--)
    g_ptr_array_add (idle, &self->clients[i - 1]);
  wait_ms = begin_due (self, &progress);
  while (progress.n_busy > 0 || idle->len > 0)
    {
      int n_events = epoll_wait (self->epoll_fd, events, G_N_ELEMENTS (events), wait_ms);

      if (n_events == 0 && wait_ms == PATIENCE_MS)
        g_error ("The server doesn't answer any more");
      for (int i = 0; i < n_events; i++)
        {
          Client *client = events[i].data.ptr;

          if (!read_answer (client))
            continue;
          end_request (self, client);
          progress.n_busy--;
          g_ptr_array_add (idle, client);
          begin_due (self, &progress);
        }
      wait_ms = begin_due (self, &progress);
    }
}

static LoadResult
carry_out (Sender         *self,
           const LoadPlan *plan)
{
  LoadResult result = { 0 };
  gint64 began_us;
  double seconds;

  self->plan = *plan;
  self->n_refused = 0;
  prepare (self);

  began_us = g_get_monotonic_time ();
  send_all (self);
  seconds = (g_get_monotonic_time () - began_us) / (double) G_USEC_PER_SEC;

  result.n_sent = self->latencies->len;
  result.n_refused = self->n_refused;
  result.per_second = self->latencies->len / seconds;
  result.p50_ms = figures_percentile ((double *) self->latencies->data, self->latencies->len, 50);
  result.p99_ms = figures_percentile ((double *) self->latencies->data, self->latencies->len, 99);
  result.max_ms = figures_percentile ((double *) self->latencies->data, self->latencies->len, 100);

  for (guint i = 0; i < plan->n_clients; i++)
    g_ptr_array_unref (self->clients[i].requests);
  g_free (self->clients);
  g_array_unref (self->latencies);
  return result;
}

static gnutls_privkey_t
load_key (const char *path)
{
  gnutls_datum_t pem;
  gnutls_privkey_t key;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    g_error ("There is no key in %s", path);
  pem = (gnutls_datum_t) { (guint8 *) text, length };
  gnutls_privkey_init (&key);
  if (gnutls_privkey_import_x509_raw (key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0) != GNUTLS_E_SUCCESS)
    g_error ("%s is no key", path);
  return key;
}

/* The child's life: a plan, its result, until nobody plans any more. */
static void
serve_plans (int         fd,
             const char *private_key_file)
{
  Sender sender = { .epoll_fd = epoll_create1 (EPOLL_CLOEXEC) };
  LoadPlan plan;

  if (private_key_file != NULL)
    sender.key = load_key (private_key_file);
  while (recv (fd, &plan, sizeof plan, 0) == sizeof plan)
    {
      LoadResult result = carry_out (&sender, &plan);

      if (send (fd, &result, sizeof result, MSG_NOSIGNAL) != sizeof result)
        break;
    }
  _exit (0);
}

/* Makes the process; to be called while there is only one thread. The key signs where a plan says so. */
Load *
load_new (const char *private_key_file)
{
  Load *self = g_new0 (Load, 1);
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
    g_error ("socketpair: %s", g_strerror (errno));
  self->pid = fork ();
  if (self->pid < 0)
    g_error ("fork: %s", g_strerror (errno));
  if (self->pid == 0)
    {
      close (fds[0]);
      serve_plans (fds[1], private_key_file);
    }
  close (fds[1]);
  self->fd = fds[0];
  return self;
}

void
load_free (Load *self)
{
  close (self->fd);
  waitpid (self->pid, NULL, 0);
  g_free (self);
}

/* Sends what is planned and waits for the last answer. */
LoadResult
load_run (Load           *self,
          const LoadPlan *plan)
{
  LoadResult result;

  if (send (self->fd, plan, sizeof *plan, MSG_NOSIGNAL) != sizeof *plan
      || recv (self->fd, &result, sizeof result, 0) != sizeof result)
    g_error ("The load has died");
  return result;
}
