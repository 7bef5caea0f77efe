/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-json.h"

#include "calls/cs-leg.h"
#include "exotel/cs-exotel-error.h"
#include "json/cs-json-error.h"
#include "json/cs-json.h"

#include <math.h>
#include <string.h>

/* Exotel writes 1970-01-01 05:30:00 for a time it doesn't know, and no account is older than this. */
#define EARLIEST_US (G_GINT64_CONSTANT (946684800) * G_USEC_PER_SEC) /* 2000-01-01T00:00:00Z */

/* No call takes longer than a month. */
#define LONGEST_SECONDS (31 * 24 * 3600)

static JsonNode *
get_member (JsonObject *object,
            const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

/* Says of JSON that isn't what it should be what the sender is told. */
static CsExotelError
get_fault (const GError *error)
{
  switch ((CsJsonError) error->code)
    {
    case CS_JSON_ERROR_NOT_JSON:
      return CS_EXOTEL_ERROR_NOT_JSON;
    case CS_JSON_ERROR_MALFORMED:
      return CS_EXOTEL_ERROR_JSON;
    case CS_JSON_ERROR_NO_OBJECT:
      return CS_EXOTEL_ERROR_CONTENT;
    }
  return CS_EXOTEL_ERROR_JSON;
}

/**
 * cs_exotel_json_parse:
 * @body: an answer or a push, its size bounded by the caller
 *
 * Parses JSON whose root is an object, as cs_json_parse() does.
 *
 * Returns: (transfer full): the object, or %NULL with %CS_EXOTEL_ERROR_NOT_JSON, %CS_EXOTEL_ERROR_JSON or, where the
 *   root is something else, %CS_EXOTEL_ERROR_CONTENT
 */
JsonObject *
cs_exotel_json_parse (GBytes  *body,
                      GError **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *object = cs_json_parse (body, &local);

  if (object == NULL)
    g_set_error_literal (error, CS_EXOTEL_ERROR, get_fault (local), local->message);
  return object;
}

/* Returns a number of seconds, written as a number or as text, in microseconds; or CS_UNKNOWN. */
gint64
cs_exotel_json_get_duration (JsonObject *object,
                             const char *name)
{
  JsonNode *node = get_member (object, name);
  g_autofree char *text = NULL;
  double seconds = -1;
  char *end;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE)
    seconds = json_node_get_double (node);
  else if (node != NULL)
    {
      text = cs_json_node_to_text (node);
      if (text == NULL || !g_ascii_isdigit (*text) || strspn (text, "0123456789.") != strlen (text))
        return CS_UNKNOWN;
      seconds = g_ascii_strtod (text, &end);
      if (*end != '\0')
        return CS_UNKNOWN;
    }

  /* Not a number is neither. */
  if (!(seconds >= 0 && seconds <= LONGEST_SECONDS))
    return CS_UNKNOWN;
  return (gint64) floor (seconds * G_USEC_PER_SEC + 0.5);
}

/* Returns a time in microseconds UTC, or CS_UNKNOWN where there is none. "2019-12-03 10:48:33" is the zone's; a time
 * that names its zone itself, as heartbeats do, is taken at its word. */
gint64
cs_exotel_json_get_time (JsonObject *object,
                         const char *name,
                         GTimeZone  *zone)
{
  g_autofree char *text = cs_json_dup_text (object, name);
  g_autoptr (GDateTime) time = NULL;
  gint64 time_us;

  if (text == NULL)
    return CS_UNKNOWN;
  time = g_date_time_new_from_iso8601 (text, zone);
  if (time == NULL)
    return CS_UNKNOWN;
  time_us = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
  return time_us >= EARLIEST_US ? time_us : CS_UNKNOWN;
}
