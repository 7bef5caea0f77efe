/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-about-window.h"

#include <glib/gi18n.h>

static void
append_port (GString    *text,
             const char *name,
             guint       port)
{
  if (port != 0)
    g_string_append_printf (text, "%s: 127.0.0.1:%u\n", name, port);
  else
    g_string_append_printf (text, "%s: not listening\n", name);
}

/**
 * cs_about_window_describe:
 * @snapshot: (nullable): the present state
 *
 * What helps to find a fault: versions, ports and counters; no address, no token, no number and no name.
 *
 * Returns: (transfer full): lines of text, not translated
 */
char *
cs_about_window_describe (CsSnapshot *snapshot)
{
  static const char *const refusals[CS_N_REFUSALS] = { "signature", "path", "malformed", "size", "timeout" };
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "CallStats %s\n", PACKAGE_VERSION);
  g_string_append_printf (text, "GTK %u.%u.%u\n", gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version ());
  g_string_append_printf (text, "libadwaita %u.%u.%u\n", adw_get_major_version (), adw_get_minor_version (),
                          adw_get_micro_version ());
  g_string_append_printf (text, "GLib %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  if (snapshot == NULL)
    return g_string_free (text, FALSE);

  append_port (text, "Receiver", snapshot->webhook_port);
  append_port (text, "Local interface", snapshot->api_port);
  g_string_append_printf (text, "Public address: %s\n", snapshot->sipgate_url != NULL ? "set" : "not set");
  g_string_append_printf (text, "Storage: %s\n", snapshot->storage_error != NULL ? "failing" : "working");
  g_string_append_printf (text, "Waiting in memory: %u\n", snapshot->n_waiting);
  for (guint i = 0; i < CS_N_REFUSALS; i++)
    g_string_append_printf (text, "Refused (%s): %" G_GUINT64_FORMAT "\n", refusals[i], snapshot->refusals[i]);
  return g_string_free (text, FALSE);
}

/**
 * cs_about_window_new:
 * @parent: (nullable): the window it belongs to
 * @snapshot: (nullable): the present state, for its debug information
 *
 * Returns: (transfer none): a window to present
 */
GtkWidget *
cs_about_window_new (GtkWindow  *parent,
                     CsSnapshot *snapshot)
{
  static const char *const developers[] = { "The CallStats developers", NULL };
  g_autofree char *debug_info = cs_about_window_describe (snapshot);

  return g_object_new (ADW_TYPE_ABOUT_WINDOW,
                       "transient-for", parent,
                       "modal", TRUE,
                       "application-name", _("CallStats"),
                       "application-icon", APPLICATION_ID,
                       "version", PACKAGE_VERSION,
                       "comments", _("See how well your telephone is answered"),
                       "developer-name", _("The CallStats developers"),
                       "developers", developers,
                       "copyright", "© 2026 The CallStats developers",
                       "license-type", GTK_LICENSE_GPL_3_0,
                       /* Translators: your names, one a line. */
                       "translator-credits", _("translator-credits"),
                       "debug-info", debug_info,
                       "debug-info-filename", "callstats.txt",
                       NULL);
}
