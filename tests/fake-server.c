/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-server.h"

#include <string.h>

struct _FakeServer
{
  GThread *thread;              /* (owned) */
  GMainContext *context;        /* (owned) */
  GMainLoop *loop;              /* (owned) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  SoupServerCallback on_request;
  SoupServerCallback on_bystander_request;
  gpointer user_data;
  char *url;                    /* (owned) */
  char *bystander_url;          /* (owned) */

  GMutex mutex;                 /* guards is_listening */
  GCond is_ready;
  gboolean is_listening;
};

static SoupServer *
start (FakeServer          *self,
       GTlsCertificate     *certificate,
       SoupServerCallback   callback,
       char               **url)
{
  SoupServer *server = soup_server_new (NULL, NULL);
  SoupServerListenOptions options = SOUP_SERVER_LISTEN_IPV4_ONLY;
  g_autoslist (GUri) uris = NULL;
  g_autoptr (GError) error = NULL;

  if (certificate != NULL)
    {
      soup_server_set_tls_certificate (server, certificate);
      options |= SOUP_SERVER_LISTEN_HTTPS;
    }
  soup_server_add_handler (server, NULL, callback, self->user_data, NULL);
  soup_server_listen_local (server, 0, options, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  *url = g_strdup_printf ("%s://127.0.0.1:%d", certificate != NULL ? "https" : "http", g_uri_get_port (uris->data));
  return server;
}

static gpointer
run (gpointer data)
{
  FakeServer *self = data;
  SoupServer *server, *bystander;

  g_main_context_push_thread_default (self->context);
  server = start (self, self->certificate, self->on_request, &self->url);
  bystander = start (self, NULL, self->on_bystander_request, &self->bystander_url);
  g_mutex_lock (&self->mutex);
  self->is_listening = TRUE;
  g_cond_signal (&self->is_ready);
  g_mutex_unlock (&self->mutex);

  g_main_loop_run (self->loop);

  soup_server_disconnect (server);
  soup_server_disconnect (bystander);
  g_object_unref (server);
  g_object_unref (bystander);
  /* What the disconnected connections still have to say. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
on_quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* Starts both servers. The callbacks run on their thread. certificate: (transfer full) (nullable) of the one that is asked; the
 * bystander speaks http. */
FakeServer *
fake_server_new (GTlsCertificate    *certificate,
                 SoupServerCallback  on_request,
                 SoupServerCallback  on_bystander_request,
                 gpointer            user_data)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->is_ready);
  self->certificate = certificate;
  self->on_request = on_request;
  self->on_bystander_request = on_bystander_request;
  self->user_data = user_data;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("fake-server", run, self);
  g_mutex_lock (&self->mutex);
  while (!self->is_listening)
    g_cond_wait (&self->is_ready, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, on_quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);

  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->is_ready);
  g_free (self->url);
  g_free (self->bystander_url);
  g_free (self);
}

const char *
fake_server_get_url (FakeServer *self)
{
  return self->url;
}

const char *
fake_server_get_bystander_url (FakeServer *self)
{
  return self->bystander_url;
}

/* Returns what its thread runs. (transfer none) */
GMainContext *
fake_server_get_context (FakeServer *self)
{
  return self->context;
}

void
fake_answer_text (SoupServerMessage *message,
                  guint              status,
                  const char        *content_type,
                  const char        *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, content_type, SOUP_MEMORY_COPY, text, strlen (text));
}

/* Writes what a server would say onto the connection itself, and closes it. */
void
fake_answer_raw (SoupServerMessage *message,
                 const char        *head,
                 const char        *text,
                 gsize              length)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  GOutputStream *output = g_io_stream_get_output_stream (stream);

  g_output_stream_write_all (output, head, strlen (head), NULL, NULL, NULL);
  g_output_stream_write_all (output, text, length, NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}
