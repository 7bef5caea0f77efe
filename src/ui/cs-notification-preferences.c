/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-notification-preferences.h"

#include <glib/gi18n.h>

#include "desktop/cs-setting-check.h"

#define USUAL_FROM "20:00"
#define USUAL_TO "08:00"

/*
 * CsNotificationPreferences: the page of the preferences about what is notified, and when not.
 */
struct _CsNotificationPreferences {
  AdwPreferencesPage parent_instance;

  AdwPreferencesGroup *kinds_group;
  GtkWidget *missed_switch;
  GtkWidget *health_switch;
  GtkWidget *receiver_switch;
  AdwExpanderRow *quiet_row;
  AdwEntryRow *from_row;
  AdwEntryRow *to_row;

  GSettings *settings;  /* (owned) (nullable) */
  char *from_title;     /* (owned) what the row is called while nothing is wrong */
  char *to_title;       /* (owned) */
  gboolean is_showing;  /* what the settings say, so nothing that the user does */
};

G_DEFINE_FINAL_TYPE (CsNotificationPreferences, cs_notification_preferences, ADW_TYPE_PREFERENCES_PAGE)

/* It is checked at every key. */
static void
on_time_changed (CsNotificationPreferences *self,
                 AdwEntryRow               *row)
{
  gboolean is_wrong = cs_setting_parse_minute (gtk_editable_get_text (GTK_EDITABLE (row))) < 0;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), is_wrong ? _("Enter hours and minutes, such as 20:00")
                                                            : row == self->from_row ? self->from_title
                                                                                    : self->to_title);
  if (is_wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
on_time_apply (CsNotificationPreferences *self,
               AdwEntryRow               *row)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));

  if (cs_setting_parse_minute (text) >= 0)
    g_settings_set_string (self->settings, row == self->from_row ? "notify-quiet-from" : "notify-quiet-to", text);
}

static void
show_time (AdwEntryRow *row,
           const char  *text)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (row)), text) == 0)
    return;
  /* The button to apply is for what the user has typed. */
  adw_entry_row_set_show_apply_button (row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_show_apply_button (row, TRUE);
}

static void
show_quiet_hours (CsNotificationPreferences *self)
{
  g_autofree char *from = g_settings_get_string (self->settings, "notify-quiet-from");
  g_autofree char *to = g_settings_get_string (self->settings, "notify-quiet-to");
  gboolean has_hours = cs_setting_parse_minute (from) >= 0 && cs_setting_parse_minute (to) >= 0;

  self->is_showing = TRUE;
  adw_expander_row_set_enable_expansion (self->quiet_row, has_hours);
  show_time (self->from_row, has_hours ? from : USUAL_FROM);
  show_time (self->to_row, has_hours ? to : USUAL_TO);
  self->is_showing = FALSE;
}

static void
on_quiet_switched (CsNotificationPreferences *self)
{
  if (self->is_showing || self->settings == NULL)
    return;
  /* Between the two changes the settings say that there are none. */
  g_signal_handlers_block_by_func (self->settings, show_quiet_hours, self);
  if (adw_expander_row_get_enable_expansion (self->quiet_row)) {
    g_settings_set_string (self->settings, "notify-quiet-from", USUAL_FROM);
    g_settings_set_string (self->settings, "notify-quiet-to", USUAL_TO);
  } else {
    g_settings_reset (self->settings, "notify-quiet-from");
    g_settings_reset (self->settings, "notify-quiet-to");
  }
  g_signal_handlers_unblock_by_func (self->settings, show_quiet_hours, self);
  show_quiet_hours (self);
}

static void
cs_notification_preferences_dispose (GObject *object)
{
  CsNotificationPreferences *self = CS_NOTIFICATION_PREFERENCES (object);

  G_OBJECT_CLASS (cs_notification_preferences_parent_class)->dispose (object);
  g_clear_object (&self->settings);
}

static void
cs_notification_preferences_finalize (GObject *object)
{
  CsNotificationPreferences *self = CS_NOTIFICATION_PREFERENCES (object);

  g_free (self->from_title);
  g_free (self->to_title);
  G_OBJECT_CLASS (cs_notification_preferences_parent_class)->finalize (object);
}

static void
cs_notification_preferences_class_init (CsNotificationPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_notification_preferences_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_notification_preferences_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-notification-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, kinds_group);
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, missed_switch);
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, health_switch);
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, receiver_switch);
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, quiet_row);
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, from_row);
  gtk_widget_class_bind_template_child (widget_class, CsNotificationPreferences, to_row);
  gtk_widget_class_bind_template_callback (widget_class, on_time_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_time_apply);
}

static void
cs_notification_preferences_init (CsNotificationPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->from_title = g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->from_row)));
  self->to_title = g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->to_row)));
  g_signal_connect_swapped (self->quiet_row, "notify::enable-expansion", G_CALLBACK (on_quiet_switched), self);
}

/**
 * cs_notification_preferences_set_settings:
 * @self: the page
 * @settings: what it shows and changes
 */
void
cs_notification_preferences_set_settings (CsNotificationPreferences *self,
                                          GSettings                 *settings)
{
  g_return_if_fail (CS_IS_NOTIFICATION_PREFERENCES (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "notify-missed", self->missed_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "notify-health", self->health_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "notify-receiver", self->receiver_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::notify-quiet-from", G_CALLBACK (show_quiet_hours), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::notify-quiet-to", G_CALLBACK (show_quiet_hours), self, G_CONNECT_SWAPPED);
  show_quiet_hours (self);
}

/**
 * cs_notification_preferences_set_available:
 * @self: the page
 * @is_available: whether somebody shows notifications
 */
void
cs_notification_preferences_set_available (CsNotificationPreferences *self,
                                           gboolean                   is_available)
{
  g_return_if_fail (CS_IS_NOTIFICATION_PREFERENCES (self));

  adw_preferences_group_set_description (self->kinds_group,
                                         is_available ? NULL : _("This desktop shows no notifications. The window shows everything."));
}
