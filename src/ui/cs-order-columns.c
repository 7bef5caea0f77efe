/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-columns.h"

#include <glib/gi18n.h>

#include "ui/cs-display-text.h"
#include "ui/cs-order-item.h"
#include "ui/cs-order-look.h"
#include "ui/cs-text-scale.h"
#include "ui/cs-time-format.h"

/* Below this width only the most important columns are shown. All widths are pixels where text has its usual size. */
#define NARROW_WIDTH 560
#define MIN_NAME_WIDTH 60

typedef enum {
  COLUMN_CUSTOMER,
  COLUMN_NAME,
  COLUMN_STATE,
  COLUMN_NOTE,
  COLUMN_CHANGED,
  COLUMN_DELETE,
  N_COLUMNS,
} ColumnKind;

static const struct {
  const char *title;
  int width;            /* -1: what there is room for */
  gboolean is_optional; /* goes where there is little room: the editor has it, too */
} columns[N_COLUMNS] = {
  [COLUMN_CUSTOMER] = { N_("Customer"), 104, FALSE },
  [COLUMN_NAME] = { N_("Name"), -1, FALSE },
  [COLUMN_STATE] = { NC_("order", "State"), 142, FALSE },
  [COLUMN_NOTE] = { N_("Note"), -1, TRUE },
  [COLUMN_CHANGED] = { NC_("order", "Changed"), 104, TRUE },
  [COLUMN_DELETE] = { NULL, 52, TRUE },
};

/*
 * CsOrderColumns: how the items of a CsOrderModel look as the columns of a GtkColumnView.
 */
struct _CsOrderColumns {
  GObject parent_instance;

  GtkColumnViewColumn *columns[N_COLUMNS];  /* (unowned) of the view */
  GTimeZone *zone;                          /* (owned) */
};

G_DEFINE_FINAL_TYPE (CsOrderColumns, cs_order_columns, G_TYPE_OBJECT)

typedef enum {
  SIGNAL_DELETE,
} CsOrderColumnsSignal;

static guint signals[SIGNAL_DELETE + 1];

static ColumnKind
get_kind (GtkSignalListItemFactory *factory)
{
  return (ColumnKind) GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "kind"));
}

static void
on_delete_clicked (GtkWidget   *button,
                   GtkListItem *list_item)
{
  CsOrderColumns *self = g_object_get_data (G_OBJECT (button), "columns");
  CsOrderItem *item = gtk_list_item_get_item (list_item);

  if (item != NULL)
    g_signal_emit (self, signals[SIGNAL_DELETE], 0, item);
}

static GtkWidget *
make_label (ColumnKind kind)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  if (kind == COLUMN_CUSTOMER || kind == COLUMN_CHANGED)
    gtk_widget_add_css_class (label, "numeric");
  if (kind == COLUMN_NOTE || kind == COLUMN_CHANGED)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static void
on_setup (CsOrderColumns           *self,
          GtkListItem              *list_item,
          GtkSignalListItemFactory *factory)
{
  ColumnKind kind = get_kind (factory);
  GtkWidget *cell = NULL;

  switch (kind) {
  case COLUMN_STATE:
    cell = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
    gtk_box_append (GTK_BOX (cell), g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
    gtk_box_append (GTK_BOX (cell), make_label (kind));
    break;
  case COLUMN_DELETE:
    cell = gtk_button_new_from_icon_name ("user-trash-symbolic");
    gtk_widget_add_css_class (cell, "flat");
    gtk_widget_set_tooltip_text (cell, _("Delete"));
    g_object_set_data (G_OBJECT (cell), "columns", self);
    g_signal_connect (cell, "clicked", G_CALLBACK (on_delete_clicked), list_item);
    break;
  case COLUMN_CUSTOMER:
  case COLUMN_NAME:
  case COLUMN_NOTE:
  case COLUMN_CHANGED:
  case N_COLUMNS:
    cell = make_label (kind);
    break;
  }
  gtk_list_item_set_child (list_item, cell);
}

static void
set_text (GtkWidget  *label,
          const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, *text != '\0' ? text : NULL);
}

static void
fill_state (GtkWidget     *cell,
            const CsOrder *order)
{
  cs_order_look_set_state (gtk_widget_get_first_child (cell), order->state);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (cell)), cs_order_state_get_label (order->state));
}

static void
on_bind (CsOrderColumns           *self,
         GtkListItem              *list_item,
         GtkSignalListItemFactory *factory)
{
  const CsOrder *order = cs_order_item_get_order (gtk_list_item_get_item (list_item));
  GtkWidget *cell = gtk_list_item_get_child (list_item);
  g_autofree char *text = NULL;

  switch (get_kind (factory)) {
  case COLUMN_CUSTOMER:
    set_text (cell, order->customer);
    break;
  case COLUMN_NAME:
    text = cs_display_text_clean (order->name);
    set_text (cell, text);
    break;
  case COLUMN_STATE:
    fill_state (cell, order);
    break;
  case COLUMN_NOTE:
    text = cs_display_text_clean (order->note);
    set_text (cell, text);
    break;
  case COLUMN_CHANGED:
    text = cs_time_format_clock (order->changed_us, g_get_real_time (), self->zone);
    set_text (cell, text);
    break;
  case COLUMN_DELETE:
    text = g_strdup_printf (_("Delete the order of %s"), order->customer);
    gtk_accessible_update_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    break;
  case N_COLUMNS:
    break;
  }
}

static GtkColumnViewColumn *
make_column (CsOrderColumns *self,
             ColumnKind      kind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  const char *title = columns[kind].title;
  const char *context = kind == COLUMN_STATE || kind == COLUMN_CHANGED ? g_dpgettext2 (NULL, "order", title) : title;
  GtkColumnViewColumn *column;

  g_object_set_data (G_OBJECT (factory), "kind", GUINT_TO_POINTER (kind));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  column = gtk_column_view_column_new (title == NULL ? NULL : context == title ? _(title) : context, factory);
  gtk_column_view_column_set_expand (column, columns[kind].width < 0);
  if (columns[kind].width > 0)
    gtk_column_view_column_set_fixed_width (column, columns[kind].width);
  return column;
}

static void
cs_order_columns_finalize (GObject *object)
{
  CsOrderColumns *self = CS_ORDER_COLUMNS (object);

  g_time_zone_unref (self->zone);

  G_OBJECT_CLASS (cs_order_columns_parent_class)->finalize (object);
}

static void
cs_order_columns_class_init (CsOrderColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_order_columns_finalize;

  signals[SIGNAL_DELETE] = g_signal_new ("delete", CS_TYPE_ORDER_COLUMNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         CS_TYPE_ORDER_ITEM);
}

static void
cs_order_columns_init (CsOrderColumns *self)
{
  self->zone = g_time_zone_new_local ();
}

/**
 * cs_order_columns_new:
 * @view: gets the columns; it has to go before they do
 *
 * Returns: (transfer full): what fills them
 */
CsOrderColumns *
cs_order_columns_new (GtkColumnView *view)
{
  CsOrderColumns *self = g_object_new (CS_TYPE_ORDER_COLUMNS, NULL);

  for (int kind = 0; kind < N_COLUMNS; kind++) {
    self->columns[kind] = make_column (self, (ColumnKind) kind);
    gtk_column_view_append_column (view, self->columns[kind]);
    g_object_unref (self->columns[kind]);
  }
  return self;
}

/**
 * cs_order_columns_set_zone:
 * @self: the columns
 * @zone: in which times are shown
 */
void
cs_order_columns_set_zone (CsOrderColumns *self,
                           GTimeZone      *zone)
{
  g_return_if_fail (CS_IS_ORDER_COLUMNS (self));
  g_return_if_fail (zone != NULL);

  g_time_zone_ref (zone);
  g_time_zone_unref (self->zone);
  self->zone = zone;
}

/**
 * cs_order_columns_fit:
 * @self: the columns
 * @width: of the view, in pixels
 *
 * Leaves out what has no room. GTK 4.8 gives columns that aren't seen their share of the room, and doesn't lay the rows out anew, so
 * that the one column that is left to grow is told how wide it is.
 */
void
cs_order_columns_fit (CsOrderColumns *self,
                      int             width)
{
  GtkWidget *view = GTK_WIDGET (gtk_column_view_column_get_column_view (self->columns[COLUMN_NAME]));
  gboolean is_narrow = width < cs_text_scale_apply (view, NARROW_WIDTH);
  /* A column behind one that grew keeps its old place in the rows, unless its width is another, too. */
  int customer_width = cs_text_scale_apply (view, columns[COLUMN_CUSTOMER].width) + is_narrow;
  int state_width = cs_text_scale_apply (view, columns[COLUMN_STATE].width) + is_narrow;
  int room = width - customer_width - state_width;
  /* Large text in a narrow window: whose number it is can be looked up, too. */
  gboolean has_name = !is_narrow || room >= MIN_NAME_WIDTH;

  g_return_if_fail (CS_IS_ORDER_COLUMNS (self));

  for (int kind = 0; kind < N_COLUMNS; kind++) {
    int column_width = columns[kind].width > 0 ? cs_text_scale_apply (view, columns[kind].width) : -1;

    if (!columns[kind].is_optional)
      continue;
    gtk_column_view_column_set_visible (self->columns[kind], !is_narrow);
    /* Where text runs from the right, the rows would leave the room of what isn't seen. */
    gtk_column_view_column_set_fixed_width (self->columns[kind], is_narrow ? 0 : column_width);
  }
  gtk_column_view_column_set_visible (self->columns[COLUMN_NAME], has_name);
  gtk_column_view_column_set_fixed_width (self->columns[COLUMN_CUSTOMER], customer_width);
  gtk_column_view_column_set_fixed_width (self->columns[COLUMN_STATE], has_name ? state_width : width - customer_width);
  gtk_column_view_column_set_fixed_width (self->columns[COLUMN_NAME], !is_narrow ? -1 : has_name ? room : 0);
}
