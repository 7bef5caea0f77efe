/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

double   figures_percentile (double     *values,
                             guint       n_values,
                             double      percent);
double   figures_median     (double     *values,
                             guint       n_values);
double   figures_rss_mb     (int         pid);
gboolean figures_at_least   (const char *name,
                             double      value,
                             double      limit);
gboolean figures_at_most    (const char *name,
                             double      value,
                             double      limit);
guint    figures_size       (const char *variable,
                             guint       fallback);
char    *figures_make_dir   (void);
void     figures_remove_dir (const char *path);

G_END_DECLS
