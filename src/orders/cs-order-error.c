/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-error.h"

G_DEFINE_QUARK (cs-order-error-quark, cs_order_error)
