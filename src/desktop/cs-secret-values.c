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
  clear_text (&config->exotel_api_key);
  clear_text (&config->exotel_api_token);
  config->exotel_api_key = g_strdup (values->texts[CS_SECRET_EXOTEL_API_KEY]);
  config->exotel_api_token = g_strdup (values->texts[CS_SECRET_EXOTEL_API_TOKEN]);
}

void
cs_secret_values_free (CsSecretValues *values)
{
  for (guint key = 0; key < CS_N_SECRETS; key++)
    clear_text (&values->texts[key]);
  g_free (values);
}
