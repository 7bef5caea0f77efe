/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"

#include <string.h>
#include <sys/random.h>

#define NONCE_BYTES 16
#define MAX_NONCE 64
#define QUERY_PREFIX "nonce="

static void
fill_randomly (guint8 *bytes,
               gsize   size)
{
  while (getrandom (bytes, size, 0) != (gssize) size)
    ;
}

static gboolean
is_nonce (const char *text)
{
  gsize length = strlen (text);

  return length >= 2 * NONCE_BYTES && length <= MAX_NONCE && strspn (text, "0123456789abcdef") == length;
}

/* Nobody who didn't hear the key can prove that he is this process. */
void
cs_receiver_make_check_key (CsReceiver *self)
{
  fill_randomly (self->check_key, sizeof self->check_key);
}

/* A check that we sent came in. Its path may have been changed on the way, in which case it is refused like any other: a
 * stranger learns nothing, but we know it by its nonce. */
void
cs_receiver_note_check (CsReceiver    *self,
                        CsGateRequest *request)
{
  const char *query = cs_gate_request_get_query (request);

  if (self->check_nonce != NULL && query != NULL && strstr (query, self->check_nonce) != NULL)
    self->check_arrival = MAX (self->check_arrival, CS_CHECK_REFUSED);
}

/* GET /webhook/check/TOKEN?nonce=HEX: the proof that it is this process which is asked. */
void
cs_receiver_serve_check (CsReceiver    *self,
                         CsGateRequest *request)
{
  const char *query = cs_gate_request_get_query (request);
  const char *nonce = query != NULL && g_str_has_prefix (query, QUERY_PREFIX) ? query + strlen (QUERY_PREFIX) : "";
  g_autofree char *proof = NULL;

  if (!is_nonce (nonce))
    {
      cs_receiver_refuse (self, request, 400, CS_REFUSAL_MALFORMED, "The nonce is missing, or isn't 32 to 64 hexadecimal digits");
      return;
    }
  if (g_strcmp0 (nonce, self->check_nonce) == 0)
    self->check_arrival = CS_CHECK_ANSWERED;
  proof = cs_receiver_make_proof (self, nonce);
  cs_gate_request_answer_text (request, 200, proof);
}

static void
do_begin (CsReceiver *self,
          gpointer    data)
{
  g_free (self->check_nonce);
  self->check_nonce = g_strdup (data);
  self->check_arrival = CS_CHECK_NOT_ARRIVED;
}

static void
do_end (CsReceiver *self,
        gpointer    data)
{
  CsCheckArrival *arrival = data;

  *arrival = self->check_arrival;
  g_clear_pointer (&self->check_nonce, g_free);
}

/* What this process alone answers to a nonce. Any thread may ask. (transfer full) */
char *
cs_receiver_make_proof (CsReceiver *self,
                        const char *nonce)
{
  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, self->check_key, sizeof self->check_key, nonce, -1);
}

/* Begins to watch out for a check that is going to be sent through the public address. Returns the nonce to send with it. (transfer full) */
char *
cs_receiver_begin_check (CsReceiver *self)
{
  guint8 bytes[NONCE_BYTES];
  GString *nonce = g_string_new (NULL);

  fill_randomly (bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (nonce, "%02x", bytes[i]);
  cs_receiver_run_on_listener (self, do_begin, nonce->str);
  return g_string_free (nonce, FALSE);
}

/* How far the check came that was begun. */
CsCheckArrival
cs_receiver_end_check (CsReceiver *self)
{
  CsCheckArrival arrival = CS_CHECK_NOT_ARRIVED;

  cs_receiver_run_on_listener (self, do_end, &arrival);
  return arrival;
}
