/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "calls/cs-health.h"

G_BEGIN_DECLS

#define CS_TYPE_HEALTH_KEY (cs_health_key_get_type ())
G_DECLARE_FINAL_TYPE (CsHealthKey, cs_health_key, CS, HEALTH_KEY, GtkWidget)

GtkWidget  *cs_health_key_new         (CsHealthStatus status);
const char *cs_health_status_get_word (CsHealthStatus status);

G_END_DECLS
