/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-secrets.h"

#include "desktop/cs-credential-file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libsecret/secret.h>

#include <sys/stat.h>

/* CsSecrets:
 *
 * What the providers gave the user to log in with. It is kept by the desktop's Secret Service, and nowhere else; a service
 * manager may hand it over as files, and these win. What is looked up is not kept here.
 */
struct _CsSecrets {
  GObject parent_instance;

  char *data_dir;                  /* (owned) as a URI, because attributes have to be UTF-8 and paths needn't */
  GDBusConnection *bus;            /* (owned) (nullable) the session's, since the first look */
  gboolean reported[CS_N_SECRETS]; /* that the file can't be used */
};

G_DEFINE_FINAL_TYPE (CsSecrets, cs_secrets, G_TYPE_OBJECT)

G_DEFINE_QUARK (cs-secrets-error-quark, cs_secrets_error)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* How many tasks use libsecret's connection to the keyring, which is the process's and the main loop's. */
static guint n_users;

/* The names are those of the files, too. The labels are what a program that shows the keyring shows. */
static const struct {
  const char *name;
  const char *label;
} descriptions[CS_N_SECRETS] = {
  [CS_SECRET_SIPGATE_TOKEN_ID] = { "sipgate-token-id", N_("CallStats: sipgate token ID") },
  [CS_SECRET_SIPGATE_TOKEN] = { "sipgate-token", N_("CallStats: sipgate token") },
  [CS_SECRET_EXOTEL_API_KEY] = { "exotel-api-key", N_("CallStats: Exotel API key") },
  [CS_SECRET_EXOTEL_API_TOKEN] = { "exotel-api-token", N_("CallStats: Exotel API token") },
  [CS_SECRET_ORDERS_DB_PASSWORD] = { "orders-db-password", N_("CallStats: Password of the order database") },
};

/* Two data folders are two businesses: one's secrets are not the other's. The name is stored but not searched for, because
 * GNOME Keyring finds nothing by it while it is locked, and the user would never be asked to unlock it. */
static const SecretSchema schema = {
  .name = APPLICATION_ID,
  .flags = SECRET_SCHEMA_DONT_MATCH_NAME,
  .attributes = {
    { "data-dir", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "key", SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
};

typedef struct {
  CsSecretValues *values; /* (owned) */
  guint n_files;          /* how many of them came as files */
  GList *items;           /* (owned) (element-type SecretRetrievable) those that are still to be read */
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_clear_pointer (&lookup->values, cs_secret_values_free);
  g_list_free_full (lookup->items, g_object_unref);
  g_free (lookup);
}

/* Reads those that the service manager hands over; the others stay NULL. */
static CsSecretValues *
read_files (CsSecrets *self)
{
  const char *folder = g_getenv ("CREDENTIALS_DIRECTORY");
  CsSecretValues *values = g_new0 (CsSecretValues, 1);

  if (folder == NULL || *folder == '\0')
    return values;

  for (guint key = 0; key < CS_N_SECRETS; key++)
    {
      g_autofree char *path = g_build_filename (folder, descriptions[key].name, NULL);
      g_autoptr (GError) error = NULL;

      values->texts[key] = cs_credential_file_read (path, &error);
      if (error == NULL || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        self->reported[key] = FALSE;
      else if (!self->reported[key])
        {
          self->reported[key] = TRUE;
          g_warning ("The credential %s can't be used: %s", descriptions[key].name, error->message);
        }
    }

  return values;
}

/* Says of those that are not known that they aren't. */
static CsSecretValues *
complete (CsSecretValues *values)
{
  for (guint key = 0; key < CS_N_SECRETS; key++)
    if (values->texts[key] == NULL)
      values->texts[key] = g_strdup ("");

  return values;
}

static guint
count_known (const CsSecretValues *values)
{
  guint n = 0;

  for (guint key = 0; key < CS_N_SECRETS; key++)
    n += values->texts[key] != NULL;

  return n;
}

/* A bus is used where there is one: GLib would otherwise start one of its own, which nobody ends and no keyring is on. */
static gboolean
has_session_bus (void)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  g_autofree char *path = NULL;
  GStatBuf status;

  if (address != NULL && *address != '\0')
    return !g_str_has_prefix (address, "autolaunch:");

  path = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);
  return g_stat (path, &status) == 0 && S_ISSOCK (status.st_mode);
}

/* The variable is libsecret's: it takes a file of its own instead of the service, and no bus. */
static gboolean
needs_session_bus (void)
{
  return g_strcmp0 (g_getenv ("SECRET_BACKEND"), "file") != 0;
}

static GError *
make_no_keyring_error (void)
{
  return g_error_new_literal (CS_SECRETS_ERROR, CS_SECRETS_ERROR_NO_KEYRING,
                              _("No keyring is running, so that passwords can be neither kept nor read. "
                                "Install GNOME Keyring or KWallet, then log in again."));
}

static gboolean
is_no_keyring (const GError *error)
{
  static const int bus_codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_NO_SERVER, G_DBUS_ERROR_DISCONNECTED,
    G_DBUS_ERROR_SPAWN_EXEC_FAILED, G_DBUS_ERROR_SPAWN_FORK_FAILED, G_DBUS_ERROR_SPAWN_CHILD_EXITED,
    G_DBUS_ERROR_SPAWN_CHILD_SIGNALED, G_DBUS_ERROR_SPAWN_FAILED, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND,
  };
  static const int socket_codes[] = { G_IO_ERROR_CLOSED, G_IO_ERROR_CONNECTION_REFUSED, G_IO_ERROR_NOT_FOUND };

  for (gsize i = 0; i < G_N_ELEMENTS (bus_codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, bus_codes[i]))
      return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (socket_codes); i++)
    if (g_error_matches (error, G_IO_ERROR, socket_codes[i]))
      return TRUE;

  return FALSE;
}

/* Who closes the question for the password cancels, and a keyring that was never unlocked has no folder to store in. */
static gboolean
is_locked (const GError *error)
{
  return g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
         g_error_matches (error, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Tells the user what to do about what libsecret says. */
static void
return_keyring_error (GTask        *task,
                      const GError *error)
{
  g_autofree char *text = NULL;

  g_debug ("The keyring says: %s", error->message);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (is_no_keyring (error))
    g_task_return_error (task, make_no_keyring_error ());
  else if (is_locked (error))
    g_task_return_new_error (task, CS_SECRETS_ERROR, CS_SECRETS_ERROR_LOCKED, "%s",
                             _("The keyring is locked, so that passwords can be neither kept nor read. "
                               "Unlock it with its password, then try again."));
  else
    {
      text = g_strdup (error->message);
      g_strdelimit (text, "\n\r", ' ');
      g_task_return_new_error (task, CS_SECRETS_ERROR, CS_SECRETS_ERROR_FAILED,
                               _("The keyring can’t be used: %s. Passwords can be neither kept nor read."), text);
    }
}

static void
return_values (GTask *task)
{
  Lookup *lookup = g_task_get_task_data (task);

  g_task_return_pointer (task, complete (g_steal_pointer (&lookup->values)), (GDestroyNotify) cs_secret_values_free);
}

/* Who hands over files doesn't count on a keyring. */
static void
return_without_keyring (GTask        *task,
                        const GError *error)
{
  Lookup *lookup = g_task_get_task_data (task);

  if (lookup->n_files > 0 && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return_values (task);
  else
    return_keyring_error (task, error);
}

/* The place of the item's secret, where one is still wanted. (nullable) */
static char **
find_place (CsSecretValues    *values,
            SecretRetrievable *item)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  const char *name = g_hash_table_lookup (attributes, "key");

  for (guint key = 0; key < CS_N_SECRETS; key++)
    if (g_strcmp0 (descriptions[key].name, name) == 0 && values->texts[key] == NULL)
      return &values->texts[key];

  return NULL;
}

static void read_next_item (GTask *task);

static void
on_item_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Lookup *lookup = g_task_get_task_data (task);
  SecretRetrievable *item = SECRET_RETRIEVABLE (source);
  SecretValue *value = secret_retrievable_retrieve_secret_finish (item, result, &error);
  const char *text = value != NULL ? secret_value_get_text (value) : NULL;
  char **place = find_place (lookup->values, item);

  if (text != NULL && place != NULL)
    *place = g_strdup (text);
  g_clear_pointer (&value, secret_value_unref);

  if (error != NULL)
    return_without_keyring (task, error);
  else
    read_next_item (g_steal_pointer (&task));
}

/* Reads the items one after the other. Takes @task. */
static void
read_next_item (GTask *task)
{
  g_autoptr (GError) error = NULL;
  Lookup *lookup = g_task_get_task_data (task);

  while (lookup->items != NULL)
    {
      g_autoptr (SecretRetrievable) item = lookup->items->data;

      lookup->items = g_list_delete_link (lookup->items, lookup->items);

      /* The search has asked the user for the password already. What the item is may not be readable before. */
      if (SECRET_IS_ITEM (item) && secret_item_get_locked (SECRET_ITEM (item)))
        {
          error = g_error_new_literal (SECRET_ERROR, SECRET_ERROR_IS_LOCKED, "the item is locked");
          return_without_keyring (task, error);
          g_object_unref (task);
          return;
        }
      if (find_place (lookup->values, item) == NULL)
        continue;

      secret_retrievable_retrieve_secret (item, g_task_get_cancellable (task), on_item_read, task);
      return;
    }

  return_values (task);
  g_object_unref (task);
}

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Lookup *lookup = g_task_get_task_data (task);

  lookup->items = secret_password_search_finish (result, &error);
  if (error != NULL)
    return_without_keyring (task, error);
  else
    read_next_item (g_steal_pointer (&task));
}

static void
on_completed (void)
{
  n_users--;
}

/* The task uses the keyring until its end. A keyring that was started again knows nothing of the session that libsecret has kept,
 * which is forgotten therefore, but not taken from who uses it. */
static void
use_keyring (GTask *task)
{
  if (n_users++ == 0)
    secret_service_disconnect ();
  g_signal_connect (task, "notify::completed", G_CALLBACK (on_completed), NULL);
}

/* Takes @task. */
static void
search (GTask *task)
{
  CsSecrets *self = g_task_get_source_object (task);
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);

  use_keyring (task);
  g_hash_table_insert (attributes, (gpointer) "data-dir", self->data_dir);
  secret_password_searchv (&schema, attributes, SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK,
                           g_task_get_cancellable (task), on_found, task);
}

static void
on_bus (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsSecrets *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      return_without_keyring (task, error);
      return;
    }

  /* A receiver without a window outlives the session it was started from. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_set_object (&self->bus, bus);
  g_object_unref (bus);
  search (g_steal_pointer (&task));
}

static void
return_stored (GTask *task)
{
  g_signal_emit (g_task_get_source_object (task), signals[CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (secret_password_store_finish (result, &error))
    return_stored (task);
  else
    return_keyring_error (task, error);
}

static void
on_cleared (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* It isn't an error that there was none. */
  secret_password_clear_finish (result, &error);
  if (error == NULL)
    return_stored (task);
  else
    return_keyring_error (task, error);
}

static void
cs_secrets_finalize (GObject *object)
{
  CsSecrets *self = CS_SECRETS (object);

  g_clear_object (&self->bus);
  g_clear_pointer (&self->data_dir, g_free);

  G_OBJECT_CLASS (cs_secrets_parent_class)->finalize (object);
}

static void
cs_secrets_class_init (CsSecretsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cs_secrets_finalize;

  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_SECRETS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_secrets_init (CsSecrets *self)
{
}

/* Makes the access to the secrets that belong to @data_dir, the absolute path of a data folder. Nothing is read yet. */
CsSecrets *
cs_secrets_new (const char *data_dir)
{
  CsSecrets *self = NULL;

  g_return_val_if_fail (data_dir != NULL && g_path_is_absolute (data_dir), NULL);

  self = g_object_new (CS_TYPE_SECRETS, NULL);
  self->data_dir = g_filename_to_uri (data_dir, NULL, NULL);
  return self;
}

/* Reads the files that a service manager hands over in $CREDENTIALS_DIRECTORY, at once; no bus is touched. A file that
 * can't be used (not a file, longer than 4 KiB, not a line of UTF-8) counts as absent, and a warning names it once.
 *
 * Returns NULL where the variable isn't set. (transfer full) (nullable)
 */
CsSecretValues *
cs_secrets_lookup_files (CsSecrets *self)
{
  const char *folder = g_getenv ("CREDENTIALS_DIRECTORY");

  g_return_val_if_fail (CS_IS_SECRETS (self), NULL);

  if (folder == NULL || *folder == '\0')
    return NULL;

  return complete (read_files (self));
}

/* Looks all of them up: in the files of cs_secrets_lookup_files(), and the rest in the keyring, which may ask the user for
 * its password. Without a session bus there is no keyring, nothing is started, and nothing is found.
 *
 * Fails with CS_SECRETS_ERROR, a sentence for the user, where the keyring doesn't answer or stays locked and no file gave
 * anything; or because it was cancelled.
 */
void
cs_secrets_lookup_all_async (CsSecrets           *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Lookup *lookup;

  g_return_if_fail (CS_IS_SECRETS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cs_secrets_lookup_all_async);
  lookup = g_new0 (Lookup, 1);
  lookup->values = read_files (self);
  lookup->n_files = count_known (lookup->values);
  g_task_set_task_data (task, lookup, lookup_free);

  if (lookup->n_files == CS_N_SECRETS || (needs_session_bus () && !has_session_bus ()))
    return_values (task);
  else if (needs_session_bus ())
    g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, g_steal_pointer (&task));
  else
    search (g_steal_pointer (&task));
}

/* Returns what was found. (transfer full) */
CsSecretValues *
cs_secrets_lookup_all_finish (CsSecrets     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Stores @value (UTF-8) in the keyring in the place of what was there; "" clears it. Emits "changed" when that is done.
 *
 * Fails with CS_SECRETS_ERROR, a sentence for the user; or because it was cancelled.
 */
void
cs_secrets_store_async (CsSecrets           *self,
                        CsSecretKey          key,
                        const char          *value,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CS_IS_SECRETS (self));
  g_return_if_fail (key < CS_N_SECRETS);
  g_return_if_fail (value != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cs_secrets_store_async);
  if (needs_session_bus () && !has_session_bus ())
    {
      g_task_return_error (task, make_no_keyring_error ());
      return;
    }

  use_keyring (task);
  g_hash_table_insert (attributes, (gpointer) "data-dir", self->data_dir);
  g_hash_table_insert (attributes, (gpointer) "key", (gpointer) descriptions[key].name);
  if (*value == '\0')
    secret_password_clearv (&schema, attributes, cancellable, on_cleared, g_steal_pointer (&task));
  else
    secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, _(descriptions[key].label), value,
                            cancellable, on_stored, g_steal_pointer (&task));
}

gboolean
cs_secrets_store_finish (CsSecrets     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
