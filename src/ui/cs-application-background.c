/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-application-private.h"

#include <glib/gi18n.h>

/* The window, if any, keeps the program alive by itself. */
static void
hold_if_wanted (CsApplication *self)
{
  gboolean is_wanted = !self->is_sample && self->engine != NULL && cs_settings_get_run_in_background (self->settings);

  if (is_wanted == self->is_held)
    return;
  self->is_held = is_wanted;
  if (is_wanted)
    g_application_hold (G_APPLICATION (self));
  else
    g_application_release (G_APPLICATION (self));
}

static void
on_leave_given (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  CsApplication *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!cs_background_request_finish (CS_BACKGROUND (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_free (self->background_problem);
  self->background_problem = error != NULL ? g_strdup (error->message) : NULL;
  if (error != NULL)
    g_message ("%s", error->message);
  else
    cs_background_set_status (self->background, _("Receives calls"));
  g_object_notify (G_OBJECT (self), "background-problem");
}

/* Without a sandbox there is nothing to ask for but the start with the session, and that only when it changes. */
static void
ask_for_leave (CsApplication *self)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);

  g_cancellable_cancel (self->leave);
  g_clear_object (&self->leave);
  self->leave = g_cancellable_new ();
  cs_background_request_async (self->background, self->is_held && g_settings_get_boolean (settings, "autostart"), self->leave,
                               on_leave_given, self);
}

static void
on_background_changed (CsApplication *self)
{
  hold_if_wanted (self);
  ask_for_leave (self);
}

void
cs_application_begin_background (CsApplication *self)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "callstats", NULL);
  const char *data_dir = cs_settings_get_data_dir (self->settings);
  gboolean is_sandboxed = cs_background_is_sandboxed ();

  if (self->is_sample)
    return;
  self->background = cs_background_new (g_application_get_dbus_connection (G_APPLICATION (self)), is_sandboxed,
                                        g_str_equal (data_dir, usual) ? NULL : data_dir);
  g_signal_connect_object (settings, "changed::run-in-background", G_CALLBACK (on_background_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::autostart", G_CALLBACK (on_background_changed), self, G_CONNECT_SWAPPED);
  hold_if_wanted (self);
  if (is_sandboxed && self->is_held)
    ask_for_leave (self);
}

/* The window has been closed. The first time it is said that this isn't the end. */
void
cs_application_leave_window (CsApplication *self)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);

  if (!self->is_held || self->is_quitting || self->notifier == NULL || g_settings_get_boolean (settings, "background-hint-shown"))
    return;
  cs_notifier_send_background (self->notifier);
  g_settings_set_boolean (settings, "background-hint-shown", TRUE);
}

void
cs_application_end_background (CsApplication *self)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);

  g_signal_handlers_disconnect_by_func (settings, on_background_changed, self);
  g_cancellable_cancel (self->leave);
  g_clear_object (&self->leave);
  if (self->background != NULL)
    cs_background_cancel (self->background);
  g_clear_object (&self->background);
  g_clear_pointer (&self->background_problem, g_free);
}
