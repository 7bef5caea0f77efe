/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-calls-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/cs-call-columns.h"
#include "ui/cs-call-detail.h"
#include "ui/cs-call-model.h"
#include "ui/cs-callback-list.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-filter-chips.h"
#include "ui/cs-tab-stop.h"
#include "ui/cs-text-scale.h"
#include "ui/cs-toast.h"

/* Below it rows take the place of columns, and the details that of the list. In pixels where text has its usual size. */
#define NARROW_WIDTH 700

/*
 * CsCallsPage: all calls of both providers, to be searched, filtered and sorted; the one that is selected is told in full beside them.
 * A toggle shows the people to call back instead.
 *
 * Nothing is read before the page is first seen, and while it isn't seen changes only leave a note.
 */
struct _CsCallsPage {
  AdwBin parent_instance;

  AdwToastOverlay *toast_overlay;
  GtkSearchEntry *search_entry;
  GtkSpinner *spinner;
  GtkToggleButton *callback_button;
  GtkLabel *callback_count;
  GtkRevealer *chips_revealer;
  CsFilterChips *filter_chips;
  GtkStack *stack;
  AdwFlap *flap;
  GtkStack *view_stack;
  GtkScrolledWindow *column_scroller;
  GtkColumnView *column_view;
  GtkScrolledWindow *row_scroller;
  GtkListView *list_view;
  CsCallDetail *detail;
  CsCallbackList *callback_list;
  AdwStatusPage *error_page;

  CsCallModel *model;            /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  CsCallColumns *columns;        /* (owned) */
  char *data_dir;                /* (owned) (nullable) */
  GTimeZone *zone;               /* (owned) */
  guint64 n_commits;
  gboolean is_outdated;          /* calls have changed since the page was last seen */
  gint64 wanted_id;              /* to be selected once it is found; 0 for none */
  int width;                     /* for which the views were chosen */
  guint fit_source;
};

G_DEFINE_FINAL_TYPE (CsCallsPage, cs_calls_page, ADW_TYPE_BIN)

static void
update_query (CsCallsPage *self)
{
  g_auto (CsCallQuery) query = CS_CALL_QUERY_ALL;
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));

  cs_filter_chips_fill (self->filter_chips, self->zone, g_get_real_time (), &query);
  cs_call_columns_get_sort (self->columns, &query.sort, &query.is_ascending);
  if (*text != '\0')
    query.text = g_steal_pointer (&text);
  cs_call_model_set_query (self->model, &query);
}

static void
update_state (CsCallsPage *self)
{
  gboolean is_loading = cs_call_model_is_loading (self->model);
  const char *error = cs_call_model_get_error (self->model);
  const char *state = "calls";

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_loading);
  gtk_spinner_set_spinning (self->spinner, is_loading);
  if (gtk_toggle_button_get_active (self->callback_button)) {
    state = "callbacks";
  } else if (error != NULL) {
    g_autofree char *text = g_markup_escape_text (error, -1);

    adw_status_page_set_description (self->error_page, text);
    state = "error";
  } else if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0) {
    if (self->data_dir == NULL || is_loading)
      state = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "callbacks") == 0
                  ? "reading" : gtk_stack_get_visible_child_name (self->stack);
    else
      state = cs_call_query_is_everything (cs_call_model_get_query (self->model)) ? "none" : "nothing";
  }
  gtk_stack_set_visible_child_name (self->stack, state);
}

static GtkWidget *
get_list (CsCallsPage *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->view_stack), "rows") == 0)
    return GTK_WIDGET (self->list_view);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->column_view)); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_LIST_VIEW (child))
      return child;
  }
  return NULL;
}

static void
scroll_to (CsCallsPage *self,
           guint        position)
{
  GtkWidget *list = get_list (self);

  if (list != NULL && position < g_list_model_get_n_items (G_LIST_MODEL (self->model)))
    gtk_widget_activate_action (list, "list.scroll-to-item", "u", position);
}

static void
select_wanted (CsCallsPage *self)
{
  guint position;

  if (self->wanted_id == 0)
    return;
  position = cs_call_model_find (self->model, self->wanted_id);
  if (position != G_MAXUINT) {
    self->wanted_id = 0;
    gtk_single_selection_set_selected (self->selection, position);
    scroll_to (self, position);
  } else if (!cs_call_model_is_loading (self->model)) {
    self->wanted_id = 0;
  }
}

static void
on_state (CsCallsPage *self)
{
  update_state (self);
  select_wanted (self);
}

static gboolean
is_at_top (CsCallsPage *self)
{
  gboolean is_narrow = g_strcmp0 (gtk_stack_get_visible_child_name (self->view_stack), "rows") == 0;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (is_narrow ? self->row_scroller : self->column_scroller);

  return gtk_adjustment_get_value (adjustment) < 1;
}

/* Who looks at the newest calls goes on seeing the newest; who has scrolled stays where they are. */
static void
on_items_changed (CsCallsPage *self,
                  guint        position,
                  guint        n_removed,
                  guint        n_added)
{
  update_state (self);
  if (position == 0 && n_added > 0 && is_at_top (self))
    scroll_to (self, 0);
}

static void
on_selected (CsCallsPage *self)
{
  CsCallItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL && self->data_dir != NULL)
    cs_call_detail_show (self->detail, self->data_dir, cs_call_item_get_id (item), self->zone);
  if (item != NULL || self->wanted_id == 0)
    adw_flap_set_reveal_flap (self->flap, item != NULL);
}

static void
on_sorted (CsCallsPage *self)
{
  update_query (self);
}

static void
on_search_changed (CsCallsPage *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0')
    gtk_toggle_button_set_active (self->callback_button, FALSE);
  update_query (self);
}

static void
on_callback_toggled (CsCallsPage *self)
{
  gboolean is_active = gtk_toggle_button_get_active (self->callback_button);

  gtk_revealer_set_reveal_child (self->chips_revealer, !is_active);
  if (is_active && self->data_dir != NULL)
    cs_callback_list_load (self->callback_list, self->data_dir, self->zone);
  update_state (self);
}

static void
on_detail_closed (CsCallsPage *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
settle (CsCallsPage *self,
        gint64       call_id,
        const char  *peer)
{
  g_autofree char *name = cs_contact_names_display (cs_contact_names_get_default (), peer);
  /* Translators: %s is a telephone number or a name. */
  g_autofree char *text = g_strdup_printf (_("%s was called back"), name);
  AdwToast *toast = cs_toast_new (text);

  gtk_widget_activate_action (GTK_WIDGET (self), "app.settle-callback", "x", call_id);
  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_action_name (toast, "app.unsettle-callback");
  adw_toast_set_action_target (toast, "x", call_id);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

static void
on_callback_done (CsCallsPage *self,
                  gint64       call_id,
                  const char  *peer)
{
  settle (self, call_id, peer);
}

static void
on_detail_done (CsCallsPage *self)
{
  const CsCall *call = cs_call_detail_get_call (self->detail);

  if (call != NULL)
    settle (self, call->id, call->peer);
}

static void
on_clear (CsCallsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  cs_filter_chips_set_text (self->filter_chips, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* On a thread. */
static void
read_numbers (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (task_data, &error);
  GPtrArray *numbers = list != NULL ? cs_store_list_get_numbers (list, &error) : NULL;

  if (numbers == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, numbers, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_numbers (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  CsCallsPage *self = CS_CALLS_PAGE (source);
  g_autoptr (GPtrArray) numbers = g_task_propagate_pointer (G_TASK (result), NULL);

  if (numbers != NULL && self->model != NULL)
    cs_filter_chips_set_numbers (self->filter_chips, numbers);
}

/* Shows what the database has now. */
static void
catch_up (CsCallsPage *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->data_dir == NULL)
    return;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self))) {
    self->is_outdated = TRUE;
    return;
  }
  self->is_outdated = FALSE;
  update_query (self);
  cs_call_model_set_data_dir (self->model, self->data_dir);
  cs_call_model_refresh (self->model);
  if (adw_flap_get_reveal_flap (self->flap))
    cs_call_detail_refresh (self->detail);
  if (gtk_toggle_button_get_active (self->callback_button))
    cs_callback_list_load (self->callback_list, self->data_dir, self->zone);
  task = g_task_new (self, NULL, on_numbers, NULL);
  g_task_set_source_tag (task, catch_up);
  g_task_set_task_data (task, g_strdup (self->data_dir), g_free);
  g_task_run_in_thread (task, read_numbers);
}

/* Only one of the two views has the model: each makes rows for all that it has. */
static gboolean
fit (gpointer user_data)
{
  CsCallsPage *self = user_data;
  gboolean is_narrow = self->width < cs_text_scale_apply (GTK_WIDGET (self), NARROW_WIDTH);
  int detail_width;
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);

  self->fit_source = 0;
  gtk_list_view_set_model (self->list_view, is_narrow ? selection : NULL);
  gtk_column_view_set_model (self->column_view, is_narrow ? NULL : selection);
  gtk_stack_set_visible_child_name (self->view_stack, is_narrow ? "rows" : "columns");
  adw_flap_set_fold_policy (self->flap, is_narrow ? ADW_FLAP_FOLD_POLICY_ALWAYS : ADW_FLAP_FOLD_POLICY_NEVER);
  gtk_widget_measure (GTK_WIDGET (self->detail), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &detail_width, NULL, NULL);
  /* The line beside the details takes a pixel. */
  cs_call_columns_fit (self->columns, self->width - (adw_flap_get_reveal_flap (self->flap) ? detail_width + 1 : 0));
  return G_SOURCE_REMOVE;
}

static void
schedule_fit (CsCallsPage *self)
{
  /* While everything gets its place nothing may come or go. */
  if (self->fit_source == 0 && self->width > 0)
    self->fit_source = g_idle_add_full (GTK_PRIORITY_RESIZE, fit, self, NULL);
}

static void
on_reveal_changed (CsCallsPage *self)
{
  schedule_fit (self);
  /* Swiped away, or closed by a click beside it. */
  if (!adw_flap_get_reveal_flap (self->flap))
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

static void
cs_calls_page_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
cs_calls_page_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  CsCallsPage *self = CS_CALLS_PAGE (widget);

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  if (self->width == width)
    return;
  self->width = width;
  schedule_fit (self);
}

static void
cs_calls_page_map (GtkWidget *widget)
{
  CsCallsPage *self = CS_CALLS_PAGE (widget);

  GTK_WIDGET_CLASS (cs_calls_page_parent_class)->map (widget);
  if (self->is_outdated)
    catch_up (self);
}

static void
cs_calls_page_dispose (GObject *object)
{
  CsCallsPage *self = CS_CALLS_PAGE (object);

  g_clear_handle_id (&self->fit_source, g_source_remove);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->columns);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (cs_calls_page_parent_class)->dispose (object);
}

static void
cs_calls_page_finalize (GObject *object)
{
  CsCallsPage *self = CS_CALLS_PAGE (object);

  g_free (self->data_dir);
  g_time_zone_unref (self->zone);

  G_OBJECT_CLASS (cs_calls_page_parent_class)->finalize (object);
}

static void
cs_calls_page_class_init (CsCallsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cs_calls_page_dispose;
  object_class->finalize = cs_calls_page_finalize;
  widget_class->map = cs_calls_page_map;
  widget_class->measure = cs_calls_page_measure;
  widget_class->size_allocate = cs_calls_page_size_allocate;

  g_type_ensure (CS_TYPE_CALL_DETAIL);
  g_type_ensure (CS_TYPE_CALLBACK_LIST);
  g_type_ensure (CS_TYPE_FILTER_CHIPS);
  g_type_ensure (CS_TYPE_TAB_STOP);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-calls-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, callback_button);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, callback_count);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, chips_revealer);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, filter_chips);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, flap);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, view_stack);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, column_scroller);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, column_view);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, row_scroller);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, detail);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, callback_list);
  gtk_widget_class_bind_template_child (widget_class, CsCallsPage, error_page);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_callback_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_detail_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_detail_done);
  gtk_widget_class_bind_template_callback (widget_class, on_callback_done);
  gtk_widget_class_bind_template_callback (widget_class, on_clear);
}

static void
cs_calls_page_init (CsCallsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The layout of an AdwBin would tell nobody how wide the page is. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);

  self->zone = g_time_zone_new_local ();
  self->model = cs_call_model_new ();
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
  self->columns = cs_call_columns_new (self->column_view, self->list_view);

  g_signal_connect_swapped (self->model, "state", G_CALLBACK (on_state), self);
  g_signal_connect_swapped (self->model, "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  g_signal_connect_swapped (self->columns, "sorted", G_CALLBACK (on_sorted), self);
  g_signal_connect_swapped (self->filter_chips, "changed", G_CALLBACK (update_query), self);
  g_signal_connect_swapped (self->flap, "notify::reveal-flap", G_CALLBACK (on_reveal_changed), self);
}

static void
show_count (CsCallsPage *self,
            guint64      n_callbacks)
{
  g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, n_callbacks);
  g_autofree char *name = g_strdup_printf (ngettext ("Call back: %lu person is waiting", "Call back: %lu people are waiting",
                                                     (gulong) n_callbacks), (gulong) n_callbacks);

  gtk_label_set_label (self->callback_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->callback_count), n_callbacks > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->callback_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * cs_calls_page_apply_snapshot:
 * @self: the page
 * @snapshot: says where the calls are, and whether they have changed
 */
void
cs_calls_page_apply_snapshot (CsCallsPage *self,
                              CsSnapshot  *snapshot)
{
  gboolean is_first;

  g_return_if_fail (CS_IS_CALLS_PAGE (self));
  g_return_if_fail (snapshot != NULL);

  show_count (self, snapshot->n_callbacks);
  if (snapshot->data_dir == NULL)
    return;
  is_first = g_strcmp0 (snapshot->data_dir, self->data_dir) != 0;
  if (is_first) {
    g_free (self->data_dir);
    self->data_dir = g_strdup (snapshot->data_dir);
  }
  if (self->zone != snapshot->zone) {
    g_time_zone_unref (self->zone);
    self->zone = g_time_zone_ref (snapshot->zone);
    cs_call_columns_set_zone (self->columns, self->zone);
  }
  if (!is_first && snapshot->n_commits == self->n_commits)
    return;
  self->n_commits = snapshot->n_commits;
  cs_contact_names_reload (cs_contact_names_get_default (), self->data_dir);
  catch_up (self);
}

/**
 * cs_calls_page_show:
 * @self: the page
 * @text: what it is to show: see the header
 */
void
cs_calls_page_show (CsCallsPage *self,
                    const char  *text)
{
  const char *searched;
  g_autofree char *filters = NULL;

  g_return_if_fail (CS_IS_CALLS_PAGE (self));
  g_return_if_fail (text != NULL);

  if (g_strcmp0 (text, "view=callback") == 0) {
    gtk_toggle_button_set_active (self->callback_button, TRUE);
    return;
  }
  searched = g_str_has_prefix (text, "text=") ? text : strstr (text, ";text=");
  filters = searched != NULL ? g_strndup (text, searched - text) : g_strdup (text);
  gtk_toggle_button_set_active (self->callback_button, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), searched != NULL ? strchr (searched, '=') + 1 : "");
  cs_filter_chips_set_text (self->filter_chips, filters);
}

/**
 * cs_calls_page_show_call:
 * @self: the page
 * @call_id: a call
 *
 * Shows all calls, this one selected, and what there is to say of it.
 */
void
cs_calls_page_show_call (CsCallsPage *self,
                         gint64       call_id)
{
  g_return_if_fail (CS_IS_CALLS_PAGE (self));

  cs_calls_page_show (self, "");
  self->wanted_id = call_id;
  if (self->data_dir != NULL) {
    cs_call_detail_show (self->detail, self->data_dir, call_id, self->zone);
    adw_flap_set_reveal_flap (self->flap, TRUE);
  }
  select_wanted (self);
}

/**
 * cs_calls_page_search:
 * @self: the page
 *
 * Lets the user type what to search for.
 */
void
cs_calls_page_search (CsCallsPage *self)
{
  g_return_if_fail (CS_IS_CALLS_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

const CsCallQuery *
cs_calls_page_get_query (CsCallsPage *self)
{
  g_return_val_if_fail (CS_IS_CALLS_PAGE (self), NULL);

  return cs_call_model_get_query (self->model);
}
