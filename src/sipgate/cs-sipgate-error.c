/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"

G_DEFINE_QUARK (cs-sipgate-error-quark, cs_sipgate_error)
