/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-zone-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "desktop/cs-settings.h"

/* Country code, coordinates, name of the zone, comments. */
#define ZONE_TABLE "/usr/share/zoneinfo/zone1970.tab"
#define ZONE_COLUMN 2

/*
 * CsZoneRow: the time zone of the Exotel account, by its name. Names complete themselves while one types; only one that is
 * known is stored, in the key exotel-timezone.
 */
struct _CsZoneRow {
  AdwActionRow parent_instance;

  GtkEntry *entry;
  GtkListStore *names;   /* (owned) */
  GCancellable *loading; /* (owned) */
  GSettings *settings;   /* (owned) (nullable) */
  char *subtitle;        /* (owned) (nullable) what the row says while nothing is wrong */
};

G_DEFINE_FINAL_TYPE (CsZoneRow, cs_zone_row, ADW_TYPE_ACTION_ROW)

static char *
get_name (CsZoneRow *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
}

static void
on_changed (CsZoneRow *self)
{
  g_autofree char *name = get_name (self);
  gboolean is_right = cs_settings_is_zone_name (name);

  if (self->subtitle == NULL)
    self->subtitle = g_strdup (adw_action_row_get_subtitle (ADW_ACTION_ROW (self)));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), is_right ? self->subtitle : _("No such time zone: it is called, for example, Asia/Kolkata"));
  if (is_right)
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               is_right ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

static void
store (CsZoneRow *self)
{
  g_autofree char *name = get_name (self);

  if (self->settings != NULL && cs_settings_is_zone_name (name))
    g_settings_set_string (self->settings, "exotel-timezone", name);
}

static void
show_setting (CsZoneRow *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "exotel-timezone");

  if (g_strcmp0 (name, gtk_editable_get_text (GTK_EDITABLE (self->entry))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), name);
}

static gboolean
on_match_selected (CsZoneRow    *self,
                   GtkTreeModel *model,
                   GtkTreeIter  *iter)
{
  g_autofree char *name = NULL;

  gtk_tree_model_get (model, iter, 0, &name, -1);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), name);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  store (self);
  return TRUE;
}

/* "kolk" finds Asia/Kolkata. */
static gboolean
is_match (GtkEntryCompletion *completion,
          const char         *key,
          GtkTreeIter        *iter,
          gpointer            user_data)
{
  g_autofree char *name = NULL;
  g_autofree char *folded = NULL;

  gtk_tree_model_get (gtk_entry_completion_get_model (completion), iter, 0, &name, -1);
  folded = g_utf8_casefold (name, -1);
  return strstr (folded, key) != NULL;
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  CsZoneRow *self = user_data;

  /* Without the table nothing is suggested; a name that is typed is known all the same. */
  if (!g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, &error))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);

    if (*lines[i] == '#' || g_strv_length (columns) <= ZONE_COLUMN || !cs_settings_is_zone_name (columns[ZONE_COLUMN]))
      continue;
    /* At once: a row without its name is matched, too. */
    gtk_list_store_insert_with_values (self->names, NULL, -1, 0, columns[ZONE_COLUMN], -1);
  }
}

static void
cs_zone_row_dispose (GObject *object)
{
  CsZoneRow *self = CS_ZONE_ROW (object);

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_zone_row_parent_class)->dispose (object);
}

static void
cs_zone_row_finalize (GObject *object)
{
  CsZoneRow *self = CS_ZONE_ROW (object);

  g_clear_object (&self->loading);
  g_clear_object (&self->names);
  g_free (self->subtitle);

  G_OBJECT_CLASS (cs_zone_row_parent_class)->finalize (object);
}

static void
cs_zone_row_class_init (CsZoneRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_zone_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_zone_row_finalize;
}

static void
cs_zone_row_init (CsZoneRow *self)
{
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();
  g_autoptr (GFile) file = g_file_new_for_path (ZONE_TABLE);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = GTK_ENTRY (gtk_entry_new ());
  self->names = gtk_list_store_new (1, G_TYPE_STRING);
  self->loading = g_cancellable_new ();
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (self->names));
  gtk_entry_completion_set_text_column (completion, 0);
  gtk_entry_completion_set_match_func (completion, is_match, NULL, NULL);
  g_signal_connect_object (completion, "match-selected", G_CALLBACK (on_match_selected), self, G_CONNECT_SWAPPED);
  gtk_entry_set_completion (self->entry, completion);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 14);
  gtk_widget_set_valign (GTK_WIDGET (self->entry), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Time zone"), -1);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (store), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (store), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), focus);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->entry));
  g_file_load_contents_async (file, self->loading, on_loaded, self);
}

/**
 * cs_zone_row_set_settings:
 * @self: a row
 * @settings: where the name is kept
 */
void
cs_zone_row_set_settings (CsZoneRow *self,
                          GSettings *settings)
{
  g_return_if_fail (CS_IS_ZONE_ROW (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::exotel-timezone", G_CALLBACK (show_setting), self, G_CONNECT_SWAPPED);
  show_setting (self);
}
