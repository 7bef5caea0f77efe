/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-toast.h"

/**
 * cs_toast_new:
 * @text: what to say; it may come from outside, and is never markup
 *
 * Returns: (transfer full): a toast that says it
 */
AdwToast *
cs_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}

/**
 * cs_toast_show:
 * @widget: a widget; where it is in no window that has the action win.toast, nobody is told
 * @text: what to say
 */
void
cs_toast_show (GtkWidget  *widget,
               const char *text)
{
  gtk_widget_activate_action (widget, "win.toast", "s", text);
}
