/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "json/cs-json-error.h"

G_DEFINE_QUARK (cs-json-error-quark, cs_json_error)
