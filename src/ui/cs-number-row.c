/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-number-row.h"

#include <glib/gi18n.h>

#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-table-layout.h"

/*
 * CsNumberRow: one of the account's numbers: its calls, how many of them were answered, and whether it can be called.
 *
 * For a screen reader a row is one sentence; what has no room in a narrow window is in it, and in the tooltip.
 */
struct _CsNumberRow {
  GtkListBoxRow parent_instance;

  GtkWidget *cells;
  GtkLabel *name_label;
  GtkLabel *number_label;
  GtkLabel *calls_label;
  GtkLabel *rate_label;
  GtkLevelBar *rate_bar;
  GtkLabel *missed_label;
  GtkImage *health_image;
  GtkLabel *health_label;

  CsRating rating;
  const char *health_class;  /* (nullable) the one the image has now */
};

G_DEFINE_FINAL_TYPE (CsNumberRow, cs_number_row, GTK_TYPE_LIST_BOX_ROW)

/* Name and number, calls, rate, missed, the state's icon and its word. */
static const CsTableColumn columns[] = { { 0, 0, 0 }, { 9, 8, 0 }, { 15, 9, 8 }, { 10, 0, 0 }, { 3, 3, 3 }, { 18, 0, 0 } };

/* The provider's word in ours; what isn't known is shown as it is. Source: protocol/exotel.md §2. (transfer full) */
static char *
translate_word (const char *word)
{
  if (word == NULL || *word == '\0')
    return g_strdup (C_("number", "not known"));
  if (g_ascii_strcasecmp (word, "active") == 0)
    return g_strdup (C_("number", "healthy"));
  if (g_ascii_strcasecmp (word, "partial_network_outage") == 0)
    return g_strdup (C_("number", "partial outage"));
  if (g_ascii_strcasecmp (word, "major_outage") == 0)
    return g_strdup (C_("number", "outage"));
  return cs_display_text_clean (word);
}

static gboolean
is_bad (const char *word)
{
  return word != NULL && *word != '\0' && g_ascii_strcasecmp (word, "active") != 0;
}

/* Chooses icon and colour; returns the words. (transfer full) */
static char *
judge (const CsReportNumber *number,
       CsHealthStatus        health,
       const char          **icon_name,
       const char          **css_class)
{
  gboolean is_known = health == CS_HEALTH_OK || health == CS_HEALTH_WARNING || health == CS_HEALTH_CRITICAL;

  *icon_name = "dialog-question-symbolic";
  *css_class = "dim-label";
  if (!is_known)
    return g_strdup (C_("number", "Not known"));
  if (!number->is_affected && !is_bad (number->incoming) && !is_bad (number->outgoing)) {
    if (number->incoming == NULL && number->outgoing == NULL && health != CS_HEALTH_OK)
      return g_strdup (C_("number", "Not known"));
    *icon_name = "object-select-symbolic";
    *css_class = "success";
    return g_strdup (C_("number", "Healthy"));
  }
  *icon_name = "dialog-error-symbolic";
  *css_class = "error";
  if (is_bad (number->incoming) && is_bad (number->outgoing))
    return g_strdup (C_("number", "No calls"));
  if (is_bad (number->incoming))
    return g_strdup (C_("number", "Cannot be called"));
  return g_strdup (is_bad (number->outgoing) ? C_("number", "Cannot call out") : C_("number", "Affected"));
}

static void
show_health (CsNumberRow          *self,
             const CsReportNumber *number,
             const char           *word,
             const char           *icon_name,
             const char           *css_class)
{
  g_autofree char *incoming = translate_word (number->incoming);
  g_autofree char *outgoing = translate_word (number->outgoing);
  g_autofree char *tooltip = NULL;

  gtk_label_set_label (self->health_label, word);
  gtk_image_set_from_icon_name (self->health_image, icon_name);
  if (self->health_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->health_image), self->health_class);
  self->health_class = css_class;
  gtk_widget_add_css_class (GTK_WIDGET (self->health_image), css_class);
  /* Translators: "Healthy", then how calls in and calls out are: "healthy", "partial outage", "not known". */
  tooltip = g_strdup_printf (_("%s\nIncoming calls: %s\nOutgoing calls: %s"), word, incoming, outgoing);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->health_label), tooltip);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->health_image), tooltip);
}

static void
set_rating (CsNumberRow *self,
            CsRating     rating)
{
  if (self->rating != CS_RATING_NONE)
    gtk_widget_remove_css_class (GTK_WIDGET (self->rate_bar), cs_rating_get_css_class (self->rating));
  if (rating != CS_RATING_NONE)
    gtk_widget_add_css_class (GTK_WIDGET (self->rate_bar), cs_rating_get_css_class (rating));
  self->rating = rating;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->rate_label), cs_rating_get_word (rating));
}

static void
cs_number_row_class_init (CsNumberRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-number-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, cells);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, number_label);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, calls_label);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, rate_label);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, rate_bar);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, missed_label);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, health_image);
  gtk_widget_class_bind_template_child (widget_class, CsNumberRow, health_label);
}

static void
cs_number_row_init (CsNumberRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->cells, cs_number_row_create_layout ());
  gtk_level_bar_remove_offset_value (self->rate_bar, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->rate_bar, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->rate_bar, GTK_LEVEL_BAR_OFFSET_FULL);
}

/**
 * cs_number_row_create_layout:
 *
 * Returns: (transfer full): the columns of a row, for what is to stand above them: name, calls, rate, missed, icon, health
 */
GtkLayoutManager *
cs_number_row_create_layout (void)
{
  return cs_table_layout_new (columns, G_N_ELEMENTS (columns));
}

/**
 * cs_number_get_title:
 * @number: one of the account's numbers
 *
 * Returns: (transfer full): its friendly name, or else the number, safe to show
 */
char *
cs_number_get_title (const CsReportNumber *number)
{
  g_autofree char *name = cs_display_text_clean (number->name);

  return *name != '\0' ? g_steal_pointer (&name) : cs_number_format_own (number->number);
}

/**
 * cs_number_row_new:
 *
 * Returns: (transfer none): an empty row
 */
GtkWidget *
cs_number_row_new (void)
{
  return g_object_new (CS_TYPE_NUMBER_ROW, NULL);
}

/**
 * cs_number_row_set_number:
 * @self: a row
 * @number: what to show
 * @health: of the account at present: where it isn't known, neither is the number's
 * @is_one_status: whether only calls that ended in one way are counted, so that a rate would say nothing
 * @limits: what a good rate is
 */
void
cs_number_row_set_number (CsNumberRow          *self,
                          const CsReportNumber *number,
                          CsHealthStatus        health,
                          gboolean              is_one_status,
                          const CsRatingLimits *limits)
{
  g_autofree char *title = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *isolated = NULL;
  g_autofree char *total = NULL;
  g_autofree char *missed = NULL;
  g_autofree char *rate = NULL;
  g_autofree char *word = NULL;
  g_autofree char *sentence = NULL;
  const char *icon_name, *css_class;
  double share = 0;
  gboolean has_rate, is_named;

  g_return_if_fail (CS_IS_NUMBER_ROW (self));
  g_return_if_fail (number != NULL);

  title = cs_number_get_title (number);
  digits = cs_number_format_own (number->number);
  isolated = cs_display_text_isolate (digits);
  is_named = g_strcmp0 (title, digits) != 0;
  total = g_strdup_printf ("%" G_GUINT64_FORMAT, cs_metrics_get_total (&number->metrics));
  missed = g_strdup_printf ("%" G_GUINT64_FORMAT, cs_metrics_get_part (&number->metrics, CS_PART_MISSED));
  has_rate = !is_one_status && cs_metrics_get_answer_rate (&number->metrics, &share);
  rate = has_rate ? cs_answer_rate_format (&number->metrics) : g_strdup ("–");
  word = judge (number, health, &icon_name, &css_class);

  gtk_label_set_label (self->name_label, is_named ? title : isolated);
  gtk_label_set_label (self->number_label, isolated);
  gtk_widget_set_visible (GTK_WIDGET (self->number_label), is_named);
  gtk_label_set_label (self->calls_label, total);
  gtk_label_set_label (self->rate_label, rate);
  gtk_level_bar_set_value (self->rate_bar, has_rate ? share : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->rate_bar), has_rate);
  set_rating (self, has_rate ? cs_answer_rate_get_rating (&number->metrics, limits) : CS_RATING_NONE);
  gtk_label_set_label (self->missed_label, missed);
  show_health (self, number, word, icon_name, css_class);

  /* Translators: a number as a screen reader reads it: name, number, calls, answer rate, missed calls, health. */
  sentence = g_strdup_printf (_("%s, %s: calls %s, answer rate %s, missed %s, health: %s"), title, digits, total,
                              has_rate ? rate : _("not known"), missed, word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}
