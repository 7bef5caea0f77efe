/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-http-exchange.h"

#define DEADLINE_MS (20 * 1000)
#define MAX_BODY 1024

/* A server that answers all with "yes", and requests to it. */
typedef struct {
  SoupServer *server;      /* (owned) */
  char *url;               /* (owned) */
  SoupSession *session;    /* (owned) */
  guint n_unqueued;        /* requests that the session has let go of */
} Lab;

/* One request on its way. */
typedef struct {
  gboolean is_done;
  CsHttpAnswer *answer;    /* (owned) (nullable) */
  GError *error;           /* (owned) (nullable) */
} Asked;

static void
serve (SoupServer        *server,
       SoupServerMessage *message,
       const char        *path,
       GHashTable        *query,
       gpointer           data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, "yes", strlen ("yes"));
}

static void
on_unqueued (Lab *lab)
{
  lab->n_unqueued++;
}

static void
lab_set_up (Lab           *lab,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  lab->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (lab->server, NULL, serve, lab, NULL);
  soup_server_listen_local (lab->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (lab->server);
  lab->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  lab->session = cs_http_session_new (lab->url, 10, 10);
  g_signal_connect_swapped (lab->session, "request-unqueued", G_CALLBACK (on_unqueued), lab);
}

static void
lab_tear_down (Lab           *lab,
               gconstpointer  data)
{
  g_assert_finalize_object (lab->session);
  soup_server_disconnect (lab->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (lab->server);
  g_free (lab->url);
}

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Asked *asked = data;

  asked->answer = cs_http_exchange_finish (result, &asked->error);
  asked->is_done = TRUE;
}

static void
ask (Lab          *lab,
     GCancellable *cancellable,
     Asked        *asked)
{
  CsHttpRequest request = { .method = SOUP_METHOD_GET, .url = lab->url };

  cs_http_exchange_async (lab->session, &request, MAX_BODY, DEADLINE_MS, cancellable, on_answered, asked);
}

/* Until it is answered, and the session is done with it. */
static void
wait_for (Asked *asked)
{
  while (!asked->is_done)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_is_answered (Lab *lab)
{
  Asked asked = { FALSE };

  ask (lab, NULL, &asked);
  wait_for (&asked);
  g_assert_no_error (asked.error);
  g_assert_cmpuint (asked.answer->status, ==, SOUP_STATUS_OK);
  g_assert_cmpmem (g_bytes_get_data (asked.answer->body, NULL), g_bytes_get_size (asked.answer->body), "yes", 3);
  cs_http_answer_free (asked.answer);
}

static void
test_answer (Lab           *lab,
             gconstpointer  data)
{
  assert_is_answered (lab);
  g_assert_cmpuint (lab->n_unqueued, ==, 1);
}

/* Over a connection that is there already, or one that has yet to be made: libsoup may not let go of the request twice. */
static void
test_cancelled_at_once (Lab           *lab,
                        gconstpointer  data)
{
  gboolean is_connected = GPOINTER_TO_INT (data);
  guint n = 0;

  for (int i = 0; i < 20; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Asked asked = { FALSE };

      if (is_connected)
        {
          assert_is_answered (lab);
          n++;
        }
      ask (lab, cancellable, &asked);
      n++;
      g_cancellable_cancel (cancellable);
      wait_for (&asked);
      g_assert_error (asked.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (lab->n_unqueued, ==, n);
      g_clear_error (&asked.error);
    }
  assert_is_answered (lab);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/http-exchange/answer", Lab, NULL, lab_set_up, test_answer, lab_tear_down);
  g_test_add ("/http-exchange/cancelled-at-once/before-the-connection-is-made", Lab, GINT_TO_POINTER (FALSE), lab_set_up,
              test_cancelled_at_once, lab_tear_down);
  g_test_add ("/http-exchange/cancelled-at-once/on-a-connection-that-is-there", Lab, GINT_TO_POINTER (TRUE), lab_set_up,
              test_cancelled_at_once, lab_tear_down);
  return g_test_run ();
}
