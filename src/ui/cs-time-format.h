/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cs_time_format_duration (gint64     duration_us);
char *cs_time_format_spoken   (gint64     duration_us);
char *cs_time_format_clock    (gint64     time_us,
                               gint64     now_us,
                               GTimeZone *zone);
char *cs_time_format_ago      (gint64     time_us,
                               gint64     now_us);

G_END_DECLS
