/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A database that has seen some years. */
typedef struct {
  guint n_calls;     /* ended ones, spread evenly over the days before today, in business hours */
  guint n_days;
  guint n_callbacks; /* more, missed today by as many people, whom nobody has called back */
  guint n_running;   /* more, that began within the last hour */
} HistoryPlan;

void history_write (const char        *data_dir,
                    const HistoryPlan *plan,
                    gint64             now_us);

G_END_DECLS
