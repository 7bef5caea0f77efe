/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-mapping-group.h"

#include <glib/gi18n.h>

#include "ui/cs-display-text.h"

/* In characters. */
#define MAX_EXCERPT 40

typedef enum {
  ROLE_CUSTOMER,
  ROLE_STATE,
  ROLE_NAME,
  ROLE_NOTE,
  N_ROLES,
} Role;

static const struct {
  const char *title;
  gsize offset;
  gboolean is_optional;
} roles[N_ROLES] = {
  [ROLE_CUSTOMER] = { N_("Customer number"), G_STRUCT_OFFSET (CsOrderMapping, customer), FALSE },
  [ROLE_STATE] = { NC_("order", "State"), G_STRUCT_OFFSET (CsOrderMapping, state), FALSE },
  [ROLE_NAME] = { N_("Name"), G_STRUCT_OFFSET (CsOrderMapping, name), TRUE },
  [ROLE_NOTE] = { N_("Note"), G_STRUCT_OFFSET (CsOrderMapping, note), TRUE },
};

/*
 * CsOrderMappingGroup: which column of a table is what, and what the words for states mean, as found out or as the user says.
 */
struct _CsOrderMappingGroup {
  AdwBin parent_instance;

  GtkSwitch *header_switch;
  AdwComboRow *rows[N_ROLES];
  AdwPreferencesGroup *word_group;
  GPtrArray *word_rows;      /* (owned) (element-type AdwComboRow) each has its word as "word" */

  GPtrArray *cells;          /* (owned) (nullable) (element-type GStrv) of the preview */
  CsOrderMapping *mapping;   /* (owned) */
  gboolean is_setting;
};

G_DEFINE_FINAL_TYPE (CsOrderMappingGroup, cs_order_mapping_group, ADW_TYPE_BIN)

typedef enum {
  SIGNAL_CHANGED,
} CsOrderMappingGroupSignal;

static guint signals[SIGNAL_CHANGED + 1];

static int *
get_column (CsOrderMappingGroup *self,
            Role                 role)
{
  return G_STRUCT_MEMBER_P (self->mapping, roles[role].offset);
}

static char *
get_excerpt (const char *cell)
{
  g_autofree char *text = cs_display_text_clean (cell);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (text, -1) <= MAX_EXCERPT)
    return g_steal_pointer (&text);
  start = g_utf8_substring (text, 0, MAX_EXCERPT);
  return g_strconcat (start, "…", NULL);
}

/* What a column is known by: its header, or where there is none its number and first cell. */
static char *
name_column (CsOrderMappingGroup *self,
             guint                column)
{
  char **first = self->cells->len > 0 ? g_ptr_array_index (self->cells, 0) : NULL;
  gboolean has_cell = first != NULL && column < g_strv_length (first) && *first[column] != '\0';
  g_autofree char *cell = has_cell ? get_excerpt (first[column]) : NULL;

  if (cell != NULL && self->mapping->has_header)
    return g_steal_pointer (&cell);
  if (cell != NULL)
    /* Translators: the number of a column, and what stands in it. */
    return g_strdup_printf (_("Column %u: %s"), column + 1, cell);
  return g_strdup_printf (_("Column %u"), column + 1);
}

static GtkStringList *
name_columns (CsOrderMappingGroup *self,
              guint                n_columns)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, C_("column", "None"));
  for (guint i = 0; i < n_columns; i++) {
    g_autofree char *name = name_column (self, i);

    gtk_string_list_append (names, name);
  }
  return names;
}

static void
remove_word_rows (CsOrderMappingGroup *self)
{
  for (guint i = 0; i < self->word_rows->len; i++)
    adw_preferences_group_remove (self->word_group, g_ptr_array_index (self->word_rows, i));
  g_ptr_array_set_size (self->word_rows, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->word_group), FALSE);
}

static void
on_column_selected (CsOrderMappingGroup *self)
{
  int old_state = self->mapping->state;

  if (self->is_setting)
    return;
  for (int role = 0; role < N_ROLES; role++)
    *get_column (self, (Role) role) = (int) adw_combo_row_get_selected (self->rows[role]) - 1;
  if (self->mapping->state != old_state) {
    g_clear_pointer (&self->mapping->words, g_hash_table_unref);
    remove_word_rows (self);
  }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_header_changed (CsOrderMappingGroup *self)
{
  if (self->is_setting)
    return;
  self->mapping->has_header = gtk_switch_get_active (self->header_switch);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_word_selected (CsOrderMappingGroup *self,
                  GParamSpec          *pspec,
                  AdwComboRow         *row)
{
  const char *word = g_object_get_data (G_OBJECT (row), "word");
  guint selected = adw_combo_row_get_selected (row);
  g_autofree char *folded = g_utf8_casefold (word, -1);

  if (selected > 0)
    cs_order_mapping_set_word (self->mapping, word, (CsOrderState) (selected - 1));
  else if (self->mapping->words != NULL)
    g_hash_table_remove (self->mapping->words, folded);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
has_word_row (CsOrderMappingGroup *self,
              const char          *word)
{
  for (guint i = 0; i < self->word_rows->len; i++) {
    if (g_strcmp0 (g_object_get_data (g_ptr_array_index (self->word_rows, i), "word"), word) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
add_word_row (CsOrderMappingGroup *self,
              const char          *word)
{
  g_autoptr (GtkStringList) states = gtk_string_list_new (NULL);
  g_autofree char *excerpt = get_excerpt (word);
  GtkWidget *row = adw_combo_row_new ();

  gtk_string_list_append (states, C_("order state", "Unknown"));
  for (int i = 0; i < CS_N_ORDER_STATES; i++)
    gtk_string_list_append (states, cs_order_state_get_label ((CsOrderState) i));
  /* What a file says is text. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), *excerpt != '\0' ? excerpt : C_("order state", "No word at all"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (states));
  g_object_set_data_full (G_OBJECT (row), "word", g_strdup (word), g_free);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (on_word_selected), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->word_rows, row);
  adw_preferences_group_add (self->word_group, row);
  gtk_widget_set_visible (GTK_WIDGET (self->word_group), TRUE);
}

static void
cs_order_mapping_group_finalize (GObject *object)
{
  CsOrderMappingGroup *self = CS_ORDER_MAPPING_GROUP (object);

  g_ptr_array_unref (self->word_rows);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  cs_order_mapping_free (self->mapping);

  G_OBJECT_CLASS (cs_order_mapping_group_parent_class)->finalize (object);
}

static void
cs_order_mapping_group_class_init (CsOrderMappingGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_order_mapping_group_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", CS_TYPE_ORDER_MAPPING_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_order_mapping_group_init (CsOrderMappingGroup *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *column_group = adw_preferences_group_new ();
  GtkWidget *header_row = adw_action_row_new ();

  self->mapping = cs_order_mapping_new ();
  self->word_rows = g_ptr_array_new ();
  self->header_switch = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->header_switch), GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (header_row), _("The first row names the columns"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (header_row), GTK_WIDGET (self->header_switch));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (header_row), GTK_WIDGET (self->header_switch));
  g_signal_connect_swapped (self->header_switch, "notify::active", G_CALLBACK (on_header_changed), self);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (column_group), _("The table"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (column_group), header_row);
  for (int role = 0; role < N_ROLES; role++) {
    self->rows[role] = ADW_COMBO_ROW (adw_combo_row_new ());
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->rows[role]), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[role]),
                                   role == ROLE_STATE ? C_("order", "State") : _(roles[role].title));
    g_signal_connect_swapped (self->rows[role], "notify::selected", G_CALLBACK (on_column_selected), self);
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (column_group), GTK_WIDGET (self->rows[role]));
  }
  self->word_group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->word_group, _("Words for states"));
  adw_preferences_group_set_description (self->word_group, _("Say what these mean. Rows with a word that stays unknown can’t be used."));
  gtk_widget_set_visible (GTK_WIDGET (self->word_group), FALSE);
  gtk_box_append (GTK_BOX (box), column_group);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->word_group));
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * cs_order_mapping_group_set_preview:
 * @self: the group
 * @preview: the beginning of the table; the first one brings the guess, later ones what is still unknown
 */
void
cs_order_mapping_group_set_preview (CsOrderMappingGroup  *self,
                                    const CsOrderPreview *preview)
{
  g_return_if_fail (CS_IS_ORDER_MAPPING_GROUP (self));
  g_return_if_fail (preview != NULL);

  self->is_setting = TRUE;
  if (self->cells == NULL) {
    cs_order_mapping_free (self->mapping);
    self->mapping = cs_order_mapping_copy (preview->mapping);
  }
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  self->cells = g_ptr_array_ref (preview->rows);
  gtk_switch_set_active (self->header_switch, self->mapping->has_header);
  for (int role = 0; role < N_ROLES; role++) {
    g_autoptr (GtkStringList) names = name_columns (self, preview->n_columns);

    adw_combo_row_set_model (self->rows[role], G_LIST_MODEL (names));
    adw_combo_row_set_selected (self->rows[role], (guint) (*get_column (self, (Role) role) + 1));
  }
  for (guint i = 0; i < preview->words->len; i++) {
    if (!has_word_row (self, g_ptr_array_index (preview->words, i)))
      add_word_row (self, g_ptr_array_index (preview->words, i));
  }
  self->is_setting = FALSE;
}

/**
 * cs_order_mapping_group_get:
 * @self: the group
 *
 * Returns: (transfer none): how the table is to be read
 */
const CsOrderMapping *
cs_order_mapping_group_get (CsOrderMappingGroup *self)
{
  g_return_val_if_fail (CS_IS_ORDER_MAPPING_GROUP (self), NULL);

  return self->mapping;
}

/**
 * cs_order_mapping_group_is_usable:
 * @self: the group
 *
 * Returns: whether each of the columns that an order needs is known, and none of them is two things
 */
gboolean
cs_order_mapping_group_is_usable (CsOrderMappingGroup *self)
{
  g_return_val_if_fail (CS_IS_ORDER_MAPPING_GROUP (self), FALSE);

  for (int i = 0; i < N_ROLES; i++) {
    int column = *get_column (self, (Role) i);

    if (column < 0 && !roles[i].is_optional)
      return FALSE;
    for (int j = 0; j < i; j++) {
      if (column >= 0 && column == *get_column (self, (Role) j))
        return FALSE;
    }
  }
  return TRUE;
}
