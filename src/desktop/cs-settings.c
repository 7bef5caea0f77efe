/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"
#define G_SETTINGS_ENABLE_BACKEND

#include "config.h"

#include "desktop/cs-settings.h"

#include <gio/gsettingsbackend.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define SETTINGS_GROUP "com/example/CallStats"
#define TOKEN_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_"
#define TOKEN_MIN_LENGTH 16
#define TOKEN_MAX_LENGTH 128
#define NEW_TOKEN_BYTES 16
#define URL_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._~%:/[]"
#define SID_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_"
#define HOST_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-.:"
#define USER_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._@+"
#define ZONE_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_+-/"
#define REFRESH_MIN_SECONDS 15

/* CsSettings:
 *
 * The user's settings and the folder of the user's data. The window binds its controls to the GSettings; the engine gets
 * plain values that have been checked, because whoever edits a file by hand makes mistakes, and GSettings keeps silent
 * about them.
 */
struct _CsSettings {
  GObject parent_instance;

  GSettings *settings;          /* (owned) */
  char *data_dir;               /* (owned) exists */
  char *file;                   /* (owned) (nullable) the key file behind settings; NULL where the desktop keeps them */
  char *token;                  /* (owned) (nullable) the last one made here; good until the end, stored or not */
  GHashTable *reported;         /* (owned) (element-type utf8) keys whose wrong value has been reported */
};

G_DEFINE_FINAL_TYPE (CsSettings, cs_settings, G_TYPE_OBJECT)

G_DEFINE_QUARK (cs-settings-error-quark, cs_settings_error)

typedef gboolean (*CsValueCheck) (GVariant *value);

static gboolean
is_token (GVariant *value)
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

static gboolean
is_public_url (GVariant *value)
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
static gboolean
is_base_url (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);
  g_autoptr (GUri) uri = parse_url (text);

  if (uri == NULL)
    return *text == '\0';

  return g_str_equal (g_uri_get_scheme (uri), "https") ||
         (g_str_equal (g_uri_get_scheme (uri), "http") && is_loopback (g_uri_get_host (uri)));
}

static gboolean
is_api_url (GVariant *value)
{
  return *g_variant_get_string (value, NULL) != '\0' && is_base_url (value);
}

static gboolean
is_host (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return *text != '\0' && *text != '-' && text[strspn (text, HOST_CHARACTERS)] == '\0';
}

static gboolean
is_user (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return *text != '\0' && *text != '-' && text[strspn (text, USER_CHARACTERS)] == '\0';
}

/* The SID becomes a part of the addresses that are asked. */
static gboolean
is_account_sid (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return text[strspn (text, SID_CHARACTERS)] == '\0';
}

static gboolean
is_timezone (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);
  g_autoptr (GTimeZone) zone = NULL;

  if (*text == '\0')
    return TRUE;

  zone = g_time_zone_new_identifier (text);
  return zone != NULL;
}

/* GTimeZone takes offsets, rules and paths, too; an account's zone has a name. */
static gboolean
is_zone_name (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return g_ascii_isalpha (*text) && text[strspn (text, ZONE_CHARACTERS)] == '\0' && is_timezone (value);
}

static gboolean
is_refresh_interval (GVariant *value)
{
  gint32 seconds = g_variant_get_int32 (value);

  return seconds == 0 || seconds >= REFRESH_MIN_SECONDS;
}

static char *
make_token (void)
{
  guint8 bytes[NEW_TOKEN_BYTES];
  GString *token = g_string_sized_new (2 * NEW_TOKEN_BYTES);

  /* Up to 256 bytes come whole or not at all; without them there is no secret to go on with. */
  while (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    {
      if (errno != EINTR)
        g_error ("The system has no random numbers: %s", g_strerror (errno));
    }

  for (size_t i = 0; i < sizeof bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);

  return g_string_free (token, FALSE);
}

static GKeyFile *
load_file (const char  *path,
           GError     **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;

  if (path == NULL ||
      g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local_error) ||
      g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&file);

  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* For a value that it can't parse GSettings takes the default, and for one out of range the nearest, without a word:
 * only the text tells. */
static gboolean
is_readable (CsSettings *self,
             GKeyFile   *file,
             const char *name)
{
  g_autofree char *text = g_key_file_get_value (file, SETTINGS_GROUP, name, NULL);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) key = NULL;
  g_autoptr (GVariant) value = NULL;
  const GVariantType *type;

  if (text == NULL)
    return TRUE;

  g_object_get (self->settings, "settings-schema", &schema, NULL);
  key = g_settings_schema_get_key (schema, name);
  type = g_settings_schema_key_get_value_type (key);
  value = g_variant_parse (type, text, NULL, NULL, NULL);

  /* GSettings takes a text without quotation marks, too. */
  if (value == NULL && g_variant_type_equal (type, G_VARIANT_TYPE_STRING))
    {
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", text);

      value = g_variant_parse (type, quoted, NULL, NULL, NULL);
    }

  return value != NULL && g_settings_schema_key_range_check (key, value);
}

static GVariant *
read_value (CsSettings   *self,
            GKeyFile     *file,
            const char   *name,
            CsValueCheck  is_right)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, name);

  if (is_readable (self, file, name) && (is_right == NULL || is_right (value)))
    {
      g_hash_table_remove (self->reported, name);
      return g_steal_pointer (&value);
    }

  /* The value itself may be a secret. */
  if (g_hash_table_add (self->reported, g_strdup (name)))
    g_warning ("The setting %s has a value that can't be used; its default is used instead", name);

  return g_settings_get_default_value (self->settings, name);
}

static gboolean
read_boolean (CsSettings *self,
              GKeyFile   *file,
              const char *name)
{
  g_autoptr (GVariant) value = read_value (self, file, name, NULL);

  return g_variant_get_boolean (value);
}

/* None of the numbers can be negative: the schema says so. */
static guint
read_number (CsSettings   *self,
             GKeyFile     *file,
             const char   *name,
             CsValueCheck  is_right)
{
  g_autoptr (GVariant) value = read_value (self, file, name, is_right);

  return (guint) g_variant_get_int32 (value);
}

static char *
read_text (CsSettings   *self,
           GKeyFile     *file,
           const char   *name,
           CsValueCheck  is_right)
{
  g_autoptr (GVariant) value = read_value (self, file, name, is_right);

  return g_variant_dup_string (value, NULL);
}

/* Paths are put behind it. */
static char *
read_url (CsSettings   *self,
          GKeyFile     *file,
          const char   *name,
          CsValueCheck  is_right)
{
  char *url = read_text (self, file, name, is_right);

  for (size_t length = strlen (url); length > 0 && url[length - 1] == '/'; length--)
    url[length - 1] = '\0';

  return url;
}

static CsTunnelMode
read_tunnel_mode (CsSettings *self,
                  GKeyFile   *file)
{
  g_autofree char *mode = read_text (self, file, "tunnel-mode", NULL);

  if (g_str_equal (mode, "ssh"))
    return CS_TUNNEL_SSH;
  return g_str_equal (mode, "none") ? CS_TUNNEL_NONE : CS_TUNNEL_MANUAL;
}

/* Other ways than a given address have none that could be known here. */
static char *
read_public_url (CsSettings   *self,
                 GKeyFile     *file,
                 CsTunnelMode  mode)
{
  g_autofree char *url = read_url (self, file, "public-url", is_public_url);

  return g_strdup (mode == CS_TUNNEL_MANUAL ? url : "");
}

static char **
read_texts (CsSettings *self,
            GKeyFile   *file,
            const char *name)
{
  g_autoptr (GVariant) value = read_value (self, file, name, NULL);

  return g_variant_dup_strv (value, NULL);
}

static char *
read_token (CsSettings *self,
            GKeyFile   *file)
{
  g_autofree char *token = read_text (self, file, "webhook-token", is_token);

  if (*token != '\0')
    return g_steal_pointer (&token);

  if (self->token == NULL)
    cs_settings_renew_token (self);

  return g_strdup (self->token);
}

static void
cs_settings_finalize (GObject *object)
{
  CsSettings *self = CS_SETTINGS (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->reported, g_hash_table_unref);

  G_OBJECT_CLASS (cs_settings_parent_class)->finalize (object);
}

static void
cs_settings_class_init (CsSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cs_settings_finalize;
}

static void
cs_settings_init (CsSettings *self)
{
  self->reported = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Opens the settings, and creates the folder of the data where it doesn't exist, for the user's eyes only (0700).
 *
 * With @data_dir the settings are in its file settings.ini, and the desktop's are neither read nor written. With NULL they
 * are the desktop's, and the data is in the folder "callstats" among the user's.
 *
 * Fails with CS_SETTINGS_ERROR. A settings file that exists but isn't one is such an error, so that the next write doesn't
 * wipe it out.
 */
CsSettings *
cs_settings_new (const char  *data_dir,
                 GError     **error)
{
  g_autoptr (CsSettings) self = g_object_new (CS_TYPE_SETTINGS, NULL);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsBackend) backend = NULL;
  g_autoptr (GKeyFile) file = NULL;
  g_autoptr (GError) local_error = NULL;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
  if (schema == NULL)
    {
      g_set_error (error, CS_SETTINGS_ERROR, CS_SETTINGS_ERROR_NO_SCHEMA,
                   _("The description of the settings (%s.gschema.xml) is missing. Install CallStats again, "
                     "or start it by “callstats.sh run”."), APPLICATION_ID);
      return NULL;
    }

  if (data_dir != NULL)
    self->data_dir = g_canonicalize_filename (data_dir, NULL);
  else
    self->data_dir = g_build_filename (g_get_user_data_dir (), "callstats", NULL);

  if (g_mkdir_with_parents (self->data_dir, 0700) != 0)
    {
      g_set_error (error, CS_SETTINGS_ERROR, CS_SETTINGS_ERROR_NO_FOLDER,
                   _("The folder %s can't be created: %s. Calls can't be kept. Choose another folder with --data-dir."),
                   self->data_dir, g_strerror (errno));
      return NULL;
    }

  if (data_dir != NULL)
    self->file = g_build_filename (self->data_dir, "settings.ini", NULL);

  file = load_file (self->file, &local_error);
  if (file == NULL)
    {
      g_set_error (error, CS_SETTINGS_ERROR, CS_SETTINGS_ERROR_UNREADABLE,
                   _("The settings in %s can't be read: %s. Mend the file or remove it."),
                   self->file, local_error->message);
      return NULL;
    }

  if (self->file != NULL)
    backend = g_keyfile_settings_backend_new (self->file, "/", NULL);
  self->settings = g_settings_new_full (schema, backend, NULL);

  return g_steal_pointer (&self);
}

/* The settings to bind controls to. (transfer none) */
GSettings *
cs_settings_get_gsettings (CsSettings *self)
{
  g_return_val_if_fail (CS_IS_SETTINGS (self), NULL);

  return self->settings;
}

/* The absolute path of the folder that holds the user's data; it exists. (transfer none) */
const char *
cs_settings_get_data_dir (CsSettings *self)
{
  g_return_val_if_fail (CS_IS_SETTINGS (self), NULL);

  return self->data_dir;
}

/* What the engine needs to know, checked: for a value that can't be used its default is taken, and a warning names the
 * key, once until it is mended. Slashes at the end of addresses are dropped.
 *
 * Where there is no token yet, one is made and stored. The secrets are empty: they are not among the settings, see
 * cs_secret_values_fill(). (transfer full)
 */
CsEngineConfig *
cs_settings_get_engine_config (CsSettings *self)
{
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (GKeyFile) file = NULL;

  g_return_val_if_fail (CS_IS_SETTINGS (self), NULL);

  /* A file that broke meanwhile has no texts to check; GSettings goes on with what it had. */
  file = load_file (self->file, NULL);
  if (file == NULL)
    file = g_key_file_new ();

  config->data_dir = g_strdup (self->data_dir);
  config->webhook_port = (guint16) read_number (self, file, "webhook-port", NULL);
  config->api_port = (guint16) read_number (self, file, "api-port", NULL);
  config->api_enabled = read_boolean (self, file, "api-enabled");
  config->webhook_token = read_token (self, file);
  config->tunnel_mode = read_tunnel_mode (self, file);
  config->public_url = read_public_url (self, file, config->tunnel_mode);
  config->tunnel_host = read_text (self, file, "tunnel-host", is_host);
  config->tunnel_port = (guint16) read_number (self, file, "tunnel-port", NULL);
  config->tunnel_user = read_text (self, file, "tunnel-user", is_user);
  config->verify_signature = read_boolean (self, file, "sipgate-verify-signature");
  config->public_key_file = read_text (self, file, "sipgate-public-key-file", NULL);
  config->sipgate_api_url = read_url (self, file, "sipgate-api-url", is_api_url);
  config->sipgate_token_id = g_strdup ("");
  config->sipgate_token = g_strdup ("");
  config->timezone = read_text (self, file, "timezone", is_timezone);
  config->journal_days = read_number (self, file, "journal-days", NULL);
  config->call_days = read_number (self, file, "call-days", NULL);
  config->stale_minutes = read_number (self, file, "stale-call-minutes", NULL);
  config->exotel_base_url = read_url (self, file, "exotel-base-url", is_base_url);
  config->exotel_account_sid = read_text (self, file, "exotel-account-sid", is_account_sid);
  config->exotel_api_key = g_strdup ("");
  config->exotel_api_token = g_strdup ("");
  config->exotel_timezone = read_text (self, file, "exotel-timezone", is_zone_name);
  config->exotel_refresh_seconds = read_number (self, file, "exotel-refresh-seconds", is_refresh_interval);
  config->exotel_history_days = read_number (self, file, "exotel-history-days", NULL);
  config->orders_enabled = read_boolean (self, file, "orders-enabled");
  config->orders_digits = read_number (self, file, "orders-digits", NULL);
  config->orders_timeout_ms = read_number (self, file, "orders-timeout", NULL);
  config->orders_numbers = read_texts (self, file, "orders-numbers");
  config->orders_csv_file = read_text (self, file, "orders-csv-file", NULL);

  return g_steal_pointer (&config);
}

/* Makes and stores a new token of 128 random bits: addresses with the old one are answered no more. */
void
cs_settings_renew_token (CsSettings *self)
{
  g_return_if_fail (CS_IS_SETTINGS (self));

  g_free (self->token);
  self->token = make_token ();

  if (!g_settings_set_string (self->settings, "webhook-token", self->token))
    g_warning ("The new token can't be stored");
  g_settings_sync ();
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

static gboolean
is_right_text (const char   *text,
               CsValueCheck  is_right)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string (text));

  return is_right (value);
}

/* What is wrong with an address of Exotel's interface, as a sentence; NULL where it can be used or is empty.
 * (transfer none) (nullable)
 */
const char *
cs_settings_get_base_url_problem (const char *url)
{
  g_return_val_if_fail (url != NULL, NULL);

  return is_right_text (url, is_base_url) ? NULL : _("The address must start with https:// and name a host");
}

/* Whether an account's SID has only characters that one can have; "" has. */
gboolean
cs_settings_is_account_sid (const char *sid)
{
  g_return_val_if_fail (sid != NULL, FALSE);

  return is_right_text (sid, is_account_sid);
}

/* Whether it is the name of a time zone that is known here, such as Asia/Kolkata. */
gboolean
cs_settings_is_zone_name (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return is_right_text (name, is_zone_name);
}
