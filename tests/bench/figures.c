/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static int
compare (const void *a,
         const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

/* Sorts the values; 50 is the median, 100 the greatest of them. */
double
figures_percentile (double *values,
                    guint   n_values,
                    double  percent)
{
  guint rank = (guint) (n_values * percent / 100);

  qsort (values, n_values, sizeof *values, compare);
  return values[MIN (rank, n_values - 1)];
}

double
figures_median (double *values,
                guint   n_values)
{
  return figures_percentile (values, n_values, 50);
}

/* Resident memory of a process in megabytes (of 1,048,576 bytes). */
double
figures_rss_mb (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, "VmRSS:")) == NULL)
    g_error ("Process %d is gone", pid);
  return g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10) / 1024.0;
}

static gboolean
report (const char *name,
        double      value,
        const char *relation,
        double      limit,
        gboolean    is_met)
{
  g_print ("ratio %s %.2f (limit %s %.2f)%s\n", name, value, relation, limit, is_met ? "" : " MISSED");
  return is_met;
}

/* Prints a figure that has to reach its limit; returns whether it does. */
gboolean
figures_at_least (const char *name,
                  double      value,
                  double      limit)
{
  return report (name, value, ">=", limit, value >= limit);
}

/* Prints a figure that must not pass its limit; returns whether it doesn't. */
gboolean
figures_at_most (const char *name,
                 double      value,
                 double      limit)
{
  return report (name, value, "<=", limit, value <= limit);
}

/* How many of something the environment asks for. */
guint
figures_size (const char *variable,
              guint       fallback)
{
  const char *text = g_getenv (variable);
  guint64 size;

  if (text == NULL)
    return fallback;
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &size, NULL))
    g_error ("%s must be a number", variable);
  return size;
}

/* Makes a folder on a real disk: where temporary files usually lie, committing may cost nothing. (transfer full) */
char *
figures_make_dir (void)
{
  const char *parent = g_getenv ("G_TEST_BUILDDIR");
  char *path = g_build_filename (parent != NULL ? parent : ".", "bench-XXXXXX", NULL);

  if (g_mkdtemp_full (path, 0700) == NULL)
    g_error ("%s can't be made", path);
  return path;
}

/* Removes a folder of files. */
void
figures_remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_unlink (file);
    }
  g_rmdir (path);
}
