/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-response.h"

/* A push whose answer waits for the disk. */
typedef struct {
  CsGateRequest *request;  /* (owned) */
  GBytes *answer;          /* (owned) */
  gboolean must_ring;
} Push;

/* Where the events after this one are to be sent. Source: CONTRACT, "Webhook listener". */
static char *
make_url (CsReceiver    *self,
          CsGateRequest *request)
{
  const char *protocol = cs_gate_request_get_header (request, "X-Forwarded-Proto");
  gboolean is_https = protocol != NULL && g_ascii_strncasecmp (protocol, "https", 5) == 0;

  if (*self->public_url != '\0')
    return g_strconcat (self->public_url, CS_RECEIVER_SIPGATE_PREFIX, self->token, NULL);
  return g_strconcat (is_https ? "https://" : "http://", cs_gate_request_get_header (request, "Host"), CS_RECEIVER_SIPGATE_PREFIX,
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

void
cs_receiver_serve_push (CsReceiver    *self,
                        CsGateRequest *request)
{
  GBytes *body = cs_gate_request_get_body (request);
  g_autoptr (CsCallEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  Push *push;

  if (self->refuses_all)
    {
      cs_receiver_refuse (self, request, 403, CS_REFUSAL_SIGNATURE, "The signature can't be verified");
      return;
    }
  if (self->verifier != NULL
      && !cs_sipgate_verifier_check (self->verifier, body,
                                     cs_gate_request_get_header (request, "X-Sipgate-Signature"), &error))
    {
      cs_receiver_refuse (self, request, 403, CS_REFUSAL_SIGNATURE, error->message);
      return;
    }
  event = cs_sipgate_event_parse (body, &error);
  if (event == NULL)
    {
      cs_receiver_refuse (self, request, 400, CS_REFUSAL_MALFORMED, error->message);
      return;
    }

  push = g_new (Push, 1);
  push->request = cs_gate_request_ref (request);
  push->answer = make_answer (self, request, event);
  push->must_ring = event->kind == CS_CALL_EVENT_NEW_CALL;
  cs_recorder_record (self->recorder, event, body, on_recorded, push);
}
