/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-line-preferences.h"

#include <glib/gi18n.h>

#include "ui/cs-announcement-group.h"
#include "ui/cs-file-row.h"
#include "ui/cs-order-database-group.h"
#include "ui/cs-order-numbers-group.h"
#include "ui/cs-setting-row.h"

/* Where orders are looked up, in the order of the row's list. */
typedef enum {
  SOURCE_BOOK,
  SOURCE_FILE,
  SOURCE_DATABASE, /* the last: it may be missing */
} Source;

/*
 * CsOrderLinePreferences: the page of the preferences about the order line.
 */
struct _CsOrderLinePreferences {
  AdwPreferencesPage parent_instance;

  CsOrderNumbersGroup *numbers_group;
  GtkSpinButton *digits_spin;
  GtkSpinButton *timeout_spin;
  CsSettingRow *transfer_row;
  AdwComboRow *language_row;
  AdwComboRow *source_row;
  CsFileRow *file_row;
  CsOrderDatabaseGroup *database_group;
  CsAnnouncementGroup *announcement_group;

  CsSettings *settings; /* (owned) (nullable) */
  gboolean wants_file;  /* a file is chosen as the source, but not yet which one */
};

G_DEFINE_FINAL_TYPE (CsOrderLinePreferences, cs_order_line_preferences, ADW_TYPE_PREFERENCES_PAGE)

static const char *const languages[] = { "", "en", "de" };

static GSettings *
get_gsettings (CsOrderLinePreferences *self)
{
  return cs_settings_get_gsettings (self->settings);
}

static gboolean
milliseconds_to_seconds (GValue   *value,
                         GVariant *variant,
                         gpointer  user_data)
{
  g_value_set_double (value, g_variant_get_int32 (variant) / 1000.0);
  return TRUE;
}

static GVariant *
seconds_to_milliseconds (const GValue       *value,
                         const GVariantType *type,
                         gpointer            user_data)
{
  return g_variant_new_int32 ((gint32) MAX (g_value_get_double (value) * 1000 + 0.5, 1));
}

static const char *
get_transfer_problem (const char *text)
{
  return *text == '\0' || cs_order_numbers_group_is_number (text) ? NULL : _("That is not a telephone number");
}

static Source
get_source (CsOrderLinePreferences *self)
{
  g_autofree char *source = g_settings_get_string (get_gsettings (self), "orders-source");
  g_autofree char *file = g_settings_get_string (get_gsettings (self), "orders-csv-file");

  if (g_str_equal (source, "database"))
    return SOURCE_DATABASE;
  return *file != '\0' || self->wants_file ? SOURCE_FILE : SOURCE_BOOK;
}

static void
show_settings (CsOrderLinePreferences *self)
{
  g_autofree char *language = g_settings_get_string (get_gsettings (self), "orders-language");
  Source source = get_source (self);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    if (g_str_equal (language, languages[i]))
      adw_combo_row_set_selected (self->language_row, i);
  }
  adw_combo_row_set_selected (self->source_row, source);
  gtk_widget_set_visible (GTK_WIDGET (self->file_row), source == SOURCE_FILE);
  gtk_widget_set_visible (GTK_WIDGET (self->database_group), source == SOURCE_DATABASE);
}

static void
on_language_selected (CsOrderLinePreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->language_row);

  if (selected < G_N_ELEMENTS (languages))
    g_settings_set_string (get_gsettings (self), "orders-language", languages[selected]);
}

static void
on_source_selected (CsOrderLinePreferences *self)
{
  Source source = (Source) adw_combo_row_get_selected (self->source_row);

  if (source == get_source (self))
    return;
  self->wants_file = source == SOURCE_FILE;
  if (source == SOURCE_BOOK)
    g_settings_set_string (get_gsettings (self), "orders-csv-file", "");
  g_settings_set_string (get_gsettings (self), "orders-source", source == SOURCE_DATABASE ? "database" : "book");
  show_settings (self);
}

static void
cs_order_line_preferences_dispose (GObject *object)
{
  CsOrderLinePreferences *self = CS_ORDER_LINE_PREFERENCES (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_order_line_preferences_parent_class)->dispose (object);
}

static void
cs_order_line_preferences_class_init (CsOrderLinePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_order_line_preferences_dispose;

  g_type_ensure (CS_TYPE_ANNOUNCEMENT_GROUP);
  g_type_ensure (CS_TYPE_FILE_ROW);
  g_type_ensure (CS_TYPE_ORDER_DATABASE_GROUP);
  g_type_ensure (CS_TYPE_ORDER_NUMBERS_GROUP);
  g_type_ensure (CS_TYPE_SETTING_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-order-line-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, numbers_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, digits_spin);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, timeout_spin);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, transfer_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, language_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, source_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, file_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, database_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderLinePreferences, announcement_group);
}

static void
cs_order_line_preferences_init (CsOrderLinePreferences *self)
{
  g_autoptr (GtkStringList) sources = gtk_string_list_new (NULL), names = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_string_list_append (sources, _("The built-in order book"));
  gtk_string_list_append (sources, _("A CSV file"));
  if (cs_order_database_is_built ())
    gtk_string_list_append (sources, _("A database"));
  adw_combo_row_set_model (self->source_row, G_LIST_MODEL (sources));
  gtk_string_list_append (names, _("As the desktop"));
  gtk_string_list_append (names, _("English"));
  gtk_string_list_append (names, _("German"));
  adw_combo_row_set_model (self->language_row, G_LIST_MODEL (names));
}

/**
 * cs_order_line_preferences_set_settings:
 * @self: the page, which has none yet
 * @settings: what it shows and changes
 */
void
cs_order_line_preferences_set_settings (CsOrderLinePreferences *self,
                                        CsSettings             *settings)
{
  g_return_if_fail (CS_IS_ORDER_LINE_PREFERENCES (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  cs_order_numbers_group_set_settings (self->numbers_group, settings);
  cs_order_database_group_set_settings (self->database_group, settings);
  cs_announcement_group_set_settings (self->announcement_group, settings);
  g_settings_bind (get_gsettings (self), "orders-digits", self->digits_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (get_gsettings (self), "orders-timeout", self->timeout_spin, "value", G_SETTINGS_BIND_DEFAULT,
                                milliseconds_to_seconds, seconds_to_milliseconds, NULL, NULL);
  cs_setting_row_bind (self->transfer_row, get_gsettings (self), "orders-transfer-number", get_transfer_problem);
  cs_file_row_bind (self->file_row, get_gsettings (self), "orders-csv-file", _("Choose a CSV file"),
                    _("None is chosen yet: the built-in book is used"));
  show_settings (self);
  g_signal_connect_swapped (self->language_row, "notify::selected", G_CALLBACK (on_language_selected), self);
  g_signal_connect_swapped (self->source_row, "notify::selected", G_CALLBACK (on_source_selected), self);
  g_signal_connect_object (get_gsettings (self), "changed", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
}

/**
 * cs_order_line_preferences_set_engine:
 * @self: the page, which has its settings
 * @engine: (nullable): what tests the database
 * @secrets: (nullable): where its password is kept
 */
void
cs_order_line_preferences_set_engine (CsOrderLinePreferences *self,
                                      CsEngine               *engine,
                                      CsSecrets              *secrets)
{
  g_return_if_fail (CS_IS_ORDER_LINE_PREFERENCES (self));

  cs_order_database_group_set_engine (self->database_group, engine, secrets);
}
