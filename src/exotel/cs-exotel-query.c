/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-error.h"
#include "exotel/cs-exotel-query.h"
#include "http/cs-http-address.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define MAX_SID 128

static char *
format_naive (GTimeZone *zone,
              gint64     time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
}

static void
append_parameter (GString    *url,
                  const char *name,
                  const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (url, "%c%s=%s", strchr (url->str, '?') != NULL ? '&' : '?', name, escaped);
}

static GString *
begin_url (const char *base_url,
           const char *version,
           const char *account_sid,
           const char *resource)
{
  g_autofree char *sid = g_uri_escape_string (account_sid, NULL, FALSE);
  GString *url = g_string_new (base_url);

  g_string_append_printf (url, "/%s/Accounts/%s/%s", version, sid, resource);
  return url;
}

static gint64
floor_to_second (gint64 time_us)
{
  return time_us - time_us % G_USEC_PER_SEC;
}

static gboolean
is_cursor (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > CS_EXOTEL_MAX_CURSOR)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isgraph (text[i]))
        return FALSE;
    }
  return TRUE;
}

/**
 * cs_exotel_query_check_base:
 * @base_url: an address from the settings
 *
 * Checks that credentials may be sent there: https, or http to this very computer; no user name, query or fragment.
 *
 * Returns: (transfer full) (nullable): the address without a closing slash, or %CS_EXOTEL_CLIENT_ERROR_SETTINGS, whose message
 *   quotes nothing of the address: there may be a password in it
 */
char *
cs_exotel_query_check_base (const char  *base_url,
                            GError     **error)
{
  const char *reason;
  char *text = cs_http_address_check (base_url, &reason);

  if (text == NULL)
    g_set_error (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_SETTINGS,
                 _("The address set for Exotel can't be used. %s Leave it empty to let CallStats find the right "
                   "one."),
                 reason);
  return text;
}

/* Checks that the account SID can be a part of a path. Sets %CS_EXOTEL_CLIENT_ERROR_SETTINGS. */
gboolean
cs_exotel_query_check_sid (const char  *account_sid,
                           GError     **error)
{
  gsize length = account_sid != NULL ? strlen (account_sid) : 0;
  gboolean is_good = length > 0 && length <= MAX_SID;

  for (gsize i = 0; is_good && i < length; i++)
    is_good = g_ascii_isalnum (account_sid[i]) || account_sid[i] == '_' || account_sid[i] == '-';
  if (is_good)
    return TRUE;

  g_set_error_literal (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_SETTINGS,
                       _("The account SID can't be used. Copy it from “API Settings” in Exotel's dashboard: it "
                         "has only letters, digits, “_” and “-”."));
  return FALSE;
}

/**
 * cs_exotel_query_build_calls:
 * @base_url: an address that passed cs_exotel_query_check_base()
 * @account_sid: one that passed cs_exotel_query_check_sid()
 * @zone: the account's; the filter is naive time in it
 * @window: the span that DateCreated must lie in
 * @page_size: 1 … 100
 * @with_details: whether to ask for Details
 * @after: (nullable): a cursor from a page, not escaped
 *
 * Builds the address of a page of Bulk Call Details, oldest first; protocol/exotel.md §1.
 *
 * Returns: (transfer full): the address
 */
char *
cs_exotel_query_build_calls (const char           *base_url,
                             const char           *account_sid,
                             GTimeZone            *zone,
                             const CsExotelWindow *window,
                             guint                 page_size,
                             gboolean              with_details,
                             const char           *after)
{
  GString *url = begin_url (base_url, "v1", account_sid, "Calls.json");
  g_autofree char *from = format_naive (zone, window->from_us);
  g_autofree char *to = format_naive (zone, window->to_us);
  g_autofree char *span = g_strdup_printf ("gte:%s;lte:%s", from, to);
  g_autofree char *size = g_strdup_printf ("%u", page_size);

  append_parameter (url, "DateCreated", span);
  append_parameter (url, "PageSize", size);
  append_parameter (url, "SortBy", "DateCreated:asc");
  if (with_details)
    append_parameter (url, "details", "true");
  if (after != NULL)
    append_parameter (url, "After", after);
  return g_string_free (url, FALSE);
}

/* Builds the address of a page of the account's ExoPhones, counted from 0; protocol/exotel.md §4. (transfer full) */
char *
cs_exotel_query_build_phones (const char *base_url,
                              const char *account_sid,
                              guint       page)
{
  GString *url = begin_url (base_url, "v2_beta", account_sid, "IncomingPhoneNumbers");
  g_autofree char *number = g_strdup_printf ("%u", page);

  append_parameter (url, "Page", number);
  return g_string_free (url, FALSE);
}

/* Sets the first window of a span from @from_us to @last_us, which is not before it; microseconds UTC. */
void
cs_exotel_window_init (CsExotelWindow *window,
                       gint64          from_us,
                       gint64          last_us)
{
  window->from_us = floor_to_second (from_us);
  window->to_us = floor_to_second (MIN (last_us, window->from_us + CS_EXOTEL_WINDOW_US - G_USEC_PER_SEC));
}

/* Goes on to the next window. Returns FALSE and changes nothing where the span has ended. */
gboolean
cs_exotel_window_advance (CsExotelWindow *window,
                          gint64          last_us)
{
  if (window->to_us + G_USEC_PER_SEC > last_us)
    return FALSE;
  cs_exotel_window_init (window, window->to_us + G_USEC_PER_SEC, last_us);
  return TRUE;
}

gboolean
cs_exotel_window_contains (const CsExotelWindow *window,
                           gint64                time_us)
{
  return time_us >= window->from_us && time_us < window->to_us + G_USEC_PER_SEC;
}

/* Returns one line that can be kept and read again. (transfer full) */
char *
cs_exotel_position_to_string (const CsExotelPosition *position)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %s", position->window.from_us,
                          position->window.to_us, position->n_before, position->after != NULL ? position->after : "");
}

/**
 * cs_exotel_position_from_string:
 * @text: a line of cs_exotel_position_to_string()
 * @position: (out): the position, whose cursor the caller frees; untouched where the line is none
 *
 * Returns: whether the line is a position
 */
gboolean
cs_exotel_position_from_string (const char       *text,
                                CsExotelPosition *position)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", 4);
  gint64 from_us, to_us;
  guint64 n_before;

  if (g_strv_length (parts) != 4
      || !g_ascii_string_to_signed (parts[0], 10, 0, G_MAXINT64 / 2, &from_us, NULL)
      || !g_ascii_string_to_signed (parts[1], 10, from_us, G_MAXINT64 / 2, &to_us, NULL)
      || !g_ascii_string_to_unsigned (parts[2], 10, 0, G_MAXUINT / 2, &n_before, NULL)
      || from_us % G_USEC_PER_SEC != 0 || to_us % G_USEC_PER_SEC != 0 || to_us - from_us >= CS_EXOTEL_WINDOW_US
      || (*parts[3] != '\0' && !is_cursor (parts[3])))
    return FALSE;

  position->window.from_us = from_us;
  position->window.to_us = to_us;
  position->n_before = (guint) n_before;
  position->after = *parts[3] != '\0' ? g_strdup (parts[3]) : NULL;
  return TRUE;
}
