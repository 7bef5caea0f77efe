/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-background.h"

#include <glib/gi18n.h>
#include <string.h>

#include "desktop/cs-autostart-entry.h"

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define BACKGROUND_INTERFACE "org.freedesktop.portal.Background"
#define REQUEST_INTERFACE "org.freedesktop.portal.Request"
#define MAX_STATUS_LENGTH 96

/*
 * CsBackground: the desktop's leave to run without a window and to start with the session.
 *
 * In a sandbox the portal gives it, or doesn't; elsewhere nobody has to be asked, and an entry in the autostart folder does it.
 */
struct _CsBackground {
  GObject parent_instance;

  GDBusConnection *bus;     /* (owned) (nullable) */
  gboolean is_sandboxed;
  char *data_dir;           /* (owned) (nullable) */
  GTask *request;           /* (owned) (nullable) the one that waits for the portal's answer */
  gboolean wants_autostart; /* of that request */
  guint subscription;       /* to that answer */
  guint n_requests;
};

G_DEFINE_FINAL_TYPE (CsBackground, cs_background, G_TYPE_OBJECT)

/* Returns the task that waited; nothing waits any more. (transfer full) */
static GTask *
take_request (CsBackground *self)
{
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  return g_steal_pointer (&self->request);
}

static void
on_response (GDBusConnection *connection,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *signal,
             GVariant        *parameters,
             gpointer         user_data)
{
  CsBackground *self = user_data;
  g_autoptr (GTask) task = take_request (self);
  g_autoptr (GVariant) results = NULL;
  gboolean in_background = FALSE, with_session = FALSE;
  guint32 response = 2;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})"))) {
    g_variant_get (parameters, "(u@a{sv})", &response, &results);
    g_variant_lookup (results, "background", "b", &in_background);
    g_variant_lookup (results, "autostart", "b", &with_session);
  }
  if (response != 0 || !in_background)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _("The desktop doesn’t let CallStats run in the background. Calls are received while the window is "
                               "open. Allow it in the settings of your desktop, under Applications."));
  else if (self->wants_autostart && !with_session)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _("The desktop doesn’t let CallStats start with your session. Start it yourself, or allow it in the "
                               "settings of your desktop, under Applications."));
  else
    g_task_return_boolean (task, TRUE);
}

static void
subscribe (CsBackground *self,
           const char   *path)
{
  self->subscription = g_dbus_connection_signal_subscribe (self->bus, PORTAL_NAME, REQUEST_INTERFACE, "Response", path, NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NONE, on_response, self, NULL);
}

/* By the portal's rule the request's path is known before it is made, so that no answer is missed. Portals that didn't keep it had no
 * such request yet. */
static char *
make_request_path (CsBackground *self,
                   const char   *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (self->bus) + 1);

  return g_strconcat (PORTAL_PATH "/request/", g_strdelimit (sender, ".", '_'), "/", token, NULL);
}

static void
on_requested (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsBackground *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GTask) waiting = NULL;

  if (self->request != task || reply != NULL)
    return;
  waiting = take_request (self);
  g_dbus_error_strip_remote_error (error);
  g_task_return_new_error (waiting, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("The desktop can’t be asked to let CallStats run in the background: %s. Calls are received while "
                             "the window is open."), error->message);
}

static GVariant *
make_options (CsBackground *self,
              const char   *token,
              gboolean      autostart)
{
  const char *command[] = { "callstats", "--gapplication-service", NULL };
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (_("Calls are received while no window is open.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (autostart));
  g_variant_builder_add (&options, "{sv}", "dbus-activatable", g_variant_new_boolean (FALSE));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  return g_variant_builder_end (&options);
}

static void
ask_portal (CsBackground *self,
            GTask        *task,
            gboolean      autostart)
{
  g_autofree char *token = g_strdup_printf ("callstats%u_%u", g_random_int (), ++self->n_requests);
  g_autofree char *path = make_request_path (self, token);

  cs_background_cancel (self);
  self->request = g_object_ref (task);
  self->wants_autostart = autostart;
  subscribe (self, path);
  g_dbus_connection_call (self->bus, PORTAL_NAME, PORTAL_PATH, BACKGROUND_INTERFACE, "RequestBackground",
                          g_variant_new ("(s@a{sv})", "", make_options (self, token, autostart)), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task), on_requested, g_object_ref (task));
}

static gboolean
write_entry (CsBackground  *self,
             gboolean       autostart,
             GError       **error)
{
  g_autofree char *program = NULL;

  if (!autostart)
    return cs_autostart_entry_remove (error);
  program = g_file_read_link ("/proc/self/exe", error);
  return program != NULL && cs_autostart_entry_write (program, self->data_dir, error);
}

static void
cs_background_finalize (GObject *object)
{
  CsBackground *self = CS_BACKGROUND (object);

  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  g_free (self->data_dir);
  G_OBJECT_CLASS (cs_background_parent_class)->finalize (object);
}

static void
cs_background_class_init (CsBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_background_finalize;
}

static void
cs_background_init (CsBackground *self)
{
}

/**
 * cs_background_is_sandboxed:
 *
 * Returns: whether the portal is to be asked; the variable is the one that GTK heeds, too
 */
gboolean
cs_background_is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) || g_strcmp0 (g_getenv ("GTK_USE_PORTAL"), "1") == 0;
}

/**
 * cs_background_new:
 * @bus: (nullable): the session bus
 * @is_sandboxed: whether the portal is to be asked
 * @data_dir: (nullable): the folder of the data where it isn't the usual one; the program is started with it
 *
 * Returns: (transfer full): a new object
 */
CsBackground *
cs_background_new (GDBusConnection *bus,
                   gboolean         is_sandboxed,
                   const char      *data_dir)
{
  CsBackground *self = g_object_new (CS_TYPE_BACKGROUND, NULL);

  self->bus = bus != NULL ? g_object_ref (bus) : NULL;
  self->is_sandboxed = is_sandboxed;
  self->data_dir = g_strdup (data_dir);
  return self;
}

/**
 * cs_background_request_async:
 * @self: the background
 * @autostart: whether to start with the session, too
 *
 * Asks for leave. A portal may ask the user, so it can take as long as that; of two requests at a time the earlier one is cancelled.
 */
void
cs_background_request_async (CsBackground        *self,
                             gboolean             autostart,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_return_if_fail (CS_IS_BACKGROUND (self));

  g_task_set_source_tag (task, cs_background_request_async);
  if (self->is_sandboxed && self->bus != NULL)
    ask_portal (self, task, autostart);
  else if (write_entry (self, autostart, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * cs_background_request_finish:
 *
 * Returns: whether it was given; else the error is a sentence to show
 */
gboolean
cs_background_request_finish (CsBackground  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * cs_background_cancel:
 * @self: the background
 *
 * Waits no longer for the portal; a request that did fails with %G_IO_ERROR_CANCELLED.
 */
void
cs_background_cancel (CsBackground *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CS_IS_BACKGROUND (self));

  task = take_request (self);
  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody waits for it any more");
}

/**
 * cs_background_set_status:
 * @self: the background
 * @message: what the desktop may show beside the program's name in its list of those that run in the background
 *
 * Portals before version 2 of the interface don't know it: nothing is lost then.
 */
void
cs_background_set_status (CsBackground *self,
                          const char   *message)
{
  g_autofree char *text = NULL;
  GVariantBuilder options;

  g_return_if_fail (CS_IS_BACKGROUND (self));

  if (!self->is_sandboxed || self->bus == NULL)
    return;
  text = g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), MAX_STATUS_LENGTH));
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "message", g_variant_new_string (text));
  g_dbus_connection_call (self->bus, PORTAL_NAME, PORTAL_PATH, BACKGROUND_INTERFACE, "SetStatus",
                          g_variant_new ("(a{sv})", &options), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}
