/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-page.h"

#include "exotel/cs-exotel-error-body.h"
#include "exotel/cs-exotel-error.h"
#include "exotel/cs-exotel-json.h"
#include "exotel/cs-exotel-record.h"

#include <string.h>

#define LONGEST_CURSOR 1024

/* Decodes one piece of a query. A plus sign stays one, as a cursor is base64 and Exotel doesn't encode it. */
static char *
decode (const char *encoded,
        gsize       length)
{
  return g_uri_unescape_segment (encoded, encoded + length, NULL);
}

static gboolean
is_cursor (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > LONGEST_CURSOR)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isgraph (text[i]))
        return FALSE;
    }
  return TRUE;
}

/* Returns the value of After in the query of an address, of which nothing else is looked at: whoever wrote it may name
 * any host there. (transfer full) (nullable) */
static char *
dup_cursor (const char *uri)
{
  const char *end = uri + strcspn (uri, "#");
  const char *rest = memchr (uri, '?', (gsize) (end - uri));

  while (rest != NULL && rest < end)
    {
      const char *start = rest + 1;
      gsize length = MIN (strcspn (start, "&"), (gsize) (end - start));
      const char *equals = memchr (start, '=', length);
      g_autofree char *name = equals != NULL ? decode (start, (gsize) (equals - start)) : NULL;

      if (g_strcmp0 (name, "After") == 0)
        {
          g_autofree char *cursor = decode (equals + 1, length - (gsize) (equals + 1 - start));

          return is_cursor (cursor) ? g_steal_pointer (&cursor) : NULL;
        }
      rest = start + length;
    }
  return NULL;
}

static void
read_metadata (CsExotelPage *page,
               JsonObject   *metadata)
{
  g_autofree char *total = cs_json_dup_text (metadata, "Total");
  JsonNode *next = metadata != NULL ? json_object_get_member (metadata, "NextPageUri") : NULL;
  guint64 number;

  if (total != NULL && g_ascii_string_to_unsigned (total, 10, 0, G_MAXINT64, &number, NULL))
    page->total = (gint64) number;

  /* Not read as the other texts are, which are cut to a length. */
  if (next != NULL && JSON_NODE_HOLDS_VALUE (next) && json_node_get_value_type (next) == G_TYPE_STRING)
    {
      const char *uri = json_node_get_string (next);

      page->after = dup_cursor (uri);
      page->is_cut = page->after == NULL && *uri != '\0' && g_ascii_strcasecmp (uri, "null") != 0;
    }
}

static void
read_record (CsExotelPage *page,
             JsonNode     *node,
             GTimeZone    *zone,
             gint64        from_us,
             gint64        to_us)
{
  g_autoptr (CsCall) call = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *record = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  gint64 created_us;

  if (record != NULL)
    call = cs_exotel_record_parse (record, zone, &error);
  if (call == NULL)
    {
      page->n_unreadable++;
      if (page->fault == NULL)
        page->fault = g_strdup (error != NULL ? error->message : "The record is no object");
      return;
    }

  created_us = cs_exotel_record_get_created (record, zone);
  if (created_us < from_us || created_us > to_us)
    {
      page->n_outside++;
      return;
    }
  page->first_us = page->first_us == CS_UNKNOWN ? created_us : MIN (page->first_us, created_us);
  page->last_us = MAX (page->last_us, created_us);
  g_ptr_array_add (page->calls, g_steal_pointer (&call));
}

static void
set_no_page (GBytes  *body,
             GError **error)
{
  g_autofree char *message = cs_exotel_error_body_get_message (body, NULL);

  if (message != NULL)
    g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_REFUSED, message);
  else
    g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_CONTENT, "The answer has no list of calls");
}

/**
 * cs_exotel_page_parse:
 * @body: the answer to a request for bulk call details, its size bounded by the caller
 * @zone: the account's
 * @from_us: the window asked for, microseconds UTC, both ends within; %G_MININT64 for no bound
 * @to_us: likewise; %G_MAXINT64 for no bound
 *
 * Reads a page (protocol/exotel.md §1). A record that can't be read is counted and doesn't spoil the others. Of
 * NextPageUri only the cursor is taken, so that no address in it can ever be asked for anything.
 *
 * Returns: (transfer full): the page, or %NULL with a %CS_EXOTEL_ERROR
 */
CsExotelPage *
cs_exotel_page_parse (GBytes     *body,
                      GTimeZone  *zone,
                      gint64      from_us,
                      gint64      to_us,
                      GError    **error)
{
  g_autoptr (CsExotelPage) page = NULL;
  g_autoptr (JsonObject) root = NULL;
  JsonArray *records;

  g_return_val_if_fail (body != NULL, NULL);
  g_return_val_if_fail (zone != NULL, NULL);

  root = cs_exotel_json_parse (body, error);
  if (root == NULL)
    return NULL;

  records = cs_json_get_array (root, "Calls");
  /* An account without calls may have null there, but never without Metadata. */
  if (records == NULL
      && (cs_json_get_object (root, "Metadata") == NULL || !json_object_has_member (root, "Calls")
          || !json_object_get_null_member (root, "Calls")))
    {
      set_no_page (body, error);
      return NULL;
    }

  page = g_new0 (CsExotelPage, 1);
  page->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
  page->total = -1;
  page->first_us = page->last_us = CS_UNKNOWN;
  page->n_records = records != NULL ? json_array_get_length (records) : 0;
  read_metadata (page, cs_json_get_object (root, "Metadata"));
  for (guint i = 0; i < page->n_records; i++)
    read_record (page, json_array_get_element (records, i), zone, from_us, to_us);
  return g_steal_pointer (&page);
}

void
cs_exotel_page_free (CsExotelPage *page)
{
  g_ptr_array_unref (page->calls);
  g_free (page->fault);
  g_free (page->after);
  g_free (page);
}
