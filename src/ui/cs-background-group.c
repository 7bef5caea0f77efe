/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-background-group.h"

/*
 * CsBackgroundGroup: whether calls are received without a window, and what the desktop says to it.
 */
struct _CsBackgroundGroup {
  AdwPreferencesGroup parent_instance;

  GtkWidget *background_switch;
  GtkWidget *autostart_row;
  GtkWidget *autostart_switch;
  GtkWidget *problem_row;
};

G_DEFINE_FINAL_TYPE (CsBackgroundGroup, cs_background_group, ADW_TYPE_PREFERENCES_GROUP)

static void
cs_background_group_class_init (CsBackgroundGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-background-group.ui");
  gtk_widget_class_bind_template_child (widget_class, CsBackgroundGroup, background_switch);
  gtk_widget_class_bind_template_child (widget_class, CsBackgroundGroup, autostart_row);
  gtk_widget_class_bind_template_child (widget_class, CsBackgroundGroup, autostart_switch);
  gtk_widget_class_bind_template_child (widget_class, CsBackgroundGroup, problem_row);
}

static void
cs_background_group_init (CsBackgroundGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_background_group_set_settings:
 * @self: the group
 * @settings: what it shows and changes
 */
void
cs_background_group_set_settings (CsBackgroundGroup *self,
                                  GSettings         *settings)
{
  g_return_if_fail (CS_IS_BACKGROUND_GROUP (self));

  g_settings_bind (settings, "run-in-background", self->background_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "autostart", self->autostart_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "run-in-background", self->autostart_row, "sensitive",
                   G_SETTINGS_BIND_GET | G_SETTINGS_BIND_NO_SENSITIVITY);
}

/**
 * cs_background_group_set_problem:
 * @self: the group
 * @problem: (nullable): why the desktop doesn't allow what is switched on, as a sentence
 */
void
cs_background_group_set_problem (CsBackgroundGroup *self,
                                 const char        *problem)
{
  g_return_if_fail (CS_IS_BACKGROUND_GROUP (self));

  if (problem != NULL)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->problem_row), problem);
  gtk_widget_set_visible (self->problem_row, problem != NULL);
}
