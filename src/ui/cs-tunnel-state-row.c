/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-tunnel-state-row.h"

#include "ui/cs-tunnel-question.h"
#include "ui/cs-tunnel-text.h"

/*
 * CsTunnelStateRow: how things stand with the built-in tunnel, and the one thing to do about it.
 */
struct _CsTunnelStateRow {
  AdwActionRow parent_instance;

  GtkWidget *spinner;
  GtkWidget *button;

  CsTunnelState state;  /* (owned) the one that is shown */
};

G_DEFINE_FINAL_TYPE (CsTunnelStateRow, cs_tunnel_state_row, ADW_TYPE_ACTION_ROW)

static void
on_clicked (CsTunnelStateRow *self)
{
  switch (self->state.phase) {
  case CS_TUNNEL_PHASE_ASKING:
    cs_tunnel_question_ask (GTK_WIDGET (self), &self->state);
    break;
  case CS_TUNNEL_PHASE_REFUSED:
    cs_tunnel_question_forget (GTK_WIDGET (self), &self->state);
    break;
  case CS_TUNNEL_PHASE_WAITING:
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "retry-tunnel", NULL);
    break;
  case CS_TUNNEL_PHASE_OFF:
  case CS_TUNNEL_PHASE_CONNECTING:
  case CS_TUNNEL_PHASE_OPEN:
    break;
  }
}

static void
cs_tunnel_state_row_finalize (GObject *object)
{
  CsTunnelStateRow *self = CS_TUNNEL_STATE_ROW (object);

  cs_tunnel_state_clear (&self->state);

  G_OBJECT_CLASS (cs_tunnel_state_row_parent_class)->finalize (object);
}

static void
cs_tunnel_state_row_class_init (CsTunnelStateRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cs_tunnel_state_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-tunnel-state-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsTunnelStateRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelStateRow, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
cs_tunnel_state_row_init (CsTunnelStateRow *self)
{
  cs_tunnel_state_init (&self->state);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_tunnel_state_row_apply:
 * @self: the row
 * @state: what to show
 */
void
cs_tunnel_state_row_apply (CsTunnelStateRow    *self,
                           const CsTunnelState *state)
{
  g_autofree char *sentence = cs_tunnel_text_dup_sentence (state);
  const char *title = cs_tunnel_text_get_title (state), *button = cs_tunnel_text_get_button (state);
  gboolean is_busy = state->phase == CS_TUNNEL_PHASE_CONNECTING;

  g_return_if_fail (CS_IS_TUNNEL_STATE_ROW (self));

  cs_tunnel_state_clear (&self->state);
  cs_tunnel_state_copy (&self->state, state);
  if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), title) != 0)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  if (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (self)), sentence) != 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), sentence);
  gtk_widget_set_visible (self->spinner, is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
  gtk_widget_set_visible (self->button, button != NULL);
  if (button != NULL && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->button)), button) != 0)
    gtk_button_set_label (GTK_BUTTON (self->button), button);
}
