/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "sipgate/cs-sipgate-client-error.h"
#include "sipgate/cs-sipgate-history.h"
#include "sipgate/cs-sipgate-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_SIPGATE_CLIENT (cs_sipgate_client_get_type ())
G_DECLARE_FINAL_TYPE (CsSipgateClient, cs_sipgate_client, CS, SIPGATE_CLIENT, GObject)

/* Items of one page of the history at most (protocol/sipgate.md §8). */
#define CS_SIPGATE_PAGE_ITEMS 1000

/* What may be taken of time and memory. */
typedef struct {
  guint deadline_ms;  /* of one request, from the name's resolution to the last byte */
  gsize max_body;     /* bytes of an answer */
  guint page_items;   /* of the history */
  double time_scale;  /* 1.0; tests let waits pass faster */
} CsSipgateLimits;

void                  cs_sipgate_limits_init                  (CsSipgateLimits         *limits);

CsSipgateClient      *cs_sipgate_client_new                   (const char              *api_url,
                                                               const char              *token_id,
                                                               const char              *token,
                                                               const CsSipgateLimits   *limits,
                                                               GError                 **error);
gint64                cs_sipgate_client_get_wait              (CsSipgateClient         *self);
void                  cs_sipgate_client_ask_user_async        (CsSipgateClient         *self,
                                                               GCancellable            *cancellable,
                                                               GAsyncReadyCallback      callback,
                                                               gpointer                 user_data);
char                 *cs_sipgate_client_ask_user_finish       (CsSipgateClient         *self,
                                                               GAsyncResult            *result,
                                                               GError                 **error);
void                  cs_sipgate_client_fetch_history_async   (CsSipgateClient         *self,
                                                               gint64                   from_us,
                                                               gint64                   to_us,
                                                               guint                    offset,
                                                               GCancellable            *cancellable,
                                                               GAsyncReadyCallback      callback,
                                                               gpointer                 user_data);
CsSipgateHistoryPage *cs_sipgate_client_fetch_history_finish  (CsSipgateClient         *self,
                                                               GAsyncResult            *result,
                                                               GError                 **error);
void                  cs_sipgate_client_get_settings_async    (CsSipgateClient         *self,
                                                               GCancellable            *cancellable,
                                                               GAsyncReadyCallback      callback,
                                                               gpointer                 user_data);
CsSipgateSettings    *cs_sipgate_client_get_settings_finish   (CsSipgateClient         *self,
                                                               GAsyncResult            *result,
                                                               GError                 **error);
void                  cs_sipgate_client_put_settings_async    (CsSipgateClient         *self,
                                                               GBytes                  *settings,
                                                               GCancellable            *cancellable,
                                                               GAsyncReadyCallback      callback,
                                                               gpointer                 user_data);
gboolean              cs_sipgate_client_put_settings_finish   (CsSipgateClient         *self,
                                                               GAsyncResult            *result,
                                                               GError                 **error);
void                  cs_sipgate_client_list_calls_async      (CsSipgateClient         *self,
                                                               GCancellable            *cancellable,
                                                               GAsyncReadyCallback      callback,
                                                               gpointer                 user_data);
GHashTable           *cs_sipgate_client_list_calls_finish     (CsSipgateClient         *self,
                                                               GAsyncResult            *result,
                                                               GError                 **error);
void                  cs_sipgate_client_start_call_async      (CsSipgateClient         *self,
                                                               const char              *caller,
                                                               const char              *device_id,
                                                               const char              *callee,
                                                               GCancellable            *cancellable,
                                                               GAsyncReadyCallback      callback,
                                                               gpointer                 user_data);
gboolean              cs_sipgate_client_start_call_finish     (CsSipgateClient         *self,
                                                               GAsyncResult            *result,
                                                               GError                 **error);

G_END_DECLS
