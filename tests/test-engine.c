/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine-fixture.h"

/* The service thread logs it before the client has its answer. */
static void
expect_refusal (void)
{
  g_test_expect_message ("callstats", G_LOG_LEVEL_WARNING, "A request was refused: *");
}

static gboolean
can_connect (guint port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RawClient) client = raw_client_new (port, &error);

  g_assert_true (client != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED));
  return client != NULL;
}

static void
test_constructs (void)
{
  CsEngine *engine = cs_engine_new ();

  g_assert_null (cs_engine_get_snapshot (engine));
  cs_engine_settle_callbacks (engine, 1);
  cs_engine_stop (engine);
  g_assert_finalize_object (engine);
}

static void
test_has_a_snapshot_when_started (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (plant->engine);

  g_assert_cmpuint (snapshot->webhook_port, !=, 0);
  g_assert_cmpuint (snapshot->api_port, !=, 0);
  g_assert_null (snapshot->webhook_error);
  g_assert_null (snapshot->api_error);
  g_assert_null (snapshot->storage_error);
  g_assert_null (snapshot->sipgate_url);
  g_assert_cmpstr (snapshot->sipgate_path, ==, "/webhook/sipgate/" TOKEN);
  g_assert_cmpint (snapshot->last_event_us, ==, CS_UNKNOWN);
  g_assert_false (snapshot->has_calls);
  g_assert_true (can_connect (snapshot->webhook_port) && can_connect (snapshot->api_port));
}

static void
test_unusable_folder_is_an_error (void)
{
  g_autoptr (Plant) plant = plant_new ();
  g_autoptr (CsEngineConfig) wrong = make_config ("/nonexistent/callstats");
  g_autoptr (GError) error = NULL;

  g_assert_false (cs_engine_start (plant->engine, wrong, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IO);
  g_assert_null (cs_engine_get_snapshot (plant->engine));
  /* Another one is as good as ever. */
  start (plant);
  g_assert_cmpuint (post (plant, "newCall a"), ==, 200);
}

static void
test_folder_in_use_is_an_error (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  CsEngine *second = cs_engine_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (cs_engine_start (second, plant->config, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IN_USE);
  g_assert_finalize_object (second);
  g_assert_cmpuint (post (plant, "newCall a"), ==, 200);
}

static gboolean
has_running (const CsSnapshot *snapshot)
{
  return snapshot->active->len == 1;
}

static gboolean
has_answered (const CsSnapshot *snapshot)
{
  return snapshot->incoming.outcomes[CS_OUTCOME_ANSWERED] == 1;
}

static void
test_call_is_shown_from_ring_to_end (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) ringing = NULL, ended = NULL;

  g_assert_cmpuint (post (plant, "newCall a users=Alice"), ==, 200);
  ringing = wait_for (plant, has_running);
  g_assert_cmpstr (((CsCall *) ringing->active->pdata[0])->offered, ==, "Alice");
  g_assert_cmpint (ringing->last_event_us, !=, CS_UNKNOWN);
  g_assert_true (ringing->has_calls);

  g_assert_cmpuint (post (plant, "answer a users=Alice ids=w0"), ==, 200);
  g_assert_cmpuint (post (plant, "hangup a cause=normalClearing"), ==, 200);
  ended = wait_for (plant, has_answered);
  g_assert_cmpuint (ended->active->len, ==, 0);
  g_assert_cmpuint (ended->latest->len, ==, 1);
  /* A snapshot never changes. */
  g_assert_cmpuint (ringing->active->len, ==, 1);
}

typedef struct {
  GMainContext *context;
  guint n_emissions;
} Owner;

static void
on_owner_snapshot (CsEngine *engine,
                   gpointer  data)
{
  Owner *owner = data;

  g_assert_true (g_main_context_is_owner (owner->context));
  owner->n_emissions++;
}

/* Whoever made the engine hears of it where it lives, and not before it listens. */
static void
test_signal_comes_in_the_owner_s_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *dir = store_dir_new ();
  g_autoptr (CsEngineConfig) config = make_config (dir);
  g_autoptr (GError) error = NULL;
  Owner owner = { context, 0 };
  CsEngine *engine;
  gint64 end_us;

  g_main_context_push_thread_default (context);
  engine = cs_engine_new ();
  g_main_context_pop_thread_default (context);
  g_signal_connect (engine, "snapshot", G_CALLBACK (on_owner_snapshot), &owner);
  g_assert_true (cs_engine_start (engine, config, &error));
  for (int i = 0; i < 20; i++)
    {
      cs_engine_configure (engine, config);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (5000);
    }
  g_assert_cmpuint (owner.n_emissions, ==, 0);

  /* Of all that came meanwhile there is one announcement. */
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (owner.n_emissions, ==, 1);
  cs_engine_configure (engine, config);
  end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;
  while (owner.n_emissions < 2 && g_get_monotonic_time () < end_us)
    g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (owner.n_emissions, ==, 2);
  cs_engine_stop (engine);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_finalize_object (engine);
  store_dir_free (g_steal_pointer (&dir));
}

/* Returns a port that nobody listens on. */
static guint16
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  return port;
}

static guint wanted_port;

static gboolean
has_wanted_port (const CsSnapshot *snapshot)
{
  return snapshot->webhook_port == wanted_port;
}

static void
test_changed_port_is_listened_on (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) before = cs_engine_get_snapshot (plant->engine), after = NULL;

  plant->config->webhook_port = wanted_port = find_free_port ();
  cs_engine_configure (plant->engine, plant->config);
  after = wait_for (plant, has_wanted_port);
  g_assert_false (can_connect (before->webhook_port));
  g_assert_true (can_connect (after->webhook_port));
  /* The other one is left in peace. */
  g_assert_cmpuint (after->api_port, ==, before->api_port);
  g_assert_cmpuint (post (plant, "newCall a"), ==, 200);
}

static gboolean
has_port_error (const CsSnapshot *snapshot)
{
  return snapshot->webhook_error != NULL;
}

static gboolean
has_no_port_error (const CsSnapshot *snapshot)
{
  return snapshot->webhook_error == NULL;
}

static void
test_port_in_use_is_shown_until_it_is_free (void)
{
  g_autoptr (Plant) plant = plant_new ();
  g_autoptr (GSocketListener) other = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (other, NULL, NULL);
  g_autofree char *number = g_strdup_printf ("Port %u is already in use", port);
  g_autoptr (CsSnapshot) taken = NULL, had = NULL;

  plant->config->webhook_port = port;
  start (plant);
  taken = wait_for (plant, has_port_error);
  g_assert_true (g_str_has_prefix (taken->webhook_error, number));
  g_assert_cmpuint (taken->webhook_port, ==, 0);
  g_assert_cmpuint (taken->api_port, !=, 0);

  /* The same settings are tried again. */
  g_socket_listener_close (other);
  cs_engine_configure (plant->engine, plant->config);
  had = wait_for (plant, has_no_port_error);
  g_assert_cmpuint (had->webhook_port, ==, port);
  g_assert_cmpuint (post (plant, "newCall a"), ==, 200);
}

static gboolean
has_no_api (const CsSnapshot *snapshot)
{
  return snapshot->api_port == 0;
}

static gboolean
has_api (const CsSnapshot *snapshot)
{
  return snapshot->api_port != 0;
}

static void
test_api_can_be_switched_off_and_on (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) on = cs_engine_get_snapshot (plant->engine), off = NULL, again = NULL;

  plant->config->api_enabled = FALSE;
  cs_engine_configure (plant->engine, plant->config);
  off = wait_for (plant, has_no_api);
  g_assert_null (off->api_error);
  g_assert_false (can_connect (on->api_port));
  plant->config->api_enabled = TRUE;
  cs_engine_configure (plant->engine, plant->config);
  again = wait_for (plant, has_api);
  g_assert_true (can_connect (again->api_port));
}

static gboolean
has_url (const CsSnapshot *snapshot)
{
  return g_strcmp0 (snapshot->sipgate_url, "https://name.example/webhook/sipgate/ffff") == 0;
}

static void
test_renewed_token_locks_the_old_one_out (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autofree char *old = NULL, *new = NULL;

  g_free (plant->config->webhook_token);
  g_free (plant->config->public_url);
  plant->config->webhook_token = g_strdup ("ffff");
  plant->config->public_url = g_strdup ("https://name.example");
  cs_engine_configure (plant->engine, plant->config);
  snapshot = wait_for (plant, has_url);
  expect_refusal ();
  old = post_to (snapshot->webhook_port, TOKEN, "event=newCall&callId=a");
  g_test_assert_expected_messages ();
  new = post_to (snapshot->webhook_port, "ffff", "event=newCall&callId=a");
  g_assert_true (g_str_has_prefix (old, "HTTP/1.1 404 "));
  g_assert_true (g_str_has_prefix (new, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (new, "https://name.example/webhook/sipgate/ffff"));
}

static gboolean
has_refusal (const CsSnapshot *snapshot)
{
  return snapshot->refusals[CS_REFUSAL_SIGNATURE] == 1;
}

static void
test_refusals_are_counted_and_change_nothing (void)
{
  g_autoptr (Plant) plant = plant_new ();
  g_autoptr (CsSnapshot) snapshot = NULL;

  plant->config->verify_signature = TRUE;
  start (plant);
  expect_refusal ();
  g_assert_cmpuint (post (plant, "newCall a"), ==, 403);
  g_test_assert_expected_messages ();
  snapshot = wait_for (plant, has_refusal);
  g_assert_cmpint (snapshot->last_refusal_us, !=, CS_UNKNOWN);
  g_assert_cmpint (snapshot->last_event_us, ==, CS_UNKNOWN);
  g_assert_false (snapshot->has_calls);
}

static void
test_missing_key_refuses_everything_and_says_so (void)
{
  g_autoptr (Plant) plant = plant_new ();
  g_autoptr (CsSnapshot) broken = NULL, mended = NULL;

  plant->config->verify_signature = TRUE;
  g_free (plant->config->public_key_file);
  plant->config->public_key_file = g_strdup ("/nonexistent/key.pem");
  start (plant);
  broken = wait_for (plant, has_port_error);
  g_assert_nonnull (strstr (broken->webhook_error, "Signatures can't be verified"));
  expect_refusal ();
  g_assert_cmpuint (post (plant, "newCall a"), ==, 403);
  g_test_assert_expected_messages ();

  plant->config->verify_signature = FALSE;
  cs_engine_configure (plant->engine, plant->config);
  mended = wait_for (plant, has_no_port_error);
  g_assert_cmpuint (post (plant, "newCall a"), ==, 200);
}

static gboolean
has_callback (const CsSnapshot *snapshot)
{
  return snapshot->n_callbacks == 1;
}

static gboolean
has_ended_without_callback (const CsSnapshot *snapshot)
{
  return snapshot->latest->len == 1 && snapshot->n_callbacks == 0;
}

static void
test_tick_takes_a_call_off_the_list (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) before = NULL, after = NULL;

  post (plant, "newCall a");
  post (plant, "hangup a cause=cancel");
  before = wait_for (plant, has_callback);
  g_assert_true (((CsCall *) before->latest->pdata[0])->needs_callback);
  cs_engine_settle_callbacks (plant->engine, ((CsCall *) before->latest->pdata[0])->id);
  after = wait_for (plant, has_ended_without_callback);
  g_assert_false (((CsCall *) after->latest->pdata[0])->needs_callback);
  cs_engine_stop (plant->engine);
  g_assert_cmpint (store_sql_number (plant->dir, "SELECT count(*) FROM call WHERE done_us IS NOT NULL"), ==, 1);
}

static void
test_stop_keeps_all_and_frees_all (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) running = cs_engine_get_snapshot (plant->engine), again = NULL;

  g_assert_cmpuint (post (plant, "newCall a"), ==, 200);
  cs_engine_settle_callbacks (plant->engine, 1);
  cs_engine_stop (plant->engine);
  cs_engine_stop (plant->engine);
  g_assert_false (can_connect (running->webhook_port) || can_connect (running->api_port));
  g_assert_cmpint (store_sql_number (plant->dir, "SELECT count(*) FROM event"), ==, 1);
  store_assert_sound (plant->dir);

  /* It starts again, and the call goes on. */
  start (plant);
  again = wait_for (plant, has_running);
  g_assert_cmpuint (post (plant, "answer a users=Bob"), ==, 200);
  cs_engine_stop (plant->engine);
  g_assert_cmpint (store_sql_number (plant->dir, "SELECT count(*) FROM leg WHERE answered_us IS NOT NULL"), ==, 1);
}

/* Somebody stands in the middle of a request: the end doesn't wait for him for long. */
static void
test_stop_is_not_held_up (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (plant->engine);
  g_autoptr (RawClient) idle = raw_client_new (snapshot->webhook_port, NULL);
  g_autoptr (RawClient) half = raw_client_new (snapshot->api_port, NULL);
  gint64 began_us;

  raw_client_send (half, "GET /api/health HTTP/1.1\r\nHost:", -1);
  g_usleep (20000);
  began_us = g_get_monotonic_time ();
  cs_engine_stop (plant->engine);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 5 * G_USEC_PER_SEC);
  g_assert_true (raw_client_wait (idle) && raw_client_wait (half));
}

static void
test_sample_has_a_month_of_calls (void)
{
  g_autoptr (Plant) plant = plant_new ();
  g_autoptr (CsSnapshot) snapshot = NULL;

  plant->config->is_sample = TRUE;
  start (plant);
  snapshot = cs_engine_get_snapshot (plant->engine);
  g_assert_true (snapshot->is_sample);
  g_assert_true (snapshot->has_calls);
  g_assert_cmpuint (snapshot->latest->len, ==, 30);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/constructs", test_constructs);
  g_test_add_func ("/engine/start/has-a-snapshot", test_has_a_snapshot_when_started);
  g_test_add_func ("/engine/start/unusable-folder-is-an-error", test_unusable_folder_is_an_error);
  g_test_add_func ("/engine/start/folder-in-use-is-an-error", test_folder_in_use_is_an_error);
  g_test_add_func ("/engine/start/sample-has-a-month-of-calls", test_sample_has_a_month_of_calls);
  g_test_add_func ("/engine/snapshot/shows-a-call-from-ring-to-end", test_call_is_shown_from_ring_to_end);
  g_test_add_func ("/engine/snapshot/signal-comes-in-the-owner-s-context", test_signal_comes_in_the_owner_s_context);
  g_test_add_func ("/engine/snapshot/refusals-are-counted-and-change-nothing",
                   test_refusals_are_counted_and_change_nothing);
  g_test_add_func ("/engine/configure/changed-port-is-listened-on", test_changed_port_is_listened_on);
  g_test_add_func ("/engine/configure/port-in-use-is-shown-until-it-is-free", test_port_in_use_is_shown_until_it_is_free);
  g_test_add_func ("/engine/configure/api-can-be-switched-off-and-on", test_api_can_be_switched_off_and_on);
  g_test_add_func ("/engine/configure/renewed-token-locks-the-old-one-out", test_renewed_token_locks_the_old_one_out);
  g_test_add_func ("/engine/configure/missing-key-refuses-everything-and-says-so",
                   test_missing_key_refuses_everything_and_says_so);
  g_test_add_func ("/engine/tick/takes-a-call-off-the-list", test_tick_takes_a_call_off_the_list);
  g_test_add_func ("/engine/stop/keeps-all-and-frees-all", test_stop_keeps_all_and_frees_all);
  g_test_add_func ("/engine/stop/is-not-held-up", test_stop_is_not_held_up);
  return g_test_run ();
}
