/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "server/cs-refusal.h"

G_BEGIN_DECLS

/* The door between strangers and a SoupServer, which must not face them alone: it listens on loopback, bounds the number
 * of connections, their time and their bodies, lets one request in per connection, and refuses what two servers in a
 * row could read differently. All on the thread-default main context of its maker. */
typedef struct _CsGate CsGate;

/* One request, from its head to its answer. (reference-counted) */
typedef struct _CsGateRequest CsGateRequest;

/* A connection that became a WebSocket; text goes out, nothing comes in. */
typedef struct _CsGateSocket CsGateSocket;

/* What is made of a request when only its head is known. status 0 lets it in; anything else refuses it. */
typedef struct {
  guint status;
  CsRefusal refusal;
  const char *text;   /* (unowned) one line that names the fault */
  const char *allow;  /* (unowned) (nullable) the methods, for 405 */
  gsize max_body;     /* bytes, for those let in */
} CsGateVerdict;

typedef struct {
  /* Called before a byte of the body is kept. */
  CsGateVerdict (*examine)       (CsGateRequest *request,
                                  gpointer       user_data);
  /* Called with the whole request; it is answered now or later. */
  void          (*serve)         (CsGateRequest *request,
                                  gpointer       user_data);
  /* A request was refused by the gate or by examine. */
  void          (*refused)       (CsRefusal      refusal,
                                  const char    *text,
                                  gpointer       user_data);
  /* (nullable) A WebSocket was opened; the socket lives until closed() */
  void          (*socket_opened) (CsGateSocket  *socket,
                                  gpointer       user_data);
  void          (*socket_closed) (CsGateSocket  *socket,
                                  gpointer       user_data);
  gboolean        faults_in_json; /* instead of one line of text */
} CsGateHooks;

CsGate     *cs_gate_new                      (const CsGateHooks *hooks,
                                              gpointer           user_data);
void        cs_gate_free                     (CsGate            *self);
gboolean    cs_gate_listen                   (CsGate            *self,
                                              guint16            port,
                                              GError           **error);
void        cs_gate_close                    (CsGate            *self);
guint16     cs_gate_get_port                 (CsGate            *self);
guint       cs_gate_get_n_connections        (CsGate            *self);
guint       cs_gate_get_n_asking             (CsGate            *self);
void        cs_gate_add_socket_path          (CsGate            *self,
                                              const char        *path);

CsGateRequest *cs_gate_request_ref           (CsGateRequest     *request);
void           cs_gate_request_unref         (CsGateRequest     *request);
const char    *cs_gate_request_get_method    (CsGateRequest     *request);
const char    *cs_gate_request_get_path      (CsGateRequest     *request);
const char    *cs_gate_request_get_query     (CsGateRequest     *request);
const char    *cs_gate_request_get_header    (CsGateRequest     *request,
                                              const char        *name);
GBytes        *cs_gate_request_get_body      (CsGateRequest     *request);
void           cs_gate_request_answer        (CsGateRequest     *request,
                                              guint              status,
                                              const char        *content_type,
                                              GBytes            *body);
void           cs_gate_request_answer_text   (CsGateRequest     *request,
                                              guint              status,
                                              const char        *text);

void           cs_gate_socket_send           (CsGateSocket      *socket,
                                              const char        *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsGate, cs_gate_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsGateRequest, cs_gate_request_unref)

G_END_DECLS
