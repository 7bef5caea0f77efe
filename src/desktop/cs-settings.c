/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"
#define G_SETTINGS_ENABLE_BACKEND

#include "config.h"

#include "desktop/cs-setting-check.h"
#include "desktop/cs-settings.h"

#include <gio/gsettingsbackend.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define SETTINGS_GROUP "com/example/CallStats"
#define NEW_TOKEN_BYTES 16

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

/* A file that broke meanwhile has no texts to check; GSettings goes on with what it had. (transfer full) */
static GKeyFile *
load_file_if_possible (CsSettings *self)
{
  GKeyFile *file = load_file (self->file, NULL);

  return file != NULL ? file : g_key_file_new ();
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

/* What only the window takes, from GSettings directly, which falls back without a word, or later. */
static void
report_others (CsSettings *self,
               GKeyFile   *file)
{
  static const char *const names[] = { "answer-rate-good", "answer-rate-warning", "autostart", "background-hint-shown", "notify-health",
                                       "notify-missed", "notify-receiver", "run-in-background", "window-height", "window-maximized",
                                       "window-width" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_variant_unref (read_value (self, file, names[i], NULL));
  g_variant_unref (read_value (self, file, "notify-quiet-from", cs_setting_is_minute));
  g_variant_unref (read_value (self, file, "notify-quiet-to", cs_setting_is_minute));
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

/* A tunnel of our own has another address, but for a server that doesn't announce it. */
static char *
read_public_url (CsSettings   *self,
                 GKeyFile     *file,
                 CsTunnelMode  mode)
{
  g_autofree char *url = read_url (self, file, "public-url", cs_setting_is_public_url);

  return g_strdup (mode != CS_TUNNEL_NONE ? url : "");
}

static char **
read_texts (CsSettings *self,
            GKeyFile   *file,
            const char *name)
{
  g_autoptr (GVariant) value = read_value (self, file, name, NULL);

  return g_variant_dup_strv (value, NULL);
}

static gboolean
is_chosen (CsSettings *self,
           GKeyFile   *file,
           const char *name,
           const char *choice)
{
  g_autofree char *text = read_text (self, file, name, NULL);

  return g_str_equal (text, choice);
}

static CsOrderTls
read_order_tls (CsSettings *self,
                GKeyFile   *file)
{
  g_autofree char *text = read_text (self, file, "orders-db-tls", NULL);

  if (g_str_equal (text, "required"))
    return CS_ORDER_TLS_REQUIRED;
  return g_str_equal (text, "off") ? CS_ORDER_TLS_OFF : CS_ORDER_TLS_AUTO;
}

/* People write numbers with +, spaces and the like between; what is dialled has none. */
static char *
read_digits (CsSettings *self,
             GKeyFile   *file,
             const char *name)
{
  g_autofree char *number = read_text (self, file, name, cs_setting_is_dialable);
  GString *digits = g_string_new (NULL);

  for (const char *c = number; *c != '\0'; c++)
    {
      if (g_ascii_isdigit (*c))
        g_string_append_c (digits, *c);
    }
  return g_string_free (digits, FALSE);
}

/* Announcements are there in English and German. */
static char *
read_language (CsSettings *self,
               GKeyFile   *file)
{
  g_autofree char *language = read_text (self, file, "orders-language", NULL);

  if (*language != '\0')
    return g_steal_pointer (&language);
  return g_strdup (g_str_has_prefix (g_get_language_names ()[0], "de") ? "de" : "en");
}

static char *
read_token (CsSettings *self,
            GKeyFile   *file)
{
  g_autofree char *token = read_text (self, file, "webhook-token", cs_setting_is_token);

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

  file = load_file_if_possible (self);
  report_others (self, file);
  config->data_dir = g_strdup (self->data_dir);
  config->webhook_port = (guint16) read_number (self, file, "webhook-port", NULL);
  config->api_port = (guint16) read_number (self, file, "api-port", NULL);
  config->api_enabled = read_boolean (self, file, "api-enabled");
  config->webhook_token = read_token (self, file);
  config->tunnel_mode = read_tunnel_mode (self, file);
  config->public_url = read_public_url (self, file, config->tunnel_mode);
  config->tunnel_host = read_text (self, file, "tunnel-host", cs_setting_is_host);
  config->tunnel_port = (guint16) read_number (self, file, "tunnel-port", NULL);
  config->tunnel_user = read_text (self, file, "tunnel-user", cs_setting_is_user);
  config->tunnel_host_key = read_text (self, file, "tunnel-host-key", cs_setting_is_fingerprint);
  config->tunnel_remote_port = (guint16) read_number (self, file, "tunnel-remote-port", NULL);
  config->verify_signature = read_boolean (self, file, "sipgate-verify-signature");
  config->public_key_file = read_text (self, file, "sipgate-public-key-file", NULL);
  config->sipgate_api_url = read_url (self, file, "sipgate-api-url", cs_setting_is_api_url);
  config->sipgate_register_url = read_boolean (self, file, "sipgate-register-url");
  config->sipgate_caller = read_text (self, file, "sipgate-caller", cs_setting_is_caller);
  config->sipgate_token_id = g_strdup ("");
  config->sipgate_token = g_strdup ("");
  config->timezone = read_text (self, file, "timezone", cs_setting_is_timezone);
  config->journal_days = read_number (self, file, "journal-days", NULL);
  config->call_days = read_number (self, file, "call-days", NULL);
  config->stale_minutes = read_number (self, file, "stale-call-minutes", NULL);
  config->exotel_base_url = read_url (self, file, "exotel-base-url", cs_setting_is_base_url);
  config->exotel_account_sid = read_text (self, file, "exotel-account-sid", cs_setting_is_account_sid);
  config->exotel_api_key = g_strdup ("");
  config->exotel_api_token = g_strdup ("");
  config->exotel_timezone = read_text (self, file, "exotel-timezone", cs_setting_is_zone_name);
  config->exotel_refresh_seconds = read_number (self, file, "exotel-refresh-seconds", cs_setting_is_refresh_interval);
  config->exotel_history_days = read_number (self, file, "exotel-history-days", NULL);
  config->orders_enabled = read_boolean (self, file, "orders-enabled");
  config->orders_digits = read_number (self, file, "orders-digits", NULL);
  config->orders_timeout_ms = read_number (self, file, "orders-timeout", NULL);
  config->orders_numbers = read_texts (self, file, "orders-numbers");
  config->orders_csv_file = read_text (self, file, "orders-csv-file", NULL);
  config->orders_transfer_number = read_digits (self, file, "orders-transfer-number");
  config->orders_language = read_language (self, file);
  config->orders_in_database = is_chosen (self, file, "orders-source", "database");
  config->orders_db_host = read_text (self, file, "orders-db-host", cs_setting_is_host);
  config->orders_db_port = (guint16) read_number (self, file, "orders-db-port", NULL);
  config->orders_db_socket = read_text (self, file, "orders-db-socket", NULL);
  config->orders_db_name = read_text (self, file, "orders-db-name", NULL);
  config->orders_db_user = read_text (self, file, "orders-db-user", NULL);
  config->orders_db_password = g_strdup ("");
  config->orders_db_tls = read_order_tls (self, file);
  config->orders_db_ca_file = read_text (self, file, "orders-db-ca-file", NULL);
  config->orders_db_query = read_text (self, file, "orders-db-query", cs_setting_is_order_query);

  return g_steal_pointer (&config);
}

static int
read_minute (CsSettings *self,
             GKeyFile   *file,
             const char *name)
{
  g_autofree char *text = read_text (self, file, name, cs_setting_is_minute);

  return cs_setting_parse_minute (text);
}

/* What the user wants to be told of, checked as the engine's values are. */
CsAlertRules
cs_settings_get_alert_rules (CsSettings *self)
{
  g_autoptr (GKeyFile) file = NULL;
  CsAlertRules rules = { 0 };

  g_return_val_if_fail (CS_IS_SETTINGS (self), rules);

  file = load_file_if_possible (self);
  rules.missed = read_boolean (self, file, "notify-missed");
  rules.health = read_boolean (self, file, "notify-health");
  rules.receiver = read_boolean (self, file, "notify-receiver");
  rules.quiet_from = read_minute (self, file, "notify-quiet-from");
  rules.quiet_to = read_minute (self, file, "notify-quiet-to");
  return rules;
}

/* Whether closing the window keeps receiving. */
gboolean
cs_settings_get_run_in_background (CsSettings *self)
{
  g_autoptr (GKeyFile) file = NULL;

  g_return_val_if_fail (CS_IS_SETTINGS (self), FALSE);

  file = load_file_if_possible (self);
  return read_boolean (self, file, "run-in-background");
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

  return is_right_text (url, cs_setting_is_base_url) ? NULL : _("The address must start with https:// and name a host");
}

/* Whether an account's SID has only characters that one can have; "" has. */
gboolean
cs_settings_is_account_sid (const char *sid)
{
  g_return_val_if_fail (sid != NULL, FALSE);

  return is_right_text (sid, cs_setting_is_account_sid);
}

/* Whether it can be what rings first when a call is started: an extension such as w0, or a number; "" can. */
gboolean
cs_settings_is_caller (const char *caller)
{
  g_return_val_if_fail (caller != NULL, FALSE);

  return is_right_text (caller, cs_setting_is_caller);
}

/* Whether it is the name of a time zone that is known here, such as Asia/Kolkata. */
gboolean
cs_settings_is_zone_name (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return is_right_text (name, cs_setting_is_zone_name);
}
