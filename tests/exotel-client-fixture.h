/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"
#include "exotel/cs-exotel-client.h"
#include "fake-exotel.h"

#include <string.h>

#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

/* A client, the fake Exotel it talks to, and what a fetch brought. */
typedef struct {
  FakeExotel *fake;
  CsExotelLimits limits;
  CsExotelConfig config;
  CsExotelClient *client;     /* made by fixture_get_client() */
  GCancellable *cancellable;
  gint64 now_us;              /* whole seconds */

  GPtrArray *calls;           /* (element-type CsCall) all pages' */
  guint n_pages;
  guint stop_at;              /* the page on which on_page says next; 0: none */
  CsExotelNext next;
  char *resume;               /* of the last page */
  double fraction;
  gint64 n_total;
  guint n_done;
  CsExotelFetch *fetch;       /* that waits */

  gboolean is_done;
  char *base_url;
  CsExotelResult *result;
  GPtrArray *phones;
  GError *error;
} Fixture;

static inline void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->fake = fake_exotel_new ();
  fixture->now_us = g_get_real_time () / G_USEC_PER_SEC * G_USEC_PER_SEC;
  cs_exotel_limits_init (&fixture->limits);
  fixture->limits.time_scale = 0.001;
  fixture->limits.deadline_ms = 20000;
  fixture->config.base_url = fake_exotel_get_url (fixture->fake);
  fixture->config.account_sid = FAKE_EXOTEL_SID;
  fixture->config.api_key = FAKE_EXOTEL_KEY;
  fixture->config.api_token = FAKE_EXOTEL_TOKEN;
  fixture->config.limits = &fixture->limits;
  fixture->cancellable = g_cancellable_new ();
  fixture->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
}

static inline void
fixture_forget (Fixture *fixture)
{
  g_ptr_array_set_size (fixture->calls, 0);
  fixture->n_pages = 0;
  fixture->is_done = FALSE;
  g_clear_pointer (&fixture->resume, g_free);
  g_clear_pointer (&fixture->base_url, g_free);
  g_clear_pointer (&fixture->result, cs_exotel_result_free);
  g_clear_pointer (&fixture->phones, g_ptr_array_unref);
  g_clear_error (&fixture->error);
}

/* No test may send anything to the bystander. */
static inline void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *request = fake_exotel_dup_bystander_request (fixture->fake, 0);

  g_assert_cmpstr (request, ==, NULL);
  fixture_forget (fixture);
  if (fixture->client != NULL)
    g_assert_finalize_object (fixture->client);
  g_clear_pointer (&fixture->fake, fake_exotel_free);
  g_ptr_array_unref (fixture->calls);
  g_object_unref (fixture->cancellable);
}

static inline CsExotelClient *
fixture_get_client (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  if (fixture->client == NULL)
    fixture->client = cs_exotel_client_new (&fixture->config, &error);
  g_assert_no_error (error);
  return fixture->client;
}

/* Runs until the callback, and then until what was left to clean up is gone. */
static inline void
fixture_run (Fixture *fixture)
{
  while (!fixture->is_done)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static inline CsExotelNext
fixture_on_page (CsExotelFetch          *fetch,
                 GPtrArray              *calls,
                 const CsExotelProgress *progress,
                 gpointer                data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < calls->len; i++)
    g_ptr_array_add (fixture->calls, cs_call_ref (g_ptr_array_index (calls, i)));
  g_assert_cmpfloat (progress->fraction, >=, 0.0);
  g_assert_cmpfloat (progress->fraction, <=, 1.0);
  g_free (fixture->resume);
  fixture->resume = g_strdup (progress->resume);
  fixture->fraction = progress->fraction;
  fixture->n_total = progress->n_total;
  fixture->n_done = progress->n_done;
  fixture->fetch = fetch;
  return ++fixture->n_pages == fixture->stop_at ? fixture->next : CS_EXOTEL_GO_ON;
}

static inline void
fixture_on_fetched (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  Fixture *fixture = data;

  fixture->result = cs_exotel_client_fetch_finish (CS_EXOTEL_CLIENT (source), result, &fixture->error);
  fixture->is_done = TRUE;
}

static inline void
fixture_begin (Fixture    *fixture,
               gint64      from_us,
               gint64      to_us,
               const char *resume)
{
  g_autofree char *kept = g_strdup (resume);

  fixture_forget (fixture);
  cs_exotel_client_fetch_async (fixture_get_client (fixture), from_us, to_us, kept, fixture_on_page, fixture,
                                fixture->cancellable, fixture_on_fetched, fixture);
}

static inline void
fixture_fetch (Fixture *fixture,
               gint64   from_us,
               gint64   to_us)
{
  fixture_begin (fixture, from_us, to_us, NULL);
  fixture_run (fixture);
}

/* Fetches the last day. */
static inline void
fixture_fetch_day (Fixture *fixture)
{
  fixture_fetch (fixture, fixture->now_us - DAY_US, fixture->now_us);
}

static inline void
fixture_on_probed (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  Fixture *fixture = data;

  fixture->base_url = cs_exotel_client_probe_finish (CS_EXOTEL_CLIENT (source), result, &fixture->error);
  fixture->is_done = TRUE;
}

static inline void
fixture_probe (Fixture *fixture)
{
  fixture_forget (fixture);
  cs_exotel_client_probe_async (fixture_get_client (fixture), fixture->cancellable, fixture_on_probed, fixture);
  fixture_run (fixture);
}

static inline void
fixture_on_phones (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  Fixture *fixture = data;

  fixture->phones = cs_exotel_client_list_phones_finish (CS_EXOTEL_CLIENT (source), result, &fixture->error);
  fixture->is_done = TRUE;
}

static inline void
fixture_list_phones (Fixture *fixture)
{
  fixture_forget (fixture);
  cs_exotel_client_list_phones_async (fixture_get_client (fixture), fixture->cancellable, fixture_on_phones, fixture);
  fixture_run (fixture);
}

/* An error is of that code and tells no credential. */
static inline void
fixture_assert_error (Fixture             *fixture,
                      CsExotelClientError  code)
{
  g_assert_error (fixture->error, CS_EXOTEL_CLIENT_ERROR, (int) code);
  g_assert_null (strstr (fixture->error->message, FAKE_EXOTEL_KEY));
  g_assert_null (strstr (fixture->error->message, FAKE_EXOTEL_TOKEN));
  g_assert_null (strstr (fixture->error->message, "%s"));
  g_assert_true (g_str_has_suffix (fixture->error->message, ".") || g_str_has_suffix (fixture->error->message, "”"));
}

static inline void
fixture_behave (Fixture             *fixture,
                FakeExotelBehaviour  behaviour)
{
  fake_exotel_set_behaviour (fixture->fake, &behaviour);
}
