/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

typedef enum {
  CS_SECRET_SIPGATE_TOKEN_ID,
  CS_SECRET_SIPGATE_TOKEN,
  CS_SECRET_EXOTEL_API_KEY,
  CS_SECRET_EXOTEL_API_TOKEN,
  CS_SECRET_ORDERS_DB_PASSWORD,
} CsSecretKey;

#define CS_N_SECRETS (CS_SECRET_ORDERS_DB_PASSWORD + 1)

/* What was found, by CsSecretKey. */
typedef struct {
  char *texts[CS_N_SECRETS]; /* (owned) "" where it isn't known; wiped when freed */
} CsSecretValues;

void cs_secret_values_fill (const CsSecretValues *values,
                            CsEngineConfig       *config);
void cs_secret_values_free (CsSecretValues       *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSecretValues, cs_secret_values_free)

G_END_DECLS
