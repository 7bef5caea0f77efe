/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/cs-store-contacts.h"
#include "ui/cs-contact-book.h"
#include "ui/cs-contact-editor.h"
#include "ui/cs-import-window.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *dir;
  CsEngine *engine;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("callstats-XXXXXX", NULL);
  g_free (config->data_dir);
  config->data_dir = g_strdup (fixture->dir);
  fixture->engine = cs_engine_new ();
  g_assert_true (cs_engine_start (fixture->engine, config, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GDir) dir = NULL;

  cs_engine_stop (fixture->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (fixture->engine);
  dir = g_dir_open (fixture->dir, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

/* The names in the database, sorted, each closed by ';'. */
static char *
list_names (Fixture *fixture)
{
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (fixture->dir, NULL);
  g_autoptr (GPtrArray) contacts = cs_store_reader_get_contacts (reader, NULL);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < contacts->len; i++)
    g_string_append_printf (names, "%s;", ((CsContact *) g_ptr_array_index (contacts, i))->name);
  return g_string_free (names, FALSE);
}

static void
wait_for_names (Fixture    *fixture,
                const char *expected)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autofree char *names = list_names (fixture);

      if (strcmp (names, expected) == 0)
        return;
      if (g_get_monotonic_time () > end_us)
        g_assert_cmpstr (names, ==, expected);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static GtkWidget *
get_child (gpointer    widget,
           const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (child);
  return GTK_WIDGET (child);
}

#define wait_until(condition) \
  G_STMT_START { \
    gint64 end_us_ = g_get_monotonic_time () + 20 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, end_us_); \
        g_main_context_iteration (NULL, FALSE); \
        g_usleep (1000); \
      } \
  } G_STMT_END

/* The n-th entry of a group. */
static GtkWidget *
find_entry (GtkWidget *widget,
            guint     *n)
{
  if (ADW_IS_ENTRY_ROW (widget) && (*n)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_entry (child, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
type_number (CsContactEditor *editor,
             guint            n,
             const char      *text)
{
  GtkWidget *entry = find_entry (get_child (editor, "number_group"), &n);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
put (Fixture    *fixture,
     const char *name,
     const char *number)
{
  g_autoptr (CsContact) contact = cs_contact_new (name);

  cs_contact_add_number (contact, number);
  cs_engine_put_contact_async (fixture->engine, contact, NULL, NULL);
}

static GtkWidget *
find_label (GtkWidget  *widget,
            const char *text)
{
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
destroy (gpointer window)
{
  GtkWindow *held = g_object_ref (window);

  gtk_window_destroy (held);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (G_OBJECT (held));
}

static void
test_editor (Fixture       *fixture,
             gconstpointer  data)
{
  CsContactEditor *editor = cs_contact_editor_new (fixture->engine, NULL);
  GtkWidget *save = get_child (editor, "save_button");

  gtk_window_present (GTK_WINDOW (editor));
  g_assert_false (gtk_widget_get_sensitive (save));
  gtk_editable_set_text (GTK_EDITABLE (get_child (editor, "name_row")), "Anna");
  g_assert_false (gtk_widget_get_sensitive (save));
  type_number (editor, 0, "call me");
  g_assert_false (gtk_widget_get_sensitive (save));
  type_number (editor, 0, "+49 211 1234567");
  g_assert_true (gtk_widget_get_sensitive (save));
  /* Below it there is room for another one. */
  type_number (editor, 1, "0171 1234567");
  g_assert_true (gtk_widget_get_sensitive (save));

  gtk_widget_activate (save);
  wait_for_names (fixture, "Anna;");
}

static CsContactEditor *
find_editor (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (windows, i);

      if (CS_IS_CONTACT_EDITOR (item))
        return CS_CONTACT_EDITOR (item);
    }
  return NULL;
}

/* By a number in another spelling its contact is opened, by an unknown one a new one with it. */
static void
test_open_number (Fixture       *fixture,
                  gconstpointer  data)
{
  static const struct {
    const char *number;
    const char *name;
  } cases[] = { { "492111234567", "Anna" }, { "+49 30 555555", "" } };
  GtkWidget *parent = gtk_window_new ();

  put (fixture, "Anna", "+49 211 1234567");
  wait_for_names (fixture, "Anna;");
  wait_until (find_editor () == NULL);
  gtk_window_present (GTK_WINDOW (parent));
  wait_until (gtk_widget_get_mapped (parent));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CsContactEditor *editor;

      cs_contact_editor_open_number (GTK_WINDOW (parent), fixture->engine, cases[i].number);
      wait_until (find_editor () != NULL);
      editor = find_editor ();
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get_child (editor, "name_row"))), ==, cases[i].name);
      destroy (editor);
    }
  destroy (parent);
}

static void
test_book (Fixture       *fixture,
           gconstpointer  data)
{
  CsContactBook *book = cs_contact_book_new (fixture->engine);
  GtkStack *stack = GTK_STACK (get_child (book, "book_stack"));
  GtkListView *view = GTK_LIST_VIEW (get_child (book, "list_view"));
  GListModel *shown = G_LIST_MODEL (gtk_list_view_get_model (view));
  GtkWidget *label, *button;

  gtk_window_present (GTK_WINDOW (book));
  wait_until (g_strcmp0 (gtk_stack_get_visible_child_name (stack), "empty") == 0);
  destroy (book);

  put (fixture, "Anna", "+49 211 1234567");
  put (fixture, "<b>Bob</b>", "+49 30 7654321");
  wait_for_names (fixture, "<b>Bob</b>;Anna;");
  book = cs_contact_book_new (fixture->engine);
  stack = GTK_STACK (get_child (book, "book_stack"));
  view = GTK_LIST_VIEW (get_child (book, "list_view"));
  shown = G_LIST_MODEL (gtk_list_view_get_model (view));
  gtk_window_present (GTK_WINDOW (book));
  wait_until (g_list_model_get_n_items (shown) == 2);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "contacts");

  gtk_editable_set_text (GTK_EDITABLE (get_child (book, "search_entry")), "bOB");
  wait_until (g_list_model_get_n_items (shown) == 1);
  gtk_editable_set_text (GTK_EDITABLE (get_child (book, "search_entry")), "211 12");
  wait_until (g_list_model_get_n_items (shown) == 1);
  gtk_editable_set_text (GTK_EDITABLE (get_child (book, "search_entry")), "nobody");
  wait_until (g_strcmp0 (gtk_stack_get_visible_child_name (stack), "nothing-found") == 0);
  gtk_editable_set_text (GTK_EDITABLE (get_child (book, "search_entry")), "");
  wait_until (g_list_model_get_n_items (shown) == 2);

  /* A name is text, whatever it looks like; it can be deleted and taken back. */
  wait_until (find_label (GTK_WIDGET (view), "<b>Bob</b>") != NULL);
  label = find_label (GTK_WIDGET (view), "<b>Bob</b>");
  button = gtk_widget_get_next_sibling (gtk_widget_get_parent (label));
  g_assert_true (GTK_IS_BUTTON (button));
  g_signal_emit_by_name (button, "clicked");
  wait_for_names (fixture, "Anna;");
  wait_until (g_list_model_get_n_items (shown) == 1);
  gtk_widget_activate_action (GTK_WIDGET (book), "book.take-back", NULL);
  wait_for_names (fixture, "<b>Bob</b>;Anna;");
  wait_until (g_list_model_get_n_items (shown) == 2);
  destroy (book);
}

static GFile *
write_file (Fixture    *fixture,
            const char *text)
{
  g_autofree char *path = g_build_filename (fixture->dir, "contacts", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static void
test_import (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GFile) file = write_file (fixture, "name,number\nAnna,+49 211 1234567\nBob,<b>nothing</b>\n<i>Carl</i>,110\n");
  CsImportWindow *window = cs_import_window_new (fixture->engine, file);
  GtkWidget *button = get_child (window, "import_button");
  GtkSwitch *whole = GTK_SWITCH (get_child (window, "whole_switch"));

  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_sensitive (button));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "2 contacts found"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "<i>Carl</i>"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "1 refused"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Line 3"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "“<b>nothing</b>” isn’t a telephone number"));

  /* All or nothing. */
  gtk_switch_set_active (whole, TRUE);
  g_assert_false (gtk_widget_get_sensitive (button));
  wait_for_names (fixture, "");
  gtk_switch_set_active (whole, FALSE);
  g_assert_true (gtk_widget_get_sensitive (button));

  g_signal_emit_by_name (button, "clicked");
  wait_for_names (fixture, "<i>Carl</i>;Anna;");
  wait_until (find_label (GTK_WIDGET (window), "2 contacts imported") != NULL);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Line 3"));
  destroy (window);
}

static void
test_import_vcard (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GFile) file = write_file (fixture, "BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nTEL:110\nEND:VCARD\n");
  CsImportWindow *window = cs_import_window_new (fixture->engine, file);
  GtkWidget *button = get_child (window, "import_button");

  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_sensitive (button));
  g_assert_false (gtk_widget_get_visible (get_child (window, "columns_group")));
  g_assert_false (gtk_widget_get_visible (get_child (window, "refused_group")));
  g_signal_emit_by_name (button, "clicked");
  wait_for_names (fixture, "Anna;");
  destroy (window);
}

static void
test_import_nothing (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/at/all.vcf");
  CsImportWindow *window = cs_import_window_new (fixture->engine, file);
  GtkStack *stack = GTK_STACK (get_child (window, "import_stack"));

  gtk_window_present (GTK_WINDOW (window));
  wait_until (g_strcmp0 (gtk_stack_get_visible_child_name (stack), "failed") == 0);
  g_assert_false (gtk_widget_get_visible (get_child (window, "import_button")));
  destroy (window);
}

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cs_engine_import_contacts_finish (CS_ENGINE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) user_data = TRUE;
}

/* A long import doesn't keep the program from quitting, nor the user from thinking better of it; nothing of it is kept then. */
static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_contact_free);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean is_over = FALSE;
  guint n_first;

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *number = g_strdup_printf ("+49211%07u", i);
      CsContact *contact = cs_contact_new ("Somebody");

      cs_contact_add_number (contact, number);
      g_ptr_array_add (contacts, contact);
    }

  cs_engine_import_contacts_async (fixture->engine, contacts, cancellable, on_imported, &is_over);
  g_cancellable_cancel (cancellable);
  wait_until (is_over);

  is_over = FALSE;
  cs_engine_import_contacts_async (fixture->engine, contacts, NULL, on_imported, &is_over);
  cs_engine_stop (fixture->engine);
  wait_until (is_over);
  {
    g_autoptr (CsStoreReader) reader = cs_store_reader_open (fixture->dir, NULL);
    g_autoptr (GPtrArray) kept = cs_store_reader_get_contacts (reader, NULL);

    n_first = kept->len;
  }
  g_assert_cmpuint (n_first, ==, 0);
}

static void
test_finalized (Fixture       *fixture,
                        gconstpointer  data)
{
  CsContactEditor *editor = cs_contact_editor_new (fixture->engine, NULL);

  gtk_window_present (GTK_WINDOW (editor));
  destroy (editor);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/contact-book/editor-is-finalized", Fixture, NULL, set_up, test_finalized, tear_down);
  g_test_add ("/contact-book/editor-saves-what-is-valid", Fixture, NULL, set_up, test_editor, tear_down);
  g_test_add ("/contact-book/opened-by-number", Fixture, NULL, set_up, test_open_number, tear_down);
  g_test_add ("/contact-book/search-delete-and-undo", Fixture, NULL, set_up, test_book, tear_down);
  g_test_add ("/contact-book/import/refused-lines-and-all-or-nothing", Fixture, NULL, set_up, test_import, tear_down);
  g_test_add ("/contact-book/import/vcard", Fixture, NULL, set_up, test_import_vcard, tear_down);
  g_test_add ("/contact-book/import/no-file", Fixture, NULL, set_up, test_import_nothing, tear_down);
  g_test_add ("/contact-book/import/stopped", Fixture, NULL, set_up, test_stop, tear_down);
  return g_test_run ();
}
