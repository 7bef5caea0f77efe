/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-setting-row.h"

/*
 * CsSettingRow: where the user enters the text of one setting.
 *
 * It is checked at every key; the row's title says what is wrong. Only a right one is stored, when it is applied.
 */
struct _CsSettingRow {
  AdwEntryRow parent_instance;

  GSettings *settings;               /* (owned) (nullable) */
  char *key;                         /* (owned) (nullable) */
  char *name;                        /* (owned) (nullable) what the row is called while nothing is wrong */
  CsSettingProblemFunc get_problem;  /* (nullable) where any text will do */
};

G_DEFINE_FINAL_TYPE (CsSettingRow, cs_setting_row, ADW_TYPE_ENTRY_ROW)

static char *
get_text (CsSettingRow *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));
}

static const char *
find_problem (CsSettingRow *self,
              const char   *text)
{
  return self->get_problem != NULL ? self->get_problem (text) : NULL;
}

static void
on_changed (CsSettingRow *self)
{
  g_autofree char *text = get_text (self);
  const char *problem = find_problem (self, text);

  if (self->settings == NULL)
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), problem != NULL ? problem : self->name);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
on_apply (CsSettingRow *self)
{
  g_autofree char *text = get_text (self);

  if (self->settings != NULL && find_problem (self, text) == NULL)
    g_settings_set_string (self->settings, self->key, text);
}

static void
show_setting (CsSettingRow *self)
{
  g_autofree char *text = g_settings_get_string (self->settings, self->key);

  if (g_strcmp0 (text, gtk_editable_get_text (GTK_EDITABLE (self))) == 0)
    return;
  /* The button to apply is for what the user has typed. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self), text);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), TRUE);
}

static void
cs_setting_row_dispose (GObject *object)
{
  CsSettingRow *self = CS_SETTING_ROW (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_setting_row_parent_class)->dispose (object);
}

static void
cs_setting_row_finalize (GObject *object)
{
  CsSettingRow *self = CS_SETTING_ROW (object);

  g_free (self->key);
  g_free (self->name);

  G_OBJECT_CLASS (cs_setting_row_parent_class)->finalize (object);
}

static void
cs_setting_row_class_init (CsSettingRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_setting_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_setting_row_finalize;
}

static void
cs_setting_row_init (CsSettingRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), TRUE);
  g_signal_connect (self, "changed", G_CALLBACK (on_changed), NULL);
  g_signal_connect (self, "apply", G_CALLBACK (on_apply), NULL);
}

/**
 * cs_setting_row_bind:
 * @self: a row, titled with what the setting is called
 * @settings: where the text is kept
 * @key: under which name
 * @get_problem: (nullable): what is wrong with a text, if anything; without it any text will do
 */
void
cs_setting_row_bind (CsSettingRow         *self,
                     GSettings            *settings,
                     const char           *key,
                     CsSettingProblemFunc  get_problem)
{
  g_autofree char *signal = NULL;

  g_return_if_fail (CS_IS_SETTING_ROW (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  self->name = g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));
  self->get_problem = get_problem;
  signal = g_strconcat ("changed::", key, NULL);
  g_signal_connect_object (settings, signal, G_CALLBACK (show_setting), self, G_CONNECT_SWAPPED);
  show_setting (self);
}

/**
 * cs_setting_row_set_name:
 * @self: a row that is bound
 * @name: what it is called from now on, while nothing is wrong
 */
void
cs_setting_row_set_name (CsSettingRow *self,
                         const char   *name)
{
  g_return_if_fail (CS_IS_SETTING_ROW (self));

  if (g_strcmp0 (self->name, name) == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  on_changed (self);
}
