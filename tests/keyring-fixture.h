/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A Secret Service whose one item is locked, and whose user closes the question for the password. It counts the questions.
 * What it says is in the specification of the Secret Service API, version 0.2. */
typedef struct {
  GDBusConnection *connection; /* (owned) */
  char *data_dir_uri;          /* (owned) of the item's attributes */
  guint n_prompts;
} LockedKeyring;

#define KEYRING_PATH "/org/freedesktop/secrets"
#define KEYRING_ITEM KEYRING_PATH "/collection/login/1"
#define KEYRING_PROMPT KEYRING_PATH "/prompt/1"

static const char keyring_interfaces[] =
  "<node>"
  " <interface name='org.freedesktop.Secret.Service'>"
  "  <method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
  "   <arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
  "  <method name='SearchItems'><arg type='a{ss}' direction='in'/>"
  "   <arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
  "  <method name='Unlock'><arg type='ao' direction='in'/>"
  "   <arg type='ao' direction='out'/><arg type='o' direction='out'/></method>"
  "  <method name='ReadAlias'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>"
  "  <property name='Collections' type='ao' access='read'/>"
  " </interface>"
  " <interface name='org.freedesktop.Secret.Collection'>"
  "  <method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' direction='in'/>"
  "   <arg type='b' direction='in'/><arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
  " </interface>"
  " <interface name='org.freedesktop.Secret.Item'>"
  "  <property name='Locked' type='b' access='read'/>"
  "  <property name='Attributes' type='a{ss}' access='read'/>"
  "  <property name='Label' type='s' access='read'/>"
  "  <property name='Created' type='t' access='read'/>"
  "  <property name='Modified' type='t' access='read'/>"
  " </interface>"
  " <interface name='org.freedesktop.Secret.Prompt'>"
  "  <method name='Prompt'><arg type='s' direction='in'/></method>"
  "  <method name='Dismiss'/>"
  "  <signal name='Completed'><arg type='b'/><arg type='v'/></signal>"
  " </interface>"
  "</node>";

static void
on_keyring_call (GDBusConnection       *connection,
                 const char            *sender,
                 const char            *path,
                 const char            *interface,
                 const char            *method,
                 GVariant              *arguments,
                 GDBusMethodInvocation *invocation,
                 gpointer               user_data)
{
  LockedKeyring *keyring = user_data;

  if (g_str_equal (method, "OpenSession"))
    {
      const char *algorithm;

      g_variant_get_child (arguments, 0, "&s", &algorithm);
      if (g_str_equal (algorithm, "plain"))
        g_dbus_method_invocation_return_value (invocation, g_variant_new ("(vo)", g_variant_new_string (""),
                                                                          KEYRING_PATH "/session/1"));
      else
        g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "only plain");
    }
  else if (g_str_equal (method, "SearchItems"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new_parsed ("(@ao [], [%o])", KEYRING_ITEM));
  else if (g_str_equal (method, "Unlock"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new_parsed ("(@ao [], %o)", KEYRING_PROMPT));
  else if (g_str_equal (method, "ReadAlias"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", KEYRING_PATH "/collection/login"));
  else if (g_str_equal (method, "CreateItem"))
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.Secret.Error.IsLocked", "locked");
  else
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      if (g_str_equal (method, "Prompt"))
        keyring->n_prompts++;
      g_dbus_connection_emit_signal (connection, NULL, path, interface, "Completed",
                                     g_variant_new_parsed ("(true, <@ao []>)"), NULL);
    }
}

static GVariant *
get_keyring_property (GDBusConnection  *connection,
                      const char       *sender,
                      const char       *path,
                      const char       *interface,
                      const char       *name,
                      GError          **error,
                      gpointer          user_data)
{
  LockedKeyring *keyring = user_data;

  if (g_str_equal (name, "Collections"))
    return g_variant_new_parsed ("[%o]", KEYRING_PATH "/collection/login");
  if (g_str_equal (name, "Locked"))
    return g_variant_new_boolean (TRUE);
  if (g_str_equal (name, "Attributes"))
    return g_variant_new_parsed ("{'key': 'exotel-api-key', 'data-dir': %s, 'xdg:schema': 'com.example.CallStats'}",
                                 keyring->data_dir_uri);
  if (g_str_equal (name, "Label"))
    return g_variant_new_string ("");

  return g_variant_new_uint64 (0);
}

/* Takes the keyring's place on the bus at @address. */
static void
start_locked_keyring (LockedKeyring *keyring,
                      const char    *address,
                      const char    *data_dir)
{
  static const GDBusInterfaceVTable vtable = { on_keyring_call, get_keyring_property, NULL };
  const struct {
    const char *path;
    const char *interface;
  } objects[] = {
    { KEYRING_PATH, "org.freedesktop.Secret.Service" },
    { KEYRING_PATH "/collection/login", "org.freedesktop.Secret.Collection" },
    { KEYRING_PATH "/aliases/default", "org.freedesktop.Secret.Collection" },
    { KEYRING_ITEM, "org.freedesktop.Secret.Item" },
    { KEYRING_PROMPT, "org.freedesktop.Secret.Prompt" },
  };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (keyring_interfaces, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  keyring->data_dir_uri = g_filename_to_uri (data_dir, NULL, NULL);
  keyring->connection = g_dbus_connection_new_for_address_sync (address,
                                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                                NULL, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      g_dbus_connection_register_object (keyring->connection, objects[i].path,
                                         g_dbus_node_info_lookup_interface (node, objects[i].interface), &vtable, keyring,
                                         NULL, &error);
      g_assert_no_error (error);
    }

  reply = g_dbus_connection_call_sync (keyring->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
stop_locked_keyring (LockedKeyring *keyring)
{
  g_dbus_connection_close_sync (keyring->connection, NULL, NULL);
  g_clear_object (&keyring->connection);
  g_clear_pointer (&keyring->data_dir_uri, g_free);
}
