/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-numbers-group.h"

#include <glib/gi18n.h>

#include "desktop/cs-setting-check.h"
#include "store/cs-store-list.h"
#include "ui/cs-number-format.h"

#define KEY "orders-numbers"
/* Shorter ones are no telephone's. */
#define MIN_DIGITS 3

/*
 * CsOrderNumbersGroup: which of the own numbers the order line answers. Those that calls came in for are offered; others can be typed.
 */
struct _CsOrderNumbersGroup {
  AdwPreferencesGroup parent_instance;

  AdwEntryRow *entry_row;
  GPtrArray *rows;           /* (owned) (element-type GtkWidget) */

  GSettings *settings;       /* (owned) (nullable) */
  GPtrArray *seen;           /* (owned) (nullable) (element-type utf8) */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CsOrderNumbersGroup, cs_order_numbers_group, ADW_TYPE_PREFERENCES_GROUP)

/* Numbers are compared by their last ten digits, however they are written. */
static gboolean
is_same_number (const char *a,
                const char *b)
{
  g_autofree char *first = cs_number_get_key (a), *second = cs_number_get_key (b);

  return first != NULL && g_strcmp0 (first, second) == 0;
}

static gboolean
is_in (char      **numbers,
       const char *number)
{
  for (guint i = 0; numbers[i] != NULL; i++) {
    if (is_same_number (numbers[i], number))
      return TRUE;
  }
  return FALSE;
}

/* Says of one number whether the line answers it. */
static void
set_number (CsOrderNumbersGroup *self,
            const char          *number,
            gboolean             answers)
{
  g_auto (GStrv) numbers = g_settings_get_strv (self->settings, KEY);
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();

  if (answers && is_in (numbers, number))
    return;
  for (guint i = 0; numbers[i] != NULL; i++) {
    if (!is_same_number (numbers[i], number))
      g_ptr_array_add (changed, numbers[i]);
  }
  if (answers)
    g_ptr_array_add (changed, (char *) number);
  g_ptr_array_add (changed, NULL);
  g_settings_set_strv (self->settings, KEY, (const char *const *) changed->pdata);
}

static void
on_toggled (CsOrderNumbersGroup *self,
            GtkCheckButton      *check)
{
  g_autofree char *number = g_strdup (gtk_widget_get_name (GTK_WIDGET (check)));

  set_number (self, number, gtk_check_button_get_active (check));
}

static void
add_row (CsOrderNumbersGroup *self,
         const char          *number,
         gboolean             answers)
{
  g_autofree char *title = cs_number_format_isolate (number);
  GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), answers);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_set_name (check, number);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
}

/* The set numbers first, then those that calls came in for. The entry stays last. */
static void
show_numbers (CsOrderNumbersGroup *self)
{
  g_auto (GStrv) numbers = g_settings_get_strv (self->settings, KEY);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_object_ref (self->entry_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->entry_row));
  for (guint i = 0; numbers[i] != NULL; i++)
    add_row (self, numbers[i], TRUE);
  for (guint i = 0; self->seen != NULL && i < self->seen->len; i++) {
    if (!is_in (numbers, g_ptr_array_index (self->seen, i)))
      add_row (self, g_ptr_array_index (self->seen, i), FALSE);
  }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->entry_row));
  g_object_unref (self->entry_row);
}

/* A number that is ticked keeps its place while the window is open. */
static void
on_numbers_changed (CsOrderNumbersGroup *self)
{
  g_auto (GStrv) numbers = g_settings_get_strv (self->settings, KEY);
  guint n_shown = 0;

  for (guint i = 0; i < self->rows->len; i++) {
    GtkWidget *check = GTK_WIDGET (adw_action_row_get_activatable_widget (g_ptr_array_index (self->rows, i)));
    gboolean answers = is_in (numbers, gtk_widget_get_name (check));

    n_shown += answers ? 1 : 0;
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)) != answers)
      break;
  }
  if (n_shown != g_strv_length (numbers))
    show_numbers (self);
}

static void
check_entry (CsOrderNumbersGroup *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry_row))));
  gboolean is_wrong = *text != '\0' && !cs_order_numbers_group_is_number (text);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->entry_row),
                                 is_wrong ? _("That is not a telephone number") : _("Another number"));
  if (is_wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry_row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry_row), GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
on_entry_apply (CsOrderNumbersGroup *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry_row))));

  if (!cs_order_numbers_group_is_number (text))
    return;
  adw_entry_row_set_show_apply_button (self->entry_row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->entry_row), "");
  adw_entry_row_set_show_apply_button (self->entry_row, TRUE);
  set_number (self, text, TRUE);
}

static void
read_numbers (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (data, &error);
  GPtrArray *numbers = list != NULL ? cs_store_list_get_numbers (list, &error) : NULL;

  if (numbers == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, numbers, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsOrderNumbersGroup *self = CS_ORDER_NUMBERS_GROUP (source);
  GPtrArray *numbers = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Without a database yet no number was seen: they can be typed. */
  if (numbers == NULL)
    return;
  self->seen = numbers;
  show_numbers (self);
}

static void
cs_order_numbers_group_dispose (GObject *object)
{
  CsOrderNumbersGroup *self = CS_ORDER_NUMBERS_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_order_numbers_group_parent_class)->dispose (object);
}

static void
cs_order_numbers_group_finalize (GObject *object)
{
  CsOrderNumbersGroup *self = CS_ORDER_NUMBERS_GROUP (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (cs_order_numbers_group_parent_class)->finalize (object);
}

static void
cs_order_numbers_group_class_init (CsOrderNumbersGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_order_numbers_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_order_numbers_group_finalize;
}

static void
cs_order_numbers_group_init (CsOrderNumbersGroup *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Numbers that answer"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         _("Calls to these are answered by the order line. All others just ring."));
  self->entry_row = ADW_ENTRY_ROW (adw_entry_row_new ());
  gtk_widget_set_name (GTK_WIDGET (self->entry_row), "orders_number_row");
  adw_entry_row_set_show_apply_button (self->entry_row, TRUE);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry_row), 32);
  g_signal_connect_swapped (self->entry_row, "changed", G_CALLBACK (check_entry), self);
  g_signal_connect_swapped (self->entry_row, "apply", G_CALLBACK (on_entry_apply), self);
  check_entry (self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->entry_row));
}

/**
 * cs_order_numbers_group_set_settings:
 * @self: the group, which has none yet
 * @settings: what it shows and changes
 */
void
cs_order_numbers_group_set_settings (CsOrderNumbersGroup *self,
                                     CsSettings          *settings)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CS_IS_ORDER_NUMBERS_GROUP (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));

  g_set_object (&self->settings, cs_settings_get_gsettings (settings));
  g_signal_connect_object (self->settings, "changed::" KEY, G_CALLBACK (on_numbers_changed), self, G_CONNECT_SWAPPED);
  show_numbers (self);
  task = g_task_new (self, self->cancellable, on_read, NULL);
  g_task_set_source_tag (task, cs_order_numbers_group_set_settings);
  g_task_set_task_data (task, g_strdup (cs_settings_get_data_dir (settings)), g_free);
  g_task_run_in_thread (task, read_numbers);
}

/**
 * cs_order_numbers_group_is_number:
 * @text: what somebody typed
 *
 * Returns: whether it is a telephone number, as people write them
 */
gboolean
cs_order_numbers_group_is_number (const char *text)
{
  g_autoptr (GVariant) value = NULL;
  guint n_digits = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  value = g_variant_ref_sink (g_variant_new_string (text));
  for (const char *c = text; *c != '\0'; c++)
    n_digits += g_ascii_isdigit (*c) ? 1 : 0;
  return n_digits >= MIN_DIGITS && cs_setting_is_dialable (value);
}
