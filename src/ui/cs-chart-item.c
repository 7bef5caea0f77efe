/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-chart-item.h"

/**
 * CsChartItem:
 *
 * One item of a CsChartView, such as a column, for the keyboard and for screen readers. It draws nothing: the chart does.
 */
struct _CsChartItem
{
  GtkWidget parent_instance;

  guint index;
  guint n_items;
  char *name;  /* (owned) (nullable) */
  char *text;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsChartItem, cs_chart_item, GTK_TYPE_WIDGET)

enum {
  ACTIVATE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
cs_chart_item_finalize (GObject *object)
{
  CsChartItem *self = CS_CHART_ITEM (object);

  g_free (self->name);
  g_free (self->text);

  G_OBJECT_CLASS (cs_chart_item_parent_class)->finalize (object);
}

static void
cs_chart_item_class_init (CsChartItemClass *klass)
{
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_ISO_Enter, GDK_KEY_KP_Enter, GDK_KEY_space, GDK_KEY_KP_Space };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = cs_chart_item_finalize;

  /**
   * CsChartItem::activate:
   *
   * Enter, Space or an assistive technology.
   */
  signals[ACTIVATE] = g_signal_new ("activate", CS_TYPE_CHART_ITEM, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  gtk_widget_class_set_activate_signal (widget_class, signals[ACTIVATE]);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_signal (widget_class, keys[i], 0, "activate", NULL);

  gtk_widget_class_set_css_name (widget_class, "chartitem");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
cs_chart_item_init (CsChartItem *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  /* The pointer is the chart's: it must find what lies between the items, too. */
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
cs_chart_item_new (void)
{
  return g_object_new (CS_TYPE_CHART_ITEM, NULL);
}

/* index: of the item, from 0. */
void
cs_chart_item_set_place (CsChartItem *self,
                         guint        index,
                         guint        n_items)
{
  g_return_if_fail (CS_IS_CHART_ITEM (self));

  self->index = index;
  if (self->n_items == n_items)
    return;

  self->n_items = n_items;
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_RELATION_POS_IN_SET, (int) index + 1,
                                  GTK_ACCESSIBLE_RELATION_SET_SIZE, (int) n_items,
                                  -1);
}

guint
cs_chart_item_get_index (CsChartItem *self)
{
  g_return_val_if_fail (CS_IS_CHART_ITEM (self), 0);

  return self->index;
}

/* Tells assistive technologies only what is new to them. */
void
cs_chart_item_set_words (CsChartItem *self,
                         const char  *name,
                         const char  *text)
{
  g_return_if_fail (CS_IS_CHART_ITEM (self));
  g_return_if_fail (name != NULL && text != NULL);

  if (g_strcmp0 (self->name, name) != 0)
    {
      g_free (self->name);
      self->name = g_strdup (name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    }
  if (g_strcmp0 (self->text, text) != 0)
    {
      g_free (self->text);
      self->text = g_strdup (text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
    }
}
