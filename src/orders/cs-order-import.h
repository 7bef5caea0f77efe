/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-book-db.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which column of a CSV file is what, counted from 0; -1: there is none. */
typedef struct {
  int customer;
  int state;
  int name;
  int note;
  gboolean has_header;    /* the first row isn't an order */
  gboolean is_replacing;  /* what the file doesn't have leaves the book */
  gboolean skips_faults;  /* rows that can't be used are left out; otherwise one of them is enough to change nothing */
  GHashTable *words;      /* (owned) (nullable) (element-type utf8 int) the user's own words, case-folded, to CsOrderState */
} CsOrderMapping;

/* A row that can't be used. */
typedef struct {
  guint64 line;
  char *reason;           /* (owned) */
} CsOrderFault;

#define CS_ORDER_MAX_FAULTS 100

typedef struct {
  gboolean is_kept;       /* FALSE: the book is as it was before */
  guint64 n_orders;       /* rows that can be used */
  guint64 n_faults;
  gboolean ends_in_fault; /* the last row is one of them */
  GPtrArray *faults;      /* (owned) (element-type CsOrderFault) the first CS_ORDER_MAX_FAULTS of them */
} CsOrderImport;

/* The file's beginning, to show what its columns are. */
typedef struct {
  GPtrArray *rows;        /* (owned) (element-type GStrv) the first CS_ORDER_PREVIEW_ROWS, the header with them */
  guint n_columns;        /* of the widest of them */
  CsOrderMapping *mapping; /* (owned) a guess */
  GPtrArray *words;       /* (owned) (element-type utf8) words for states that aren't known, the first CS_ORDER_PREVIEW_WORDS */
} CsOrderPreview;

#define CS_ORDER_PREVIEW_ROWS 20
#define CS_ORDER_PREVIEW_WORDS 50

/* Called now and then with the share of the file that was read, 0 … 1, and the number of rows. */
typedef void (*CsOrderProgressFunc) (double   fraction,
                                     guint64  n_rows,
                                     gpointer user_data);

CsOrderMapping *cs_order_mapping_new       (void);
CsOrderMapping *cs_order_mapping_copy      (const CsOrderMapping  *mapping);
void            cs_order_mapping_free      (CsOrderMapping        *mapping);
void            cs_order_mapping_set_word  (CsOrderMapping        *mapping,
                                            const char            *word,
                                            CsOrderState           state);
gboolean        cs_order_mapping_guess     (CsOrderMapping        *mapping,
                                            const char *const     *header);
void            cs_order_import_free       (CsOrderImport         *import);
void            cs_order_preview_free      (CsOrderPreview        *preview);

CsOrderImport  *cs_order_import_read       (CsOrderBookDb         *db,
                                            GFile                 *file,
                                            const CsOrderMapping  *mapping,
                                            CsOrderProgressFunc    progress,
                                            gpointer               user_data,
                                            GCancellable          *cancellable,
                                            GError               **error);
CsOrderImport  *cs_order_import_stage      (CsOrderBookDb         *db,
                                            GInputStream          *stream,
                                            goffset                size,
                                            const CsOrderMapping  *mapping,
                                            CsOrderProgressFunc    progress,
                                            gpointer               user_data,
                                            GCancellable          *cancellable,
                                            GError               **error);
CsOrderPreview *cs_order_preview_read      (GFile                 *file,
                                            const CsOrderMapping  *mapping,
                                            GCancellable          *cancellable,
                                            GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderMapping, cs_order_mapping_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderImport, cs_order_import_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderPreview, cs_order_preview_free)

G_END_DECLS
