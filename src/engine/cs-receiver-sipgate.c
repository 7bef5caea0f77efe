/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-response.h"

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
answer_push (CsDelivery *delivery)
{
  /* A telephone rings only after newCall was answered: that answer doesn't depend on a disk. */
  if (delivery->is_kept || delivery->event->kind == CS_CALL_EVENT_NEW_CALL)
    cs_gate_request_answer (delivery->request, 200, "application/xml", delivery->answer_body);
  else
    cs_gate_request_answer_text (delivery->request, 503, "The event can't be stored now");
}

static void
record_push (CsDelivery *delivery)
{
  cs_recorder_record (delivery->receiver->recorder, delivery->event, delivery->body, cs_delivery_recorded, delivery);
}

void
cs_receiver_serve_push (CsReceiver    *self,
                        CsGateRequest *request)
{
  GBytes *body = cs_gate_request_get_body (request);
  g_autoptr (CsCallEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  CsDelivery *delivery;

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

  delivery = cs_delivery_new (self, request);
  delivery->answer_body = make_answer (self, request, event);
  delivery->event = g_steal_pointer (&event);
  delivery->body = g_bytes_ref (body);
  delivery->record = record_push;
  delivery->answer = answer_push;
  cs_delivery_send (delivery);
}
