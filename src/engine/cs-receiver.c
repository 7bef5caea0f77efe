/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-receiver-private.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"
#define JSON_TYPE "application/json"
#define WARNING_INTERVAL_US (60 * G_USEC_PER_SEC)

/* What may be asked, and how. */
static const struct
{
  const char *prefix;
  const char *methods;
  const char *types[4];
  const char *type_text;
  gsize max_body;
  void (*serve) (CsReceiver    *self,
                 CsGateRequest *request);
} routes[] = {
  { CS_RECEIVER_SIPGATE_PREFIX, "POST", { FORM_TYPE }, "Only " FORM_TYPE " is understood here", 64 * 1024,
    cs_receiver_serve_push },
  { CS_RECEIVER_HEARTBEAT_PREFIX, "GET, POST", { JSON_TYPE }, "Only " JSON_TYPE " is understood here", 10 * 1024 * 1024,
    cs_receiver_serve_heartbeat },
  { CS_RECEIVER_CALL_EVENT_PREFIX, "GET, POST", { FORM_TYPE, JSON_TYPE, "multipart/form-data" },
    "Only a form or JSON is understood here", 64 * 1024, cs_receiver_serve_call_event },
};

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
is_host (const char *host)
{
  return host != NULL && *host != '\0' && strlen (host) < 256
         && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") == strlen (host);
}

static int
find_route (CsReceiver    *self,
            CsGateRequest *request)
{
  const char *path = cs_gate_request_get_path (request);

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (g_str_has_prefix (path, routes[i].prefix))
        return is_token (self->token, path + strlen (routes[i].prefix)) ? (int) i : -1;
    }
  return -1;
}

static gboolean
has_one_of_types (CsGateRequest     *request,
                  const char *const *types)
{
  for (; *types != NULL; types++)
    {
      if (cs_receiver_has_type (request, *types))
        return TRUE;
    }
  return FALSE;
}

static CsGateVerdict
examine (CsGateRequest *request,
         gpointer       data)
{
  CsReceiver *self = data;
  const char *method = cs_gate_request_get_method (request);
  int route = find_route (self, request);

  if (route < 0)
    return (CsGateVerdict) { 404, CS_REFUSAL_PATH, "There is nothing here", NULL, 0 };
  if (strcmp (method, "POST") != 0 && !(strcmp (method, "GET") == 0 && g_str_has_prefix (routes[route].methods, "GET")))
    return (CsGateVerdict) { 405, CS_REFUSAL_MALFORMED, "This method is not understood here", routes[route].methods, 0 };
  if (strcmp (method, "POST") == 0 && !has_one_of_types (request, routes[route].types))
    return (CsGateVerdict) { 415, CS_REFUSAL_MALFORMED, routes[route].type_text, NULL, 0 };
  if (*self->public_url == '\0' && !is_host (cs_gate_request_get_header (request, "Host")))
    return (CsGateVerdict) { 400, CS_REFUSAL_MALFORMED, "The Host is not a host name", NULL, 0 };
  return (CsGateVerdict) { .max_body = routes[route].max_body };
}

static void
serve (CsGateRequest *request,
       gpointer       data)
{
  CsReceiver *self = data;
  int route = find_route (self, request);

  /* The token may have been renewed while the body came. */
  if (route < 0)
    cs_receiver_refuse (self, request, 404, CS_REFUSAL_PATH, "There is nothing here");
  else
    routes[route].serve (self, request);
}

void
cs_receiver_refuse (CsReceiver    *self,
                    CsGateRequest *request,
                    guint          status,
                    CsRefusal      refusal,
                    const char    *text)
{
  on_refused (refusal, text, self);
  cs_gate_request_answer_text (request, status, text);
}

gboolean
cs_receiver_has_type (CsGateRequest *request,
                      const char    *type)
{
  const char *given = cs_gate_request_get_header (request, "Content-Type");
  gsize length = strlen (type);

  return given != NULL && g_ascii_strncasecmp (given, type, length) == 0 && strchr ("; \t", given[length]) != NULL;
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
  g_clear_pointer (&self->exotel_zone, g_time_zone_unref);
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
  g_clear_pointer (&self->exotel_zone, g_time_zone_unref);
  self->exotel_zone = cs_day_get_zone (config->exotel_timezone);
  self->refuses_all = FALSE;
  g_clear_pointer (&self->verifier, cs_sipgate_verifier_free);
  if (!config->verify_signature)
    return TRUE;

  self->verifier = cs_sipgate_verifier_new (config->public_key_file, &local);
  if (self->verifier != NULL)
    return TRUE;
  self->refuses_all = TRUE;
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
