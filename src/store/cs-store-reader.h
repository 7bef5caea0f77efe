/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-filter.h"
#include "calls/cs-call.h"
#include "calls/cs-metrics.h"
#include "store/cs-sql.h"

G_BEGIN_DECLS

/* A read-only view of what was committed. One thread at a time. */
typedef struct _CsStoreReader CsStoreReader;

/* Where in the list, newest first, a page of calls begins. */
typedef struct {
  gint64 seen_us;
  gint64 id;
} CsCallCursor;

/* The figures of one own number. */
typedef struct {
  CsMetrics metrics;
  gint64 last_us;     /* when the quarter hour of its latest call began */
} CsNumberMetrics;

#define CS_CALL_CURSOR_NEWEST { G_MAXINT64, G_MAXINT64 }

CsStoreReader *cs_store_reader_open          (const char          *data_dir,
                                              GError             **error);
void           cs_store_reader_close         (CsStoreReader       *self);
gboolean       cs_store_reader_get_metrics   (CsStoreReader       *self,
                                              const CsCallFilter  *filter,
                                              GTimeZone           *zone,
                                              CsMetrics           *metrics,
                                              GError             **error);
GHashTable    *cs_store_reader_get_metrics_by_number (CsStoreReader      *self,
                                                      const CsCallFilter *filter,
                                                      GTimeZone          *zone,
                                                      CsMetrics          *sum,
                                                      GError            **error);
GHashTable    *cs_store_reader_get_written_numbers (CsStoreReader *self,
                                                    CsProvider     provider,
                                                    gint64         from_us,
                                                    gint64         to_us,
                                                    GError       **error);
GPtrArray     *cs_store_reader_get_calls     (CsStoreReader       *self,
                                              const CsCallFilter  *filter,
                                              CsCallCursor         before,
                                              guint                limit,
                                              GError             **error);
GPtrArray     *cs_store_reader_get_latest    (CsStoreReader       *self,
                                              guint                limit,
                                              GError             **error);
GPtrArray     *cs_store_reader_get_running   (CsStoreReader       *self,
                                              guint                limit,
                                              GError             **error);
guint64        cs_store_reader_get_callbacks (CsStoreReader       *self,
                                              GError             **error);
gboolean       cs_store_reader_check         (CsStoreReader       *self,
                                              GPtrArray           *problems,
                                              guint64             *n_calls,
                                              GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsStoreReader, cs_store_reader_close)

G_END_DECLS
