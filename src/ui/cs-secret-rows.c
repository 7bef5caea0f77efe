/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-secret-rows.h"

#include <string.h>

#include "ui/cs-toast.h"

/*
 * CsSecretRows: the rows of a page in which the secrets of one account are entered.
 *
 * A secret goes into the keyring when it is applied, and nowhere else; it is never shown again. Each row has a mark and a button to
 * remove it, which are there while one is stored.
 */
struct _CsSecretRows {
  GObject parent_instance;

  GCancellable *cancellable; /* (owned) */
  CsSecrets *secrets;        /* (owned) (nullable) */
  GPtrArray *entries;        /* (owned) (element-type Entry) */
};

typedef struct {
  CsSecretKey key;
  AdwEntryRow *row;          /* (owned) */
  GtkWidget *mark;           /* (owned) */
  GtkWidget *remove_button;  /* (owned) */
} Entry;

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsSecretRows, cs_secret_rows, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->row);
  g_object_unref (entry->mark);
  g_object_unref (entry->remove_button);
  g_free (entry);
}

/* Keys are pasted with space around them; in a password it is meant. */
static char *
get_text (const Entry *entry)
{
  char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry->row)));

  return entry->key == CS_SECRET_ORDERS_DB_PASSWORD ? text : g_strstrip (text);
}

static void
wipe (char *text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
on_values (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secrets_lookup_all_finish (CS_SECRETS (source), result, &error);
  g_autoptr (CsSecretRows) self = user_data;

  /* Without a keyring nothing is stored; who stores something is told why that can't be. */
  for (guint i = 0; values != NULL && i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);
    gboolean is_stored = *values->texts[entry->key] != '\0';

    gtk_widget_set_visible (entry->mark, is_stored);
    gtk_widget_set_visible (entry->remove_button, is_stored);
  }
}

static void
look_up (CsSecretRows *self)
{
  cs_secrets_lookup_all_async (self->secrets, self->cancellable, on_values, g_object_ref (self));
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkWidget) row = user_data;

  if (!cs_secrets_store_finish (CS_SECRETS (source), result, &error))
    cs_toast_show (row, error->message);
}

static void
store (CsSecretRows *self,
       const Entry  *entry,
       const char   *value)
{
  /* It is kept even when the window is closed at once. */
  if (self->secrets != NULL)
    cs_secrets_store_async (self->secrets, entry->key, value, NULL, on_stored, g_object_ref (entry->row));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* widget: the row or the button of one. (transfer none) */
static const Entry *
find_entry (CsSecretRows *self,
            gpointer      widget)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);

    if (widget == entry->row || widget == entry->remove_button)
      return entry;
  }
  g_return_val_if_reached (NULL);
}

static void
on_apply (CsSecretRows *self,
          AdwEntryRow  *row)
{
  const Entry *entry = find_entry (self, row);
  char *text = get_text (entry);

  if (*text != '\0')
    store (self, entry, text);
  wipe (text);
  /* The button to apply is for what the user has typed. */
  adw_entry_row_set_show_apply_button (row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (row), "");
  adw_entry_row_set_show_apply_button (row, TRUE);
}

static void
on_remove_clicked (CsSecretRows *self,
                   GtkWidget    *button)
{
  store (self, find_entry (self, button), "");
}

/* Takes what has been typed in place of what is stored. Returns whether all has been. */
static gboolean
take_typed (CsSecretRows   *self,
            CsSecretValues *values)
{
  gboolean is_all = TRUE;

  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);
    char *text = get_text (entry);

    if (*text == '\0') {
      g_free (text);
      is_all = FALSE;
    } else {
      wipe (values->texts[entry->key]);
      values->texts[entry->key] = text;
    }
  }
  return is_all;
}

static void
on_values_to_collect (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  CsSecretValues *values = cs_secrets_lookup_all_finish (CS_SECRETS (source), result, &error);

  if (values == NULL) {
    g_task_return_error (task, error);
    return;
  }
  take_typed (g_task_get_source_object (task), values);
  g_task_return_pointer (task, values, (GDestroyNotify) cs_secret_values_free);
}

static void
cs_secret_rows_finalize (GObject *object)
{
  CsSecretRows *self = CS_SECRET_ROWS (object);

  g_clear_object (&self->secrets);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (cs_secret_rows_parent_class)->finalize (object);
}

static void
cs_secret_rows_class_init (CsSecretRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_secret_rows_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_secret_rows_init (CsSecretRows *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
}

/**
 * cs_secret_rows_new:
 * @cancellable: of the page: cancelled when it is closed
 */
CsSecretRows *
cs_secret_rows_new (GCancellable *cancellable)
{
  CsSecretRows *self = g_object_new (CS_TYPE_SECRET_ROWS, NULL);

  self->cancellable = g_object_ref (cancellable);
  return self;
}

/**
 * cs_secret_rows_add:
 * @self: the rows
 * @key: the secret
 * @row: where it is entered
 * @mark: what is there while one is stored
 * @remove_button: takes the stored one away
 */
void
cs_secret_rows_add (CsSecretRows        *self,
                    CsSecretKey          key,
                    AdwPasswordEntryRow *row,
                    GtkWidget           *mark,
                    GtkWidget           *remove_button)
{
  Entry *entry;

  g_return_if_fail (CS_IS_SECRET_ROWS (self));

  entry = g_new (Entry, 1);
  *entry = (Entry) { key, g_object_ref (ADW_ENTRY_ROW (row)), g_object_ref (mark), g_object_ref (remove_button) };
  g_ptr_array_add (self->entries, entry);
  g_signal_connect_object (row, "apply", G_CALLBACK (on_apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (remove_button, "clicked", G_CALLBACK (on_remove_clicked), self, G_CONNECT_SWAPPED);
}

/**
 * cs_secret_rows_set_secrets:
 * @self: all the rows
 * @secrets: (nullable): where the secrets are kept; without it nothing can be entered
 */
void
cs_secret_rows_set_secrets (CsSecretRows *self,
                            CsSecrets    *secrets)
{
  g_return_if_fail (CS_IS_SECRET_ROWS (self));
  g_return_if_fail (self->secrets == NULL);

  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);

    gtk_widget_set_sensitive (GTK_WIDGET (entry->row), secrets != NULL);
  }
  if (!g_set_object (&self->secrets, secrets))
    return;
  g_signal_connect_object (secrets, "changed", G_CALLBACK (look_up), self, G_CONNECT_SWAPPED);
  look_up (self);
}

/**
 * cs_secret_rows_collect_async:
 * @self: the rows
 *
 * Finds out what has been typed, applied or not, and what is stored for the rest.
 */
void
cs_secret_rows_collect_async (CsSecretRows        *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (CsSecretValues) values = NULL;

  g_return_if_fail (CS_IS_SECRET_ROWS (self));

  task = g_task_new (self, self->cancellable, callback, user_data);
  values = g_new0 (CsSecretValues, 1);
  for (guint key = 0; key < CS_N_SECRETS; key++)
    values->texts[key] = g_strdup ("");
  g_task_set_source_tag (task, cs_secret_rows_collect_async);
  if (take_typed (self, values) || self->secrets == NULL)
    g_task_return_pointer (task, g_steal_pointer (&values), (GDestroyNotify) cs_secret_values_free);
  else
    cs_secrets_lookup_all_async (self->secrets, self->cancellable, on_values_to_collect, g_steal_pointer (&task));
}

/**
 * cs_secret_rows_collect_finish:
 *
 * Returns: (transfer full) (nullable): the secrets of these rows and of others; %NULL where the keyring can't be asked
 */
CsSecretValues *
cs_secret_rows_collect_finish (CsSecretRows  *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
