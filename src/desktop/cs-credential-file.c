/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-credential-file.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_LENGTH 4096

/* Opens a regular file; -1 with an error. */
static int
open_file (const char  *path,
           GError     **error)
{
  /* A pipe must not be waited for. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0)
    g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno), g_strerror (errno));
  else if (!S_ISREG (status.st_mode))
    g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "it is not a file");
  else
    return fd;

  if (fd >= 0)
    g_close (fd, NULL);
  return -1;
}

/* Fills @buffer with the first @size bytes, or fewer where there are no more; -1 with an error. */
static gssize
read_bytes (int      fd,
            char    *buffer,
            gsize    size,
            GError **error)
{
  gsize length = 0;

  while (length < size)
    {
      gssize n = read (fd, buffer + length, size - length);

      if (n == 0)
        break;
      if (n > 0)
        length += n;
      else if (errno != EINTR)
        {
          g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno), g_strerror (errno));
          return -1;
        }
    }

  return length;
}

/* Takes the one line in @bytes; its end is not a part of it. (transfer full) (nullable) */
static char *
take_line (const char  *bytes,
           gsize        length,
           GError     **error)
{
  if (length > FILE_MAX_LENGTH)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "it has more than %d bytes", FILE_MAX_LENGTH);
      return NULL;
    }

  while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
    length--;

  if (!g_utf8_validate_len (bytes, length, NULL) || memchr (bytes, '\n', length) != NULL)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "it is not a line of text");
      return NULL;
    }

  return g_strndup (bytes, length);
}

/* Reads the file at @path that a service manager hands over: one line of UTF-8, the end of the line not a part of it, at most
 * 4 KiB in all. No memory but the answer's keeps a copy of it.
 *
 * Fails with G_FILE_ERROR, G_FILE_ERROR_NOENT where there is none; nothing of the content is in the message. (transfer full)
 */
char *
cs_credential_file_read (const char  *path,
                         GError     **error)
{
  char buffer[FILE_MAX_LENGTH + 1];
  int fd = open_file (path, error);
  char *line = NULL;
  gssize length;

  if (fd < 0)
    return NULL;

  length = read_bytes (fd, buffer, sizeof buffer, error);
  if (length >= 0)
    line = take_line (buffer, length, error);
  explicit_bzero (buffer, sizeof buffer);
  g_close (fd, NULL);
  return line;
}
