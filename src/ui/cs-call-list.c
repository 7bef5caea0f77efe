/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-list.h"

#include "ui/cs-call-row.h"
#include "ui/cs-contact-names.h"

/* Rows that are moved at once: each has to be styled and laid out anew. */
#define MAX_MOVES 4
/* Rows that are added in one frame, if somebody is looking. */
#define MAX_ADDED 8

/*
 * CsCallList: a list of calls, one row each, that changes as little as possible.
 *
 * A call keeps its row, and so its keyboard focus, for as long as it is listed; the row of one that leaves is kept for one that
 * comes. So a flood of calls makes no widgets. Where many calls change at once, the rows stay where they are and the calls move.
 */
struct _CsCallList {
  AdwBin parent_instance;

  GtkListBox *list_box;
  GtkLabel *placeholder;
  char *title;            /* (owned) (nullable) */
  GPtrArray *rows;        /* (owned) (element-type CsCallRow) (unowned elements) in the order of the calls */
  GPtrArray *spares;      /* (owned) (element-type CsCallRow) rows without a place */
  GPtrArray *calls;       /* (owned) (nullable) (element-type CsCall) */
  GTimeZone *zone;        /* (owned) (nullable) of their times */
  gint64 now_us;          /* when they were */
  guint growth;           /* tick callback while there are fewer rows than calls */
};

G_DEFINE_FINAL_TYPE (CsCallList, cs_call_list, ADW_TYPE_BIN)

typedef enum {
  PROP_TITLE = 1,
  PROP_PLACEHOLDER,
} CsCallListProperty;

static GParamSpec *properties[PROP_PLACEHOLDER + 1];

static void show_calls (CsCallList *self);

/* Rows whose calls are still listed, by id; those of the others become spares. A call without an id yet is always new. */
static GHashTable *
take_rows_out (CsCallList *self,
               GPtrArray  *calls)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTable *kept = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < calls->len; i++) {
    CsCall *call = g_ptr_array_index (calls, i);

    if (call->id != 0)
      g_hash_table_add (listed, &call->id);
  }
  for (guint i = 0; i < self->rows->len; i++) {
    CsCallRow *row = g_ptr_array_index (self->rows, i);
    CsCall *call = cs_call_row_get_call (row);

    if (g_hash_table_contains (listed, &call->id) && !g_hash_table_contains (kept, &call->id)) {
      g_hash_table_insert (kept, &call->id, row);
      continue;
    }
    g_ptr_array_add (self->spares, g_object_ref (row));
    gtk_list_box_remove (self->list_box, GTK_WIDGET (row));
  }
  return kept;
}

/* A row without a call yet. */
static CsCallRow *
insert_row (CsCallList *self,
            int         index)
{
  g_autoptr (CsCallRow) row = NULL;

  if (self->spares->len > 0)
    row = g_ptr_array_steal_index (self->spares, self->spares->len - 1);
  else
    row = g_object_ref_sink (CS_CALL_ROW (cs_call_row_new ()));
  gtk_list_box_insert (self->list_box, GTK_WIDGET (row), index);
  return row;
}

/* The row for @call, at its place. */
static CsCallRow *
place_row (CsCallList *self,
           CsCall     *call,
           int         index,
           GHashTable *kept)
{
  CsCallRow *row = g_hash_table_lookup (kept, &call->id);

  if (row == NULL)
    return insert_row (self, index);
  g_hash_table_remove (kept, &call->id);
  if (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) == index)
    return row;
  g_object_ref (row);
  gtk_list_box_remove (self->list_box, GTK_WIDGET (row));
  gtk_list_box_insert (self->list_box, GTK_WIDGET (row), index);
  g_object_unref (row);
  return row;
}

/* Whether too many rows would have to move. A row that somebody is using is never given another call. */
static gboolean
is_flood (CsCallList *self,
          GPtrArray  *calls)
{
  g_autoptr (GHashTable) listed = NULL;
  guint n_staying = 0;

  if (MAX (calls->len, self->rows->len) <= MAX_MOVES ||
      (gtk_widget_get_state_flags (GTK_WIDGET (self->list_box)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    return FALSE;
  listed = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < self->rows->len; i++)
    g_hash_table_add (listed, &cs_call_row_get_call (g_ptr_array_index (self->rows, i))->id);
  for (guint i = 0; i < calls->len; i++)
    n_staying += g_hash_table_contains (listed, &((CsCall *) g_ptr_array_index (calls, i))->id);
  return MAX (calls->len, self->rows->len) > n_staying + MAX_MOVES;
}

/* As many rows as there are calls, at the places they have; where many are missing, some in this frame and more in the next. */
static void
fit_rows (CsCallList *self,
          GPtrArray  *calls)
{
  guint n_rows = calls->len;

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    n_rows = MIN (n_rows, self->rows->len + MAX_ADDED);
  while (self->rows->len > calls->len) {
    CsCallRow *row = g_ptr_array_steal_index (self->rows, self->rows->len - 1);

    g_ptr_array_add (self->spares, g_object_ref (row));
    gtk_list_box_remove (self->list_box, GTK_WIDGET (row));
  }
  while (self->rows->len < n_rows)
    g_ptr_array_add (self->rows, insert_row (self, (int) self->rows->len));
}

/* Each row where its call is. */
static void
sort_rows (CsCallList *self,
           GPtrArray  *calls)
{
  g_autoptr (GHashTable) kept = take_rows_out (self, calls);
  GPtrArray *rows = g_ptr_array_sized_new (calls->len);

  for (guint i = 0; i < calls->len; i++)
    g_ptr_array_add (rows, place_row (self, g_ptr_array_index (calls, i), (int) i, kept));
  g_ptr_array_unref (self->rows);
  self->rows = rows;
}

static gboolean
on_growth (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  CsCallList *self = CS_CALL_LIST (widget);

  self->growth = 0;
  show_calls (self);
  return G_SOURCE_REMOVE;
}

static void
show_calls (CsCallList *self)
{
  if (is_flood (self, self->calls))
    fit_rows (self, self->calls);
  else
    sort_rows (self, self->calls);
  for (guint i = 0; i < self->rows->len; i++)
    cs_call_row_set_call (g_ptr_array_index (self->rows, i), g_ptr_array_index (self->calls, i), self->zone, self->now_us);
  gtk_widget_set_visible (GTK_WIDGET (self->list_box), self->calls->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), self->calls->len == 0);
  if (self->rows->len < self->calls->len && self->growth == 0)
    self->growth = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_growth, NULL, NULL);
}

static void
on_names_changed (CsCallList *self)
{
  if (self->calls != NULL)
    show_calls (self);
}

static void
cs_call_list_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  CsCallList *self = CS_CALL_LIST (object);

  switch ((CsCallListProperty) prop_id) {
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  case PROP_PLACEHOLDER:
    g_value_set_string (value, gtk_label_get_label (self->placeholder));
    break;
  }
}

static void
cs_call_list_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  CsCallList *self = CS_CALL_LIST (object);

  switch ((CsCallListProperty) prop_id) {
  case PROP_TITLE:
    g_free (self->title);
    self->title = g_value_dup_string (value);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_box), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title, -1);
    break;
  case PROP_PLACEHOLDER:
    gtk_label_set_label (self->placeholder, g_value_get_string (value));
    break;
  }
}

static void
cs_call_list_finalize (GObject *object)
{
  CsCallList *self = CS_CALL_LIST (object);

  g_free (self->title);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->spares);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);

  G_OBJECT_CLASS (cs_call_list_parent_class)->finalize (object);
}

static void
cs_call_list_class_init (CsCallListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cs_call_list_get_property;
  object_class->set_property = cs_call_list_set_property;
  object_class->finalize = cs_call_list_finalize;

  /* The list's name for a screen reader. */
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /* What is said where there are no calls. */
  properties[PROP_PLACEHOLDER] =
      g_param_spec_string ("placeholder", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
cs_call_list_init (CsCallList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->rows = g_ptr_array_new ();
  self->spares = g_ptr_array_new_with_free_func (g_object_unref);
  self->list_box = GTK_LIST_BOX (gtk_list_box_new ());
  self->placeholder = GTK_LABEL (gtk_label_new (NULL));

  gtk_list_box_set_selection_mode (self->list_box, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list_box), "boxed-list");
  gtk_widget_set_visible (GTK_WIDGET (self->list_box), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list_box));

  /* Not the list box's own placeholder: with that behind it, the last row is not the last child and draws a line too many. */
  gtk_label_set_wrap (self->placeholder, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->placeholder), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self->placeholder), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->placeholder), "call-placeholder");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->placeholder));
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (cs_contact_names_get_default (), "changed", G_CALLBACK (on_names_changed), self, G_CONNECT_SWAPPED);
}

/**
 * cs_call_list_set_calls:
 * @self: a list
 * @calls: (element-type CsCall): the calls in the order to show them; not changed afterwards
 * @zone: the zone of their times
 * @now_us: the present, microseconds UTC
 */
void
cs_call_list_set_calls (CsCallList *self,
                        GPtrArray  *calls,
                        GTimeZone  *zone,
                        gint64      now_us)
{
  g_return_if_fail (CS_IS_CALL_LIST (self));
  g_return_if_fail (calls != NULL);
  g_return_if_fail (zone != NULL);

  g_ptr_array_ref (calls);
  g_time_zone_ref (zone);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->calls = calls;
  self->zone = zone;
  self->now_us = now_us;
  show_calls (self);
}

/**
 * cs_call_list_tick:
 * @self: a list
 * @now_us: the present, microseconds UTC
 *
 * Sets the clocks of the running calls.
 */
void
cs_call_list_tick (CsCallList *self,
                   gint64      now_us)
{
  g_return_if_fail (CS_IS_CALL_LIST (self));

  for (guint i = 0; i < self->rows->len; i++)
    cs_call_row_tick (g_ptr_array_index (self->rows, i), now_us);
}
