/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-error.h"

G_DEFINE_QUARK (cs-exotel-error-quark, cs_exotel_error)
