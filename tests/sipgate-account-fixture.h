/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-sipgate-account.h"
#include "engine/cs-upkeep.h"
#include "fake-sipgate.h"
#include "sipgate/cs-sipgate-event.h"
#include "store-fixture.h"
#include "store/cs-store-health.h"

#include <glib/gstdio.h>
#include <string.h>

#define HERE "https://here.example/webhook/sipgate/token-0123456789abcdef"

/* A fake sipgate, and an account with a store of its own that can be closed and opened again, as the program is. */
typedef struct {
  FakeSipgate *fake;
  char *dir;
  CsEngineConfig *config;
  gint64 now_us;

  CsStore *store;
  CsRecorder *recorder;
  CsSipgateAccount *account;
} Lab;

static inline void
lab_ignore (gpointer data)
{
}

static inline void
lab_open (Lab    *lab,
          double  time_scale)
{
  g_autoptr (GError) error = NULL;
  CsSipgateLimits limits;

  lab->store = cs_store_open (lab->dir, &error);
  g_assert_no_error (error);
  lab->recorder = cs_recorder_new (lab->store, lab_ignore, lab);
  lab->account = cs_sipgate_account_new (lab->store, lab->recorder, lab_ignore, lab);
  cs_sipgate_limits_init (&limits);
  limits.page_items = 3;
  limits.time_scale = time_scale;
  cs_sipgate_account_set_limits (lab->account, &limits);
}

static inline void
lab_close (Lab *lab)
{
  g_clear_pointer (&lab->account, cs_sipgate_account_free);
  g_clear_pointer (&lab->recorder, cs_recorder_free);
  g_clear_pointer (&lab->store, cs_store_close);
  for (guint i = 0; i < 20 || g_main_context_pending (NULL); i++)
    g_main_context_iteration (NULL, FALSE);
}

static inline void
lab_set_up (Lab           *lab,
            gconstpointer  data)
{
  lab->fake = fake_sipgate_new ();
  lab->dir = store_dir_new ();
  lab->now_us = g_get_real_time () / G_USEC_PER_SEC * G_USEC_PER_SEC;
  lab->config = cs_engine_config_new ();
  lab->config->sipgate_api_url = g_strdup (fake_sipgate_get_url (lab->fake));
  lab->config->sipgate_token_id = g_strdup (FAKE_SIPGATE_TOKEN_ID);
  lab->config->sipgate_token = g_strdup (FAKE_SIPGATE_TOKEN);
  lab->config->sipgate_caller = g_strdup ("");
  lab->config->webhook_token = g_strdup ("token-0123456789abcdef");
  lab_open (lab, 1.0);
}

/* No file of the data has the secrets, and nobody else may read one. */
static inline void
lab_assert_secret (Lab *lab)
{
  g_autoptr (GDir) dir = g_dir_open (lab->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (lab->dir, name, NULL), *bytes = NULL;
      gsize length;
      GStatBuf status;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_null (memmem (bytes, length, FAKE_SIPGATE_TOKEN, strlen (FAKE_SIPGATE_TOKEN)));
      g_assert_null (memmem (bytes, length, FAKE_SIPGATE_TOKEN_ID, strlen (FAKE_SIPGATE_TOKEN_ID)));
      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0077, ==, 0);
    }
}

/* Whatever happened, the figures add up, a rebuild changes no call, the second server heard nothing, and secrets stayed secret. */
static inline void
lab_tear_down (Lab           *lab,
               gconstpointer  data)
{
  static const char calls[] = "SELECT id, outcome, seen_us, started_us, answered_us, ended_us, wait_us, talk_us, answered_by, from_number,"
                              " to_number, cause, callback FROM call ORDER BY id";
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_events, n_calls;

  lab_close (lab);
  lab_assert_secret (lab);
  store_assert_sound (lab->dir);
  before = store_sql_text (lab->dir, calls);
  cs_upkeep_rebuild (lab->dir, 240, &n_events, &n_calls, &error);
  g_assert_no_error (error);
  after = store_sql_text (lab->dir, calls);
  g_assert_cmpstr (after, ==, before);
  store_assert_sound (lab->dir);

  g_assert_cmpuint (fake_sipgate_get_n_bystander_requests (lab->fake), ==, 0);
  fake_sipgate_free (lab->fake);
  cs_engine_config_free (lab->config);
  store_dir_free (lab->dir);
}

/* Runs until sipgate isn't asked any more. */
static inline void
lab_settle (Lab *lab)
{
  while (cs_sipgate_account_get_state (lab->account)->activity == CS_SIPGATE_BUSY)
    g_main_context_iteration (NULL, TRUE);
  cs_recorder_commit (lab->recorder);
}

static inline void
lab_configure (Lab *lab)
{
  cs_sipgate_account_configure (lab->account, lab->config);
  lab_settle (lab);
}

/* A push that arrived so many seconds ago. */
static inline void
lab_push (Lab        *lab,
          double      seconds_ago,
          const char *form)
{
  g_autoptr (GBytes) body = g_bytes_new (form, strlen (form));
  g_autoptr (GError) error = NULL;
  g_autoptr (CsCallEvent) event = cs_sipgate_event_parse (body, &error);

  g_assert_no_error (error);
  cs_recorder_record_at (lab->recorder, event, body, lab->now_us - (gint64) (seconds_ago * G_USEC_PER_SEC), NULL, NULL);
  cs_recorder_commit (lab->recorder);
}

/* An entry of the history; words: direction, status, callStatus, responder ("" for none). */
static inline void
lab_add_item (Lab         *lab,
              const char  *call_id,
              gint64       seconds_ago,
              guint        duration,
              const char  *direction,
              const char  *status,
              const char  *call_status,
              const char  *responder)
{
  g_autoptr (GDateTime) created = g_date_time_new_from_unix_utc (lab->now_us / G_USEC_PER_SEC - seconds_ago);
  g_autofree char *created_text = g_date_time_format (created, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *json = g_strdup_printf ("{\"id\":\"x\",\"callId\":\"%s\",\"type\":\"CALL\",\"source\":\"+4930123456\","
                                           "\"target\":\"+4921112345678\",\"created\":\"%s\",\"lastModified\":\"%s\",\"duration\":%u,"
                                           "\"direction\":\"%s\",\"status\":\"%s\",\"callStatus\":\"%s\",\"responder\":\"%s\"}",
                                           call_id, created_text, created_text, duration, direction, status, call_status, responder);

  fake_sipgate_add_item (lab->fake, json);
}

static inline char *
lab_query (Lab        *lab,
           const char *query)
{
  return store_sql_text (lab->dir, query);
}
