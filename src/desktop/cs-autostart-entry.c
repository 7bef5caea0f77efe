/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-autostart-entry.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>

/* An argument as the Desktop Entry Specification wants it: in quotation marks, with backslashes doubled once more because the value is
 * a string of a key file, and without field codes. */
static char *
quote_argument (const char *argument)
{
  GString *quoted = g_string_new ("\"");

  for (const char *c = argument; *c != '\0'; c++) {
    if (*c == '\\')
      g_string_append (quoted, "\\\\\\\\");
    else if (strchr ("\"`$", *c) != NULL)
      g_string_append_printf (quoted, "\\\\%c", *c);
    else if (*c == '%')
      g_string_append (quoted, "%%");
    else
      g_string_append_c (quoted, *c);
  }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

/* Where the entry is, if it is. (transfer full) */
char *
cs_autostart_entry_get_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", APPLICATION_ID ".desktop", NULL);
}

/* The text of the entry.
 * @program: absolute path
 * @data_dir: (nullable): the folder of the data where it isn't the usual one
 *
 * (transfer full) */
char *
cs_autostart_entry_make_text (const char *program,
                              const char *data_dir)
{
  g_autofree char *command = quote_argument (program);
  g_autofree char *option = data_dir != NULL ? g_strconcat ("--data-dir=", data_dir, NULL) : NULL;
  g_autofree char *argument = option != NULL ? quote_argument (option) : NULL;

  return g_strconcat ("[Desktop Entry]\n"
                      "Type=Application\n"
                      "Name=CallStats\n"
                      "Icon=" APPLICATION_ID "\n"
                      "Exec=", command, " --gapplication-service", argument != NULL ? " " : "", argument != NULL ? argument : "", "\n"
                      "Terminal=false\n"
                      "X-GNOME-UsesNotifications=true\n",
                      NULL);
}

/* Writes the entry, whole or not at all. */
gboolean
cs_autostart_entry_write (const char  *program,
                          const char  *data_dir,
                          GError     **error)
{
  g_autofree char *path = cs_autostart_entry_get_path ();
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *text = cs_autostart_entry_make_text (program, data_dir);
  g_autoptr (GError) local = NULL;

  if (g_mkdir_with_parents (dir, 0700) != 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 _("CallStats won’t start with your session: the folder %s can’t be created: %s."), dir, g_strerror (errno));
    return FALSE;
  }
  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &local))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("CallStats won’t start with your session: %s."), local->message);
  return FALSE;
}

/* Removes the entry where there is one. */
gboolean
cs_autostart_entry_remove (GError **error)
{
  g_autofree char *path = cs_autostart_entry_get_path ();

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("CallStats goes on starting with your session: the file %s can’t be removed: %s."), path, g_strerror (errno));
  return FALSE;
}
