/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-state-row.h"

/*
 * CsStateRow: how something stands, as a mark and a sentence. Its buttons are the page's, as further suffixes; one that must rest while
 * the row is busy binds its sensitivity to the property.
 */
struct _CsStateRow {
  AdwActionRow parent_instance;

  GtkImage *mark;
  GtkSpinner *spinner;

  CsState state;
};

G_DEFINE_FINAL_TYPE (CsStateRow, cs_state_row, ADW_TYPE_ACTION_ROW)

enum { PROP_BUSY = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

static void
cs_state_row_get_property (GObject    *object,
                           guint       property,
                           GValue     *value,
                           GParamSpec *spec)
{
  if (property == PROP_BUSY)
    g_value_set_boolean (value, cs_state_row_is_busy (CS_STATE_ROW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, spec);
}

static void
cs_state_row_class_init (CsStateRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = cs_state_row_get_property;
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPERTIES, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-state-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsStateRow, mark);
  gtk_widget_class_bind_template_child (widget_class, CsStateRow, spinner);
}

static void
cs_state_row_init (CsStateRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_state_row_show:
 * @self: the row
 * @state: how it stands
 * @sentence: the same in words, and what to do about it
 */
void
cs_state_row_show (CsStateRow *self,
                   CsState     state,
                   const char *sentence)
{
  gboolean was_busy, is_busy = state == CS_STATE_BUSY;
  GtkWidget *mark;

  g_return_if_fail (CS_IS_STATE_ROW (self));

  was_busy = cs_state_row_is_busy (self);
  mark = GTK_WIDGET (self->mark);
  self->state = state;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), sentence);
  gtk_widget_remove_css_class (mark, state == CS_STATE_GOOD ? "error" : "success");
  gtk_widget_add_css_class (mark, state == CS_STATE_GOOD ? "success" : "error");
  gtk_image_set_from_icon_name (self->mark, state == CS_STATE_GOOD ? "object-select-symbolic" : "dialog-error-symbolic");
  gtk_widget_set_visible (mark, state == CS_STATE_GOOD || state == CS_STATE_BAD);
  gtk_spinner_set_spinning (self->spinner, is_busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_busy);
  if (was_busy != is_busy)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/**
 * cs_state_row_is_busy:
 * @self: the row
 *
 * Returns: whether it was last shown as %CS_STATE_BUSY
 */
gboolean
cs_state_row_is_busy (CsStateRow *self)
{
  g_return_val_if_fail (CS_IS_STATE_ROW (self), FALSE);

  return self->state == CS_STATE_BUSY;
}
