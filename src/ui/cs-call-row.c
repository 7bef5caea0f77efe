/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-row.h"

#include <glib/gi18n.h>

#include "ui/cs-call-text.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-number-format.h"
#include "ui/cs-outcome-look.h"
#include "ui/cs-time-format.h"

/*
 * CsCallRow: one call in a list, running or ended.
 *
 * A running call shows who calls whom and a clock; an ended one the other party, when it was and how long they talked, and where
 * somebody waits to be called back, a button to tick it off. A row may be given another call at any time.
 */
struct _CsCallRow {
  GtkListBoxRow parent_instance;

  GtkImage *image;
  GtkLabel *title_label;
  GtkLabel *subtitle_label;
  GtkLabel *time_label;
  GtkLabel *duration_label;
  GtkWidget *done_button;

  CsCall *call;           /* (owned) (nullable) */
  const char *css_class;  /* (nullable) the one the image has now */
};

G_DEFINE_FINAL_TYPE (CsCallRow, cs_call_row, GTK_TYPE_LIST_BOX_ROW)

static char *
make_title (CsCallRow *self)
{
  const CsCall *call = self->call;
  gboolean is_outgoing = cs_direction_is_outgoing (call->direction);
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  g_autofree char *peer = cs_contact_names_display (cs_contact_names_get_default (), cs_call_text_get_peer (call));
  g_autofree char *number = NULL;

  if (cs_outcome_is_ended (call->outcome) || call->number == NULL)
    return g_steal_pointer (&peer);
  number = cs_number_format_isolate (call->number);
  return g_strdup_printf ("%s %s %s", is_outgoing ? number : peer, is_rtl ? "←" : "→", is_outgoing ? peer : number);
}

/* A talk is timed from its answer; a ringing call, and one whose answer was lost, from its start. */
static gint64
get_clock_start (const CsCall *call)
{
  if (call->outcome == CS_OUTCOME_TALKING && call->answered_us != CS_UNKNOWN)
    return call->answered_us;
  return cs_call_text_get_start (call);
}

static void
set_look (CsCallRow *self)
{
  const char *css_class = cs_outcome_get_css_class (self->call->outcome);

  gtk_image_set_from_icon_name (self->image, cs_outcome_get_icon_name (self->call->outcome));
  if (g_strcmp0 (css_class, self->css_class) == 0)
    return;
  if (self->css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->image), self->css_class);
  gtk_widget_add_css_class (GTK_WIDGET (self->image), css_class);
  self->css_class = css_class;
}

static void
set_times (CsCallRow *self,
           GTimeZone *zone,
           gint64     now_us)
{
  gboolean is_talk_known = self->call->talk_us != CS_UNKNOWN;
  g_autofree char *time = NULL;
  g_autofree char *duration = NULL;

  if (!cs_outcome_is_ended (self->call->outcome)) {
    gtk_widget_set_visible (GTK_WIDGET (self->duration_label), FALSE);
    cs_call_row_tick (self, now_us);
    return;
  }
  time = cs_time_format_clock (cs_call_text_get_start (self->call), now_us, zone);
  duration = cs_time_format_duration (self->call->talk_us);
  gtk_label_set_label (self->time_label, time);
  gtk_label_set_label (self->duration_label, duration);
  gtk_widget_set_visible (GTK_WIDGET (self->duration_label), is_talk_known || self->call->is_connected);
}

static void
set_accessible_names (CsCallRow *self)
{
  const char *title = gtk_label_get_label (self->title_label);
  g_autofree char *row_name = NULL;
  g_autofree char *button_name = NULL;
  g_autofree char *talk = cs_time_format_spoken (self->call->talk_us);

  if (!cs_outcome_is_ended (self->call->outcome))
    row_name = g_strdup_printf ("%s, %s", gtk_label_get_label (self->subtitle_label), title);
  else if (self->call->talk_us == CS_UNKNOWN)
    row_name = g_strdup_printf ("%s, %s, %s", gtk_label_get_label (self->subtitle_label), title,
                                gtk_label_get_label (self->time_label));
  else
    row_name = g_strdup_printf ("%s, %s, %s, %s", gtk_label_get_label (self->subtitle_label), title,
                                gtk_label_get_label (self->time_label), talk);
  /* Translators: %s is a telephone number or a name. */
  button_name = g_strdup_printf (_("Done: %s was called back"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, row_name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->done_button), GTK_ACCESSIBLE_PROPERTY_LABEL, button_name, -1);
}

static void
cs_call_row_finalize (GObject *object)
{
  CsCallRow *self = CS_CALL_ROW (object);

  g_clear_pointer (&self->call, cs_call_unref);

  G_OBJECT_CLASS (cs_call_row_parent_class)->finalize (object);
}

static void
cs_call_row_class_init (CsCallRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cs_call_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-call-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsCallRow, image);
  gtk_widget_class_bind_template_child (widget_class, CsCallRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallRow, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallRow, time_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallRow, duration_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallRow, done_button);
}

static void
cs_call_row_init (CsCallRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_call_row_new:
 *
 * Returns: a row without a call
 */
GtkWidget *
cs_call_row_new (void)
{
  return g_object_new (CS_TYPE_CALL_ROW, NULL);
}

/**
 * cs_call_row_get_call:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the call it shows
 */
CsCall *
cs_call_row_get_call (CsCallRow *self)
{
  g_return_val_if_fail (CS_IS_CALL_ROW (self), NULL);

  return self->call;
}

/**
 * cs_call_row_set_call:
 * @self: a row
 * @call: the call to show; its texts are shown as text, never as markup
 * @zone: the zone of its times
 * @now_us: the present, microseconds UTC
 */
void
cs_call_row_set_call (CsCallRow *self,
                      CsCall    *call,
                      GTimeZone *zone,
                      gint64     now_us)
{
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;

  g_return_if_fail (CS_IS_CALL_ROW (self));
  g_return_if_fail (call != NULL);
  g_return_if_fail (zone != NULL);

  cs_call_ref (call);
  g_clear_pointer (&self->call, cs_call_unref);
  self->call = call;

  title = make_title (self);
  subtitle = cs_call_text_get_summary (call);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->subtitle_label, subtitle);
  set_look (self);
  set_times (self, zone, now_us);
  set_accessible_names (self);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->done_button), g_variant_new_int64 (call->id));
  gtk_widget_set_visible (self->done_button, call->needs_callback);
}

/**
 * cs_call_row_tick:
 * @self: a row with a call
 * @now_us: the present, microseconds UTC
 *
 * Sets the clock of a running call; an ended call has none.
 */
void
cs_call_row_tick (CsCallRow *self,
                  gint64     now_us)
{
  g_autofree char *clock = NULL;

  g_return_if_fail (CS_IS_CALL_ROW (self));
  g_return_if_fail (self->call != NULL);

  if (cs_outcome_is_ended (self->call->outcome))
    return;
  clock = cs_time_format_duration (now_us - get_clock_start (self->call));
  gtk_label_set_label (self->time_label, clock);
}
