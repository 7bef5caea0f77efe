/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-queries.h"

#include <glib/gi18n.h>

#include "ui/cs-contact-names.h"
#include "ui/cs-order-look.h"
#include "ui/cs-time-format.h"

/*
 * CsOrderQueries: what callers asked the order line for last.
 */
struct _CsOrderQueries {
  AdwBin parent_instance;

  GtkListBox *list;
  GPtrArray *queries;  /* (owned) (nullable) (element-type CsOrderQuery) those that are shown */
};

G_DEFINE_FINAL_TYPE (CsOrderQueries, cs_order_queries, ADW_TYPE_BIN)

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "numeric");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* Title and subtitle at one edge, what came of it and when at the other. */
static GtkWidget *
make_row (const CsOrderQuery *query,
          const CsSnapshot   *snapshot)
{
  g_autofree char *caller = cs_contact_names_display (cs_contact_names_get_default (),
                                                      query->caller != NULL ? query->caller : "anonymous");
  g_autofree char *clock = cs_time_format_clock (query->at_us, snapshot->made_us, snapshot->zone);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", clock, caller);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  cs_order_look_set_result (image, query);
  /* Names are text. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 query->customer != NULL ? query->customer : C_("order query", "No number entered"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_label (cs_order_look_get_result (query), NULL));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

static void
cs_order_queries_finalize (GObject *object)
{
  CsOrderQueries *self = CS_ORDER_QUERIES (object);

  g_clear_pointer (&self->queries, g_ptr_array_unref);

  G_OBJECT_CLASS (cs_order_queries_parent_class)->finalize (object);
}

static void
cs_order_queries_class_init (CsOrderQueriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_order_queries_finalize;
}

static void
cs_order_queries_init (CsOrderQueries *self)
{
  GtkWidget *placeholder = gtk_label_new (_("Nobody has asked yet"));

  gtk_widget_add_css_class (placeholder, "dim-label");
  gtk_widget_add_css_class (placeholder, "call-placeholder");
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_set_placeholder (self->list, placeholder);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Last queries"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}

/**
 * cs_order_queries_apply_snapshot:
 * @self: the list
 * @snapshot: what to show
 */
void
cs_order_queries_apply_snapshot (CsOrderQueries *self,
                                 CsSnapshot     *snapshot)
{
  GPtrArray *queries;

  g_return_if_fail (CS_IS_ORDER_QUERIES (self));
  g_return_if_fail (snapshot != NULL);

  queries = snapshot->orders.queries;
  if (queries == self->queries)
    return;
  for (GtkListBoxRow *row; (row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL;)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_clear_pointer (&self->queries, g_ptr_array_unref);
  self->queries = queries != NULL ? g_ptr_array_ref (queries) : NULL;
  for (guint i = 0; queries != NULL && i < queries->len; i++)
    gtk_list_box_append (self->list, make_row (g_ptr_array_index (queries, i), snapshot));
}
