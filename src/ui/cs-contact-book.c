/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-contact-book.h"

#include <glib/gi18n.h>

#include "store/cs-store-contacts.h"
#include "ui/cs-contact-editor.h"
#include "ui/cs-contact-item.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-import-window.h"
#include "ui/cs-number-format.h"
#include "ui/cs-resources.h"
#include "ui/cs-tab-stop.h"
#include "ui/cs-toast.h"

/*
 * CsContactBook: the address book, to be searched, extended and mended.
 *
 * It is read in the background when it is opened and after each change. What was deleted can be taken back while the toast
 * about it is there.
 */
struct _CsContactBook {
  AdwWindow parent_instance;

  AdwWindowTitle *book_title;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  AdwToastOverlay *toast_overlay;
  GtkStack *book_stack;
  AdwStatusPage *unreadable_page;
  GtkListView *list_view;

  CsEngine *engine;           /* (owned) */
  char *data_dir;             /* (owned) (nullable) */
  GListStore *items;          /* (owned) (element-type CsContactItem) */
  GtkCustomFilter *filter;    /* (owned) */
  GListModel *shown;          /* (owned) those that are searched */
  char *words;                /* (owned) (nullable) what is searched, folded */
  char *digits;               /* (owned) (nullable) */
  GCancellable *reading;      /* (owned) (nullable) */
  CsContact *removed;         /* (owned) (nullable) the last one, to be taken back */
  GtkFileChooserNative *chooser; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsContactBook, cs_contact_book, ADW_TYPE_WINDOW)

static void
show_error (CsContactBook *self,
            const GError  *error)
{
  g_autofree char *message = g_strdup_printf (_("The address book can’t be changed: %s"), error->message);

  adw_toast_overlay_add_toast (self->toast_overlay, cs_toast_new (message));
}

static void
show_state (CsContactBook *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  g_autofree char *count = g_strdup_printf (ngettext ("%'u contact", "%'u contacts", n), n);

  adw_window_title_set_subtitle (self->book_title, n > 0 ? count : "");
  gtk_widget_set_visible (GTK_WIDGET (self->search_bar), n > 0);
  gtk_stack_set_visible_child_name (self->book_stack, n == 0                                          ? "empty"
                                                      : g_list_model_get_n_items (self->shown) == 0 ? "nothing-found"
                                                                                                    : "contacts");
}

static void
read_contacts (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (data, &error);
  GPtrArray *contacts = reader != NULL ? cs_store_reader_get_contacts (reader, &error) : NULL;

  if (contacts == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, contacts, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsContactBook *self = CS_CONTACT_BOOK (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contacts = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->reading);
  if (contacts == NULL) {
    g_autofree char *text = g_markup_escape_text (error->message, -1);

    adw_status_page_set_description (self->unreadable_page, text);
    gtk_stack_set_visible_child_name (self->book_stack, "unreadable");
    return;
  }

  g_ptr_array_set_free_func (contacts, NULL);
  for (guint i = 0; i < contacts->len; i++)
    g_ptr_array_add (items, cs_contact_item_new (g_ptr_array_index (contacts, i)));
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), items->pdata, items->len);
  show_state (self);
}

static void
reload (CsContactBook *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->data_dir == NULL)
    return;
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  task = g_task_new (self, self->reading, on_read, NULL);
  g_task_set_source_tag (task, reload);
  g_task_set_task_data (task, g_strdup (self->data_dir), g_free);
  g_task_run_in_thread (task, read_contacts);
}

/* The names in the other windows are others now, too. */
static void
on_changed (CsContactBook *self)
{
  if (self->data_dir == NULL)
    return;
  cs_contact_names_reload (cs_contact_names_get_default (), self->data_dir);
  reload (self);
}

static void
open_editor (CsContactBook   *self,
             const CsContact *contact)
{
  CsContactEditor *editor = cs_contact_editor_new (self->engine, contact);

  g_signal_connect_object (editor, "saved", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (editor), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (editor));
}

static void
on_activate (CsContactBook *self,
             guint          position)
{
  g_autoptr (CsContactItem) item = g_list_model_get_item (self->shown, position);

  if (item != NULL)
    open_editor (self, cs_contact_item_get_contact (item));
}

static void
on_taken_back (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (CsContactBook) self = user_data;
  g_autoptr (GError) error = NULL;

  if (cs_engine_put_contact_finish (CS_ENGINE (source), result, &error) == 0 && self->engine != NULL)
    show_error (self, error);
  on_changed (self);
}

static void
take_back (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  CsContactBook *self = CS_CONTACT_BOOK (widget);
  g_autoptr (CsContact) contact = g_steal_pointer (&self->removed);

  if (contact != NULL)
    cs_engine_put_contact_async (self->engine, contact, on_taken_back, g_object_ref (self));
}

static void
on_removed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsContactBook) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (!cs_engine_remove_contact_finish (CS_ENGINE (source), result, &error)) {
    if (self->engine != NULL)
      show_error (self, error);
    return;
  }
  on_changed (self);
  if (self->removed == NULL)
    return;
  text = g_strdup_printf (_("“%s” deleted"), self->removed->name);
  toast = cs_toast_new (text);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "book.take-back");
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

static void
on_delete_clicked (GtkWidget   *button,
                   GtkListItem *list_item)
{
  CsContactBook *self = CS_CONTACT_BOOK (gtk_widget_get_root (button));
  CsContactItem *item = gtk_list_item_get_item (list_item);

  if (item == NULL)
    return;
  g_clear_pointer (&self->removed, cs_contact_free);
  self->removed = cs_contact_copy (cs_contact_item_get_contact (item));
  cs_engine_remove_contact_async (self->engine, self->removed->id, on_removed, g_object_ref (self));
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
on_row_setup (GtkSignalListItemFactory *factory,
              GtkListItem              *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  GtkWidget *name = make_label (NULL), *numbers = make_label ("dim-label");

  gtk_widget_add_css_class (numbers, "caption");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), name);
  gtk_box_append (GTK_BOX (texts), numbers);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Delete"));
  g_signal_connect (button, "clicked", G_CALLBACK (on_delete_clicked), list_item);
  gtk_widget_set_margin_start (row, 12);
  gtk_widget_set_margin_end (row, 6);
  gtk_widget_set_margin_top (row, 6);
  gtk_widget_set_margin_bottom (row, 6);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), button);
  gtk_list_item_set_child (list_item, row);
}

static void
on_row_bind (GtkSignalListItemFactory *factory,
             GtkListItem              *list_item)
{
  const CsContact *contact = cs_contact_item_get_contact (gtk_list_item_get_item (list_item));
  GtkWidget *texts = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *button = gtk_widget_get_last_child (gtk_list_item_get_child (list_item));
  g_autoptr (GString) numbers = g_string_new (NULL);
  g_autofree char *delete = g_strdup_printf (_("Delete “%s”"), contact->name);

  for (guint i = 0; i < contact->numbers->len; i++) {
    g_autofree char *number = cs_number_format_isolate (g_ptr_array_index (contact->numbers, i));

    g_string_append_printf (numbers, "%s%s", i > 0 ? " · " : "", number);
  }
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (texts)), contact->name);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (texts)), numbers->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, delete, -1);
}

static gboolean
matches (gpointer item,
         gpointer user_data)
{
  CsContactBook *self = user_data;

  return self->words == NULL || cs_contact_item_matches (item, self->words, self->digits);
}

/* Returns the digits of what may be a part of a number, NULL for words. */
static char *
find_digits (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (; *text != '\0'; text++) {
    if (g_ascii_isdigit (*text))
      g_string_append_c (digits, *text);
    else if (strchr ("+-/() .", *text) == NULL)
      return NULL;
  }
  return digits->len > 0 ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

static void
on_search_changed (CsContactBook *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->search_entry)));

  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->digits, g_free);
  if (*text != '\0') {
    self->words = g_utf8_casefold (text, -1);
    self->digits = find_digits (text);
  }
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_state (self);
}

static void
add_contact (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  open_editor (CS_CONTACT_BOOK (widget), NULL);
}

static void
on_file_chosen (CsContactBook *self,
                int            response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    cs_contact_book_import_file (self, file);
}

static void
choose_file (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  CsContactBook *self = CS_CONTACT_BOOK (widget);
  g_autoptr (GtkFileFilter) known = gtk_file_filter_new (), all = gtk_file_filter_new ();

  if (self->chooser != NULL)
    return;
  gtk_file_filter_set_name (known, _("vCard and CSV"));
  gtk_file_filter_add_mime_type (known, "text/vcard");
  gtk_file_filter_add_mime_type (known, "text/csv");
  gtk_file_filter_add_suffix (known, "vcf");
  gtk_file_filter_add_suffix (known, "csv");
  gtk_file_filter_add_suffix (known, "tsv");
  gtk_file_filter_add_suffix (known, "txt");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");

  self->chooser = gtk_file_chooser_native_new (_("Import contacts"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _("_Open"), _("_Cancel"));
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), known);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_file_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
cs_contact_book_dispose (GObject *object)
{
  CsContactBook *self = CS_CONTACT_BOOK (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  G_OBJECT_CLASS (cs_contact_book_parent_class)->dispose (object);
  g_clear_object (&self->chooser);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->items);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->removed, cs_contact_free);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->digits, g_free);
}

static void
cs_contact_book_class_init (CsContactBookClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_contact_book_dispose;

  cs_resources_register ();
  g_type_ensure (CS_TYPE_TAB_STOP);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-contact-book.ui");
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, book_title);
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, book_stack);
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, unreadable_page);
  gtk_widget_class_bind_template_child (widget_class, CsContactBook, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);

  gtk_widget_class_install_action (widget_class, "book.add", NULL, add_contact);
  gtk_widget_class_install_action (widget_class, "book.import", NULL, choose_file);
  gtk_widget_class_install_action (widget_class, "book.take-back", NULL, take_back);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "book.add", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "book.take-back", NULL);
}

static void
cs_contact_book_init (CsContactBook *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;
  GtkFilterListModel *filtered;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (CS_TYPE_CONTACT_ITEM);
  self->filter = gtk_custom_filter_new (matches, self, NULL);
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->items)), g_object_ref (GTK_FILTER (self->filter)));
  self->shown = G_LIST_MODEL (filtered);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (self->shown)));
  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
  gtk_list_view_set_model (self->list_view, selection);
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));
}

/**
 * cs_contact_book_new:
 * @engine: what keeps the contacts
 *
 * Returns: (transfer none): a window to present
 */
CsContactBook *
cs_contact_book_new (CsEngine *engine)
{
  g_autoptr (CsSnapshot) snapshot = NULL;
  CsContactBook *self;

  g_return_val_if_fail (CS_IS_ENGINE (engine), NULL);

  self = g_object_new (CS_TYPE_CONTACT_BOOK, NULL);
  self->engine = g_object_ref (engine);
  snapshot = cs_engine_get_snapshot (engine);
  self->data_dir = snapshot != NULL ? g_strdup (snapshot->data_dir) : NULL;
  reload (self);
  return self;
}

/**
 * cs_contact_book_import_file:
 * @self: the book
 * @file: a vCard or a table of text, to be looked at before anything is imported
 */
void
cs_contact_book_import_file (CsContactBook *self,
                             GFile         *file)
{
  CsImportWindow *window;

  g_return_if_fail (CS_IS_CONTACT_BOOK (self));
  g_return_if_fail (G_IS_FILE (file));

  window = cs_import_window_new (self->engine, file);
  g_signal_connect_object (window, "imported", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}
