/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Knows sipgate's public key, and by it what sipgate has signed. */
typedef struct _CsSipgateVerifier CsSipgateVerifier;

CsSipgateVerifier *cs_sipgate_verifier_new   (const char         *public_key_file,
                                              GError            **error);
void               cs_sipgate_verifier_free  (CsSipgateVerifier  *verifier);
gboolean           cs_sipgate_verifier_check (CsSipgateVerifier  *verifier,
                                              GBytes             *body,
                                              const char         *signature_base64,
                                              GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateVerifier, cs_sipgate_verifier_free)

G_END_DECLS
