/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-keys.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define COMMENT "callstats"

/* Where OpenSSH keeps the keys that it offers by itself. */
static const char *const users_files[] = { "id_ed25519", "id_ecdsa", "id_rsa" };

/* A passphrase can't be asked for here, and libssh would ask on the terminal. */
static int
give_no_passphrase (const char *prompt,
                    char       *buffer,
                    size_t      length,
                    int         echo,
                    int         verify,
                    void       *user_data)
{
  return -1;
}

static ssh_key
load (const char *file)
{
  ssh_key key = NULL;

  if (ssh_pki_import_privkey_file (file, NULL, give_no_passphrase, NULL, &key) != SSH_OK)
    return NULL;
  return key;
}

static gboolean
store (ssh_key      key,
       const char  *file,
       GError     **error)
{
  g_autofree char *public_file = g_strconcat (file, ".pub", NULL);
  g_autofree char *public_text = NULL;
  char *private_base64 = NULL, *public_base64 = NULL;
  gboolean is_stored;

  if (ssh_pki_export_pubkey_base64 (key, &public_base64) != SSH_OK ||
      ssh_pki_export_privkey_base64 (key, NULL, NULL, NULL, &private_base64) != SSH_OK)
    {
      ssh_string_free_char (public_base64);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "libssh can't write a key");
      return FALSE;
    }
  public_text = g_strdup_printf ("%s %s " COMMENT "\n", ssh_key_type_to_char (ssh_key_type (key)), public_base64);
  is_stored = g_file_set_contents_full (file, private_base64, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error) &&
              g_file_set_contents (public_file, public_text, -1, error);
  explicit_bzero (private_base64, strlen (private_base64));
  ssh_string_free_char (private_base64);
  ssh_string_free_char (public_base64);
  return is_stored;
}

/* The file with the keys of the servers that were trusted, apart from those that the user's own SSH trusts. (transfer full) */
char *
cs_tunnel_keys_get_hosts_file (const CsTunnelConfig *config)
{
  return g_build_filename (config->data_dir, "tunnel-hosts", NULL);
}

/* Forgets which keys the server has. */
gboolean
cs_tunnel_keys_forget_host (const CsTunnelConfig  *config,
                            GError               **error)
{
  g_autofree char *file = cs_tunnel_keys_get_hosts_file (config);
  g_autofree char *host = g_ascii_strdown (config->host, -1);
  g_autofree char *name = config->port == 22 ? g_strconcat (host, " ", NULL)
                                             : g_strdup_printf ("[%s]:%u ", host, config->port);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) rest = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;

  if (!g_file_get_contents (file, &text, NULL, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      if (**line != '\0' && !g_str_has_prefix (*line, name))
        g_string_append_printf (rest, "%s\n", *line);
    }
  return g_file_set_contents_full (file, rest->str, (gssize) rest->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* The file with our own key; beside it, with ".pub" behind its name, lies what a server has to be given. (transfer full) */
char *
cs_tunnel_keys_get_own_file (const CsTunnelConfig *config)
{
  return g_build_filename (config->data_dir, "tunnel-key", NULL);
}

/* Loads the key that this application logs in with, and makes it where there is none yet. (transfer full) */
ssh_key
cs_tunnel_keys_load_own (const CsTunnelConfig  *config,
                         GError               **error)
{
  g_autofree char *file = cs_tunnel_keys_get_own_file (config);
  ssh_key key = load (file);

  if (key != NULL)
    return key;
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("%s can’t be read as a key. Remove it, and another one is made."), file);
      return NULL;
    }
  if (ssh_pki_generate (SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "libssh can't make a key");
      return NULL;
    }
  if (!store (key, file, error))
    g_clear_pointer (&key, ssh_key_free);
  return key;
}

/* Loads one of the keys that the user's own SSH would offer; NULL where there is no such one, it has a passphrase, or none of
 * them may be read (Flatpak). (transfer full) (nullable) */
ssh_key
cs_tunnel_keys_load_users (guint     index,
                           gboolean *is_last)
{
  g_autofree char *file = NULL;

  *is_last = index + 1 >= G_N_ELEMENTS (users_files) || g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
  if (index >= G_N_ELEMENTS (users_files) || g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    return NULL;
  file = g_build_filename (g_get_home_dir (), ".ssh", users_files[index], NULL);
  return load (file);
}
