/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

#include <glib/gstdio.h>

#include "engine/cs-engine-orders.h"
#include "ui/cs-order-editor.h"
#include "ui/cs-order-import-window.h"
#include "ui/cs-order-item.h"
#include "ui/cs-order-list.h"
#include "ui/cs-order-look.h"
#include "ui/cs-order-telephone.h"
#include "ui/cs-orders-page.h"

#define NUMBER "+49 221 4710950"

/* The page on a running engine with a folder of its own. */
typedef struct {
  char *dir;             /* (owned) */
  CsSettings *settings;  /* (owned) */
  CsEngine *engine;      /* (owned) */
  CsOrdersPage *page;
  GtkWindow *window;
} Fixture;

#define wait_until(condition) \
  G_STMT_START { \
    gint64 end_us_ = g_get_monotonic_time () + 30 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > end_us_) \
          g_error ("%s: it never came to be that %s", G_STRLOC, #condition); \
        g_main_context_iteration (NULL, FALSE); \
        g_usleep (500); \
      } \
  } G_STMT_END

static GtkWidget *
get_child (gpointer    widget,
           const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (child);
  return GTK_WIDGET (child);
}

static GSettings *
get_gsettings (Fixture *fixture)
{
  return cs_settings_get_gsettings (fixture->settings);
}

static void
on_snapshot (Fixture *fixture)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (fixture->engine);

  if (snapshot != NULL && fixture->page != NULL)
    cs_orders_page_apply_snapshot (fixture->page, snapshot);
}

static void
configure (Fixture *fixture)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (fixture->settings);

  cs_engine_configure (fixture->engine, config);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (CsEngineConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  const char *numbers[] = { NUMBER, NULL };

  fixture_get_application ();
  fixture->dir = g_dir_make_tmp ("callstats-XXXXXX", NULL);
  fixture->settings = cs_settings_new (fixture->dir, &error);
  g_assert_no_error (error);
  g_settings_set_int (get_gsettings (fixture), "webhook-port", 0);
  g_settings_set_int (get_gsettings (fixture), "api-port", 0);
  g_settings_set_boolean (get_gsettings (fixture), "orders-enabled", TRUE);
  g_settings_set_int (get_gsettings (fixture), "orders-digits", 4);
  g_settings_set_string (get_gsettings (fixture), "orders-language", "en");
  g_settings_set_strv (get_gsettings (fixture), "orders-numbers", numbers);

  config = cs_settings_get_engine_config (fixture->settings);
  fixture->engine = cs_engine_new ();
  g_assert_true (cs_engine_start (fixture->engine, config, &error));
  g_assert_no_error (error);

  fixture->page = g_object_new (CS_TYPE_ORDERS_PAGE, NULL);
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (fixture->window, 960, 680);
  cs_orders_page_set_engine (fixture->page, fixture->engine, fixture->settings);
  gtk_window_set_child (fixture->window, GTK_WIDGET (fixture->page));
  g_signal_connect_swapped (fixture->engine, "snapshot", G_CALLBACK (on_snapshot), fixture);
  on_snapshot (fixture);
  gtk_window_present (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *page = g_object_ref (GTK_WIDGET (fixture->page));
  g_autoptr (GDir) dir = NULL;

  fixture->page = NULL;
  gtk_window_destroy (fixture->window);
  cs_engine_stop (fixture->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (page);
  g_object_unref (fixture->engine);
  g_object_unref (fixture->settings);
  dir = g_dir_open (fixture->dir, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static GtkWidget *
get_list (Fixture *fixture)
{
  return get_child (fixture->page, "order_list");
}

static GListModel *
get_model (Fixture *fixture)
{
  return G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (get_child (get_list (fixture), "column_view"))));
}

static const char *
get_list_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (get_child (get_list (fixture), "list_stack")));
}

/* The customers that are shown, each closed by ';'. */
static char *
list_customers (Fixture *fixture)
{
  GListModel *model = get_model (fixture);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (CsOrderItem) item = g_list_model_get_item (model, i);

      g_string_append_printf (text, "%s;", cs_order_item_get_order (item)->customer);
    }
  return g_string_free (text, FALSE);
}

static gboolean
shows (Fixture    *fixture,
       const char *expected)
{
  g_autofree char *customers = list_customers (fixture);

  return strcmp (customers, expected) == 0;
}

static void
put (Fixture      *fixture,
     const char   *customer,
     const char   *name,
     CsOrderState  state)
{
  g_autoptr (CsOrder) order = cs_order_new (customer, name, state, NULL);

  cs_engine_put_order_async (fixture->engine, order, customer, NULL, NULL, NULL);
}

static gpointer
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (item), type))
        return item;
    }
  return NULL;
}

/* The row of that title. */
static GtkWidget *
find_row (GtkWidget  *widget,
          const char *title)
{
  if (ADW_IS_PREFERENCES_ROW (widget) && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
click (gpointer button)
{
  g_signal_emit_by_name (button, "clicked");
}

static void
test_first_step (Fixture       *fixture,
                 gconstpointer  data)
{
  const char *none[] = { NULL };
  GtkStack *stack = GTK_STACK (get_child (fixture->page, "page_stack"));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "line");
  g_settings_set_strv (get_gsettings (fixture), "orders-numbers", none);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "first-step");
}

static void
test_switch (Fixture       *fixture,
             gconstpointer  data)
{
  GtkSwitch *widget = GTK_SWITCH (get_child (fixture->page, "answer_switch"));

  g_assert_true (gtk_switch_get_active (widget));
  gtk_switch_set_active (widget, FALSE);
  g_assert_false (g_settings_get_boolean (get_gsettings (fixture), "orders-enabled"));
}

static void
test_add_and_edit (Fixture       *fixture,
                   gconstpointer  data)
{
  CsOrderEditor *editor;

  wait_until (g_strcmp0 (get_list_page (fixture), "empty") == 0);
  gtk_widget_activate_action (get_list (fixture), "orders.add", NULL);
  editor = find_window (CS_TYPE_ORDER_EDITOR);
  g_assert_nonnull (editor);
  g_assert_false (gtk_widget_get_sensitive (get_child (editor, "save_button")));
  gtk_editable_set_text (GTK_EDITABLE (get_child (editor, "customer_row")), "12a");
  g_assert_false (gtk_widget_get_sensitive (get_child (editor, "save_button")));
  g_assert_true (gtk_widget_get_visible (get_child (editor, "error_label")));
  gtk_editable_set_text (GTK_EDITABLE (get_child (editor, "customer_row")), "0012");
  gtk_editable_set_text (GTK_EDITABLE (get_child (editor, "name_row")), "<b>Anna</b> & Co");
  g_assert_true (gtk_widget_get_sensitive (get_child (editor, "save_button")));
  click (get_child (editor, "save_button"));
  wait_until (shows (fixture, "0012;"));
  wait_until (find_window (CS_TYPE_ORDER_EDITOR) == NULL);
  g_assert_cmpstr (get_list_page (fixture), ==, "orders");

  /* Another number takes the place of the old one. */
  g_signal_emit_by_name (get_child (get_list (fixture), "column_view"), "activate", 0);
  editor = find_window (CS_TYPE_ORDER_EDITOR);
  g_assert_nonnull (editor);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get_child (editor, "name_row"))), ==, "<b>Anna</b> & Co");
  gtk_editable_set_text (GTK_EDITABLE (get_child (editor, "customer_row")), "0013");
  click (get_child (editor, "save_button"));
  wait_until (shows (fixture, "0013;"));
  wait_until (find_window (CS_TYPE_ORDER_EDITOR) == NULL);
}

static void
test_number_taken (Fixture       *fixture,
                   gconstpointer  data)
{
  CsOrderEditor *editor;
  GtkWidget *row, *problem;

  put (fixture, "0010", "Anna", CS_ORDER_CANCELLED);
  put (fixture, "0020", "Jonas", CS_ORDER_PENDING);
  wait_until (shows (fixture, "0010;0020;"));
  g_signal_emit_by_name (get_child (get_list (fixture), "column_view"), "activate", 1);
  editor = find_window (CS_TYPE_ORDER_EDITOR);
  row = get_child (editor, "customer_row");
  problem = get_child (editor, "error_label");
  gtk_editable_set_text (GTK_EDITABLE (row), "0010");
  click (get_child (editor, "save_button"));
  wait_until (gtk_widget_has_css_class (row, "error"));
  g_assert_true (gtk_widget_get_visible (problem));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (problem)), "Anna"));
  g_assert_true (shows (fixture, "0010;0020;"));

  gtk_editable_set_text (GTK_EDITABLE (row), "0030");
  g_assert_false (gtk_widget_get_visible (problem));
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  click (get_child (editor, "save_button"));
  wait_until (shows (fixture, "0010;0030;"));
  wait_until (find_window (CS_TYPE_ORDER_EDITOR) == NULL);
}

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = { { "002", "0020;0021;" }, { "BERG", "0010;0021;" }, { "%", "" }, { "", "0010;0020;0021;" } };
  GtkEditable *entry = GTK_EDITABLE (get_child (get_list (fixture), "search_entry"));

  put (fixture, "0010", "Anna Berg", CS_ORDER_RECEIVED);
  put (fixture, "0020", "Jonas Weber", CS_ORDER_PENDING);
  put (fixture, "0021", "Bergmann", CS_ORDER_PENDING);
  wait_until (shows (fixture, "0010;0020;0021;"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gtk_editable_set_text (entry, cases[i].text);
      wait_until (shows (fixture, cases[i].expected));
    }
  gtk_editable_set_text (entry, "nobody");
  wait_until (g_strcmp0 (get_list_page (fixture), "nothing-found") == 0);
}

static void
test_delete_and_undo (Fixture       *fixture,
                      gconstpointer  data)
{
  GListModel *model = get_model (fixture);

  put (fixture, "0010", "Anna", CS_ORDER_CANCELLED);
  put (fixture, "0020", "Jonas", CS_ORDER_PENDING);
  wait_until (shows (fixture, "0010;0020;"));
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (model), 0);
  gtk_widget_activate_action (get_list (fixture), "orders.remove", NULL);
  wait_until (shows (fixture, "0020;"));
  gtk_widget_activate_action (get_list (fixture), "orders.take-back", NULL);
  wait_until (shows (fixture, "0010;0020;"));
  {
    g_autoptr (CsOrderItem) item = g_list_model_get_item (model, 0);

    g_assert_cmpstr (cs_order_item_get_order (item)->name, ==, "Anna");
    g_assert_cmpint (cs_order_item_get_order (item)->state, ==, CS_ORDER_CANCELLED);
  }
}

static CsOrderImportWindow *
open_import (Fixture    *fixture,
             const char *text)
{
  g_autofree char *path = g_build_filename (fixture->dir, "orders.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  CsOrderImportWindow *window;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  cs_order_list_import_file (CS_ORDER_LIST (get_list (fixture)), file);
  window = find_window (CS_TYPE_ORDER_IMPORT_WINDOW);
  wait_until (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (get_child (window, "import_stack"))), "reading") != 0);
  return window;
}

static void
close_import (CsOrderImportWindow *window)
{
  gtk_window_close (GTK_WINDOW (window));
  wait_until (find_window (CS_TYPE_ORDER_IMPORT_WINDOW) == NULL);
}

static void
test_import_is_all_or_nothing (Fixture       *fixture,
                               gconstpointer  data)
{
  CsOrderImportWindow *window = open_import (fixture, "customer,status,name\n0001,pending,Ann\nx,done,Bob\n0003,done,Cy\n");
  GtkWidget *group = get_child (window, "result_group");

  wait_until (gtk_widget_get_sensitive (get_child (window, "import_button")));
  click (get_child (window, "import_button"));
  wait_until (gtk_widget_get_visible (group));
  g_assert_cmpstr (adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)), ==, "Nothing was imported");
  g_assert_true (shows (fixture, ""));

  gtk_switch_set_active (GTK_SWITCH (get_child (window, "skip_switch")), TRUE);
  click (get_child (window, "import_button"));
  wait_until (g_strcmp0 (adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)), "2 orders imported") == 0);
  wait_until (shows (fixture, "0001;0003;"));
  close_import (window);
}

/* Nobody knows what these columns and words are until the user says it. */
static void
test_import_with_own_words (Fixture       *fixture,
                            gconstpointer  data)
{
  CsOrderImportWindow *window = open_import (fixture, "0001;Ann;gone\n0002;Bob;here\n");
  GtkWidget *group = get_child (window, "mapping_group");
  GtkWidget *row;

  /* One column can't be two things. */
  row = find_row (group, "Customer number");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 3);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (group, "State")), 3);
  g_assert_false (gtk_widget_get_sensitive (get_child (window, "import_button")));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  row = find_row (group, "State");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 3);
  wait_until (find_row (group, "gone") != NULL && find_row (group, "here") != NULL);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (group, "gone")), 1 + CS_ORDER_FULFILLED);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (group, "here")), 1 + CS_ORDER_PENDING);
  wait_until (gtk_widget_get_sensitive (get_child (window, "import_button")));
  click (get_child (window, "import_button"));
  wait_until (shows (fixture, "0001;0002;"));
  {
    g_autoptr (CsOrderItem) item = g_list_model_get_item (get_model (fixture), 0);

    g_assert_cmpint (cs_order_item_get_order (item)->state, ==, CS_ORDER_FULFILLED);
  }
  close_import (window);
}

/* However long the book is, a page of it is read, and more where somebody looks at its end. */
static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  GListModel *model = get_model (fixture);
  g_autoptr (GString) text = g_string_new ("customer,status\n");
  CsOrderImportWindow *window;
  guint n;

  for (int i = 0; i < 3000; i++)
    g_string_append_printf (text, "%06d,done\n", i);
  window = open_import (fixture, text->str);
  wait_until (gtk_widget_get_sensitive (get_child (window, "import_button")));
  click (get_child (window, "import_button"));
  wait_until (g_list_model_get_n_items (model) > 0);
  close_import (window);
  n = g_list_model_get_n_items (model);
  g_assert_cmpuint (n, <, 3000);
  while (n < 3000)
    {
      g_autoptr (CsOrderItem) last = g_list_model_get_item (model, n - 1);

      wait_until (g_list_model_get_n_items (model) > n);
      n = g_list_model_get_n_items (model);
    }
  g_assert_cmpuint (n, ==, 3000);
}

static const char *
get_label (Fixture    *fixture,
           const char *name)
{
  return gtk_label_get_text (GTK_LABEL (get_child (get_child (fixture->page, "telephone"), name)));
}

static gboolean
says (Fixture        *fixture,
      CsAnnouncement  announcement)
{
  g_autofree char *text = cs_announcement_get_text (announcement, "en");

  return g_strcmp0 (get_label (fixture, "status_label"), "Connected") == 0
         && g_strcmp0 (get_label (fixture, "spoken_label"), text) == 0;
}

static void
press (Fixture    *fixture,
       const char *keys)
{
  CsOrderTelephone *telephone = CS_ORDER_TELEPHONE (get_child (fixture->page, "telephone"));

  for (; *keys != '\0'; keys++)
    g_assert_true (cs_order_telephone_press (telephone, gdk_unicode_to_keyval ((guint32) *keys)));
}

static void
call (Fixture *fixture)
{
  click (get_child (get_child (fixture->page, "telephone"), "call_button"));
}

static void
test_telephone (Fixture       *fixture,
                gconstpointer  data)
{
  static const struct
  {
    const char *keys;
    CsAnnouncement announcement;
  } cases[] = {
    { "0000", CS_ANNOUNCEMENT_RECEIVED },  { "0001", CS_ANNOUNCEMENT_PENDING },   { "0002", CS_ANNOUNCEMENT_FULFILLED },
    { "0003", CS_ANNOUNCEMENT_CANCELLED }, { "0009", CS_ANNOUNCEMENT_NOT_FOUND }, { "###1", CS_ANNOUNCEMENT_NOT_UNDERSTOOD },
    { "12**", CS_ANNOUNCEMENT_WELCOME },
  };

  for (int i = 0; i < CS_N_ORDER_STATES; i++)
    {
      g_autofree char *customer = g_strdup_printf ("%04d", i);

      put (fixture, customer, "Ann", (CsOrderState) i);
    }
  wait_until (shows (fixture, "0000;0001;0002;0003;"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      call (fixture);
      g_assert_true (says (fixture, CS_ANNOUNCEMENT_WELCOME));
      press (fixture, cases[i].keys);
      wait_until (says (fixture, cases[i].announcement));
      if (cases[i].announcement >= CS_ANNOUNCEMENT_RECEIVED && cases[i].announcement <= CS_ANNOUNCEMENT_CANCELLED)
        {
          press (fixture, "1");
          wait_until (g_strcmp0 (get_label (fixture, "status_label"), "The line has hung up") == 0);
        }
      else
        {
          call (fixture);
          g_assert_cmpstr (get_label (fixture, "status_label"), ==, "You have hung up");
        }
    }
}

static void
test_telephone_hands_over (Fixture       *fixture,
                           gconstpointer  data)
{
  g_settings_set_string (get_gsettings (fixture), "orders-transfer-number", "+49 211 1234567");
  call (fixture);
  for (int i = 0; i < 3; i++)
    {
      press (fixture, "####");
      wait_until (g_strcmp0 (get_label (fixture, "status_label"), "Looking up…") != 0);
    }
  g_assert_true (g_str_has_prefix (get_label (fixture, "status_label"), "Handed over to"));
}

/* Who presses nothing is asked again after the silence that is set, once the announcement is over. */
static void
test_telephone_waits (Fixture       *fixture,
                      gconstpointer  data)
{
  g_settings_set_int (get_gsettings (fixture), "orders-timeout", 1);
  call (fixture);
  press (fixture, "1");
  wait_until (says (fixture, CS_ANNOUNCEMENT_NOT_UNDERSTOOD));
}

static void
test_keyboard (Fixture       *fixture,
               gconstpointer  data)
{
  CsOrderTelephone *telephone = CS_ORDER_TELEPHONE (get_child (fixture->page, "telephone"));

  g_assert_false (cs_order_telephone_press (telephone, GDK_KEY_1));
  call (fixture);
  g_assert_true (cs_order_telephone_press (telephone, GDK_KEY_1));
  g_assert_true (cs_order_telephone_press (telephone, GDK_KEY_KP_2));
  g_assert_true (cs_order_telephone_press (telephone, GDK_KEY_asterisk));
  g_assert_false (cs_order_telephone_press (telephone, GDK_KEY_a));
  g_assert_cmpstr (get_label (fixture, "digits_label"), ==, "12*");
}

static void
test_file_is_read_only (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "watched.csv", NULL);
  AdwStatusPage *page = ADW_STATUS_PAGE (get_child (get_list (fixture), "elsewhere_page"));

  g_assert_true (g_file_set_contents (path, "customer,status\n0007,pending\n", -1, NULL));
  g_settings_set_string (get_gsettings (fixture), "orders-csv-file", path);
  configure (fixture);
  wait_until (g_strcmp0 (get_list_page (fixture), "elsewhere") == 0
              && g_str_has_prefix (adw_status_page_get_description (page), "1 order, read "));
  g_assert_cmpstr (adw_status_page_get_title (page), ==, "Orders come from a CSV file");
  g_assert_false (gtk_widget_get_visible (get_child (get_list (fixture), "tools")));
  g_assert_false (gtk_widget_get_visible (get_child (get_list (fixture), "search_entry")));
  call (fixture);
  press (fixture, "0007");
  wait_until (says (fixture, CS_ANNOUNCEMENT_PENDING));
}

static void
test_missing_file (Fixture       *fixture,
                   gconstpointer  data)
{
  AdwStatusPage *page = ADW_STATUS_PAGE (get_child (get_list (fixture), "elsewhere_page"));

  g_test_expect_message ("callstats", G_LOG_LEVEL_WARNING, "*orders.csv*No such file*");
  g_settings_set_string (get_gsettings (fixture), "orders-csv-file", "/nonexistent/orders.csv");
  configure (fixture);
  wait_until (g_strcmp0 (adw_status_page_get_icon_name (page), "dialog-warning-symbolic") == 0);
  call (fixture);
  press (fixture, "0007");
  wait_until (says (fixture, CS_ANNOUNCEMENT_TRY_LATER));
  g_test_assert_expected_messages ();
}

int
main (int   argc,
      char *argv[])
{
  fixture_init_test (&argc, &argv);

#define add(path, test) g_test_add ("/orders-page" path, Fixture, NULL, set_up, test, tear_down)
  add ("/no-numbers/asks-for-them", test_first_step);
  add ("/switch/is-the-setting", test_switch);
  add ("/book/add-and-edit", test_add_and_edit);
  add ("/book/number-of-another-order-is-refused", test_number_taken);
  add ("/book/search", test_search);
  add ("/book/delete-and-undo", test_delete_and_undo);
  add ("/book/is-read-by-pages", test_pages);
  add ("/import/is-all-or-nothing", test_import_is_all_or_nothing);
  add ("/import/own-columns-and-words", test_import_with_own_words);
  add ("/telephone/says-what-callers-hear", test_telephone);
  add ("/telephone/hands-over", test_telephone_hands_over);
  add ("/telephone/waits", test_telephone_waits);
  add ("/telephone/keyboard", test_keyboard);
  add ("/file/is-read-only", test_file_is_read_only);
  add ("/file/missing-is-said", test_missing_file);
  return g_test_run ();
}
