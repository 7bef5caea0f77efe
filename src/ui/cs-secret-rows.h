/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"

G_BEGIN_DECLS

#define CS_TYPE_SECRET_ROWS (cs_secret_rows_get_type ())
G_DECLARE_FINAL_TYPE (CsSecretRows, cs_secret_rows, CS, SECRET_ROWS, GObject)

/* Signal "changed" (CsSecretRows *rows): one was entered or removed; what was found out with the one before is old. */
CsSecretRows   *cs_secret_rows_new            (GCancellable         *cancellable);
void            cs_secret_rows_add            (CsSecretRows         *self,
                                               CsSecretKey           key,
                                               AdwPasswordEntryRow  *row,
                                               GtkWidget            *mark,
                                               GtkWidget            *remove_button);
void            cs_secret_rows_set_secrets    (CsSecretRows         *self,
                                               CsSecrets            *secrets);
void            cs_secret_rows_collect_async  (CsSecretRows         *self,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
CsSecretValues *cs_secret_rows_collect_finish (CsSecretRows         *self,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
