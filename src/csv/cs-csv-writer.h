/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CsCsvWriter CsCsvWriter;

CsCsvWriter *cs_csv_writer_new      (GOutputStream  *stream);
void         cs_csv_writer_free     (CsCsvWriter    *self);
void         cs_csv_writer_add      (CsCsvWriter    *self,
                                     const char     *text);
gboolean     cs_csv_writer_end_row  (CsCsvWriter    *self,
                                     GCancellable   *cancellable,
                                     GError        **error);
gboolean     cs_csv_writer_flush    (CsCsvWriter    *self,
                                     GCancellable   *cancellable,
                                     GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCsvWriter, cs_csv_writer_free)

G_END_DECLS
