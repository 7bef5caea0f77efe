/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

static void
assert_tile (WindowFixture *fixture,
             const char    *id,
             const char    *value,
             const char    *name)
{
  GtkWidget *tile = fixture_find (fixture, id);

  assert_text (tile, "value_label", value);
  gtk_test_accessible_assert_role (tile, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (tile, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  g_assert_nonnull (gtk_widget_get_tooltip_text (tile));
}

static void
set_metrics (CsMetrics *metrics,
             guint      n_answered,
             guint      n_missed,
             int        wait_seconds,
             int        talk_seconds)
{
  guint n = n_answered + n_missed;

  *metrics = (CsMetrics) { 0 };
  metrics->outcomes[CS_OUTCOME_ANSWERED] = n_answered;
  metrics->outcomes[CS_OUTCOME_MISSED] = n_missed;
  metrics->n_waits = n;
  metrics->wait_us = (gint64) n * wait_seconds * G_USEC_PER_SEC;
  metrics->n_talks = n_answered;
  metrics->talk_us = (gint64) n_answered * talk_seconds * G_USEC_PER_SEC;
}

/* Nothing is known of a day without calls: no made-up 0 %. */
static void
test_unknown (WindowFixture *fixture,
              gconstpointer  data)
{
  fixture_show (fixture);
  assert_tile (fixture, "calls_tile", "0", "Calls today: 0");
  assert_tile (fixture, "rate_tile", "–", "Answer rate: not known");
  assert_tile (fixture, "wait_tile", "–", "Average wait: not known");
  assert_tile (fixture, "duration_tile", "–", "Average duration: not known");
  assert_tile (fixture, "missed_tile", "0", "Missed: 0");
  assert_tile (fixture, "callbacks_tile", "0", "To call back: 0");
  g_assert_false (gtk_widget_get_visible (fixture_find (fixture, "comparison_label")));
}

static void
test_figures (WindowFixture *fixture,
              gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;

  set_metrics (&snapshot->incoming, 39, 11, 14, 134);
  snapshot->today = snapshot->incoming;
  snapshot->today.outcomes[CS_OUTCOME_NOT_REACHED] = 3;
  snapshot->n_callbacks = 4;
  fixture_show (fixture);
  assert_tile (fixture, "calls_tile", "53", "Calls today: 53");
  assert_tile (fixture, "rate_tile", "78 %", "Answer rate: 78 %");
  assert_tile (fixture, "wait_tile", "0:14", "Average wait: 14 seconds");
  assert_tile (fixture, "duration_tile", "2:14", "Average duration: 2 minutes 14 seconds");
  assert_tile (fixture, "missed_tile", "11", "Missed: 11");
  assert_tile (fixture, "callbacks_tile", "4", "To call back: 4");
}

static void
assert_change (WindowFixture *fixture,
               const char    *id,
               const char    *change,
               const char    *icon_name,
               const char    *description)
{
  GtkWidget *tile = fixture_find (fixture, id);
  GtkWidget *image = find_widget (tile, "change_image");

  g_assert_true (gtk_widget_get_visible (find_widget (tile, "change_box")));
  assert_text (tile, "change_label", change);
  g_assert_cmpint (gtk_widget_get_visible (image), ==, icon_name != NULL);
  if (icon_name != NULL)
    g_assert_cmpstr (gtk_image_get_icon_name (GTK_IMAGE (image)), ==, icon_name);
  gtk_test_accessible_assert_property (tile, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description);
}

static void
test_changes (WindowFixture *fixture,
              gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;

  snapshot->made_us = G_GINT64_CONSTANT (1773237600) * G_USEC_PER_SEC; /* Wednesday, 11 March 2026, 14:00 UTC */
  set_metrics (&snapshot->incoming, 30, 10, 14, 134);
  set_metrics (&snapshot->usual_so_far, 28, 7, 19, 134);
  snapshot->today = snapshot->incoming;
  fixture_show (fixture);
  assert_change (fixture, "calls_tile", "5", "pan-up-symbolic", "5 incoming calls more than last Wednesday until this time");
  assert_change (fixture, "rate_tile", "5 points", "pan-down-symbolic", "5 points less than last Wednesday until this time");
  assert_change (fixture, "wait_tile", "0:05", "pan-down-symbolic", "5 seconds less than last Wednesday until this time");
  assert_change (fixture, "duration_tile", "unchanged", NULL, "The same as last Wednesday until this time");
  assert_change (fixture, "missed_tile", "3", "pan-up-symbolic", "3 incoming calls more than last Wednesday until this time");
  g_assert_false (gtk_widget_get_visible (find_widget (fixture_find (fixture, "callbacks_tile"), "change_box")));
  assert_text (GTK_WIDGET (fixture->window), "comparison_label", "Arrows compare with last Wednesday until this time");

  snapshot->today.outcomes[CS_OUTCOME_NOT_REACHED] = 2;
  fixture_show (fixture);
  assert_change (fixture, "calls_tile", "5 incoming", "pan-up-symbolic",
                 "5 incoming calls more than last Wednesday until this time");
}

/* 100 % only where it is all of them, 0 % only where it is none. */
static void
test_percent (WindowFixture *fixture,
              gconstpointer  data)
{
  static const struct {
    guint n_answered;
    guint n_missed;
    const char *shown;
  } cases[] = { { 1, 0, "100 %" }, { 999, 1, "99 %" }, { 1, 999, "1 %" }, { 0, 5, "0 %" }, { 2, 1, "67 %" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    set_metrics (&fixture->snapshot->incoming, cases[i].n_answered, cases[i].n_missed, 1, 1);
    fixture_show (fixture);
    assert_text (fixture_find (fixture, "rate_tile"), "value_label", cases[i].shown);
  }
}

/* At midnight the next snapshot begins a new day. */
static void
test_midnight (WindowFixture *fixture,
               gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;
  CsCall *call = add_call (snapshot->latest, 1, CS_OUTCOME_MISSED, "492111234567", "4921155660");
  g_autofree char *time = NULL;

  set_metrics (&snapshot->incoming, 39, 11, 14, 134);
  set_metrics (&snapshot->usual_so_far, 30, 5, 14, 134);
  snapshot->today = snapshot->incoming;
  snapshot->made_us = G_GINT64_CONSTANT (1773273599) * G_USEC_PER_SEC; /* 23:59:59 UTC */
  call->started_us = snapshot->made_us - 60 * G_USEC_PER_SEC;
  fixture_show (fixture);
  assert_text (fixture_find (fixture, "calls_tile"), "value_label", "50");
  assert_text (get_row (fixture, "latest_list", 0), "time_label", "23:58");

  snapshot->made_us += 2 * G_USEC_PER_SEC;
  snapshot->incoming = snapshot->today = snapshot->usual_so_far = (CsMetrics) { 0 };
  fixture_show (fixture);
  assert_text (fixture_find (fixture, "calls_tile"), "value_label", "0");
  assert_text (fixture_find (fixture, "rate_tile"), "value_label", "–");
  g_assert_false (gtk_widget_get_visible (find_widget (fixture_find (fixture, "calls_tile"), "change_box")));
  assert_text (get_row (fixture, "latest_list", 0), "time_label", "Wed 23:58");
}

static void
test_running (WindowFixture *fixture,
              gconstpointer  data)
{
  CsCall *ringing = add_call (fixture->snapshot->active, 1, CS_OUTCOME_RINGING, "491711234567", "4921155660");
  CsCall *talking = add_call (fixture->snapshot->active, 2, CS_OUTCOME_TALKING, "492111234567", "4921155660");
  GtkWidget *row;

  ringing->started_us -= 7 * G_USEC_PER_SEC;
  ringing->offered = g_strdup ("Alice\nBob");
  talking->direction = CS_DIRECTION_OUTBOUND;
  talking->started_us -= 205 * G_USEC_PER_SEC;
  talking->answered_us = talking->started_us + 13 * G_USEC_PER_SEC;
  talking->answered_by = g_strdup ("w0");
  talking->answered_by_name = g_strdup ("Alice");
  fixture_show (fixture);

  row = get_row (fixture, "active_list", 0);
  assert_text (row, "title_label", "+49 171 1234567 → +49 211 55660");
  assert_text (row, "subtitle_label", "Ringing · Alice, Bob");
  assert_text (row, "time_label", "0:07");
  g_assert_false (gtk_widget_get_visible (find_widget (row, "done_button")));
  row = get_row (fixture, "active_list", 1);
  assert_text (row, "title_label", "+49 211 55660 → +49 211 1234567");
  assert_text (row, "subtitle_label", "Talking · Outgoing · Alice");
  assert_text (row, "time_label", "3:12");
  g_assert_null (get_row (fixture, "active_list", 2));
}

/* The clock runs by itself while the window can be seen. */
static void
test_clock (WindowFixture *fixture,
            gconstpointer  data)
{
  CsCall *ringing = add_call (fixture->snapshot->active, 1, CS_OUTCOME_RINGING, "491711234567", "4921155660");
  gint64 deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
  GtkLabel *label;

  ringing->started_us -= 7 * G_USEC_PER_SEC;
  fixture_show (fixture);
  fixture_present (fixture);
  label = GTK_LABEL (find_widget (get_row (fixture, "active_list", 0), "time_label"));
  while (g_strcmp0 (gtk_label_get_text (label), "0:09") != 0 && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (gtk_label_get_text (label), ==, "0:09");
}

static void
test_latest (WindowFixture *fixture,
             gconstpointer  data)
{
  GPtrArray *latest = fixture->snapshot->latest;
  CsCall *missed = add_call (latest, 7, CS_OUTCOME_MISSED, "492111234567", "4921155660");
  CsCall *answered = add_call (latest, 6, CS_OUTCOME_ANSWERED, "anonymous", "4921155660");
  CsCall *unattributed = add_call (latest, 5, CS_OUTCOME_ANSWERED_UNATTRIBUTED, NULL, NULL);
  GtkWidget *row;

  fixture->snapshot->made_us = G_GINT64_CONSTANT (1773237600) * G_USEC_PER_SEC;
  missed->started_us = answered->started_us = fixture->snapshot->made_us - 120 * G_USEC_PER_SEC;
  missed->needs_callback = TRUE;
  answered->answered_by_name = g_strdup ("Alice");
  answered->talk_us = 134 * G_USEC_PER_SEC;
  answered->is_connected = unattributed->is_connected = TRUE;
  fixture_show (fixture);

  row = get_row (fixture, "latest_list", 0);
  assert_text (row, "title_label", "+49 211 1234567");
  assert_text (row, "subtitle_label", "Missed · +49 211 55660");
  assert_text (row, "time_label", "13:58");
  g_assert_false (gtk_widget_get_visible (find_widget (row, "duration_label")));
  g_assert_cmpstr (gtk_image_get_icon_name (GTK_IMAGE (find_widget (row, "image"))), ==, "call-missed-symbolic");

  row = get_row (fixture, "latest_list", 1);
  assert_text (row, "title_label", "Anonymous");
  assert_text (row, "subtitle_label", "Answered · Alice · +49 211 55660");
  assert_text (row, "duration_label", "2:14");
  g_assert_false (gtk_widget_get_visible (find_widget (row, "done_button")));

  row = get_row (fixture, "latest_list", 2);
  assert_text (row, "title_label", "Unknown number");
  assert_text (row, "duration_label", "–");
}

static void
test_done (WindowFixture *fixture,
           gconstpointer  data)
{
  CsCall *call = add_call (fixture->snapshot->latest, 4711, CS_OUTCOME_MISSED, "492111234567", "4921155660");
  GtkWidget *button;

  call->needs_callback = TRUE;
  fixture_show (fixture);
  button = find_widget (get_row (fixture, "latest_list", 0), "done_button");
  g_assert_true (gtk_widget_get_visible (button));
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Done: \xE2\x81\xA6+49 211 1234567\xE2\x81\xA9 was called back");
  fixture_present (fixture);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (fixture->n_settled, ==, 1);
  g_assert_cmpint (fixture->settled_id, ==, 4711);

  call->needs_callback = FALSE;
  fixture_show (fixture);
  g_assert_false (gtk_widget_get_visible (button));
}

/* A call keeps its row while the list moves on; a call that leaves makes room for one that comes. */
static void
test_rows_stay (WindowFixture *fixture,
                gconstpointer  data)
{
  GPtrArray *latest = fixture->snapshot->latest;
  GtkWidget *second, *third;
  CsCall *newest;

  for (gint64 id = 3; id > 0; id--)
    add_call (latest, id, CS_OUTCOME_MISSED, "492111234567", "4921155660");
  fixture_show (fixture);
  second = get_row (fixture, "latest_list", 1);
  third = get_row (fixture, "latest_list", 2);

  g_ptr_array_set_size (latest, 2);
  newest = add_call (latest, 4, CS_OUTCOME_BUSY, "442079460958", "4921155660");
  g_ptr_array_insert (latest, 0, cs_call_ref (newest));
  g_ptr_array_set_size (latest, 3);
  fixture_show (fixture);

  g_assert_true (get_row (fixture, "latest_list", 2) == second);
  g_assert_true (get_row (fixture, "latest_list", 0) == third);
  assert_text (third, "subtitle_label", "Busy · +49 211 55660");
  g_assert_null (get_row (fixture, "latest_list", 3));

  g_ptr_array_set_size (latest, 0);
  fixture_show (fixture);
  g_assert_null (get_row (fixture, "latest_list", 0));
}

static void
set_latest (WindowFixture *fixture,
            gint64         first_id,
            gint64         last_id)
{
  GPtrArray *latest = fixture->snapshot->latest = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);

  for (gint64 id = last_id; id >= first_id; id--)
    add_call (latest, id, CS_OUTCOME_MISSED, "492111234567", NULL)->needs_callback = TRUE;
}

static gint64
get_id (WindowFixture *fixture,
        int            index)
{
  GtkWidget *button = find_widget (get_row (fixture, "latest_list", index), "done_button");

  return g_variant_get_int64 (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)));
}

/* Where many calls change at once, the rows stay and are given them, but for a row that somebody is using. */
static void
test_flood (WindowFixture *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) empty = fixture->snapshot->latest;
  g_autoptr (GPtrArray) first = NULL, second = NULL, third = NULL;
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  GtkWidget *row;

  fixture_show (fixture);
  fixture_present (fixture);
  set_latest (fixture, 1, 30);
  first = fixture->snapshot->latest;
  fixture_show (fixture);
  g_assert_nonnull (get_row (fixture, "latest_list", 0));
  g_assert_null (get_row (fixture, "latest_list", 29));
  while (get_row (fixture, "latest_list", 29) == NULL && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (get_row (fixture, "latest_list", 29));
  g_assert_null (get_row (fixture, "latest_list", 30));

  row = get_row (fixture, "latest_list", 29);
  set_latest (fixture, 16, 45);
  second = fixture->snapshot->latest;
  fixture_show (fixture);
  for (int i = 0; i < 30; i++)
    g_assert_cmpint (get_id (fixture, i), ==, 45 - i);
  g_assert_true (get_row (fixture, "latest_list", 29) == row);

  row = get_row (fixture, "latest_list", 3);
  g_assert_true (gtk_widget_grab_focus (find_widget (row, "done_button")));
  set_latest (fixture, 26, 55);
  third = fixture->snapshot->latest;
  fixture_show (fixture);
  g_assert_cmpint (get_id (fixture, 13), ==, 42);
  g_assert_true (get_row (fixture, "latest_list", 13) == row);
  fixture->snapshot->latest = g_ptr_array_ref (third);
}

/* Calls that the store has no id for yet are told apart all the same. */
static void
test_without_id (WindowFixture *fixture,
                 gconstpointer  data)
{
  add_call (fixture->snapshot->active, 0, CS_OUTCOME_RINGING, "492111234567", NULL);
  add_call (fixture->snapshot->active, 0, CS_OUTCOME_RINGING, "442079460958", NULL);
  fixture_show (fixture);
  fixture_show (fixture);
  assert_text (get_row (fixture, "active_list", 0), "title_label", "+49 211 1234567");
  assert_text (get_row (fixture, "active_list", 1), "title_label", "+44 20 7946 0958");
  g_assert_null (get_row (fixture, "active_list", 2));
}

static void
test_hostile (WindowFixture *fixture,
              gconstpointer  data)
{
  g_autofree char *long_name = g_strnfill (255, 'W');
  CsCall *markup = add_call (fixture->snapshot->latest, 3, CS_OUTCOME_ANSWERED, "<b>bold</b> & <i>", "<u>");
  CsCall *turned = add_call (fixture->snapshot->latest, 2, CS_OUTCOME_ANSWERED, "\xE2\x80\xAE" "evil\xE2\x81\xA9", NULL);
  CsCall *longest = add_call (fixture->snapshot->latest, 1, CS_OUTCOME_ANSWERED, "492111234567", NULL);
  g_autofree char *subtitle = g_strconcat ("Answered · ", long_name, NULL);
  int minimum;

  markup->answered_by_name = g_strdup ("<span size='9999'>&amp;\n</span>");
  turned->answered_by_name = g_strdup ("Mallory\xE2\x80\xAE");
  longest->answered_by_name = g_strdup (long_name);
  fixture_show (fixture);
  fixture_present (fixture);
  assert_text (get_row (fixture, "latest_list", 0), "title_label", "<b>bold</b> & <i>");
  assert_text (get_row (fixture, "latest_list", 0), "subtitle_label", "Answered · <span size='9999'>&amp; </span> · <u>");
  assert_text (get_row (fixture, "latest_list", 1), "title_label", "evil");
  assert_text (get_row (fixture, "latest_list", 1), "subtitle_label", "Answered · Mallory");
  assert_text (get_row (fixture, "latest_list", 2), "subtitle_label", subtitle);
  gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static void
test_accessible_rows (WindowFixture *fixture,
                      gconstpointer  data)
{
  CsCall *call = add_call (fixture->snapshot->latest, 1, CS_OUTCOME_ANSWERED, NULL, NULL);

  fixture->snapshot->made_us = G_GINT64_CONSTANT (1773237600) * G_USEC_PER_SEC;
  call->started_us = fixture->snapshot->made_us;
  call->talk_us = 61 * G_USEC_PER_SEC;
  fixture_show (fixture);
  gtk_test_accessible_assert_role (get_row (fixture, "latest_list", 0), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (get_row (fixture, "latest_list", 0), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Answered, \xE2\x81\xA8Unknown number\xE2\x81\xA9, 14:00, 1 minute 1 second");
  gtk_test_accessible_assert_property (gtk_widget_get_parent (get_row (fixture, "latest_list", 0)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Latest calls");
}

static void
test_placeholders (WindowFixture *fixture,
                   gconstpointer  data)
{
  GtkWidget *list = gtk_widget_get_first_child (fixture_find (fixture, "active_list"));

  fixture_show (fixture);
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_first_child (list)));
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_last_child (list)));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_last_child (list))), ==, "Nobody is on the phone");

  add_call (fixture->snapshot->active, 1, CS_OUTCOME_RINGING, "492111234567", NULL);
  fixture_show (fixture);
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_first_child (list)));
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_last_child (list)));
}

static void
add (const char *path,
     void        (*test) (WindowFixture *, gconstpointer))
{
  g_test_add (path, WindowFixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);
  add ("/tiles/a-dash-where-nothing-is-known", test_unknown);
  add ("/tiles/figures", test_figures);
  add ("/tiles/changes", test_changes);
  add ("/tiles/percent-is-never-rounded-to-all-or-none", test_percent);
  add ("/today/midnight-begins-a-new-day", test_midnight);
  add ("/rows/running", test_running);
  add ("/rows/clock-runs", test_clock);
  add ("/rows/latest", test_latest);
  add ("/rows/done-settles-the-call", test_done);
  add ("/rows/calls-keep-their-rows", test_rows_stay);
  add ("/rows/a-flood-moves-no-row-in-use", test_flood);
  add ("/rows/calls-without-id", test_without_id);
  add ("/rows/hostile-names-are-text", test_hostile);
  add ("/rows/accessible-names", test_accessible_rows);
  add ("/rows/placeholders", test_placeholders);
  return g_test_run ();
}
