/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine-config.h"
#include "engine/cs-orders-state.h"
#include "engine/cs-recorder.h"
#include "orders/cs-order-book.h"
#include "orders/cs-order-dialogue.h"

G_BEGIN_DECLS

/* Leads callers through the order line: says which calls are its own, holds their dialogues, looks their orders up, and records
 * every step with the event that brought it. Lives on the service thread. */
typedef struct _CsOrderLine CsOrderLine;

/* What a push at the order line is answered with. */
typedef struct {
  CsOrderStepKind kind;  /* never CS_ORDER_STEP_LOOK_UP */
  gboolean is_of_dialogue; /* FALSE: of a call that isn't at the line */
  char *announcement;    /* (owned) (nullable) name of the file to play, as under /announcements/ */
  guint max_digits;
  guint timeout_ms;
  char *number;          /* (owned) (nullable) to dial */
} CsOrderReply;

/* Called once the event is on disk, or when it is clear that it won't be; reply: (transfer full) (nullable) NULL where the event
 * isn't the order line's. A reply that is of a dialogue is good even for an event that can't be kept. */
typedef void (*CsOrderTakenFunc) (gboolean      is_kept,
                                  CsOrderReply *reply,
                                  gpointer      user_data);

/* Called once with what a look-up brought; state counts where it was found. */
typedef void (*CsOrderFoundFunc) (CsOrderFinding finding,
                                  CsOrderState   state,
                                  gpointer       user_data);

CsOrderLine         *cs_order_line_new           (CsStore                *store,
                                                  CsRecorder             *recorder,
                                                  const char             *data_dir,
                                                  CsRecorderChangedFunc   changed,
                                                  gpointer                user_data);
void                 cs_order_line_free          (CsOrderLine            *self);
void                 cs_order_line_configure     (CsOrderLine            *self,
                                                  const CsEngineConfig   *config);
void                 cs_order_line_close         (CsOrderLine            *self);
void                 cs_order_line_forget        (CsOrderLine            *self,
                                                  GTask                  *task);
void                 cs_order_line_take          (CsOrderLine            *self,
                                                  CsCallEvent            *event,
                                                  GBytes                 *body,
                                                  CsOrderTakenFunc        done,
                                                  gpointer                user_data);
guint                cs_order_line_get_n_waiting (CsOrderLine            *self);
CsOrderBook         *cs_order_line_get_book      (CsOrderLine            *self);
void                 cs_order_line_look_up       (CsOrderLine            *self,
                                                  const char             *customer,
                                                  CsOrderFoundFunc        found,
                                                  gpointer                user_data);
const CsOrdersState *cs_order_line_get_state     (CsOrderLine            *self);
CsOrderSource       *cs_order_line_open_database (const CsEngineConfig   *config,
                                                  GError                **error);
void                 cs_order_reply_free         (CsOrderReply           *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderLine, cs_order_line_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderReply, cs_order_reply_free)

G_END_DECLS
