/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-secret-values.h"

#include <string.h>

static void
clear_text (char **text)
{
  if (*text != NULL)
    explicit_bzero (*text, strlen (*text));
  g_clear_pointer (text, g_free);
}

/* Tells the engine those that it needs. */
void
cs_secret_values_fill (const CsSecretValues *values,
                       CsEngineConfig       *config)
{
  const struct {
    CsSecretKey key;
    char **text;
  } targets[] = {
    { CS_SECRET_SIPGATE_TOKEN_ID, &config->sipgate_token_id },
    { CS_SECRET_SIPGATE_TOKEN, &config->sipgate_token },
    { CS_SECRET_EXOTEL_API_KEY, &config->exotel_api_key },
    { CS_SECRET_EXOTEL_API_TOKEN, &config->exotel_api_token },
    { CS_SECRET_ORDERS_DB_PASSWORD, &config->orders_db_password },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      clear_text (targets[i].text);
      *targets[i].text = g_strdup (values->texts[targets[i].key]);
    }
}

void
cs_secret_values_free (CsSecretValues *values)
{
  for (guint key = 0; key < CS_N_SECRETS; key++)
    clear_text (&values->texts[key]);
  g_free (values);
}
