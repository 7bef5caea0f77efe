/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-database-group.h"

#include <glib/gi18n.h>
#include <string.h>

#include "desktop/cs-setting-check.h"
#include "ui/cs-order-look.h"
#include "ui/cs-secret-rows.h"

/*
 * CsOrderDatabaseGroup: the access to a database of the business that has the orders.
 *
 * A test looks one customer number up with what is set, and with the password as typed or stored, and says what a caller would hear.
 */
struct _CsOrderDatabaseGroup {
  AdwPreferencesGroup parent_instance;

  AdwEntryRow *host_row;
  GtkSpinButton *port_spin;
  AdwEntryRow *socket_row;
  AdwEntryRow *name_row;
  AdwEntryRow *user_row;
  AdwPasswordEntryRow *password_row;
  GtkWidget *password_mark;
  GtkWidget *password_remove_button;
  AdwComboRow *tls_row;
  AdwEntryRow *ca_row;
  AdwEntryRow *query_row;
  AdwEntryRow *customer_row;
  AdwActionRow *test_row;
  GtkImage *test_image;
  GtkSpinner *test_spinner;
  GtkWidget *test_button;

  CsSettings *settings;      /* (owned) (nullable) */
  CsEngine *engine;          /* (owned) (nullable) */
  CsSecretRows *secret_rows; /* (owned) of one row */
  GCancellable *cancellable; /* (owned) of all that is under way */
  const char *test_class;    /* (nullable) the one the image has now */
};

G_DEFINE_FINAL_TYPE (CsOrderDatabaseGroup, cs_order_database_group, ADW_TYPE_PREFERENCES_GROUP)

static const char *const tls_values[] = { "auto", "required", "off" };

/* What is typed into a row, and the setting that it is. */
typedef struct {
  gsize offset;
  const char *key;
  const char *title;
} Field;

static const Field fields[] = {
  { G_STRUCT_OFFSET (CsOrderDatabaseGroup, host_row), "orders-db-host", N_("Host") },
  { G_STRUCT_OFFSET (CsOrderDatabaseGroup, socket_row), "orders-db-socket", N_("Socket on this computer, instead of host and port") },
  { G_STRUCT_OFFSET (CsOrderDatabaseGroup, name_row), "orders-db-name", N_("Database") },
  { G_STRUCT_OFFSET (CsOrderDatabaseGroup, user_row), "orders-db-user", N_("User") },
  { G_STRUCT_OFFSET (CsOrderDatabaseGroup, ca_row), "orders-db-ca-file", N_("File with trusted certificates, empty for the system’s") },
  { G_STRUCT_OFFSET (CsOrderDatabaseGroup, query_row), "orders-db-query", N_("Query, with ? for the customer number") },
};

static GSettings *
get_gsettings (CsOrderDatabaseGroup *self)
{
  return cs_settings_get_gsettings (self->settings);
}

static AdwEntryRow *
get_row (CsOrderDatabaseGroup *self,
         const Field          *field)
{
  return *(AdwEntryRow **) G_STRUCT_MEMBER_P (self, field->offset);
}

static const Field *
find_field (CsOrderDatabaseGroup *self,
            AdwEntryRow          *row)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (get_row (self, &fields[i]) == row)
      return &fields[i];
  }
  g_return_val_if_reached (NULL);
}

static char *
get_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* The button to apply is for what the user has typed. */
static void
set_text (AdwEntryRow *row,
          const char  *text)
{
  adw_entry_row_set_show_apply_button (row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_show_apply_button (row, TRUE);
}

/* What keeps a text from being used, as a sentence. (transfer none) (nullable) */
static const char *
get_problem (const Field *field,
             const char  *text)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string (text));

  if (g_str_equal (field->key, "orders-db-query"))
    return cs_order_database_get_query_problem (text);
  if (g_str_equal (field->key, "orders-db-host") && !cs_setting_is_host (value))
    return _("That is no name or address of a computer");
  if ((g_str_equal (field->key, "orders-db-socket") || g_str_equal (field->key, "orders-db-ca-file")) && *text != '\0'
      && !g_path_is_absolute (text))
    return _("The whole path is needed, from / on");
  return NULL;
}

static void
show_result (CsOrderDatabaseGroup *self,
             const char           *icon_name,
             const char           *css_class,
             const char           *text)
{
  if (self->test_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->test_image), self->test_class);
  self->test_class = css_class;
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->test_image), css_class);
  gtk_widget_set_visible (GTK_WIDGET (self->test_image), icon_name != NULL);
  if (icon_name != NULL)
    gtk_image_set_from_icon_name (self->test_image, icon_name);
  adw_action_row_set_subtitle (self->test_row, text);
  gtk_spinner_set_spinning (self->test_spinner, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->test_spinner), FALSE);
  gtk_widget_set_sensitive (self->test_button, TRUE);
}

/* What was tested isn't what is set any more. */
static void
forget_result (CsOrderDatabaseGroup *self)
{
  if (gtk_widget_get_sensitive (self->test_button))
    show_result (self, NULL, NULL, _("Not tested yet"));
}

static void
on_changed (CsOrderDatabaseGroup *self,
            AdwEntryRow          *row)
{
  const Field *field = find_field (self, row);
  g_autofree char *text = get_text (row);
  const char *problem = get_problem (field, text);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), problem != NULL ? problem : _(field->title));
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  forget_result (self);
}

static void
on_apply (CsOrderDatabaseGroup *self,
          AdwEntryRow          *row)
{
  const Field *field = find_field (self, row);
  g_autofree char *text = get_text (row);

  if (get_problem (field, text) == NULL)
    g_settings_set_string (get_gsettings (self), field->key, text);
}

static void
show_settings (CsOrderDatabaseGroup *self)
{
  g_autofree char *tls = g_settings_get_string (get_gsettings (self), "orders-db-tls");

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *value = g_settings_get_string (get_gsettings (self), fields[i].key);
    g_autofree char *text = get_text (get_row (self, &fields[i]));

    if (g_strcmp0 (value, text) != 0)
      set_text (get_row (self, &fields[i]), value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (tls_values); i++) {
    if (g_str_equal (tls, tls_values[i]))
      adw_combo_row_set_selected (self->tls_row, i);
  }
}

static void
on_tls_selected (CsOrderDatabaseGroup *self)
{
  guint selected = adw_combo_row_get_selected (self->tls_row);

  if (selected < G_N_ELEMENTS (tls_values))
    g_settings_set_string (get_gsettings (self), "orders-db-tls", tls_values[selected]);
  forget_result (self);
}

static void
on_tested (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsOrderDatabaseGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  CsAnnouncement announcement = cs_engine_test_order_database_finish (CS_ENGINE (source), result, &error);
  g_autoptr (CsEngineConfig) config = NULL;
  g_autofree char *said = NULL, *text = NULL;

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  config = cs_settings_get_engine_config (self->settings);
  said = cs_announcement_get_text (announcement, config->orders_language);
  if (error != NULL) {
    /* Translators: why the database can't be asked, and what callers hear instead. */
    text = g_strdup_printf (_("%s\nA caller would hear: “%s”"), error->message, said);
    show_result (self, "dialog-error-symbolic", "error", text);
    return;
  }
  text = g_strdup_printf (_("A caller would hear: “%s”"), said);
  show_result (self, "object-select-symbolic", "success", text);
}

static void
test (CsOrderDatabaseGroup *self,
      const CsSecretValues *values)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (self->settings);
  g_autofree char *customer = get_text (self->customer_row);

  cs_secret_values_fill (values, config);
  cs_engine_test_order_database_async (self->engine, config, customer, self->cancellable, on_tested, g_object_ref (self));
}

static void
on_collected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsOrderDatabaseGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secret_rows_collect_finish (CS_SECRET_ROWS (source), result, &error);

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (values == NULL)
    show_result (self, "dialog-error-symbolic", "error", error->message);
  else
    test (self, values);
}

static void
on_test_clicked (CsOrderDatabaseGroup *self)
{
  g_autofree char *customer = get_text (self->customer_row);

  if (self->engine == NULL)
    return;
  if (*customer == '\0' || customer[strspn (customer, "0123456789")] != '\0') {
    show_result (self, "dialog-error-symbolic", "error", _("Enter a customer number above: digits only."));
    return;
  }
  show_result (self, NULL, NULL, _("Asking the database…"));
  gtk_widget_set_sensitive (self->test_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->test_spinner), TRUE);
  gtk_spinner_set_spinning (self->test_spinner, TRUE);
  cs_secret_rows_collect_async (self->secret_rows, on_collected, g_object_ref (self));
}

/* libadwaita 1.2 keeps the groups of a closed window: this one lets go of the rest. */
static void
cs_order_database_group_unroot (GtkWidget *widget)
{
  CsOrderDatabaseGroup *self = CS_ORDER_DATABASE_GROUP (widget);

  g_cancellable_cancel (self->cancellable);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (cs_settings_get_gsettings (self->settings), self);
  g_clear_object (&self->engine);
  g_clear_object (&self->secret_rows);
  g_clear_object (&self->settings);
  GTK_WIDGET_CLASS (cs_order_database_group_parent_class)->unroot (widget);
}

static void
cs_order_database_group_dispose (GObject *object)
{
  CsOrderDatabaseGroup *self = CS_ORDER_DATABASE_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->secret_rows);

  G_OBJECT_CLASS (cs_order_database_group_parent_class)->dispose (object);
}

static void
cs_order_database_group_finalize (GObject *object)
{
  CsOrderDatabaseGroup *self = CS_ORDER_DATABASE_GROUP (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (cs_order_database_group_parent_class)->finalize (object);
}

static void
cs_order_database_group_class_init (CsOrderDatabaseGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_order_database_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_order_database_group_finalize;
  GTK_WIDGET_CLASS (klass)->unroot = cs_order_database_group_unroot;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-order-database-group.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, host_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, port_spin);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, socket_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, user_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, password_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, password_mark);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, password_remove_button);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, tls_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, ca_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, query_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, customer_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, test_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, test_image);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, test_spinner);
  gtk_widget_class_bind_template_child (widget_class, CsOrderDatabaseGroup, test_button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_apply);
  gtk_widget_class_bind_template_callback (widget_class, on_test_clicked);
  gtk_widget_class_bind_template_callback (widget_class, forget_result);
}

static void
cs_order_database_group_init (CsOrderDatabaseGroup *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->secret_rows = cs_secret_rows_new (self->cancellable);
  cs_secret_rows_add (self->secret_rows, CS_SECRET_ORDERS_DB_PASSWORD, self->password_row, self->password_mark,
                      self->password_remove_button);
  g_signal_connect_object (self->secret_rows, "changed", G_CALLBACK (forget_result), self, G_CONNECT_SWAPPED);
  gtk_string_list_append (names, C_("secured", "Unless it is on this computer"));
  gtk_string_list_append (names, C_("secured", "Always"));
  gtk_string_list_append (names, C_("secured", "Never"));
  adw_combo_row_set_model (self->tls_row, G_LIST_MODEL (names));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (get_row (self, &fields[i])), _(fields[i].title));
}

/**
 * cs_order_database_group_set_settings:
 * @self: the group, which has none yet
 * @settings: what it shows and changes
 */
void
cs_order_database_group_set_settings (CsOrderDatabaseGroup *self,
                                      CsSettings           *settings)
{
  g_return_if_fail (CS_IS_ORDER_DATABASE_GROUP (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_settings_bind (get_gsettings (self), "orders-db-port", self->port_spin, "value", G_SETTINGS_BIND_DEFAULT);
  show_settings (self);
  g_signal_connect_swapped (self->tls_row, "notify::selected", G_CALLBACK (on_tls_selected), self);
  g_signal_connect_object (get_gsettings (self), "changed", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
}

/**
 * cs_order_database_group_set_engine:
 * @self: the group, which has its settings
 * @engine: (nullable): what tests a connection
 * @secrets: (nullable): where the password is kept
 */
void
cs_order_database_group_set_engine (CsOrderDatabaseGroup *self,
                                    CsEngine             *engine,
                                    CsSecrets            *secrets)
{
  g_return_if_fail (CS_IS_ORDER_DATABASE_GROUP (self));
  g_return_if_fail (self->settings != NULL);

  g_set_object (&self->engine, engine);
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_row), engine != NULL);
  cs_secret_rows_set_secrets (self->secret_rows, secrets);
}
