/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-setting-check.h"
#include "desktop/cs-settings.h"
#include "orders/cs-order-database.h"

#include <glib/gi18n.h>

#include <string.h>

#define TOKEN_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_"
#define TOKEN_MIN_LENGTH 16
#define TOKEN_MAX_LENGTH 128
#define URL_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._~%:/[]"
#define SID_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_"
#define HOST_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-.:"
#define MAX_CALLER 20
#define USER_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._@+"
#define FINGERPRINT_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "+/"
#define FINGERPRINT_LENGTH 43
#define ZONE_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_+-/"
#define DIALLED_CHARACTERS G_CSET_DIGITS "+-/() ."
#define REFRESH_MIN_SECONDS 15

gboolean
cs_setting_is_token (GVariant *value)
{
  gsize length;
  const char *text = g_variant_get_string (value, &length);

  return length == 0 ||
         (length >= TOKEN_MIN_LENGTH && length <= TOKEN_MAX_LENGTH && strspn (text, TOKEN_CHARACTERS) == length);
}

/* Takes an address of scheme, host, port and path alone. (transfer full) (nullable) */
static GUri *
parse_url (const char *text)
{
  g_autoptr (GUri) uri = NULL;

  if (text[strspn (text, URL_CHARACTERS)] != '\0')
    return NULL;

  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;

  return g_steal_pointer (&uri);
}

gboolean
cs_setting_is_public_url (GVariant *value)
{
  return cs_settings_get_public_url_problem (g_variant_get_string (value, NULL)) == NULL;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL)
    return g_ascii_strcasecmp (host, "localhost") == 0;

  return g_inet_address_get_is_loopback (address);
}

/* The key and the token go to this address with each request: never unencrypted over a network. */
gboolean
cs_setting_is_base_url (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);
  g_autoptr (GUri) uri = parse_url (text);

  if (uri == NULL)
    return *text == '\0';

  return g_str_equal (g_uri_get_scheme (uri), "https") ||
         (g_str_equal (g_uri_get_scheme (uri), "http") && is_loopback (g_uri_get_host (uri)));
}

gboolean
cs_setting_is_api_url (GVariant *value)
{
  return *g_variant_get_string (value, NULL) != '\0' && cs_setting_is_base_url (value);
}

gboolean
cs_setting_is_host (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return *text != '\0' && *text != '-' && text[strspn (text, HOST_CHARACTERS)] == '\0';
}

gboolean
cs_setting_is_user (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return *text != '\0' && *text != '-' && text[strspn (text, USER_CHARACTERS)] == '\0';
}

/* An extension of sipgate's, or a number; source of the letters: protocol/sipgate.md §2. */
gboolean
cs_setting_is_caller (GVariant *value)
{
  gsize length;
  const char *text = g_variant_get_string (value, &length);
  gboolean has_prefix = *text == '+' || (g_ascii_isalpha (*text) && g_ascii_islower (*text));

  if (length == 0)
    return TRUE;
  return length <= MAX_CALLER && text[has_prefix] != '\0' && text[has_prefix + strspn (text + has_prefix, G_CSET_DIGITS)] == '\0';
}

/* As "ssh-keygen -l" prints it. */
gboolean
cs_setting_is_fingerprint (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);
  const char *hash = g_str_has_prefix (text, "SHA256:") ? text + strlen ("SHA256:") : NULL;

  return *text == '\0' || (hash != NULL && strlen (hash) == FINGERPRINT_LENGTH &&
                           hash[strspn (hash, FINGERPRINT_CHARACTERS)] == '\0');
}

/* The SID becomes a part of the addresses that are asked. */
gboolean
cs_setting_is_account_sid (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return text[strspn (text, SID_CHARACTERS)] == '\0';
}

gboolean
cs_setting_is_timezone (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);
  g_autoptr (GTimeZone) zone = NULL;

  if (*text == '\0')
    return TRUE;

  zone = g_time_zone_new_identifier (text);
  return zone != NULL;
}

/* GTimeZone takes offsets, rules and paths, too; an account's zone has a name. */
gboolean
cs_setting_is_zone_name (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return g_ascii_isalpha (*text) && text[strspn (text, ZONE_CHARACTERS)] == '\0' && cs_setting_is_timezone (value);
}

gboolean
cs_setting_is_refresh_interval (GVariant *value)
{
  gint32 seconds = g_variant_get_int32 (value);

  return seconds == 0 || seconds >= REFRESH_MIN_SECONDS;
}

/* A telephone number as people write it; "" is none. */
gboolean
cs_setting_is_dialable (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return text[strspn (text, DIALLED_CHARACTERS)] == '\0';
}

/* Reads a time of day as HH:MM. Returns the minute of the day, or -1 where the text isn't one. */
int
cs_setting_parse_minute (const char *text)
{
  int hour, minute;

  if (strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0]) || !g_ascii_isdigit (text[1])
      || !g_ascii_isdigit (text[3]) || !g_ascii_isdigit (text[4]))
    return -1;
  hour = (text[0] - '0') * 10 + text[1] - '0';
  minute = (text[3] - '0') * 10 + text[4] - '0';
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

gboolean
cs_setting_is_minute (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return *text == '\0' || cs_setting_parse_minute (text) >= 0;
}

gboolean
cs_setting_is_order_query (GVariant *value)
{
  return cs_order_database_get_query_problem (g_variant_get_string (value, NULL)) == NULL;
}

/* What is wrong with an address under which sipgate shall reach this computer, as a sentence; NULL where it can be used or
 * is empty. It goes into XML answers and into sipgate's console. (transfer none) (nullable)
 */
const char *
cs_settings_get_public_url_problem (const char *url)
{
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  g_return_val_if_fail (url != NULL, NULL);

  if (*url == '\0')
    return NULL;
  scheme = g_uri_peek_scheme (url);
  if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0)
    return _("The address must start with https://");
  if (url[strspn (url, URL_CHARACTERS)] != '\0')
    return _("The address may only have letters, digits and - . _ ~ : / in it");

  uri = parse_url (url);
  return uri != NULL ? NULL : _("The address needs a host name, as in https://name.example");
}
