/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Writes what is to be in the file, in a worker thread. */
typedef gboolean (*CsExportFunc) (GOutputStream  *stream,
                                  gpointer        data,
                                  GCancellable   *cancellable,
                                  GError        **error);

void     cs_export_file_async  (GFile                *file,
                                CsExportFunc          write,
                                gpointer              data,
                                GDestroyNotify        destroy,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean cs_export_file_finish (GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
