/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-keys.h"
#include "tunnel/cs-tunnel-login.h"

#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>

#define MAX_REASON 200

void
cs_tunnel_host_key_clear (CsTunnelHostKey *key)
{
  g_clear_pointer (&key->fingerprint, g_free);
  g_clear_pointer (&key->type, g_free);
}

/* What libssh says of the last error. A part of it may be the server's own words: they are one line, and not long.
 * (transfer full) */
char *
cs_tunnel_login_explain (ssh_session session)
{
  g_autofree char *text = g_utf8_make_valid (ssh_get_error (session), -1);
  g_autofree char *reason = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_REASON));
  GString *line = g_string_new (NULL);

  for (const char *at = reason; *at != '\0'; at = g_utf8_next_char (at))
    g_string_append_unichar (line, g_unichar_isprint (g_utf8_get_char (at)) ? g_utf8_get_char (at) : ' ');
  return g_string_free (line, FALSE);
}

static ssh_session
make_session (const CsTunnelConfig *config,
              const CsTunnelLimits *limits,
              int                   fd)
{
  g_autofree char *hosts_file = cs_tunnel_keys_get_hosts_file (config);
  ssh_session session = ssh_new ();
  unsigned int port = config->port;
  long timeout_seconds = MAX (limits->setup_ms / 1000, 1);

  /* Nothing of the user's own SSH applies here. */
  ssh_options_set (session, SSH_OPTIONS_PROCESS_CONFIG, &(bool) { false });
  ssh_options_set (session, SSH_OPTIONS_HOST, config->host);
  ssh_options_set (session, SSH_OPTIONS_PORT, &port);
  ssh_options_set (session, SSH_OPTIONS_USER, config->user);
  ssh_options_set (session, SSH_OPTIONS_KNOWNHOSTS, hosts_file);
  ssh_options_set (session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  ssh_options_set (session, SSH_OPTIONS_TIMEOUT, &timeout_seconds);
  ssh_options_set (session, SSH_OPTIONS_FD, &fd);
  return session;
}

static gboolean
read_host_key (ssh_session       session,
               CsTunnelHostKey  *host_key)
{
  ssh_key key = NULL;
  unsigned char *hash = NULL;
  size_t length = 0;
  char *fingerprint = NULL;

  if (ssh_get_server_publickey (session, &key) != SSH_OK)
    return FALSE;
  if (ssh_get_publickey_hash (key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0)
    fingerprint = ssh_get_fingerprint_hash (SSH_PUBLICKEY_HASH_SHA256, hash, length);
  if (fingerprint != NULL)
    {
      const char *type = ssh_key_type_to_char (ssh_key_type (key));

      host_key->fingerprint = g_strdup (fingerprint);
      host_key->type = g_ascii_strup (g_str_has_prefix (type, "ssh-") ? type + strlen ("ssh-") : type, -1);
    }
  ssh_string_free_char (fingerprint);
  ssh_clean_pubkey_hash (&hash);
  ssh_key_free (key);
  return host_key->fingerprint != NULL;
}

static gboolean
remember_host (const CsTunnelConfig  *config,
               ssh_session            session,
               GError               **error)
{
  g_autofree char *reason = NULL;

  if (ssh_session_update_known_hosts (session) == SSH_OK)
    return TRUE;
  reason = cs_tunnel_login_explain (session);
  g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
               _("The key of the tunnel server can’t be stored: %s. No tunnel is opened. Make room in %s."), reason,
               config->data_dir);
  return FALSE;
}

static gboolean
refuse_changed (const CsTunnelConfig  *config,
                GError               **error)
{
  g_autofree char *server = cs_tunnel_config_dup_server (config);

  g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_CHANGED,
               *config->host_key != '\0'
                 ? _("The tunnel server %s shows another key than the setting tunnel-host-key names. Somebody may have put "
                     "themselves in between, so no tunnel is opened. Ask who runs the server which key it has.")
                 : _("The tunnel server %s shows another key than before. Somebody may have put themselves in between, so no "
                     "tunnel is opened. Ask who runs the server whether its key was changed before you accept the new one."),
               server);
  return FALSE;
}

static gboolean
check_host (const CsTunnelConfig  *config,
            ssh_session            session,
            const char            *trusted,
            CsTunnelHostKey       *host_key,
            GError               **error)
{
  g_autofree char *server = cs_tunnel_config_dup_server (config);

  if (!read_host_key (session, host_key))
    {
      g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                   _("The tunnel server %s has no key that could be checked, so no tunnel is opened."), server);
      return FALSE;
    }
  if (*config->host_key != '\0')
    return strcmp (config->host_key, host_key->fingerprint) == 0 || refuse_changed (config, error);

  switch (ssh_session_is_known_server (session))
    {
    case SSH_KNOWN_HOSTS_OK:
      return TRUE;
    /* A server that hides the key that is known of it is as suspicious as one that lost it. */
    case SSH_KNOWN_HOSTS_CHANGED:
    case SSH_KNOWN_HOSTS_OTHER:
      return refuse_changed (config, error);
    case SSH_KNOWN_HOSTS_UNKNOWN:
    case SSH_KNOWN_HOSTS_NOT_FOUND:
      if (g_strcmp0 (trusted, host_key->fingerprint) == 0)
        return remember_host (config, session, error);
      g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_STRANGER,
                   _("The tunnel server %s is used for the first time. Compare its fingerprint with the one that its owner "
                     "publishes, and trust it, to open the tunnel."), server);
      return FALSE;
    case SSH_KNOWN_HOSTS_ERROR:
      break;
    }
  g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
               _("The known keys of tunnel servers in %s can’t be read, so no tunnel is opened."), config->data_dir);
  return FALSE;
}

static gboolean
offer_key (ssh_session session,
           ssh_key     key)
{
  int answer = key != NULL ? ssh_userauth_publickey (session, NULL, key) : SSH_AUTH_DENIED;

  ssh_key_free (key);
  return answer == SSH_AUTH_SUCCESS;
}

/* Services take anybody; a server of the user's own knows a key. */
static gboolean
log_in (const CsTunnelConfig  *config,
        ssh_session            session,
        GError               **error)
{
  g_autofree char *server = cs_tunnel_config_dup_server (config);
  g_autofree char *own_file = cs_tunnel_keys_get_own_file (config);
  g_autoptr (GError) local_error = NULL;
  gboolean is_last = FALSE;

  if (ssh_userauth_none (session, NULL) == SSH_AUTH_SUCCESS)
    return TRUE;
  if (ssh_is_connected (session) && (ssh_userauth_list (session, NULL) & SSH_AUTH_METHOD_PUBLICKEY) != 0)
    {
      if (offer_key (session, cs_tunnel_keys_load_own (config, &local_error)))
        return TRUE;
      for (guint i = 0; !is_last && ssh_is_connected (session); i++)
        {
          if (offer_key (session, cs_tunnel_keys_load_users (i, &is_last)))
            return TRUE;
        }
    }
  if (local_error != NULL)
    g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED, _("There is no key to log in to %s with: %s"), server,
                 local_error->message);
  else
    g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                 _("The tunnel server %s doesn’t let “%s” in, so calls can’t be received. Check the user name, or let the "
                   "server’s owner add the key in %s.pub."), server, config->user, own_file);
  return FALSE;
}

/* Speaks SSH with a server until we are let in; may take its time. Takes fd, a connection to it. trusted is the fingerprint
 * that the user has confirmed. host_key is filled as soon as the key is known.
 *
 * Fails with CS_TUNNEL_ERROR. (transfer full) */
ssh_session
cs_tunnel_login (const CsTunnelConfig  *config,
                 const CsTunnelLimits  *limits,
                 int                    fd,
                 const char            *trusted,
                 CsTunnelHostKey       *host_key,
                 GError               **error)
{
  g_autofree char *server = cs_tunnel_config_dup_server (config);
  ssh_session session = make_session (config, limits, fd);

  if (ssh_connect (session) != SSH_OK)
    {
      g_autofree char *reason = cs_tunnel_login_explain (session);

      g_set_error (error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_FAILED,
                   _("%s doesn’t answer as a tunnel server does (%s), so calls can’t be received. Check its name and port."),
                   server, reason);
    }
  else if (check_host (config, session, trusted, host_key, error) && log_in (config, session, error))
    {
      return session;
    }
  ssh_free (session);
  return NULL;
}
