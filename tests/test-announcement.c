/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-announcement-shelf.h"
#include "orders/cs-audio-wav.h"
#include "orders/cs-order-error.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define QUIET_SAMPLES (CS_AUDIO_RATE / 10)
#define NAME "welcome-en.wav"

/* A shelf in a folder of its own. */
typedef struct {
  char *dir;                  /* (owned) */
  char *own;                  /* (owned) the path of the user's own recording of NAME */
  CsAnnouncementShelf *shelf; /* (owned) */
} Room;

static Room *
room_new (void)
{
  Room *self = g_new0 (Room, 1);

  self->dir = store_dir_new ();
  self->own = g_build_filename (self->dir, "announcements", NAME, NULL);
  self->shelf = cs_announcement_shelf_new (self->dir);
  return self;
}

static void
room_free (Room *self)
{
  g_autofree char *folder = g_path_get_dirname (self->own);

  cs_announcement_shelf_free (self->shelf);
  if (g_unlink (self->own) != 0)
    g_rmdir (self->own);
  g_rmdir (folder);
  store_dir_free (self->dir);
  g_free (self->own);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Room, room_free)

static GBytes *
make_file (gsize n_samples,
           gint16 value)
{
  g_autofree gint16 *samples = g_new (gint16, n_samples + 1);

  for (gsize i = 0; i < n_samples; i++)
    samples[i] = GINT16_TO_LE (value);
  return cs_audio_wav_new (samples, n_samples * sizeof *samples);
}

static void
write_own (Room       *room,
           const void *data,
           gssize      length)
{
  g_autofree char *folder = g_path_get_dirname (room->own);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (room->own, data, length, &error);
  g_assert_no_error (error);
}

static gboolean
is_shipped (Room *room)
{
  g_autoptr (CsAnnouncementShelf) other = cs_announcement_shelf_new ("/nonexistent");
  g_autoptr (GBytes) shipped = cs_announcement_shelf_get (other, NAME);
  g_autoptr (GBytes) file = cs_announcement_shelf_get (room->shelf, NAME);

  return g_bytes_equal (file, shipped);
}

static guint
read_number (const guint8 *bytes,
             guint         n)
{
  return n == 0 ? 0 : bytes[0] + 256 * read_number (bytes + 1, n - 1);
}

/* The head is read here once more, by the book, so that a mistake in our own reader can't hide one in the files. */
static void
check_shipped (const char *name)
{
  g_autoptr (CsAnnouncementShelf) shelf = cs_announcement_shelf_new ("/nonexistent");
  g_autoptr (GBytes) file = cs_announcement_shelf_get (shelf, name), samples = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *bytes;
  int peak = 0;

  g_test_message ("%s", name);
  g_assert_nonnull (file);
  bytes = g_bytes_get_data (file, &length);
  g_assert_cmpmem (bytes, 4, "RIFF", 4);
  g_assert_cmpuint (read_number (bytes + 4, 4), ==, length - 8);
  g_assert_cmpmem (bytes + 8, 8, "WAVEfmt ", 8);
  g_assert_cmpuint (read_number (bytes + 16, 4), ==, 16);
  g_assert_cmpuint (read_number (bytes + 20, 2), ==, 1);     /* PCM */
  g_assert_cmpuint (read_number (bytes + 22, 2), ==, 1);     /* mono */
  g_assert_cmpuint (read_number (bytes + 24, 4), ==, 8000);  /* a second */
  g_assert_cmpuint (read_number (bytes + 28, 4), ==, 16000); /* bytes a second */
  g_assert_cmpuint (read_number (bytes + 32, 2), ==, 2);
  g_assert_cmpuint (read_number (bytes + 34, 2), ==, 16);    /* bit */
  g_assert_cmpmem (bytes + 36, 4, "data", 4);
  g_assert_cmpuint (read_number (bytes + 40, 4), ==, length - 44);

  samples = cs_audio_wav_get_samples (file, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_get_data (samples, NULL) == bytes + 44);
  g_assert_cmpuint (g_bytes_get_size (samples), ==, length - 44);
  g_assert_cmpuint (g_bytes_get_size (samples), >, 2 * CS_AUDIO_RATE * CS_AUDIO_SAMPLE_BYTES);
  g_assert_cmpuint (g_bytes_get_size (samples), <, 12 * CS_AUDIO_RATE * CS_AUDIO_SAMPLE_BYTES);

  for (gsize i = 44; i < length; i += 2)
    {
      int value = ABS ((gint16) read_number (bytes + i, 2));

      peak = MAX (peak, value);
      if (i < 44 + 2 * QUIET_SAMPLES || i >= length - 2 * QUIET_SAMPLES)
        g_assert_cmpint (value, ==, 0);
    }
  g_assert_cmpint (peak, >, 20000);
  g_assert_cmpint (peak, <, 30000);
}

static void
test_shipped (void)
{
  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++)
    {
      g_autofree char *english = cs_announcement_get_file (i, "en");
      g_autofree char *german = cs_announcement_get_file (i, "de");

      check_shipped (english);
      check_shipped (german);
    }
}

/* Who changes a text must not forget the recording, nor the other way round. */
static void
test_texts (void)
{
  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++)
    {
      for (int j = 0; j < 2; j++)
        {
          g_autofree char *file = g_test_build_filename (G_TEST_DIST, "..", "data", "announcements", j == 0 ? "en.txt" : "de.txt",
                                                         NULL);
          g_autofree char *texts = NULL, *start = NULL;
          g_autoptr (GError) error = NULL;

          g_file_get_contents (file, &texts, NULL, &error);
          g_assert_no_error (error);
          start = g_strdup_printf ("%s: ", cs_announcement_get_name (i));
          g_assert_true (g_str_has_prefix (texts, start) || strstr (texts, start)[-1] == '\n');
        }
    }
}

static void
test_unknown_names (void)
{
  static const char *const names[] = {
    "", ".", "..", "welcome", "welcome-en", "Welcome-en.wav", "welcome-en.wav ", "welcome-fr.wav", "/welcome-en.wav",
    "./welcome-en.wav", "../announcements/welcome-en.wav", "welcome-en.wav/", "welcome%2den.wav",
  };
  g_autoptr (Room) room = room_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_false (cs_announcement_shelf_has (room->shelf, names[i]));
      g_assert_null (cs_announcement_shelf_get (room->shelf, names[i]));
      g_assert_false (cs_announcement_shelf_is_own (room->shelf, names[i]));
    }
}

static void
test_own (void)
{
  g_autoptr (Room) room = room_new ();
  g_autoptr (GBytes) own = make_file (800, 1000), other = make_file (800, 2000), first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_true (is_shipped (room));
  g_assert_true (cs_announcement_shelf_replace (room->shelf, NAME, own, &error));
  g_assert_no_error (error);
  g_assert_true (cs_announcement_shelf_is_own (room->shelf, NAME));
  first = cs_announcement_shelf_get (room->shelf, NAME);
  g_assert_true (g_bytes_equal (first, own));
  g_assert_cmpint (g_stat (room->own, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);

  /* What has not changed is not read again. */
  second = cs_announcement_shelf_get (room->shelf, NAME);
  g_assert_true (first == second);
  g_clear_pointer (&second, g_bytes_unref);

  g_assert_true (cs_announcement_shelf_replace (room->shelf, NAME, other, &error));
  second = cs_announcement_shelf_get (room->shelf, NAME);
  g_assert_true (g_bytes_equal (second, other));

  g_assert_true (cs_announcement_shelf_restore (room->shelf, NAME, &error));
  g_assert_true (cs_announcement_shelf_restore (room->shelf, NAME, &error));
  g_assert_no_error (error);
  g_assert_true (is_shipped (room));
  g_assert_false (cs_announcement_shelf_is_own (room->shelf, NAME));
}

static void
test_unplayable_own (void)
{
  g_autoptr (Room) room = room_new ();
  g_autoptr (GBytes) own = make_file (800, 1000), text = g_bytes_new_static ("hello", 5);
  g_autofree char *huge = g_malloc0 (CS_AUDIO_MAX_FILE_BYTES + 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (cs_announcement_shelf_replace (room->shelf, NAME, text, &error));
  g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT);

  for (int i = 0; i < 2; i++)
    {
      g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "The announcement *");
      if (i == 0)
        write_own (room, "hello", -1);
      else
        write_own (room, huge, CS_AUDIO_MAX_FILE_BYTES + 1);
      g_assert_true (is_shipped (room));
      /* Told once. */
      g_assert_true (is_shipped (room));
      g_test_assert_expected_messages ();
    }

  /* Neither waited for nor followed. */
  g_unlink (room->own);
  g_assert_cmpint (mkfifo (room->own, 0600), ==, 0);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "The announcement *");
  g_assert_true (is_shipped (room));
  g_test_assert_expected_messages ();
  g_unlink (room->own);
  g_mkdir (room->own, 0700);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "The announcement *");
  g_assert_true (is_shipped (room));
  g_test_assert_expected_messages ();

  g_clear_error (&error);
  g_assert_false (cs_announcement_shelf_replace (room->shelf, NAME, own, &error));
  g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_false (cs_announcement_shelf_restore (room->shelf, NAME, &error));
  g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
}

/* Each byte sequence is one that the telephone plays, or not. */
static void
test_wav (void)
{
#define RIFF "RIFF....WAVE"
#define FORMAT "fmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0"
#define DATA "data\4\0\0\0\1\2\3\4"
#define BYTES(text) text, sizeof (text) - 1
  static const struct {
    const char *bytes;
    gsize length;
    gboolean is_good;
  } cases[] = {
    { BYTES (RIFF FORMAT DATA), TRUE },
    { BYTES (RIFF "LIST\3\0\0\0abc\0" FORMAT "fact\4\0\0\0...." DATA "id3 "), TRUE },
    { BYTES (""), FALSE },
    { BYTES ("RIFF"), FALSE },
    { BYTES (RIFF), FALSE },
    { BYTES ("RIFX....WAVE" FORMAT DATA), FALSE },
    { BYTES ("RIFF....AVI " FORMAT DATA), FALSE },
    { BYTES (RIFF DATA FORMAT), FALSE },
    { BYTES (RIFF FORMAT), FALSE },
    { BYTES (RIFF FORMAT "data\0\0\0\0"), FALSE },
    { BYTES (RIFF FORMAT "data\4\0\0\0\1\2\3"), FALSE },
    { BYTES (RIFF FORMAT "data\xff\xff\xff\xff\1\2\3\4"), FALSE },
    { BYTES (RIFF "xxxx\xff\xff\xff\xff" FORMAT DATA), FALSE },
    { BYTES (RIFF "fmt \x08\0\0\0\1\0\1\0\x40\x1f\0\0" DATA), FALSE },
    { BYTES (RIFF "fmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x80\x3e\0\0\2\0\x10\0" DATA), FALSE }, /* 44.1 kHz */
    { BYTES (RIFF "fmt \x10\0\0\0\1\0\2\0\x40\x1f\0\0\x80\x3e\0\0\4\0\x10\0" DATA), FALSE }, /* stereo */
    { BYTES (RIFF "fmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0" DATA), FALSE }, /* 8 bit */
    { BYTES (RIFF "fmt \x10\0\0\0\7\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0" DATA), FALSE }, /* μ-law */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* A copy of just that size, so that reading beyond it is noticed. */
      g_autoptr (GBytes) file = g_bytes_new (cases[i].bytes, cases[i].length);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) samples = cs_audio_wav_get_samples (file, &error);

      g_test_message ("case %zu", i);
      if (cases[i].is_good)
        {
          g_assert_no_error (error);
          g_assert_cmpmem (g_bytes_get_data (samples, NULL), g_bytes_get_size (samples), "\1\2\3\4", 4);
        }
      else
        {
          g_assert_null (samples);
          g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT);
        }
    }
}

static void
test_wav_length (void)
{
  g_autoptr (GBytes) minute = make_file (CS_AUDIO_MAX_SECONDS * CS_AUDIO_RATE, 1), longer = NULL;
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) samples = NULL;
  g_autoptr (GError) error = NULL;

  samples = cs_audio_wav_get_samples (minute, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (samples), ==, CS_AUDIO_MAX_BYTES);

  g_byte_array_append (array, g_bytes_get_data (minute, NULL), g_bytes_get_size (minute));
  g_byte_array_append (array, (const guint8 *) "\1\2", 2);
  array->data[40] += 2;
  longer = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  g_assert_null (cs_audio_wav_get_samples (longer, &error));
  g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/announcement/shipped/have-sipgates-format", test_shipped);
  g_test_add_func ("/announcement/shipped/each-has-its-text", test_texts);
  g_test_add_func ("/announcement/only-known-names-exist", test_unknown_names);
  g_test_add_func ("/announcement/own-recording-wins", test_own);
  g_test_add_func ("/announcement/own-recording-that-cannot-be-played", test_unplayable_own);
  g_test_add_func ("/audio-wav/heads", test_wav);
  g_test_add_func ("/audio-wav/a-minute-at-most", test_wav_length);

  return g_test_run ();
}
