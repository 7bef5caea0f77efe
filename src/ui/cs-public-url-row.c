/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-public-url-row.h"

#include "desktop/cs-settings.h"

/*
 * CsPublicUrlRow: where the user enters the address under which sipgate reaches this computer.
 *
 * It is checked at every key; the row's title says what is wrong. Only a right one is stored, in the key public-url.
 */
struct _CsPublicUrlRow {
  AdwEntryRow parent_instance;

  GSettings *settings;  /* (owned) (nullable) */
  char *title;          /* (owned) (nullable) what the row is called while nothing is wrong */
};

G_DEFINE_FINAL_TYPE (CsPublicUrlRow, cs_public_url_row, ADW_TYPE_ENTRY_ROW)

static char *
get_url (CsPublicUrlRow *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));
}

static void
on_changed (CsPublicUrlRow *self)
{
  g_autofree char *url = get_url (self);
  const char *problem = cs_settings_get_public_url_problem (url);

  if (self->title == NULL)
    self->title = g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), problem != NULL ? problem : self->title);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
on_apply (CsPublicUrlRow *self)
{
  g_autofree char *url = get_url (self);

  if (self->settings == NULL || cs_settings_get_public_url_problem (url) != NULL)
    return;
  g_settings_set_string (self->settings, "public-url", url);
}

static void
show_setting (CsPublicUrlRow *self)
{
  g_autofree char *url = g_settings_get_string (self->settings, "public-url");

  if (g_strcmp0 (url, gtk_editable_get_text (GTK_EDITABLE (self))) == 0)
    return;
  /* The button to apply is for what the user has typed. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self), url);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), TRUE);
}

static void
cs_public_url_row_dispose (GObject *object)
{
  CsPublicUrlRow *self = CS_PUBLIC_URL_ROW (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_public_url_row_parent_class)->dispose (object);
}

static void
cs_public_url_row_finalize (GObject *object)
{
  CsPublicUrlRow *self = CS_PUBLIC_URL_ROW (object);

  g_free (self->title);

  G_OBJECT_CLASS (cs_public_url_row_parent_class)->finalize (object);
}

static void
cs_public_url_row_class_init (CsPublicUrlRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_public_url_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_public_url_row_finalize;
}

static void
cs_public_url_row_init (CsPublicUrlRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), TRUE);
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (self), GTK_INPUT_PURPOSE_URL);
  g_signal_connect (self, "changed", G_CALLBACK (on_changed), NULL);
  g_signal_connect (self, "apply", G_CALLBACK (on_apply), NULL);
}

/**
 * cs_public_url_row_set_settings:
 * @self: a row
 * @settings: where the address is kept
 */
void
cs_public_url_row_set_settings (CsPublicUrlRow *self,
                                GSettings      *settings)
{
  g_return_if_fail (CS_IS_PUBLIC_URL_ROW (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::public-url", G_CALLBACK (show_setting), self, G_CONNECT_SWAPPED);
  show_setting (self);
}
