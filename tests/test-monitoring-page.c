/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

#include <glib/gstdio.h>

#include "calls/cs-day.h"
#include "store/cs-store-health.h"
#include "ui/cs-answer-rate.h"
#include "ui/cs-bar-chart-view.h"
#include "ui/cs-exotel-bar.h"
#include "ui/cs-health-card.h"

/* Source: protocol/exotel.md §5. */
static const guint sample_hours[24] = { 12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152,
                                        128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0 };

typedef struct {
  WindowFixture window;
  char *data_dir;
  CsStore *store;
  gint64 today_us;     /* of the account */
  guint n_records;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  CsSnapshot *snapshot;

  fixture_set_up (&fixture->window, data);
  g_settings_reset (fixture->window.settings, "answer-rate-good");
  g_settings_reset (fixture->window.settings, "answer-rate-warning");
  fixture->data_dir = g_dir_make_tmp ("callstats-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->store = cs_store_open (fixture->data_dir, &error);
  g_assert_no_error (error);

  snapshot = fixture->window.snapshot;
  snapshot->data_dir = g_strdup (fixture->data_dir);
  snapshot->exotel_zone = cs_day_get_zone ("Asia/Kolkata");
  snapshot->heartbeat_path = g_strdup ("/webhook/heartbeat/0123456789abcdef");
  snapshot->public_url = g_strdup ("https://name.example");
  fixture->today_us = cs_day_get_start (snapshot->exotel_zone, g_get_real_time ());
  /* Pages are made with the first figures, or when one is asked for. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window.window), "win.show-calls", "s", ""));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const files[] = { "callstats.db", "callstats.db-wal", "callstats.db-shm", "callstats.lock" };

  fixture_tear_down (&fixture->window, data);
  cs_store_close (fixture->store);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (fixture->data_dir, files[i], NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (fixture->data_dir), ==, 0);
  g_free (fixture->data_dir);
}

/* @talk_us: or CS_UNKNOWN */
static void
put_call (Fixture    *fixture,
          gint64      at_us,
          CsOutcome   outcome,
          gint64      talk_us,
          const char *number,
          gboolean    is_estimated)
{
  g_autoptr (CsCall) call = cs_call_new (CS_PROVIDER_EXOTEL);
  g_autoptr (GError) error = NULL;
  gboolean changed;

  call->record_id = g_strdup_printf ("record-%u", ++fixture->n_records);
  call->source = CS_SOURCE_RECORD;
  call->state = CS_CALL_ENDED;
  call->direction = CS_DIRECTION_INBOUND;
  call->outcome = call->plain_outcome = outcome;
  call->seen_us = call->started_us = call->last_us = at_us;
  call->answered_us = call->ended_us = call->wait_us = CS_UNKNOWN;
  call->talk_us = talk_us;
  call->number = g_strdup (number);
  call->is_estimated = is_estimated;
  cs_store_put_record (fixture->store, call, &changed, &error);
  g_assert_no_error (error);
}

static void
put_calls (Fixture   *fixture,
           guint      n_answered,
           guint      n_missed)
{
  for (guint i = 0; i < n_answered + n_missed; i++)
    put_call (fixture, fixture->today_us, i < n_answered ? CS_OUTCOME_ANSWERED : CS_OUTCOME_MISSED,
              i < n_answered ? 60 * G_USEC_PER_SEC : CS_UNKNOWN, "02233334444", FALSE);
}

/* The 1247 calls of the sample, in its hours of the account's present day. */
static void
put_sample (Fixture *fixture)
{
  static const struct {
    CsOutcome outcome;
    guint n;
  } outcomes[] = {
    { CS_OUTCOME_ANSWERED, 976 }, { CS_OUTCOME_MISSED, 189 }, { CS_OUTCOME_BUSY, 52 }, { CS_OUTCOME_FAILED, 30 },
  };
  guint outcome = 0, n_left = outcomes[0].n;

  for (int hour = 0; hour < 24; hour++) {
    for (guint i = 0; i < sample_hours[hour]; i++) {
      gint64 talk_us = outcomes[outcome].outcome == CS_OUTCOME_ANSWERED ? 134 * G_USEC_PER_SEC : CS_UNKNOWN;

      put_call (fixture, fixture->today_us + hour * G_TIME_SPAN_HOUR, outcomes[outcome].outcome, talk_us, "02233334444", FALSE);
      if (--n_left == 0 && outcome + 1 < G_N_ELEMENTS (outcomes))
        n_left = outcomes[++outcome].n;
    }
  }
}

static void
put_heartbeat (Fixture        *fixture,
               gint64          at_us,
               CsHealthStatus  status,
               guint           n_phones,
               guint           n_affected)
{
  g_autoptr (CsHealthReport) report = cs_health_report_new (status);
  g_autoptr (GError) error = NULL;

  report->at_us = report->told_us = at_us;
  for (guint i = 0; i < n_phones; i++) {
    g_autofree char *number = g_strdup_printf ("0223333%04u", i);
    CsPhoneHealth *phone = cs_health_report_add_phone (report, number);

    phone->number = g_strdup (number);
    phone->incoming = g_strdup (i < n_affected ? "major_outage" : "active");
    phone->outgoing = g_strdup ("active");
    phone->incoming_affected = i < n_affected;
  }
  cs_store_put_heartbeat (fixture->store, report, &error);
  g_assert_no_error (error);
}

static void
commit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
  fixture->window.snapshot->n_commits++;
}

static GtkWidget *
find (Fixture    *fixture,
      const char *id)
{
  return fixture_find (&fixture->window, id);
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (find (fixture, "monitoring_stack")));
}

static void
show_page (Fixture *fixture)
{
  fixture_show (&fixture->window);
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (find (fixture, "view_stack")), "monitoring");
  fixture_present (&fixture->window);
}

/* Runs the loop until the label says so: reading takes place in another thread. */
static void
wait_for_text (GtkWidget  *widget,
               const char *part,
               const char *expected)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < deadline) {
    g_autofree char *text = get_text (widget, part);

    if (g_strcmp0 (text, expected) == 0)
      return;
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  assert_text (widget, part, expected);
}

static void
wait_for_page (Fixture    *fixture,
               const char *name)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (g_strcmp0 (get_page (fixture), name) != 0 && g_get_monotonic_time () < deadline) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  g_assert_cmpstr (get_page (fixture), ==, name);
}

/* The macro takes its argument's text for a format. */
static void
assert_name (GtkWidget  *widget,
             const char *name)
{
  gtk_test_accessible_assert_property (widget, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

static void
assert_tile (Fixture    *fixture,
             const char *id,
             const char *value,
             const char *name)
{
  wait_for_text (find (fixture, id), "value_label", value);
  assert_name (find (fixture, id), name);
}

static void
test_sample_figures (Fixture       *fixture,
                     gconstpointer  data)
{
  CsBarChart *chart;

  put_sample (fixture);
  commit (fixture);
  show_page (fixture);
  wait_for_page (fixture, "figures");
  assert_tile (fixture, "total_tile", "1247", "Calls: 1247");
  assert_tile (fixture, "answer_rate_tile", "78.3 %", "Answer rate: 78.3 %, could be better");
  assert_tile (fixture, "missed_calls_tile", "189", "Missed: 189");
  assert_tile (fixture, "busy_failed_tile", "82", "Busy or failed: 82");
  assert_tile (fixture, "average_tile", "2:14", "Average duration: 2 minutes 14 seconds");
  assert_tile (fixture, "peak_tile", "11:00", "Peak hour: 11:00");

  chart = cs_bar_chart_view_get_chart (CS_BAR_CHART_VIEW (find (fixture, "part_view")));
  g_assert_cmpuint (chart->n_columns, ==, 4);
  g_assert_cmpstr (chart->columns[0].text, ==, "976 of 1247 (78 %)");
  g_assert_cmpstr (chart->columns[1].text, ==, "189 of 1247 (15 %)");
  g_assert_cmpstr (chart->columns[2].text, ==, "52 of 1247 (4 %)");
  g_assert_cmpstr (chart->columns[3].text, ==, "30 of 1247 (2 %)");
  chart = cs_bar_chart_view_get_chart (CS_BAR_CHART_VIEW (find (fixture, "stack_view")));
  g_assert_cmpuint (chart->n_parts, ==, 4);
  g_assert_cmpfloat (cs_bar_chart_get_total (chart, (guint) cs_bar_chart_find_column (chart, 11)), ==, 152);
}

static void
test_no_data_is_not_zero (Fixture       *fixture,
                          gconstpointer  data)
{
  fixture->window.snapshot->exotel.activity = CS_EXOTEL_IDLE;
  show_page (fixture);
  wait_for_page (fixture, "figures");
  assert_tile (fixture, "total_tile", "0", "Calls: 0");
  assert_tile (fixture, "answer_rate_tile", "–", "Answer rate: not known");
  assert_tile (fixture, "average_tile", "–", "Average duration: not known");
  assert_tile (fixture, "peak_tile", "–", "Peak hour: not known");
  g_assert_false (gtk_widget_get_visible (find_widget (find (fixture, "total_tile"), "change_box")));
  wait_for_text (find (fixture, "health_card"), "sentence_label", "No heartbeat yet");
}

static void
test_not_set_up (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkWidget *button = find (fixture, "set_up_button");
  GtkWidget *row = find (fixture, "heartbeat_row");

  show_page (fixture);
  wait_for_page (fixture, "not-set-up");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "app.preferences-page");
  g_assert_cmpstr (g_variant_get_string (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)), NULL), ==, "exotel");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "https://name.example/webhook/heartbeat/0123456789abcdef");
}

/* Nobody asks Exotel any more, but there was a time when somebody did. */
static void
test_old_calls_are_not_forgotten (Fixture       *fixture,
                                  gconstpointer  data)
{
  put_call (fixture, fixture->today_us - 400 * G_TIME_SPAN_DAY, CS_OUTCOME_ANSWERED, G_USEC_PER_SEC, "02233334444", FALSE);
  commit (fixture);
  show_page (fixture);
  wait_for_page (fixture, "figures");
}

static void
test_health (Fixture       *fixture,
             gconstpointer  data)
{
  gint64 now_us = g_get_real_time ();
  GtkWidget *card = find (fixture, "health_card");

  put_heartbeat (fixture, now_us - G_TIME_SPAN_MINUTE, CS_HEALTH_OK, 12, 0);
  commit (fixture);
  show_page (fixture);
  wait_for_text (card, "sentence_label", "All 12 numbers are healthy");
  assert_name (card, "All 12 numbers are healthy");
  gtk_test_accessible_assert_role (find (fixture, "health_strip"), GTK_ACCESSIBLE_ROLE_LIST);

  put_heartbeat (fixture, now_us, CS_HEALTH_WARNING, 12, 2);
  commit (fixture);
  fixture_show (&fixture->window);
  wait_for_text (card, "sentence_label", "2 of 12 numbers cannot be called");
  assert_text (card, "affected_label", "022 3333 0000, 022 3333 0001");

  put_heartbeat (fixture, now_us + 1, CS_HEALTH_CRITICAL, 12, 12);
  commit (fixture);
  fixture_show (&fixture->window);
  wait_for_text (card, "sentence_label", "None of the 12 numbers can be called");
}

static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  gint64 now_us = g_get_real_time ();
  GtkWidget *card = find (fixture, "health_card");

  put_heartbeat (fixture, now_us - 25 * G_TIME_SPAN_MINUTE, CS_HEALTH_OK, 3, 0);
  commit (fixture);
  show_page (fixture);
  wait_for_text (card, "sentence_label", "Nothing heard for 25 minutes");
  assert_text (card, "times_label", "Last heartbeat: 25 minutes ago");
  assert_text (find (fixture, "row_list"), "health_label", "Not known");
}

/* It grows silent while one looks at it. */
static void
test_silence_by_the_clock (Fixture       *fixture,
                           gconstpointer  data)
{
  gint64 now_us = g_get_real_time ();
  GtkWidget *card = find (fixture, "health_card");

  put_heartbeat (fixture, now_us, CS_HEALTH_OK, 1, 0);
  commit (fixture);
  show_page (fixture);
  wait_for_text (card, "sentence_label", "The number is healthy");
  cs_health_card_tick (CS_HEALTH_CARD (card), now_us + 16 * G_TIME_SPAN_MINUTE);
  assert_text (card, "sentence_label", "Nothing heard for 16 minutes");
}

static void
test_thresholds (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkWidget *tile = find (fixture, "answer_rate_tile");
  GtkWidget *image = find_widget (tile, "rating_image");

  put_calls (fixture, 17, 3);
  commit (fixture);
  show_page (fixture);
  assert_tile (fixture, "answer_rate_tile", "85.0 %", "Answer rate: 85.0 %, good");
  g_assert_true (gtk_widget_has_css_class (image, "success"));

  put_calls (fixture, 0, 1);
  commit (fixture);
  fixture_show (&fixture->window);
  assert_tile (fixture, "answer_rate_tile", "81.0 %", "Answer rate: 81.0 %, could be better");
  g_assert_true (gtk_widget_has_css_class (image, "warning"));
  g_assert_false (gtk_widget_has_css_class (image, "success"));

  g_settings_set_int (fixture->window.settings, "answer-rate-warning", 82);
  assert_name (tile, "Answer rate: 81.0 %, too low");
  g_assert_true (gtk_widget_has_css_class (image, "error"));
}

/* What is rounded never says all or none where it isn't. */
static void
test_rates (void)
{
  static const struct {
    guint n_answered;
    guint n_missed;
    const char *text;
    CsRating rating;
  } cases[] = {
    { 0, 0, "–", CS_RATING_NONE },         { 1, 0, "100.0 %", CS_RATING_GOOD },  { 9999, 1, "99.9 %", CS_RATING_GOOD },
    { 1, 9999, "0.1 %", CS_RATING_BAD },   { 0, 3, "0.0 %", CS_RATING_BAD },     { 85, 15, "85.0 %", CS_RATING_GOOD },
    { 849, 151, "84.9 %", CS_RATING_WARNING }, { 70, 30, "70.0 %", CS_RATING_WARNING }, { 699, 301, "69.9 %", CS_RATING_BAD },
  };
  CsRatingLimits limits = { 85, 70 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CsMetrics metrics = { 0 };
    g_autofree char *text = NULL;

    metrics.outcomes[CS_OUTCOME_ANSWERED] = cases[i].n_answered;
    metrics.outcomes[CS_OUTCOME_MISSED] = cases[i].n_missed;
    text = cs_answer_rate_format (&metrics);
    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_cmpint (cs_answer_rate_get_rating (&metrics, &limits), ==, cases[i].rating);
  }
}

static void
test_estimate_is_marked (Fixture       *fixture,
                         gconstpointer  data)
{
  put_call (fixture, fixture->today_us, CS_OUTCOME_ANSWERED, CS_UNKNOWN, "02233334444", TRUE);
  commit (fixture);
  show_page (fixture);
  wait_for_text (find (fixture, "answer_rate_tile"), "value_label", "≈ 100.0 %");
  g_assert_true (gtk_widget_get_visible (find (fixture, "estimate_label")));
  assert_text (find (fixture, "monitoring_tiles"), "estimate_label",
               "The answer rate is estimated: this account delivers no details");
}

static void
test_filter_reads_again (Fixture       *fixture,
                         gconstpointer  data)
{
  GtkDropDown *period = GTK_DROP_DOWN (find (fixture, "period_drop_down"));
  GtkDropDown *number = GTK_DROP_DOWN (find (fixture, "number_drop_down"));
  GtkDropDown *status = GTK_DROP_DOWN (find (fixture, "status_drop_down"));

  put_call (fixture, fixture->today_us, CS_OUTCOME_ANSWERED, 60 * G_USEC_PER_SEC, "02233334444", FALSE);
  put_call (fixture, fixture->today_us, CS_OUTCOME_MISSED, CS_UNKNOWN, "02233335555", FALSE);
  put_call (fixture, fixture->today_us, CS_OUTCOME_ANSWERED, 60 * G_USEC_PER_SEC, "02233335555", FALSE);
  put_call (fixture, fixture->today_us - 1, CS_OUTCOME_MISSED, CS_UNKNOWN, "02233334444", FALSE);
  put_call (fixture, fixture->today_us - 8 * G_TIME_SPAN_DAY, CS_OUTCOME_MISSED, CS_UNKNOWN, "02233334444", FALSE);
  commit (fixture);
  show_page (fixture);
  assert_tile (fixture, "total_tile", "3", "Calls: 3");
  assert_text (find (fixture, "total_tile"), "change_label", "from 1");
  gtk_test_accessible_assert_property (find (fixture, "total_tile"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Before (all of yesterday): 1");

  gtk_drop_down_set_selected (period, 1);
  assert_tile (fixture, "total_tile", "1", "Calls: 1");
  gtk_drop_down_set_selected (period, 2);
  assert_tile (fixture, "total_tile", "4", "Calls: 4");
  gtk_drop_down_set_selected (period, 3);
  assert_tile (fixture, "total_tile", "5", "Calls: 5");
  gtk_drop_down_set_selected (period, 0);
  assert_tile (fixture, "total_tile", "3", "Calls: 3");

  /* All numbers, then by calls: the one with two comes first. */
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (number)), ==, 3);
  gtk_drop_down_set_selected (number, 1);
  assert_tile (fixture, "total_tile", "2", "Calls: 2");
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (number)), ==, 3);
  /* Of missed calls none was answered: that is no rate. */
  gtk_drop_down_set_selected (status, 2);
  assert_tile (fixture, "total_tile", "1", "Calls: 1");
  assert_tile (fixture, "answer_rate_tile", "–", "Answer rate: not known");
}

static void
test_range (Fixture       *fixture,
            gconstpointer  data)
{
  GTimeZone *zone = fixture->window.snapshot->exotel_zone;
  g_autoptr (GDateTime) first = g_date_time_new_local (2026, 1, 10, 12, 0, 0);
  g_autoptr (GDateTime) last = g_date_time_new_local (2026, 1, 11, 12, 0, 0);
  GtkWidget *filter;
  gint64 tenth_us;

  g_assert_true (cs_day_parse (zone, "2026-01-10", &tenth_us));
  put_call (fixture, tenth_us - 1, CS_OUTCOME_ANSWERED, CS_UNKNOWN, "02233334444", FALSE);
  put_call (fixture, tenth_us, CS_OUTCOME_ANSWERED, CS_UNKNOWN, "02233334444", FALSE);
  put_call (fixture, tenth_us + 2 * G_TIME_SPAN_DAY - 1, CS_OUTCOME_ANSWERED, CS_UNKNOWN, "02233334444", FALSE);
  put_call (fixture, tenth_us + 2 * G_TIME_SPAN_DAY, CS_OUTCOME_ANSWERED, CS_UNKNOWN, "02233334444", FALSE);
  commit (fixture);
  show_page (fixture);
  wait_for_page (fixture, "figures");
  filter = find (fixture, "call_filter");
  g_assert_false (gtk_widget_get_visible (find_widget (filter, "date_range")));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (fixture, "period_drop_down")), 4);
  g_assert_true (gtk_widget_get_visible (find_widget (filter, "date_range")));
  gtk_calendar_select_day (GTK_CALENDAR (find_widget (filter, "first_calendar")), first);
  gtk_calendar_select_day (GTK_CALENDAR (find_widget (filter, "last_calendar")), last);
  g_assert_cmpstr (gtk_menu_button_get_label (GTK_MENU_BUTTON (find_widget (filter, "first_button"))), ==, "10 Jan 2026");
  assert_tile (fixture, "total_tile", "2", "Calls: 2");
  assert_text (find (fixture, "monitoring_tiles"), "period_label", "Arrows compare with 8 Jan – 9 Jan");
  /* A first day after the last one moves that with it. */
  gtk_calendar_select_day (GTK_CALENDAR (find_widget (filter, "last_calendar")), first);
  gtk_calendar_select_day (GTK_CALENDAR (find_widget (filter, "first_calendar")), last);
  g_assert_cmpstr (gtk_menu_button_get_label (GTK_MENU_BUTTON (find_widget (filter, "last_button"))), ==, "11 Jan 2026");
  assert_tile (fixture, "total_tile", "1", "Calls: 1");
}

/* Only another number of commits is a reason to read again, and only while the page can be seen. */
static void
test_reads_when_needed (Fixture       *fixture,
                        gconstpointer  data)
{
  put_calls (fixture, 1, 0);
  commit (fixture);
  show_page (fixture);
  assert_tile (fixture, "total_tile", "1", "Calls: 1");

  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (find (fixture, "view_stack")), "today");
  put_calls (fixture, 1, 0);
  commit (fixture);
  fixture_show (&fixture->window);
  for (int i = 0; i < 50; i++) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (2000);
  }
  assert_text (find (fixture, "total_tile"), "value_label", "1");
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (find (fixture, "view_stack")), "monitoring");
  assert_tile (fixture, "total_tile", "2", "Calls: 2");
}

static void
test_hostile_names (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) phones = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_phone_free);
  g_autoptr (GError) error = NULL;
  GtkWidget *list = find (fixture, "row_list");

  g_ptr_array_add (phones, cs_phone_new ("a", "02233334444", "<b>Sales</b>\n&amp;\xE2\x80\xAE"));
  cs_store_put_phones (fixture->store, phones, &error);
  g_assert_no_error (error);
  put_calls (fixture, 3, 1);
  commit (fixture);
  show_page (fixture);
  assert_tile (fixture, "total_tile", "4", "Calls: 4");
  assert_text (list, "name_label", "<b>Sales</b> &amp;");
  assert_text (list, "number_label", "022 3333 4444");
  assert_text (list, "calls_label", "4");
  assert_text (list, "rate_label", "75.0 %");
  assert_text (list, "missed_label", "1");
  assert_name (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0)),
               "<b>Sales</b> &amp;, 022 3333 4444: calls 4, answer rate 75.0 %, missed 1, health: Not known");
}

static void
test_sorting (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *list = find (fixture, "row_list");
  GtkWidget *name_button = gtk_widget_get_first_child (find (fixture, "head"));
  static const char *const numbers[] = { "02233331111", "02233332222", "02233332222" };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    put_call (fixture, fixture->today_us, CS_OUTCOME_ANSWERED, CS_UNKNOWN, numbers[i], FALSE);
  commit (fixture);
  show_page (fixture);
  assert_tile (fixture, "total_tile", "3", "Calls: 3");
  assert_text (list, "name_label", "022 3333 2222");
  g_signal_emit_by_name (name_button, "clicked");
  assert_text (list, "name_label", "022 3333 1111");
  g_signal_emit_by_name (name_button, "clicked");
  assert_text (list, "name_label", "022 3333 2222");
}

static void
test_trouble (Fixture       *fixture,
              gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->window.snapshot;
  GtkWidget *bar = find (fixture, "exotel_bar");
  gint64 noon_us = fixture->today_us + 12 * G_TIME_SPAN_HOUR;

  snapshot->exotel.activity = CS_EXOTEL_IDLE;
  snapshot->exotel.good_us = noon_us;
  cs_exotel_bar_apply_snapshot (CS_EXOTEL_BAR (bar), snapshot, noon_us);
  assert_text (bar, "state_text_label", "As of 12:00.");
  g_assert_false (gtk_widget_get_visible (find_widget (bar, "trouble_image")));

  snapshot->exotel.error = g_strdup ("Wrong key.");
  snapshot->exotel.next_us = noon_us + G_TIME_SPAN_MINUTE;
  snapshot->exotel.is_complete = FALSE;
  snapshot->exotel.n_missing = 12;
  snapshot->exotel.n_unreadable = 2;
  snapshot->exotel.fault = g_strdup ("no <b>Sid</b>");
  cs_exotel_bar_apply_snapshot (CS_EXOTEL_BAR (bar), snapshot, noon_us);
  assert_text (bar, "state_text_label",
               "As of 12:00. Exotel doesn’t answer. Wrong key. Next try: 12:01. 12 records are missing. "
               "2 records couldn’t be read. The first: no <b>Sid</b>");
  g_assert_true (gtk_widget_get_visible (find_widget (bar, "trouble_image")));
}

static void
test_import_progress (Fixture       *fixture,
                      gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->window.snapshot;
  GtkWidget *bar = find (fixture, "exotel_bar");
  gint64 now_us = g_get_real_time ();

  snapshot->exotel.activity = CS_EXOTEL_IDLE;
  cs_exotel_bar_apply_snapshot (CS_EXOTEL_BAR (bar), snapshot, now_us);
  g_assert_false (gtk_widget_get_visible (find_widget (bar, "progress_box")));

  snapshot->exotel.is_importing = TRUE;
  snapshot->exotel.began_us = now_us - 40 * G_USEC_PER_SEC;
  snapshot->exotel.n_done = 12400;
  snapshot->exotel.fraction = 0.25;
  cs_exotel_bar_apply_snapshot (CS_EXOTEL_BAR (bar), snapshot, now_us);
  g_assert_true (gtk_widget_get_visible (find_widget (bar, "progress_box")));
  g_assert_true (gtk_widget_get_visible (find_widget (bar, "cancel_button")));
  assert_text (bar, "progress_label", "Importing history · 12400 calls · 310 a second · about 2 minutes left");
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (find_widget (bar, "progress_bar"))), ==, 0.25);

  /* What is being fetched isn't told as a trouble; what had come before an interruption doesn't make the rest quick. */
  snapshot->exotel.is_complete = FALSE;
  snapshot->exotel.began_fraction = 0.15;
  cs_exotel_bar_apply_snapshot (CS_EXOTEL_BAR (bar), snapshot, now_us);
  assert_text (bar, "progress_label", "Importing history · 12400 calls · 310 a second · about 5 minutes left");
  g_assert_false (gtk_widget_get_visible (find_widget (bar, "trouble_image")));
}

/* Nothing of the page makes the window wider than a telephone. */
static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  int minimum;

  put_sample (fixture);
  put_heartbeat (fixture, g_get_real_time (), CS_HEALTH_WARNING, 12, 2);
  commit (fixture);
  show_page (fixture);
  assert_tile (fixture, "total_tile", "1247", "Calls: 1247");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (fixture, "period_drop_down")), 4);
  gtk_widget_measure (find (fixture, "monitoring_bin"), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static void
test_unreadable (Fixture       *fixture,
                 gconstpointer  data)
{
  g_free (fixture->window.snapshot->data_dir);
  fixture->window.snapshot->data_dir = g_build_filename (fixture->data_dir, "nothing", NULL);
  show_page (fixture);
  wait_for_page (fixture, "unreadable");
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/monitoring-page/sample-figures", test_sample_figures);
  add ("/monitoring-page/no-data-is-not-zero", test_no_data_is_not_zero);
  add ("/monitoring-page/not-set-up", test_not_set_up);
  add ("/monitoring-page/old-calls-are-not-forgotten", test_old_calls_are_not_forgotten);
  add ("/monitoring-page/health", test_health);
  add ("/monitoring-page/silence", test_silence);
  add ("/monitoring-page/silence-by-the-clock", test_silence_by_the_clock);
  add ("/monitoring-page/thresholds", test_thresholds);
  g_test_add_func ("/monitoring-page/rates", test_rates);
  add ("/monitoring-page/estimate-is-marked", test_estimate_is_marked);
  add ("/monitoring-page/filter-reads-again", test_filter_reads_again);
  add ("/monitoring-page/range", test_range);
  add ("/monitoring-page/reads-when-needed", test_reads_when_needed);
  add ("/monitoring-page/hostile-names", test_hostile_names);
  add ("/monitoring-page/sorting", test_sorting);
  add ("/monitoring-page/trouble", test_trouble);
  add ("/monitoring-page/import-progress", test_import_progress);
  add ("/monitoring-page/narrow", test_narrow);
  add ("/monitoring-page/unreadable", test_unreadable);
  return g_test_run ();
}
