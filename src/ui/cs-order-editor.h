/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-engine.h"
#include "orders/cs-order.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_EDITOR (cs_order_editor_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderEditor, cs_order_editor, CS, ORDER_EDITOR, AdwWindow)

/* Signal "delete" (CsOrderEditor *editor): the user wants the order that was opened to be gone; the editor closes. */
CsOrderEditor *cs_order_editor_new (CsEngine      *engine,
                                    const CsOrder *order);

G_END_DECLS
