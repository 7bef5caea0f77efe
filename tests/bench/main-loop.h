/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long the default main context is busy at a stretch: from one poll to the next, with all that lies between. */

void   main_loop_watch       (void);
void   main_loop_set_counted (gboolean    is_counted);
double main_loop_end_round   (void);
void   main_loop_print       (void);
void   main_loop_add_time    (GArray     *times,
                              gint64      began_us,
                              gint64      ended_us);
void   main_loop_print_times (const char *name,
                              GArray     *times);

G_END_DECLS
