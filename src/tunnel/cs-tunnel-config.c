/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-config.h"

#include <gio/gio.h>
#include <string.h>

const CsTunnelLimits cs_tunnel_usual_limits = {
  .setup_ms = 30 * 1000,
  .announce_ms = 5 * 1000,
  .change_ms = 2 * 1000,
  .keepalive_ms = 30 * 1000,
  .reply_ms = 15 * 1000,
  .probe_ms = 4 * 1000,
  .linger_ms = 10 * 1000,
  .pace = 1,
};

CsTunnelConfig *
cs_tunnel_config_copy (const CsTunnelConfig *config)
{
  CsTunnelConfig *copy = g_memdup2 (config, sizeof *config);

  copy->host = g_strdup (config->host);
  copy->user = g_strdup (config->user);
  copy->host_key = g_strdup (config->host_key);
  copy->public_url = g_strdup (config->public_url);
  copy->data_dir = g_strdup (config->data_dir);
  return copy;
}

void
cs_tunnel_config_free (CsTunnelConfig *config)
{
  g_free (config->host);
  g_free (config->user);
  g_free (config->host_key);
  g_free (config->public_url);
  g_free (config->data_dir);
  g_free (config);
}

gboolean
cs_tunnel_config_equal (const CsTunnelConfig *a,
                        const CsTunnelConfig *b)
{
  return strcmp (a->host, b->host) == 0 && a->port == b->port && strcmp (a->user, b->user) == 0 &&
         strcmp (a->host_key, b->host_key) == 0 && a->remote_port == b->remote_port && a->local_port == b->local_port &&
         strcmp (a->public_url, b->public_url) == 0 && strcmp (a->data_dir, b->data_dir) == 0;
}

static char *
join (const char *host,
      guint16     port)
{
  return strchr (host, ':') != NULL ? g_strdup_printf ("[%s]:%u", host, port) : g_strdup_printf ("%s:%u", host, port);
}

/* The server as it is called in sentences: its name, with its port where that isn't SSH's own. (transfer full) */
char *
cs_tunnel_config_dup_server (const CsTunnelConfig *config)
{
  return config->port == 22 ? g_strdup (config->host) : join (config->host, config->port);
}

/* The address of a server that leads what comes to open_port here, whoever asks (sshd's GatewayPorts). (transfer full) */
char *
cs_tunnel_config_dup_url (const CsTunnelConfig *config,
                          guint16               open_port)
{
  g_autofree char *place = join (config->host, open_port);

  if (open_port == 80)
    *strrchr (place, ':') = '\0';
  return g_strconcat ("http://", place, NULL);
}

/* Whether the server is this computer itself, where no address leads anywhere else. */
gboolean
cs_tunnel_config_is_local (const CsTunnelConfig *config)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (config->host);

  return address != NULL ? g_inet_address_get_is_loopback (address) : g_ascii_strcasecmp (config->host, "localhost") == 0;
}
