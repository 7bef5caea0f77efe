/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_QUARTER_US (G_GINT64_CONSTANT (900) * G_USEC_PER_SEC)

GTimeZone *cs_day_get_zone  (const char *identifier);
gint64     cs_day_get_start (GTimeZone  *zone,
                             gint64      time_us);
gint64     cs_day_add_days  (GTimeZone  *zone,
                             gint64      start_us,
                             int         days);
gboolean   cs_day_parse     (GTimeZone  *zone,
                             const char *date,
                             gint64     *start_us);
gint64     cs_day_get_offset (GTimeZone *zone,
                              gint64     time_us);

G_END_DECLS
