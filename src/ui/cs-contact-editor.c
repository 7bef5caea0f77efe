/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-contact-editor.h"

#include <glib/gi18n.h>

#include "store/cs-store-contacts.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-resources.h"

#define MAX_NUMBERS 20

/*
 * CsContactEditor: one contact, new or known, to be written down.
 *
 * Below the last number there is always room for another one. What is no number is marked, and can't be saved.
 */
struct _CsContactEditor {
  AdwWindow parent_instance;

  GtkWidget *save_button;
  GtkEditable *name_row;
  AdwPreferencesGroup *number_group;
  GtkLabel *error_label;

  CsEngine *engine;       /* (owned) */
  gint64 id;              /* 0 for a new contact */
  GPtrArray *number_rows; /* (owned) (element-type AdwEntryRow) */
  gboolean is_saving;
};

G_DEFINE_FINAL_TYPE (CsContactEditor, cs_contact_editor, ADW_TYPE_WINDOW)

typedef enum {
  SIGNAL_SAVED,
} CsContactEditorSignal;

static guint signals[SIGNAL_SAVED + 1];

static void check (CsContactEditor *self);

static void
mark (GtkWidget *row,
      gboolean   is_wrong)
{
  if (is_wrong)
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
add_number_row (CsContactEditor *self,
                const char      *number)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), self->number_rows->len == 0 ? _("Number") : _("Another number"));
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (row), GTK_INPUT_PURPOSE_PHONE);
  gtk_editable_set_text (GTK_EDITABLE (row), number);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (check), self);
  g_ptr_array_add (self->number_rows, row);
  adw_preferences_group_add (self->number_group, row);
}

/* Returns what is written there, NULL while it can't be saved. */
static CsContact *
make_contact (CsContactEditor *self)
{
  g_autofree char *name = cs_contact_clean_name (gtk_editable_get_text (self->name_row));
  g_autoptr (CsContact) contact = cs_contact_new (name != NULL ? name : "");
  gboolean is_valid = name != NULL;

  contact->id = self->id;
  for (guint i = 0; i < self->number_rows->len; i++) {
    GtkWidget *row = g_ptr_array_index (self->number_rows, i);
    g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
    gboolean is_wrong = *text != '\0' && !cs_contact_add_number (contact, text);

    mark (row, is_wrong);
    is_valid = is_valid && !is_wrong;
  }
  return is_valid && contact->numbers->len > 0 ? g_steal_pointer (&contact) : NULL;
}

static void
check (CsContactEditor *self)
{
  GtkEditable *last = g_ptr_array_index (self->number_rows, self->number_rows->len - 1);
  g_autoptr (CsContact) contact = NULL;

  if (*gtk_editable_get_text (last) != '\0' && self->number_rows->len < MAX_NUMBERS)
    add_number_row (self, "");
  contact = make_contact (self);
  gtk_widget_set_sensitive (self->save_button, contact != NULL && !self->is_saving);
}

static void
on_saved (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsContactEditor) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  self->is_saving = FALSE;
  if (cs_engine_put_contact_finish (CS_ENGINE (source), result, &error) != 0) {
    g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (CS_ENGINE (source));

    if (snapshot != NULL)
      cs_contact_names_reload (cs_contact_names_get_default (), snapshot->data_dir);
    g_signal_emit (self, signals[SIGNAL_SAVED], 0);
    if (self->engine != NULL)
      gtk_window_destroy (GTK_WINDOW (self));
    return;
  }
  /* The window was closed meanwhile. */
  if (self->engine == NULL)
    return;
  text = g_strdup_printf (_("The contact can’t be saved: %s"), error->message);
  gtk_label_set_label (self->error_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
  check (self);
}

static void
save (CsContactEditor *self)
{
  g_autoptr (CsContact) contact = make_contact (self);

  if (contact == NULL || self->is_saving)
    return;
  self->is_saving = TRUE;
  gtk_widget_set_sensitive (self->save_button, FALSE);
  cs_engine_put_contact_async (self->engine, contact, on_saved, g_object_ref (self));
}

static void
cs_contact_editor_dispose (GObject *object)
{
  CsContactEditor *self = CS_CONTACT_EDITOR (object);

  G_OBJECT_CLASS (cs_contact_editor_parent_class)->dispose (object);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->number_rows, g_ptr_array_unref);
}

static void
cs_contact_editor_class_init (CsContactEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_contact_editor_dispose;

  signals[SIGNAL_SAVED] =
      g_signal_new ("saved", CS_TYPE_CONTACT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  cs_resources_register ();
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-contact-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, CsContactEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, CsContactEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsContactEditor, number_group);
  gtk_widget_class_bind_template_child (widget_class, CsContactEditor, error_label);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, save);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cs_contact_editor_init (CsContactEditor *self)
{
  self->number_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->save_button);
}

/**
 * cs_contact_editor_new:
 * @engine: what keeps the contact
 * @contact: (nullable): the one to change, or with an id of 0 what a new one begins with
 *
 * Returns: (transfer none): a window to present
 */
CsContactEditor *
cs_contact_editor_new (CsEngine        *engine,
                       const CsContact *contact)
{
  CsContactEditor *self;

  g_return_val_if_fail (CS_IS_ENGINE (engine), NULL);

  self = g_object_new (CS_TYPE_CONTACT_EDITOR, NULL);
  self->engine = g_object_ref (engine);
  self->id = contact != NULL ? contact->id : 0;
  gtk_window_set_title (GTK_WINDOW (self), self->id != 0 ? _("Edit contact") : _("New contact"));
  for (guint i = 0; contact != NULL && i < contact->numbers->len; i++)
    add_number_row (self, g_ptr_array_index (contact->numbers, i));
  if (self->number_rows->len < MAX_NUMBERS)
    add_number_row (self, "");
  if (contact != NULL)
    gtk_editable_set_text (self->name_row, contact->name);
  check (self);
  return self;
}

/* Looks up who has a number. */
typedef struct {
  CsEngine *engine;  /* (owned) */
  char *data_dir;    /* (owned) */
  char *number;      /* (owned) */
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_object_unref (lookup->engine);
  g_free (lookup->data_dir);
  g_free (lookup->number);
  g_free (lookup);
}

static void
look_up (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Lookup *lookup = data;
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (lookup->data_dir, NULL);
  CsContact *contact = reader != NULL ? cs_store_reader_find_contact (reader, lookup->number, NULL) : NULL;

  if (contact == NULL) {
    contact = cs_contact_new ("");
    cs_contact_add_number (contact, lookup->number);
  }
  g_task_return_pointer (task, contact, (GDestroyNotify) cs_contact_free);
}

static void
on_looked_up (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsContact) contact = g_task_propagate_pointer (G_TASK (result), NULL);
  Lookup *lookup = g_task_get_task_data (G_TASK (result));
  GtkWindow *parent = GTK_WINDOW (source);
  CsContactEditor *editor;

  if (contact == NULL || !gtk_widget_get_mapped (GTK_WIDGET (parent)))
    return;
  editor = cs_contact_editor_new (lookup->engine, contact);
  gtk_window_set_transient_for (GTK_WINDOW (editor), parent);
  gtk_window_present (GTK_WINDOW (editor));
}

/**
 * cs_contact_editor_open_number:
 * @parent: the window in front of which it appears
 * @engine: what keeps the contact
 * @number: a number; its contact is opened, or a new one with it
 */
void
cs_contact_editor_open_number (GtkWindow  *parent,
                               CsEngine   *engine,
                               const char *number)
{
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GTask) task = NULL;
  Lookup *lookup;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (CS_IS_ENGINE (engine));
  g_return_if_fail (number != NULL);

  snapshot = cs_engine_get_snapshot (engine);
  if (snapshot == NULL)
    return;
  lookup = g_new0 (Lookup, 1);
  lookup->engine = g_object_ref (engine);
  lookup->data_dir = g_strdup (snapshot->data_dir);
  lookup->number = g_strdup (number);
  task = g_task_new (parent, NULL, on_looked_up, NULL);
  g_task_set_source_tag (task, cs_contact_editor_open_number);
  g_task_set_task_data (task, lookup, lookup_free);
  g_task_run_in_thread (task, look_up);
}
