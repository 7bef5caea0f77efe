/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-detail.h"

#include <glib/gi18n.h>

#include "store/cs-store-list.h"
#include "ui/cs-call-history.h"
#include "ui/cs-call-text.h"
#include "ui/cs-columns-layout.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-outcome-look.h"
#include "ui/cs-text-scale.h"
#include "ui/cs-time-format.h"

/* In pixels where text has its usual size. */
#define NATURAL_WIDTH 320

/*
 * CsCallDetail: one call, told in full: who, when, how long, and step by step what happened.
 *
 * It reads the call itself, on a thread: a list has it without its legs.
 */
struct _CsCallDetail {
  AdwBin parent_instance;

  GtkWidget *outcome_image;
  GtkLabel *outcome_label;
  GtkLabel *name_label;
  GtkLabel *number_label;
  GtkWidget *call_button;
  GtkWidget *done_button;
  GtkWidget *copy_button;
  GtkWidget *contact_button;
  GtkGrid *fact_grid;
  GtkListBox *history_list;

  char *data_dir;             /* (owned) (nullable) */
  gint64 call_id;
  GTimeZone *zone;            /* (owned) (nullable) */
  CsCall *call;               /* (owned) (nullable) with its legs */
  GPtrArray *journal;         /* (owned) (nullable) (element-type CsJournalEntry) */
  GCancellable *cancellable;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsCallDetail, cs_call_detail, ADW_TYPE_BIN)

enum {
  CLOSED,
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  char *data_dir;      /* (owned) */
  gint64 call_id;
  CsCall *call;        /* (owned) (nullable) */
  GPtrArray *journal;  /* (owned) (nullable) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->data_dir);
  g_clear_pointer (&reading->call, cs_call_unref);
  g_clear_pointer (&reading->journal, g_ptr_array_unref);
  g_free (reading);
}

static void
add_fact (CsCallDetail *self,
          int          *row,
          const char   *title,
          const char   *value)
{
  GtkWidget *title_label, *value_label;

  if (value == NULL || *value == '\0')
    return;
  title_label = gtk_label_new (title);
  value_label = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (title_label), 0);
  gtk_label_set_wrap (GTK_LABEL (title_label), TRUE);
  gtk_widget_set_valign (title_label, GTK_ALIGN_START);
  gtk_widget_add_css_class (title_label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (value_label), 0);
  gtk_label_set_wrap (GTK_LABEL (value_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (value_label), TRUE);
  gtk_widget_set_hexpand (value_label, TRUE);
  gtk_widget_add_css_class (value_label, "numeric");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value_label), GTK_ACCESSIBLE_RELATION_LABELLED_BY, title_label, NULL, -1);
  gtk_grid_attach (self->fact_grid, title_label, 0, *row, 1, 1);
  gtk_grid_attach (self->fact_grid, value_label, 1, *row, 1, 1);
  (*row)++;
}

static char *
format_moment (CsCallDetail *self,
               gint64        time_us,
               const char   *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) time = utc != NULL ? g_date_time_to_timezone (utc, self->zone) : NULL;

  return time != NULL ? g_date_time_format (time, format) : NULL;
}

static void
show_facts (CsCallDetail *self)
{
  const CsCall *call = self->call;
  /* Translators: date and time of a call, as in g_date_time_format(). */
  g_autofree char *time = format_moment (self, cs_call_text_get_start (call), C_("date and time", "%a %-d %B %Y, %H:%M:%S"));
  g_autofree char *number = call->number != NULL ? cs_number_format_isolate (call->number) : NULL;
  g_autofree char *colleague = cs_call_text_get_colleague (call);
  g_autofree char *wait = call->wait_us != CS_UNKNOWN ? cs_time_format_duration (call->wait_us) : NULL;
  g_autofree char *talk = call->talk_us != CS_UNKNOWN ? cs_time_format_duration (call->talk_us) : NULL;
  GtkWidget *child;
  int row = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->fact_grid))) != NULL)
    gtk_grid_remove (self->fact_grid, child);
  add_fact (self, &row, _("Time"), time);
  add_fact (self, &row, _("Direction"), cs_call_text_get_direction (call->direction));
  add_fact (self, &row, _("Our number"), number);
  add_fact (self, &row, _("By"), colleague);
  add_fact (self, &row, _("Wait"), wait);
  add_fact (self, &row, _("Talk"), talk);
  add_fact (self, &row, _("Provider"), call->provider == CS_PROVIDER_EXOTEL ? "Exotel" : "sipgate");
}

static GtkWidget *
make_step (CsCallDetail     *self,
           const CsCallStep *step)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "icon-name", step->icon_name,
                                   "valign", GTK_ALIGN_START, NULL);
  GtkWidget *text = gtk_label_new (step->text);
  g_autofree char *time = format_moment (self, step->at_us, "%H:%M:%S");
  GtkWidget *time_label = gtk_label_new (time);
  g_autofree char *name = g_strdup_printf ("%s, %s", time != NULL ? time : "", step->text);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_valign (time_label, GTK_ALIGN_START);
  gtk_widget_add_css_class (time_label, "numeric");
  gtk_widget_add_css_class (time_label, "dim-label");
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), time_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

static void
show_history (CsCallDetail *self)
{
  g_autoptr (GPtrArray) steps = cs_call_history_new (self->call, self->journal);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->history_list))) != NULL)
    gtk_list_box_remove (self->history_list, child);
  for (guint i = 0; i < steps->len; i++)
    gtk_list_box_append (self->history_list, make_step (self, g_ptr_array_index (steps, i)));
}

static void
show_call (CsCallDetail *self)
{
  const CsCall *call = self->call;
  const char *classes[] = { cs_outcome_get_css_class (call->outcome), NULL };
  const char *peer = cs_call_text_get_peer (call);
  gboolean is_known = cs_number_is_known (peer), is_named = cs_contact_names_lookup (cs_contact_names_get_default (), peer) != NULL;
  g_autofree char *outcome = cs_call_text_get_outcome (call);
  g_autofree char *name = cs_contact_names_display (cs_contact_names_get_default (), peer);
  g_autofree char *number = is_named ? cs_number_format_isolate (peer) : NULL;
  GVariant *target = g_variant_ref_sink (g_variant_new_string (is_known ? peer : ""));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->outcome_image), cs_outcome_get_icon_name (call->outcome));
  gtk_widget_set_css_classes (self->outcome_image, classes);
  gtk_label_set_text (self->outcome_label, outcome);
  gtk_label_set_text (self->name_label, name);
  gtk_label_set_text (self->number_label, number != NULL ? number : "");
  gtk_widget_set_visible (GTK_WIDGET (self->number_label), is_named);

  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->call_button), target);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->contact_button), target);
  g_variant_unref (target);
  /* What nobody carries out isn't offered. */
  gtk_widget_set_visible (self->call_button, is_known && gtk_widget_get_sensitive (self->call_button));
  gtk_widget_set_visible (self->contact_button, is_known && gtk_widget_get_sensitive (self->contact_button));
  gtk_widget_set_visible (self->copy_button, is_known);
  gtk_widget_set_visible (self->done_button, call->needs_callback);
  show_facts (self);
  show_history (self);
}

/* On a thread. */
static void
read_call (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (reading->data_dir, &error);

  if (list != NULL)
    reading->call = cs_store_list_get_whole (list, reading->call_id, &reading->journal, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsCallDetail *self = CS_CALL_DETAIL (source);
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      gtk_label_set_text (self->outcome_label, error->message);
    return;
  }
  /* Retention, or a merge with another call, may have removed it. */
  if (reading->call == NULL) {
    g_signal_emit (self, signals[CLOSED], 0);
    return;
  }
  g_clear_pointer (&self->call, cs_call_unref);
  g_clear_pointer (&self->journal, g_ptr_array_unref);
  self->call = g_steal_pointer (&reading->call);
  self->journal = g_steal_pointer (&reading->journal);
  show_call (self);
}

static void
start_reading (CsCallDetail *self)
{
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (GTask) task = NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  reading->data_dir = g_strdup (self->data_dir);
  reading->call_id = self->call_id;
  task = g_task_new (self, self->cancellable, on_read, NULL);
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_call);
}

static void
on_close (CsCallDetail *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
on_done (CsCallDetail *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static void
on_copy (CsCallDetail *self)
{
  const char *peer = self->call != NULL ? cs_call_text_get_peer (self->call) : NULL;
  gboolean is_bare = peer != NULL && self->call->provider == CS_PROVIDER_SIPGATE && g_ascii_isdigit (*peer) && *peer != '0';
  g_autofree char *number = g_strconcat (is_bare ? "+" : "", peer, NULL);

  if (peer == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), number);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("The number was copied"));
}

static void
on_names_changed (CsCallDetail *self)
{
  if (self->call != NULL)
    show_call (self);
}

/* As wide as its text wants, but not so wide that the window couldn't be made narrower. */
static void
cs_call_detail_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, cs_text_scale_apply (widget, NATURAL_WIDTH));
}

static void
cs_call_detail_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
cs_call_detail_dispose (GObject *object)
{
  CsCallDetail *self = CS_CALL_DETAIL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (cs_call_detail_parent_class)->dispose (object);
}

static void
cs_call_detail_finalize (GObject *object)
{
  CsCallDetail *self = CS_CALL_DETAIL (object);

  g_free (self->data_dir);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->call, cs_call_unref);
  g_clear_pointer (&self->journal, g_ptr_array_unref);

  G_OBJECT_CLASS (cs_call_detail_parent_class)->finalize (object);
}

static void
cs_call_detail_class_init (CsCallDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cs_call_detail_dispose;
  object_class->finalize = cs_call_detail_finalize;
  widget_class->measure = cs_call_detail_measure;
  widget_class->size_allocate = cs_call_detail_size_allocate;

  signals[CLOSED] = g_signal_new ("closed", CS_TYPE_CALL_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", CS_TYPE_CALL_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-call-detail.ui");
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, outcome_image);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, outcome_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, name_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, number_label);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, call_button);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, done_button);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, copy_button);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, contact_button);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, fact_grid);
  gtk_widget_class_bind_template_child (widget_class, CsCallDetail, history_list);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
  gtk_widget_class_bind_template_callback (widget_class, on_done);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
}

static void
cs_call_detail_init (CsCallDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The layout of an AdwBin would ask the child alone how wide the details want to be. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  g_signal_connect_object (cs_contact_names_get_default (), "changed", G_CALLBACK (on_names_changed), self, G_CONNECT_SWAPPED);
}

/**
 * cs_call_detail_show:
 * @self: the details
 * @data_dir: where the database is
 * @call_id: the call to tell of
 * @zone: of its times
 */
void
cs_call_detail_show (CsCallDetail *self,
                     const char   *data_dir,
                     gint64        call_id,
                     GTimeZone    *zone)
{
  g_return_if_fail (CS_IS_CALL_DETAIL (self));
  g_return_if_fail (data_dir != NULL && zone != NULL);

  g_time_zone_ref (zone);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->zone = zone;
  if (g_strcmp0 (data_dir, self->data_dir) != 0) {
    g_free (self->data_dir);
    self->data_dir = g_strdup (data_dir);
  }
  self->call_id = call_id;
  start_reading (self);
}

/**
 * cs_call_detail_refresh:
 * @self: the details
 *
 * Takes over what has changed of the call.
 */
void
cs_call_detail_refresh (CsCallDetail *self)
{
  g_return_if_fail (CS_IS_CALL_DETAIL (self));

  if (self->call_id != 0)
    start_reading (self);
}

/**
 * cs_call_detail_get_call:
 * @self: the details
 *
 * Returns: (transfer none) (nullable): the call that is shown, with its legs
 */
CsCall *
cs_call_detail_get_call (CsCallDetail *self)
{
  g_return_val_if_fail (CS_IS_CALL_DETAIL (self), NULL);

  return self->call;
}
