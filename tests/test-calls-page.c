/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "call-list-fixture.h"
#include "ui/cs-call-model.h"
#include "ui/cs-calls-page.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-date-range.h"
#include "window-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* The real window with a real store behind it. */
typedef struct {
  WindowFixture window;
  char *dir;            /* (owned) */
  CsStore *store;       /* (owned) */
  gint64 unsettled_id;  /* the call that "Undo" was pressed for */
} PageFixture;

static void
on_unsettle (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  PageFixture *fixture = user_data;

  fixture->unsettled_id = g_variant_get_int64 (parameter);
}

static void
show_commit (PageFixture *fixture)
{
  list_commit (fixture->store);
  fixture->window.snapshot->n_commits++;
  fixture_show (&fixture->window);
}

static void
page_set_up (PageFixture   *fixture,
             gconstpointer  data)
{
  GActionEntry entries[] = { { .name = "unsettle-callback", .activate = on_unsettle, .parameter_type = "x" } };

  fixture_set_up (&fixture->window, data);
  g_action_map_add_action_entries (G_ACTION_MAP (fixture->window.application), entries, G_N_ELEMENTS (entries), fixture);
  fixture->dir = g_dir_make_tmp ("callstats-test-XXXXXX", NULL);
  fixture->store = cs_store_open (fixture->dir, NULL);
  g_assert_nonnull (fixture->store);
  fixture->window.snapshot->data_dir = g_strdup (fixture->dir);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_remove (file);
  }
  g_rmdir (path);
}

/* Threads may still be reading; each holds its object until its result has come. */
static void
page_tear_down (PageFixture   *fixture,
                gconstpointer  data)
{
  g_autoptr (GTask) task = NULL;
  gint64 end_us = g_get_monotonic_time () + G_USEC_PER_SEC / 5;

  gtk_window_destroy (GTK_WINDOW (fixture->window.window));
  while (G_OBJECT (fixture->window.window)->ref_count > 1 || g_get_monotonic_time () < end_us) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  }
  fixture_tear_down (&fixture->window, data);
  cs_store_close (fixture->store);
  remove_dir (fixture->dir);
  g_free (fixture->dir);
}

#define wait_until(condition)                                            \
  G_STMT_START {                                                         \
    gint64 end_us_ = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;      \
    while (!(condition)) {                                               \
      g_assert_cmpint (g_get_monotonic_time (), <, end_us_);             \
      if (!g_main_context_iteration (NULL, FALSE))                       \
        g_usleep (500);                                                  \
    }                                                                    \
  } G_STMT_END

static void
run_action (PageFixture *fixture,
            const char  *name,
            GVariant    *parameter)
{
  GtkWidget *window = GTK_WIDGET (fixture->window.window);

  g_assert_true (gtk_widget_activate_action_variant (window, name, g_variant_ref_sink (parameter)));
  g_variant_unref (parameter);
}

static void
show_calls (PageFixture *fixture,
            const char  *filter)
{
  run_action (fixture, "win.show-calls", g_variant_new_string (filter));
}

static GtkSelectionModel *
get_selection (PageFixture *fixture)
{
  GtkSelectionModel *model = gtk_column_view_get_model (GTK_COLUMN_VIEW (fixture_find (&fixture->window, "column_view")));

  return model != NULL ? model : gtk_list_view_get_model (GTK_LIST_VIEW (fixture_find (&fixture->window, "list_view")));
}

/* The ids of the list as it is now, parted by blanks; NULL while it isn't shown. */
static const char *
get_ids (PageFixture *fixture)
{
  static char text[4096];
  GtkSelectionModel *selection = get_selection (fixture);
  GString *ids = g_string_new (NULL);

  for (guint i = 0; selection != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (selection)); i++) {
    g_autoptr (CsCallItem) item = g_list_model_get_item (G_LIST_MODEL (selection), i);

    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", cs_call_item_get_id (item));
  }
  g_strlcpy (text, selection != NULL ? ids->str : "-", sizeof text);
  g_string_free (ids, TRUE);
  return text;
}

static const char *
get_state (PageFixture *fixture)
{
  GtkWidget *page = fixture_find (&fixture->window, "calls_bin");

  return gtk_stack_get_visible_child_name (GTK_STACK (find_widget (page, "stack")));
}

/* Whether a label with this text is seen in @root or below. */
static gboolean
shows_text (GtkWidget  *root,
            const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (shows_text (child, text))
      return TRUE;
  }
  return FALSE;
}

static GtkWidget *
find_button (GtkWidget  *root,
             const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_button (child, label);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
open_page (PageFixture *fixture)
{
  show_commit (fixture);
  show_calls (fixture, "");
  fixture_present (&fixture->window);
}

static void
test_newest_first (PageFixture   *fixture,
                   gconstpointer  data)
{
  list_put_missed (fixture->store, "492111234567", 1);
  list_put_missed (fixture->store, "493023125000", 2);
  open_page (fixture);
  wait_until (g_strcmp0 (get_ids (fixture), "2 1") == 0);
  wait_until (shows_text (fixture_find (&fixture->window, "column_view"), "+49 30 23125000"));
  g_assert_true (shows_text (fixture_find (&fixture->window, "column_view"), "Missed"));
  g_assert_cmpstr (get_state (fixture), ==, "calls");
}

static void
test_no_calls (PageFixture   *fixture,
               gconstpointer  data)
{
  open_page (fixture);
  wait_until (g_strcmp0 (get_state (fixture), "none") == 0);
}

static void
test_nothing_found (PageFixture   *fixture,
                    gconstpointer  data)
{
  list_put_missed (fixture->store, "492111234567", 1);
  open_page (fixture);
  show_calls (fixture, "provider=exotel;text=777");
  wait_until (g_strcmp0 (get_state (fixture), "nothing") == 0);
  g_signal_emit_by_name (fixture_find (&fixture->window, "clear_button"), "clicked");
  wait_until (g_strcmp0 (get_ids (fixture), "1") == 0 && g_strcmp0 (get_state (fixture), "calls") == 0);
}

static void
test_unreadable (PageFixture   *fixture,
                 gconstpointer  data)
{
  g_free (fixture->window.snapshot->data_dir);
  fixture->window.snapshot->data_dir = g_strdup ("/nonexistent");
  open_page (fixture);
  wait_until (g_strcmp0 (get_state (fixture), "error") == 0);
}

static void
test_filters (PageFixture   *fixture,
              gconstpointer  data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC - LIST_BASE_US / G_USEC_PER_SEC;

  list_put_missed (fixture->store, "492111234567", 1);
  list_put_call (fixture->store, CS_PROVIDER_EXOTEL, CS_DIRECTION_OUTBOUND_DIAL, CS_OUTCOME_BUSY, "09876543210", "01139585476", 2);
  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, CS_OUTCOME_ANSWERED, "493023125000", "492214710901", now);
  open_page (fixture);
  wait_until (g_strcmp0 (get_ids (fixture), "3 2 1") == 0);
  show_calls (fixture, "outcome=missed");
  wait_until (g_strcmp0 (get_ids (fixture), "1") == 0);
  show_calls (fixture, "direction=outbound;provider=exotel");
  wait_until (g_strcmp0 (get_ids (fixture), "2") == 0);
  show_calls (fixture, "number=492214710901");
  wait_until (g_strcmp0 (get_ids (fixture), "3") == 0);
  show_calls (fixture, "outcome=busy");
  wait_until (g_strcmp0 (get_ids (fixture), "2") == 0);
  show_calls (fixture, "period=week");
  wait_until (g_strcmp0 (get_ids (fixture), "3") == 0);
  show_calls (fixture, "period=never;colour=red;;=;text=0211 123");
  wait_until (g_strcmp0 (get_ids (fixture), "1") == 0);
}

/* Two days of one's own, chosen from the menu and by the calendars; both of them belong to it. */
static void
test_range (PageFixture   *fixture,
            gconstpointer  data)
{
  g_autoptr (GDateTime) first = g_date_time_new_local (2025, 10, 9, 12, 0, 0);
  g_autoptr (GDateTime) last = g_date_time_new_local (2025, 10, 10, 12, 0, 0);
  GtkWidget *chips, *range;

  for (gint64 day = -1; day <= 2; day++)
    list_put_missed (fixture->store, "492111234567", day * 86400);
  open_page (fixture);
  wait_until (g_strcmp0 (get_ids (fixture), "4 3 2 1") == 0);
  chips = fixture_find (&fixture->window, "filter_chips");
  range = gtk_widget_get_ancestor (find_widget (chips, "first_calendar"), CS_TYPE_DATE_RANGE);
  g_assert_false (gtk_widget_get_visible (range));
  gtk_widget_activate_action (find_widget (chips, "first_button"), "filter.period", "s", "range");
  g_assert_true (gtk_widget_get_visible (range));
  wait_until (g_strcmp0 (get_ids (fixture), "") == 0);
  gtk_calendar_select_day (GTK_CALENDAR (find_widget (chips, "first_calendar")), first);
  gtk_calendar_select_day (GTK_CALENDAR (find_widget (chips, "last_calendar")), last);
  wait_until (g_strcmp0 (get_ids (fixture), "3 2") == 0);

  show_calls (fixture, "period=2025-10-10/2025-10-11");
  wait_until (g_strcmp0 (get_ids (fixture), "4 3") == 0);
  g_assert_cmpstr (gtk_menu_button_get_label (GTK_MENU_BUTTON (find_widget (chips, "first_button"))), ==, "10 Oct 2025");
  show_calls (fixture, "period=2025-10-11/2025-10-10");
  wait_until (g_strcmp0 (get_ids (fixture), "4 3 2 1") == 0);
  g_assert_false (gtk_widget_get_visible (range));
}

static void
test_new_call_on_top (PageFixture   *fixture,
                      gconstpointer  data)
{
  GtkSingleSelection *selection;
  gint64 id;

  for (gint64 i = 1; i <= 300; i++)
    list_put_missed (fixture->store, "492111234567", i);
  open_page (fixture);
  wait_until (get_selection (fixture) != NULL && g_list_model_get_n_items (G_LIST_MODEL (get_selection (fixture))) == 300);
  selection = GTK_SINGLE_SELECTION (get_selection (fixture));
  gtk_single_selection_set_selected (selection, 4);
  id = cs_call_item_get_id (gtk_single_selection_get_selected_item (selection));

  list_put_missed (fixture->store, "493023125000", 400);
  list_put_missed (fixture->store, "493023125000", 401);
  show_commit (fixture);
  wait_until (g_list_model_get_n_items (G_LIST_MODEL (selection)) == 302);
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, 6);
  g_assert_cmpint (cs_call_item_get_id (gtk_single_selection_get_selected_item (selection)), ==, id);
  wait_until (shows_text (fixture_find (&fixture->window, "column_view"), "+49 30 23125000"));
}

static void
test_details (PageFixture   *fixture,
              gconstpointer  data)
{
  GtkWidget *detail;

  list_put_missed (fixture->store, "492111234567", 1);
  list_put_missed (fixture->store, "493023125000", 2);
  show_commit (fixture);
  detail = fixture_find (&fixture->window, "detail");
  fixture_present (&fixture->window);
  /* As a notification does, before the page was ever seen, and although a filter would leave the call out. */
  run_action (fixture, "win.show-call", g_variant_new_int64 (1));
  wait_until (shows_text (detail, "+49 211 1234567"));
  wait_until (get_selection (fixture) != NULL && gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (get_selection (fixture))) == 1);
  g_assert_true (gtk_widget_get_visible (find_widget (detail, "done_button")));
  /* Nobody carries it out in this test. */
  g_assert_false (gtk_widget_get_visible (find_widget (detail, "call_button")));
  g_signal_emit_by_name (find_widget (detail, "close_button"), "clicked");
  wait_until (!adw_flap_get_reveal_flap (ADW_FLAP (fixture_find (&fixture->window, "flap"))));
  g_assert_cmpuint (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (get_selection (fixture))), ==, GTK_INVALID_LIST_POSITION);
}

static void
test_callbacks (PageFixture   *fixture,
                gconstpointer  data)
{
  GtkWidget *list;
  gint64 last;

  list_put_missed (fixture->store, "492111234567", 1);
  last = list_put_missed (fixture->store, "492111234567", 2);
  fixture->window.snapshot->n_callbacks = 1;
  show_commit (fixture);
  list = fixture_find (&fixture->window, "callback_list");
  fixture_present (&fixture->window);
  show_calls (fixture, "view=callback");
  wait_until (shows_text (list, "2 tries"));
  g_assert_true (shows_text (fixture_find (&fixture->window, "callback_count"), "1"));
  g_signal_emit_by_name (find_button (list, "Done"), "clicked");
  g_assert_cmpint (fixture->window.settled_id, ==, last);
  wait_until (find_button (GTK_WIDGET (fixture->window.window), "Undo") != NULL);
  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window.window), "Undo"), "clicked");
  g_assert_cmpint (fixture->unsettled_id, ==, last);
}

static void
add_contact (PageFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "callstats.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_true (cs_sql_exec (db, "INSERT INTO contact (id, name) VALUES (1, 'Anna <b>Berg</b>');"
                                  "INSERT INTO contact_number (key, contact, number) VALUES ('2111234567', 1, '0211 1234567')", NULL));
  sqlite3_close (db);
}

static void
test_names (PageFixture   *fixture,
            gconstpointer  data)
{
  list_put_missed (fixture->store, "492111234567", 1);
  list_commit (fixture->store);
  add_contact (fixture);
  open_page (fixture);
  cs_contact_names_reload (cs_contact_names_get_default (), fixture->dir);
  wait_until (g_strcmp0 (cs_contact_names_lookup (cs_contact_names_get_default (), "+49 211 1234567"), "Anna <b>Berg</b>") == 0);
  run_action (fixture, "win.show-call", g_variant_new_int64 (1));
  wait_until (shows_text (fixture_find (&fixture->window, "detail"), "Anna <b>Berg</b>"));
}

static void
test_narrow (PageFixture   *fixture,
             gconstpointer  data)
{
  list_put_missed (fixture->store, "492111234567", 1);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window.window), 360, 600);
  open_page (fixture);
  wait_until (gtk_widget_get_mapped (fixture_find (&fixture->window, "list_view")));
  wait_until (shows_text (fixture_find (&fixture->window, "list_view"), "+49 211 1234567"));
  g_assert_null (gtk_column_view_get_model (GTK_COLUMN_VIEW (fixture_find (&fixture->window, "column_view"))));
}

/* A click on a bar or a tile of Today leads here. */
static void
test_from_today (PageFixture   *fixture,
                 gconstpointer  data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC - LIST_BASE_US / G_USEC_PER_SEC;
  GtkWidget *switcher = fixture_find (&fixture->window, "view_stack");

  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, CS_OUTCOME_ANSWERED, "493023125000", "492214710901", now);
  list_put_missed (fixture->store, "492111234567", now);
  list_put_missed (fixture->store, "492111234567", 1);
  show_commit (fixture);
  fixture_present (&fixture->window);
  g_signal_emit_by_name (fixture_find (&fixture->window, "outcome_view"), "activated", CS_BAR_MISSED);
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (ADW_VIEW_STACK (switcher)), ==, "calls");
  wait_until (g_strcmp0 (get_ids (fixture), "2") == 0);
  g_signal_emit_by_name (fixture_find (&fixture->window, "calls_button"), "clicked");
  wait_until (g_strcmp0 (get_ids (fixture), "2 1") == 0);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (PageFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/calls-page/newest-first", test_newest_first },
    { "/calls-page/no-calls-yet", test_no_calls },
    { "/calls-page/nothing-found/filters-can-be-cleared", test_nothing_found },
    { "/calls-page/unreadable", test_unreadable },
    { "/calls-page/filters", test_filters },
    { "/calls-page/filters/from-one-day-to-another", test_range },
    { "/calls-page/new-call/comes-on-top-and-keeps-the-selection", test_new_call_on_top },
    { "/calls-page/details", test_details },
    { "/calls-page/callbacks/done-can-be-undone", test_callbacks },
    { "/calls-page/names-are-text", test_names },
    { "/calls-page/narrow-window-has-rows", test_narrow },
    { "/calls-page/from-today", test_from_today },
  };

  fixture_init_test (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, PageFixture, NULL, page_set_up, tests[i].test, page_tear_down);
  return g_test_run ();
}
