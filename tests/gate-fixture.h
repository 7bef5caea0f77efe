/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "raw-client.h"
#include "server/cs-gate.h"

#define MAX_BODY 1000
#define HOST "Host: 127.0.0.1\r\n"
#define UPGRADE HOST "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
                     "Sec-WebSocket-Version: 13\r\n\r\n"

/* A house with a gate: what it was asked, and what it said. */
typedef struct {
  CsGate *gate;                /* (owned) */
  guint n_examined;
  guint n_served;
  guint refusals[CS_N_REFUSALS];
  char *refusal_text;          /* (owned) (nullable) the last one */
  GPtrArray *waiting;          /* (owned) (element-type CsGateRequest) to be answered when told */
  GPtrArray *sockets;          /* (owned) (element-type CsGateSocket) open ones */
} House;

static inline CsGateVerdict
examine (CsGateRequest *request,
         gpointer       data)
{
  House *house = data;
  const char *path = cs_gate_request_get_path (request);

  house->n_examined++;
  if (g_str_equal (path, "/nowhere"))
    return (CsGateVerdict) { 404, CS_REFUSAL_PATH, "There is nothing here", NULL, 0 };
  if (g_str_equal (path, "/method"))
    return (CsGateVerdict) { 405, CS_REFUSAL_MALFORMED, "Only POST is understood here", "POST", 0 };
  return (CsGateVerdict) { .max_body = MAX_BODY };
}

static inline void
serve (CsGateRequest *request,
       gpointer       data)
{
  House *house = data;
  const char *path = cs_gate_request_get_path (request);

  house->n_served++;
  if (g_str_equal (path, "/later"))
    g_ptr_array_add (house->waiting, cs_gate_request_ref (request));
  else if (g_str_equal (path, "/header"))
    cs_gate_request_answer_text (request, 200, cs_gate_request_get_header (request, "X-Test"));
  else if (g_str_equal (path, "/query"))
    cs_gate_request_answer_text (request, 200, cs_gate_request_get_query (request));
  else
    cs_gate_request_answer (request, 200, "application/x-echo", cs_gate_request_get_body (request));
}

static inline void
refused (CsRefusal   refusal,
         const char *text,
         gpointer    data)
{
  House *house = data;

  house->refusals[refusal]++;
  g_free (house->refusal_text);
  house->refusal_text = g_strdup (text);
}

static inline void
socket_opened (CsGateSocket *socket,
               gpointer      data)
{
  House *house = data;

  g_ptr_array_add (house->sockets, socket);
  cs_gate_socket_send (socket, "welcome");
}

static inline void
socket_closed (CsGateSocket *socket,
               gpointer      data)
{
  House *house = data;

  g_assert_true (g_ptr_array_remove (house->sockets, socket));
}

static inline House *
house_new (void)
{
  static const CsGateHooks hooks = { examine, serve, refused, socket_opened, socket_closed };
  House *self = g_new0 (House, 1);
  g_autoptr (GError) error = NULL;

  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_gate_request_unref);
  self->sockets = g_ptr_array_new ();
  self->gate = cs_gate_new (&hooks, self);
  cs_gate_add_socket_path (self->gate, "/live");
  g_assert_cmpuint (cs_gate_get_port (self->gate), ==, 0);
  g_assert_true (cs_gate_listen (self->gate, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (cs_gate_get_port (self->gate), !=, 0);
  return self;
}

static inline void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static inline void
house_free (House *self)
{
  g_clear_pointer (&self->gate, cs_gate_free);
  turn ();
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->sockets);
  g_free (self->refusal_text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (House, house_free)

/* Waits until n connections are left. */
static inline void
wait_for_connections (House *house,
                      guint  n)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  while (cs_gate_get_n_connections (house->gate) != n && g_get_monotonic_time () < end_us)
    {
      turn ();
      g_usleep (500);
    }
  g_assert_cmpuint (cs_gate_get_n_connections (house->gate), ==, n);
}

static inline void
wait_for_waiting (House *house,
                  guint  n)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  while (house->waiting->len != n && g_get_monotonic_time () < end_us)
    {
      turn ();
      g_usleep (500);
    }
  g_assert_cmpuint (house->waiting->len, ==, n);
}

static inline RawClient *
connect_to (House *house)
{
  g_autoptr (GError) error = NULL;
  RawClient *client = raw_client_new (cs_gate_get_port (house->gate), &error);

  g_assert_no_error (error);
  return client;
}

static inline void
assert_has (const char *answer,
            const char *part)
{
  if (strstr (answer, part) == NULL)
    g_error ("“%s” is not in “%s”", part, answer);
}

/* The gate still does its work. */
static inline void
assert_open (House *house)
{
  g_autofree char *answer = raw_client_exchange (cs_gate_get_port (house->gate),
                                                 "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");

  assert_has (answer, "HTTP/1.1 200 ");
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
}
