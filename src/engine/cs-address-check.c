/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-address-check.h"
#include "http/cs-http-address.h"
#include "http/cs-http-exchange.h"
#include "http/cs-http-fault.h"

#include <glib/gi18n.h>
#include <string.h>

/* Our own answer is a line; a longer one is somebody else's. */
#define MAX_ANSWER (4 * 1024)
#define SESSION_IDLE_SECONDS 1

/* One request, on its way. */
typedef struct {
  CsAddressCheck *check;   /* (nullable) NULL once its result is of no interest any more */
  SoupSession *session;    /* (owned) of its own, so that name, connection and TLS are tried each time */
  GCancellable *cancellable; /* (owned) */
  char *nonce;             /* (owned) */
  gint64 sent_us;          /* monotonic */
} Attempt;

struct _CsAddressCheck
{
  CsReceiver *receiver;
  CsAddressLimits limits;
  CsAddressChangedFunc changed;
  gpointer user_data;
  char *public_url;   /* (owned) (nullable) NULL where there is none */
  char *token;        /* (owned) (nullable) */
  guint16 port;       /* that the address shall lead to, for messages */
  CsAddressState state;
  guint n_failed;     /* since the last success */
  GSource *timer;     /* (owned) (nullable) until the next check by itself */
  Attempt *attempt;   /* (nullable) that of now; frees itself */
};

const CsAddressLimits cs_address_usual_limits = {
  .deadline_ms = 10 * 1000,
  .settle_ms = 2 * 1000,
  .interval_ms = 5 * 60 * 1000,
  .retry_ms = 30 * 1000,
  .max_retry_ms = 30 * 60 * 1000,
};

static void check_in (CsAddressCheck *self,
                      guint           wait_ms);

static void
attempt_free (Attempt *attempt)
{
  soup_session_abort (attempt->session);
  g_object_unref (attempt->session);
  g_object_unref (attempt->cancellable);
  g_free (attempt->nonce);
  g_free (attempt);
}

static void
clear_timer (CsAddressCheck *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
drop_attempt (CsAddressCheck *self)
{
  if (self->attempt == NULL)
    return;
  self->attempt->check = NULL;
  g_cancellable_cancel (self->attempt->cancellable);
  self->attempt = NULL;
  self->state.is_checking = FALSE;
}

/* What a request says that brought no answer at all. */
static CsAddressFault
sort_error (const GError *error)
{
  switch (cs_http_fault_from_error (error))
    {
    case CS_HTTP_FAULT_NETWORK:
      return CS_ADDRESS_FAULT_CONNECT;
    case CS_HTTP_FAULT_NAME:
      return CS_ADDRESS_FAULT_NAME;
    case CS_HTTP_FAULT_TLS:
      return CS_ADDRESS_FAULT_TLS;
    case CS_HTTP_FAULT_PROXY:
      return CS_ADDRESS_FAULT_PROXY;
    case CS_HTTP_FAULT_TIMEOUT:
      return CS_ADDRESS_FAULT_TIMEOUT;
    case CS_HTTP_FAULT_TOO_LARGE:
      break;
    }
  return CS_ADDRESS_FAULT_SERVER;
}

/* What an answer says of a request that never came here. */
static CsAddressFault
sort_foreign_status (guint status)
{
  if (SOUP_STATUS_IS_REDIRECTION (status))
    return CS_ADDRESS_FAULT_REDIRECT;
  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN || status == SOUP_STATUS_PROXY_UNAUTHORIZED)
    return CS_ADDRESS_FAULT_LOGIN;
  /* 502, 503 and 504; content delivery networks have further ones up to 530 for the same. */
  return status >= SOUP_STATUS_BAD_GATEWAY && status <= 530 && status != SOUP_STATUS_HTTP_VERSION_NOT_SUPPORTED
           ? CS_ADDRESS_FAULT_TUNNEL
           : CS_ADDRESS_FAULT_SERVER;
}

static gboolean
is_proof (CsAddressCheck     *self,
          const CsHttpAnswer *answer,
          const char         *nonce)
{
  g_autofree char *proof = cs_receiver_make_proof (self->receiver, nonce);
  gsize size;
  const char *body = g_bytes_get_data (answer->body, &size);

  return answer->status == SOUP_STATUS_OK && size >= strlen (proof) && memcmp (body, proof, strlen (proof)) == 0;
}

static CsAddressFault
sort_answer (CsAddressCheck     *self,
             const CsHttpAnswer *answer,
             const Attempt      *attempt,
             CsCheckArrival      arrival)
{
  if (is_proof (self, answer, attempt->nonce))
    return CS_ADDRESS_FAULT_NONE;
  switch (arrival)
    {
    case CS_CHECK_NOT_ARRIVED:
      return sort_foreign_status (answer->status);
    case CS_CHECK_REFUSED:
      return CS_ADDRESS_FAULT_PATH;
    case CS_CHECK_ANSWERED:
      break;
    }
  return CS_ADDRESS_FAULT_ANSWER;
}

/* @error: (nullable): what came instead of an answer
 * @status: of the answer, or 0 */
static char *
describe (CsAddressCheck *self,
          CsAddressFault  fault,
          const GError   *error,
          guint           status)
{
  g_autofree char *host = cs_http_address_get_host (self->public_url);

  switch (fault)
    {
    case CS_ADDRESS_FAULT_NONE:
      break;
    case CS_ADDRESS_FAULT_PLAIN:
      return g_strdup (_("The public address begins with http://, so that calls and the secret part of the address can be read on "
                         "the way. It is not checked. Enter the https:// address of the tunnel in Preferences."));
    case CS_ADDRESS_FAULT_NAME:
      if (g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE))
        return g_strdup_printf (_("The name %s can't be looked up now. Calls can't be received while this computer isn't connected "
                                  "to the Internet."), host);
      return g_strdup_printf (_("There is no server named %s, so calls can't be received. Start the tunnel, or correct the public "
                                "address in Preferences."), host);
    case CS_ADDRESS_FAULT_CONNECT:
      return g_strdup_printf (_("Nothing answers at %s, so calls can't be received. Start the tunnel, or correct the public "
                                "address in Preferences."), host);
    case CS_ADDRESS_FAULT_TLS:
      if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
        return g_strdup_printf (_("The certificate of %s isn't valid, so providers don't deliver calls there. Use the https:// "
                                  "address that the tunnel shows, or have the certificate renewed."), host);
      return g_strdup_printf (_("No encrypted connection to %s can be made, so providers don't deliver calls there. Use the "
                                "https:// address that the tunnel shows."), host);
    case CS_ADDRESS_FAULT_PROXY:
      return g_strdup (_("The proxy of this network doesn't let the check through, so it isn't known whether calls can be received. "
                         "Correct the proxy in the settings of the desktop."));
    case CS_ADDRESS_FAULT_TIMEOUT:
      return g_strdup_printf (_("%s doesn't answer in time, so calls get lost. Check the connection to the Internet and the tunnel."),
                              host);
    case CS_ADDRESS_FAULT_TUNNEL:
      return g_strdup_printf (_("%s answers that no tunnel leads from there to this computer (%u), so calls can't be received. Start "
                                "the tunnel anew, and let it lead to port %u."), host, status, self->port);
    case CS_ADDRESS_FAULT_LOGIN:
      return g_strdup_printf (_("%s lets nobody through without a login (%u), so calls can't be received. Let the tunnel pass "
                                "requests without one."), host, status);
    case CS_ADDRESS_FAULT_REDIRECT:
      return g_strdup_printf (_("%s refers to another address (%u), which providers don't follow, so calls can't be received. Enter "
                                "the address that it refers to in Preferences."), host, status);
    case CS_ADDRESS_FAULT_SERVER:
      return g_strdup_printf (_("At %s, another server answers, so calls don't come here. Correct the public address in "
                                "Preferences, or let the tunnel lead to port %u of this computer."), host, self->port);
    case CS_ADDRESS_FAULT_PATH:
      return g_strdup_printf (_("Requests to %s come here, but their path is changed on the way, so calls are refused. Let the "
                                "tunnel pass the path as it is, or correct the public address in Preferences."), host);
    case CS_ADDRESS_FAULT_ANSWER:
      return g_strdup_printf (_("Requests to %s come here, but the answers don't come back as they were sent (%u), so calls may get "
                                "lost. Let the tunnel pass answers as they are."), host, status);
    }
  return NULL;
}

static guint
get_wait (CsAddressCheck *self)
{
  guint wait_ms = self->limits.retry_ms;

  if (self->n_failed == 0)
    return self->limits.interval_ms;
  for (guint i = 1; i < self->n_failed && wait_ms < self->limits.max_retry_ms; i++)
    wait_ms *= 2;
  return MIN (wait_ms, self->limits.max_retry_ms);
}

/* Takes error. @trip_us: of a success */
static void
finish (CsAddressCheck *self,
        CsAddressFault  fault,
        char           *error,
        gint64          trip_us)
{
  cs_address_state_clear (&self->state);
  self->state = (CsAddressState) { FALSE, g_get_real_time (), trip_us, fault, error };
  self->n_failed = fault == CS_ADDRESS_FAULT_NONE ? 0 : self->n_failed + 1;
  check_in (self, get_wait (self));
  self->changed (self->user_data);
}

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Attempt *attempt = data;
  CsAddressCheck *self = attempt->check;
  gint64 trip_us = g_get_monotonic_time () - attempt->sent_us;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHttpAnswer) answer = cs_http_exchange_finish (result, &error);
  CsAddressFault fault;

  if (self != NULL)
    {
      CsCheckArrival arrival = cs_receiver_end_check (self->receiver);

      fault = answer != NULL ? sort_answer (self, answer, attempt, arrival) : sort_error (error);
      self->attempt = NULL;
      finish (self, fault, describe (self, fault, error, answer != NULL ? answer->status : 0),
              fault == CS_ADDRESS_FAULT_NONE ? trip_us : CS_UNKNOWN);
    }
  attempt_free (attempt);
}

static void
ask (CsAddressCheck *self)
{
  Attempt *attempt = g_new0 (Attempt, 1);
  g_autofree char *url = NULL;
  CsHttpRequest request = { .method = SOUP_METHOD_GET };

  attempt->check = self;
  attempt->session = cs_http_session_new (self->public_url, (self->limits.deadline_ms + 999) / 1000, SESSION_IDLE_SECONDS);
  attempt->cancellable = g_cancellable_new ();
  attempt->nonce = cs_receiver_begin_check (self->receiver);
  attempt->sent_us = g_get_monotonic_time ();
  self->attempt = attempt;
  self->state.is_checking = TRUE;

  url = g_strconcat (self->public_url, CS_RECEIVER_CHECK_PREFIX, self->token, "?nonce=", attempt->nonce, NULL);
  request.url = url;
  cs_http_exchange_async (attempt->session, &request, MAX_ANSWER, self->limits.deadline_ms, attempt->cancellable, on_answered,
                          attempt);
}

static gboolean
on_timer (gpointer data)
{
  cs_address_check_run (data);
  return G_SOURCE_REMOVE;
}

static void
check_in (CsAddressCheck *self,
          guint           wait_ms)
{
  clear_timer (self);
  self->timer = g_timeout_source_new (wait_ms);
  g_source_set_static_name (self->timer, "[callstats] address check");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* An address whose way could be read by strangers must not carry the secret part there. */
static gboolean
may_be_asked (const char *url)
{
  return g_str_has_prefix (url, "https://") || cs_http_address_is_loopback (url);
}

/* limits: (nullable): NULL for the usual ones. receiver outlives the check. */
CsAddressCheck *
cs_address_check_new (CsReceiver            *receiver,
                      const CsAddressLimits *limits,
                      CsAddressChangedFunc   changed,
                      gpointer               user_data)
{
  CsAddressCheck *self = g_new0 (CsAddressCheck, 1);

  self->receiver = receiver;
  self->limits = limits != NULL ? *limits : cs_address_usual_limits;
  self->changed = changed;
  self->user_data = user_data;
  cs_address_state_init (&self->state);
  return self;
}

void
cs_address_check_free (CsAddressCheck *self)
{
  drop_attempt (self);
  clear_timer (self);
  cs_address_state_clear (&self->state);
  g_free (self->public_url);
  g_free (self->token);
  g_free (self);
}

/* Sets what is checked from now on: public_url without a slash at its end, the secret part, and the port on this computer that
 * it shall lead to. NULL for public_url: nothing. Of another address than before nothing is known until its first check, which
 * follows soon. The same one again changes nothing. */
void
cs_address_check_set_target (CsAddressCheck *self,
                             const char     *public_url,
                             const char     *token,
                             guint16         port)
{
  if (g_strcmp0 (self->public_url, public_url) == 0 && g_strcmp0 (self->token, token) == 0 && self->port == port)
    return;
  drop_attempt (self);
  clear_timer (self);
  cs_address_state_clear (&self->state);
  cs_address_state_init (&self->state);
  self->n_failed = 0;
  g_free (self->public_url);
  g_free (self->token);
  self->public_url = g_strdup (public_url);
  self->token = g_strdup (token);
  self->port = port;
  if (public_url != NULL)
    check_in (self, self->limits.settle_ms);
}

/* Checks now; a check that is under way goes on. Nothing happens where no address is set. */
void
cs_address_check_run (CsAddressCheck *self)
{
  if (self->public_url == NULL || self->attempt != NULL)
    return;
  clear_timer (self);
  if (!may_be_asked (self->public_url))
    {
      finish (self, CS_ADDRESS_FAULT_PLAIN, describe (self, CS_ADDRESS_FAULT_PLAIN, NULL, 0), CS_UNKNOWN);
      return;
    }
  ask (self);
  self->changed (self->user_data);
}

/* (transfer none) */
const CsAddressState *
cs_address_check_get_state (CsAddressCheck *self)
{
  return &self->state;
}
