/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-announcement-shelf.h"

#include "data/announcements/cs-announcement-resources.h"
#include "orders/cs-audio-wav.h"
#include "orders/cs-order-error.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "announcements"
#define RESOURCE_FOLDER "/com/example/CallStats/announcements/"

static const char *const languages[] = { "en", "de" };

/* One recording, and the file that it was read from. */
typedef struct {
  GBytes *shipped;           /* (owned) */
  GBytes *own;               /* (owned) (nullable) NULL where there is none, or none that can be played */
  gboolean is_known;         /* the rest is about the file as it was last seen */
  struct timespec changed;
  guint64 inode;
  guint64 size;
} Recording;

struct _CsAnnouncementShelf
{
  char *folder;              /* (owned) */
  GHashTable *recordings;    /* (owned) (element-type utf8 Recording) */
};

static void
recording_free (Recording *recording)
{
  g_bytes_unref (recording->shipped);
  g_clear_pointer (&recording->own, g_bytes_unref);
  g_free (recording);
}

/* A library can't do it by itself at the start: the linker would leave it out. */
static void
register_shipped (void)
{
  static gsize is_registered = 0;

  if (g_once_init_enter (&is_registered))
    {
      cs_announcement_register_resource ();
      g_once_init_leave (&is_registered, TRUE);
    }
}

static Recording *
recording_new (const char *name)
{
  Recording *recording = g_new0 (Recording, 1);
  g_autofree char *path = g_strconcat (RESOURCE_FOLDER, name, NULL);

  recording->shipped = g_resource_lookup_data (cs_announcement_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_assert (recording->shipped != NULL);
  return recording;
}

static char *
get_path (CsAnnouncementShelf *self,
          const char          *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static GBytes *
read_file (int      fd,
           gsize    size,
           GError **error)
{
  g_autofree guint8 *bytes = g_malloc (size);
  gsize length = 0;
  gssize n = 1;

  while (length < size && n > 0)
    {
      n = read (fd, bytes + length, size - length);
      if (n < 0 && errno == EINTR)
        n = 1;
      else if (n > 0)
        length += n;
    }
  if (n < 0)
    {
      g_set_error_literal (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE, g_strerror (errno));
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

/* Reads a file that is small enough, and that the telephone would play. */
static GBytes *
read_playable (int                fd,
               const struct stat *status,
               GError           **error)
{
  g_autoptr (GBytes) file = NULL, samples = NULL;

  if (!S_ISREG (status->st_mode) || status->st_size > CS_AUDIO_MAX_FILE_BYTES)
    {
      g_set_error_literal (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT,
                           S_ISREG (status->st_mode) ? _("It is longer than a minute.") : _("It is not a file."));
      return NULL;
    }
  file = read_file (fd, status->st_size, error);
  samples = file != NULL ? cs_audio_wav_get_samples (file, error) : NULL;
  return samples != NULL ? g_steal_pointer (&file) : NULL;
}

/* Looks whether the user's own file is another one than last time. */
static void
look (CsAnnouncementShelf *self,
      const char          *name,
      Recording           *recording)
{
  g_autofree char *path = get_path (self, name);
  /* A pipe must not be waited for. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  g_autoptr (GError) error = NULL;
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0)
    {
      recording->is_known = FALSE;
      g_clear_pointer (&recording->own, g_bytes_unref);
      if (fd >= 0)
        g_close (fd, NULL);
      return;
    }

  if (!recording->is_known || recording->changed.tv_sec != status.st_mtim.tv_sec
      || recording->changed.tv_nsec != status.st_mtim.tv_nsec || recording->inode != status.st_ino
      || recording->size != (guint64) status.st_size)
    {
      g_clear_pointer (&recording->own, g_bytes_unref);
      recording->own = read_playable (fd, &status, &error);
      if (error != NULL)
        g_warning ("The announcement %s can't be played, the shipped one is played instead: %s", path, error->message);
      recording->is_known = TRUE;
      recording->changed = status.st_mtim;
      recording->inode = status.st_ino;
      recording->size = status.st_size;
    }
  g_close (fd, NULL);
}

/* Makes the shelf of a data folder, which needn't have recordings of its own. */
CsAnnouncementShelf *
cs_announcement_shelf_new (const char *data_dir)
{
  CsAnnouncementShelf *self = g_new0 (CsAnnouncementShelf, 1);

  register_shipped ();
  self->folder = g_build_filename (data_dir, FOLDER, NULL);
  self->recordings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) recording_free);
  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (languages); j++)
        {
          char *name = cs_announcement_get_file (i, languages[j]);

          g_hash_table_insert (self->recordings, name, recording_new (name));
        }
    }
  return self;
}

void
cs_announcement_shelf_free (CsAnnouncementShelf *self)
{
  g_hash_table_unref (self->recordings);
  g_free (self->folder);
  g_free (self);
}

/* Whether a file of exactly that name is on the shelf; any other text, from whomever, is not. */
gboolean
cs_announcement_shelf_has (CsAnnouncementShelf *self,
                           const char          *name)
{
  return g_hash_table_contains (self->recordings, name);
}

/* The whole WAV file: the user's own as it is now, or the shipped one where there is none that the telephone would play. Disk is
 * read only where the file changed. (transfer full) (nullable) NULL for a name that isn't there. */
GBytes *
cs_announcement_shelf_get (CsAnnouncementShelf *self,
                           const char          *name)
{
  Recording *recording = g_hash_table_lookup (self->recordings, name);

  if (recording == NULL)
    return NULL;
  look (self, name, recording);
  return g_bytes_ref (recording->own != NULL ? recording->own : recording->shipped);
}

/* Whether callers hear a recording of the user's own. */
gboolean
cs_announcement_shelf_is_own (CsAnnouncementShelf *self,
                              const char          *name)
{
  Recording *recording = g_hash_table_lookup (self->recordings, name);

  if (recording == NULL)
    return FALSE;
  look (self, name, recording);
  return recording->own != NULL;
}

/* Puts a WAV file in the place of the shipped one; whoever is just being played the old one hears it to its end. An error is a
 * sentence for the user. */
gboolean
cs_announcement_shelf_replace (CsAnnouncementShelf  *self,
                               const char           *name,
                               GBytes               *file,
                               GError              **error)
{
  g_autofree char *path = get_path (self, name);
  g_autoptr (GBytes) samples = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (cs_announcement_shelf_has (self, name), FALSE);

  samples = cs_audio_wav_get_samples (file, error);
  if (samples == NULL)
    return FALSE;
  if (g_mkdir_with_parents (self->folder, 0700) != 0
      || !g_file_set_contents_full (path, g_bytes_get_data (file, NULL), g_bytes_get_size (file),
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local))
    {
      g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE,
                   _("The recording can’t be kept: %s. Callers hear the one they heard before."),
                   local != NULL ? local->message : g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

/* Lets callers hear the shipped recording again. An error is a sentence for the user. */
gboolean
cs_announcement_shelf_restore (CsAnnouncementShelf  *self,
                               const char           *name,
                               GError              **error)
{
  g_autofree char *path = get_path (self, name);

  g_return_val_if_fail (cs_announcement_shelf_has (self, name), FALSE);

  if (g_unlink (path) != 0 && errno != ENOENT)
    {
      g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE,
                   _("Your own recording can’t be removed: %s. Callers still hear it."), g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}
