/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-config.h"

#include <string.h>

#define TEXT(member) G_STRUCT_OFFSET (CsEngineConfig, member)

static const gsize texts[] = {
  TEXT (data_dir),
  TEXT (webhook_token),
  TEXT (timezone),
  TEXT (public_url),
  TEXT (tunnel_host),
  TEXT (tunnel_user),
  TEXT (public_key_file),
  TEXT (sipgate_api_url),
  TEXT (exotel_base_url),
  TEXT (exotel_account_sid),
  TEXT (exotel_timezone),
  TEXT (orders_csv_file),
};

/* Wiped when they are freed. */
static const gsize secrets[] = {
  TEXT (sipgate_token_id),
  TEXT (sipgate_token),
  TEXT (exotel_api_key),
  TEXT (exotel_api_token),
};

static char **
get_text (const CsEngineConfig *config,
          gsize                 offset)
{
  return (char **) G_STRUCT_MEMBER_P (config, offset);
}

static void
copy_texts (CsEngineConfig       *copy,
            const CsEngineConfig *config,
            const gsize          *offsets,
            gsize                 n)
{
  for (gsize i = 0; i < n; i++)
    *get_text (copy, offsets[i]) = g_strdup (*get_text (config, offsets[i]));
}

/* Makes a configuration of empty values; the caller sets them all. */
CsEngineConfig *
cs_engine_config_new (void)
{
  return g_new0 (CsEngineConfig, 1);
}

CsEngineConfig *
cs_engine_config_copy (const CsEngineConfig *config)
{
  CsEngineConfig *copy = g_memdup2 (config, sizeof *config);

  copy_texts (copy, config, texts, G_N_ELEMENTS (texts));
  copy_texts (copy, config, secrets, G_N_ELEMENTS (secrets));
  copy->orders_numbers = g_strdupv (config->orders_numbers);
  return copy;
}

void
cs_engine_config_free (CsEngineConfig *config)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*get_text (config, texts[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      char *secret = *get_text (config, secrets[i]);

      if (secret != NULL)
        explicit_bzero (secret, strlen (secret));
      g_free (secret);
    }
  g_strfreev (config->orders_numbers);
  g_free (config);
}
