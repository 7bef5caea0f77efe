/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-response.h"

/* Where this computer is found. Source: CONTRACT, "Webhook listener". */
static char *
make_base_url (CsReceiver    *self,
               CsGateRequest *request)
{
  const char *protocol = cs_gate_request_get_header (request, "X-Forwarded-Proto");
  gboolean is_https = protocol != NULL && g_ascii_strncasecmp (protocol, "https", 5) == 0;

  if (*self->public_url != '\0')
    return g_strdup (self->public_url);
  return g_strconcat (is_https ? "https://" : "http://", cs_gate_request_get_header (request, "Host"), NULL);
}

/* What the order line does with the call. Source: protocol/sipgate.md §6. */
static void
add_action (CsSipgateResponse *response,
            CsDelivery        *delivery)
{
  const CsOrderReply *reply = delivery->reply;
  g_autofree char *sound = NULL;

  if (reply->announcement != NULL)
    sound = g_strconcat (delivery->base_url, CS_RECEIVER_ANNOUNCEMENT_PREFIX, reply->announcement, NULL);
  switch (reply->kind)
    {
    case CS_ORDER_STEP_ASK:
    case CS_ORDER_STEP_ANNOUNCE:
      cs_sipgate_response_set_gather (response, delivery->webhook_url, reply->max_digits, reply->timeout_ms, sound);
      return;
    case CS_ORDER_STEP_TRANSFER:
      cs_sipgate_response_set_dial (response, (const char *[]) { reply->number, NULL }, NULL, FALSE);
      return;
    case CS_ORDER_STEP_HANG_UP:
      cs_sipgate_response_set_hangup (response);
      return;
    case CS_ORDER_STEP_LOOK_UP:
      break;
    }
  g_return_if_reached ();
}

static GBytes *
make_answer (CsDelivery *delivery)
{
  const CsOrderReply *reply = delivery->reply;
  gboolean goes_on = delivery->event->kind == CS_CALL_EVENT_NEW_CALL || (reply != NULL && reply->is_of_dialogue);
  const char *url = goes_on ? delivery->webhook_url : NULL;
  g_autoptr (CsSipgateResponse) response = cs_sipgate_response_new (url, url);

  if (reply != NULL)
    add_action (response, delivery);
  return cs_sipgate_response_to_bytes (response);
}

static void
answer_push (CsDelivery *delivery)
{
  gboolean is_of_dialogue = delivery->reply != NULL && delivery->reply->is_of_dialogue;
  g_autoptr (GBytes) body = NULL;

  /* A telephone rings only after newCall was answered, and a caller at the order line waits for what comes next: those answers
   * don't depend on a disk. */
  if (!delivery->is_kept && delivery->event->kind != CS_CALL_EVENT_NEW_CALL && !is_of_dialogue)
    {
      cs_gate_request_answer_text (delivery->request, 503, "The event can't be stored now");
      return;
    }
  body = make_answer (delivery);
  cs_gate_request_answer (delivery->request, 200, "application/xml", body);
}

static void
on_taken (gboolean      is_kept,
          CsOrderReply *reply,
          gpointer      data)
{
  CsDelivery *delivery = data;

  delivery->reply = reply;
  cs_delivery_recorded (is_kept, delivery);
}

static void
record_push (CsDelivery *delivery)
{
  CsReceiver *receiver = delivery->receiver;

  if (receiver->orders != NULL)
    cs_order_line_take (receiver->orders, delivery->event, delivery->body, on_taken, delivery);
  else
    cs_recorder_record (receiver->recorder, delivery->event, delivery->body, cs_delivery_recorded, delivery);
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
  if (event->kind == CS_CALL_EVENT_NEW_CALL || event->kind == CS_CALL_EVENT_DTMF)
    {
      delivery->base_url = make_base_url (self, request);
      delivery->webhook_url = g_strconcat (delivery->base_url, CS_RECEIVER_SIPGATE_PREFIX, self->token, NULL);
    }
  delivery->event = g_steal_pointer (&event);
  delivery->body = g_bytes_ref (body);
  delivery->record = record_push;
  delivery->answer = answer_push;
  cs_delivery_send (delivery);
}
