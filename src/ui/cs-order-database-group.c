/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-database-group.h"

#include <glib/gi18n.h>
#include <string.h>

#include "desktop/cs-background.h"
#include "desktop/cs-setting-check.h"
#include "ui/cs-file-row.h"
#include "ui/cs-order-look.h"
#include "ui/cs-secret-rows.h"
#include "ui/cs-setting-row.h"
#include "ui/cs-state-row.h"

/*
 * CsOrderDatabaseGroup: the access to a database of the business that has the orders.
 *
 * A test looks one customer number up with what is set, and with the password as typed or stored, and says what a caller would hear.
 */
struct _CsOrderDatabaseGroup {
  AdwPreferencesGroup parent_instance;

  CsSettingRow *host_row;
  GtkSpinButton *port_spin;
  CsSettingRow *socket_row;
  CsSettingRow *name_row;
  CsSettingRow *user_row;
  AdwPasswordEntryRow *password_row;
  GtkWidget *password_mark;
  GtkWidget *password_remove_button;
  AdwComboRow *tls_row;
  CsFileRow *ca_row;
  CsSettingRow *query_row;
  AdwEntryRow *customer_row;
  CsStateRow *test_row;

  CsSettings *settings;      /* (owned) (nullable) */
  CsEngine *engine;          /* (owned) (nullable) */
  CsSecretRows *secret_rows; /* (owned) of one row */
  GCancellable *cancellable; /* (owned) of all that is under way */
};

G_DEFINE_FINAL_TYPE (CsOrderDatabaseGroup, cs_order_database_group, ADW_TYPE_PREFERENCES_GROUP)

static const char *const tls_values[] = { "auto", "required", "off" };

static GSettings *
get_gsettings (CsOrderDatabaseGroup *self)
{
  return cs_settings_get_gsettings (self->settings);
}

static char *
get_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* What was tested isn't what is set any more. */
static void
forget_result (CsOrderDatabaseGroup *self)
{
  if (!cs_state_row_is_busy (self->test_row))
    cs_state_row_show (self->test_row, CS_STATE_UNKNOWN, _("Not tested yet"));
}

static const char *
get_host_problem (const char *host)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string (host));

  return cs_setting_is_host (value) ? NULL : _("That is no name or address of a computer");
}

static const char *
get_path_problem (const char *path)
{
  return *path == '\0' || g_path_is_absolute (path) ? NULL : _("The whole path is needed, from / on");
}

static void
show_tls (CsOrderDatabaseGroup *self)
{
  g_autofree char *tls = g_settings_get_string (get_gsettings (self), "orders-db-tls");

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
    cs_state_row_show (self->test_row, CS_STATE_BAD, text);
    return;
  }
  text = g_strdup_printf (_("A caller would hear: “%s”"), said);
  cs_state_row_show (self->test_row, CS_STATE_GOOD, text);
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
    cs_state_row_show (self->test_row, CS_STATE_BAD, error->message);
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
    cs_state_row_show (self->test_row, CS_STATE_BAD, _("Enter a customer number above: digits only."));
    return;
  }
  cs_state_row_show (self->test_row, CS_STATE_BUSY, _("Asking the database…"));
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

  g_type_ensure (CS_TYPE_FILE_ROW);
  g_type_ensure (CS_TYPE_SETTING_ROW);
  g_type_ensure (CS_TYPE_STATE_ROW);

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
  gtk_widget_class_bind_template_callback (widget_class, on_test_clicked);
  gtk_widget_class_bind_template_callback (widget_class, forget_result);
}

static void
cs_order_database_group_init (CsOrderDatabaseGroup *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  /* A sandbox has no sockets of the computer's in it. */
  gtk_widget_set_visible (GTK_WIDGET (self->socket_row), !cs_background_is_sandboxed ());
  self->secret_rows = cs_secret_rows_new (self->cancellable);
  cs_secret_rows_add (self->secret_rows, CS_SECRET_ORDERS_DB_PASSWORD, self->password_row, self->password_mark,
                      self->password_remove_button);
  g_signal_connect_object (self->secret_rows, "changed", G_CALLBACK (forget_result), self, G_CONNECT_SWAPPED);
  gtk_string_list_append (names, C_("secured", "Unless it is on this computer"));
  gtk_string_list_append (names, C_("secured", "Always"));
  gtk_string_list_append (names, C_("secured", "Never"));
  adw_combo_row_set_model (self->tls_row, G_LIST_MODEL (names));
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
  GSettings *gsettings;

  g_return_if_fail (CS_IS_ORDER_DATABASE_GROUP (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  gsettings = get_gsettings (self);
  cs_setting_row_bind (self->host_row, gsettings, "orders-db-host", get_host_problem);
  g_settings_bind (gsettings, "orders-db-port", self->port_spin, "value", G_SETTINGS_BIND_DEFAULT);
  cs_setting_row_bind (self->socket_row, gsettings, "orders-db-socket", get_path_problem);
  cs_setting_row_bind (self->name_row, gsettings, "orders-db-name", NULL);
  cs_setting_row_bind (self->user_row, gsettings, "orders-db-user", NULL);
  cs_file_row_bind (self->ca_row, gsettings, "orders-db-ca-file", _("Choose a file with certificates"), _("The system’s"));
  g_signal_connect_object (gsettings, "changed::orders-db-ca-file", G_CALLBACK (forget_result), self, G_CONNECT_SWAPPED);
  cs_setting_row_bind (self->query_row, gsettings, "orders-db-query", cs_order_database_get_query_problem);
  show_tls (self);
  g_signal_connect_swapped (self->tls_row, "notify::selected", G_CALLBACK (on_tls_selected), self);
  g_signal_connect_object (gsettings, "changed::orders-db-tls", G_CALLBACK (show_tls), self, G_CONNECT_SWAPPED);
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
