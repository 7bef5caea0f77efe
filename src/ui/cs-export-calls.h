/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "store/cs-store-list.h"

G_BEGIN_DECLS

/* The calls that are to be written. */
typedef struct {
  char *data_dir;      /* (owned) */
  CsCallQuery query;   /* (owned) */
  GTimeZone *zone;     /* (owned) in which times are written */
  guint *n_written;    /* (unowned) (nullable) counts, to be read by g_atomic_int_get(); outlives the writing */
} CsExportCalls;

CsExportCalls *cs_export_calls_new   (const char         *data_dir,
                                      const CsCallQuery  *query,
                                      GTimeZone          *zone);
void           cs_export_calls_free  (CsExportCalls      *self);
gboolean       cs_export_calls_write (GOutputStream      *stream,
                                      gpointer            data,
                                      GCancellable       *cancellable,
                                      GError            **error);

G_END_DECLS
