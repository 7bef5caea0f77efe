/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-exotel-bar.h"

#include <glib/gi18n.h>

#include "ui/cs-display-text.h"
#include "ui/cs-time-format.h"

#define DAYS_PER_MONTH 30
/* Before that nobody can tell how long it will take. */
#define LEAST_FRACTION 0.01
#define LEAST_ELAPSED_US (2 * G_USEC_PER_SEC)

/*
 * CsExotelBar: how old the figures are, what is wrong with them, and the buttons to fetch more; an import shows its progress
 * here and can be ended here.
 */
struct _CsExotelBar {
  GtkWidget parent_instance;

  GtkWidget *trouble_image;
  GtkLabel *state_text_label;
  GtkWidget *refresh_button;
  GtkMenuButton *import_button;
  GtkPopover *import_popover;
  GtkSpinButton *months_spin;
  GtkWidget *progress_box;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *cancel_button;
};

G_DEFINE_FINAL_TYPE (CsExotelBar, cs_exotel_bar, GTK_TYPE_WIDGET)

static void
add_sentence (GString    *text,
              const char *sentence)
{
  if (sentence == NULL || *sentence == '\0')
    return;
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
}

static char *
format_sentence (const char *format,
                 gint64      time_us,
                 gint64      now_us,
                 GTimeZone  *zone)
{
  g_autofree char *clock = cs_time_format_clock (time_us, now_us, zone);
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

  return g_strjoinv (clock, parts);
}

static gboolean
is_first_fetch (const CsExotelState *state)
{
  return state->activity == CS_EXOTEL_REFRESHING && state->good_us == CS_UNKNOWN && !state->is_complete;
}

/* What is still to come is no lack: its progress is shown. */
static gboolean
is_lacking (const CsExotelState *state)
{
  return !state->is_complete && !state->is_importing && !is_first_fetch (state) && state->activity != CS_EXOTEL_OFF;
}

static void
add_age (GString          *text,
         const CsSnapshot *snapshot,
         gint64            now_us)
{
  const CsExotelState *state = &snapshot->exotel;
  g_autofree char *age = NULL;

  if (snapshot->is_sample)
    add_sentence (text, _("Sample data: these calls are made up."));
  else if (state->activity == CS_EXOTEL_OFF)
    add_sentence (text, _("Exotel is not asked for calls. Enter account, key and token in Preferences."));
  else if (state->good_us != CS_UNKNOWN)
    /* Translators: %s is the time of day of the figures: "10:42". */
    add_sentence (text, age = format_sentence (_("As of %s."), state->good_us, now_us, snapshot->exotel_zone));
  else if (!is_first_fetch (state))
    add_sentence (text, _("Nothing has been fetched yet."));
}

static void
add_trouble (GString          *text,
             const CsSnapshot *snapshot,
             gint64            now_us)
{
  const CsExotelState *state = &snapshot->exotel;
  g_autofree char *reason = cs_display_text_clean (state->error);
  g_autofree char *next = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *fault = NULL;
  g_autofree char *unreadable = NULL;

  if (state->error != NULL) {
    add_sentence (text, _("Exotel doesn’t answer."));
    add_sentence (text, reason);
    if (state->next_us != CS_UNKNOWN)
      add_sentence (text, next = format_sentence (_("Next try: %s."), state->next_us, now_us, snapshot->exotel_zone));
  }
  if (!state->is_complete && state->n_missing > 0)
    missing = g_strdup_printf (ngettext ("%'lu record is missing.", "%'lu records are missing.", (gulong) state->n_missing),
                               (gulong) state->n_missing);
  else if (is_lacking (state))
    missing = g_strdup (_("Some records are missing."));
  add_sentence (text, missing);
  if (state->n_unreadable > 0) {
    fault = cs_display_text_clean (state->fault);
    unreadable = g_strdup_printf (ngettext ("%'u record couldn’t be read: %s", "%'u records couldn’t be read. The first: %s",
                                            state->n_unreadable), state->n_unreadable, *fault != '\0' ? fault : "–");
  }
  add_sentence (text, unreadable);
}

/* "1,240 calls · 310 a second · about 2 minutes left". */
static char *
make_progress (const CsExotelState *state,
               gint64               now_us)
{
  gint64 elapsed_us = state->began_us != CS_UNKNOWN ? now_us - state->began_us : 0;
  g_autoptr (GString) text = g_string_new (state->is_importing ? _("Importing history") : _("Fetching the first calls"));
  gulong seconds, rate;
  double done;

  g_string_append_printf (text, ngettext (" · %'u call", " · %'u calls", state->n_done), state->n_done);
  if (elapsed_us < LEAST_ELAPSED_US)
    return g_strdup (text->str);
  rate = (gulong) (state->n_done * (double) G_USEC_PER_SEC / elapsed_us + 0.5);
  g_string_append_printf (text, ngettext (" · %'lu a second", " · %'lu a second", rate), rate);
  done = state->fraction - state->began_fraction;
  if (done < LEAST_FRACTION || state->fraction > 1)
    return g_strdup (text->str);
  seconds = (gulong) (elapsed_us * (1 - state->fraction) / done / G_USEC_PER_SEC + 0.5);
  if (seconds < 60)
    g_string_append_printf (text, ngettext (" · %lu second left", " · %lu seconds left", seconds), seconds);
  else
    g_string_append_printf (text, ngettext (" · about %lu minute left", " · about %lu minutes left", (seconds + 30) / 60),
                            (seconds + 30) / 60);
  return g_strdup (text->str);
}

static void
show_progress (CsExotelBar         *self,
               const CsExotelState *state,
               gint64               now_us)
{
  gboolean is_shown = state->is_importing || is_first_fetch (state);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->progress_box, is_shown);
  gtk_widget_set_visible (self->cancel_button, state->is_importing);
  if (!is_shown)
    return;
  text = make_progress (state, now_us);
  gtk_label_set_label (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (state->fraction, 0, 1));
}

static void
on_import_clicked (CsExotelBar *self)
{
  guint days = (guint) gtk_spin_button_get_value_as_int (self->months_spin) * DAYS_PER_MONTH;

  gtk_popover_popdown (self->import_popover);
  gtk_widget_activate_action (GTK_WIDGET (self), "app.import-exotel", "u", days);
}

static void
cs_exotel_bar_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cs_exotel_bar_parent_class)->dispose (object);
}

static void
cs_exotel_bar_class_init (CsExotelBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_exotel_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-exotel-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, trouble_image);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, state_text_label);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, refresh_button);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, import_button);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, import_popover);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, months_spin);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, progress_box);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, progress_label);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CsExotelBar, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, on_import_clicked);
}

static void
cs_exotel_bar_init (CsExotelBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_exotel_bar_apply_snapshot:
 * @self: the bar
 * @snapshot: what to show
 * @now_us: the present
 */
void
cs_exotel_bar_apply_snapshot (CsExotelBar *self,
                              CsSnapshot  *snapshot,
                              gint64       now_us)
{
  const CsExotelState *state;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_trouble;

  g_return_if_fail (CS_IS_EXOTEL_BAR (self));
  g_return_if_fail (snapshot != NULL && snapshot->exotel_zone != NULL);

  state = &snapshot->exotel;
  add_age (text, snapshot, now_us);
  add_trouble (text, snapshot, now_us);
  if (g_strcmp0 (gtk_label_get_label (self->state_text_label), text->str) != 0)
    gtk_label_set_label (self->state_text_label, text->str);
  has_trouble = state->error != NULL || state->n_unreadable > 0 || is_lacking (state);
  gtk_widget_set_visible (self->trouble_image, has_trouble);
  if (has_trouble)
    gtk_widget_remove_css_class (GTK_WIDGET (self->state_text_label), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->state_text_label), "dim-label");
  gtk_widget_set_visible (self->refresh_button, state->activity != CS_EXOTEL_OFF);
  gtk_widget_set_visible (GTK_WIDGET (self->import_button), state->activity != CS_EXOTEL_OFF);
  gtk_widget_set_sensitive (self->refresh_button, state->activity == CS_EXOTEL_IDLE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->import_button), !state->is_importing);
  show_progress (self, state, now_us);
}
