/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_MODEL (cs_order_model_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderModel, cs_order_model, CS, ORDER_MODEL, GObject)

/* Signal "state" (CsOrderModel *model): a search has brought what it brings, or failed. */
CsOrderModel *cs_order_model_new       (CsEngine     *engine);
void          cs_order_model_search    (CsOrderModel *self,
                                        const char   *text);
void          cs_order_model_refresh   (CsOrderModel *self);
gboolean      cs_order_model_is_known  (CsOrderModel *self);
const char   *cs_order_model_get_error (CsOrderModel *self);

G_END_DECLS
