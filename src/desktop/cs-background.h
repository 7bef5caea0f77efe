/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CS_TYPE_BACKGROUND (cs_background_get_type ())
G_DECLARE_FINAL_TYPE (CsBackground, cs_background, CS, BACKGROUND, GObject)

gboolean      cs_background_is_sandboxed   (void);
CsBackground *cs_background_new            (GDBusConnection      *bus,
                                            gboolean              is_sandboxed,
                                            const char           *data_dir);
void          cs_background_request_async  (CsBackground         *self,
                                            gboolean              autostart,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean      cs_background_request_finish (CsBackground         *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void          cs_background_cancel         (CsBackground         *self);
void          cs_background_set_status     (CsBackground         *self,
                                            const char           *message);

G_END_DECLS
