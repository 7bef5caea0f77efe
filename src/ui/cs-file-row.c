/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-file-row.h"

#include <glib/gi18n.h>

/*
 * CsFileRow: a file that a setting names. It is chosen, not typed: inside a sandbox only a chosen one can be read.
 */
struct _CsFileRow {
  AdwActionRow parent_instance;

  GtkWidget *choose_button;
  GtkWidget *forget_button;

  GSettings *settings;           /* (owned) (nullable) */
  char *key;                     /* (owned) (nullable) */
  char *question;                /* (owned) (nullable) */
  char *without;                 /* (owned) (nullable) */
  GtkFileChooserNative *chooser; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsFileRow, cs_file_row, ADW_TYPE_ACTION_ROW)

static void
show_setting (CsFileRow *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, self->key);
  g_autofree char *shown = g_filename_display_name (path);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), *path != '\0' ? shown : self->without);
  gtk_widget_set_visible (self->forget_button, *path != '\0');
}

static void
on_response (CsFileRow *self,
             int        response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  if (file != NULL && g_file_peek_path (file) != NULL)
    g_settings_set_string (self->settings, self->key, g_file_peek_path (file));
}

static void
on_choose_clicked (CsFileRow *self)
{
  if (self->chooser != NULL || self->settings == NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (self->question, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_forget_clicked (CsFileRow *self)
{
  gtk_widget_grab_focus (self->choose_button);
  g_settings_reset (self->settings, self->key);
}

static void
cs_file_row_dispose (GObject *object)
{
  CsFileRow *self = CS_FILE_ROW (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_file_row_parent_class)->dispose (object);
}

static void
cs_file_row_finalize (GObject *object)
{
  CsFileRow *self = CS_FILE_ROW (object);

  g_free (self->key);
  g_free (self->question);
  g_free (self->without);

  G_OBJECT_CLASS (cs_file_row_parent_class)->finalize (object);
}

static void
cs_file_row_class_init (CsFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_file_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_file_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsFileRow, choose_button);
  gtk_widget_class_bind_template_child (widget_class, CsFileRow, forget_button);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_forget_clicked);
}

static void
cs_file_row_init (CsFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_file_row_bind:
 * @self: a row, titled with what the file is
 * @settings: where its path is kept
 * @key: under which name; empty where there is none
 * @question: what the dialogue is called in which it is chosen
 * @without: what stands in the path's place where there is none
 */
void
cs_file_row_bind (CsFileRow  *self,
                  GSettings  *settings,
                  const char *key,
                  const char *question,
                  const char *without)
{
  g_autofree char *signal = NULL;

  g_return_if_fail (CS_IS_FILE_ROW (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  self->question = g_strdup (question);
  self->without = g_strdup (without);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choose_button), GTK_ACCESSIBLE_PROPERTY_LABEL, question, -1);
  signal = g_strconcat ("changed::", key, NULL);
  g_signal_connect_object (settings, signal, G_CALLBACK (show_setting), self, G_CONNECT_SWAPPED);
  show_setting (self);
}
