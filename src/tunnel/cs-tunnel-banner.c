/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-banner.h"

#include "json/cs-json.h"

#include <string.h>

/* Announcements are a tenth of it; what is longer isn't one. */
#define MAX_LINE 4096
#define MAX_HOST 253
#define MAX_LABEL 63
#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define ESCAPE '\033'

#define LOCALHOST_RUN " tunneled with tls termination, "
#define SERVEO "Forwarding HTTP traffic from "

struct _CsTunnelBanner
{
  gboolean takes_local;  /* plain http on this computer is an address, too */
  GString *line;         /* (owned) what has come of it */
  gboolean is_too_long;  /* the rest of the line is passed over */
  char *url;             /* (owned) (nullable) */
};

static gboolean
is_label (const char *label)
{
  gsize length = strlen (label);

  return length > 0 && length <= MAX_LABEL && strspn (label, HOST_CHARACTERS) == length && label[0] != '-' &&
         label[length - 1] != '-';
}

/* A name of the Internet in lower case: at least two labels, the last of which is no number. */
static gboolean
is_host (const char *host)
{
  g_auto (GStrv) labels = NULL;
  guint n_labels;

  if (strlen (host) > MAX_HOST)
    return FALSE;
  labels = g_strsplit (host, ".", -1);
  n_labels = g_strv_length (labels);
  for (guint i = 0; i < n_labels; i++)
    {
      if (!is_label (labels[i]))
        return FALSE;
    }
  return n_labels >= 2 && g_ascii_isalpha (labels[n_labels - 1][0]);
}

/* "127.0.0.1:8080" or "localhost:8080" */
static gboolean
is_local_place (const char *place)
{
  const char *port = strchr (place, ':');
  g_autofree char *host = port != NULL ? g_strndup (place, port - place) : g_strdup (place);

  return (strcmp (host, "127.0.0.1") == 0 || strcmp (host, "localhost") == 0) &&
         (port == NULL || g_ascii_string_to_unsigned (port + 1, 10, 1, G_MAXUINT16, NULL, NULL));
}

/* Whatever is not exactly the address of a host is none. (transfer full) (nullable) */
static char *
read_url (CsTunnelBanner *self,
          const char     *text)
{
  g_autofree char *url = g_ascii_strdown (text, -1);

  if (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  if (g_str_has_prefix (url, "https://") && is_host (url + strlen ("https://")))
    return g_steal_pointer (&url);
  if (self->takes_local && g_str_has_prefix (url, "http://") && is_local_place (url + strlen ("http://")))
    return g_steal_pointer (&url);
  return NULL;
}

/* "name.lhr.life tunneled with tls termination, https://name.lhr.life": both names are the same. */
static char *
read_localhost_run (CsTunnelBanner *self,
                    const char     *line)
{
  const char *middle = strstr (line, LOCALHOST_RUN);
  g_autofree char *url = middle != NULL ? read_url (self, middle + strlen (LOCALHOST_RUN)) : NULL;
  g_autofree char *name = middle != NULL ? g_ascii_strdown (line, middle - line) : NULL;

  if (url == NULL || strcmp (strstr (url, "://") + strlen ("://"), name) != 0)
    return NULL;
  return g_steal_pointer (&url);
}

/* "Forwarding HTTP traffic from https://name.serveo.net" */
static char *
read_serveo (CsTunnelBanner *self,
             const char     *line)
{
  return g_str_has_prefix (line, SERVEO) ? read_url (self, line + strlen (SERVEO)) : NULL;
}

/* {"event":"tcpip-forward","address":"name.lhr.life","status":"success","tls_termination":true,…} */
static char *
read_event (CsTunnelBanner *self,
            const char     *line)
{
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  g_autoptr (JsonObject) object = cs_json_parse (bytes, NULL);
  g_autofree char *event = object != NULL ? cs_json_dup_text (object, "event") : NULL;
  g_autofree char *status = object != NULL ? cs_json_dup_text (object, "status") : NULL;
  g_autofree char *address = object != NULL ? cs_json_dup_text (object, "address") : NULL;
  g_autofree char *url = NULL;

  if (g_strcmp0 (event, "tcpip-forward") != 0 || g_strcmp0 (status, "success") != 0 || address == NULL)
    return NULL;
  /* Without it the certificate would be ours to show. */
  if (!json_object_get_boolean_member_with_default (object, "tls_termination", TRUE))
    return NULL;
  url = g_strconcat ("https://", address, NULL);
  return g_str_has_suffix (url, "/") ? NULL : read_url (self, url);
}

/* Takes colours out. What is left must be plain text; NULL where it isn't. (transfer full) (nullable) */
static char *
clean (const char *line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = line; *at != '\0'; at++)
    {
      if (*at >= ' ' && *at <= '~')
        {
          g_string_append_c (text, *at);
          continue;
        }
      if (*at != ESCAPE || at[1] != '[')
        return NULL;
      at += 2;
      at += strspn (at, "0123456789;");
      if (*at != 'm')
        return NULL;
    }
  return g_strdup (g_strstrip (text->str));
}

static gboolean
take_line (CsTunnelBanner *self)
{
  g_autofree char *line = strlen (self->line->str) == self->line->len ? clean (self->line->str) : NULL;
  g_autofree char *url = NULL;

  if (line == NULL)
    return FALSE;
  if (*line == '{')
    url = read_event (self, line);
  else if ((url = read_localhost_run (self, line)) == NULL)
    url = read_serveo (self, line);
  if (url == NULL || g_strcmp0 (url, self->url) == 0)
    return FALSE;
  g_free (self->url);
  self->url = g_steal_pointer (&url);
  return TRUE;
}

/* Makes a reader. takes_local: the service runs on this computer itself, so that addresses on it are taken as well. */
CsTunnelBanner *
cs_tunnel_banner_new (gboolean takes_local)
{
  CsTunnelBanner *self = g_new0 (CsTunnelBanner, 1);

  self->takes_local = takes_local;
  self->line = g_string_new (NULL);
  return self;
}

void
cs_tunnel_banner_free (CsTunnelBanner *self)
{
  g_string_free (self->line, TRUE);
  g_free (self->url);
  g_free (self);
}

/* Takes what was printed next, in pieces of any size. Returns whether another address than before was announced; of several that
 * came at once the last one counts. */
gboolean
cs_tunnel_banner_feed (CsTunnelBanner *self,
                       const void     *data,
                       gsize           length)
{
  const char *at = data, *end = at + length;
  gboolean is_changed = FALSE;

  while (at < end)
    {
      const char *stop = at;

      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      if (self->line->len + (stop - at) > MAX_LINE)
        self->is_too_long = TRUE;
      if (!self->is_too_long)
        g_string_append_len (self->line, at, stop - at);
      if (stop == end)
        break;
      is_changed |= !self->is_too_long && take_line (self);
      g_string_truncate (self->line, 0);
      self->is_too_long = FALSE;
      at = stop + 1;
    }
  return is_changed;
}

/* The address that was announced last, without a slash at its end. (transfer none) (nullable) */
const char *
cs_tunnel_banner_get_url (CsTunnelBanner *self)
{
  return self->url;
}
