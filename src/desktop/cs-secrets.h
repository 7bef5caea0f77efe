/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "desktop/cs-secret-values.h"

G_BEGIN_DECLS

#define CS_SECRETS_ERROR (cs_secrets_error_quark ())

typedef enum {
  CS_SECRETS_ERROR_NO_KEYRING,
  CS_SECRETS_ERROR_LOCKED,
  CS_SECRETS_ERROR_FAILED,
} CsSecretsError;

#define CS_TYPE_SECRETS (cs_secrets_get_type ())
G_DECLARE_FINAL_TYPE (CsSecrets, cs_secrets, CS, SECRETS, GObject)

/* Signal "changed" (CsSecrets *secrets): one has been stored or cleared here; what was looked up before is old. */
GQuark          cs_secrets_error_quark       (void);
CsSecrets      *cs_secrets_new               (const char           *data_dir);
CsSecretValues *cs_secrets_lookup_files      (CsSecrets            *self);
void            cs_secrets_lookup_all_async  (CsSecrets            *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
CsSecretValues *cs_secrets_lookup_all_finish (CsSecrets            *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void            cs_secrets_store_async       (CsSecrets            *self,
                                              CsSecretKey           key,
                                              const char           *value,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean        cs_secrets_store_finish      (CsSecrets            *self,
                                              GAsyncResult         *result,
                                              GError              **error);

G_END_DECLS
