/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"
#include "exotel/cs-exotel-event.h"
#include "exotel/cs-exotel-heartbeat.h"
#include "store/cs-store-health.h"

#include <string.h>

static void
answer_received (CsGateRequest *request)
{
  static const char text[] = "{\"received\":true}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));

  cs_gate_request_answer (request, 200, "application/json", body);
}

static void
answer_delivery (CsDelivery *delivery)
{
  if (delivery->is_kept)
    answer_received (delivery->request);
  else
    cs_gate_request_answer_text (delivery->request, 503, "This can't be stored now");
}

static gboolean
write_heartbeat (CsStore  *store,
                 gpointer  data,
                 GError  **error)
{
  return cs_store_put_heartbeat (store, data, error);
}

static gboolean
write_call (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  gboolean changed;

  return cs_store_put_record (store, data, &changed, error);
}

static void
record_heartbeat (CsDelivery *delivery)
{
  cs_recorder_write (delivery->receiver->recorder, write_heartbeat, delivery->report, cs_delivery_recorded, delivery);
}

static void
record_call (CsDelivery *delivery)
{
  cs_recorder_write (delivery->receiver->recorder, write_call, delivery->call, cs_delivery_recorded, delivery);
}

/* What a heartbeat is read from, and who waits for it. */
typedef struct {
  CsReceiver *receiver;
  CsGateRequest *request; /* (owned) */
} Reading;

static void
parse_heartbeat (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  GError *error = NULL;
  CsHealthReport *report = cs_exotel_heartbeat_parse (data, g_get_real_time (), &error);

  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify) cs_health_report_unref);
  else
    g_task_return_error (task, error);
}

static void
on_heartbeat_parsed (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  g_autofree Reading *reading = data;
  g_autoptr (CsGateRequest) request = reading->request;
  g_autoptr (GError) error = NULL;
  CsHealthReport *report = g_task_propagate_pointer (G_TASK (result), &error);
  CsDelivery *delivery;

  if (report == NULL)
    {
      cs_receiver_refuse (reading->receiver, request, 400, CS_REFUSAL_MALFORMED, error->message);
      return;
    }
  delivery = cs_delivery_new (reading->receiver, request);
  delivery->report = report;
  delivery->record = record_heartbeat;
  delivery->answer = answer_delivery;
  cs_delivery_send (delivery);
}

/* Source: protocol/exotel.md §2. The address is tried out by GET. Ten megabytes take a while to read: no call waits. */
void
cs_receiver_serve_heartbeat (CsReceiver    *self,
                             CsGateRequest *request)
{
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  if (strcmp (cs_gate_request_get_method (request), "GET") == 0)
    {
      answer_received (request);
      return;
    }
  reading = g_new (Reading, 1);
  reading->receiver = self;
  reading->request = cs_gate_request_ref (request);
  task = g_task_new (NULL, NULL, on_heartbeat_parsed, reading);
  g_task_set_source_tag (task, cs_receiver_serve_heartbeat);
  g_task_set_task_data (task, g_bytes_ref (cs_gate_request_get_body (request)), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, parse_heartbeat);
}

/* Source: protocol/exotel.md §3. */
void
cs_receiver_serve_call_event (CsReceiver    *self,
                              CsGateRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsCall) call = NULL;
  CsDelivery *delivery;

  if (strcmp (cs_gate_request_get_method (request), "GET") == 0)
    call = cs_exotel_event_parse_query (cs_gate_request_get_query (request), self->exotel_zone, g_get_real_time (), &error);
  else
    call = cs_exotel_event_parse (cs_gate_request_get_body (request), cs_gate_request_get_header (request, "Content-Type"),
                                  self->exotel_zone, g_get_real_time (), &error);
  if (call == NULL)
    {
      cs_receiver_refuse (self, request, 400, CS_REFUSAL_MALFORMED, error->message);
      return;
    }
  delivery = cs_delivery_new (self, request);
  delivery->call = g_steal_pointer (&call);
  delivery->record = record_call;
  delivery->answer = answer_delivery;
  cs_delivery_send (delivery);
}
