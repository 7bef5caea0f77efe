/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-list.h"

#include <glib/gi18n.h>

#include "engine/cs-engine-orders.h"
#include "ui/cs-order-columns.h"
#include "ui/cs-order-editor.h"
#include "ui/cs-order-import-window.h"
#include "ui/cs-order-item.h"
#include "ui/cs-order-model.h"
#include "ui/cs-tab-stop.h"
#include "ui/cs-time-format.h"
#include "ui/cs-toast.h"

/*
 * CsOrderList: the built-in order book, to be searched, extended and mended; or where the orders are looked up instead.
 */
struct _CsOrderList {
  AdwBin parent_instance;

  AdwToastOverlay *toast_overlay;
  GtkLabel *count_label;
  GtkWidget *tools;
  GtkWidget *search_entry;
  GtkStack *list_stack;
  GtkColumnView *column_view;
  AdwStatusPage *unreadable_page;
  AdwStatusPage *elsewhere_page;

  CsEngine *engine;           /* (owned) (nullable) */
  CsOrderModel *model;        /* (owned) (nullable) */
  GtkSingleSelection *selection; /* (owned) (nullable) */
  CsOrderColumns *columns;    /* (owned) */
  CsOrdersState state;        /* the last one */
  gint64 made_us;
  GTimeZone *zone;            /* (owned) (nullable) */
  gboolean is_read;           /* the model was told to read at least once */
  int width;
  guint fit_source;           /* the columns wait to be fitted into it */
  CsOrder *removed;           /* (owned) (nullable) the last one, to be taken back */
  GtkFileChooserNative *chooser; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsOrderList, cs_order_list, ADW_TYPE_BIN)

/* @time_us: microseconds UTC */
static char *
format_time (CsOrderList *self,
             gint64       time_us)
{
  g_autoptr (GTimeZone) zone = self->zone != NULL ? g_time_zone_ref (self->zone) : g_time_zone_new_local ();

  return cs_time_format_clock (time_us, self->made_us, zone);
}

static char *
describe_file (CsOrderList *self)
{
  g_autofree char *orders = NULL, *clock = NULL;
  gint64 n = MAX (self->state.n_orders, 0);

  if (self->state.read_us == CS_UNKNOWN)
    return g_strdup (_("It hasn’t been read yet."));
  clock = format_time (self, self->state.read_us);
  orders = g_strdup_printf (ngettext ("%'lu order", "%'lu orders", (gulong) n), (gulong) n);
  /* Translators: the first %s is a number of orders, the second one a time. */
  return g_strdup_printf (_("%s, read %s. It is read again whenever it changes."), orders, clock);
}

/* Orders that another program keeps can't be changed here. */
static void
show_elsewhere (CsOrderList *self)
{
  gboolean is_file = self->state.origin == CS_ORDERS_FROM_FILE;
  g_autofree char *said = is_file ? describe_file (self)
                                  : g_strdup (_("Each caller’s number is looked up there when it is needed. Nothing is kept here."));
  g_autofree char *text = self->state.error != NULL ? g_strconcat (self->state.error, "\n\n", said, NULL) : g_strdup (said);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_icon_name (self->elsewhere_page,
                                 self->state.error != NULL ? "dialog-warning-symbolic"
                                 : is_file                 ? "x-office-spreadsheet-symbolic"
                                                           : "network-server-symbolic");
  adw_status_page_set_title (self->elsewhere_page, is_file ? _("Orders come from a CSV file") : _("Orders come from your database"));
  adw_status_page_set_description (self->elsewhere_page, markup);
}

static gboolean
is_searching (CsOrderList *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static const char *
choose_page (CsOrderList *self)
{
  const char *error = self->model != NULL ? cs_order_model_get_error (self->model) : NULL;

  if (self->state.origin != CS_ORDERS_FROM_BOOK)
    return "elsewhere";
  if (error != NULL) {
    g_autofree char *markup = g_markup_escape_text (error, -1);

    adw_status_page_set_description (self->unreadable_page, markup);
    return "unreadable";
  }
  if (self->model == NULL || !cs_order_model_is_known (self->model))
    return NULL;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    return "orders";
  return is_searching (self) ? "nothing-found" : "empty";
}

static void
show_state (CsOrderList *self)
{
  gint64 n = MAX (self->state.n_book_orders, 0);
  gboolean is_here = self->state.origin == CS_ORDERS_FROM_BOOK;
  g_autofree char *count = g_strdup_printf (ngettext ("%'lu order", "%'lu orders", (gulong) n), (gulong) n);
  const char *page;

  gtk_label_set_text (self->count_label, is_here && n > 0 ? count : "");
  gtk_widget_set_visible (self->tools, is_here);
  gtk_widget_set_visible (self->search_entry, is_here && (n > 0 || is_searching (self)));
  if (!is_here)
    show_elsewhere (self);
  page = choose_page (self);
  /* Until a search has brought something, what was found before stays. */
  if (page != NULL)
    gtk_stack_set_visible_child_name (self->list_stack, page);
}

static void
on_taken_back (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (CsOrderList) self = user_data;
  g_autoptr (CsOrder) before = NULL;
  g_autoptr (GError) error = NULL;

  if (!cs_engine_put_order_finish (CS_ENGINE (source), result, &before, &error) && self->engine != NULL)
    cs_toast_show (GTK_WIDGET (self), error->message);
}

static void
take_back (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  CsOrderList *self = CS_ORDER_LIST (widget);
  g_autoptr (CsOrder) order = g_steal_pointer (&self->removed);

  if (order != NULL)
    cs_engine_put_order_async (self->engine, order, NULL, NULL, on_taken_back, g_object_ref (self));
}

static void
on_removed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsOrderList) self = user_data;
  g_autoptr (CsOrder) before = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  AdwToast *toast;
  gboolean is_removed = cs_engine_remove_order_finish (CS_ENGINE (source), result, &before, &error);

  if (self->engine == NULL || (is_removed && before == NULL))
    return;
  if (!is_removed) {
    cs_toast_show (GTK_WIDGET (self), error->message);
    return;
  }
  title = g_strdup_printf (_("Order of %s deleted"), *before->name != '\0' ? before->name : before->customer);
  g_clear_pointer (&self->removed, cs_order_free);
  self->removed = g_steal_pointer (&before);
  toast = cs_toast_new (title);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "orders.take-back");
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

static void
remove_order (CsOrderList *self,
              CsOrderItem *item)
{
  cs_engine_remove_order_async (self->engine, cs_order_item_get_order (item)->customer, NULL, on_removed, g_object_ref (self));
}

static void
remove_selected (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  CsOrderList *self = CS_ORDER_LIST (widget);
  CsOrderItem *item = self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  if (item != NULL && self->state.origin == CS_ORDERS_FROM_BOOK)
    remove_order (self, item);
}

static void
on_editor_delete (CsOrderList   *self,
                  CsOrderEditor *editor)
{
  CsOrderItem *item = g_object_get_data (G_OBJECT (editor), "item");

  remove_order (self, item);
}

static void
open_editor (CsOrderList *self,
             CsOrderItem *item)
{
  CsOrderEditor *editor;

  if (self->engine == NULL)
    return;
  editor = cs_order_editor_new (self->engine, item != NULL ? cs_order_item_get_order (item) : NULL);
  if (item != NULL)
    g_object_set_data_full (G_OBJECT (editor), "item", g_object_ref (item), g_object_unref);
  g_signal_connect_object (editor, "delete", G_CALLBACK (on_editor_delete), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (editor), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (editor));
}

static void
on_activate (CsOrderList *self,
             guint        position)
{
  g_autoptr (CsOrderItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (item != NULL)
    open_editor (self, item);
}

static void
add_order (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  open_editor (CS_ORDER_LIST (widget), NULL);
}

static void
on_search_changed (CsOrderList *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));

  if (self->model != NULL)
    cs_order_model_search (self->model, text);
}

static void
on_file_chosen (CsOrderList *self,
                int          response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    cs_order_list_import_file (self, file);
}

static void
choose_file (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  CsOrderList *self = CS_ORDER_LIST (widget);
  g_autoptr (GtkFileFilter) known = gtk_file_filter_new (), all = gtk_file_filter_new ();

  if (self->chooser != NULL || self->engine == NULL)
    return;
  gtk_file_filter_set_name (known, _("CSV"));
  gtk_file_filter_add_mime_type (known, "text/csv");
  gtk_file_filter_add_suffix (known, "csv");
  gtk_file_filter_add_suffix (known, "tsv");
  gtk_file_filter_add_suffix (known, "txt");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");

  self->chooser = gtk_file_chooser_native_new (_("Import orders"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), known);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_file_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
fit (gpointer user_data)
{
  CsOrderList *self = user_data;

  self->fit_source = 0;
  cs_order_columns_fit (self->columns, self->width);
  return G_SOURCE_REMOVE;
}

static void
cs_order_list_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

/* Columns can't come or go while they get their places. */
static void
cs_order_list_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  CsOrderList *self = CS_ORDER_LIST (widget);

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  if (self->width == width)
    return;
  self->width = width;
  if (self->fit_source == 0)
    self->fit_source = g_idle_add_full (GTK_PRIORITY_RESIZE, fit, self, NULL);
}

static void
cs_order_list_dispose (GObject *object)
{
  CsOrderList *self = CS_ORDER_LIST (object);

  g_clear_handle_id (&self->fit_source, g_source_remove);
  G_OBJECT_CLASS (cs_order_list_parent_class)->dispose (object);
  g_clear_object (&self->chooser);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->columns);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->removed, cs_order_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  cs_orders_state_clear (&self->state);
}

static void
cs_order_list_class_init (CsOrderListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_order_list_dispose;
  widget_class->measure = cs_order_list_measure;
  widget_class->size_allocate = cs_order_list_size_allocate;

  g_type_ensure (CS_TYPE_TAB_STOP);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-order-list.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, count_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, tools);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, list_stack);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, column_view);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, unreadable_page);
  gtk_widget_class_bind_template_child (widget_class, CsOrderList, elsewhere_page);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);

  gtk_widget_class_install_action (widget_class, "orders.add", NULL, add_order);
  gtk_widget_class_install_action (widget_class, "orders.import", NULL, choose_file);
  gtk_widget_class_install_action (widget_class, "orders.remove", NULL, remove_selected);
  gtk_widget_class_install_action (widget_class, "orders.take-back", NULL, take_back);
}

static void
cs_order_list_init (CsOrderList *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  /* It has its own idea of what has room. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  self->columns = cs_order_columns_new (self->column_view);
  g_signal_connect_object (self->columns, "delete", G_CALLBACK (remove_order), self, G_CONNECT_SWAPPED);
  /* In the table alone: elsewhere the key deletes letters. */
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Delete, 0),
                                                          gtk_named_action_new ("orders.remove")));
  gtk_widget_add_controller (GTK_WIDGET (self->column_view), keys);
}

/**
 * cs_order_list_set_engine:
 * @self: the list, which has none yet
 * @engine: what has the book
 */
void
cs_order_list_set_engine (CsOrderList *self,
                          CsEngine    *engine)
{
  g_return_if_fail (CS_IS_ORDER_LIST (self));
  g_return_if_fail (CS_IS_ENGINE (engine));
  g_return_if_fail (self->engine == NULL);

  self->engine = g_object_ref (engine);
  self->model = cs_order_model_new (engine);
  g_signal_connect_object (self->model, "state", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_column_view_set_model (self->column_view, GTK_SELECTION_MODEL (self->selection));
}

/**
 * cs_order_list_apply_snapshot:
 * @self: the list, which has its engine
 * @snapshot: how things stand
 */
void
cs_order_list_apply_snapshot (CsOrderList *self,
                              CsSnapshot  *snapshot)
{
  gboolean has_changed;

  g_return_if_fail (CS_IS_ORDER_LIST (self));
  g_return_if_fail (snapshot != NULL);

  has_changed = !self->is_read || snapshot->orders.serial != self->state.serial;
  cs_orders_state_clear (&self->state);
  cs_orders_state_copy (&self->state, &snapshot->orders);
  self->made_us = snapshot->made_us;
  if (snapshot->zone != NULL && snapshot->zone != self->zone) {
    g_clear_pointer (&self->zone, g_time_zone_unref);
    self->zone = g_time_zone_ref (snapshot->zone);
    cs_order_columns_set_zone (self->columns, self->zone);
  }
  if (has_changed && self->model != NULL && self->state.origin == CS_ORDERS_FROM_BOOK) {
    self->is_read = TRUE;
    cs_order_model_refresh (self->model);
  }
  show_state (self);
}

/**
 * cs_order_list_import_file:
 * @self: the list, which has its engine
 * @file: a CSV file; its preview is opened
 */
void
cs_order_list_import_file (CsOrderList *self,
                           GFile       *file)
{
  CsOrderImportWindow *window;

  g_return_if_fail (CS_IS_ORDER_LIST (self));
  g_return_if_fail (G_IS_FILE (file));

  window = cs_order_import_window_new (self->engine, file);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (window));
}
