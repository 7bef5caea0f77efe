/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-import-columns.h"

#include <glib/gi18n.h>

/* In characters. */
#define MAX_EXCERPT 40

/*
 * CsImportColumns: what each column of a table holds, as found out or as the user says.
 */
struct _CsImportColumns {
  AdwBin parent_instance;

  AdwExpanderRow *expander;
  GtkSwitch *header_switch;
  GPtrArray *roles;          /* (owned) (element-type AdwComboRow) */
  GPtrArray *rows;           /* (owned) (element-type GStrv) of the preview */
  CsContactColumns columns;
  gboolean is_setting;
};

G_DEFINE_FINAL_TYPE (CsImportColumns, cs_import_columns, ADW_TYPE_BIN)

typedef enum {
  SIGNAL_CHANGED,
} CsImportColumnsSignal;

static guint signals[SIGNAL_CHANGED + 1];

static const char *
get_role_name (CsContactRole role)
{
  switch (role) {
  case CS_CONTACT_ROLE_NONE:
    return C_("column", "Not imported");
  case CS_CONTACT_ROLE_NAME:
    return C_("column", "Name");
  case CS_CONTACT_ROLE_GIVEN_NAME:
    return C_("column", "First name");
  case CS_CONTACT_ROLE_FAMILY_NAME:
    return C_("column", "Last name");
  case CS_CONTACT_ROLE_COMPANY:
    return C_("column", "Company");
  case CS_CONTACT_ROLE_NUMBER:
    return C_("column", "Telephone number");
  }
  g_return_val_if_reached ("");
}

static const char *
get_cell (CsImportColumns *self,
          guint            row,
          guint            column)
{
  char **cells = row < self->rows->len ? g_ptr_array_index (self->rows, row) : NULL;

  return cells != NULL && column < g_strv_length (cells) ? cells[column] : "";
}

/* Returns what a column's row says of a cell: enough to know it by. (transfer full) (nullable) */
static char *
get_excerpt (CsImportColumns *self,
             guint            row,
             guint            column)
{
  g_autofree char *text = cs_contact_clean_name (get_cell (self, row, column));
  g_autofree char *start = NULL;

  if (text == NULL || g_utf8_strlen (text, -1) <= MAX_EXCERPT)
    return g_steal_pointer (&text);
  start = g_utf8_substring (text, 0, MAX_EXCERPT);
  return g_strconcat (start, "…", NULL);
}

/* "First name, last name and telephone number" would need a list in each language; points between do for all. */
static void
show_summary (CsImportColumns *self)
{
  g_autoptr (GString) summary = g_string_new (NULL);

  for (guint role = CS_CONTACT_ROLE_NAME; role < CS_N_CONTACT_ROLES; role++) {
    guint n = 0;

    for (guint i = 0; i < self->columns.n_columns; i++)
      n += self->columns.roles[i] == role;
    if (n == 0)
      continue;
    g_string_append_printf (summary, "%s%s", summary->len > 0 ? " · " : "", get_role_name (role));
    if (n > 1)
      g_string_append_printf (summary, " × %u", n);
  }
  adw_expander_row_set_subtitle (self->expander, summary->len > 0 ? summary->str : _("Say which columns have names and numbers"));
}

static void
show_columns (CsImportColumns *self)
{
  for (guint i = 0; i < self->roles->len; i++) {
    AdwActionRow *row = g_ptr_array_index (self->roles, i);
    g_autofree char *number = g_strdup_printf (_("Column %u"), i + 1);
    g_autofree char *header = self->columns.has_header ? get_excerpt (self, 0, i) : NULL;
    g_autofree char *sample = get_excerpt (self, self->columns.has_header, i);

    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), header != NULL ? header : number);
    adw_action_row_set_subtitle (row, sample != NULL ? sample : "");
  }
}

static void
on_role_changed (CsImportColumns *self)
{
  if (self->is_setting)
    return;
  for (guint i = 0; i < self->roles->len; i++)
    self->columns.roles[i] = (guchar) adw_combo_row_get_selected (g_ptr_array_index (self->roles, i));
  show_summary (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_header_changed (CsImportColumns *self)
{
  if (self->is_setting)
    return;
  self->columns.has_header = gtk_switch_get_active (self->header_switch);
  show_columns (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
add_role_row (CsImportColumns *self,
              GtkStringList   *names,
              guint            column)
{
  GtkWidget *row = adw_combo_row_new ();

  /* What a file says is text. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), self->columns.roles[column]);
  g_signal_connect_swapped (row, "notify::selected", G_CALLBACK (on_role_changed), self);
  g_ptr_array_add (self->roles, row);
  adw_expander_row_add_row (self->expander, row);
}

static void
cs_import_columns_dispose (GObject *object)
{
  CsImportColumns *self = CS_IMPORT_COLUMNS (object);

  G_OBJECT_CLASS (cs_import_columns_parent_class)->dispose (object);
  g_clear_pointer (&self->roles, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
}

static void
cs_import_columns_class_init (CsImportColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_import_columns_dispose;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", CS_TYPE_IMPORT_COLUMNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_import_columns_init (CsImportColumns *self)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *header_row = adw_action_row_new ();

  self->roles = g_ptr_array_new ();
  self->expander = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->expander), _("Columns"));
  self->header_switch = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->header_switch), GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (header_row), _("The first row names the columns"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (header_row), GTK_WIDGET (self->header_switch));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (header_row), GTK_WIDGET (self->header_switch));
  g_signal_connect_swapped (self->header_switch, "notify::active", G_CALLBACK (on_header_changed), self);

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), header_row);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (self->expander));
  adw_bin_set_child (ADW_BIN (self), list);
}

/**
 * cs_import_columns_set_preview:
 * @self: the columns, which were given no preview before
 * @preview: the beginning of a table
 */
void
cs_import_columns_set_preview (CsImportColumns        *self,
                               const CsContactPreview *preview)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gboolean has_name = FALSE, has_number = FALSE;

  g_return_if_fail (CS_IS_IMPORT_COLUMNS (self));
  g_return_if_fail (preview != NULL && !preview->is_vcard);
  g_return_if_fail (self->rows == NULL);

  self->is_setting = TRUE;
  self->rows = g_ptr_array_ref (preview->rows);
  self->columns = preview->columns;
  for (guint role = 0; role < CS_N_CONTACT_ROLES; role++)
    gtk_string_list_append (names, get_role_name (role));
  for (guint i = 0; i < self->columns.n_columns; i++) {
    add_role_row (self, names, i);
    has_number = has_number || self->columns.roles[i] == CS_CONTACT_ROLE_NUMBER;
    has_name = has_name || (self->columns.roles[i] != CS_CONTACT_ROLE_NONE && self->columns.roles[i] != CS_CONTACT_ROLE_NUMBER);
  }
  gtk_switch_set_active (self->header_switch, self->columns.has_header);
  adw_expander_row_set_expanded (self->expander, !has_name || !has_number);
  self->is_setting = FALSE;
  show_columns (self);
  show_summary (self);
}

/**
 * cs_import_columns_get:
 * @self: the columns
 *
 * Returns: (transfer none): how the table is to be read
 */
const CsContactColumns *
cs_import_columns_get (CsImportColumns *self)
{
  g_return_val_if_fail (CS_IS_IMPORT_COLUMNS (self), NULL);

  return &self->columns;
}
