/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-autostart-entry.h"
#include "desktop/cs-background.h"

#include <glib/gstdio.h>
#include <string.h>

#define REQUEST_PREFIX "/org/freedesktop/portal/desktop/request/"

/* A portal that writes down what it is asked and answers as it is told to. */
typedef struct {
  GTestDBus *bus;              /* (owned) */
  GDBusConnection *connection; /* (owned) the portal's */
  GDBusConnection *client;     /* (owned) */
  guint registration;
  guint owner;
  gboolean is_owned;
  gboolean is_silent;
  guint response;
  gboolean background;
  gboolean autostart;
  GVariant *options;           /* (owned) (nullable) of the last request */
  char *status;                /* (owned) (nullable) */
} Portal;

static const char portal_interfaces[] =
    "<node><interface name='org.freedesktop.portal.Background'>"
    " <method name='RequestBackground'><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
    "  <arg type='o' direction='out'/></method>"
    " <method name='SetStatus'><arg type='a{sv}' direction='in'/></method>"
    "</interface></node>";

static char *
make_request_path (const char *sender,
                   GVariant   *options)
{
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token;

  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  return g_strconcat (REQUEST_PREFIX, name, "/", token, NULL);
}

static void
on_portal_call (GDBusConnection       *connection,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *arguments,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  Portal *portal = user_data;
  g_autofree char *request = NULL;

  if (g_str_equal (method, "SetStatus")) {
    g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);

    g_free (portal->status);
    g_assert_true (g_variant_lookup (options, "message", "s", &portal->status));
    g_dbus_method_invocation_return_value (invocation, NULL);
    return;
  }
  g_clear_pointer (&portal->options, g_variant_unref);
  portal->options = g_variant_get_child_value (arguments, 1);
  request = make_request_path (sender, portal->options);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", request));
  if (!portal->is_silent)
    g_dbus_connection_emit_signal (connection, sender, request, "org.freedesktop.portal.Request", "Response",
                                   g_variant_new_parsed ("(%u, {'background': <%b>, 'autostart': <%b>})", portal->response,
                                                         portal->background, portal->autostart),
                                   NULL);
}

static void
on_owned (GDBusConnection *connection,
          const char      *name,
          gpointer         user_data)
{
  ((Portal *) user_data)->is_owned = TRUE;
}

static GDBusConnection *
connect_to_bus (Portal *portal)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (portal->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
set_up (Portal        *portal,
        gconstpointer  data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_portal_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (portal_interfaces, NULL);

  portal->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (portal->bus);
  portal->connection = connect_to_bus (portal);
  portal->client = connect_to_bus (portal);
  portal->background = portal->autostart = TRUE;
  if (data != NULL)
    return;
  portal->registration = g_dbus_connection_register_object (portal->connection, "/org/freedesktop/portal/desktop",
                                                            info->interfaces[0], &vtable, portal, NULL, NULL);
  portal->owner = g_bus_own_name_on_connection (portal->connection, "org.freedesktop.portal.Desktop", G_BUS_NAME_OWNER_FLAGS_NONE,
                                                on_owned, NULL, portal, NULL);
  while (!portal->is_owned)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Portal        *portal,
           gconstpointer  data)
{
  if (portal->owner != 0) {
    g_bus_unown_name (portal->owner);
    g_dbus_connection_unregister_object (portal->connection, portal->registration);
  }
  g_dbus_connection_close_sync (portal->connection, NULL, NULL);
  g_dbus_connection_close_sync (portal->client, NULL, NULL);
  g_clear_object (&portal->connection);
  g_clear_object (&portal->client);
  g_clear_pointer (&portal->options, g_variant_unref);
  g_free (portal->status);
  g_test_dbus_stop (portal->bus);
  g_clear_object (&portal->bus);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

static gboolean
request (CsBackground  *background,
         gboolean       autostart,
         GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cs_background_request_async (background, autostart, NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return cs_background_request_finish (background, result, error);
}

static void
test_granted (Portal        *portal,
              gconstpointer  data)
{
  g_autoptr (CsBackground) background = cs_background_new (portal->client, TRUE, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) command = NULL;
  gboolean autostart = FALSE;

  g_assert_true (request (background, TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (portal->options, "autostart", "b", &autostart));
  g_assert_true (autostart);
  g_assert_true (g_variant_lookup (portal->options, "commandline", "^as", &command));
  g_assert_cmpstr (command[0], ==, "callstats");
  g_assert_cmpstr (command[1], ==, "--gapplication-service");
  g_assert_true (g_variant_lookup (portal->options, "reason", "s", NULL));
  cs_background_set_status (background, "Receives calls");
  while (portal->status == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (portal->status, ==, "Receives calls");
  g_assert_finalize_object (g_steal_pointer (&background));
}

/* @response, background and autostart as the portal says them, what was asked for, and a part of the sentence. */
static void
test_refused (Portal        *portal,
              gconstpointer  data)
{
  static const struct {
    guint response;
    gboolean background;
    gboolean autostart;
    gboolean wanted;
    const char *problem; /* (nullable) */
  } cases[] = {
    { 0, TRUE, FALSE, FALSE, NULL },
    { 0, TRUE, FALSE, TRUE, "start with your session" },
    { 0, FALSE, FALSE, FALSE, "run in the background" },
    { 1, FALSE, FALSE, TRUE, "run in the background" },
    { 2, TRUE, TRUE, TRUE, "run in the background" },
  };
  g_autoptr (CsBackground) background = cs_background_new (portal->client, TRUE, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    portal->response = cases[i].response;
    portal->background = cases[i].background;
    portal->autostart = cases[i].autostart;
    g_assert_cmpint (request (background, cases[i].wanted, &error), ==, cases[i].problem == NULL);
    if (cases[i].problem == NULL)
      continue;
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    g_assert_nonnull (strstr (error->message, cases[i].problem));
  }
}

static void
test_no_portal (Portal        *portal,
                gconstpointer  data)
{
  g_autoptr (CsBackground) background = cs_background_new (portal->client, TRUE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (request (background, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  cs_background_set_status (background, "Receives calls");
}

/* The user may never answer. */
static void
test_cancelled (Portal        *portal,
                gconstpointer  data)
{
  g_autoptr (CsBackground) background = cs_background_new (portal->client, TRUE, NULL);
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;

  portal->is_silent = TRUE;
  cs_background_request_async (background, FALSE, NULL, on_result, &first);
  while (portal->options == NULL)
    g_main_context_iteration (NULL, TRUE);
  cs_background_request_async (background, TRUE, NULL, on_result, &second);
  while (first == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (cs_background_request_finish (background, first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  cs_background_cancel (background);
  while (second == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (cs_background_request_finish (background, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_entry (void)
{
  g_autoptr (CsBackground) background = cs_background_new (NULL, FALSE, "/tmp/a folder");
  g_autofree char *path = cs_autostart_entry_get_path ();
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *expected = g_strdup_printf ("\"%s\" --gapplication-service \"--data-dir=/tmp/a folder\"", program);
  g_autofree char *command = NULL;
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (request (background, TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (g_key_file_load_from_file (entry, path, G_KEY_FILE_NONE, &error));
  g_assert_no_error (error);
  command = g_key_file_get_string (entry, "Desktop Entry", "Exec", NULL);
  g_assert_cmpstr (command, ==, expected);

  g_assert_true (request (background, FALSE, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (request (background, FALSE, &error));
}

/* What the specification wants escaped, once as an argument and once as a value. */
static void
test_quoting (void)
{
  g_autofree char *text = cs_autostart_entry_make_text ("/opt/50% \"of\" $HOME\\`x`/callstats", NULL);
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autofree char *command = NULL;

  g_assert_true (g_key_file_load_from_data (entry, text, -1, G_KEY_FILE_NONE, NULL));
  command = g_key_file_get_string (entry, "Desktop Entry", "Exec", NULL);
  g_assert_cmpstr (command, ==, "\"/opt/50%% \\\"of\\\" \\$HOME\\\\\\`x\\`/callstats\" --gapplication-service");
}

static void
test_entry_is_valid (void)
{
  g_autofree char *validate = g_find_program_in_path ("desktop-file-validate");
  g_autofree char *path = cs_autostart_entry_get_path ();
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  char *arguments[] = { validate, path, NULL };
  int status;

  if (validate == NULL) {
    g_test_skip ("desktop-file-validate is not installed");
    return;
  }
  g_assert_true (cs_autostart_entry_write ("/usr/bin/callstats", "/tmp/a", &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_sync (NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status, NULL));
  g_assert_cmpstr (output, ==, "");
  g_assert_cmpint (status, ==, 0);
  g_assert_true (cs_autostart_entry_remove (&error));
}

/* A folder where nothing can be written: the sentence says so. */
static void
test_no_folder (void)
{
  g_autofree char *dir = g_build_filename (g_get_user_config_dir (), "autostart", NULL);
  g_autoptr (GError) error = NULL;

  g_rmdir (dir);
  g_assert_true (g_file_set_contents (dir, "", -1, NULL));
  g_assert_false (cs_autostart_entry_write ("/usr/bin/callstats", NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "won’t start with your session"));
  g_unlink (dir);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *dir = g_dir_make_tmp ("callstats-test-XXXXXX", NULL);
  g_autofree char *autostart = g_build_filename (dir, "autostart", NULL);
  int status;

  g_setenv ("XDG_CONFIG_HOME", dir, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/background/portal/granted", Portal, NULL, set_up, test_granted, tear_down);
  g_test_add ("/background/portal/refused", Portal, NULL, set_up, test_refused, tear_down);
  g_test_add ("/background/portal/absent", Portal, "absent", set_up, test_no_portal, tear_down);
  g_test_add ("/background/portal/cancelled", Portal, NULL, set_up, test_cancelled, tear_down);
  g_test_add_func ("/background/entry/written-and-removed", test_entry);
  g_test_add_func ("/background/entry/quoting", test_quoting);
  g_test_add_func ("/background/entry/is-valid", test_entry_is_valid);
  g_test_add_func ("/background/entry/no-folder", test_no_folder);
  status = g_test_run ();
  g_rmdir (autostart);
  g_rmdir (dir);
  return status;
}
