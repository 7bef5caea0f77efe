/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-editor.h"

#include <glib/gi18n.h>

#include "engine/cs-engine-orders.h"
#include "orders/cs-order-error.h"
#include "ui/cs-resources.h"

/*
 * CsOrderEditor: an order, to be entered or changed. A customer has one: a number that is in the book already is refused.
 */
struct _CsOrderEditor {
  AdwWindow parent_instance;

  GtkWidget *save_button;
  GtkEditable *customer_row;
  GtkEditable *name_row;
  AdwComboRow *state_row;
  GtkEditable *note_row;
  GtkLabel *error_label;
  GtkWidget *delete_group;

  CsEngine *engine;    /* (owned) */
  char *customer;      /* (owned) (nullable) the one that was opened */
  gboolean is_saving;
};

G_DEFINE_FINAL_TYPE (CsOrderEditor, cs_order_editor, ADW_TYPE_WINDOW)

typedef enum {
  SIGNAL_DELETE,
} CsOrderEditorSignal;

static guint signals[SIGNAL_DELETE + 1];

static char *
get_text (GtkEditable *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (row)));
}

static CsOrder *
make_order (CsOrderEditor *self)
{
  g_autofree char *customer = get_text (self->customer_row), *name = get_text (self->name_row), *note = get_text (self->note_row);

  return cs_order_new (customer, name, (CsOrderState) adw_combo_row_get_selected (self->state_row), note);
}

/* @problem: (nullable): why the order can't be saved, as a sentence */
static void
show_problem (CsOrderEditor *self,
              const char    *problem)
{
  gtk_label_set_text (self->error_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), problem != NULL);
}

/* Nothing is wrong with a form that nobody has filled in yet. */
static void
check (CsOrderEditor *self)
{
  g_autoptr (CsOrder) order = make_order (self);
  g_autoptr (GError) error = NULL;
  gboolean is_good = cs_order_check (order, &error);

  gtk_widget_remove_css_class (GTK_WIDGET (self->customer_row), "error");
  show_problem (self, is_good || *order->customer == '\0' ? NULL : error->message);
  gtk_widget_set_sensitive (self->save_button, is_good && !self->is_saving);
}

static void
on_saved (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsOrderEditor) self = user_data;
  g_autoptr (CsOrder) before = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_saved = cs_engine_put_order_finish (CS_ENGINE (source), result, &before, &error);

  if (self->engine == NULL)
    return;
  if (is_saved) {
    gtk_window_close (GTK_WINDOW (self));
    return;
  }
  self->is_saving = FALSE;
  check (self);
  show_problem (self, error->message);
  if (g_error_matches (error, CS_ORDER_ERROR, CS_ORDER_ERROR_TAKEN)) {
    gtk_widget_add_css_class (GTK_WIDGET (self->customer_row), "error");
    gtk_widget_grab_focus (GTK_WIDGET (self->customer_row));
  }
}

static void
save (CsOrderEditor *self)
{
  g_autoptr (CsOrder) order = make_order (self);

  if (self->is_saving || !cs_order_check (order, NULL))
    return;
  self->is_saving = TRUE;
  gtk_widget_set_sensitive (self->save_button, FALSE);
  cs_engine_put_order_async (self->engine, order, self->customer, NULL, on_saved, g_object_ref (self));
}

static void
on_delete_clicked (CsOrderEditor *self)
{
  g_signal_emit (self, signals[SIGNAL_DELETE], 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
cs_order_editor_dispose (GObject *object)
{
  CsOrderEditor *self = CS_ORDER_EDITOR (object);

  G_OBJECT_CLASS (cs_order_editor_parent_class)->dispose (object);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->customer, g_free);
}

static void
cs_order_editor_class_init (CsOrderEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_order_editor_dispose;

  signals[SIGNAL_DELETE] = g_signal_new ("delete", CS_TYPE_ORDER_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  cs_resources_register ();
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-order-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, customer_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, state_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, note_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, error_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrderEditor, delete_group);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, save);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cs_order_editor_init (CsOrderEditor *self)
{
  g_autoptr (GtkStringList) states = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (int i = 0; i < CS_N_ORDER_STATES; i++)
    gtk_string_list_append (states, cs_order_state_get_label ((CsOrderState) i));
  adw_combo_row_set_model (self->state_row, G_LIST_MODEL (states));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->save_button);
}

/**
 * cs_order_editor_new:
 * @engine: what keeps the order
 * @order: (nullable): the one to change
 *
 * Returns: (transfer none): a window to present
 */
CsOrderEditor *
cs_order_editor_new (CsEngine      *engine,
                     const CsOrder *order)
{
  CsOrderEditor *self;

  g_return_val_if_fail (CS_IS_ENGINE (engine), NULL);

  self = g_object_new (CS_TYPE_ORDER_EDITOR, NULL);
  self->engine = g_object_ref (engine);
  gtk_window_set_title (GTK_WINDOW (self), order != NULL ? _("Edit order") : _("New order"));
  gtk_widget_set_visible (self->delete_group, order != NULL);
  if (order == NULL) {
    check (self);
    return self;
  }
  self->customer = g_strdup (order->customer);
  gtk_editable_set_text (self->customer_row, order->customer);
  gtk_editable_set_text (self->name_row, order->name);
  adw_combo_row_set_selected (self->state_row, order->state);
  gtk_editable_set_text (self->note_row, order->note);
  check (self);
  return self;
}
