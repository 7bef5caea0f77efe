/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-columns.h"

#include <glib/gi18n.h>

#include "ui/cs-call-item.h"
#include "ui/cs-call-text.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-outcome-look.h"
#include "ui/cs-text-scale.h"
#include "ui/cs-time-format.h"

typedef enum {
  COLUMN_OUTCOME,
  COLUMN_TIME,
  COLUMN_DIRECTION,
  COLUMN_PEER,
  COLUMN_NUMBER,
  COLUMN_WAIT,
  COLUMN_TALK,
  COLUMN_COLLEAGUE,
  COLUMN_ROW,  /* all of it in two lines, in place of the others */
  N_COLUMNS,
} ColumnKind;

#define N_REAL_COLUMNS COLUMN_ROW

/* Below it only the most important columns have room. All widths are pixels where text has its usual size. */
#define COMPACT_WIDTH 860
#define MIN_PEER_WIDTH 120

static const struct {
  const char *title;
  CsCallSort sort;
  int width;            /* -1: what there is room for */
  gboolean is_at_end;   /* figures stand at the right */
  gboolean is_optional; /* goes where there is little room: the details say it, too */
} columns[N_REAL_COLUMNS] = {
  [COLUMN_OUTCOME] = { N_("Outcome"), CS_CALL_SORT_OUTCOME, 150, FALSE, FALSE },
  [COLUMN_TIME] = { N_("Time"), CS_CALL_SORT_TIME, 118, FALSE, FALSE },
  [COLUMN_DIRECTION] = { N_("Direction"), CS_CALL_SORT_DIRECTION, 114, FALSE, TRUE },
  [COLUMN_PEER] = { N_("Name or number"), CS_CALL_SORT_PEER, -1, FALSE, FALSE },
  [COLUMN_NUMBER] = { N_("Our number"), CS_CALL_SORT_NUMBER, -1, FALSE, TRUE },
  [COLUMN_WAIT] = { N_("Wait"), CS_CALL_SORT_WAIT, 70, TRUE, TRUE },
  [COLUMN_TALK] = { N_("Talk"), CS_CALL_SORT_TALK, 70, TRUE, FALSE },
  [COLUMN_COLLEAGUE] = { N_("By"), CS_CALL_SORT_ANSWERED_BY, -1, FALSE, TRUE },
};

/*
 * CsCallColumns: how the items of a CsCallModel look: as the columns of a GtkColumnView, and as the two-line rows of a GtkListView where
 * there is no room for columns.
 */
struct _CsCallColumns {
  GObject parent_instance;

  GtkColumnViewColumn *columns[N_REAL_COLUMNS];  /* (unowned) of the view */
  GtkSorter *sorter;                             /* (owned) of the view */
  GTimeZone *zone;                               /* (owned) */
  GObject *probes[2];                            /* (owned) two things that are not the same */
  ColumnKind sorted_by;                          /* found by comparing these */
};

G_DEFINE_FINAL_TYPE (CsCallColumns, cs_call_columns, G_TYPE_OBJECT)

enum {
  SORTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* A column's sorter knows which it is, and can tell. */
typedef struct {
  CsCallColumns *self;
  ColumnKind kind;
} Column;

/* GTK 4.8 doesn't tell by which column a view is sorted. Its sorter asks that column's first, which leaves its name here. */
static int
compare_probes (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  Column *column = user_data;

  column->self->sorted_by = column->kind;
  return 1;
}

static const char *
get_direction_icon (CsDirection direction)
{
  if (direction == CS_DIRECTION_INTERNAL)
    return "cs-internal-symbolic";
  return cs_direction_is_outgoing (direction) ? "cs-outgoing-symbolic" : "cs-incoming-symbolic";
}

static char *
get_cell_text (CsCallColumns *self,
               ColumnKind     kind,
               const CsCall  *call)
{
  switch (kind) {
  case COLUMN_OUTCOME:
    return g_strdup (cs_call_text_get_word (call));
  case COLUMN_TIME:
    return cs_time_format_clock (cs_call_text_get_start (call), g_get_real_time (), self->zone);
  case COLUMN_DIRECTION:
    return g_strdup (cs_call_text_get_direction (call->direction));
  case COLUMN_PEER:
    return cs_contact_names_display (cs_contact_names_get_default (), cs_call_text_get_peer (call));
  case COLUMN_NUMBER:
    return call->number != NULL ? cs_number_format_isolate (call->number) : g_strdup ("–");
  case COLUMN_WAIT:
    return cs_time_format_duration (call->wait_us);
  case COLUMN_TALK:
    return cs_time_format_duration (call->talk_us);
  case COLUMN_COLLEAGUE:
    return cs_call_text_is_order_line (call) ? g_strdup (C_("call", "Order line")) : cs_call_text_get_colleague (call);
  case COLUMN_ROW:
  case N_COLUMNS:
    break;
  }
  return NULL;
}

static void
set_image (GtkWidget    *image,
           const CsCall *call)
{
  const char *classes[] = { call != NULL ? cs_outcome_get_css_class (call->outcome) : NULL, NULL };

  gtk_widget_set_css_classes (image, classes);
  if (call != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (image), cs_outcome_get_icon_name (call->outcome));
  else
    gtk_image_clear (GTK_IMAGE (image));
}

static GtkWidget *
make_label (const char *id,
            gboolean    is_at_end,
            gboolean    is_caption)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_name (label, id);
  gtk_label_set_xalign (GTK_LABEL (label), is_at_end ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "numeric");
  if (is_caption) {
    gtk_widget_add_css_class (label, "caption");
    gtk_widget_add_css_class (label, "dim-label");
  }
  return label;
}

static GtkWidget *
make_pair (GtkOrientation  orientation,
           GtkWidget      *first,
           GtkWidget      *second)
{
  GtkWidget *box = gtk_box_new (orientation, orientation == GTK_ORIENTATION_VERTICAL ? 2 : 6);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  return box;
}

static GtkWidget *
make_image (void)
{
  return g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static GtkWidget *
make_row (void)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = make_pair (GTK_ORIENTATION_VERTICAL, make_label ("title", FALSE, FALSE), make_label ("subtitle", FALSE, TRUE));
  GtkWidget *times = make_pair (GTK_ORIENTATION_VERTICAL, make_label ("time", TRUE, FALSE), make_label ("talk", TRUE, TRUE));

  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_add_css_class (row, "call-row");
  gtk_box_append (GTK_BOX (row), make_image ());
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), times);
  return row;
}

static void
fill_row (CsCallColumns *self,
          GtkWidget     *row,
          const CsCall  *call)
{
  GtkWidget *image = gtk_widget_get_first_child (row);
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_next_sibling (image));
  GtkWidget *time = gtk_widget_get_first_child (gtk_widget_get_last_child (row));
  GtkWidget *labels[4] = { title, gtk_widget_get_next_sibling (title), time, gtk_widget_get_next_sibling (time) };
  g_autofree char *texts[4] = { NULL };

  set_image (image, call);
  if (call != NULL) {
    texts[0] = get_cell_text (self, COLUMN_PEER, call);
    texts[1] = cs_call_text_get_summary (call);
    texts[2] = get_cell_text (self, COLUMN_TIME, call);
    texts[3] = call->talk_us != CS_UNKNOWN ? get_cell_text (self, COLUMN_TALK, call) : NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    gtk_label_set_text (GTK_LABEL (labels[i]), texts[i] != NULL ? texts[i] : "");
}

/* Describes the whole row in the first of its cells, for a screen reader. */
static void
name_cell (CsCallColumns *self,
           GtkWidget     *cell,
           const CsCall  *call)
{
  g_autofree char *name = call != NULL ? cs_call_text_describe (call, self->zone, g_get_real_time ()) : g_strdup ("");

  gtk_accessible_update_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (gtk_widget_get_parent (cell) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (cell)), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
fill_cell (GtkListItem *list_item)
{
  CsCallColumns *self = g_object_get_data (G_OBJECT (list_item), "columns");
  ColumnKind kind = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (list_item), "kind"));
  GtkWidget *cell = gtk_list_item_get_child (list_item);
  CsCallItem *item = gtk_list_item_get_item (list_item);
  CsCall *call = item != NULL ? cs_call_item_get_call (item) : NULL;
  g_autofree char *text = call != NULL ? get_cell_text (self, kind, call) : NULL;
  GtkWidget *label = cell;

  if (kind == COLUMN_ROW) {
    fill_row (self, cell, call);
    name_cell (self, cell, call);
    return;
  }
  if (kind == COLUMN_OUTCOME) {
    set_image (gtk_widget_get_first_child (cell), call);
    label = gtk_widget_get_last_child (cell);
    name_cell (self, cell, call);
  } else if (kind == COLUMN_DIRECTION) {
    label = gtk_widget_get_last_child (cell);
    if (call != NULL && *text != '\0')
      gtk_image_set_from_icon_name (GTK_IMAGE (gtk_widget_get_first_child (cell)), get_direction_icon (call->direction));
    else
      gtk_image_clear (GTK_IMAGE (gtk_widget_get_first_child (cell)));
  }
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  user_data)
{
  Column *column = user_data;
  GtkWidget *cell;

  g_object_set_data (G_OBJECT (list_item), "columns", column->self);
  g_object_set_data (G_OBJECT (list_item), "kind", GUINT_TO_POINTER (column->kind));
  if (column->kind == COLUMN_ROW)
    cell = make_row ();
  else if (column->kind == COLUMN_OUTCOME || column->kind == COLUMN_DIRECTION)
    cell = make_pair (GTK_ORIENTATION_HORIZONTAL, make_image (), make_label ("text", FALSE, FALSE));
  else
    cell = make_label ("text", columns[column->kind].is_at_end, FALSE);
  gtk_list_item_set_child (list_item, cell);
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         gpointer                  user_data)
{
  g_signal_connect_swapped (gtk_list_item_get_item (list_item), "changed", G_CALLBACK (fill_cell), list_item);
  fill_cell (list_item);
}

static void
on_unbind (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           gpointer                  user_data)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), fill_cell, list_item);
}

static void
free_column (gpointer  data,
             GClosure *closure)
{
  g_free (data);
}

static GtkListItemFactory *
make_factory (CsCallColumns *self,
              ColumnKind     kind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Column column = { self, kind };

  g_signal_connect_data (factory, "setup", G_CALLBACK (on_setup), g_memdup2 (&column, sizeof column), free_column, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  return factory;
}

static GtkColumnViewColumn *
make_column (CsCallColumns *self,
             ColumnKind     kind)
{
  GtkColumnViewColumn *view_column = gtk_column_view_column_new (_(columns[kind].title), make_factory (self, kind));
  Column column = { self, kind };
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare_probes, g_memdup2 (&column, sizeof column), g_free));

  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  if (columns[kind].width > 0)
    gtk_column_view_column_set_fixed_width (view_column, columns[kind].width);
  else
    gtk_column_view_column_set_expand (view_column, TRUE);
  return view_column;
}

/* The title of a column of figures stands above them, at the end. GTK has no word for it: a title is a box in a button. */
static void
align_titles (GtkColumnView *column_view)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (column_view)));

  for (ColumnKind kind = 0; kind < N_REAL_COLUMNS && title != NULL; kind++) {
    GtkWidget *box = gtk_widget_get_first_child (title);

    if (columns[kind].is_at_end && box != NULL)
      gtk_widget_set_halign (box, GTK_ALIGN_END);
    title = gtk_widget_get_next_sibling (title);
  }
}

static void
on_sorter_changed (CsCallColumns *self)
{
  g_signal_emit (self, signals[SORTED], 0);
}

static void
cs_call_columns_finalize (GObject *object)
{
  CsCallColumns *self = CS_CALL_COLUMNS (object);

  g_clear_object (&self->sorter);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_object_unref (self->probes[0]);
  g_object_unref (self->probes[1]);

  G_OBJECT_CLASS (cs_call_columns_parent_class)->finalize (object);
}

static void
cs_call_columns_class_init (CsCallColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_call_columns_finalize;

  signals[SORTED] = g_signal_new ("sorted", CS_TYPE_CALL_COLUMNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_call_columns_init (CsCallColumns *self)
{
  self->zone = g_time_zone_new_local ();
  self->probes[0] = g_object_new (G_TYPE_OBJECT, NULL);
  self->probes[1] = g_object_new (G_TYPE_OBJECT, NULL);
}

/**
 * cs_call_columns_new:
 * @column_view: gets the columns, sorted by time
 * @list_view: gets the rows
 *
 * Returns: (transfer full): to be kept as long as both views
 */
CsCallColumns *
cs_call_columns_new (GtkColumnView *column_view,
                     GtkListView   *list_view)
{
  CsCallColumns *self = g_object_new (CS_TYPE_CALL_COLUMNS, NULL);
  g_autoptr (GtkListItemFactory) rows = make_factory (self, COLUMN_ROW);

  for (ColumnKind kind = 0; kind < N_REAL_COLUMNS; kind++) {
    self->columns[kind] = make_column (self, kind);
    gtk_column_view_append_column (column_view, self->columns[kind]);
    g_object_unref (self->columns[kind]);
  }
  align_titles (column_view);
  gtk_list_view_set_factory (list_view, rows);
  gtk_column_view_sort_by_column (column_view, self->columns[COLUMN_TIME], GTK_SORT_DESCENDING);
  self->sorter = g_object_ref (gtk_column_view_get_sorter (column_view));
  g_signal_connect_object (self->sorter, "changed", G_CALLBACK (on_sorter_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * cs_call_columns_set_zone:
 * @self: the columns
 * @zone: of the times that are filled in from now on
 */
void
cs_call_columns_set_zone (CsCallColumns *self,
                          GTimeZone     *zone)
{
  g_return_if_fail (CS_IS_CALL_COLUMNS (self));

  g_time_zone_ref (zone);
  g_time_zone_unref (self->zone);
  self->zone = zone;
}

/**
 * cs_call_columns_fit:
 * @self: the columns
 * @width: of the view, in pixels
 *
 * Leaves out what has no room. GTK 4.8 gives columns that aren't seen their share of the room, and doesn't lay the rows out anew, so
 * that the one column that is left to grow is told how wide it is.
 */
void
cs_call_columns_fit (CsCallColumns *self,
                     int            width)
{
  GtkWidget *view = GTK_WIDGET (gtk_column_view_column_get_column_view (self->columns[COLUMN_PEER]));
  gboolean is_compact = width < cs_text_scale_apply (view, COMPACT_WIDTH);
  int room = width;

  g_return_if_fail (CS_IS_CALL_COLUMNS (self));

  for (ColumnKind kind = 0; kind < N_REAL_COLUMNS; kind++) {
    gboolean is_visible = !is_compact || !columns[kind].is_optional;
    int column_width = columns[kind].width > 0 ? cs_text_scale_apply (view, columns[kind].width) : -1;

    gtk_column_view_column_set_visible (self->columns[kind], is_visible);
    /* A column behind one that grew keeps its old place in the rows, unless its width is another, too. */
    if (kind == COLUMN_TALK)
      column_width += is_compact;
    /* Where text runs from the right, the rows would leave the room of what isn't seen. */
    gtk_column_view_column_set_fixed_width (self->columns[kind], is_visible ? column_width : 0);
    if (is_visible && column_width > 0)
      room -= column_width;
  }
  if (is_compact)
    gtk_column_view_column_set_fixed_width (self->columns[COLUMN_PEER], MAX (room, cs_text_scale_apply (view, MIN_PEER_WIDTH)));
}

/**
 * cs_call_columns_get_sort:
 * @self: the columns
 * @sort: (out): by which column the user wants the calls sorted
 * @is_ascending: (out): and which way
 */
void
cs_call_columns_get_sort (CsCallColumns *self,
                          CsCallSort    *sort,
                          gboolean      *is_ascending)
{
  g_return_if_fail (CS_IS_CALL_COLUMNS (self));

  self->sorted_by = N_COLUMNS;
  *is_ascending = gtk_sorter_compare (self->sorter, self->probes[0], self->probes[1]) > 0 && self->sorted_by != N_COLUMNS;
  *sort = self->sorted_by < N_REAL_COLUMNS ? columns[self->sorted_by].sort : CS_CALL_SORT_TIME;
}
