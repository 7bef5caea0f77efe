/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-callback-list.h"

#include <glib/gi18n.h>

#include "store/cs-store-list.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-number-format.h"
#include "ui/cs-time-format.h"

/* Nobody works through more of them at a time; those who have waited longest come first. */
#define MAX_ROWS 200

/*
 * CsCallbackList: the people nobody has reached yet, one row each, the one who has waited longest first.
 */
struct _CsCallbackList {
  AdwBin parent_instance;

  GtkStack *stack;
  GtkListBox *list_box;
  GtkLabel *more_label;

  GTimeZone *zone;            /* (owned) (nullable) */
  GPtrArray *callbacks;       /* (owned) (nullable) (element-type CsCallback) */
  GCancellable *cancellable;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsCallbackList, cs_callback_list, ADW_TYPE_BIN)

enum {
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_done (GtkButton      *button,
         CsCallbackList *self)
{
  const CsCallback *callback = g_object_get_data (G_OBJECT (button), "callback");

  g_signal_emit (self, signals[DONE], 0, callback->call_id, callback->peer);
}

static char *
describe (CsCallbackList   *self,
          const CsCallback *callback)
{
  GString *text = g_string_new (NULL);
  g_autofree char *time = cs_time_format_clock (callback->last_us, g_get_real_time (), self->zone);

  if (callback->n_tries == 1)
    /* Translators: %s is a time of day. */
    g_string_append_printf (text, _("Called at %s"), time);
  else
    /* Translators: a number, and a time of day. */
    g_string_append_printf (text, ngettext ("%u try, the last at %s", "%u tries, the last at %s", callback->n_tries),
                            callback->n_tries, time);
  if (callback->number != NULL) {
    g_autofree char *number = cs_number_format_isolate (callback->number);

    g_string_append_printf (text, " · %s", number);
  }
  if (cs_contact_names_lookup (cs_contact_names_get_default (), callback->peer) != NULL) {
    g_autofree char *peer = cs_number_format_isolate (callback->peer);

    g_string_append_printf (text, " · %s", peer);
  }
  return g_string_free (text, FALSE);
}

static GtkWidget *
make_label (const char *text,
            gboolean    is_caption)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
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
make_call_button (const CsCallback *callback,
                  const char       *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("call-start-symbolic");
  g_autofree char *label = g_strdup_printf (_("Call %s back"), name);

  gtk_widget_set_tooltip_text (button, _("Call back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), g_variant_new_string (callback->peer));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.call-back");
  /* What nobody carries out isn't offered. */
  g_object_bind_property (button, "sensitive", button, "visible", G_BINDING_DEFAULT);
  return button;
}

static GtkWidget *
make_row (CsCallbackList *self,
          CsCallback     *callback)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *name = cs_contact_names_display (cs_contact_names_get_default (), callback->peer);
  g_autofree char *description = describe (self, callback);
  g_autofree char *row_name = g_strdup_printf ("%s, %s", name, description);
  g_autofree char *done_name = g_strdup_printf (_("Done: %s was called back"), name);
  GtkWidget *done = gtk_button_new_with_label (C_("call back", "Done"));
  GtkWidget *call;

  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), make_label (name, FALSE));
  gtk_box_append (GTK_BOX (texts), make_label (description, TRUE));
  gtk_box_append (GTK_BOX (box), texts);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_add_css_class (row, "call-row");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, row_name, -1);
  gtk_list_box_append (self->list_box, row);

  call = make_call_button (callback, name);
  gtk_widget_set_valign (call, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), call);
  gtk_widget_set_visible (call, gtk_widget_get_sensitive (call));
  gtk_widget_set_valign (done, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (done, _("This person was called back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (done), GTK_ACCESSIBLE_PROPERTY_LABEL, done_name, -1);
  g_object_set_data (G_OBJECT (done), "callback", callback);
  g_signal_connect (done, "clicked", G_CALLBACK (on_done), self);
  gtk_box_append (GTK_BOX (box), done);
  return row;
}

static gboolean
is_same (GPtrArray *a,
         GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const CsCallback *left = g_ptr_array_index (a, i), *right = g_ptr_array_index (b, i);

    if (left->call_id != right->call_id || left->n_tries != right->n_tries || left->first_us != right->first_us)
      return FALSE;
  }
  return TRUE;
}

static void
show_rows (CsCallbackList *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list_box))) != NULL)
    gtk_list_box_remove (self->list_box, child);
  for (guint i = 0; i < MIN (self->callbacks->len, MAX_ROWS); i++)
    make_row (self, g_ptr_array_index (self->callbacks, i));
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), self->callbacks->len > MAX_ROWS);
  gtk_stack_set_visible_child_name (self->stack, self->callbacks->len > 0 ? "rows" : "nobody");
}

/* On a thread. */
static void
read_callbacks (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (task_data, &error);
  GPtrArray *callbacks = list != NULL ? cs_store_list_get_callbacks (list, MAX_ROWS + 1, &error) : NULL;

  if (callbacks == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, callbacks, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsCallbackList *self = CS_CALLBACK_LIST (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) callbacks = g_task_propagate_pointer (G_TASK (result), &error);

  if (callbacks == NULL || is_same (self->callbacks, callbacks))
    return;
  g_clear_pointer (&self->callbacks, g_ptr_array_unref);
  self->callbacks = g_steal_pointer (&callbacks);
  show_rows (self);
}

static void
on_names_changed (CsCallbackList *self)
{
  if (self->callbacks != NULL)
    show_rows (self);
}

static void
cs_callback_list_dispose (GObject *object)
{
  CsCallbackList *self = CS_CALLBACK_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (cs_callback_list_parent_class)->dispose (object);
}

static void
cs_callback_list_finalize (GObject *object)
{
  CsCallbackList *self = CS_CALLBACK_LIST (object);

  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->callbacks, g_ptr_array_unref);

  G_OBJECT_CLASS (cs_callback_list_parent_class)->finalize (object);
}

static void
cs_callback_list_class_init (CsCallbackListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cs_callback_list_dispose;
  object_class->finalize = cs_callback_list_finalize;

  signals[DONE] = g_signal_new ("done", CS_TYPE_CALLBACK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64,
                                G_TYPE_STRING);
}

static GtkWidget *
make_rows_page (CsCallbackList *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->list_box = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list_box, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list_box), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("People to call back"), -1);
  self->more_label = GTK_LABEL (gtk_label_new (_("More people follow once these are done")));
  gtk_widget_add_css_class (GTK_WIDGET (self->more_label), "dim-label");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list_box));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->more_label));
  gtk_widget_add_css_class (box, "callback-rows");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  return scroller;
}

static void
cs_callback_list_init (CsCallbackList *self)
{
  GtkWidget *nobody = adw_status_page_new ();

  self->stack = GTK_STACK (gtk_stack_new ());
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (nobody), "object-select-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (nobody), _("Nobody is waiting"));
  adw_status_page_set_description (ADW_STATUS_PAGE (nobody), _("Everybody who called was reached"));
  gtk_stack_add_named (self->stack, adw_bin_new (), "reading");
  gtk_stack_add_named (self->stack, make_rows_page (self), "rows");
  gtk_stack_add_named (self->stack, nobody, "nobody");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
  g_signal_connect_object (cs_contact_names_get_default (), "changed", G_CALLBACK (on_names_changed), self, G_CONNECT_SWAPPED);
}

/**
 * cs_callback_list_load:
 * @self: the list
 * @data_dir: where the database is
 * @zone: of the times
 *
 * Reads on a thread who is waiting now.
 */
void
cs_callback_list_load (CsCallbackList *self,
                       const char     *data_dir,
                       GTimeZone      *zone)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CS_IS_CALLBACK_LIST (self));
  g_return_if_fail (data_dir != NULL && zone != NULL);

  g_time_zone_ref (zone);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->zone = zone;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_read, NULL);
  g_task_set_source_tag (task, cs_callback_list_load);
  g_task_set_task_data (task, g_strdup (data_dir), g_free);
  g_task_run_in_thread (task, read_callbacks);
}
