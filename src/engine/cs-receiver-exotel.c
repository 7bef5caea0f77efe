/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"
#include "exotel/cs-exotel-event.h"
#include "exotel/cs-exotel-heartbeat.h"
#include "store/cs-store-health.h"

#include <string.h>

/* What is kept of a request before it is answered. */
typedef struct {
  CsReceiver *receiver;
  CsGateRequest *request; /* (owned) */
  CsHealthReport *report; /* (owned) (nullable) */
  CsCall *call;           /* (owned) (nullable) */
} Delivery;

static Delivery *
delivery_new (CsReceiver    *receiver,
              CsGateRequest *request)
{
  Delivery *delivery = g_new0 (Delivery, 1);

  delivery->receiver = receiver;
  delivery->request = cs_gate_request_ref (request);
  return delivery;
}

static void
delivery_free (Delivery *delivery)
{
  cs_gate_request_unref (delivery->request);
  g_clear_pointer (&delivery->report, cs_health_report_unref);
  g_clear_pointer (&delivery->call, cs_call_unref);
  g_free (delivery);
}

static void
answer_received (CsGateRequest *request)
{
  static const char text[] = "{\"received\":true}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));

  cs_gate_request_answer (request, 200, "application/json", body);
}

static void
on_kept (gboolean is_kept,
         gpointer data)
{
  Delivery *delivery = data;

  if (is_kept)
    answer_received (delivery->request);
  else
    cs_gate_request_answer_text (delivery->request, 503, "This can't be stored now");
  delivery_free (delivery);
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
  Delivery *delivery = data;
  g_autoptr (GError) error = NULL;

  delivery->report = g_task_propagate_pointer (G_TASK (result), &error);
  if (delivery->report == NULL)
    {
      cs_receiver_refuse (delivery->receiver, delivery->request, 400, CS_REFUSAL_MALFORMED, error->message);
      delivery_free (delivery);
      return;
    }
  cs_recorder_write (delivery->receiver->recorder, write_heartbeat, delivery->report, on_kept, delivery);
}

/* Source: protocol/exotel.md §2. The address is tried out by GET. Ten megabytes take a while to read: no call waits. */
void
cs_receiver_serve_heartbeat (CsReceiver    *self,
                             CsGateRequest *request)
{
  g_autoptr (GTask) task = NULL;

  if (strcmp (cs_gate_request_get_method (request), "GET") == 0)
    {
      answer_received (request);
      return;
    }
  task = g_task_new (NULL, NULL, on_heartbeat_parsed, delivery_new (self, request));
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
  Delivery *delivery;

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
  delivery = delivery_new (self, request);
  delivery->call = g_steal_pointer (&call);
  cs_recorder_write (self->recorder, write_call, delivery->call, on_kept, delivery);
}
