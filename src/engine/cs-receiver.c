/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-response.h"
#include "sipgate/cs-sipgate-signature.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define SIPGATE_PREFIX "/webhook/sipgate/"
#define SIPGATE_MAX_BODY (64 * 1024)
#define FORM_TYPE "application/x-www-form-urlencoded"
#define WARNING_INTERVAL_US (60 * G_USEC_PER_SEC)

struct _CsReceiver
{
  CsGate *gate;                 /* (owned) */
  CsRecorder *recorder;
  CsRecorderChangedFunc changed;
  gpointer user_data;
  char *token;                  /* (owned) */
  char *public_url;             /* (owned) "" where there is none */
  CsSipgateVerifier *verifier;  /* (owned) (nullable) NULL where signatures aren't asked for */
  char *refuse_all;             /* (owned) (nullable) why no request can be verified */
  guint64 refusals[CS_N_REFUSALS];
  gint64 last_refusal_us;
  gint64 last_warning_us;       /* monotonic */
};

/* A push whose answer waits for the disk. */
typedef struct {
  CsGateRequest *request;  /* (owned) */
  GBytes *answer;          /* (owned) */
  gboolean must_ring;
} Push;

static void
on_refused (CsRefusal   refusal,
            const char *text,
            gpointer    data)
{
  CsReceiver *self = data;
  gint64 now_us = g_get_monotonic_time ();

  self->refusals[refusal]++;
  self->last_refusal_us = g_get_real_time ();
  /* Strangers can make any number of these. */
  if (now_us - self->last_warning_us >= WARNING_INTERVAL_US || self->last_warning_us == 0)
    {
      g_warning ("A request was refused: %s", text);
      self->last_warning_us = now_us;
    }
  self->changed (self->user_data);
}

/* Takes the same time wherever the two differ. */
static gboolean
is_token (const char *expected,
          const char *given)
{
  gsize length = strlen (expected);

  return strlen (given) == length && gnutls_memcmp (expected, given, length) == 0;
}

static gboolean
has_form_type (CsGateRequest *request)
{
  const char *type = cs_gate_request_get_header (request, "Content-Type");
  gsize length = strlen (FORM_TYPE);

  return type != NULL && g_ascii_strncasecmp (type, FORM_TYPE, length) == 0
         && strchr ("; \t", type[length]) != NULL;
}

static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && strlen (host) < 256
         && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") == strlen (host);
}

static CsGateVerdict
examine (CsGateRequest *request,
         gpointer       data)
{
  CsReceiver *self = data;
  const char *path = cs_gate_request_get_path (request);

  if (!g_str_has_prefix (path, SIPGATE_PREFIX) || !is_token (self->token, path + strlen (SIPGATE_PREFIX)))
    return (CsGateVerdict) { 404, CS_REFUSAL_PATH, "There is nothing here", NULL, 0 };
  if (strcmp (cs_gate_request_get_method (request), "POST") != 0)
    return (CsGateVerdict) { 405, CS_REFUSAL_MALFORMED, "Only POST is understood here", "POST", 0 };
  if (!has_form_type (request))
    return (CsGateVerdict) { 415, CS_REFUSAL_MALFORMED, "Only " FORM_TYPE " is understood here", NULL, 0 };
  if (*self->public_url == '\0' && !is_host (cs_gate_request_get_header (request, "Host")))
    return (CsGateVerdict) { 400, CS_REFUSAL_MALFORMED, "The Host is not a host name", NULL, 0 };
  return (CsGateVerdict) { .max_body = SIPGATE_MAX_BODY };
}

/* Where the events after this one are to be sent. Source: CONTRACT, "Webhook listener". */
static char *
make_url (CsReceiver    *self,
          CsGateRequest *request)
{
  const char *protocol = cs_gate_request_get_header (request, "X-Forwarded-Proto");
  gboolean is_https = protocol != NULL && g_ascii_strncasecmp (protocol, "https", 5) == 0;

  if (*self->public_url != '\0')
    return g_strconcat (self->public_url, SIPGATE_PREFIX, self->token, NULL);
  return g_strconcat (is_https ? "https://" : "http://", cs_gate_request_get_header (request, "Host"), SIPGATE_PREFIX,
                      self->token, NULL);
}

static GBytes *
make_answer (CsReceiver        *self,
             CsGateRequest     *request,
             const CsCallEvent *event)
{
  g_autofree char *url = event->kind == CS_CALL_EVENT_NEW_CALL ? make_url (self, request) : NULL;
  g_autoptr (CsSipgateResponse) response = cs_sipgate_response_new (url, url);

  return cs_sipgate_response_to_bytes (response);
}

static void
on_recorded (gboolean is_kept,
             gpointer data)
{
  Push *push = data;

  /* A telephone rings only after newCall was answered: that answer doesn't depend on a disk. */
  if (is_kept || push->must_ring)
    cs_gate_request_answer (push->request, 200, "application/xml", push->answer);
  else
    cs_gate_request_answer_text (push->request, 503, "The event can't be stored now");
  cs_gate_request_unref (push->request);
  g_bytes_unref (push->answer);
  g_free (push);
}

static void
refuse (CsReceiver    *self,
        CsGateRequest *request,
        guint          status,
        CsRefusal      refusal,
        const char    *text)
{
  on_refused (refusal, text, self);
  cs_gate_request_answer_text (request, status, text);
}

static void
serve (CsGateRequest *request,
       gpointer       data)
{
  CsReceiver *self = data;
  GBytes *body = cs_gate_request_get_body (request);
  g_autoptr (CsCallEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  Push *push;

  if (self->refuse_all != NULL)
    {
      refuse (self, request, 403, CS_REFUSAL_SIGNATURE, "The signature can't be verified");
      return;
    }
  if (self->verifier != NULL
      && !cs_sipgate_verifier_check (self->verifier, body,
                                     cs_gate_request_get_header (request, "X-Sipgate-Signature"), &error))
    {
      refuse (self, request, 403, CS_REFUSAL_SIGNATURE, error->message);
      return;
    }
  event = cs_sipgate_event_parse (body, &error);
  if (event == NULL)
    {
      refuse (self, request, 400, CS_REFUSAL_MALFORMED, error->message);
      return;
    }

  push = g_new (Push, 1);
  push->request = cs_gate_request_ref (request);
  push->answer = make_answer (self, request, event);
  push->must_ring = event->kind == CS_CALL_EVENT_NEW_CALL;
  cs_recorder_record (self->recorder, event, body, on_recorded, push);
}

/* Makes a receiver that doesn't listen yet. changed is called when a request was refused. */
CsReceiver *
cs_receiver_new (CsRecorder            *recorder,
                 CsRecorderChangedFunc  changed,
                 gpointer               user_data)
{
  static const CsGateHooks hooks = { .examine = examine, .serve = serve, .refused = on_refused };
  CsReceiver *self = g_new0 (CsReceiver, 1);

  self->recorder = recorder;
  self->changed = changed;
  self->user_data = user_data;
  self->last_refusal_us = CS_UNKNOWN;
  self->gate = cs_gate_new (&hooks, self);
  return self;
}

void
cs_receiver_free (CsReceiver *self)
{
  cs_gate_free (self->gate);
  g_clear_pointer (&self->verifier, cs_sipgate_verifier_free);
  g_free (self->token);
  g_free (self->public_url);
  g_free (self->refuse_all);
  g_free (self);
}

/* Takes what is set: token, public address and signature. A public key that can't be used is an error, and refuses every
 * request until another is set. */
gboolean
cs_receiver_configure (CsReceiver            *self,
                       const CsEngineConfig  *config,
                       GError               **error)
{
  g_autoptr (GError) local = NULL;

  g_free (self->token);
  g_free (self->public_url);
  self->token = g_strdup (config->webhook_token);
  self->public_url = g_strdup (config->public_url != NULL ? config->public_url : "");
  g_clear_pointer (&self->refuse_all, g_free);
  g_clear_pointer (&self->verifier, cs_sipgate_verifier_free);
  if (!config->verify_signature)
    return TRUE;

  self->verifier = cs_sipgate_verifier_new (config->public_key_file, &local);
  if (self->verifier != NULL)
    return TRUE;
  self->refuse_all = g_strdup (local->message);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* (transfer none) */
CsGate *
cs_receiver_get_gate (CsReceiver *self)
{
  return self->gate;
}

/* Copies how many requests were refused since the start, by CsRefusal, and when the last one was. */
void
cs_receiver_get_refusals (CsReceiver *self,
                          guint64    *refusals,
                          gint64     *last_us)
{
  memcpy (refusals, self->refusals, sizeof self->refusals);
  *last_us = self->last_refusal_us;
}
