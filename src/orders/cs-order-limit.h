/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How often one caller may look orders up, so that nobody tries numbers out: in any hour 10 times, and 100 times by all those
 * together who withhold their number. Time is an argument. */
typedef struct _CsOrderLimit CsOrderLimit;

#define CS_ORDER_LIMIT_SPAN_US G_TIME_SPAN_HOUR

CsOrderLimit *cs_order_limit_new      (void);
void          cs_order_limit_free     (CsOrderLimit *self);
gboolean      cs_order_limit_is_free  (CsOrderLimit *self,
                                       const char   *caller,
                                       gint64        now_us);
void          cs_order_limit_add      (CsOrderLimit *self,
                                       const char   *caller,
                                       gint64        at_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderLimit, cs_order_limit_free)

G_END_DECLS
