/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-health-card.h"

#include <glib/gi18n.h>

#include "calls/cs-call.h"
#include "ui/cs-columns-layout.h"
#include "ui/cs-display-text.h"
#include "ui/cs-health-key.h"
#include "ui/cs-health-strip.h"
#include "ui/cs-number-row.h"
#include "ui/cs-time-format.h"

/* More names than these say no more than their number. */
#define MAX_NAMES 3

/*
 * CsHealthCard: whether the account's numbers can be called, in one sentence, and how they were in the last seven days.
 *
 * Heartbeats come while all is well, too: what was heard last grows old while one looks at it, so the card is told the time.
 */
struct _CsHealthCard {
  GtkWidget parent_instance;

  GtkImage *state_image;
  GtkLabel *sentence_label;
  GtkLabel *affected_label;
  GtkLabel *times_label;
  GtkWidget *history_box;
  CsHealthStrip *health_strip;
  GtkBox *key_box;

  CsReport *report;       /* (owned) (nullable) */
  const char *css_class;  /* (nullable) the one the image has now */
};

G_DEFINE_FINAL_TYPE (CsHealthCard, cs_health_card, GTK_TYPE_WIDGET)

typedef struct {
  guint n_all;
  guint n_affected;
  guint n_incoming;  /* those that can't be called */
} AffectedCount;

static void
count_affected (const CsReport *report,
                AffectedCount  *count)
{
  guint n_listed = 0;

  *count = (AffectedCount) { .n_all = report->heartbeat->phones->len };
  for (guint i = 0; i < report->heartbeat->phones->len; i++) {
    const CsPhoneHealth *phone = g_ptr_array_index (report->heartbeat->phones, i);

    count->n_affected += phone->incoming_affected || phone->outgoing_affected;
    count->n_incoming += phone->incoming_affected;
  }
  /* A heartbeat may name the affected numbers alone; those of the account have names. */
  for (guint i = 0; i < report->numbers->len; i++)
    n_listed += ((const CsReportNumber *) g_ptr_array_index (report->numbers, i))->name != NULL;
  count->n_all = MAX (count->n_all, n_listed);
}

static char *
make_duration (gint64 duration_us)
{
  gulong minutes = (gulong) (MAX (duration_us, 0) / G_TIME_SPAN_MINUTE);

  if (minutes < 120)
    return g_strdup_printf (ngettext ("%lu minute", "%lu minutes", minutes), minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%lu hour", "%lu hours", minutes / 60), minutes / 60);
  return g_strdup_printf (ngettext ("%lu day", "%lu days", minutes / 1440), minutes / 1440);
}

static char *
make_affected_sentence (const CsReport *report)
{
  AffectedCount count;
  guint n;

  count_affected (report, &count);
  if (count.n_affected == 0)
    return g_strdup (report->heartbeat->status == CS_HEALTH_CRITICAL ? _("No number can be called")
                                                                     : _("Some numbers cannot be called"));
  if (count.n_incoming == 0) {
    n = count.n_affected;
    if (n >= count.n_all)
      return g_strdup_printf (ngettext ("%u number cannot call out", "%u numbers cannot call out", n), n);
    return g_strdup_printf (ngettext ("%u of %u numbers cannot call out", "%u of %u numbers cannot call out", n), n, count.n_all);
  }
  n = count.n_incoming;
  if (n >= count.n_all && n > 1)
    return g_strdup_printf (_("None of the %u numbers can be called"), n);
  if (n >= count.n_all)
    return g_strdup (_("The number cannot be called"));
  return g_strdup_printf (ngettext ("%u of %u numbers cannot be called", "%u of %u numbers cannot be called", n), n, count.n_all);
}

static char *
make_sentence (const CsReport *report,
               CsHealthStatus  health,
               gint64          now_us)
{
  g_autofree char *duration = NULL;
  guint n;

  switch (health) {
  case CS_HEALTH_OK:
    n = report->heartbeat->phones->len;
    if (n == 0)
      return g_strdup (_("All numbers are healthy"));
    return g_strdup_printf (ngettext ("The number is healthy", "All %u numbers are healthy", n), n);
  case CS_HEALTH_WARNING:
  case CS_HEALTH_CRITICAL:
    return make_affected_sentence (report);
  case CS_HEALTH_STALE:
    duration = make_duration (now_us - report->heartbeat->at_us);
    /* Translators: %s is "25 minutes". */
    return g_strdup_printf (_("Nothing heard for %s"), duration);
  case CS_HEALTH_UNKNOWN:
    break;
  }
  return g_strdup (report->heartbeat == NULL ? _("No heartbeat yet") : _("Exotel did not say how the numbers are"));
}

/* "Sales, Support and 2 others". (nullable) where none is affected */
static char *
make_names (const CsReport *report)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_names = 0;

  for (guint i = 0; i < report->numbers->len; i++) {
    const CsReportNumber *number = g_ptr_array_index (report->numbers, i);
    g_autofree char *name = NULL;
    g_autofree char *isolated = NULL;

    if (!number->is_affected || n_names++ >= MAX_NAMES)
      continue;
    name = cs_number_get_title (number);
    isolated = cs_display_text_isolate (name);
    if (text->len > 0)
      g_string_append (text, C_("list of names", ", "));
    g_string_append (text, isolated);
  }
  if (n_names == 0)
    return NULL;
  if (n_names > MAX_NAMES)
    return g_strdup_printf (ngettext ("%s and %u other", "%s and %u others", n_names - MAX_NAMES), text->str, n_names - MAX_NAMES);
  return g_strdup (text->str);
}

static char *
make_details (const CsReport *report,
              CsHealthStatus  health)
{
  switch (health) {
  case CS_HEALTH_OK:
    return NULL;
  case CS_HEALTH_WARNING:
  case CS_HEALTH_CRITICAL:
    return make_names (report);
  case CS_HEALTH_STALE:
    return g_strdup (_("Whether the numbers can be called is not known. Check that the tunnel runs and that Exotel still sends "
                       "heartbeats to the address in Preferences."));
  case CS_HEALTH_UNKNOWN:
    if (report->heartbeat == NULL)
      return g_strdup (_("Whether the numbers can be called is not known until Exotel sends heartbeats to the address in Preferences."));
    return NULL;
  }
  return NULL;
}

static char *
make_times (const CsReport *report,
            CsHealthStatus  health,
            gint64          now_us)
{
  g_autofree char *since = NULL;
  g_autofree char *last = NULL;

  if (report->heartbeat == NULL)
    return g_strdup ("");
  last = cs_time_format_ago (report->heartbeat->at_us, now_us);
  if (health == CS_HEALTH_STALE || report->health_since_us == CS_UNKNOWN)
    /* Translators: %s is "2 minutes ago". */
    return g_strdup_printf (_("Last heartbeat: %s"), last);
  since = cs_time_format_clock (report->health_since_us, now_us, report->zone);
  /* Translators: a time such as "Tue 14:02", and "2 minutes ago". */
  return g_strdup_printf (_("Since %s · Last heartbeat: %s"), since, last);
}

static const char *
get_icon_name (CsHealthStatus health)
{
  switch (health) {
  case CS_HEALTH_OK:
    return "object-select-symbolic";
  case CS_HEALTH_WARNING:
    return "dialog-warning-symbolic";
  case CS_HEALTH_CRITICAL:
    return "dialog-error-symbolic";
  case CS_HEALTH_STALE:
    return "cs-silent-symbolic";
  case CS_HEALTH_UNKNOWN:
    break;
  }
  return "dialog-question-symbolic";
}

static const char *
get_css_class (CsHealthStatus health)
{
  switch (health) {
  case CS_HEALTH_OK:
    return "success";
  case CS_HEALTH_WARNING:
  case CS_HEALTH_STALE:
    return "warning";
  case CS_HEALTH_CRITICAL:
    return "error";
  case CS_HEALTH_UNKNOWN:
    break;
  }
  return "dim-label";
}

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
  if (g_strcmp0 (gtk_label_get_label (label), text != NULL ? text : "") != 0)
    gtk_label_set_label (label, text != NULL ? text : "");
}

static void
show_state (CsHealthCard *self,
            gint64        now_us)
{
  CsHealthStatus health = cs_health_report_get_present (self->report->heartbeat, self->report->interval_us, now_us);
  g_autofree char *sentence = make_sentence (self->report, health, now_us);
  g_autofree char *details = make_details (self->report, health);
  g_autofree char *times = make_times (self->report, health, now_us);
  const char *css_class = get_css_class (health);

  gtk_image_set_from_icon_name (self->state_image, get_icon_name (health));
  if (self->css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->state_image), self->css_class);
  self->css_class = css_class;
  gtk_widget_add_css_class (GTK_WIDGET (self->state_image), css_class);
  set_text (self->sentence_label, sentence);
  set_text (self->affected_label, details);
  set_text (self->times_label, times);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, times, -1);
}

static void
show_keys (CsHealthCard *self)
{
  gboolean has_status[CS_N_HEALTH_STATUSES] = { FALSE };
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->key_box))) != NULL)
    gtk_box_remove (self->key_box, child);
  for (guint i = 0; i < self->report->strip->len; i++)
    has_status[g_array_index (self->report->strip, CsReportSpan, i).status] = TRUE;
  for (int status = 0; status < CS_N_HEALTH_STATUSES; status++) {
    if (has_status[status])
      gtk_box_append (self->key_box, cs_health_key_new (status));
  }
}

static void
show_history (CsHealthCard *self)
{
  CsHealthTimeline *timeline = cs_health_timeline_new (self->report->zone, self->report->made_us);

  for (guint i = 0; i < self->report->strip->len; i++) {
    const CsReportSpan *span = &g_array_index (self->report->strip, CsReportSpan, i);

    cs_health_timeline_add (timeline, span->from_us, span->to_us, span->status);
  }
  cs_health_strip_set_timeline (self->health_strip, timeline, self->report->zone);
  gtk_widget_set_visible (self->history_box, self->report->heartbeat != NULL);
  show_keys (self);
}

static void
cs_health_card_dispose (GObject *object)
{
  CsHealthCard *self = CS_HEALTH_CARD (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->report, cs_report_unref);

  G_OBJECT_CLASS (cs_health_card_parent_class)->dispose (object);
}

static void
cs_health_card_class_init (CsHealthCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_health_card_dispose;

  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_HEALTH_STRIP);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-health-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, state_image);
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, affected_label);
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, times_label);
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, history_box);
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, health_strip);
  gtk_widget_class_bind_template_child (widget_class, CsHealthCard, key_box);
}

static void
cs_health_card_init (CsHealthCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_health_card_set_report:
 * @self: the card
 * @report: what to show
 */
void
cs_health_card_set_report (CsHealthCard *self,
                           CsReport     *report)
{
  g_return_if_fail (CS_IS_HEALTH_CARD (self));
  g_return_if_fail (report != NULL);

  cs_report_ref (report);
  g_clear_pointer (&self->report, cs_report_unref);
  self->report = report;
  show_state (self, report->made_us);
  show_history (self);
}

/**
 * cs_health_card_tick:
 * @self: the card
 * @now_us: the present
 *
 * Time has passed: what was heard is older now, and perhaps too old.
 */
void
cs_health_card_tick (CsHealthCard *self,
                     gint64        now_us)
{
  g_return_if_fail (CS_IS_HEALTH_CARD (self));

  if (self->report != NULL)
    show_state (self, now_us);
}
