/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desktop/cs-settings.h"

G_BEGIN_DECLS

void     cs_data_export_async  (CsSettings           *settings,
                                GFile                *file,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean cs_data_export_finish (CsSettings           *settings,
                                GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
