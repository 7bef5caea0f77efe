/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-date-range.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "calls/cs-day.h"
#include "ui/cs-resources.h"

/*
 * CsDateRange: a first and a last day, each a button with a calendar. Until the user chooses one, it is the last seven days.
 *
 * Days are dates here; whoever asks knows the zone.
 */
struct _CsDateRange {
  GtkBox parent_instance;

  GtkMenuButton *first_button;
  GtkCalendar *first_calendar;
  GtkMenuButton *last_button;
  GtkCalendar *last_calendar;

  GDate first;
  GDate last;
  gboolean is_chosen;
  gboolean is_updating;  /* what changes isn't the user's doing */
};

G_DEFINE_FINAL_TYPE (CsDateRange, cs_date_range, GTK_TYPE_BOX)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
format_date (const GDate *date)
{
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (date), g_date_get_month (date), g_date_get_day (date));
}

/* Reads YYYY-MM-DD. */
static gboolean
parse_date (const char *text,
            GDate      *date)
{
  g_autofree char *again = NULL;
  guint year, month, day;

  if (strspn (text, "0123456789-") != strlen (text) || sscanf (text, "%4u-%2u-%2u", &year, &month, &day) != 3
      || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;
  g_date_set_dmy (date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  again = format_date (date);
  return g_strcmp0 (again, text) == 0;
}

/* Reads two dates with a slash between them, as ISO 8601 writes an interval. */
static gboolean
parse_range (const char *text,
             GDate      *first,
             GDate      *last)
{
  g_auto (GStrv) dates = g_strsplit (text, "/", 2);

  g_date_clear (first, 1);
  g_date_clear (last, 1);
  return g_strv_length (dates) == 2 && parse_date (dates[0], first) && parse_date (dates[1], last)
         && g_date_compare (first, last) <= 0;
}

static gint64
get_midnight (const GDate *date,
              GTimeZone   *zone)
{
  g_autofree char *text = format_date (date);
  gint64 start_us = 0;

  cs_day_parse (zone, text, &start_us);
  return start_us;
}

static void
show_date (GtkMenuButton *button,
           GtkCalendar   *calendar,
           const GDate   *date,
           const char    *name)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (g_date_get_year (date), g_date_get_month (date), g_date_get_day (date), 12, 0, 0);
  /* Translators: a date, as in g_date_time_format(). */
  g_autofree char *text = g_date_time_format (time, C_("date", "%-d %b %Y"));
  g_autofree char *spoken = NULL;

  gtk_calendar_select_day (calendar, time);
  gtk_menu_button_set_label (button, text);
  /* Translators: "First day" or "Last day", and a date. */
  spoken = g_strdup_printf (C_("date", "%s: %s"), name, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
show_range (CsDateRange *self)
{
  self->is_updating = TRUE;
  show_date (self->first_button, self->first_calendar, &self->first, _("First day"));
  show_date (self->last_button, self->last_calendar, &self->last, _("Last day"));
  self->is_updating = FALSE;
}

static void
read_calendar (GtkCalendar *calendar,
               GDate       *date)
{
  g_autoptr (GDateTime) time = gtk_calendar_get_date (calendar);

  g_date_set_dmy (date, (GDateDay) g_date_time_get_day_of_month (time), (GDateMonth) g_date_time_get_month (time),
                  (GDateYear) g_date_time_get_year (time));
}

static void
on_first_selected (CsDateRange *self)
{
  if (self->is_updating)
    return;
  self->is_chosen = TRUE;
  read_calendar (self->first_calendar, &self->first);
  if (g_date_compare (&self->first, &self->last) > 0)
    self->last = self->first;
  show_range (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_last_selected (CsDateRange *self)
{
  if (self->is_updating)
    return;
  self->is_chosen = TRUE;
  read_calendar (self->last_calendar, &self->last);
  if (g_date_compare (&self->first, &self->last) > 0)
    self->first = self->last;
  show_range (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
cs_date_range_class_init (CsDateRangeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * CsDateRange::changed:
   *
   * The user has chosen another day.
   */
  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_DATE_RANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  cs_resources_register ();
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-date-range.ui");
  gtk_widget_class_bind_template_child (widget_class, CsDateRange, first_button);
  gtk_widget_class_bind_template_child (widget_class, CsDateRange, first_calendar);
  gtk_widget_class_bind_template_child (widget_class, CsDateRange, last_button);
  gtk_widget_class_bind_template_child (widget_class, CsDateRange, last_calendar);
  gtk_widget_class_bind_template_callback (widget_class, on_first_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_last_selected);
}

static void
cs_date_range_init (CsDateRange *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_date_clear (&self->first, 1);
  g_date_clear (&self->last, 1);
  cs_date_range_follow_today (self, zone, g_get_real_time ());
}

/**
 * cs_date_range_follow_today:
 * @self: a range
 * @zone: whose days are meant
 * @now_us: what "today" is
 *
 * Lets the range end today, as long as the user hasn't chosen another one.
 */
void
cs_date_range_follow_today (CsDateRange *self,
                            GTimeZone   *zone,
                            gint64       now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc, zone);
  GDate today;

  g_date_clear (&today, 1);
  g_date_set_dmy (&today, (GDateDay) g_date_time_get_day_of_month (now), (GDateMonth) g_date_time_get_month (now),
                  (GDateYear) g_date_time_get_year (now));
  if (self->is_chosen || (g_date_valid (&self->last) && g_date_compare (&today, &self->last) == 0))
    return;
  self->first = self->last = today;
  g_date_subtract_days (&self->first, 6);
  show_range (self);
}

/**
 * cs_date_range_get_times:
 * @self: a range
 * @zone: whose days are meant
 * @from_us: (out): the first midnight, microseconds UTC
 * @to_us: (out): the midnight after the last day
 */
void
cs_date_range_get_times (CsDateRange *self,
                         GTimeZone   *zone,
                         gint64      *from_us,
                         gint64      *to_us)
{
  g_return_if_fail (CS_IS_DATE_RANGE (self));
  g_return_if_fail (zone != NULL);

  *from_us = get_midnight (&self->first, zone);
  *to_us = cs_day_add_days (zone, get_midnight (&self->last, zone), 1);
}

/**
 * cs_date_range_get_text:
 * @self: a range
 *
 * Returns: (transfer full): its days as "2026-01-02/2026-01-09"
 */
char *
cs_date_range_get_text (CsDateRange *self)
{
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  g_return_val_if_fail (CS_IS_DATE_RANGE (self), NULL);

  first = format_date (&self->first);
  last = format_date (&self->last);
  return g_strconcat (first, "/", last, NULL);
}

/**
 * cs_date_range_set_text:
 * @self: a range
 * @text: days as cs_date_range_get_text() has them
 *
 * Returns: whether it was understood; otherwise the range stays
 */
gboolean
cs_date_range_set_text (CsDateRange *self,
                        const char  *text)
{
  GDate first, last;

  g_return_val_if_fail (CS_IS_DATE_RANGE (self), FALSE);

  if (!parse_range (text, &first, &last))
    return FALSE;
  self->first = first;
  self->last = last;
  self->is_chosen = TRUE;
  show_range (self);
  return TRUE;
}

/**
 * cs_date_range_is_text:
 * @text: anything
 *
 * Returns: whether cs_date_range_set_text() would understand it
 */
gboolean
cs_date_range_is_text (const char *text)
{
  GDate first, last;

  return parse_range (text, &first, &last);
}
