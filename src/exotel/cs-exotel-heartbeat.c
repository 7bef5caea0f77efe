/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-heartbeat.h"

#include "exotel/cs-exotel-error.h"
#include "exotel/cs-exotel-json.h"


typedef enum {
  AFFECTED_INCOMING = 1 << 0,
  AFFECTED_OUTGOING = 1 << 1,
} Affected;

/* Returns the phone of that id, or NULL where the report is full. */
static CsPhoneHealth *
add_phone (CsHealthReport *report,
           const char     *id)
{
  CsPhoneHealth *phone = cs_health_report_get_phone (report, id);

  if (phone == NULL && report->phones->len < CS_EXOTEL_HEARTBEAT_MAX_PHONES)
    phone = cs_health_report_add_phone (report, id);
  return phone;
}

/* {"incoming_call":{"status":"active"}}, or the word itself. */
static char *
dup_direction_status (JsonObject *entry,
                      const char *direction)
{
  JsonObject *connectivity = cs_json_get_object (entry, "connectivity");
  JsonObject *parent = connectivity != NULL && json_object_has_member (connectivity, direction) ? connectivity : entry;
  JsonObject *call = cs_json_get_object (parent, direction);

  return call != NULL ? cs_json_dup_text (call, "status") : cs_json_dup_text (parent, direction);
}

static gboolean
is_outage (const char *status)
{
  return status != NULL
         && (g_ascii_strcasecmp (status, "major_outage") == 0
             || g_ascii_strcasecmp (status, "partial_network_outage") == 0);
}

static void
replace (char **field,
         char  *value)
{
  if (value == NULL)
    return;
  g_free (*field);
  *field = value;
}

/* Takes what is there of an entry's three shapes (protocol/exotel.md §2). Words that aren't known are kept, but nobody
 * is alerted for them. */
static void
read_entry (CsPhoneHealth *phone,
            JsonObject    *entry)
{
  replace (&phone->number, cs_json_dup_text (entry, "phone_number"));
  replace (&phone->incoming, dup_direction_status (entry, "incoming_call"));
  replace (&phone->outgoing, dup_direction_status (entry, "outgoing_call"));
  phone->incoming_affected = phone->incoming_affected || is_outage (phone->incoming);
  phone->outgoing_affected = phone->outgoing_affected || is_outage (phone->outgoing);
}

static void
read_data (CsHealthReport *report,
           JsonObject     *data)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (data == NULL)
    return;
  json_object_iter_init_ordered (&iter, data);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *id = cs_json_clean_text (name);
      CsPhoneHealth *phone = id != NULL ? add_phone (report, id) : NULL;

      if (phone != NULL && JSON_NODE_HOLDS_OBJECT (node))
        read_entry (phone, json_node_get_object (node));
    }
}

/* An array of ids; some senders put objects there, which name themselves. */
static void
read_affected (CsHealthReport *report,
               JsonObject     *root,
               const char     *name,
               GHashTable     *ids_by_number,
               Affected        affected)
{
  JsonArray *array = cs_json_get_array (root, name);
  guint n_elements = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n_elements; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autofree char *text = NULL;
      const char *id;
      CsPhoneHealth *phone;

      text = entry == NULL ? cs_json_node_to_text (node) : cs_json_dup_text (entry, "sid");
      if (text == NULL)
        text = cs_json_dup_text (entry, "phone_number");
      if (text == NULL)
        continue;

      id = cs_health_report_get_phone (report, text) == NULL ? g_hash_table_lookup (ids_by_number, text) : NULL;
      phone = add_phone (report, id != NULL ? id : text);
      if (phone == NULL)
        continue;
      if (entry != NULL)
        read_entry (phone, entry);
      phone->incoming_affected = phone->incoming_affected || (affected & AFFECTED_INCOMING) != 0;
      phone->outgoing_affected = phone->outgoing_affected || (affected & AFFECTED_OUTGOING) != 0;
    }
}

/* Ids of phones by their numbers, in case a list names the numbers. */
static GHashTable *
get_ids_by_number (CsHealthReport *report)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < report->phones->len; i++)
    {
      CsPhoneHealth *phone = g_ptr_array_index (report->phones, i);

      if (phone->number != NULL)
        g_hash_table_insert (ids, g_strdup (phone->number), g_strdup (phone->id));
    }
  return ids;
}

/* A word that isn't known, PAYLOAD_TOO_LARGE, and what is no word at all: Exotel is there, but doesn't say how things
 * are. */
static gboolean
read_status (JsonObject     *root,
             CsHealthStatus *status)
{
  static const char *const names[] = { "status_type", "Status" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (json_object_has_member (root, names[i]))
        {
          g_autofree char *word = cs_json_dup_text (root, names[i]);

          *status = cs_health_status_from_name (word);
          if (*status == CS_HEALTH_STALE)
            *status = CS_HEALTH_UNKNOWN;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * cs_exotel_heartbeat_parse:
 * @body: the raw body of a heartbeat, its size bounded by the caller
 * @arrived_us: when it came, microseconds UTC
 *
 * Reads Exotel's report on its telephone numbers (protocol/exotel.md §2), the tutorial's simple form, too. What has the
 * wrong type is unknown; what isn't JSON or names no status can't be understood. The simple form doesn't say in which
 * direction its phones are affected, so both are taken, unless all is well.
 *
 * Returns: (transfer full): the report, or %NULL with a %CS_EXOTEL_ERROR
 */
CsHealthReport *
cs_exotel_heartbeat_parse (GBytes  *body,
                           gint64   arrived_us,
                           GError **error)
{
  g_autoptr (CsHealthReport) report = NULL;
  g_autoptr (JsonObject) root = NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GHashTable) ids_by_number = NULL;
  CsHealthStatus status;
  gboolean is_trouble;

  g_return_val_if_fail (body != NULL, NULL);

  root = cs_exotel_json_parse (body, error);
  if (root == NULL)
    return NULL;
  if (!read_status (root, &status))
    {
      g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_CONTENT, "The heartbeat has no status");
      return NULL;
    }

  report = cs_health_report_new (status);
  report->at_us = arrived_us;
  report->told_us = cs_exotel_json_get_time (root, "timestamp", utc);
  read_data (report, cs_json_get_object (root, "data"));
  ids_by_number = get_ids_by_number (report);
  read_affected (report, root, "incoming_affected", ids_by_number, AFFECTED_INCOMING);
  read_affected (report, root, "outgoing_affected", ids_by_number, AFFECTED_OUTGOING);
  is_trouble = status == CS_HEALTH_WARNING || status == CS_HEALTH_CRITICAL;
  read_affected (report, root, "ExoPhones", ids_by_number, is_trouble ? AFFECTED_INCOMING | AFFECTED_OUTGOING : 0);
  return g_steal_pointer (&report);
}

/**
 * cs_exotel_heartbeat_parse_phone:
 * @body: the answer to the question for one number's details, its size bounded by the caller
 * @report: the report to which the number is added, or in which it is brought up to date
 *
 * Reads how one number is, as it is asked for where a heartbeat was too large to be sent (protocol/exotel.md §2,
 * "Pull").
 *
 * Returns: whether it could be read, otherwise with a %CS_EXOTEL_ERROR
 */
gboolean
cs_exotel_heartbeat_parse_phone (GBytes          *body,
                                 CsHealthReport  *report,
                                 GError         **error)
{
  g_autoptr (JsonObject) root = NULL;
  g_autofree char *id = NULL;
  JsonArray *responses;
  JsonNode *first = NULL;
  JsonObject *data = NULL;
  CsPhoneHealth *phone;

  g_return_val_if_fail (body != NULL, FALSE);
  g_return_val_if_fail (report != NULL, FALSE);

  root = cs_exotel_json_parse (body, error);
  if (root == NULL)
    return FALSE;

  responses = cs_json_get_array (root, "response");
  if (responses != NULL && json_array_get_length (responses) > 0)
    first = json_array_get_element (responses, 0);
  if (first != NULL && JSON_NODE_HOLDS_OBJECT (first))
    data = cs_json_get_object (json_node_get_object (first), "data");
  id = cs_json_dup_text (data, "sid");
  phone = id != NULL ? add_phone (report, id) : NULL;
  if (phone == NULL)
    {
      g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_CONTENT, "The answer is about no telephone number");
      return FALSE;
    }

  phone->incoming_affected = phone->outgoing_affected = FALSE;
  read_entry (phone, data);
  return TRUE;
}
