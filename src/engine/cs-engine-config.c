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
  TEXT (tunnel_host_key),
  TEXT (public_key_file),
  TEXT (sipgate_api_url),
  TEXT (sipgate_caller),
  TEXT (exotel_base_url),
  TEXT (exotel_account_sid),
  TEXT (exotel_timezone),
  TEXT (orders_csv_file),
  TEXT (orders_transfer_number),
  TEXT (orders_language),
  TEXT (orders_db_host),
  TEXT (orders_db_socket),
  TEXT (orders_db_name),
  TEXT (orders_db_user),
  TEXT (orders_db_ca_file),
  TEXT (orders_db_query),
};

/* Wiped when they are freed. */
static const gsize secrets[] = {
  TEXT (sipgate_token_id),
  TEXT (sipgate_token),
  TEXT (exotel_api_key),
  TEXT (exotel_api_token),
  TEXT (orders_db_password),
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

/* Whether both ask the same Exotel account in the same way. */
gboolean
cs_engine_config_is_same_exotel (const CsEngineConfig *self,
                                 const CsEngineConfig *other)
{
  return g_strcmp0 (self->exotel_base_url, other->exotel_base_url) == 0
         && g_strcmp0 (self->exotel_account_sid, other->exotel_account_sid) == 0
         && g_strcmp0 (self->exotel_api_key, other->exotel_api_key) == 0
         && g_strcmp0 (self->exotel_api_token, other->exotel_api_token) == 0
         && g_strcmp0 (self->exotel_timezone, other->exotel_timezone) == 0;
}
