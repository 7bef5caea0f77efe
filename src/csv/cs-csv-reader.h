/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CS_CSV_ERROR (cs_csv_error_quark ())

/* Bytes of one field, of one row as it stands in the file, and fields of one row. */
#define CS_CSV_MAX_FIELD (64 * 1024)
#define CS_CSV_MAX_ROW (256 * 1024)
#define CS_CSV_MAX_FIELDS 1000

typedef enum {
  CS_CSV_ERROR_QUOTE,    /* opened and never closed, or followed by text */
  CS_CSV_ERROR_NUL,
  CS_CSV_ERROR_TOO_LONG,
  CS_CSV_ERROR_ENCODING,
  CS_CSV_ERROR_HOPELESS, /* of the file: so much of it is wrong that reading on would take for ever */
} CsCsvError;

typedef enum {
  CS_CSV_ROW,
  CS_CSV_REFUSED, /* a row that is none, error says why; the next one can be read */
  CS_CSV_END,
  CS_CSV_FAILED,  /* the file can't be read any further */
} CsCsvResult;

typedef struct _CsCsvReader CsCsvReader;

GQuark             cs_csv_error_quark          (void);

CsCsvReader       *cs_csv_reader_new           (GInputStream  *stream);
void               cs_csv_reader_free          (CsCsvReader   *self);
CsCsvResult        cs_csv_reader_next          (CsCsvReader   *self,
                                                GCancellable  *cancellable,
                                                GError       **error);
const char *const *cs_csv_reader_get_fields    (CsCsvReader   *self,
                                                guint         *n_fields);
guint64            cs_csv_reader_get_line      (CsCsvReader   *self);
const char        *cs_csv_reader_get_encoding  (CsCsvReader   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCsvReader, cs_csv_reader_free)

G_END_DECLS
