/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "json/cs-json.h"
#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-settings.h"

#include <string.h>

#define MAX_URL 2048

/* An address is taken whole or not at all: it is to be written back some day. */
static char *
dup_url (JsonObject  *object,
         const char  *name,
         GError     **error)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text = "";

  if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
    text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
  if (text != NULL && strlen (text) <= MAX_URL)
    return g_strdup (text);
  g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_RECORD, "An address in the settings is no text");
  return NULL;
}

/**
 * cs_sipgate_settings_parse:
 * @body: an answer to GET /settings/sipgateio, its size bounded by the caller
 *
 * Returns: (transfer full): the settings, or %NULL with %CS_JSON_ERROR or %CS_SIPGATE_ERROR_RECORD
 */
CsSipgateSettings *
cs_sipgate_settings_parse (GBytes  *body,
                           GError **error)
{
  g_autoptr (JsonObject) object = cs_json_parse (body, error);
  g_autofree char *incoming = NULL, *outgoing = NULL;
  CsSipgateSettings *settings;

  if (object == NULL)
    return NULL;
  if (!json_object_has_member (object, "incomingUrl") && !json_object_has_member (object, "outgoingUrl"))
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_RECORD, "The settings have no address");
      return NULL;
    }
  incoming = dup_url (object, "incomingUrl", error);
  outgoing = incoming != NULL ? dup_url (object, "outgoingUrl", error) : NULL;
  if (outgoing == NULL)
    return NULL;

  settings = g_new (CsSipgateSettings, 1);
  settings->incoming_url = g_steal_pointer (&incoming);
  settings->outgoing_url = g_steal_pointer (&outgoing);
  settings->body = g_bytes_ref (body);
  return settings;
}

void
cs_sipgate_settings_free (CsSipgateSettings *settings)
{
  g_free (settings->incoming_url);
  g_free (settings->outgoing_url);
  g_bytes_unref (settings->body);
  g_free (settings);
}

/* Returns the same settings with other addresses, "" for none, as PUT wants them. (transfer full) */
GBytes *
cs_sipgate_settings_with_urls (const CsSipgateSettings *settings,
                               const char              *incoming_url,
                               const char              *outgoing_url)
{
  g_autoptr (JsonObject) object = cs_json_parse (settings->body, NULL);
  g_autoptr (JsonNode) node = json_node_alloc ();
  char *text;

  json_object_set_string_member (object, "incomingUrl", incoming_url);
  json_object_set_string_member (object, "outgoingUrl", outgoing_url);
  json_node_init_object (node, object);
  text = json_to_string (node, FALSE);
  return g_bytes_new_take (text, strlen (text));
}
