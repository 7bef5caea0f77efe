/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver.h"
#include "orders/cs-announcement-shelf.h"
#include "orders/cs-audio-wav.h"
#include "raw-client.h"
#include "store-fixture.h"

#include <glib/gstdio.h>

#define HOST "Host: 127.0.0.1\r\n"
#define NAME "welcome-en.wav"

/* A receiver that listens, with a folder of its own. */
typedef struct {
  char *dir;             /* (owned) */
  CsStore *store;        /* (owned) */
  CsRecorder *recorder;  /* (owned) */
  CsReceiver *receiver;  /* (owned) */
  guint16 port;
} Line;

static void
on_changed (gpointer data)
{
}

static Line *
line_new (void)
{
  Line *self = g_new0 (Line, 1);
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (GError) error = NULL;

  self->dir = store_dir_new ();
  config->data_dir = g_strdup (self->dir);
  config->webhook_token = g_strdup ("0123456789abcdef0123456789abcdef");
  config->exotel_timezone = g_strdup ("Asia/Kolkata");
  self->store = cs_store_open (self->dir, &error);
  g_assert_no_error (error);
  self->recorder = cs_recorder_new (self->store, on_changed, NULL);
  self->receiver = cs_receiver_new (self->recorder, on_changed, NULL);
  cs_receiver_configure (self->receiver, config, &error);
  g_assert_no_error (error);
  cs_receiver_listen (self->receiver, 0, &error);
  g_assert_no_error (error);
  self->port = cs_receiver_get_port (self->receiver);
  return self;
}

static void
line_free (Line *self)
{
  g_autofree char *folder = g_build_filename (self->dir, "announcements", NULL);

  cs_receiver_free (self->receiver);
  cs_recorder_free (self->recorder);
  cs_store_close (self->store);
  g_rmdir (folder);
  store_dir_free (self->dir);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Line, line_free)

/* Asks over a connection of its own; body is what came behind the head. (transfer full) */
static char *
ask (Line       *line,
     const char *method,
     const char *path,
     const char *headers,
     GBytes    **body)
{
  g_autofree char *request = g_strdup_printf ("%s %s HTTP/1.1\r\n" HOST "%s\r\n", method, path, headers);
  g_autoptr (GError) error = NULL;
  g_autoptr (RawClient) client = raw_client_new (line->port, &error);
  const char *end;

  g_assert_no_error (error);
  raw_client_send (client, request, -1);
  g_assert_true (raw_client_wait (client));
  end = g_strstr_len (client->received->str, client->received->len, "\r\n\r\n");
  g_assert_nonnull (end);
  end += 4;
  if (body != NULL)
    *body = g_bytes_new (end, client->received->len - (end - client->received->str));
  return g_strndup (client->received->str, end - client->received->str);
}

static void
assert_has (const char *head,
            const char *part)
{
  if (strstr (head, part) == NULL)
    g_error ("“%s” is not in “%s”", part, head);
}

static GBytes *
get_shipped (const char *name)
{
  g_autoptr (CsAnnouncementShelf) shelf = cs_announcement_shelf_new ("/nonexistent");

  return cs_announcement_shelf_get (shelf, name);
}

static void
assert_whole (const char *head,
              GBytes     *file)
{
  g_autofree char *length = g_strdup_printf ("Content-Length: %zu\r\n", g_bytes_get_size (file));

  assert_has (head, "HTTP/1.1 200 OK\r\n");
  assert_has (head, "Content-Type: audio/x-wav\r\n");
  assert_has (head, length);
  assert_has (head, "Connection: close\r\n");
  g_assert_null (strstr (head, "Content-Range"));
  g_assert_null (strstr (head, "chunked"));
}

static void
test_get (void)
{
  g_autoptr (Line) line = line_new ();

  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++)
    {
      for (int j = 0; j < 2; j++)
        {
          g_autofree char *name = cs_announcement_get_file (i, j == 0 ? "en" : "de");
          g_autofree char *path = g_strconcat ("/announcements/", name, NULL), *head = NULL;
          g_autoptr (GBytes) shipped = get_shipped (name), body = NULL;

          head = ask (line, "GET", path, "", &body);
          assert_whole (head, shipped);
          g_assert_true (g_bytes_equal (body, shipped));
        }
    }
}

static void
test_head (void)
{
  g_autoptr (Line) line = line_new ();
  g_autoptr (GBytes) shipped = get_shipped (NAME), body = NULL;
  g_autofree char *head = ask (line, "HEAD", "/announcements/" NAME, "", &body);

  assert_whole (head, shipped);
  g_assert_cmpuint (g_bytes_get_size (body), ==, 0);
}

/* Whatever part is asked for, the whole file comes: SoupServer's own way with Range isn't trusted. */
static void
test_range (void)
{
  static const char *const ranges[] = {
    "bytes=0-99", "bytes=-1", "bytes=0-", "bytes=99999999-", "bytes=5-2", "bytes=0-0,2-3,-1", "bytes=18446744073709551615-",
    "bytes=-99999999999999999999", "lines=1-2", "",
  };
  g_autoptr (Line) line = line_new ();
  g_autoptr (GBytes) shipped = get_shipped (NAME);

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autofree char *headers = g_strdup_printf ("rANGE: %s\r\nRange: %s\r\nIf-Range: \"x\"\r\n", ranges[i], ranges[i]);
      g_autoptr (GBytes) body = NULL, nothing = NULL;
      g_autofree char *head = ask (line, "GET", "/announcements/" NAME, headers, &body);
      g_autofree char *bare = ask (line, "HEAD", "/announcements/" NAME, headers, &nothing);

      assert_whole (head, shipped);
      g_assert_true (g_bytes_equal (body, shipped));
      assert_whole (bare, shipped);
      g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
    }
}

static void
test_methods (void)
{
  static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "GE", "ET", "HEADS" };
  g_autoptr (Line) line = line_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autofree char *head = ask (line, methods[i], "/announcements/" NAME, "", NULL);

      assert_has (head, "HTTP/1.1 405 ");
      assert_has (head, "Allow: GET, HEAD\r\n");
    }
}

static void
test_hostile_names (void)
{
  static const char *const names[] = {
    "", ".", "..", "welcome-en", "WELCOME-EN.WAV", "welcome-fr.wav", "welcome-en.wav/", "welcome-en.wav.", "welcome-en.wav;a",
    "/welcome-en.wav", "../welcome-en.wav", "a/../../welcome-en.wav", "../callstats.db", "../../callstats.db",
    "..%2fcallstats.db", "%2e%2e/callstats.db", "%2e%2e%2fcallstats.db", "..\\callstats.db", "welcome-en%252ewav",
    "welcome-en.wav%00", "welcome-en.wav%00.txt", "welcome-en.wav%0d%0aX:1", "%s%n", "~root", "en.txt", "announcements.gresource.xml",
  };
  static const char *const same[] = {
    "/announcements/" NAME "?x=../..", "/announcements/../announcements/./" NAME, "/announcements/%77elcome-en%2ewav",
  };
  g_autoptr (Line) line = line_new ();
  g_autofree char *long_name = g_strnfill (20000, 'a');
  g_autofree char *long_path = g_strconcat ("/announcements/", long_name, ".wav", NULL);
  g_autofree char *long_head = ask (line, "GET", long_path, "", NULL);
  g_autoptr (GBytes) shipped = get_shipped (NAME);
  static const char raw[] = "GET /announcements/welcome-en.wav\0.txt HTTP/1.1\r\n" HOST "\r\n";
  g_autoptr (RawClient) client = NULL;

  assert_has (long_head, "HTTP/1.1 404 ");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/announcements/", names[i], NULL);
      g_autofree char *head = ask (line, "GET", path, "", NULL);

      /* What is no path at all is refused before it is looked for. */
      g_assert_true (g_str_has_prefix (head, "HTTP/1.1 404 ") || (strchr (path, '%') != NULL
                                                                  && g_str_has_prefix (head, "HTTP/1.1 400 ")));
      g_assert_null (strstr (head, "audio"));
    }

  client = raw_client_new (line->port, NULL);
  raw_client_send (client, raw, sizeof raw - 1);
  g_assert_true (raw_client_wait (client));
  assert_has (client->received->str, "HTTP/1.1 400 ");

  /* A query is no part of the name; and the other two are the same address, only written otherwise. Source: RFC 3986 §6.2.2. */
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autoptr (GBytes) body = NULL;
      g_autofree char *head = ask (line, "GET", same[i], "", &body);

      assert_whole (head, shipped);
      g_assert_true (g_bytes_equal (body, shipped));
    }
}

static void
test_own (void)
{
  static const gint16 samples[] = { 1, 2, 3, 4 };
  g_autoptr (Line) line = line_new ();
  g_autoptr (CsAnnouncementShelf) shelf = cs_announcement_shelf_new (line->dir);
  g_autoptr (GBytes) shipped = get_shipped (NAME), own = NULL, first = NULL, second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *head = NULL, *own_head = NULL, *last = NULL;

  head = ask (line, "GET", "/announcements/" NAME, "", &first);
  g_assert_true (g_bytes_equal (first, shipped));

  own = cs_audio_wav_new (samples, sizeof samples);
  cs_announcement_shelf_replace (shelf, NAME, own, &error);
  g_assert_no_error (error);
  own_head = ask (line, "GET", "/announcements/" NAME, "", &second);
  assert_whole (own_head, own);
  g_assert_true (g_bytes_equal (second, own));

  cs_announcement_shelf_restore (shelf, NAME, &error);
  g_assert_no_error (error);
  last = ask (line, "GET", "/announcements/" NAME, "", &third);
  g_assert_true (g_bytes_equal (third, shipped));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A stranger's request is told of by a warning. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);

  g_test_add_func ("/announcement-route/get", test_get);
  g_test_add_func ("/announcement-route/head-has-the-length", test_head);
  g_test_add_func ("/announcement-route/range-is-ignored", test_range);
  g_test_add_func ("/announcement-route/other-methods-are-refused", test_methods);
  g_test_add_func ("/announcement-route/hostile-names-find-nothing", test_hostile_names);
  g_test_add_func ("/announcement-route/own-recording-wins", test_own);

  return g_test_run ();
}
